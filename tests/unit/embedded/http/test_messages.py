from __future__ import annotations

import orjson
import pytest

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.http.calls import Call
from arango_thinking.embedded.http.cursors import Cursors
from arango_thinking.embedded.http.messages import Request, failure, parse_json, reply, success, to_bytes
from arango_thinking.embedded.storage.storage import Storage
from arango_thinking.embedded.storage.stream_transactions import StreamTransactions


def call(storage: Storage, path: str = "/", **attributes: object) -> Call:
    request = Request("GET", path, **attributes)  # type: ignore[arg-type]
    return Call(
        request=request, storage=storage, cursors=Cursors(), transactions=StreamTransactions(), database="_system"
    )


@pytest.mark.parametrize(
    ("text", "expected"), [("true", True), ("1", True), ("false", False), ("0", False), ("", False)]
)
def test_flags(storage: Storage, text: str, expected: bool) -> None:
    asked = call(storage, query={"flag": text})
    assert asked.flag("flag", default=not expected) is expected
    assert asked.flag("other", default=True) is True


@pytest.mark.parametrize("text", ['"_r"', "_r", 'W/"_r"', ' "_r" '])
def test_revisions_in_headers_lose_their_quotes(storage: Storage, text: str) -> None:
    asked = call(storage, headers={"if-match": text})
    assert asked.header("if-match") == "_r"
    assert asked.header("if-none-match") is None


def test_a_body_that_is_no_json(storage: Storage) -> None:
    for text in (b"", b"{", b"nan", b'"\xff"'):
        with pytest.raises(ArangoError) as caught:
            parse_json(text)
        assert caught.value.number == 600
    with pytest.raises(ArangoError) as caught:
        call(storage, body=b"[]").attributes()
    assert caught.value.number == 400


def test_a_body_nested_too_deeply(storage: Storage) -> None:
    with pytest.raises(ArangoError) as caught:
        call(storage, body=b'{"a":' * 300 + b"1" + b"}" * 300).attributes()
    assert caught.value.number == 600


def test_replies() -> None:
    assert orjson.loads(success(202, id="7", status="x").body) == {
        "id": "7",
        "status": "x",
        "error": False,
        "code": 202,
    }
    refused = failure(ArangoError(1202), 412, _key="k")
    assert (refused.status, orjson.loads(refused.body)["_key"]) == (412, "k")
    assert reply(200, [], {"etag": "x"}).headers["etag"] == "x"


def test_values_that_json_cannot_hold() -> None:
    with pytest.raises(ArangoError) as caught:
        to_bytes({"big": 2**70})
    assert caught.value.number == 600


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"{ 1: 2 }", "Expecting '\"' or '}'"),
        (b'{"a" 1}', "Expecting ':'"),
        (b'{"a": 1 2}', "Expecting ',' or '}'"),
        (b"[1 2]", "Expecting ',' or ']'"),
    ],
)
def test_malformed_json_in_words_of_arangodb(text: bytes, message: str) -> None:
    with pytest.raises(ArangoError) as caught:
        parse_json(text)
    assert caught.value.message == f"VPackError error: {message}"


def test_a_body_that_is_missing(storage: Storage) -> None:
    assert call(storage, body=b" ").json() is None


def test_the_location_has_the_database_in_front(storage: Storage) -> None:
    for path in ("/_api/x", "/_db/_system/_api/x"):
        assert call(storage, path).location == "/_db/_system/_api/x"
