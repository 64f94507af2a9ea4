"""INSERT, UPDATE, REPLACE, REMOVE and UPSERT."""

from __future__ import annotations

from typing import Any

import pytest

from arango_thinking.embedded.errors import ArangoError
from tests.unit.embedded.aql.conftest import Database


def stored(db: Database, key: str) -> Any:
    return db.value("UNSET(DOCUMENT(CONCAT('items/', @key)), '_id', '_rev')", {"key": key})


def test_insert(db: Database) -> None:
    rows = db.rows("FOR n IN 1..2 INSERT { _key: CONCAT('n', n), n } INTO items RETURN [NEW._id, NEW.n]")
    assert rows == [["items/n1", 1], ["items/n2", 2]]
    assert stored(db, "n2") == {"_key": "n2", "n": 2}


@pytest.mark.parametrize(
    ("mode", "row", "after"),
    [
        ("replace", [1, None, 5], {"_key": "k01", "new": 5}),
        ("update", [1, 1, 5], {"_key": "k01", "group": "g1", "meta": {"done": 1}, "number": 1, "new": 5}),
    ],
)
def test_overwrite_modes(db: Database, mode: str, row: list[Any], after: Any) -> None:
    text = "INSERT { _key: 'k01', new: 5 } INTO items OPTIONS { overwriteMode: @mode } RETURN [NEW.number, NEW.new]"
    literal = text.replace("@mode", f"'{mode}'").replace("[NEW.number", "[OLD.number, NEW.number")
    assert db.rows(literal) == [row]
    assert stored(db, "k01") == after


def test_insert_that_ignores_what_is_there(db: Database) -> None:
    text = "FOR k IN ['k01', 'new'] INSERT { _key: k } INTO items OPTIONS { overwriteMode: 'ignore' } RETURN NEW._key"
    assert db.rows(text) == [None, "new"]


def test_update_merges_and_keeps_null(db: Database) -> None:
    assert db.rows("UPDATE 'k01' WITH { meta: { more: null } } IN items RETURN [OLD.meta, NEW.meta]") == [
        [{"done": 1}, {"done": 1, "more": None}]
    ]
    db.rows("UPDATE { _key: 'k01' } WITH { number: null } IN items OPTIONS { keepNull: false }")
    assert "number" not in stored(db, "k01")
    db.rows("UPDATE 'k01' WITH { meta: { x: 1 } } IN items OPTIONS { mergeObjects: false }")
    assert stored(db, "k01")["meta"] == {"x": 1}


def test_update_by_the_document_itself(db: Database) -> None:
    text = "FOR d IN items FILTER d.number < 2 UPDATE MERGE(d, { seen: true }) IN items RETURN NEW.seen"
    assert db.rows(text) == [True, True]
    assert db.rows("UPDATE { _key: 'k03', seen: 1 } IN items RETURN NEW.number") == [3]


def test_replace_and_remove(db: Database) -> None:
    assert db.rows("REPLACE 'k01' WITH { a: 1 } IN items RETURN OLD.number") == [1]
    assert stored(db, "k01") == {"_key": "k01", "a": 1}
    assert db.rows("FOR d IN items FILTER d.number > 37 REMOVE d IN items RETURN OLD._key") == ["k38", "k39"]
    assert db.value("LENGTH(items)") == 38


def test_upsert_inserts_updates_and_sees_its_own_writes(db: Database) -> None:
    text = """
        FOR n IN 1..3
          UPSERT { name: 'x' } INSERT { _key: 'up', name: 'x', count: 1 } UPDATE { count: OLD.count + 1 } IN other
          RETURN [OLD == null, NEW.count]
    """
    assert db.rows(text) == [[True, 1], [False, 2], [False, 3]]
    replaced = "UPSERT { _key: @key } INSERT {} REPLACE { only: 1 } IN other RETURN KEEP(NEW, 'only', 'count')"
    assert db.rows(replaced, {"key": "up"}) == [{"only": 1}]


def test_upsert_looks_up_by_index(db: Database) -> None:
    text = "FOR k IN @keys UPSERT { _key: k } INSERT { _key: k, n: 1 } UPDATE { n: 2 } IN items"
    statistics = db.result(text, {"keys": ["k01", "k02", "new"]}).statistics
    assert (statistics.scanned_full, statistics.scanned_index, statistics.writes_executed) == (0, 2, 3)


def test_ignored_errors_are_counted(db: Database) -> None:
    text = "FOR k IN ['k01', 'none', 'k02'] REMOVE k IN items OPTIONS { ignoreErrors: true }"
    result = db.result(text + " RETURN OLD._key")
    assert list(result.rows) == ["k01", "k02"]
    assert (result.statistics.writes_executed, result.statistics.writes_ignored) == (2, 1)
    assert db.rows(text + " RETURN k") == ["k01", "none", "k02"]
    assert db.result("INSERT { _key: 'k05' } INTO items OPTIONS { ignoreErrors: true }").statistics.writes_ignored == 1


def test_limit_after_a_write_limits_only_the_result(db: Database) -> None:
    result = db.result("FOR d IN items UPDATE d WITH { x: 1 } IN items LIMIT 1 RETURN NEW._key")
    assert list(result.rows) == ["k00"]
    assert result.statistics.writes_executed == 40
    assert db.result("FOR d IN items UPDATE d WITH { x: 2 } IN items LIMIT 0 RETURN 1").statistics.writes_executed == 40


def test_a_query_may_write_what_it_has_read(db: Database) -> None:
    text = "FOR d IN items INSERT { copy: d.number } INTO items"
    assert db.result(text).statistics.writes_executed == 40
    assert db.value("LENGTH(items)") == 80


def test_revisions(db: Database) -> None:
    (revision,) = db.rows("RETURN DOCUMENT('items/k01')._rev")
    update = "UPDATE { _key: 'k01', _rev: @rev } WITH { a: 1 } IN items OPTIONS { ignoreRevs: false }"
    assert db.result(update, {"rev": revision}).statistics.writes_executed == 1
    for text in (update, "REMOVE { _key: 'k01', _rev: @rev } IN items OPTIONS { ignoreRevs: false }"):
        with pytest.raises(ArangoError) as caught:
            db.rows(text, {"rev": revision})
        assert caught.value.number == 1200
    assert db.rows("UPDATE { _key: 'k01', _rev: 'old' } WITH { a: 2 } IN items RETURN NEW.a") == [2]
    assert db.rows("UPDATE 'k01' WITH { _rev: 'old', a: 3 } IN items OPTIONS { ignoreRevs: false } RETURN NEW.a") == [3]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("INSERT { _key: 'k01' } INTO items", 1210),
        ("INSERT 5 INTO items", 1227),
        ("UPDATE 'none' WITH { a: 1 } IN items", 1202),
        ("UPDATE { a: 1 } IN items", 1226),
        ("UPDATE 5 WITH {} IN items", 1227),
        ("REMOVE 'none' IN items", 1202),
        ("INSERT { a: 1 } INTO links", 1233),
        ("INSERT {} INTO missing", 1203),
        ("FOR d IN items REMOVE d IN items FOR e IN items RETURN e", 1579),
        ("FOR d IN items REMOVE d IN items INSERT {} INTO items", 1579),
        ("FOR d IN items REMOVE d IN items RETURN LENGTH(items)", 1579),
        ("UPSERT @x INSERT {} UPDATE {} IN items", 1551),
        ("FOR x IN [{}] UPSERT x INSERT {} UPDATE {} IN items", 1501),
        ("FOR x IN [true] INSERT {} INTO items OPTIONS { keepNull: x }", 1575),
    ],
)
def test_errors(db: Database, text: str, number: int) -> None:
    with pytest.raises(ArangoError) as caught:
        db.rows(text)
    assert caught.value.number == number


def test_a_failing_query_changes_nothing(db: Database) -> None:
    with pytest.raises(ArangoError):
        db.rows("FOR k IN ['k01', 'none'] REMOVE k IN items")
    assert db.value("LENGTH(items)") == 40


def test_options_without_effect_are_accepted_and_unknown_ones_warned_of(db: Database) -> None:
    text = "INSERT { a: 1 } INTO items OPTIONS { waitForSync: true, exclusive: true, colour: 'red' }"
    assert [warning["code"] for warning in db.result(text).warnings] == [1539]


def test_writing_in_a_subquery(db: Database) -> None:
    text = "FOR n IN 1..2 LET made = (INSERT { n } INTO other RETURN NEW.n) RETURN made"
    assert db.rows(text) == [[1], [2]]


@pytest.mark.parametrize(
    ("meant", "problem"),
    [
        ("5", "Expected object or string, but got smallint"),
        ("50", "Expected object or string, but got int"),
        ("0.5", "Expected object or string, but got double"),
        ("true", "Expected object or string, but got bool"),
        ("null", "Expected object or string, but got null"),
        ("[]", "Expected object or string, but got array"),
        ("{ a: 1 }", "Expected _key to be a string attribute in document."),
    ],
)
def test_what_names_no_document_is_told(db: Database, meant: str, problem: str) -> None:
    with pytest.raises(ArangoError) as caught:
        db.rows(f"REMOVE {meant} IN items")
    assert caught.value.message == f"AQL: {problem} (while executing)"
