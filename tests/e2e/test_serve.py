"""The served database as strangers use it: drivers that we did not write, in other processes."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from arango.client import ArangoClient
from arango.database import StandardDatabase
from arango.exceptions import DocumentRevisionError, ServerConnectionError

from tests.served import Server, serving, start

PASSWORD = "correct horse"
EDGES = {"edge_collection": "cites", "from_vertex_collections": ["books"], "to_vertex_collections": ["books"]}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("served") / "data.db", ARANGO_ROOT_PASSWORD=PASSWORD) as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[ArangoClient]:
    opened = ArangoClient(hosts=server.url)
    yield opened
    opened.close()


@pytest.fixture
def database(client: ArangoClient) -> Iterator[StandardDatabase]:
    system = client.db("_system", username="root", password=PASSWORD, verify=True)
    system.create_database("library")
    yield client.db("library", username="root", password=PASSWORD)
    system.delete_database("library")


def rows(cursor: Any) -> list[Any]:
    return list(cursor)


def test_python_arango_works_with_documents_and_queries(database: StandardDatabase) -> None:
    books = database.create_collection("books")
    books.insert_many([{"_key": f"b{number:03}", "year": 1900 + number, "title": "ß&/%"} for number in range(100)])
    assert books.count() == 100
    query = "FOR book IN @@books FILTER book.year >= @year SORT book.year DESC LIMIT 3 RETURN book._key"
    bind = {"@books": "books", "year": 1950}
    assert rows(database.aql.execute(query, bind_vars=bind)) == ["b099", "b098", "b097"]
    assert len(rows(database.aql.execute("FOR book IN books RETURN book", batch_size=7, stream=True))) == 100
    document: Any = books.get("b001")
    books.update({"_key": "b001", "_rev": document["_rev"], "year": 1})
    with pytest.raises(DocumentRevisionError) as caught:
        books.update({"_key": "b001", "_rev": document["_rev"], "year": 2}, check_rev=True)
    assert (caught.value.http_code, caught.value.error_code) == (412, 1200)


def test_python_arango_works_with_edges_and_transactions(database: StandardDatabase) -> None:
    database.create_collection("books")
    database.create_collection("cites", edge=True)
    transaction = database.begin_transaction(write=["books", "cites"])
    for key in ("a", "b", "c"):
        transaction.collection("books").insert({"_key": key})
    transaction.collection("cites").insert_many(
        [{"_from": "books/a", "_to": "books/b"}, {"_from": "books/b", "_to": "books/c"}]
    )
    assert database.collection("cites").count() == 0
    transaction.commit_transaction()
    query = "FOR book IN 1..5 OUTBOUND 'books/a' cites RETURN book._key"
    assert rows(database.aql.execute(query)) == ["b", "c"]
    graph = database.create_graph("citations", [EDGES])
    found: Any = graph.edge_collection("cites").edges("books/b", direction="out")
    assert [edge["_to"] for edge in found["edges"]] == ["books/c"]


def test_python_arango_logs_in_by_token(client: ArangoClient, server: Server) -> None:
    database = client.db("_system", username="root", password=PASSWORD, auth_method="jwt", verify=True)
    assert database.version() == "3.12.10"
    with pytest.raises(ServerConnectionError):
        client.db("_system", username="root", password="wrong", verify=True)


def test_a_login_lasts_as_long_as_is_said(tmp_path: Path) -> None:
    with serving(tmp_path / "data.db", "--session-timeout", "120", ARANGO_ROOT_PASSWORD=PASSWORD) as running:
        body = {"username": "root", "password": PASSWORD}
        given = requests.post(f"{running.url}/_open/auth", json=body, timeout=10).json()["jwt"]
    claims = jwt.decode(given, options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 120


def node_with_arangojs(folder: Path) -> str:
    """The path of node, with arangojs installed in the folder; skips where that cannot be had."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are not installed")
    install = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), "arangojs@10"]
    installed = subprocess.run(install, capture_output=True, text=True, timeout=120, check=False)
    if installed.returncode != 0:
        pytest.skip(f"npm cannot install arangojs here: {installed.stderr.strip()[-200:]}")
    return node


@pytest.mark.slow
def test_arangojs_does_all_that_it_is_used_for(server: Server, tmp_path: Path) -> None:
    node = node_with_arangojs(tmp_path)
    script = shutil.copy(Path(__file__).with_name("arangojs.mjs"), tmp_path)
    run = [node, script, server.url, PASSWORD]
    result = subprocess.run(run, capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 0, result.stderr
    seen = json.loads(result.stdout)
    assert seen.pop("imported")["created"] == 1
    assert seen == {
        "version": "3.12.10",
        "databases": ["_system", "library"],
        "indexes": ["persistent", "persistent", "primary"],
        "returned": "First",
        "errors": [1210],
        "unique": [409, 1210],
        "years": [1990, 1991],
        "conflict": [412, 1200],
        "exists": [True, False],
        "count": 4,
        "query": ["b", "c", "d"],
        "paged": [25, 25],
        "traversal": ["b", "a"],
        "edges": ["books/b"],
        "outside": False,
        "committed": 2030,
        "aborted": True,
        "graphs": ["citations"],
        "named": ["b"],
        "stranger": 401,
        "reader": ["books", "cites"],
        "syntax": [400, 1501],
        "dropped": True,
    }


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_stopped_ends_well_and_keeps_everything(tmp_path: Path, number: int) -> None:
    file = tmp_path / "data.db"
    with serving(file, "--no-auth") as server:
        client = ArangoClient(hosts=server.url)
        client.db("_system").create_collection("pages").insert({"_key": "a"})
        client.db("_system").begin_transaction(write="pages").collection("pages").insert({"_key": "b"})
        client.close()
        assert server.stop(number) == 0
        assert server.rest() == ""
    with serving(file, "--no-auth") as server:
        client = ArangoClient(hosts=server.url)
        assert client.db("_system").collection("pages").count() == 1
        client.close()


def test_a_new_password_is_shown_once(tmp_path: Path) -> None:
    file = tmp_path / "data.db"
    with serving(file) as server:
        found = re.search(r"password (\S+)", "\n".join(server.talk))
        assert found is not None, server.talk
        client = ArangoClient(hosts=server.url)
        assert client.db("_system", username="root", password=found[1], verify=True).version()
        client.close()
    with serving(file) as server:
        assert "User root" not in "\n".join(server.talk)
        client = ArangoClient(hosts=server.url)
        assert client.db("_system", username="root", password=found[1], verify=True).version()
        client.close()


def test_the_password_may_lie_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from a file\n")
    with serving(tmp_path / "data.db", ARANGO_ROOT_PASSWORD_FILE=str(secret)) as server:
        client = ArangoClient(hosts=server.url)
        assert client.db("_system", username="root", password="from a file", verify=True).version()
        client.close()


def test_what_cannot_be_served(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.write_text("this is no database, but long enough to look like a file of something else" * 20)
    for options in (["--no-auth", "--host", "0.0.0.0"], ["--host", "192.0.2.1"]):
        with pytest.raises(RuntimeError, match="serve ended with 2: error: "):
            start(tmp_path / "data.db", *options)
    with pytest.raises(RuntimeError, match=r"error: The embedded database cannot be opened: .*/other\.db"):
        start(other)
    with serving(tmp_path / "data.db") as server:
        port = server.url.rpartition(":")[2]
        with pytest.raises(RuntimeError, match="serve ended with 2: error: Cannot serve on 127"):
            start(tmp_path / "data.db", "--port", port)
