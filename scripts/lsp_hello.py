#!/usr/bin/env python3
"""Starts a language server, asks it to initialize and to stop, and fails unless it does both: lsp_hello.py COMMAND…"""

import json
import subprocess
import sys


def message(body):
    text = json.dumps({"jsonrpc": "2.0", **body}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(text), text)


server = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
answer, _ = server.communicate(
    message({"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}})
    + message({"method": "initialized", "params": {}})
    + message({"id": 2, "method": "shutdown"})
    + message({"method": "exit"}),
    timeout=20,
)
assert b'"capabilities"' in answer, answer
assert server.returncode == 0, server.returncode
print("the language server answers")
