from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arango_thinking.embedded.errors import ArangoError, RevisionMismatchError
from arango_thinking.embedded.storage.records import WriteOptions
from arango_thinking.embedded.storage.storage import Storage
from arango_thinking.embedded.storage.transactions import Transaction

OPTIONS = WriteOptions()


@pytest.fixture
def writing(storage: Storage) -> Iterator[Transaction]:
    with storage.write("_system") as transaction:
        transaction.create_collection("pages")
        transaction.create_collection("links", is_edge=True)
        yield transaction


def number_of(action: Any, *arguments: Any) -> int:
    with pytest.raises(ArangoError) as caught:
        action(*arguments)
    return caught.value.number


def test_what_is_written_is_what_is_read(writing: Transaction) -> None:
    attributes = {
        "z": 1,
        "a": 1.0,
        "big": 2**64 - 1,
        "small": -(2**63),
        "tiny": 5e-324,
        "text": '\0 é 😀 \u2028 "quoted" \\',
        "": "empty name",
        "with.dot": 1,
        "$odd": 2,
        "_own": {"_key": "inner", "_id": 1},
        "list": [None, True, [], {}],
        "_from": "anything",
    }
    written = writing.insert("pages", {"_rev": "ignored", "_key": "k", "_id": "ignored", **attributes}, OPTIONS)
    stored = writing.get("pages", "k")
    assert stored == written.new
    assert list(stored.items())[3:] == list(attributes.items())
    assert [type(value) for value in stored.values()][3:] == [type(value) for value in attributes.values()]
    assert stored["_id"] == "pages/k"
    assert stored["_rev"] not in ("", "ignored")


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(st.dictionaries(st.text().filter(lambda name: name not in ("_key", "_id", "_rev")), _json))
def test_any_document_is_kept_as_it_is(attributes: dict[str, Any]) -> None:
    storage = _shared_storage()
    with storage.write("_system") as transaction:
        new = transaction.insert("pages", attributes, OPTIONS).new
        stored = transaction.get("pages", new["_key"])
    assert list(stored.items())[3:] == list(attributes.items())
    assert new == stored


_opened: list[Storage] = []


def _shared_storage() -> Storage:
    """One for all examples."""
    if not _opened:
        _opened.append(Storage(":memory:"))
        with _opened[0].write("_system") as transaction:
            transaction.create_collection("pages")
    return _opened[0]


def test_every_write_gives_a_new_revision(writing: Transaction) -> None:
    revisions = [writing.insert("pages", {"_key": "k"}, OPTIONS).new["_rev"]]
    revisions.append(writing.update("pages", "k", {}, OPTIONS).new["_rev"])
    revisions.append(writing.replace("pages", "k", {}, OPTIONS).new["_rev"])
    assert len(set(revisions)) == 3
    assert writing.remove("pages", "k", None).old["_rev"] == revisions[-1]


def test_a_taken_key_is_a_conflict(writing: Transaction) -> None:
    writing.insert("pages", {"_key": "k", "n": 1}, OPTIONS)
    with pytest.raises(ArangoError, match=r"primary.*conflicting key: k"):
        writing.insert("pages", {"_key": "k", "n": 2}, OPTIONS)
    assert writing.get("pages", "k")["n"] == 1


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("ignore", {"a": {"x": 1}}), ("replace", {"a": {"y": 2}}), ("update", {"a": {"x": 1, "y": 2}})],
)
def test_overwrite_modes(writing: Transaction, mode: Any, expected: dict[str, Any]) -> None:
    writing.insert("pages", {"_key": "k", "a": {"x": 1}}, OPTIONS)
    written = writing.insert("pages", {"_key": "k", "a": {"y": 2}}, WriteOptions(overwrite_mode=mode))
    stored = writing.get("pages", "k")
    assert {name: stored[name] for name in expected} == expected
    assert written.old["a"] == {"x": 1}
    assert written.new == (None if mode == "ignore" else stored)


def test_documents_that_are_not_there(writing: Transaction) -> None:
    assert writing.get("pages", "k") is None
    assert number_of(writing.update, "pages", "k", {}, OPTIONS) == 1202
    assert number_of(writing.replace, "pages", "k", {}, OPTIONS) == 1202
    assert number_of(writing.remove, "pages", "k", None) == 1202
    assert number_of(writing.insert, "nowhere", {}, OPTIONS) == 1203


@pytest.mark.parametrize("key", ["", "a b", 1, None, "x" * 255])
def test_bad_keys(writing: Transaction, key: Any) -> None:
    assert number_of(writing.insert, "pages", {"_key": key}, OPTIONS) == 1221


@pytest.mark.parametrize("document", [None, 1, "text", []])
def test_documents_are_objects(writing: Transaction, document: Any) -> None:
    writing.insert("pages", {"_key": "k"}, OPTIONS)
    assert number_of(writing.insert, "pages", document, OPTIONS) == 1227
    assert number_of(writing.update, "pages", "k", document, OPTIONS) == 1227
    assert number_of(writing.replace, "pages", "k", document, OPTIONS) == 1227


def test_compare_and_set(writing: Transaction) -> None:
    checked = WriteOptions(ignore_revs=False)
    first = writing.insert("pages", {"_key": "k"}, OPTIONS).new["_rev"]
    second = writing.update("pages", "k", {"_rev": first, "n": 1}, checked).new["_rev"]
    for action in (writing.update, writing.replace):
        with pytest.raises(RevisionMismatchError) as caught:
            action("pages", "k", {"_rev": first, "n": 2}, checked)
        assert caught.value.current == {"_id": "pages/k", "_key": "k", "_rev": second}
    assert number_of(writing.remove, "pages", "k", first) == 1200
    writing.update("pages", "k", {"n": 3}, checked)
    third = writing.update("pages", "k", {"_rev": first, "n": 4}, OPTIONS).new["_rev"]
    assert writing.get("pages", "k")["n"] == 4
    assert writing.remove("pages", "k", third).old["n"] == 4


def test_system_attributes_of_a_patch_change_nothing(writing: Transaction) -> None:
    writing.insert("pages", {"_key": "k", "n": 1}, OPTIONS)
    new = writing.update("pages", "k", {"_key": "other", "_id": "x/y", "n": 2}, OPTIONS).new
    assert (new["_key"], new["_id"], new["n"]) == ("k", "pages/k", 2)


@pytest.mark.parametrize("ends", [{}, {"_from": "p/a"}, {"_from": "p/a", "_to": "b"}, {"_from": 1, "_to": "p/b"}])
def test_edges_need_both_ends(writing: Transaction, ends: dict[str, Any]) -> None:
    assert number_of(writing.insert, "links", ends, OPTIONS) == 1233
    writing.insert("links", {"_key": "k", "_from": "p/a", "_to": "p/b"}, OPTIONS)
    assert number_of(writing.replace, "links", "k", ends, OPTIONS) == 1233


def test_edges_keep_their_ends_unless_an_update_names_others(writing: Transaction) -> None:
    writing.insert("links", {"_key": "k", "_from": "p/a", "_to": "p/b", "n": 1}, OPTIONS)
    writing.update("links", "k", {"n": 2}, OPTIONS)
    assert [edge["n"] for edge in writing.edges("links", "p/b", "INBOUND")] == [2]
    writing.update("links", "k", {"_to": "p/c"}, OPTIONS)
    assert list(writing.edges("links", "p/b", "INBOUND")) == []
    assert [edge["_to"] for edge in writing.edges("links", "p/a", "OUTBOUND")] == ["p/c"]
    assert number_of(writing.update, "links", "k", {"_to": None}, OPTIONS) == 1233


def test_a_version_attribute_skips_older_writes(writing: Transaction) -> None:
    options = WriteOptions(version_attribute="v")
    first = writing.insert("pages", {"_key": "k", "v": 2, "n": 1}, OPTIONS).new
    for version in (1, 2):
        skipped = writing.update("pages", "k", {"v": version, "n": 9}, options)
        assert skipped.new == skipped.old == first
    assert writing.update("pages", "k", {"v": 3, "n": 2}, options).new["n"] == 2
    assert writing.update("pages", "k", {"v": "none", "n": 3}, options).new["n"] == 3


def test_user_keys_may_be_forbidden(writing: Transaction) -> None:
    writing.create_collection("numbered", properties={"keyOptions": {"allowUserKeys": False}})
    assert number_of(writing.insert, "numbered", {"_key": "k"}, OPTIONS) == 1222
    assert writing.insert("numbered", {}, OPTIONS).new["_key"].isdigit()


def test_a_patch_nested_too_deeply_is_refused(writing: Transaction) -> None:
    writing.insert("pages", {"_key": "k"}, OPTIONS)
    patch: dict[str, Any] = {}
    for _ in range(5000):
        patch = {"inner": patch}
    for options in (OPTIONS, WriteOptions(keep_null=False)):
        assert number_of(writing.update, "pages", "k", patch, options) == 600
