"""The parts of the store that need a server to misbehave; tests/contract covers the rest."""

from __future__ import annotations

import json
import logging
import re
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from arango_thinking.errors import ArangoThinkingError, ConfigurationError, UnavailableError
from arango_thinking.settings import DatabaseSettings, database_settings
from arango_thinking.store.records import key_of
from arango_thinking.store.store import Store


class Refusing(ThreadingHTTPServer):
    """A real HTTP server that gives one answer to everything."""

    daemon_threads = True
    reply: tuple[int, bytes] = (200, b"{}")


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Refusing)
        status, body = self.server.reply
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Refusing]:
    opened = Refusing(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=opened.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield opened
    opened.shutdown()
    opened.server_close()
    thread.join()


def connect(server: Refusing) -> None:
    Store.connect(DatabaseSettings(url=f"http://127.0.0.1:{server.server_port}")).close()


def arango_error(status: int, number: int, message: str) -> tuple[int, bytes]:
    return status, json.dumps({"error": True, "code": status, "errorNum": number, "errorMessage": message}).encode()


@pytest.mark.parametrize(
    ("reply", "kind", "says"),
    [
        (arango_error(401, 401, "not authorized"), ConfigurationError, "refuses the login (ARANGO_USERNAME, ARANGO_PA"),
        (arango_error(403, 11, "forbidden"), ConfigurationError, "does not permit this"),
        (arango_error(404, 1228, "database not found"), ConfigurationError, "1228: database not found"),
        (arango_error(501, 9, "not implemented"), ConfigurationError, "not implemented"),
    ],
    ids=["login", "rights", "database", "unsupported"],
)
def test_a_refusal_is_a_wrong_setting(
    server: Refusing, reply: tuple[int, bytes], kind: type[ArangoThinkingError], says: str
) -> None:
    server.reply = reply
    with pytest.raises(kind, match=re.escape(says)):
        connect(server)


def test_a_server_in_trouble_is_unavailable(server: Refusing) -> None:
    server.reply = arango_error(503, 503, "service unavailable")
    with pytest.raises(UnavailableError):
        connect(server)


def test_a_server_that_is_not_there_is_unavailable_soon() -> None:
    with socket.socket() as reserved:  # bound but not listening: connections are refused
        reserved.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{reserved.getsockname()[1]}"
        started = time.monotonic()
        with pytest.raises(UnavailableError, match=url) as caught:
            Store.connect(DatabaseSettings(url=url))
    assert time.monotonic() - started < 10
    assert caught.value.exit_code == 69


def test_the_next_host_answers_for_one_that_is_not_there(server: Refusing, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    server.reply = arango_error(403, 11, "forbidden")
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        hosts = [reserved.getsockname()[1], server.server_port]
        with pytest.raises(ConfigurationError, match="forbidden"):
            Store.connect(DatabaseSettings(url=",".join(f"http://127.0.0.1:{port}" for port in hosts)))


def test_an_embedded_file_is_made_and_kept(tmp_path: Path) -> None:
    settings = database_settings(f"embedded:{tmp_path / 'kept.db'}")
    first = Store.connect(settings)
    first.create_collection("qa_pairs", edge=False)
    first.close()
    again = Store.connect(settings)
    assert again.has_collection("qa_pairs")
    again.close()


def test_a_key_of_is_legal_and_the_documents_own() -> None:
    key = key_of("qa_pairs/ä b")
    assert re.fullmatch(r"[0-9a-f]{32}", key)
    assert key == key_of("qa_pairs/ä b")
    assert key != key_of("qa_pairs/b")
