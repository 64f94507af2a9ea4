from __future__ import annotations

import base64
import time

import jwt
import pytest

from arango_thinking.embedded.http.api import EmbeddedServer
from arango_thinking.embedded.http.authentication import Authentication, UnauthorizedError
from arango_thinking.embedded.http.messages import Request
from arango_thinking.embedded.storage.storage import Storage


@pytest.fixture
def authentication(storage: Storage) -> Authentication:
    with storage.write("_system") as transaction:
        transaction.users.put(transaction.users.get("root").with_password("secret"))
    return Authentication(storage)


def request(authorization: str) -> Request:
    return Request("GET", "/", headers={"authorization": authorization})


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def test_a_password_tells_who_it_is(authentication: Authentication) -> None:
    for _ in range(2):
        assert authentication.user(request(basic("root", "secret"))).name == "root"
    assert authentication.user(request(basic("root", "secret").replace("Basic", "basic"))).name == "root"


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Basic",
        "Basic !!!",
        "Digest abc",
        "bearer abc",
        basic("root", "wrong"),
        basic("root", ""),
        basic("nobody", "secret"),
        "Basic " + base64.b64encode(b"\xff:x").decode(),
    ],
)
def test_everything_else_is_refused(authentication: Authentication, authorization: str) -> None:
    with pytest.raises(UnauthorizedError) as caught:
        authentication.user(request(authorization))
    assert (caught.value.number, caught.value.status) == (11, 401)


def test_a_changed_password_holds_at_once(authentication: Authentication, storage: Storage) -> None:
    authentication.login("root", "secret")
    with storage.write("_system") as transaction:
        transaction.users.put(transaction.users.get("root").with_password("new"))
    with pytest.raises(UnauthorizedError):
        authentication.login("root", "secret")
    assert authentication.login("root", "new").name == "root"


def test_a_token_stands_for_the_password(authentication: Authentication) -> None:
    token = authentication.token("root", "secret")
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["iss"], claims["preferred_username"]) == ("arangodb", "root")
    assert 3590 < claims["exp"] - time.time() <= 3600
    assert authentication.user(request(f"bearer {token}")).name == "root"
    assert authentication.user(request(f"Bearer {token}")).name == "root"


def test_tokens_expire_and_are_not_forged(storage: Storage, authentication: Authentication) -> None:
    brief = Authentication(storage, token_lifetime=-1)
    forged = jwt.encode({"iss": "arangodb", "preferred_username": "root", "exp": 1 << 40}, "guessed" * 8, "HS256")
    unsigned = jwt.encode({"iss": "arangodb", "preferred_username": "root", "exp": 1 << 40}, "", "none")
    for token in (brief.token("root", "secret"), forged, unsigned):
        for checked in (brief, authentication):
            with pytest.raises(UnauthorizedError):
                checked.user(request(f"bearer {token}"))


def test_users_may_be_shut_out(storage: Storage, authentication: Authentication) -> None:
    token = authentication.token("root", "secret")
    with storage.write("_system") as transaction:
        root = transaction.users.get("root")
        transaction.users.put(type(root)(root.name, root.password, active=False, grants=root.grants))
    for authorization in (basic("root", "secret"), f"bearer {token}"):
        with pytest.raises(UnauthorizedError):
            authentication.user(request(authorization))


def test_the_server_asks_everybody(storage: Storage, authentication: Authentication) -> None:
    server = EmbeddedServer(storage, authentication)
    refused = server.handle(Request("GET", "/_api/version"))
    assert refused.status == 401
    assert refused.headers["www-authenticate"].startswith("Basic")
    quiet = server.handle(Request("GET", "/_api/version", headers={"x-omit-www-authenticate": "1"}))
    assert (quiet.status, "www-authenticate" in quiet.headers) == (401, False)
    allowed = server.handle(Request("GET", "/_api/version", headers={"authorization": basic("root", "secret")}))
    assert allowed.status == 200
    assert server.handle(Request("OPTIONS", "/_api/version")).status == 200
