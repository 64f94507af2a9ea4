from __future__ import annotations

from typing import Any

import orjson
import pytest
from arango.collection import StandardCollection
from arango.database import StandardDatabase
from arango.exceptions import AQLQueryExecuteError, CursorNextError

from arango_thinking.embedded.storage.storage import Storage
from tests.unit.embedded.conftest import Send


def body(response: Any) -> Any:
    return orjson.loads(response.body)


@pytest.fixture
def filled(pages: StandardCollection) -> StandardCollection:
    pages.import_bulk([{"_key": f"{number:04}", "n": number} for number in range(2500)])
    return pages


ALL = "FOR page IN pages SORT page._key RETURN page.n"


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("batch_size", [None, 1, 999, 2500, 9999])
def test_all_rows_in_batches(
    database: StandardDatabase, filled: StandardCollection, stream: bool, batch_size: int | None
) -> None:
    if batch_size == 1:
        filled.truncate()
        filled.insert_many([{"_key": f"{number:04}", "n": number} for number in range(5)])
    cursor = database.aql.execute(ALL, batch_size=batch_size, stream=stream)
    assert list(cursor) == list(range(filled.count()))
    assert cursor.statistics()["scanned_index"] + cursor.statistics()["scanned_full"] == filled.count()


def test_a_result_that_fits_makes_no_cursor(send: Send) -> None:
    response = send("POST", "/_api/cursor", {"query": "FOR i IN 1..3 RETURN i", "count": True})
    assert response.status == 201
    answer = body(response)
    assert answer["result"] == [1, 2, 3]
    assert (answer["hasMore"], answer["count"], answer["cached"], answer["code"]) == (False, 3, False, 201)
    assert "id" not in answer
    assert "nextBatchId" not in answer
    assert answer["extra"]["warnings"] == []


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_cursor_is_gone_after_its_last_batch(send: Send, method: str) -> None:
    first = body(send("POST", "/_api/cursor", {"query": "FOR i IN 1..3 RETURN i", "batchSize": 2}))
    assert (first["hasMore"], first["nextBatchId"]) == (True, "2")
    assert "count" not in first
    second = send(method, f"/_api/cursor/{first['id']}")
    assert (second.status, body(second)["result"], body(second)["hasMore"]) == (200, [3], False)
    assert "id" not in body(second)
    gone = send(method, f"/_api/cursor/{first['id']}")
    assert (gone.status, body(gone)["errorNum"]) == (404, 1600)


def test_a_cursor_may_be_deleted(send: Send) -> None:
    cursor = body(send("POST", "/_api/cursor", {"query": "FOR i IN 1..3 RETURN i", "batchSize": 1}))["id"]
    deleted = send("DELETE", f"/_api/cursor/{cursor}")
    assert (deleted.status, body(deleted)["id"]) == (202, cursor)
    assert send("DELETE", f"/_api/cursor/{cursor}").status == 404


def test_batches_may_be_retried(send: Send) -> None:
    query = {"query": "FOR i IN 1..5 RETURN i", "batchSize": 2, "options": {"allowRetry": True}}
    cursor = body(send("POST", "/_api/cursor", query))["id"]
    url = f"/_api/cursor/{cursor}"
    assert body(send("POST", f"{url}/1"))["result"] == [1, 2]
    assert body(send("POST", f"{url}/2"))["result"] == [3, 4]
    assert body(send("POST", f"{url}/2"))["result"] == [3, 4]
    assert body(send("POST", f"{url}/1"))["errorNum"] == 1600
    for _ in range(2):
        last = body(send("POST", f"{url}/3"))
        assert (last["result"], last["hasMore"], last["id"]) == ([5], False, cursor)
    assert send("DELETE", url).status == 202


def test_the_driver_retries(database: StandardDatabase, filled: StandardCollection) -> None:
    cursor = database.aql.execute(ALL, batch_size=1000, allow_retry=True)
    assert len(list(cursor)) == 2500
    assert cursor.close(ignore_missing=True)


def test_a_reading_cursor_keeps_its_result_whatever_is_written(
    database: StandardDatabase, filled: StandardCollection
) -> None:
    for stream in (False, True):
        cursor = database.aql.execute("FOR page IN pages RETURN page.n", batch_size=100, stream=stream)
        filled.truncate()
        assert len(list(cursor)) == 2500
        filled.import_bulk([{"_key": f"{number:04}", "n": number} for number in range(2500)])


def test_a_stream_tells_statistics_at_the_end(send: Send) -> None:
    query = {"query": "FOR i IN 1..3 RETURN 1 / 0", "batchSize": 2, "options": {"stream": True}}
    first = body(send("POST", "/_api/cursor", query))
    assert first["extra"] == {}
    last = body(send("POST", f"/_api/cursor/{first['id']}"))
    assert last["extra"]["warnings"][0]["code"] == 1562
    assert "stats" in last["extra"]


def test_a_deleted_stream_lets_go_of_its_snapshot(send: Send, storage: Storage) -> None:
    query = {"query": "FOR i IN 1..3 RETURN i", "batchSize": 1, "stream": True}
    for _ in range(3):
        cursor = body(send("POST", "/_api/cursor", query))["id"]
        send("DELETE", f"/_api/cursor/{cursor}")
    assert len(storage._file._idle) == 1


def test_a_modifying_query_is_all_or_nothing(database: StandardDatabase, pages: StandardCollection) -> None:
    with pytest.raises(AQLQueryExecuteError) as caught:
        database.aql.execute("FOR i IN [1, 2, 1] INSERT { _key: TO_STRING(i) } INTO pages")
    assert (caught.value.http_code, caught.value.error_code) == (409, 1210)
    assert pages.count() == 0
    cursor = database.aql.execute(
        "FOR i IN 1..3 INSERT { _key: TO_STRING(i) } INTO pages RETURN NEW._key", batch_size=1
    )
    assert pages.count() == 3
    assert list(cursor) == ["1", "2", "3"]
    assert cursor.statistics()["modified"] == 3


def test_full_count(database: StandardDatabase, filled: StandardCollection) -> None:
    cursor = database.aql.execute("FOR page IN pages LIMIT 10 RETURN 1", full_count=True, count=True)
    assert cursor.count() == 10
    assert cursor.statistics()["fullCount"] == 2500


@pytest.mark.parametrize(
    ("given", "status", "number"),
    [
        (None, 400, 1502),
        ([], 400, 1502),
        ({}, 400, 600),
        ({"query": None}, 400, 1502),
        ({"query": ""}, 400, 1502),
        ({"query": "  "}, 400, 1501),
        ({"query": "RETURN"}, 400, 1501),
        ({"query": "RETURN 1", "bindVars": []}, 400, 17),
        ({"query": "RETURN @a"}, 400, 1551),
        ({"query": "RETURN 1", "bindVars": {"a": 1}}, 400, 1552),
        ({"query": "FOR x IN nowhere RETURN x"}, 404, 1203),
        ({"query": "RETURN 1", "batchSize": 0}, 400, 17),
        ({"query": "FOR i IN 1..9999 SORT i RETURN i", "memoryLimit": 10000}, 500, 32),
        ({"query": "RETURN 1 / 0", "options": {"failOnWarning": True}}, 400, 1562),
        (b"{", 400, 600),
    ],
)
def test_queries_that_fail(send: Send, given: Any, status: int, number: int) -> None:
    response = send("POST", "/_api/cursor", given)
    assert (response.status, body(response)["errorNum"]) == (status, number)


@pytest.mark.parametrize(
    "given",
    [
        {"batchSize": "many", "ttl": "long", "options": 1},
        {"memoryLimit": 10000, "cache": True, "count": None},
        {"options": {"maxPlans": 1, "optimizer": {"rules": ["-all"]}, "fillBlockCache": False, "usePlanCache": True}},
    ],
)
def test_what_makes_no_difference_is_passed_over(send: Send, given: dict[str, Any]) -> None:
    answer = body(send("POST", "/_api/cursor", {"query": "RETURN 1", **given}))
    assert (answer["result"], answer["cached"], "count" in answer) == ([1], False, False)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_cursor_has_to_be_named(send: Send, method: str) -> None:
    response = send(method, "/_api/cursor")
    assert (response.status, body(response)["errorMessage"]) == (400, f"expecting {method} /_api/cursor/<cursor-id>")


def test_statistics_have_all_that_arangodb_tells(send: Send) -> None:
    stats = body(send("POST", "/_api/cursor", {"query": "FOR i IN 1..9 RETURN i"}))["extra"]["stats"]
    assert stats.keys() == {
        "writesExecuted", "writesIgnored", "documentLookups", "seeks", "scannedFull", "scannedIndex", "cursorsCreated",
        "cursorsRearmed", "cacheHits", "cacheMisses", "filtered", "httpRequests", "executionTime", "peakMemoryUsage",
        "intermediateCommits", "searchParallelism",
    }  # fmt: skip
    assert stats["peakMemoryUsage"] == 32768


@pytest.mark.parametrize("stream", [False, True])
def test_profiles(send: Send, stream: bool) -> None:
    def extra(profile: object) -> dict[str, Any]:
        options = {"profile": profile, "stream": stream}
        answer = body(send("POST", "/_api/cursor", {"query": "FOR i IN 1..9 RETURN i", "options": options}))
        return dict(answer["extra"])

    assert {"profile", "plan"} & extra(0).keys() == set()
    assert extra(1)["profile"].keys() == extra(True)["profile"].keys() > {"parsing", "executing"}
    full = extra(2)
    assert [node["id"] for node in full["stats"]["nodes"]] == [node["id"] for node in full["plan"]["nodes"]]


def test_an_expired_cursor(database: StandardDatabase, filled: StandardCollection) -> None:
    cursor = database.aql.execute(ALL, batch_size=10, ttl=1e-6)
    with pytest.raises(CursorNextError) as caught:
        list(cursor)
    assert (caught.value.http_code, caught.value.error_code) == (404, 1600)


def test_the_drivers_helpers_that_are_queries(database: StandardDatabase, filled: StandardCollection) -> None:
    assert len(list(filled.all())) == 2500
    assert [page["_key"] for page in filled.find({"n": 7})] == ["0007"]
    assert len(list(filled.keys())) == 2500
    assert filled.random()["_id"].startswith("pages/")
    assert filled.update_match({"n": 7}, {"m": 1}) == 1
    assert filled.delete_match({"n": 7}) == 1
    assert database.aql.queries() == []
