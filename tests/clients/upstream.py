"""A scripted server of OpenAI's form. The first part of the path says what it does:

    ok        answers, whole or as a stream
    hang      never answers
    stall     sends the first content and then nothing
    late-N    waits N milliseconds before the head
    drip      sends a piece every 100 ms for 20 s
    status-N  answers with the status N; 429 and 503 have a Retry-After of 2 s

`seen` holds a request for each call: its path, its body, its headers, and when its caller left.
"""

import asyncio
import json
import threading
import time

BASE = {"id": "chatcmpl-1", "created": 1, "model": "scripted"}


class Upstream:
    def __init__(self, port=0):
        self.seen = []
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()

        def run():
            asyncio.set_event_loop(self.loop)
            server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", port))
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
            self.loop.run_forever()

        threading.Thread(target=run, daemon=True).start()
        ready.wait()
        self.url = f"http://127.0.0.1:{self.port}"

    def count(self, mode):
        return sum(call["path"].startswith(f"/{mode}/") for call in self.seen)

    async def serve(self, reader, writer):
        try:
            await self.one(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def one(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)}
        if headers.get("transfer-encoding") == "chunked":
            data = b""
            while size := int(await reader.readline(), 16):
                data += (await reader.readexactly(size + 2))[:-2]
            await reader.readline()
        else:
            data = await reader.readexactly(int(headers.get("content-length", 0)))
        body = json.loads(data or b"{}")
        path = lines[0].split(" ")[1]
        call = {"path": path, "body": body, "headers": headers, "start": time.monotonic(), "left": None}
        self.seen.append(call)
        work = asyncio.ensure_future(self.answer(path.split("/")[1], body, writer))
        leaving = asyncio.ensure_future(reader.read(1))
        done, _ = await asyncio.wait({work, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if work not in done:
            call["left"] = time.monotonic()
            work.cancel()
            return
        work.result()
        # What was read ahead would be the next request, so the connection is closed after each answer.
        leaving.cancel()

    async def answer(self, mode, body, writer):
        if mode == "hang":
            await asyncio.sleep(3600)
        if mode.startswith("late-"):
            await asyncio.sleep(int(mode[5:]) / 1000)
        if mode.startswith("status-"):
            return await self.whole(writer, int(mode[7:]), {"error": {"message": "scripted", "code": "scripted"}})
        if body.get("stream"):
            return await self.stream(mode, body, writer)
        if mode in ("stall", "drip"):
            await asyncio.sleep(3600)
        message = {"role": "assistant", "content": "Hello there!", "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
        await self.whole(writer, 200, {**BASE, "object": "chat.completion", "choices": [choice], "usage": usage})

    async def whole(self, writer, status, value):
        data = json.dumps(value).encode()
        head = f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {len(data)}\r\nconnection: close\r\n"
        head += "retry-after: 2\r\n" if status in (429, 503) else ""
        writer.write(head.encode() + b"\r\n" + data)
        await writer.drain()

    async def stream(self, mode, body, writer):
        head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
        writer.write(head.encode())

        async def event(choices, **more):
            chunk = {**BASE, "object": "chat.completion.chunk", "choices": choices, **more}
            writer.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
            await writer.drain()

        def delta(reason=None, **delta):
            return [{"index": 0, "delta": delta, "finish_reason": reason}]

        await event(delta(role="assistant", content=""))
        await event(delta(content="Hello "))
        if mode == "stall":
            await asyncio.sleep(3600)
        if mode == "drip":
            for _ in range(200):
                await asyncio.sleep(0.1)
                await event(delta(content="x"))
        await event(delta(content="there!"))
        await event(delta(reason="stop"))
        if (body.get("stream_options") or {}).get("include_usage"):
            await event([], usage={"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3})
        writer.write(b"data: [DONE]\n\n")
        await writer.drain()


if __name__ == "__main__":
    import sys

    upstream = Upstream(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print(upstream.url, flush=True)
    threading.Event().wait()
