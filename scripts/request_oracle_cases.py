"""The clients and conversations whose requests `request_oracle.py` records."""

import json
import pathlib

PORT = 44498
IMAGE = f"http://127.0.0.1:{PORT}/cat.gif"
# Where a file of credentials is while requests are recorded.
KEY_FILE = pathlib.Path("/tmp/clientc-request-oracle.json")
ACCOUNT = {
    "type": "service_account",
    "project_id": "project-of-the-key",
    "private_key_id": "k",
    "private_key": "made anew for each recording",
    "client_email": "robot@project-of-the-key.iam.gserviceaccount.test",
    "token_uri": f"http://127.0.0.1:{PORT}/token",
}
ENVIRONMENT = {
    "OPENAI_API_KEY": "key-of-openai",
    "AZURE_OPENAI_API_KEY": "key-of-azure",
    "OPENROUTER_API_KEY": "key-of-openrouter",
    "ANTHROPIC_API_KEY": "key-of-anthropic",
    "GOOGLE_API_KEY": "key-of-google",
    "OTHER_KEY": "another-key",
    "TEAM": "blue",
    "BASE_URL": "http://10.0.0.7:8080/api/",
    "GOOGLE_APPLICATION_CREDENTIALS_CONTENT": json.dumps(ACCOUNT),
    "AWS_ACCESS_KEY_ID": "AKIDOFVARIABLES",
    "AWS_SECRET_ACCESS_KEY": "secret-of-variables",
    "AWS_REGION": "us-east-1",
}

# What every client of a provider needs.
NEEDED = {
    "openai": ['model "gpt-4o"'],
    "openai-generic": ['base_url "http://llm.test/v1"', 'model "local"'],
    "openai-responses": ['model "gpt-4o"'],
    "azure-openai": ['resource_name "east"', 'deployment_id "chat"'],
    "ollama": ['model "llama3"'],
    "openrouter": ['model "vendor/model"'],
    "anthropic": ['model "claude-3"'],
    "google-ai": ['model "gemini-2.5-pro"'],
    "vertex-ai": ['model "gemini-2.5-pro"', 'location "europe-west1"'],
    "vertex-ai-claude": ['model "claude-3"', 'location "us-east5"', 'anthropic_version "vertex-2023-10-16"'],
    "aws-bedrock": ['model "amazon.nova-pro-v1:0"', f'endpoint_url "http://127.0.0.1:{PORT}"'],
}
OPENAI_LIKE = [name for name in NEEDED if name.startswith(("open", "azure", "ollama"))]
# Bedrock refuses options that it does not know.
BEDROCK_KNOWS = ("http", "supports_", "finish_", "allowed_", "default_", "remap_", "media_")
CHAT = [name for name in OPENAI_LIKE if name != "openai-responses"]


def say(role, *parts, **metadata):
    return {"role": role, "parts": list(parts), "metadata": metadata}


def image(url, media_type=None):
    return {"kind": "image", "url": url, "media_type": media_type}


def data(kind, media_type, text):
    return {"kind": kind, "media_type": media_type, "data": text}


def link(kind, url, media_type=None):
    return {"kind": kind, "url": url, "media_type": media_type}


HELLO = [say("system", "Be kind."), say("user", "Hello")]
ASK = [say("user", "Hello")]


def conversations():
    """Clients as they are, with many conversations."""
    yield "user", ASK
    yield "system-and-user", HELLO
    yield "system-alone", [say("system", "Be kind.")]
    yield "assistant-alone", [say("assistant", "Hello")]
    yield "turns", HELLO + [say("assistant", "Hi"), say("user", "How are you?")]
    yield "assistant-last", ASK + [say("assistant", "Well,")]
    yield "system-later", ASK + [say("system", "Be brief.")]
    yield "system-in-the-middle", HELLO + [say("system", "Be brief."), say("user", "And?")]
    yield "system-twice", [say("system", "Be kind."), say("system", "Be brief."), say("user", "Hello")]
    yield "system-twice-alone", [say("system", "Be kind."), say("system", "Be brief.")]
    yield "user-twice", [say("user", "Hello"), say("user", "Again")]
    yield "system-then-assistant", [say("system", "Be kind."), say("assistant", "Hi")]
    yield "developer", [say("developer", "Be kind."), say("user", "Hello")]
    yield "unknown-role", ASK + [say("critic", "Too long.")]
    yield "several-lines", [say("user", "One\n\nTwo\n  three \"quoted\" \\ and ü 漢 🙂")]
    yield "image-url", [say("user", "Look", image("https://pictures.test/cat.png"), "here")]
    yield "image-url-typed", [say("user", image("https://pictures.test/cat", "image/png"))]
    yield "image-url-alone", [say("user", image("https://pictures.test/cat.png"))]
    yield "image-fetched", [say("user", image(IMAGE))]
    yield "image-in-google-storage", [say("user", image("gs://bucket/cat.png"))]
    yield "image-data", [say("user", "Look", data("image", "image/png", "iVBORw0KGgo="), "here")]
    yield "image-data-url", [say("user", image("data:image/png;base64,iVBORw0KGgo="))]
    yield "image-data-jpeg", [say("user", data("image", "image/jpeg", "/9j/4AAQ"))]
    yield "images", [say("user", image("https://pictures.test/1.png"), image("https://pictures.test/2.png"))]
    yield "image-of-the-system", [say("system", "So:", data("image", "image/png", "AAAA")), say("user", "Hello")]
    yield "audio-data-wav", [say("user", data("audio", "audio/wav", "UklGRg=="))]
    yield "audio-data-mp3", [say("user", data("audio", "audio/mp3", "SUQz"))]
    yield "audio-data-mpeg", [say("user", data("audio", "audio/mpeg", "SUQz"))]
    yield "audio-data-ogg", [say("user", data("audio", "audio/ogg", "T2dnUw=="))]
    yield "audio-url", [say("user", link("audio", IMAGE))]
    yield "pdf-data", [say("user", "Read", data("pdf", "application/pdf", "JVBERi0="))]
    yield "pdf-url", [say("user", link("pdf", "https://papers.test/a.pdf"))]
    yield "video-data", [say("user", data("video", "video/mp4", "AAAAIGZ0"))]
    yield "video-url", [say("user", link("video", "https://films.test/a.mp4", "video/mp4"))]
    yield "metadata", [say("user", "Hello", cache_control={"type": "ephemeral"})]


def clients(provider):
    """Many clients of a provider, with a conversation each."""
    yield "temperature", ["temperature 0.5", "top_p 0.25"], HELLO
    yield "numbers", ["a 1", "b 1.50", "c -3", "d 0.1", "e 12345678901234567890"], ASK
    yield "unknown-options", ['foo { bar [1, true, null, "x"]\n baz { deep "yes" } }', "plain word"], ASK
    yield "unknown-variables", ["foo env.TEAM", "bar { baz env.TEAM\n list [env.TEAM] }"], ASK
    yield "key", ['api_key "written"'], ASK
    yield "key-variable", ["api_key env.OTHER_KEY"], ASK
    yield "key-missing-variable", ["api_key env.NOT_THERE"], ASK
    yield "key-empty", ['api_key ""'], ASK
    yield "option-missing-variable", ["foo env.NOT_THERE"], ASK
    yield "headers", ['headers { "X-Team" "blue"\n x-number "5" }'], ASK
    yield "headers-variable", ['headers { "X-Team" env.TEAM }'], ASK
    yield "headers-content-type", ['headers { "Content-Type" "application/vnd.test+json" }'], ASK
    yield "headers-authorization", ['headers { Authorization "Basic abc" }'], ASK
    yield "headers-keys", ['headers { "api-key" "one"\n "x-api-key" "two"\n "x-goog-api-key" "three" }'], ASK
    yield "headers-keys-and-key", [
        'api_key "written"',
        'headers { "api-key" "one"\n "x-api-key" "two"\n "x-goog-api-key" "three" }',
    ], ASK
    yield "headers-version", ['headers { "anthropic-version" "2024-01-01"\n "anthropic-beta" "tools" }'], ASK
    yield "query", ['query_params { a "b c&d"\n "e/f" "ü" }'], ASK
    yield "query-variable", ["query_params { team env.TEAM }"], ASK
    yield "max-tokens", ["max_tokens 100"], ASK
    yield "max-tokens-null", ["max_tokens null"], ASK
    yield "max-completion-tokens", ["max_completion_tokens 100"], ASK
    yield "max-completion-tokens-null", ["max_completion_tokens null"], ASK
    yield "both-limits", ["max_tokens null", "max_completion_tokens 100"], ASK
    yield "stream-true", ["stream true"], ASK
    yield "stream-false", ["stream false"], ASK
    yield "stream-options", ["stream_options { include_usage false }"], ASK
    yield "no-streaming", ["supports_streaming false"], ASK
    yield "streaming", ["supports_streaming true"], ASK
    yield "finish-allow", ['finish_reason_allow_list ["stop", "end_turn"]'], ASK
    yield "finish-deny", ['finish_reason_deny_list ["length"]'], ASK
    yield "http", ["http { request_timeout_ms 1000 }"], ASK
    yield "proxy-url", ['proxy_url "http://proxy.test"'], ASK
    yield "tools-option", ['tools [{ type "function"\n name "f" }]', "tool_choice auto"], ASK
    yield "own-messages", ["messages [1]", "contents 2", "input 3", 'system "x"'], HELLO
    yield "allowed-user", ['allowed_roles ["user"]'], HELLO
    yield "allowed-order", ['allowed_roles ["assistant", "user"]'], HELLO
    yield "allowed-developer", ['allowed_roles ["user", "developer", "assistant"]'], [
        say("developer", "Be kind."),
        say("user", "Hello"),
        say("assistant", "Hi"),
    ]
    yield "allowed-default", ['allowed_roles ["user", "critic"]', "default_role critic"], HELLO
    yield "default-role", ["default_role assistant"], ASK + [say("critic", "Too long.")]
    yield "remap", ['remap_roles { user "human"\n assistant "bot"\n system "frame" }'], HELLO + [say("assistant", "Hi")]
    yield "remap-user", ['remap_roles { user "human" }'], HELLO + [say("assistant", "Hi")]
    cached = [say("system", "Be kind.", cache_control={"type": "ephemeral"}), say("user", "Hello", cache=1, x="y")]
    yield "metadata-all", ["allowed_role_metadata all"], cached
    yield "metadata-none", ["allowed_role_metadata none"], cached
    yield "metadata-some", ['allowed_role_metadata ["cache_control", "x"]'], cached
    yield "metadata-image", ["allowed_role_metadata all"], [
        say("user", "Look", data("image", "image/png", "AAAA"), cache_control={"type": "ephemeral"})
    ]
    for handler in ("send_url", "send_base64", "send_url_add_mime_type", "send_base64_unless_google_url"):
        rules = [f"media_url_handler {{ image {handler}\n audio {handler}\n pdf {handler} }}"]
        yield f"media-{handler}-image", rules, [say("user", image(IMAGE))]
        yield f"media-{handler}-image-typed", rules, [say("user", image(IMAGE, "image/gif"))]
        yield f"media-{handler}-audio", rules, [say("user", link("audio", IMAGE, "image/gif"))]
        yield f"media-{handler}-google", rules, [say("user", image("gs://bucket/cat.png"))]
        yield f"media-{handler}-data", rules, [say("user", data("image", "image/png", "AAAA"))]
    if provider not in ("azure-openai", "aws-bedrock"):
        yield "base-url", ['base_url "https://proxy.test/llm/v2"'], ASK
        yield "base-url-slash", ['base_url "https://proxy.test/llm/"'], ASK
        yield "base-url-slashes", ['base_url "https://proxy.test/llm//"'], ASK
        yield "base-url-host", ['base_url "http://localhost:9999"'], ASK
        yield "base-url-query", ['base_url "https://proxy.test/llm?tenant=1"'], ASK
        yield "base-url-variable", ["base_url env.BASE_URL"], ASK
        yield "base-url-nothing", ['base_url ""'], ASK
    if provider in OPENAI_LIKE:
        for form in ("openai", "anthropic", "google"):
            yield f"response-type-{form}", [f'client_response_type "{form}"'], ASK
    if provider in OPENAI_LIKE and provider != "openrouter":
        yield "o1", ['model "o1-mini"'], HELLO + [say("assistant", "Hi")]
        yield "o1-exactly", ['model "o1"'], HELLO
        yield "o1-allowed", ['model "o1-mini"', 'allowed_roles ["system", "user"]'], HELLO
        yield "o1-default", ['model "o1-mini"', "default_role system"], HELLO
        yield "o1x", ['model "o1x"'], HELLO
        yield "o3", ['model "o3-mini"'], HELLO
    if provider == "openai":
        yield "model-of-a-vendor", ['model "openai/o1-mini"'], HELLO
    if provider in ("google-ai", "vertex-ai"):
        yield "safety", ['safetySettings [{ category "HARM_CATEGORY_HARASSMENT"\n threshold "BLOCK_NONE" }]'], HELLO
        yield "generation-config", ["generationConfig { temperature 0.5\n topK 3 }"], HELLO
        yield "generation-config-snake", ["generation_config { temperature 0.5 }"], HELLO
        yield "model-of-a-project", ['model "tuned models/x"'], ASK
    if provider in ("anthropic", "vertex-ai-claude"):
        yield "thinking", ['thinking { type "enabled"\n budget_tokens 1024 }'], HELLO
    if provider.startswith("vertex-ai"):
        yield from clients_of_vertex()
    if provider == "aws-bedrock":
        yield from clients_of_bedrock()


def clients_of_vertex():
    yield "global", ['location "global"'], HELLO
    yield "region-variable", ["location env.TEAM"], ASK
    yield "project", ['project_id "mine"'], ASK
    yield "project-variable", ["project_id env.TEAM"], ASK
    yield "project-and-base-url", ['project_id "mine"', 'base_url "http://llm.test/v1"'], ASK
    yield "credentials-file", [f'credentials "{KEY_FILE}"'], ASK
    yield "credentials-content", ["credentials_content env.GOOGLE_APPLICATION_CREDENTIALS_CONTENT"], ASK
    yield "credentials-variable", ["credentials env.GOOGLE_APPLICATION_CREDENTIALS_CONTENT"], ASK
    yield "model-of-a-version", ['model "claude-sonnet-4-5@20250929"'], ASK
    yield "model-of-a-path", ['model "tuned/x y"'], ASK
    yield "version-other", ['anthropic_version "vertex-2099"'], ASK
    yield "query-and-base-url", ["query_params { a b }", 'base_url "http://llm.test/v1"'], ASK


def clients_of_bedrock():
    yield "arn", ['model_id "arn:aws:bedrock:us-east-1:1:inference-profile/us.nova-v1:0"'], ASK
    yield "strange-model", ['model "a b/c+d~e_f-g%h(i)ü"'], ASK
    yield "region", ['region "eu-central-1"'], ASK
    yield "region-variable", ["region env.TEAM"], ASK
    yield "path-of-a-server", [f'endpoint_url "http://127.0.0.1:{PORT}/sub"'], ASK
    yield "path-of-a-server-slash", [f'endpoint_url "http://127.0.0.1:{PORT}/sub/"'], ASK
    keys = ['access_key_id "AKIDOFOPTIONS"', 'secret_access_key "secret"']
    yield "keys", keys, ASK
    yield "keys-and-session", [*keys, 'session_token "session"'], ASK
    yield "inference", [
        'inference_configuration { max_tokens 100\n temperature 0.5\n top_p 0.25\n stop_sequences ["END"] }',
    ], HELLO
    yield "inference-whole-numbers", ["inference_configuration { temperature 1\n top_p 0 }"], ASK
    yield "inference-empty", ["inference_configuration { }"], ASK
    as_urls = ["media_url_handler { image send_url\n pdf send_url\n video send_url }"]
    yield "image-in-s3", as_urls, [say("user", image("s3://bucket/cat.png", "image/png"))]
    yield "pdf-in-s3", as_urls, [say("user", "Read", link("pdf", "s3://bucket/a.pdf"))]
    yield "video-in-s3", as_urls, [say("user", link("video", "s3://bucket/a.mp4", "video/mp4"))]
    yield "more-fields", ['additional_model_request_fields { top_k 40\n thinking { type "enabled" } }'], HELLO


# Clients that replace what a provider needs.
WHOLE = [
    ("openai", "nothing", [], HELLO),
    ("ollama", "nothing", [], HELLO),
    ("anthropic", "nothing", [], HELLO),
    ("google-ai", "nothing", [], HELLO),
    ("azure-openai", "version", ['resource_name "east"', 'deployment_id "chat"', 'api_version "2024-02-01"'], HELLO),
    ("azure-openai", "version-variable", ["resource_name env.TEAM", "deployment_id env.TEAM", "api_version env.TEAM"], ASK),
    (
        "azure-openai",
        "version-and-query",
        ['resource_name "east"', 'deployment_id "chat"', 'api_version "a"', "query_params { b c }"],
        ASK,
    ),
    (
        "azure-openai",
        "version-twice",
        ['resource_name "east"', 'deployment_id "chat"', 'api_version "a"', "query_params { api-version b }"],
        ASK,
    ),
    ("azure-openai", "base-url", ['base_url "https://east.test/openai/deployments/chat/"', 'api_version "a"'], HELLO),
    ("azure-openai", "base-url-variable", ["base_url env.BASE_URL"], ASK),
    ("azure-openai", "model", ['resource_name "east"', 'deployment_id "chat"', 'model "gpt-4o"'], ASK),
    ("openai", "no-key", ['model "m"'], ASK),
    ("azure-openai", "no-key", NEEDED["azure-openai"], ASK),
    ("anthropic", "no-key", NEEDED["anthropic"], ASK),
    ("google-ai", "no-key", NEEDED["google-ai"], ASK),
    ("ollama", "no-key", NEEDED["ollama"], ASK),
    ("vertex-ai", "claude", ['model "claude-3"', 'location "l"'], HELLO),
    ("vertex-ai", "no-key", NEEDED["vertex-ai"], ASK),
    ("aws-bedrock", "no-key", NEEDED["aws-bedrock"], ASK),
]


def all_cases():
    for provider, needed in NEEDED.items():
        for name, messages in conversations():
            yield provider, name, needed, messages
        for name, extra, messages in clients(provider):
            keys = {line.split()[0] for line in extra}
            if provider == "aws-bedrock" and not is_of_bedrock(keys):
                continue
            # Of these pairs a client may have one.
            keys |= {other for key, other in (("base_url", "location"), ("model_id", "model")) if key in keys}
            yield provider, name, [line for line in needed if line.split()[0] not in keys] + extra, messages
    yield from WHOLE


def is_of_bedrock(keys):
    own = {line.split()[0] for _, extra, _ in clients_of_bedrock() for line in extra}
    return all(key in own or key.startswith(BEDROCK_KNOWS) for key in keys)
