from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from arango_thinking.embedded import ServeError
from arango_thinking.embedded.http.api import EmbeddedServer
from arango_thinking.embedded.http.server import Application, Service, is_loopback, serve, set_root_password
from arango_thinking.embedded.storage.storage import Storage

Message = MutableMapping[str, Any]


def exchange(storage: Storage, target: str, *parts: bytes, complete: bool = True, **headers: str) -> list[Message]:
    """What the application sends when it is asked for the target with a body in these parts.

    With headers it is one that asks for no passwords.
    """
    path, _, query = target.partition("?")
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"method": "POST", "raw_path": path.encode(), "query_string": query.encode(), "headers": pairs}
    messages: list[Message] = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    messages.append({"type": "http.request"} if complete else {"type": "http.disconnect"})
    sent: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    application = Application(EmbeddedServer(storage), authenticates=not headers)
    asyncio.run(application({**scope}, receive, send))
    return sent


def test_a_request_in_parts_gets_one_response(storage: Storage) -> None:
    start, body = exchange(storage, "/_api/cursor", b'{"query": "RETURN ', b'1 + 1"}')
    assert start["status"] == 201
    assert orjson.loads(body["body"])["result"] == [2]
    assert dict(start["headers"])[b"content-length"] == str(len(body["body"])).encode()


def test_paths_and_queries_are_decoded_once(storage: Storage) -> None:
    exchange(storage, "/_api/collection", b'{"name": "pages"}')
    start, body = exchange(storage, "/_api/document/pages?returnNew=true&waitForSync=", b'{"_key": "50%25"}')
    assert (start["status"], orjson.loads(body["body"])["new"]["_key"]) == (202, "50%25")


def test_a_client_that_goes_away_is_not_answered(storage: Storage) -> None:
    assert exchange(storage, "/_api/collection", b'{"name": "pages"}', complete=False) == []
    with storage.read("_system") as transaction:
        assert not any(info.name == "pages" for info in transaction.collections())


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("127.1.2.3", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("db", False)],
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_root_gets_a_password_once(storage: Storage) -> None:
    made = set_root_password(storage, None)
    assert made is not None
    assert len(made) >= 20
    assert set_root_password(storage, None) is None
    assert set_root_password(storage, "chosen") is None
    with storage.read("_system") as transaction:
        assert transaction.users.get("root").has_password("chosen")


def test_an_address_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        service = Service(str(tmp_path / "data.db"), port=taken.getsockname()[1])
        with pytest.raises(ServeError, match="Cannot serve on 127"):
            serve(service, lambda _: pytest.fail("it does not listen"))
    assert not (tmp_path / "data.db").exists()


def test_without_passwords_only_for_this_machine(tmp_path: Path) -> None:
    service = Service(str(tmp_path / "data.db"), host="0.0.0.0", authenticates=False)
    with pytest.raises(ServeError, match="without passwords"):
        serve(service, lambda _: pytest.fail("it does not listen"))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "127.0.0.1:8529"}, 200),
        ({"host": "localhost"}, 200),
        ({"host": "evil.example"}, 403),
        ({"host": "127.0.0.1:8529", "origin": "http://evil.example"}, 403),
    ],
)
def test_without_passwords_web_pages_are_kept_out(storage: Storage, headers: dict[str, str], status: int) -> None:
    start, _ = exchange(storage, "/_api/collection", b'{"name": "pages"}', **headers)
    assert start["status"] == status


def test_without_uvicorn_nothing_is_made_and_nothing_announced(tmp_path: Path) -> None:
    """In a process that sees no packages but those that the command needs before it serves."""
    script = """
import importlib.util, sys
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "uvicorn" else found(name, package)
from arango_thinking.cli import main
sys.argv = ["arango-thinking", "serve", "--db", "data.db", "--port", "0"]
main()
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "error: Serving needs uvicorn: pip install 'arango-thinking[serve]'.\n"
    assert list(tmp_path.iterdir()) == []
