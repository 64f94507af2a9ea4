"""A real OpenAI-compatible server on loopback, with replies that a test scripts."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Body = dict[str, Any]
Reply = Callable[[Body], "str | Response"]


def chat(text: str, finish_reason: str = "stop") -> JSONResponse:
    """A chat completion that says `text`."""
    return replied(text, {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}, finish_reason)


def replied(text: str, usage: Any, finish_reason: str = "stop") -> JSONResponse:
    """A chat completion with the usage that a server tells."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish_reason}
    head = {"id": "1", "object": "chat.completion", "created": 0, "model": "test"}
    return JSONResponse({**head, "choices": [choice], "usage": usage})


def refusal(status: int, message: str = "no", **headers: str) -> JSONResponse:
    """An error as OpenAI's API gives it."""
    return JSONResponse({"error": {"message": message, "type": "test", "code": None}}, status, headers=headers)


def review(verdict: str, hint: str = "", score: float = 0.5) -> str:
    """A teacher's structured reply."""
    reply = {"verdict": verdict, "score": score, "where_wrong": "", "missing": [], "hint": hint}
    return json.dumps(reply)


class ChatAPI:
    """Answers each request by `reply(body)`, and keeps the bodies in `requests`."""

    def __init__(self) -> None:
        self.reset()
        self._in_flight = 0
        self._socket = socket.socket()
        # Connections inherit it: without it each reply waits 40 ms for the client's delayed acknowledgement.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"
        app = Starlette(routes=[Route("/v1/chat/completions", self._answer, methods=["POST"])])
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)

    def reset(self) -> None:
        """As if nobody had asked anything."""
        self.reply: Reply = lambda _: "I think so.\nAnswer: 42"
        self.requests: list[Body] = []
        self.most_in_flight = 0
        #: Seconds before each reply.
        self.delay = 0.0

    def script(self, *replies: str | Response) -> None:
        """Give these replies one after the other, and the last one for ever."""
        left = list(replies)
        self.reply = lambda _: left.pop(0) if len(left) > 1 else left[0]

    async def _answer(self, request: Request) -> Response:
        body = await request.json()
        self.requests.append(body)
        self._in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self._in_flight)
        await asyncio.sleep(self.delay)
        self._in_flight -= 1
        said = self.reply(body)
        return chat(said) if isinstance(said, str) else said

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.005)
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()
