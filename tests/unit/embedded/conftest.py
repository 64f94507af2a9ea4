"""An embedded database for each test: its storage, its server, and the driver on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import orjson
import pytest
from arango.client import ArangoClient
from arango.collection import StandardCollection
from arango.database import StandardDatabase

from arango_thinking.embedded.http.api import EmbeddedServer
from arango_thinking.embedded.http.messages import Request, Response
from arango_thinking.embedded.http.transport import open_embedded
from arango_thinking.embedded.storage.storage import Storage

#: Sends (method, path with query string, body, headers) to a server.
Send = Callable[..., Response]


@pytest.fixture
def storage() -> Iterator[Storage]:
    opened = Storage(":memory:")
    yield opened
    opened.close()


@pytest.fixture
def server(storage: Storage) -> Iterator[EmbeddedServer]:
    opened = EmbeddedServer(storage)
    yield opened
    opened.close()


@pytest.fixture
def send(server: EmbeddedServer) -> Send:
    def send(method: str, url: str, body: object = None, **headers: str) -> Response:
        path, _, query = url.partition("?")
        pairs = dict(pair.split("=", 1) for pair in query.split("&")) if query else {}
        data = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return server.handle(Request(method, path, pairs, names, data))

    return send


@pytest.fixture
def client() -> Iterator[ArangoClient]:
    opened = open_embedded(":memory:")
    yield opened
    opened.close()


@pytest.fixture
def database(client: ArangoClient) -> StandardDatabase:
    return client.db("_system")


@pytest.fixture
def pages(database: StandardDatabase) -> StandardCollection:
    return database.create_collection("pages")


@pytest.fixture
def links(database: StandardDatabase) -> StandardCollection:
    return database.create_collection("links", edge=True)
