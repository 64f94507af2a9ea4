"""Random sequences of operations, against a dictionary that keeps what the collection should hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from arango_thinking.embedded.http.api import EmbeddedServer
from arango_thinking.embedded.http.messages import Request
from arango_thinking.embedded.storage.storage import Storage

KEYS = st.sampled_from(["a", "b", "c"])
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from(["", "x", "y"]))
INNER = st.dictionaries(st.sampled_from(["p", "q"]), SCALARS, max_size=2)
ANYTHING = st.one_of(SCALARS, INNER, st.lists(SCALARS, max_size=2))
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "n": st.one_of(st.integers(-3, 3), ANYTHING),
        "s": st.one_of(st.sampled_from(["", "x", "y"]), ANYTHING),
        "o": st.one_of(INNER, ANYTHING),
    },
)
Body = dict[str, Any]


def merged(old: Body, patch: Body, *, keep_null: bool, merge_objects: bool) -> Body:
    """PATCH as documented, in plain Python."""
    result = dict(old)
    for name, value in patch.items():
        if value is None and not keep_null:
            result.pop(name, None)
        elif isinstance(value, dict):
            before = result.get(name)
            base = before if merge_objects and isinstance(before, dict) else {}
            result[name] = merged(base, value, keep_null=keep_null, merge_objects=merge_objects)
        else:
            result[name] = value
    return result


class Collection(RuleBasedStateMachine):
    """Each rule does one thing to the server and to the dictionary, and compares the answers."""

    def __init__(self) -> None:
        super().__init__()
        self.server = EmbeddedServer(Storage(":memory:"))
        self.expected: dict[str, Body] = {}
        self.revisions: dict[str, str] = {}

    def teardown(self) -> None:
        self.server.close()

    def call(self, method: str, path: str, body: object = None, **query: str) -> tuple[int, Any]:
        """`if_match` and `transaction` are headers, all else parameters."""
        names = {"if_match": "if-match", "transaction": "x-arango-trx-id"}
        headers = {names[name]: query.pop(name) for name in names if name in query}
        data = b"" if body is None else orjson.dumps(body)
        response = self.server.handle(Request(method, path, query, headers, data))
        return response.status, orjson.loads(response.body) if response.body else None

    def query(self, aql: str, **bind_vars: object) -> tuple[int, Any]:
        status, answer = self.call("POST", "/_api/cursor", {"query": aql, "bindVars": bind_vars})
        return status, answer.get("result", answer.get("errorNum"))

    def written(self, key: str, revision: str, body: Body) -> None:
        assert self.revisions.get(key) != revision
        self.expected[key], self.revisions[key] = body, revision

    @initialize(indexed=st.booleans())
    def make(self, indexed: bool) -> None:
        assert self.call("POST", "/_api/collection", {"name": "things"})[0] == 200
        if indexed:
            for fields in (["n"], ["s", "n"], ["o.p"]):
                index = {"type": "persistent", "fields": fields, "sparse": fields == ["s", "n"]}
                assert self.call("POST", "/_api/index", index, collection="things")[0] == 201

    @rule(key=KEYS, body=BODIES, mode=st.sampled_from(["conflict", "ignore", "replace", "update"]))
    def insert(self, key: str, body: Body, mode: str) -> None:
        status, answer = self.call("POST", "/_api/document/things", {"_key": key, **body}, overwriteMode=mode)
        if key not in self.expected:
            assert status == 202
            self.written(key, answer["_rev"], body)
        elif mode == "conflict":
            assert (status, answer["errorNum"]) == (409, 1210)
        elif mode == "replace":
            self.written(key, answer["_rev"], body)
        elif mode == "update":
            # Unlike PATCH, an insert that becomes an update keeps no nulls unless it is told to.
            self.written(key, answer["_rev"], merged(self.expected[key], body, keep_null=False, merge_objects=True))

    @rule(key=KEYS, body=BODIES, keep_null=st.booleans(), merge_objects=st.booleans())
    def update(self, key: str, body: Body, keep_null: bool, merge_objects: bool) -> None:
        flags = {"keepNull": str(keep_null).lower(), "mergeObjects": str(merge_objects).lower()}
        status, answer = self.call("PATCH", f"/_api/document/things/{key}", body, **flags)
        if key not in self.expected:
            assert (status, answer["errorNum"]) == (404, 1202)
            return
        assert (status, answer["_oldRev"]) == (202, self.revisions[key])
        after = merged(self.expected[key], body, keep_null=keep_null, merge_objects=merge_objects)
        self.written(key, answer["_rev"], after)

    @rule(key=KEYS, body=BODIES, stale=st.booleans())
    def compare_and_set(self, key: str, body: Body, stale: bool) -> None:
        current = self.revisions.get(key, "_none") if key in self.expected else "_none"
        status, answer = self.call(
            "PUT", f"/_api/document/things/{key}", body, if_match=f'"{"_stale" if stale else current}"'
        )
        if key not in self.expected:
            assert (status, answer["errorNum"]) == (404, 1202)
        elif stale:
            assert (status, answer["errorNum"], answer["_rev"]) == (412, 1200, current)
        else:
            self.written(key, answer["_rev"], body)

    @rule(keys=st.lists(KEYS, max_size=4))
    def remove_many(self, keys: list[str]) -> None:
        _, answers = self.call("DELETE", "/_api/document/things", keys)
        for key, answer in zip(keys, answers, strict=True):
            assert answer.get("errorNum") == (None if self.expected.pop(key, None) is not None else 1202)

    @rule(number=st.integers(-3, 3), body=BODIES)
    def update_by_query(self, number: int, body: Body) -> None:
        text = (
            "FOR t IN things FILTER t.n == @number SORT t._key UPDATE t WITH @body IN things RETURN [t._key, NEW._rev]"
        )
        status, rows = self.query(text, number=number, body=body)
        assert status == 201
        hit = sorted(key for key, one in self.expected.items() if type(one.get("n")) is int and one["n"] == number)
        assert [key for key, _ in rows] == hit
        for key, revision in rows:
            self.written(key, revision, merged(self.expected[key], body, keep_null=True, merge_objects=True))

    @rule(keys=st.lists(KEYS, min_size=1, max_size=3))
    def insert_by_query_all_or_nothing(self, keys: list[str]) -> None:
        status, rows = self.query("FOR k IN @keys INSERT {_key: k} INTO things RETURN [NEW._key, NEW._rev]", keys=keys)
        taken = [key for key in keys if key in self.expected] or (len(set(keys)) < len(keys))
        assert status == (409 if taken else 201), rows
        for key, revision in () if taken else rows:
            self.written(key, revision, {})

    @rule(key=KEYS, body=BODIES)
    def upsert(self, key: str, body: Body) -> None:
        text = "UPSERT {_key: @key} INSERT MERGE(@body, {_key: @key}) REPLACE @body IN things RETURN NEW._rev"
        status, rows = self.query(text, key=key, body=body)
        assert status == 201
        self.written(key, rows[0], body)

    @rule(low=st.integers(-3, 3), high=st.integers(-3, 3))
    def range_query(self, low: int, high: int) -> None:
        _, rows = self.query(
            "FOR t IN things FILTER t.n >= @low AND t.n < @high SORT t.n, t._key RETURN t._key", low=low, high=high
        )
        numbers = {key: one["n"] for key, one in self.expected.items() if type(one.get("n")) is int}
        hit = [key for key, number in numbers.items() if low <= number < high]
        assert rows == sorted(hit, key=lambda key: (numbers[key], key))

    @rule(text=st.sampled_from(["", "x", "y"]), number=st.integers(-3, 3))
    def two_field_query(self, text: str, number: int) -> None:
        _, rows = self.query(
            "FOR t IN things FILTER t.s == @text AND t.n > @number SORT t._key RETURN t._key", text=text, number=number
        )
        # Strings, arrays and objects come after every number; null and booleans before.
        after = [
            key
            for key, one in sorted(self.expected.items())
            if one.get("s") == text and isinstance(one.get("s"), str) and is_after(one.get("n"), number)
        ]
        assert rows == after

    @rule(abort=st.booleans(), body=BODIES)
    def stream_transaction(self, abort: bool, body: Body) -> None:
        _, begun = self.call("POST", "/_api/transaction/begin", {"collections": {"write": "things"}})
        identifier = begun["result"]["id"]
        _, answer = self.call(
            "POST",
            "/_api/document/things",
            {"_key": "a", **body},
            overwriteMode="replace",
            transaction=identifier,
        )
        self.call("DELETE" if abort else "PUT", f"/_api/transaction/{identifier}")
        if not abort:
            self.written("a", answer["_rev"], body)

    @invariant()
    def the_collection_is_what_it_should_be(self) -> None:
        status, rows = self.query("FOR t IN things SORT t._key RETURN t")
        if status == 404:  # not made yet
            return
        found = {row["_key"]: {name: row[name] for name in row if name not in ("_key", "_id", "_rev")} for row in rows}
        assert found == self.expected
        assert {row["_key"]: row["_rev"] for row in rows} == {key: self.revisions[key] for key in self.expected}
        _, counted = self.call("GET", "/_api/collection/things/count")
        assert counted["count"] == len(self.expected)


def is_after(value: Any, number: int) -> bool:
    if value is None or isinstance(value, bool):
        return False
    return value > number if isinstance(value, int) else True


TestCollection = Collection.TestCase
TestCollection.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)


@given(old=BODIES, patch=BODIES, keep_null=st.booleans(), merge_objects=st.booleans())
@settings(max_examples=150, deadline=None)
def test_patches_merge_as_documented(
    shared: Collection, old: Body, patch: Body, keep_null: bool, merge_objects: bool
) -> None:
    shared.insert("a", old, "replace")
    shared.update("a", patch, keep_null, merge_objects)
    shared.the_collection_is_what_it_should_be()


@pytest.fixture(scope="module")
def shared() -> Iterator[Collection]:
    collection = Collection()
    collection.make(indexed=True)
    yield collection
    collection.teardown()
