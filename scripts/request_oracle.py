#!/usr/bin/env python3
"""Records the requests that BAML 0.226.3 builds, for `crates/runtime/src/provider/tests/oracle.rs` to compare with ours.

Each case is a client and a conversation. The client is resolved by `clientc`, the request is built by `baml-py` out of a
function whose prompt says the conversation, once as a call and once as a stream. Keys are made up. Nothing is sent, except
to the servers of `request_oracle_server.py`: BAML itself fetches some URLs of media and Google's tokens, and it builds
Bedrock's requests in full only when it makes the calls.

    python3 -m venv venv && venv/bin/pip install baml-py==0.226.3 pydantic cryptography
    cargo build
    venv/bin/python scripts/request_oracle.py

The cases go to `tests/requests/`, one file for each provider.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

os.environ.setdefault("BAML_LOG", "off")

import baml_py
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from request_oracle_cases import ACCOUNT, ENVIRONMENT, KEY_FILE, PORT, all_cases

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests/requests"


def text_of(family, options):
    # Anthropic's models on Vertex AI are a family of their own.
    provider = family.removesuffix("-claude")
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
    builds = request_of_bedrock if "provider aws-bedrock" in client else request_of
    return {
        name: builds(runtime, values, context, environment, is_streaming)
        for name, is_streaming in (("call", False), ("stream", True))
    }


def request_of(runtime, values, context, environment, is_streaming):
    try:
        request = runtime.build_request_sync("F", dict(values), context, None, None, environment, is_streaming)
    except Exception as error:  # BAML has no common class of errors.
        return {"error": first_line(error)}
    headers = dict(sorted((name.lower(), value) for name, value in request.headers.items()))
    body = {key: in_order(value) for key, value in request.body.json().items()}
    return {"method": request.method, "url": request.url, "headers": headers, "body": body}


def request_of_bedrock(runtime, values, context, environment, is_streaming):
    """BAML builds no streaming request for Bedrock, and no `endpoint_url`, unless it makes the call."""
    given = ("F", dict(values))
    try:
        if is_streaming:
            stream = runtime.stream_function_sync(*given, None, context, None, None, [], environment, None)
            said = stream.done(context)
        else:
            said = runtime.call_function_sync(*given, context, None, None, [], environment, None)
    except Exception as error:
        said = error
    requests = json.load(served("/recorded"))
    if not requests:
        return {"error": first_line(said)}
    [request] = requests
    body = {key: in_order(value) for key, value in request["body"].items()}
    url = f"http://127.0.0.1:{PORT}{request['path']}"
    return {"method": "POST", "url": url, "headers": headers_of_bedrock(request["headers"]), "body": body}


def headers_of_bedrock(headers):
    """Of the signature who signed, and for which region. What the AWS library says of itself is left out."""
    date = headers["x-amz-date"][:8]
    scope = headers["authorization"].split("Credential=")[1].split(",")[0]
    kept = {name: headers[name] for name in ("content-type", "accept", "x-amz-security-token") if name in headers}
    return dict(sorted({**kept, "signed-by": scope.replace(f"/{date}/", "/DATE/")}.items()))


def first_line(error):
    """Returns what an error says first. The rest has times, the prompt, and what other servers say."""
    said = re.search(r'LLMErrorResponse .* message: "(.*)', str(error))
    said = said[1].replace('\\"', '"') if said else str(error).strip()
    return re.split(r"\n|\\n|\(\\n|Stack backtrace", said)[0].strip(" \"\\")


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


def served(path):
    return urllib.request.urlopen(f"http://127.0.0.1:{PORT}{path}", timeout=10)


def start_servers():
    """Starts the servers, and makes the key that Google's tokens are asked for with."""
    servers = subprocess.Popen([sys.executable, ROOT / "scripts/request_oracle_server.py", str(PORT)])
    for _ in range(100):
        try:
            served("/recorded").close()
            break
        except urllib.error.URLError:
            time.sleep(0.05)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    account = json.dumps({**ACCOUNT, "private_key": key.private_bytes(*form).decode()})
    KEY_FILE.write_text(account)
    return servers, {**ENVIRONMENT, "GOOGLE_APPLICATION_CREDENTIALS_CONTENT": account}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clientc", default=str(ROOT / "target/debug/clientc"))
    arguments = parser.parse_args()
    servers, variables = start_servers()
    try:
        record(arguments.clientc, variables)
    finally:
        servers.kill()
        KEY_FILE.unlink()


def record(clientc, variables):
    files = {}
    for provider, name, options, messages in all_cases():
        client = text_of(provider, options)
        environment = {} if name == "no-key" else variables
        case = {
            "name": f"{provider}/{name}",
            "client": client,
            "options": resolved_options(clientc, client),
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
