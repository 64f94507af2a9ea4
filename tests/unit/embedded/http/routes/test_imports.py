from __future__ import annotations

from typing import Any

import orjson
import pytest
from arango.collection import StandardCollection
from arango.exceptions import DocumentInsertError

from tests.unit.embedded.conftest import Send


@pytest.fixture
def collection(send: Send) -> str:
    send("POST", "/_api/collection", {"name": "pages"})
    return "pages"


def body(response: Any) -> Any:
    return orjson.loads(response.body)


def counts(result: dict[str, Any]) -> dict[str, Any]:
    return {name: result[name] for name in ("created", "errors", "empty", "updated", "ignored") if result[name]}


def test_bulk_import_through_the_driver(pages: StandardCollection) -> None:
    result = pages.import_bulk([{"_key": str(number), "n": number} for number in range(1000)])
    assert counts(result) == {"created": 1000}
    assert pages.get("999")["n"] == 999


@pytest.mark.parametrize(
    ("on_duplicate", "expected", "stored"),
    [
        ("error", {"created": 1, "errors": 1}, {"old": 1}),
        ("ignore", {"created": 1, "ignored": 1}, {"old": 1}),
        ("replace", {"created": 1, "updated": 1}, {"new": 1}),
        ("update", {"created": 1, "updated": 1}, {"old": 1, "new": 1}),
    ],
)
def test_duplicates(
    pages: StandardCollection, on_duplicate: str, expected: dict[str, int], stored: dict[str, int]
) -> None:
    pages.insert({"_key": "a", "old": 1})
    result = pages.import_bulk([{"_key": "a", "new": 1}, {"_key": "b"}], on_duplicate=on_duplicate, halt_on_error=False)
    assert counts(result) == expected
    assert {name: value for name, value in pages.get("a").items() if name[0] != "_"} == stored


def test_complete_makes_one_error_fail_all(pages: StandardCollection) -> None:
    pages.insert({"_key": "a"})
    with pytest.raises(DocumentInsertError) as caught:
        pages.import_bulk([{"_key": "b"}, {"_key": "a"}], halt_on_error=True)
    assert (caught.value.http_code, caught.value.error_code) == (409, 1210)
    assert pages.count() == 1


def test_details_name_place_and_document(pages: StandardCollection) -> None:
    documents: list[Any] = [{"_key": "a"}, {"_key": "a"}, "text"]
    result = pages.import_bulk(documents, halt_on_error=False, details=True)
    assert counts(result) == {"created": 1, "errors": 2}
    wrong, taken = result["details"]  # what could not be read comes first, counted from one
    assert wrong == 'at position 3: invalid JSON type (expecting object), offending document: "text"'
    reason = "creating document failed with error 'unique constraint violated'"
    assert taken == f'at position 1: {reason}, offending document: {{"_key":"a"}}'


def test_overwrite_empties_the_collection_first(pages: StandardCollection) -> None:
    pages.insert_many([{"_key": "old"}, {"_key": "older"}])
    pages.import_bulk([{"_key": "new"}], overwrite=True)
    assert [pages.count(), pages.has("new")] == [1, True]


LINES = b'{"_key":"a","n":1}\n\n{"_key":"b","n":2}\nnonsense\n{"_key":"c","n":3}'


@pytest.mark.parametrize("kind", ["documents", "auto"])
def test_json_lines(send: Send, collection: str, kind: str) -> None:
    response = send("POST", f"/_api/import?collection=pages&type={kind}&details=true", LINES)
    assert response.status == 201
    assert counts(body(response)) == {"created": 3, "errors": 1, "empty": 1}
    assert body(response)["details"] == [
        "at position 4: invalid JSON type (expecting object, probably parse error), offending context: nonsense"
    ]


@pytest.mark.parametrize("kind", ["array", "list", "auto"])
def test_arrays(send: Send, collection: str, kind: str) -> None:
    response = send("POST", f"/_api/import?collection=pages&type={kind}", [{"n": 1}, {"n": 2}])
    assert counts(body(response)) == {"created": 2}


def test_a_line_of_names_then_lines_of_values(send: Send, collection: str) -> None:
    table = b'["_key","n"]\n["a",1]\n\n["b"]\n["c",3]\n'
    response = send("POST", "/_api/import?collection=pages&details=true", table)
    assert counts(body(response)) == {"created": 2, "errors": 1, "empty": 1}
    assert body(send("GET", "/_api/document/pages/c"))["n"] == 3


def test_prefixes_make_ids_of_the_ends(send: Send) -> None:
    send("POST", "/_api/collection", {"name": "links", "type": 3})
    edges = [{"_key": "1", "_from": "a", "_to": "q/b"}, {"_from": "a"}]
    url = "/_api/import?collection=links&type=array&fromPrefix=p&toPrefix=p/&details=true"
    result = body(send("POST", url, edges))
    assert counts(result) == {"created": 1, "errors": 1}
    edge = body(send("GET", "/_api/document/links/1"))
    assert (edge["_from"], edge["_to"]) == ("p/a", "q/b")
    assert result["details"] == [
        "at position 2: missing '_from' or '_to' attribute, offending document: {\"_from\":\"p/a\"}"
    ]


@pytest.mark.parametrize(
    ("url", "given", "number"),
    [
        ("/_api/import?type=array", [], 1204),
        ("/_api/import?collection=nowhere&type=array", [{}], 1203),
        ("/_api/import?collection=pages&type=array", {}, 400),
        ("/_api/import?collection=pages&type=array", b"[1", 400),
        ("/_api/import?collection=pages&type=csv", b"", 400),
        ("/_api/import?collection=pages", b"[1]\n[2]", 400),
        ("/_api/import?collection=pages", b"[]\n[]", 400),
        ("/_api/import?collection=pages", b"nonsense\n[]", 400),
        ("/_api/import?collection=pages&type=array&complete=true", [1], 1227),
        ("/_api/import?collection=pages&type=documents&complete=true", b"nonsense", 4),
        ("/_api/import?collection=pages", b'{"a":1}', 400),
    ],
)
def test_refusals(send: Send, collection: str, url: str, given: Any, number: int) -> None:
    response = send("POST", url, given)
    assert body(response)["errorNum"] == number
    assert response.status >= 400


def test_forced_prefixes_and_keys_that_are_numbers(send: Send) -> None:
    send("POST", "/_api/collection", {"name": "links", "type": 3})
    url = "/_api/import?collection=links&type=array&fromPrefix=p&toPrefix=p&overwriteCollectionPrefix=true"
    assert counts(body(send("POST", url, [{"_key": "1", "_from": "q/a", "_to": 7}]))) == {"created": 1}
    edge = body(send("GET", "/_api/document/links/1"))
    assert (edge["_from"], edge["_to"]) == ("p/a", "p/7")


def test_prefixes_are_for_edges_only(send: Send, collection: str) -> None:
    send("POST", "/_api/import?collection=pages&type=array&fromPrefix=p", [{"_key": "a", "_from": "b"}])
    assert body(send("GET", "/_api/document/pages/a"))["_from"] == "b"


def test_ignoring_duplicates_ignores_those_of_unique_indexes_too(send: Send, collection: str) -> None:
    send("POST", "/_api/index?collection=pages", {"type": "persistent", "fields": ["n"], "unique": True})
    url = "/_api/import?collection=pages&type=array&onDuplicate=ignore"
    assert counts(body(send("POST", url, [{"n": 1}, {"n": 1}]))) == {"created": 1, "ignored": 1}


def test_a_way_to_treat_duplicates_that_is_unknown_is_none(send: Send, collection: str) -> None:
    url = "/_api/import?collection=pages&type=array&onDuplicate=guess"
    assert counts(body(send("POST", url, [{"_key": "a"}, {"_key": "a"}]))) == {"created": 1, "errors": 1}


def test_a_complete_import_reads_all_before_it_writes(send: Send, collection: str) -> None:
    url = "/_api/import?collection=pages&type=array&complete=true"
    response = send("POST", url, [{"_key": "a"}, {"_key": "a"}, 1])
    assert (response.status, body(response)["errorNum"]) == (400, 1227)
    taken = send("POST", url, [{"_key": "a"}, {"_key": "a"}])
    assert (taken.status, body(taken)["errorMessage"]) == (409, "unique constraint violated")
    assert body(send("GET", "/_api/collection/pages/count"))["count"] == 0
