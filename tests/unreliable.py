"""A real HTTP server between the driver and a database that loses answers, or gives others in their place."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

#: The answer is lost on its way, though the database did what it was asked.
LOST = "lost"


class Unreliable(ThreadingHTTPServer):
    """Passes everything on to `upstream`; what `answers` holds is used up by the requests for `path`, one each."""

    daemon_threads = True

    def __init__(self, upstream: str, path: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = upstream
        self.path = path
        self.answers: list[Any] = []
        self.asked = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Unreliable

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        special = None
        if self.path.partition("?")[0].endswith(self.server.path):
            self.server.asked += 1
            special = self.server.answers.pop(0) if self.server.answers else None
        if isinstance(special, dict):
            self._answer(201, json.dumps(special).encode())
            return
        url = f"{self.server.upstream}{self.path}"
        reply = requests.request(self.command, url, headers=dict(self.headers), data=body, timeout=30)
        if special == LOST:
            self.close_connection = True
            return
        self._answer(reply.status_code, reply.content)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _pass_on  # noqa: N815 - names of the standard library

    def _answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def unreliable(upstream: str, path: str) -> Iterator[Unreliable]:
    """A server that is stopped at the end."""
    with Unreliable(upstream, path) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
