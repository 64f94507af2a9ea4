"""What a route reads from a call, and the transaction that it works in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.http.calls import Call
from arango_thinking.embedded.http.cursors import Cursors
from arango_thinking.embedded.http.messages import Request
from arango_thinking.embedded.storage.access.rights import EVERYTHING, Grants
from arango_thinking.embedded.storage.content import MAX_DEPTH
from arango_thinking.embedded.storage.records import WriteOptions
from arango_thinking.embedded.storage.storage import Storage
from arango_thinking.embedded.storage.stream_transactions import StreamTransactions
from arango_thinking.embedded.storage.transactions import Transaction

HOME, SHOP = "_system", "shop"
STREAM = "x-arango-trx-id"
#: Makes calls; what is not given is as for an empty request of root's.
Calling = Callable[..., Call]


@pytest.fixture
def streams() -> Iterator[StreamTransactions]:
    opened = StreamTransactions()
    yield opened
    opened.close()


@pytest.fixture
def calling(storage: Storage, streams: StreamTransactions) -> Calling:
    """Calls of a server with a second database, each with the collection `pages`."""
    with storage.write(HOME) as transaction:
        transaction.create_database(SHOP)
    for database in (HOME, SHOP):
        with storage.write(database) as transaction:
            transaction.create_collection("pages")

    def calling(database: str = HOME, path: str = "/", **rest: Any) -> Call:
        asked = {name: rest.pop(name) for name in ("query", "headers", "body") if name in rest}
        kept = {"storage": storage, "cursors": Cursors(), "transactions": streams}
        return Call(request=Request("GET", path, **asked), database=database, **kept, **rest)

    return calling


def insert(transaction: Transaction, key: str) -> None:
    transaction.insert("pages", {"_key": key}, WriteOptions())


def keys(storage: Storage, database: str = HOME) -> list[str]:
    with storage.read(database) as transaction:
        return [document["_key"] for document in transaction.scan("pages")]


def number_of(work: Callable[[], object]) -> int:
    """ArangoDB's number for what the work raises."""
    with pytest.raises(ArangoError) as caught:
        work()
    return caught.value.number


# ---------------------------------------------------------------- who calls


def test_where_nobody_logs_in_everybody_is_root_and_may_do_everything(calling: Calling) -> None:
    call = calling(SHOP)
    assert (call.user, call.grants, call.authentication, call.names) == ("root", EVERYTHING, None, ())
    assert call.is_administrator


@pytest.mark.parametrize(
    ("databases", "expected"),
    [
        ({HOME: "rw"}, True),
        ({"*": "rw"}, True),
        ({HOME: "rw", SHOP: "none"}, True),
        ({HOME: "ro"}, False),
        ({HOME: "none", "*": "rw"}, False),
        ({SHOP: "rw"}, False),
        ({}, False),
    ],
)
def test_an_administrator_may_write_the_system_database(
    calling: Calling, databases: dict[str, Any], expected: bool
) -> None:
    assert calling(SHOP, grants=Grants(databases)).is_administrator is expected


# ---------------------------------------------------------------- the transaction


def test_a_transaction_of_its_own_is_of_the_calls_database(storage: Storage, calling: Calling) -> None:
    transaction = calling(SHOP).begin(writes=True)
    insert(transaction, "a")
    transaction.commit()
    assert (keys(storage), keys(storage, SHOP)) == ([], ["a"])


def test_a_transaction_of_its_own_is_ended_by_the_caller(storage: Storage, calling: Calling) -> None:
    transaction = calling().begin(writes=True)
    insert(transaction, "a")
    assert transaction.is_open
    transaction.rollback()
    assert keys(storage) == []


def test_a_reading_transaction_writes_nothing_and_waits_for_no_writer(storage: Storage, calling: Calling) -> None:
    writer = calling().begin(writes=True)
    reader = calling().begin(writes=False)
    assert number_of(lambda: insert(reader, "a")) == 1653
    assert reader.count("pages") == 0
    reader.rollback()
    writer.rollback()


@pytest.mark.parametrize("writes", [True, False])
@pytest.mark.parametrize(
    ("grants", "number"),
    [
        (Grants({HOME: "rw", SHOP: "none"}), 11),
        (Grants({HOME: "none", SHOP: "rw"}), None),
        (Grants({SHOP: "ro"}), None),
        (Grants({SHOP: "rw"}, {SHOP: {"pages": "none"}}), 11),
        (Grants({SHOP: "rw"}, {HOME: {"pages": "none"}}), None),
    ],
)
def test_a_transaction_of_its_own_has_the_users_rights_in_that_database(
    calling: Calling, writes: bool, grants: Grants, number: int | None
) -> None:
    transaction = calling(SHOP, grants=grants).begin(writes=writes)
    assert transaction.rights == grants.within(SHOP)
    if number is None:
        assert transaction.count("pages") == 0
    else:
        assert number_of(lambda: transaction.count("pages")) == number
    transaction.rollback()


def test_who_may_only_read_writes_nothing(storage: Storage, calling: Calling) -> None:
    call = calling(grants=Grants({HOME: "ro"}))

    def write() -> None:
        with call.writing() as transaction:
            insert(transaction, "a")

    assert number_of(write) == 1004
    with call.reading() as transaction:
        assert transaction.count("pages") == 0


def test_what_is_written_is_there_at_the_end_of_the_block(storage: Storage, calling: Calling) -> None:
    with calling().writing() as transaction:
        insert(transaction, "a")
        assert keys(storage) == []
    assert keys(storage) == ["a"]


def test_a_block_that_fails_leaves_nothing(storage: Storage, calling: Calling) -> None:
    def insert_twice() -> None:
        with calling().writing() as transaction:
            insert(transaction, "a")
            insert(transaction, "a")

    assert number_of(insert_twice) == 1210
    assert keys(storage) == []


def test_a_call_that_reads_writes_nothing(calling: Calling) -> None:
    with calling().reading() as transaction:
        assert number_of(lambda: insert(transaction, "a")) == 1653


def test_a_call_of_a_stream_transaction_works_in_it_and_does_not_end_it(
    storage: Storage, streams: StreamTransactions, calling: Calling
) -> None:
    identifier = streams.begin(HOME, storage.write(HOME), "ann")
    call = calling(headers={STREAM: identifier}, user="ann")
    assert call.stream_transaction == identifier
    with call.writing() as transaction:
        insert(transaction, "a")
    with call.reading() as transaction:
        assert transaction.count("pages") == 1
    assert (keys(storage), streams.status(HOME, identifier)) == ([], "running")
    streams.commit(HOME, identifier, "ann")
    assert keys(storage) == ["a"]


@pytest.mark.parametrize(("database", "user", "number"), [(HOME, "bob", 1655), (SHOP, "ann", 1655)])
def test_a_stream_transaction_is_of_its_user_and_database_alone(
    storage: Storage, streams: StreamTransactions, calling: Calling, database: str, user: str, number: int
) -> None:
    identifier = streams.begin(HOME, storage.read(HOME), "ann")
    call = calling(database, headers={STREAM: identifier}, user=user)
    for begin in (call.reading, call.writing):
        assert number_of(lambda begin=begin: begin().__enter__()) == number  # type: ignore[misc]


def test_a_call_without_the_header_is_of_no_stream_transaction(calling: Calling) -> None:
    assert calling(headers={"x-arango-other": "1"}).stream_transaction is None


def test_what_begins_on_its_own_leaves_the_stream_transaction_alone(
    storage: Storage, streams: StreamTransactions, calling: Calling
) -> None:
    identifier = streams.begin(HOME, storage.read(HOME))
    transaction = calling(headers={STREAM: identifier}).begin(writes=True)
    insert(transaction, "a")
    transaction.commit()
    assert keys(storage) == ["a"]
    assert streams.status(HOME, identifier) == "running"


# ---------------------------------------------------------------- the query string and the headers


@pytest.mark.parametrize("text", ["true", "TRUE", "1", "yes", "on", "y", "Y"])
def test_words_that_mean_yes(calling: Calling, text: str) -> None:
    assert calling(query={"flag": text}).flag("flag") is True


@pytest.mark.parametrize("text", ["false", "0", "no", "off", "n", "", "2", "truth", " true"])
def test_all_other_words_mean_no(calling: Calling, text: str) -> None:
    assert calling(query={"flag": text}).flag("flag", default=True) is False


def test_a_flag_that_is_not_given_is_as_it_is_by_default(calling: Calling) -> None:
    call = calling(query={"other": "true"})
    assert (call.flag("flag"), call.flag("flag", True), call.flag("flag", False)) == (False, True, False)


def test_a_parameter_that_is_not_given_is_as_it_is_by_default(calling: Calling) -> None:
    call = calling(query={"type": "in", "empty": ""})
    assert [call.parameter(name) for name in ("type", "empty", "none")] == ["in", "", ""]
    assert [call.parameter(name, "any") for name in ("type", "empty", "none")] == ["in", "", "any"]


@pytest.mark.parametrize(
    ("text", "revision"),
    [
        ("_r", "_r"),
        ('"_r"', "_r"),
        (' "_r" ', "_r"),
        ('W/"_r"', "_r"),
        (' W/"_r"', "_r"),
        ("", ""),
        ("*", "*"),
        ("W_r", "W_r"),
    ],
)
def test_a_revision_in_a_header_loses_its_quotes(calling: Calling, text: str, revision: str) -> None:
    assert calling(headers={"if-match": text}).header("if-match") == revision


def test_a_header_that_is_not_there_is_none(calling: Calling) -> None:
    assert calling(headers={"if-match": "_r"}).header("if-none-match") is None


@pytest.mark.parametrize(
    ("database", "path", "location"),
    [
        (HOME, "/_api/document/pages/a", "/_db/_system/_api/document/pages/a"),
        (SHOP, "/_api/document/pages/a", "/_db/shop/_api/document/pages/a"),
        (SHOP, "/_db/shop/_api/document/pages/a", "/_db/shop/_api/document/pages/a"),
        (SHOP, "/_dbs/x", "/_db/shop/_dbs/x"),
    ],
)
def test_the_location_has_the_database_in_front_once(calling: Calling, database: str, path: str, location: str) -> None:
    assert calling(database, path).location == location


# ---------------------------------------------------------------- the body


@pytest.mark.parametrize(
    ("body", "value"),
    [(b"", None), (b" \n\t", None), (b"null", None), (b" [1] ", [1]), (b'{"a": "b"}', {"a": "b"}), (b"0", 0)],
)
def test_the_body_is_a_value_or_none(calling: Calling, body: bytes, value: Any) -> None:
    assert calling(body=body).json() == value


def test_a_body_that_is_no_json_is_refused(calling: Calling) -> None:
    for read in (calling(body=b"{").json, calling(body=b"{").attributes):
        assert number_of(read) == 600


def test_attributes_are_those_of_the_object_in_the_body(calling: Calling) -> None:
    assert calling(body=b'{"name": "pages", "type": 3}').attributes() == {"name": "pages", "type": 3}
    assert calling(body=b"{}").attributes() == {}


@pytest.mark.parametrize("body", [b"", b" ", b"null", b"[]", b'[{"a": 1}]', b"1", b'"a"'])
def test_a_body_that_is_no_object_has_no_attributes(calling: Calling, body: bytes) -> None:
    with pytest.raises(ArangoError) as caught:
        calling(body=body).attributes()
    assert (caught.value.number, caught.value.status) == (400, 400)
    assert caught.value.message == "expecting a JSON object in the body"


def nested(levels: int) -> bytes:
    """Arrays in an object, so many levels in all."""
    inner = levels - 1
    return b'{"a":' + b"[" * inner + b"]" * inner + b"}"


@pytest.mark.parametrize("body", [nested(MAX_DEPTH), b'{"a": [' + b", ".join([b"[]", b"{}"] * MAX_DEPTH) + b"]}"])
def test_a_body_may_be_deep_up_to_the_limit_and_as_wide_as_it_likes(calling: Calling, body: bytes) -> None:
    assert calling(body=body).attributes().keys() == {"a"}


@pytest.mark.parametrize("body", [nested(MAX_DEPTH + 1), b'{"a":' * 201 + b"1" + b"}" * 201])
def test_a_body_that_is_nested_too_deeply_is_refused(calling: Calling, body: bytes) -> None:
    assert number_of(calling(body=body).attributes) == 600
