"""python-arango on an embedded server in the same process: the same driver and requests, but no sockets."""

from __future__ import annotations

import json
from collections.abc import MutableMapping
from http import HTTPStatus
from os import PathLike, fspath
from typing import Any
from urllib.parse import urlsplit

import orjson
from arango.client import ArangoClient
from arango.http import HTTPClient
from arango.response import Response as DriverResponse
from arango.typings import Headers
from requests import Session

from arango_thinking.embedded.http.api import EmbeddedServer
from arango_thinking.embedded.http.messages import Request
from arango_thinking.embedded.storage.storage import Storage

_HOST = "http://embedded"


class _ServerSession(Session):
    """The session that the driver closes together with its client. Closing it closes the server."""

    def __init__(self, server: EmbeddedServer) -> None:
        super().__init__()
        self._server = server

    def close(self) -> None:
        super().close()
        self._server.close()


class EmbeddedHTTPClient(HTTPClient):
    """Sends the driver's requests to an embedded server."""

    def __init__(self, server: EmbeddedServer) -> None:
        self._server = server
        self.request_timeout: float | None = None

    def create_session(self, host: str) -> Session:  # noqa: ARG002
        return _ServerSession(self._server)

    def send_request(  # noqa: PLR0913 - the driver decides what it passes
        self,
        session: Session,  # noqa: ARG002
        method: str,
        url: str,
        headers: Headers | None = None,
        params: MutableMapping[str, str] | None = None,
        data: Any = None,
        auth: tuple[str, str] | None = None,  # noqa: ARG002 - in process nobody has to log in
    ) -> DriverResponse:
        request = Request(
            method=method.upper(),
            path=urlsplit(url).path,
            query=params or {},
            headers={name.lower(): str(value) for name, value in (headers or {}).items()},
            body=_body(data),
        )
        response = self._server.handle(request)
        status = HTTPStatus(response.status)
        return DriverResponse(
            method=method,
            url=url,
            headers=response.headers,
            status_code=response.status,
            status_text=status.phrase,
            raw_body=response.body.decode("utf-8"),
        )


def open_embedded(path: str | PathLike[str]) -> ArangoClient:
    """A driver client on the database file at `path`. Close it after use.

    ":memory:" means a temporary file, which is removed afterwards. Raises `OSError` when the file cannot be opened.
    """
    server = EmbeddedServer(Storage(fspath(path)))
    return ArangoClient(
        hosts=_HOST,
        http_client=EmbeddedHTTPClient(server),
        serializer=_serialize,
        deserializer=orjson.loads,
    )


def _body(data: Any) -> bytes:
    if data is None:
        return b""
    if isinstance(data, str):
        return data.encode("utf-8", "surrogatepass")
    return bytes(data)


def _serialize(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        # An integer of more than 64 bits: the embedded server reads it as a double, like ArangoDB.
        return json.dumps(value, ensure_ascii=False)
