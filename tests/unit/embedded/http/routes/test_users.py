from __future__ import annotations

import base64
from typing import Any

import orjson
import pytest
from arango.database import StandardDatabase
from arango.exceptions import UserCreateError, UserGetError

from arango_thinking.embedded.http.api import EmbeddedServer
from arango_thinking.embedded.http.authentication import Authentication
from arango_thinking.embedded.http.messages import Request
from arango_thinking.embedded.storage.storage import Storage
from tests.unit.embedded.conftest import Send

Answer = tuple[int, Any]


class Guarded:
    """A server that asks for passwords: `as_user(...)` sends a request."""

    def __init__(self, storage: Storage) -> None:
        self.server = EmbeddedServer(storage, Authentication(storage))

    def as_user(self, user: str, method: str, path: str, body: object = None) -> Answer:
        credentials = base64.b64encode(f"{user}:".encode()).decode()
        headers = {"authorization": f"Basic {credentials}"}
        data = b"" if body is None else orjson.dumps(body)
        response = self.server.handle(Request(method, path, headers=headers, body=data))
        return response.status, orjson.loads(response.body) if response.body else None

    def root(self, method: str, path: str, body: object = None) -> Answer:
        return self.as_user("root", method, path, body)


@pytest.fixture
def guarded(storage: Storage) -> Guarded:
    """With a user `etl` and two collections."""
    made = Guarded(storage)
    assert made.root("POST", "/_api/user", {"user": "etl"})[0] == 201
    for name in ("pages", "secrets"):
        made.root("POST", "/_api/collection", {"name": name})
    return made


def test_the_driver_manages_users(database: StandardDatabase) -> None:
    assert database.create_user("etl", "secret", extra={"team": "data"}) == {
        "username": "etl",
        "active": True,
        "extra": {"team": "data"},
    }
    assert [user["username"] for user in database.users()] == ["etl", "root"]  # type: ignore[union-attr]
    assert database.update_user("etl", active=False)["active"] is False  # type: ignore[index]
    assert database.replace_user("etl", "other")["extra"] == {}  # type: ignore[index]
    assert database.delete_user("etl")
    assert not database.has_user("etl")
    with pytest.raises(UserGetError) as caught:
        database.user("etl")
    assert (caught.value.http_code, caught.value.error_code) == (404, 1703)
    with pytest.raises(UserCreateError) as taken:
        database.create_user("root", "x")
    assert (taken.value.http_code, taken.value.error_code) == (409, 1702)


def test_the_driver_manages_permissions(database: StandardDatabase) -> None:
    database.create_user("etl", "secret")
    database.create_collection("pages")
    assert database.permission("etl", "_system") == "none"
    assert database.update_permission("etl", "ro", "_system")
    assert database.permission("etl", "_system") == "ro"
    assert database.permission("etl", "_system", "pages") == "ro"
    assert database.update_permission("etl", "rw", "_system", "pages")
    assert database.permission("etl", "_system", "pages") == "rw"
    assert database.permissions("etl")["_system"]["collections"]["pages"] == "rw"  # type: ignore[index, call-overload]
    assert database.reset_permission("etl", "_system", "pages")
    assert database.permission("etl", "_system", "pages") == "ro"
    assert database.reset_permission("etl", "_system")
    assert database.permission("etl", "_system") == "none"


def test_malformed_users(send: Send) -> None:
    for body, number in (({}, 1700), ({"user": "a", "passwd": 1}, 10), ({"user": "a", "active": "yes"}, 10)):
        assert orjson.loads(send("POST", "/_api/user", body).body)["errorNum"] == number
    assert orjson.loads(send("PUT", "/_api/user/root/database/_system", {"grant": "all"}).body)["errorNum"] == 10
    unknown = send("PUT", "/_api/user/root/database/_system/nowhere", {"grant": "ro"})
    assert orjson.loads(unknown.body)["errorNum"] == 1203


def test_login(guarded: Guarded, send: Send) -> None:
    status, answer = guarded.as_user("", "POST", "/_open/auth", {"username": "root", "password": ""})
    assert status == 200
    headers = {"authorization": f"bearer {answer['jwt']}"}
    assert guarded.server.handle(Request("GET", "/_api/version", headers=headers)).status == 200
    assert guarded.as_user("", "POST", "/_open/auth", {"username": "root", "password": "no"})[0] == 401
    assert guarded.as_user("", "POST", "/_open/auth", {"username": "root"})[0] == 400
    assert send("POST", "/_open/auth", {"username": "root", "password": ""}).status == 404


def test_without_a_grant_there_is_no_way_in(guarded: Guarded) -> None:
    assert guarded.as_user("etl", "GET", "/_api/collection")[0] == 401
    assert guarded.as_user("etl", "GET", "/_api/database/user") == (200, {"result": [], "error": False, "code": 200})


def test_readers_do_not_write(guarded: Guarded) -> None:
    guarded.root("PUT", "/_api/user/etl/database/_system", {"grant": "ro"})
    guarded.root("POST", "/_api/document/pages", {"_key": "a"})
    assert guarded.as_user("etl", "GET", "/_api/document/pages/a")[0] == 200
    for method, path, body in (
        ("POST", "/_api/document/pages", {}),
        ("DELETE", "/_api/document/pages/a", None),
        ("PUT", "/_api/collection/pages/truncate", None),
        ("POST", "/_api/cursor", {"query": "INSERT {} INTO pages"}),
    ):
        status, answer = guarded.as_user("etl", method, path, body)
        assert (status, answer["errorNum"]) == (403, 1004), (method, path)
    for method, path, body in (
        ("POST", "/_api/collection", {"name": "more"}),
        ("DELETE", "/_api/collection/pages", None),
        ("POST", "/_api/index", {"type": "persistent", "fields": ["a"]}),
    ):
        path = f"{path}?collection=pages" if "index" in path else path
        request_path, _, query = path.partition("?")
        assert query or guarded.as_user("etl", method, request_path, body)[0] == 403
    assert guarded.as_user("etl", "POST", "/_api/database", {"name": "mine"})[0] == 403
    assert guarded.as_user("etl", "POST", "/_api/user", {"user": "more"})[0] == 403


def test_collections_of_their_own(guarded: Guarded) -> None:
    guarded.root("PUT", "/_api/user/etl/database/_system", {"grant": "ro"})
    guarded.root("PUT", "/_api/user/etl/database/_system/pages", {"grant": "rw"})
    guarded.root("PUT", "/_api/user/etl/database/_system/secrets", {"grant": "none"})
    assert guarded.as_user("etl", "POST", "/_api/document/pages", {})[0] == 202
    for path, body in (("/_api/document/secrets", {}), ("/_api/cursor", {"query": "FOR s IN secrets RETURN s"})):
        status, answer = guarded.as_user("etl", "POST", path, body)
        assert (status, answer["errorNum"]) == (403, 11)
    _, listed = guarded.as_user("etl", "GET", "/_api/collection")
    assert [one["name"] for one in listed["result"] if not one["isSystem"]] == ["pages"]


def test_users_see_and_change_themselves_only(guarded: Guarded) -> None:
    guarded.root("PUT", "/_api/user/etl/database/_system", {"grant": "ro"})
    assert guarded.as_user("etl", "GET", "/_api/user/etl")[0] == 200
    assert guarded.as_user("etl", "GET", "/_api/user/root")[0] == 403
    assert [user["user"] for user in guarded.as_user("etl", "GET", "/_api/user")[1]["result"]] == ["etl"]
    assert guarded.as_user("etl", "PUT", "/_api/user/etl/database/_system", {"grant": "rw"})[0] == 403
    assert guarded.as_user("etl", "PATCH", "/_api/user/etl", {"passwd": "x"})[0] == 200
    assert guarded.as_user("etl", "GET", "/_api/user/etl")[0] == 401


def test_a_stream_transaction_is_for_the_one_who_began_it(guarded: Guarded) -> None:
    guarded.root("PUT", "/_api/user/etl/database/_system", {"grant": "ro"})
    wanted = {"collections": {"write": "pages"}}
    status, answer = guarded.as_user("etl", "POST", "/_api/transaction/begin", wanted)
    assert (status, answer["errorNum"]) == (403, 1004)
    _, begun = guarded.root("POST", "/_api/transaction/begin", wanted)
    identifier = begun["result"]["id"]
    assert guarded.as_user("etl", "GET", "/_api/transaction")[1]["transactions"] == []
    for method in ("PUT", "DELETE"):
        assert guarded.as_user("etl", method, f"/_api/transaction/{identifier}")[0] == 404
    credentials = base64.b64encode(b"etl:").decode()
    headers = {"authorization": f"Basic {credentials}", "x-arango-trx-id": identifier}
    inserted = guarded.server.handle(Request("POST", "/_api/document/pages", headers=headers, body=b"{}"))
    assert inserted.status == 404
    assert guarded.root("PUT", f"/_api/transaction/{identifier}")[0] == 200
    assert guarded.root("GET", "/_api/collection/pages/count")[1]["count"] == 0
