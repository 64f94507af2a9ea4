"""A chat API without a framework: fast, and able to break off, stall or garble a reply as real networks do.

python -m tests.raw_api [--delay SECONDS]        # prints its URL and serves until it is killed
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Self

Body = dict[str, Any]
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Reaction:
    """What a request is met with. "cut" and "stall" give half of the content; "reset" gives nothing at all."""

    content: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    ending: Literal["whole", "cut", "stall", "reset"] = "whole"

    def encoded(self) -> bytes:
        given = {"Content-Type": "application/json", "Content-Length": str(len(self.content)), **self.headers}
        lines = [f"HTTP/1.1 {self.status} Said", *(f"{name}: {value}" for name, value in given.items())]
        whole = "\r\n".join(lines).encode() + b"\r\n\r\n" + self.content
        return whole if self.ending == "whole" else whole[: -len(self.content) // 2]


def said(text: str, **changes: Any) -> Reaction:
    """A reply that says `text`."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    content = {"object": "chat.completion", "model": "test", "choices": [choice], "usage": usage}
    return Reaction(json.dumps(content).encode(), **changes)


def failed(status: int, message: str = "no", code: str | None = None, **headers: str) -> Reaction:
    """An error as OpenAI's API gives it; underscores in the names of headers are dashes."""
    content = json.dumps({"error": {"message": message, "type": "test", "code": code}}).encode()
    return Reaction(content, status, {name.replace("_", "-"): value for name, value in headers.items()})


class RawAPI:
    """Meets each request with `react(body)`; `most_in_flight` counts from request to reply."""

    def __init__(self, react: Callable[[Body], Reaction] = lambda _: said("42")) -> None:
        self.react = react
        self.requests: list[Body] = []
        self.times: list[float] = []
        self.headers: list[str] = []
        self.in_flight = self.most_in_flight = self.connections = 0
        self._socket = socket.socket()
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._ready = threading.Event()
        self._over = asyncio.Event()

    def script(self, *reactions: Reaction) -> None:
        """Meet requests with these one after the other, and with the last one for ever."""
        left = list(reactions)
        self.react = lambda _: left.pop(0) if len(left) > 1 else left[0]

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *exception: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._connected, sock=self._socket, backlog=4096)
        self._ready.set()
        await self._over.wait()
        server.close()
        # Whatever still stalls is cancelled with the loop.

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while await self._exchange(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its reply; returns whether the connection goes on."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        body = json.loads(await reader.readexactly(int(length[1]) if length else 0))
        self.times.append(time.monotonic())
        self.requests.append(body)
        self.headers.append(head.decode())
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            return await self._reply(self.react(body), writer)
        finally:
            self.in_flight -= 1

    async def _reply(self, reaction: Reaction, writer: asyncio.StreamWriter) -> bool:
        if reaction.delay:
            await asyncio.sleep(reaction.delay)
        if reaction.ending == "reset":
            # Closed without lingering, a connection is reset.
            raw: socket.socket = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
            return False
        writer.write(reaction.encoded())
        await writer.drain()
        if reaction.ending == "stall":
            await self._over.wait()
        return reaction.ending == "whole"
