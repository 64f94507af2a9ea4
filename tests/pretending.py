"""The embedded database over real HTTP, pretending here and there to be another kind of server."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import uvicorn

from arango_thinking.embedded.http.api import EmbeddedServer
from arango_thinking.embedded.http.authentication import Authentication
from arango_thinking.embedded.http.messages import Request, Response, reply
from arango_thinking.embedded.http.server import Application, set_root_password
from arango_thinking.embedded.storage.storage import Storage


class Pretending(EmbeddedServer):
    """Answers as `replies` says, by method and path below the database, with what is merged into the real answer."""

    def __init__(self, file: Path, password: str | None) -> None:
        storage = Storage(str(file))
        if password is not None:
            set_root_password(storage, password)
        super().__init__(storage, Authentication(storage) if password is not None else None)
        self.replies: dict[str, dict[str, Any]] = {}
        #: Method, path and body of what changed something, in order.
        self.writes: list[tuple[str, str, Any]] = []

    def handle(self, request: Request) -> Response:
        path = "/" + request.path.removeprefix("/_db/").partition("/")[2]
        if request.method != "GET" and path != "/_api/cursor":
            self.writes.append((request.method, path, orjson.loads(request.body or b"null")))
        real, said = super().handle(request), self.replies.get(f"{request.method} {path}")
        if said is None:
            return real
        return reply(said.get("code", real.status), {**orjson.loads(real.body), **said})


@contextmanager
def serving_application(application: Application, **options: Any) -> Iterator[int]:
    """Serve it in this process; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server = uvicorn.Server(uvicorn.Config(application, log_level="critical", lifespan="off", ws="none", **options))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()
            application.close()


@contextmanager
def pretending(folder: Path, password: str | None = None) -> Iterator[tuple[Pretending, str]]:
    """Such a server and its URL; without a password of root it asks for none."""
    server = Pretending(folder / "pretending.db", password)
    with serving_application(Application(server, authenticates=password is not None)) as port:
        yield server, f"http://127.0.0.1:{port}"
