from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.http.cursors import Batches, Cursor, Cursors, StoredBatches


def rows(answer: dict[str, Any]) -> Any:
    return orjson.loads(orjson.dumps(answer["result"]))


def cursor(count: int, size: int, **options: Any) -> Cursor:
    return Cursor(batches=Batches(iter(range(count)), size), attributes=lambda _: {"cached": False}, **options)


@pytest.mark.parametrize("kind", [lambda batches: batches, StoredBatches])
@pytest.mark.parametrize(
    ("count", "expected"), [(0, ["[]"]), (1, ["[0]"]), (2, ["[0,1]"]), (5, ["[0,1]", "[2,3]", "[4]"])]
)
def test_batches(kind: Any, count: int, expected: list[str]) -> None:
    batches = kind(Batches(iter(range(count)), 2))
    taken = [batches.take().decode()]
    while batches.more:
        taken.append(batches.take().decode())
    assert taken == expected


def test_a_stored_result_knows_its_rows() -> None:
    assert StoredBatches(Batches(iter(range(5)), 2)).rows == 5


def test_answers_name_the_next_batch_until_the_last() -> None:
    opened = cursor(3, 2)
    first, last = opened.next_batch(), opened.next_batch()
    assert (rows(first), first["hasMore"], first["nextBatchId"]) == ([0, 1], True, "2")
    assert (rows(last), last["hasMore"], "nextBatchId" in last) == ([2], False, False)
    assert first["cached"] is False


def test_the_latest_batch_may_be_asked_for_again() -> None:
    opened = cursor(6, 2, allow_retry=True)
    first = opened.next_batch()
    assert opened.retry("1") is first
    second = opened.retry("2")
    assert (rows(second), opened.retry("2")) == ([2, 3], second)
    for gone in ("1", "4", "x"):
        with pytest.raises(ArangoError):
            opened.retry(gone)


def test_cursors_belong_to_a_database_and_to_one_call_at_a_time() -> None:
    cursors, opened = Cursors(), cursor(3, 1)
    cursors.add("one", opened)
    with pytest.raises(ArangoError) as caught, cursors.using("other", opened.id):
        pass
    assert caught.value.number == 1600
    with cursors.using("one", opened.id):
        with pytest.raises(ArangoError) as caught, cursors.using("one", opened.id):
            pass
        assert caught.value.number == 1601
    with cursors.using("one", opened.id) as again:
        assert again is opened


def test_a_cursor_in_use_is_not_removed() -> None:
    cursors, opened = Cursors(), cursor(3, 1)
    cursors.add("db", opened)
    with cursors.using("db", opened.id), pytest.raises(ArangoError) as caught:
        cursors.remove("db", opened.id)
    assert caught.value.number == 1601
    cursors.remove("db", opened.id)
    assert len(cursors) == 0


def test_a_cursor_that_fails_lets_go() -> None:
    def rows() -> Iterator[int]:
        yield 1
        raise ArangoError(1500)

    released: list[bool] = []
    failing = Cursor(batches=Batches(rows(), 1), attributes=lambda _: {}, release=lambda: released.append(True))
    with pytest.raises(ArangoError):
        failing.next_batch()
    assert released == [True]


def test_idle_cursors_expire_and_let_go() -> None:
    released: list[str] = []
    cursors = Cursors()
    short = cursor(3, 1, ttl=0.05, release=lambda: released.append("short"))
    long = cursor(3, 1, ttl=60, release=lambda: released.append("long"))
    for opened in (short, long):
        cursors.add("db", opened)
    for _ in range(4):
        time.sleep(0.03)
        with cursors.using("db", short.id):  # each use begins the time anew
            pass
    time.sleep(0.06)
    with pytest.raises(ArangoError) as caught, cursors.using("db", short.id):
        pass
    assert caught.value.number == 1600
    assert released == ["short"]
    cursors.close()
    assert released == ["short", "long"]
    assert len(cursors) == 0


def test_a_result_beyond_its_memory_limit() -> None:
    assert StoredBatches(Batches(iter(range(5)), 2), memory_limit=13).bytes == 13  # [0,1][2,3][4]
    with pytest.raises(ArangoError) as caught:
        StoredBatches(Batches(iter(range(5)), 2), memory_limit=12)
    assert caught.value.number == 32
