"""The servers that `request_oracle.py` needs: pictures, Google's tokens, and Bedrock's Converse API.

It is a process of its own, because a streaming call of BAML keeps all threads of its process waiting. What Bedrock was
sent is kept, and given to whoever asks for `/recorded`, once.
"""

import http.server
import json
import struct
import sys
import zlib

GIF = b"GIF89a"
TOKEN = "token-of-google"
USAGE = {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}
ANSWER = {
    "output": {"message": {"role": "assistant", "content": [{"text": "Hi"}]}},
    "stopReason": "end_turn",
    "usage": USAGE,
}
EVENTS = [
    ("messageStart", {"role": "assistant"}),
    ("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "Hi"}}),
    ("contentBlockStop", {"contentBlockIndex": 0}),
    ("messageStop", {"stopReason": "end_turn"}),
    ("metadata", {"usage": USAGE, "metrics": {"latencyMs": 1}}),
]


def framed(name, data):
    """Returns an event in AWS's binary form: lengths, their checksum, headers, data, and the checksum of all."""
    pairs = {":message-type": "event", ":event-type": name, ":content-type": "application/json"}
    headers = b"".join(
        struct.pack(">B", len(key)) + key.encode() + struct.pack(">BH", 7, len(value)) + value.encode()
        for key, value in pairs.items()
    )
    payload = json.dumps(data).encode()
    lengths = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    message = lengths + struct.pack(">I", zlib.crc32(lengths)) + headers + payload
    return message + struct.pack(">I", zlib.crc32(message))


class Servers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    recorded = []

    def do_GET(self):
        if self.path == "/recorded":
            self.answer("application/json", json.dumps(self.recorded).encode())
            self.recorded.clear()
        else:
            self.answer("image/gif", GIF)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path == "/token":
            token = {"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"}
            return self.answer("application/json", json.dumps(token).encode())
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.recorded.append({"path": self.path, "headers": headers, "body": json.loads(body)})
        if self.path.endswith("/converse-stream"):
            events = b"".join(framed(name, data) for name, data in EVENTS)
            return self.answer("application/vnd.amazon.eventstream", events)
        return self.answer("application/json", json.dumps(ANSWER).encode())

    def answer(self, media_type, body):
        self.send_response(200)
        self.send_header("content-type", media_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Servers).serve_forever()
