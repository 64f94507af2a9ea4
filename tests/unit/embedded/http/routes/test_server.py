from __future__ import annotations

from typing import Any

import orjson
import pytest
from arango.client import ArangoClient
from arango.database import StandardDatabase
from arango.exceptions import DatabaseCreateError, DatabaseDeleteError

from tests.unit.embedded.conftest import Send


def body(response: Any) -> Any:
    return orjson.loads(response.body)


def test_what_a_client_asks_first(database: StandardDatabase) -> None:
    assert database.version().startswith("3.12")
    assert database.details()["engine"] == "sqlite"
    assert database.engine()["name"] == "sqlite"
    assert database.role() == "SINGLE"
    assert database.mode() == "default"
    assert database.status()["server"] == "arango"
    assert database.time()
    assert database.conn.ping() == 200


def test_databases_are_made_listed_and_deleted(client: ArangoClient, database: StandardDatabase) -> None:
    assert database.create_database("thinking")
    assert database.databases() == ["_system", "thinking"]
    assert database.has_database("thinking")
    other = client.db("thinking", verify=True)
    other.create_collection("pages")
    assert not database.has_collection("pages")
    properties = other.properties()
    assert (properties["name"], properties["system"]) == ("thinking", False)
    assert database.delete_database("thinking")
    with pytest.raises(DatabaseDeleteError) as caught:
        database.delete_database("thinking")
    assert (caught.value.http_code, caught.value.error_code) == (404, 1228)


def test_only_the_system_database_makes_databases(client: ArangoClient, database: StandardDatabase) -> None:
    database.create_database("thinking")
    with pytest.raises(DatabaseCreateError) as caught:
        client.db("thinking").create_database("more")
    assert (caught.value.http_code, caught.value.error_code) == (403, 1230)
    with pytest.raises(DatabaseCreateError) as caught:
        database.create_database("thinking")
    assert (caught.value.http_code, caught.value.error_code) == (409, 1207)


def test_everything_in_an_unknown_database_is_a_404(send: Send) -> None:
    for path in ("/_api/collection", "/_api/database/current", "/_api/document/pages/a"):
        response = send("GET", f"/_db/nowhere{path}")
        assert (response.status, body(response)["errorNum"]) == (404, 1228)


def test_names_of_databases_are_decoded(send: Send) -> None:
    assert send("POST", "/_api/database", {"name": "Größe"}).status == 201
    assert body(send("GET", "/_db/Gr%C3%B6%C3%9Fe/_api/database/current"))["result"]["name"] == "Größe"


def test_a_database_is_made_with_its_owners(client: ArangoClient, database: StandardDatabase) -> None:
    database.create_database("thinking", users=[{"username": "etl", "password": "secret", "active": True}])
    assert database.has_user("etl")
    assert database.permission("etl", "thinking") == "rw"
    assert database.permission("etl", "_system") == "none"
    database.create_database("more", users=[{"username": "etl", "password": "not set again"}])
    assert database.permission("etl", "more") == "rw"


def test_owners_need_names(send: Send) -> None:
    assert body(send("POST", "/_api/database", {"name": "a", "users": [{}]}))["errorNum"] == 1700
    assert body(send("POST", "/_api/database", {"name": "a", "users": "etl"}))["errorNum"] == 10
    assert body(send("GET", "/_api/database"))["result"] == ["_system"]
