#!/usr/bin/env python3
"""Stands between an editor and `clientc lsp`, and records the session for `tests/lsp/replay.rs`.

    lsp_record.py RECORDING PROJECT PROGRAM [ARGUMENT...]

PROJECT is the folder that the editor has open, and PROGRAM is clientc. Every byte is passed on in both directions. When the
session ends, RECORDING gets one line of JSON a message of the editor, in order: a request with what kind of answer it had.
Paths of the project begin with $ROOT there, and a text that is that of its file in ../shared is left out. Run by
`CLIENTC_RECORD=FILE` with `scripts/nvim_test.sh` or `scripts/vscode_test.sh`.
"""

import json
import pathlib
import subprocess
import sys
import threading

ROOT = "$ROOT"


def main():
    recording, project, *command = sys.argv[1:]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    sent, answered = bytearray(), bytearray()
    threads = [
        threading.Thread(target=pass_on, args=(sys.stdin.buffer, server.stdin, sent)),
        threading.Thread(target=pass_on, args=(server.stdout, sys.stdout.buffer, answered)),
    ]
    texts = originals(pathlib.Path(project))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    code = server.wait()
    lines = compact(messages(sent), messages(answered), pathlib.Path(project).resolve(), texts)
    pathlib.Path(recording).write_text("".join(json.dumps(line, ensure_ascii=True) + "\n" for line in lines))
    sys.exit(code)


def pass_on(source, target, copy):
    while chunk := source.read1(65536):
        copy += chunk
        target.write(chunk)
        target.flush()
    target.close()


def messages(stream):
    """The bodies of a stream of frames."""
    at = 0
    while at < len(stream):
        head = stream.index(b"\r\n\r\n", at)
        fields = dict(line.lower().split(b":", 1) for line in bytes(stream[at:head]).split(b"\r\n"))
        at = head + 4 + int(fields[b"content-length"])
        yield json.loads(stream[head + 4 : at])


def originals(project):
    return {file.relative_to(project).as_posix(): file.read_text() for file in project.rglob("*.baml")}


def compact(sent, answered, root, texts):
    answers = {message["id"]: kind(message) for message in answered if "method" not in message and "id" in message}
    uri, path = root.as_uri(), str(root)
    for message in sent:
        message.pop("jsonrpc", None)
        if message.get("method") == "initialize":
            message["params"]["processId"] = None
        plain = json.dumps(message, ensure_ascii=False).replace(uri, f"file://{ROOT}").replace(path, ROOT)
        message = json.loads(plain)
        if message.get("method") == "textDocument/didOpen":
            document = message["params"]["textDocument"]
            if texts.get(document["uri"].removeprefix(f"file://{ROOT}/")) == document["text"]:
                document["text"] = None
        if "method" in message and "id" in message:
            message["answer"] = answers[message["id"]]
        yield message
        # What an editor says afterwards is said to nobody.
        if message.get("method") == "exit":
            return


def kind(answer):
    """What kind of answer it is: the code of an error, or whether there is something in the result."""
    if "error" in answer:
        return answer["error"]["code"]
    return "something" if answer.get("result") else "nothing"


if __name__ == "__main__":
    main()
