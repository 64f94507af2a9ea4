from __future__ import annotations

import sqlite3
import threading
from typing import Any

import orjson
import pytest

from arango_thinking.embedded.http.api import EmbeddedServer
from arango_thinking.embedded.http.messages import Request
from arango_thinking.embedded.storage.storage import Storage
from tests.unit.embedded.conftest import Send


def body(response: Any) -> Any:
    return orjson.loads(response.body)


@pytest.mark.parametrize("path", ["/", "/_api", "/_api/nonsense", "/_api/simple/all", "/_api/version/more", "/x/y/z"])
def test_unknown_paths(send: Send, path: str) -> None:
    response = send("GET", path)
    assert response.status == 404
    assert body(response) == {"error": True, "code": 404, "errorNum": 404, "errorMessage": f"unknown path '{path}'"}


def test_a_method_that_a_path_does_not_know(send: Send) -> None:
    response = send("DELETE", "/_api/version")
    assert (response.status, body(response)["errorNum"]) == (405, 405)


def test_paths_with_and_without_a_database(send: Send) -> None:
    assert body(send("GET", "/_api/database/current"))["result"]["name"] == "_system"
    send("POST", "/_api/database", {"name": "other"})
    assert body(send("GET", "/_db/other/_api/database/current"))["result"]["name"] == "other"


def test_every_answer_is_json_and_tells_the_queue_time(send: Send) -> None:
    for path in ("/_api/version", "/nowhere"):
        headers = send("GET", path).headers
        assert headers["content-type"] == "application/json; charset=utf-8"
        assert float(headers["x-arango-queue-time-seconds"]) == 0


def test_headers_that_change_the_meaning_of_a_request_are_not_ignored(send: Send) -> None:
    send("POST", "/_api/collection", {"name": "pages"})
    assert send("POST", "/_api/document/pages", {}, x_arango_async="store").status == 501
    assert send("POST", "/_api/document/pages", {}, x_arango_trx_id="123").status == 404
    assert send("POST", "/_api/document/pages", {}, x_arango_async="false").status == 202
    assert body(send("GET", "/_api/collection/pages/count"))["count"] == 1


def test_an_error_of_sqlite_is_an_internal_error(storage: Storage, caplog: pytest.LogCaptureFixture) -> None:
    server = EmbeddedServer(storage)
    storage.close()
    response = server.handle(Request("GET", "/_api/collection"))
    assert (response.status, body(response)["errorNum"]) == (500, 4)
    assert "SQLite" in caplog.text


def test_a_writer_that_waits_in_vain_gets_a_conflict(storage: Storage) -> None:
    server = EmbeddedServer(storage)
    server.handle(Request("POST", "/_api/collection", body=b'{"name":"pages"}'))
    other = sqlite3.connect(storage.path, isolation_level=None)
    connection = storage._file.take()
    connection.execute("PRAGMA busy_timeout = 1")
    storage._file.give(connection)
    other.execute("BEGIN IMMEDIATE")
    response = server.handle(Request("POST", "/_api/document/pages", body=b"{}"))
    other.execute("ROLLBACK")
    other.close()
    assert (response.status, body(response)["errorNum"]) == (409, 1200)
    assert server.handle(Request("POST", "/_api/document/pages", body=b"{}")).status == 202


def test_many_threads_write_at_once(server: EmbeddedServer, send: Send) -> None:
    send("POST", "/_api/collection", {"name": "pages"})
    statuses: list[int] = []

    def write() -> None:
        for number in range(20):
            document = orjson.dumps({"_key": str(number)})
            statuses.append(server.handle(Request("POST", "/_api/document/pages", body=document)).status)

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (statuses.count(202), statuses.count(409)) == (20, 100)
