"""The order of strings by a language, imitated: in queries, in persistent indexes, and not in the primary index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from arango.database import StandardDatabase

from arango_thinking.embedded.collation import ordered_by
from arango_thinking.store.store import Store
from tests.languages import collation

WORDS = ["Z99", "_x", "a1", "doc10", "doc_1", "é", "e", "f"]
BY_CODE_POINT = ["Z99", "_x", "a1", "doc10", "doc_1", "e", "f", "é"]
BY_LANGUAGE = ["_x", "a1", "doc_1", "doc10", "e", "é", "f", "Z99"]
#: Those that may be keys.
KEYS = [word for word in WORDS if word.isascii()]


@pytest.fixture
def english() -> Iterator[None]:
    with ordered_by(collation("en_US")):
        yield


@pytest.fixture
def database(store: Store) -> StandardDatabase:
    return store.connection.database


def asked(database: StandardDatabase, text: str, **binds: Any) -> list[Any]:
    return list(cast(Any, database.aql.execute(text, bind_vars=binds)))


def test_without_a_language_code_points_count(database: StandardDatabase) -> None:
    assert asked(database, "RETURN SORTED(@words)", words=WORDS) == [BY_CODE_POINT]
    assert asked(database, "RETURN 'Z99' < 'a1'") == [True]


@pytest.mark.usefixtures("english")
def test_queries_sort_and_compare_by_the_language(database: StandardDatabase) -> None:
    assert asked(database, "RETURN SORTED(@words)", words=WORDS) == [BY_LANGUAGE]
    assert asked(database, "FOR word IN @words SORT word DESC RETURN word", words=WORDS) == BY_LANGUAGE[::-1]
    assert asked(database, "RETURN ['Z99' < 'a1', 'Z99' > 'a1', 'a' == 'A', 'A' < 'a', ['Z'] > ['a']]") == [
        [False, True, False, True, True]
    ]
    assert asked(database, "FOR word IN @words COLLECT AGGREGATE first = MIN(word) RETURN first", words=WORDS) == ["_x"]


@pytest.mark.usefixtures("english")
def test_a_persistent_index_has_the_order_of_the_language(database: StandardDatabase) -> None:
    collection = cast(Any, database.create_collection("words"))
    collection.add_index({"type": "persistent", "fields": ["word"]})
    collection.insert_many([{"word": word} for word in WORDS])
    rows = asked(database, "FOR doc IN words FILTER doc.word > 'a1' SORT doc.word RETURN doc.word")
    assert rows == BY_LANGUAGE[2:]
    for word in WORDS:
        assert asked(database, "FOR doc IN words FILTER doc.word == @word RETURN doc.word", word=word) == [word]


@pytest.mark.usefixtures("english")
def test_the_primary_index_keeps_the_order_of_bytes(database: StandardDatabase) -> None:
    cast(Any, database.create_collection("words")).insert_many([{"_key": key} for key in KEYS])
    assert asked(database, "FOR doc IN words SORT doc._key RETURN doc._key") == sorted(KEYS)


@pytest.mark.usefixtures("english")
def test_a_page_by_the_primary_index_loses_documents(database: StandardDatabase) -> None:
    """The index goes on after "Z99" in the order of bytes, and the condition, by the language, lets none of it pass."""
    cast(Any, database.create_collection("words")).insert_many([{"_key": key} for key in KEYS])
    page = "FOR doc IN words FILTER doc._key > @after SORT doc._key LIMIT 1 RETURN doc._key"
    assert asked(database, page, after="") == ["Z99"]
    assert asked(database, page, after="Z99") == []


def test_the_order_of_before_comes_back(database: StandardDatabase) -> None:
    with ordered_by(collation("en_US")):
        pass
    assert asked(database, "RETURN SORTED(@words)", words=WORDS) == [BY_CODE_POINT]
