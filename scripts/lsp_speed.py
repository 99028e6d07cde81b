#!/usr/bin/env python3
"""Measures how long an editor waits for diagnostics after a keystroke: `clientc lsp` beside `baml-cli lsp` of BAML 0.226.3.

    cargo build --release -p clientc
    scripts/lsp_speed.py --clients 1000 10000 --write

Both servers open the same generated project, and a scripted editor types into a file of about 50 KB: it makes the
provider of the last client wrong and right again, letter by letter. The time runs from the moment at which the change is
handed to the server until it has pushed the diagnostics of that file that belong to it. A server that wants whole texts
gets whole texts. Both are measured in the same run on the same machine, in turns of `--edits` keystrokes.

clientc is measured once more in the same project with `--findings` findings, which are published again for the file that is
edited. The result is a Markdown table: median, 99th percentile and slowest keystroke in milliseconds, the time
that the server computed for one, the resident memory after the session, and how many times faster the median is. The project generator is `gen_clients.py`; the default is the one beside
the repository.
"""

import argparse
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import queue
import re
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/src/internals/performance.md"
BEGIN, END = "<!-- lsp_speed: begin -->", "<!-- lsp_speed: end -->"
BAML = "baml-py==0.226.3"
PATIENCE = 300
# The first keystrokes wait for the project to be read.
WARM = 4


def main():
    arguments = parse_arguments()
    clientc = pathlib.Path(arguments.clientc or ROOT / "target/release/clientc").resolve()
    baml = pathlib.Path(arguments.baml or installed_baml()).absolute()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for size in arguments.clients:
            project = pathlib.Path(folder) / str(size)
            project.mkdir()
            subprocess.run([sys.executable, arguments.generator, str(size), project], check=True)
            (project / ".git").mkdir()
            rows.append(row(size, project, [clientc, "lsp"], [baml, "lsp"], arguments))
            spoil(project, arguments.findings)
            rows.append((f"{size:,} with {arguments.findings:,} findings", *measured([clientc, "lsp"], project, arguments), None))
    text = table(rows) + "\n\n" + circumstances(arguments)
    print(text)
    if arguments.write:
        page = PAGE.read_text()
        start, end = page.index(BEGIN) + len(BEGIN), page.index(END)
        PAGE.write_text(page[:start] + "\n" + text + "\n" + page[end:])


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, nargs="+", default=[1000, 10000], metavar="N", help="sizes of projects")
    parser.add_argument("--findings", type=int, default=1000, metavar="N", help="findings of a second run of clientc (1000)")
    parser.add_argument("--edits", type=int, default=300, metavar="N", help="keystrokes of clientc (300)")
    parser.add_argument("--peer-edits", type=int, default=100, metavar="N", help="keystrokes of the peer (100)")
    parser.add_argument("--peer-most", type=int, default=10000, metavar="N", help="the largest project of the peer")
    parser.add_argument("--baml", metavar="PATH", help=f"a baml-cli; without it {BAML} is installed into target/tools")
    parser.add_argument("--clientc", metavar="PATH", help="a clientc; without it target/release/clientc")
    parser.add_argument("--generator", metavar="PATH", default=ROOT.parent / "shared/tools/gen_clients.py")
    parser.add_argument("--write", action="store_true", help=f"write the table into {PAGE.relative_to(ROOT)}")
    return parser.parse_args()


def installed_baml():
    tools = ROOT / "target/tools"
    if not (tools / "bin/python").exists():
        subprocess.run([sys.executable, "-m", "venv", tools], check=True)
    subprocess.run([tools / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", BAML], check=True)
    return tools / "bin/baml-cli"


class Server:
    """A language server over its standard streams."""

    def __init__(self, command, root):
        self.root = root
        self.process = subprocess.Popen(
            command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.inbox = queue.Queue()
        self.next_id = 0
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        stream = self.process.stdout
        while True:
            length = 0
            while (line := stream.readline().strip()):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if not length:
                return
            body = stream.read(length)
            self.inbox.put((time.perf_counter(), json.loads(body)))

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def request(self, method, params):
        self.next_id += 1
        self.send({"id": self.next_id, "method": method, "params": params})
        while True:
            _, message = self.receive()
            if message.get("id") == self.next_id and "method" not in message:
                return message.get("result")

    def receive(self):
        at, message = self.inbox.get(timeout=PATIENCE)
        if "method" in message and "id" in message:
            self.send({"id": message["id"], "result": None})
        return at, message

    def pushed(self, uri, wanted):
        """The moment at which diagnostics of a document came that are as wanted."""
        while True:
            at, message = self.receive()
            params = message.get("params") or {}
            if message.get("method") == "textDocument/publishDiagnostics" and params["uri"] == uri:
                if bool([found for found in params["diagnostics"] if found.get("severity") == 1]) == wanted:
                    return at

    def memory_kib(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            fields = dict(line.split(":", 1) for line in status)
        return int(fields["VmRSS"].split()[0])

    def cpu_ms(self):
        """The time that the server has computed so far, on all cores."""
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")

    def end(self):
        try:
            self.request("shutdown", None)
            self.send({"method": "exit"})
            self.process.wait(10)
        except (queue.Empty, BrokenPipeError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()


def session(command, project, edits):
    """The time of each keystroke in milliseconds, and the memory at the end in KiB."""
    file = max((project / "baml_src").glob("*.baml"), key=lambda path: path.stat().st_size)
    uri, text = file.as_uri(), file.read_text()
    server = Server(command, project)
    result = server.request("initialize", {
        "processId": os.getpid(),
        "rootUri": project.as_uri(),
        "workspaceFolders": [{"uri": project.as_uri(), "name": "project"}],
        "capabilities": {
            "general": {"positionEncodings": ["utf-16"]},
            "textDocument": {"publishDiagnostics": {"versionSupport": True}},
        },
    })
    sync = result["capabilities"].get("textDocumentSync")
    kind = sync.get("change") if isinstance(sync, dict) else sync
    server.send({"method": "initialized", "params": {}})
    server.send({"method": "textDocument/didOpen", "params": {
        "textDocument": {"uri": uri, "languageId": "baml", "version": 1, "text": text},
    }})
    # The provider of the last client of the file, behind its last letter.
    at = text.rindex("provider ") + len("provider ")
    at += len(text[at:].split("\n")[0])
    position = {"line": text.count("\n", 0, at), "character": at - text.rfind("\n", 0, at) - 1}
    after = {"line": position["line"], "character": position["character"] + 1}
    times, version, cpu_before = [], 1, 0
    for edit in range(edits + WARM):
        types = edit % 2 == 0
        version += 1
        if edit == WARM:
            cpu_before = server.cpu_ms()
        whole = text[:at] + "x" + text[at:] if types else text
        part = {"range": {"start": position, "end": position if types else after}, "text": "x" if types else ""}
        change = {"method": "textDocument/didChange", "params": {
            "textDocument": {"uri": uri, "version": version},
            "contentChanges": [part if kind == 2 else {"text": whole}],
        }}
        start = time.perf_counter()
        server.send(change)
        took = (server.pushed(uri, types) - start) * 1000
        if edit >= WARM:
            times.append(took)
    cpu, memory = (server.cpu_ms() - cpu_before) / edits, server.memory_kib()
    server.end()
    return times, cpu, memory, len(text)


def spoil(project, findings):
    """Writes retries among the options of so many clients, where a rule warns of them."""
    for file in sorted((project / "baml_src").glob("*.baml")):
        text, changed = re.subn(r"(\n *)model ", r"\1max_retries 3\1model ", file.read_text(), count=findings)
        file.write_text(text)
        findings -= changed
        if findings <= 0:
            return
    raise SystemExit("the project has fewer models than findings are wanted")


def measured(command, project, arguments):
    """The length of the file that is edited, and the numbers of a session."""
    *own, length = session(command, project, arguments.edits)
    return length, own


def row(size, project, ours, theirs, arguments):
    length, own = measured(ours, project, arguments)
    peer = session(theirs, project, arguments.peer_edits)[:3] if size <= arguments.peer_most else None
    return f"{size:,}", length, own, peer


def percentile(times, share):
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def table(rows):
    lines = [
        "| clients | file | server | median | p99 | slowest | computed | memory | times faster |",
        "|--:|--:|---|--:|--:|--:|--:|--:|--:|",
    ]
    for size, length, own, peer in rows:
        faster = f"{statistics.median(peer[0]) / statistics.median(own[0]):.0f}" if peer else "-"
        for name, measured, factor in [("clientc", own, faster), ("baml-cli", peer, "")]:
            if measured:
                times, cpu, memory = measured
                numbers = [statistics.median(times), percentile(times, 0.99), max(times), cpu]
                cells = " | ".join(f"{number:.1f} ms" for number in numbers)
                lines.append(
                    f"| {size} | {length / 1000:.0f} KB | {name} | {cells} | {memory / 1024:.0f} MiB | {factor} |"
                )
    return "\n".join(lines)


def circumstances(arguments):
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    load = os.getloadavg()[0]
    today = datetime.date.today().isoformat()
    return (
        f"{today}, commit {commit.stdout.strip()}, {os.cpu_count()} cores, {arguments.edits} keystrokes of clientc and "
        f"{arguments.peer_edits} of the peer, load {load:.1f} at the end."
    )


if __name__ == "__main__":
    main()
