"""An HTTP proxy before a served database, which answers some requests by an error of ArangoDB or breaks them off."""

from __future__ import annotations

import http.client
import json
import socket
import struct
import threading
from collections import Counter
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from arango_thinking.store.queries import files, query

_QUERIES = {query(name).text: name for name in files()}
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@dataclass(frozen=True)
class Fault:
    """What some requests are met with: an error, or a connection that is reset before or after the work was done."""

    status: int = 0
    #: None for an error that is none of ArangoDB's, as of a proxy.
    number: int | None = None
    reset: Literal["before", "after"] | None = None
    #: Which requests: those that run the query of this name in aql/,
    query: str = "write_back"
    #: whose body has these words,
    containing: str = ""
    #: and is at least so long;
    least_bytes: int = 0
    #: and how many of them.
    times: int = 1_000_000

    def content(self) -> bytes:
        if self.number is None:
            return b"<html>Request Entity Too Large</html>"
        error = {"error": True, "code": self.status, "errorNum": self.number, "errorMessage": "provoked"}
        return json.dumps(error).encode()


class FaultyProxy(ThreadingHTTPServer):
    """Passes requests on to `target`. `met` counts the faults given; `bodies` holds those of each query."""

    daemon_threads = True
    request_queue_size = 100

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = urlsplit(target).netloc
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.fault: Fault | None = None
        self.met = 0
        self.bodies: dict[str, Counter[bytes]] = {}
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})

    def provoke(self, fault: Fault | None) -> None:
        """Meet requests with this from now on, and forget the ones before."""
        with self._lock:
            self.fault, self.met, self.bodies = fault, 0, {}

    def repeated(self, name: str) -> int:
        """How many requests of the query of that name were made once more, word for word."""
        return sum(times - 1 for times in self.bodies.get(name, Counter()).values())

    def drawn(self, body: bytes) -> Fault | None:
        """The fault that a request is met with."""
        name = _name(body)
        with self._lock:
            if name is None:
                return None
            self.bodies.setdefault(name, Counter())[body] += 1
            fault = self.fault
            if fault is None or fault.query != name or self.met >= fault.times:
                return None
            if fault.containing.encode() not in body or len(body) < fault.least_bytes:
                return None
            self.met += 1
            return fault

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()


def _name(body: bytes) -> str | None:
    try:
        text = json.loads(body)
    except ValueError:
        return None
    return _QUERIES.get(text.get("query", "")) if isinstance(text, dict) else None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without it each reply waits 40 ms for the client's delayed acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1
    server: FaultyProxy

    def _meet(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.drawn(body)
        if fault is None:
            self._answer(*self._passed_on(body))
        elif fault.reset is None:
            self._answer(fault.status, {"Content-Type": "application/json"}, fault.content())
        else:
            if fault.reset == "after":
                self._passed_on(body)
            self._break_off()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _meet  # noqa: N815

    def _passed_on(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        there = http.client.HTTPConnection(self.server.target, timeout=30)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
            there.request(self.command, self.path, body, headers)
            answer = there.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            there.close()

    def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def _break_off(self) -> None:
        # Closed without lingering, a connection is reset.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
        """Say nothing."""
