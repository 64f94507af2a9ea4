from __future__ import annotations

from typing import Any

import orjson
import pytest
from arango.collection import StandardCollection
from arango.database import StandardDatabase
from arango.exceptions import (
    AQLQueryExecuteError,
    DocumentInsertError,
    TransactionFetchError,
    TransactionInitError,
)

from arango_thinking.embedded.http.messages import Response
from tests.unit.embedded.conftest import Send


def body(response: Response) -> Any:
    return orjson.loads(response.body)


def test_the_driver_commits_a_transaction(database: StandardDatabase, pages: StandardCollection) -> None:
    transaction = database.begin_transaction(read="pages", write="pages")
    inside = transaction.collection("pages")
    inside.insert({"_key": "a", "rank": 1})
    inside.update({"_key": "a", "rank": 2})
    cursor: Any = transaction.aql.execute("FOR page IN pages RETURN page.rank")
    assert list(cursor) == [2]
    assert transaction.transaction_status() == "running"
    assert [one["id"] for one in database.list_transactions()] == [transaction.transaction_id]
    assert pages.count() == 0
    assert inside.count() == 1
    assert transaction.commit_transaction()
    assert transaction.transaction_status() == "committed"
    assert pages.get("a")["rank"] == 2  # type: ignore[call-overload, index]


def test_the_driver_aborts_a_transaction(database: StandardDatabase, pages: StandardCollection) -> None:
    transaction = database.begin_transaction(write=["pages"])
    transaction.aql.execute("FOR number IN 1..10 INSERT {number} INTO pages")
    transaction.abort_transaction()
    assert pages.count() == 0
    with pytest.raises(DocumentInsertError) as caught:
        transaction.collection("pages").insert({})
    assert (caught.value.http_code, caught.value.error_code) == (410, 1654)


def test_a_query_that_fails_undoes_only_itself(database: StandardDatabase, pages: StandardCollection) -> None:
    transaction = database.begin_transaction(write="pages")
    transaction.collection("pages").insert({"_key": "3"})
    with pytest.raises(AQLQueryExecuteError) as caught:
        transaction.aql.execute("FOR number IN 1..5 INSERT {_key: TO_STRING(number)} INTO pages")
    assert caught.value.error_code == 1210
    transaction.commit_transaction()
    assert [page["_key"] for page in pages.all()] == ["3"]  # type: ignore[union-attr]


def test_only_declared_collections_are_written(
    database: StandardDatabase, pages: StandardCollection, links: StandardCollection
) -> None:
    transaction = database.begin_transaction(write="pages")
    assert transaction.collection("links").count() == 0
    with pytest.raises(DocumentInsertError) as caught:
        transaction.collection("links").insert({"_from": "pages/a", "_to": "pages/b"})
    assert (caught.value.http_code, caught.value.error_code) == (400, 1652)
    transaction.abort_transaction()
    strict = database.begin_transaction(read="pages", allow_implicit=False)
    with pytest.raises(AQLQueryExecuteError) as failed:
        strict.aql.execute("FOR link IN links RETURN link")
    assert failed.value.error_code == 1652
    with pytest.raises(DocumentInsertError) as caught:
        strict.collection("pages").insert({})
    assert caught.value.error_code == 1652
    strict.abort_transaction()


def test_collections_have_to_exist(database: StandardDatabase, send: Send) -> None:
    with pytest.raises(TransactionInitError) as caught:
        database.begin_transaction(write="nowhere")
    assert (caught.value.http_code, caught.value.error_code) == (404, 1203)
    # and nothing is left that would keep others from writing
    database.create_collection("pages")
    for malformed in ({}, {"collections": 1}, {"collections": {"write": 1}}, {"collections": {"write": [1]}}):
        assert body(send("POST", "/_api/transaction/begin", malformed))["errorNum"] == 10


def test_collections_are_not_made_inside(database: StandardDatabase, pages: StandardCollection, send: Send) -> None:
    send("POST", "/_api/collection", {"name": "pages"})
    identifier = body(send("POST", "/_api/transaction/begin", {"collections": {"write": "pages"}}))["result"]["id"]
    response = send("POST", "/_api/collection", {"name": "more"}, x_arango_trx_id=identifier)
    assert (response.status, body(response)["errorNum"]) == (501, 9)
    send("DELETE", f"/_api/transaction/{identifier}")


def test_unknown_transactions(database: StandardDatabase, send: Send) -> None:
    with pytest.raises(TransactionFetchError) as caught:
        database.fetch_transaction("17")
    assert (caught.value.http_code, caught.value.error_code) == (404, 1655)
    assert body(send("GET", "/_api/transaction/abc"))["errorNum"] == 10


def test_javascript_transactions_are_refused_by_name(send: Send) -> None:
    response = send("POST", "/_api/transaction", {"collections": {}, "action": "function () {}"})
    assert (response.status, body(response)["errorNum"]) == (501, 9)
