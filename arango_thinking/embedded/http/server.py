"""The embedded server over HTTP, for clients in other processes and other languages."""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
import signal
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from arango_thinking.embedded.errors import ArangoError, ServeError
from arango_thinking.embedded.http.api import EmbeddedServer
from arango_thinking.embedded.http.authentication import TOKEN_LIFETIME, Authentication
from arango_thinking.embedded.http.messages import Request, Response, failure
from arango_thinking.embedded.storage.access.users import ROOT
from arango_thinking.embedded.storage.catalogue import SYSTEM_DATABASE
from arango_thinking.embedded.storage.storage import Storage

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8529

#: How many requests are answered at the same time; any more must wait for their turn. Most requests that are being
#: answered wait for each other, not for a processor.
WORKERS = 32
#: The same for requests that belong to a stream transaction.
TRANSACTION_WORKERS = 8
#: How many seconds a stopping server gives to the requests that it has begun to answer.
PATIENCE = 10
#: The headers that ArangoDB sends with every response.
HEADERS = [
    ("server", "ArangoDB"),
    ("cache-control", "no-cache, no-store, must-revalidate, pre-check=0, post-check=0, max-age=0, s-maxage=0"),
    ("content-security-policy", "frame-ancestors 'self'; form-action 'self';"),
    ("expires", "0"),
    ("pragma", "no-cache"),
    ("strict-transport-security", "max-age=31536000 ; includeSubDomains"),
    ("x-content-type-options", "nosniff"),
]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Application:
    """The server as an ASGI application; each request is answered on a worker thread."""

    def __init__(self, server: EmbeddedServer, *, authenticates: bool = True) -> None:
        self._server = server
        self._authenticates = authenticates
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="request")
        # Stream transactions have their own workers: writers that wait for one to end must not take the worker that
        # is needed to end it.
        self._transaction_workers = ThreadPoolExecutor(TRANSACTION_WORKERS, thread_name_prefix="transaction")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        if body is None:
            return
        request = _request(scope, body)
        if not self._authenticates and _comes_from_a_page(request):
            await _send(
                failure(ArangoError(11, "without passwords, web pages and hosts other than localhost are refused")),
                send,
            )
            return
        workers = self._transaction_workers if _belongs_to_a_transaction(request) else self._workers
        response = await asyncio.get_running_loop().run_in_executor(workers, self._server.handle, request)
        await _send(response, send)

    def close(self) -> None:
        """Wait for the requests that are being answered, then close the server."""
        self._workers.shutdown()
        self._transaction_workers.shutdown()
        self._server.close()


def _belongs_to_a_transaction(request: Request) -> bool:
    ends_one = "/_api/transaction/" in request.path and request.method != "POST"
    return ends_one or "x-arango-trx-id" in request.headers


def _comes_from_a_page(request: Request) -> bool:
    """Whether a browser sends the request for a web page, or the host name is not one of this machine.

    A hostile web page can make its own host name lead to this machine.
    """
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    return "origin" in request.headers or not is_loopback(host)


async def _body(receive: Receive) -> bytes | None:
    """The body, or `None` when the client disconnected before it had sent all of it."""
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _request(scope: Scope, body: bytes) -> Request:
    return Request(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        body=body,
    )


async def _send(response: Response, send: Send) -> None:
    headers = {**response.headers, "content-length": str(len(response.body))}
    pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": pairs})
    await send({"type": "http.response.body", "body": response.body})


@dataclass(frozen=True, slots=True)
class Service:
    """What to serve, where, and to whom."""

    path: str
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    #: The password of root. `None`: keep the one in the file, or make a new one when the file has none.
    password: str | None = None
    #: `False`: everybody may do everything. This is allowed only on an address of this machine.
    authenticates: bool = True
    #: For how many seconds the token of a login is valid.
    token_lifetime: float = TOKEN_LIFETIME


@dataclass(frozen=True, slots=True)
class Started:
    """What to announce about a server that now accepts requests.

    `new_password` is root's password if a new one was made, else `None`. It is announced only this once.
    """

    url: str
    host: str
    path: str
    new_password: str | None


def serve(service: Service, announce: Callable[[Started], None]) -> None:
    """Serve until SIGINT or SIGTERM, then finish the requests that were begun.

    Raises `ServeError` when the address or the file cannot be used, and when uvicorn is missing.
    """
    if not service.authenticates and not is_loopback(service.host):
        raise ServeError(
            f"Serving without passwords is allowed only on an address of this machine, such as {DEFAULT_HOST}. "
            f"On {service.host}, everybody who can reach the server could read and write everything."
        )
    _require_uvicorn()
    with _listening(service) as listener:
        storage = _opened(service.path)
        new_password = set_root_password(storage, service.password) if service.authenticates else None
        authentication = Authentication(storage, service.token_lifetime) if service.authenticates else None
        application = Application(EmbeddedServer(storage, authentication), authenticates=service.authenticates)
        try:
            announce(Started(_url(listener), service.host, service.path, new_password))
            _run(application, listener)
        finally:
            application.close()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def set_root_password(storage: Storage, password: str | None) -> str | None:
    """Set the password of root. Return the password if this made a new one, else `None`.

    When `password` is `None`, root keeps its own password, or gets a random one if it has none yet.
    """
    with storage.write(SYSTEM_DATABASE) as transaction:
        root = transaction.users.get(ROOT)
        chosen = password
        if chosen is None and not root.password:
            chosen = secrets.token_urlsafe(16)
        if chosen is not None and not root.has_password(chosen):
            transaction.users.put(root.with_password(chosen))
    return chosen if password is None else None


def _listening(service: Service) -> socket.socket:
    family = socket.AF_INET6 if ":" in service.host else socket.AF_INET
    try:
        listener = socket.create_server((service.host, service.port), family=family, backlog=2048)
        # Connections inherit this. Without it each response waits 40 ms for the client's delayed acknowledgement.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ServeError(
            f"Cannot serve on {service.host}, port {service.port}: {reason}. "
            "Choose another address or port with --host and --port."
        ) from error


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _opened(path: str) -> Storage:
    try:
        return Storage(path)
    except OSError as error:
        raise ServeError(f"The embedded database cannot be opened: {error}.") from error


def _require_uvicorn() -> None:
    """Raise `ServeError` when uvicorn is missing, before a file or a password is made or a server is announced."""
    if find_spec("uvicorn") is None:
        raise ServeError("Serving needs uvicorn: pip install 'arango-thinking[serve]'.")


def _run(application: Application, listener: socket.socket) -> None:
    import uvicorn

    config = uvicorn.Config(
        application,
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        headers=HEADERS,
        timeout_graceful_shutdown=PATIENCE,
    )
    # uvicorn stops at these signals and then sends them again. By then all work is done: ignore them.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    uvicorn.Server(config).run(sockets=[listener])
