#!/usr/bin/env python3
"""Records the requests that BAML 0.226.3 builds, for `crates/runtime/src/provider/tests/oracle.rs` to compare with ours.

Each case is a client and a conversation. The client is resolved by `clientc`, the request is built by `baml-py` out of a
function whose prompt says the conversation, once as a call and once as a stream. Keys are made up. Nothing is sent, except
that BAML itself fetches some URLs of media, which a server of this script answers.

    python3 -m venv venv && venv/bin/pip install baml-py==0.226.3 pydantic
    cargo build
    venv/bin/python scripts/request_oracle.py

The cases go to `tests/requests/`, one file for each provider.
"""

import argparse
import http.server
import json
import pathlib
import subprocess
import tempfile
import threading

import baml_py

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests/requests"
PORT = 44498
IMAGE = f"http://127.0.0.1:{PORT}/cat.gif"
GIF, GIF_DATA = b"GIF89a", "R0lGODlh"
ENVIRONMENT = {
    "OPENAI_API_KEY": "key-of-openai",
    "AZURE_OPENAI_API_KEY": "key-of-azure",
    "OPENROUTER_API_KEY": "key-of-openrouter",
    "ANTHROPIC_API_KEY": "key-of-anthropic",
    "GOOGLE_API_KEY": "key-of-google",
    "OTHER_KEY": "another-key",
    "TEAM": "blue",
    "BASE_URL": "http://10.0.0.7:8080/api/",
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
}
OPENAI_LIKE = [name for name in NEEDED if name not in ("anthropic", "google-ai")]
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
    if provider != "azure-openai":
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
    if provider == "google-ai":
        yield "safety", ['safetySettings [{ category "HARM_CATEGORY_HARASSMENT"\n threshold "BLOCK_NONE" }]'], HELLO
        yield "generation-config", ["generationConfig { temperature 0.5\n topK 3 }"], HELLO
        yield "generation-config-snake", ["generation_config { temperature 0.5 }"], HELLO
        yield "model-of-a-project", ['model "tuned models/x"'], ASK
    if provider == "anthropic":
        yield "thinking", ['thinking { type "enabled"\n budget_tokens 1024 }'], HELLO


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
    ("vertex-ai", "location", ['model "m"', 'location "l"'], ASK),
    ("aws-bedrock", "model", ['model "m"', 'region "r"'], ASK),
]


def all_cases():
    for provider, needed in NEEDED.items():
        for name, messages in conversations():
            yield provider, name, needed, messages
        for name, extra, messages in clients(provider):
            keys = {line.split()[0] for line in extra}
            yield provider, name, [line for line in needed if line.split()[0] not in keys] + extra, messages
    yield from WHOLE


def text_of(provider, options):
    lines = [line for option in options for line in option.split("\n")]
    body = "\n".join("    " + line.strip() for line in lines)
    return f"client Client {{\n  provider {provider}\n  options {{\n{body}\n  }}\n}}\n"


def prompt_of(messages):
    """Returns a prompt that says the messages, and the media that it names."""
    lines, media = [], []
    for message in messages:
        more = "".join(f", {key}={json.dumps(value)}" for key, value in message["metadata"].items())
        lines.append('{{ _.role("%s", __baml_allow_dupe_role__=true%s) }}' % (message["role"], more))
        for part in message["parts"]:
            if isinstance(part, str):
                lines.append(part)
            else:
                lines.append("{{ m%d }}" % len(media))
                media.append(part)
    return "\n".join(lines), media


def value_of(part):
    kinds = {"image": baml_py.Image, "audio": baml_py.Audio, "pdf": baml_py.Pdf, "video": baml_py.Video}
    kind = kinds[part["kind"]]
    if "data" in part:
        return kind.from_base64(part["data"]) if part["kind"] == "pdf" else kind.from_base64(part["media_type"], part["data"])
    if part["media_type"] and part["kind"] != "pdf":
        return kind.from_url(part["url"], part["media_type"])
    return kind.from_url(part["url"])


def recorded(client, messages, environment):
    """Returns BAML's request as a call and as a stream."""
    prompt, media = prompt_of(messages)
    arguments = ", ".join(f"m{index}: {part['kind']}" for index, part in enumerate(media)) or "nothing: string?"
    values = {f"m{index}": value_of(part) for index, part in enumerate(media)} or {"nothing": None}
    text = f'{client}function F({arguments}) -> string {{\n  client Client\n  prompt ##"\n{prompt}\n"##\n}}\n'
    try:
        runtime = baml_py.BamlRuntime.from_files("/cases/baml_src", {"/cases/baml_src/a.baml": text}, environment)
    except baml_py.BamlError as error:
        raise SystemExit(f"BAML refuses a case:\n{client}\n{error}") from error
    context = runtime.create_context_manager()
    return {
        name: request_of(runtime, values, context, environment, is_streaming)
        for name, is_streaming in (("call", False), ("stream", True))
    }


def request_of(runtime, values, context, environment, is_streaming):
    try:
        request = runtime.build_request_sync("F", dict(values), context, None, None, environment, is_streaming)
    except Exception as error:  # BAML has no common class of errors.
        return {"error": str(error).split("Stack backtrace")[0].strip().splitlines()[0]}
    headers = dict(sorted((name.lower(), value) for name, value in request.headers.items()))
    body = {key: in_order(value) for key, value in request.body.json().items()}
    return {"method": request.method, "url": request.url, "headers": headers, "body": body}


def in_order(value):
    """Sorts the keys below the top: BAML writes metadata in an order of chance."""
    if isinstance(value, dict):
        return {key: in_order(value[key]) for key in sorted(value)}
    return [in_order(each) for each in value] if isinstance(value, list) else value


def resolved_options(clientc, client):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "baml_src"
        source.mkdir()
        (source / "a.baml").write_text(client)
        run = subprocess.run(
            [clientc, "resolve", "--format", "json", str(source)], capture_output=True, text=True, check=False
        )
        if run.returncode:
            raise SystemExit(f"clientc refuses a case:\n{client}\n{run.stderr}{run.stdout}")
        return json.loads(run.stdout)["clients"]["Client"]["options"]


class Pictures(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("content-type", "image/gif")
        self.end_headers()
        self.wfile.write(GIF)

    def log_message(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clientc", default=str(ROOT / "target/debug/clientc"))
    arguments = parser.parse_args()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Pictures)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    files = {}
    for provider, name, options, messages in all_cases():
        client = text_of(provider, options)
        environment = {} if name == "no-key" else ENVIRONMENT
        case = {
            "name": f"{provider}/{name}",
            "client": client,
            "options": resolved_options(arguments.clientc, client),
            "messages": messages,
            "environment": environment != {},
            "expected": recorded(client, messages, environment),
        }
        files.setdefault(provider, []).append(case)
    FOLDER.mkdir(exist_ok=True)
    for provider, cases in files.items():
        lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
        (FOLDER / f"{provider}.json").write_text(f"[\n{lines}\n]\n")
    (FOLDER / "environment.json").write_text(json.dumps(ENVIRONMENT, indent=2) + "\n")
    print(sum(len(cases) for cases in files.values()), "clients, each as a call and as a stream")


if __name__ == "__main__":
    main()
