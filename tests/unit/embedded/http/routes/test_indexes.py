from __future__ import annotations

from typing import Any

import orjson
import pytest
from arango.collection import StandardCollection
from arango.exceptions import IndexCreateError, IndexDeleteError

from tests.unit.embedded.conftest import Send


def body(response: Any) -> Any:
    return orjson.loads(response.body)


def test_indexes_are_made_listed_and_deleted(pages: StandardCollection) -> None:
    made = pages.add_index({"type": "persistent", "fields": ["meta.rank", "_key"], "name": "by_rank", "sparse": True})
    assert (made["name"], made["isNewlyCreated"]) == ("by_rank", True)
    listed = pages.indexes()
    assert [(one["type"], one["fields"]) for one in listed] == [
        ("primary", ["_key"]),
        ("persistent", ["meta.rank", "_key"]),
    ]
    assert (listed[1]["sparse"], listed[1]["unique"]) == (True, False)
    assert pages.get_index(made["id"])["name"] == "by_rank"
    assert pages.delete_index(made["id"])
    assert len(pages.indexes()) == 1
    assert pages.delete_index(made["id"], ignore_missing=True) is False


def test_an_index_that_exists_is_given_back(send: Send) -> None:
    send("POST", "/_api/collection", {"name": "pages"})
    url = "/_api/index?collection=pages"
    given = {"type": "persistent", "fields": ["a"]}
    first, again = send("POST", url, given), send("POST", url, {**given, "estimates": False, "storedValues": ["b"]})
    assert (first.status, again.status) == (201, 200)
    assert body(first)["id"] == body(again)["id"]
    assert body(again)["isNewlyCreated"] is False
    other = send("POST", url, {**given, "unique": True})
    assert other.status == 201


def test_ttl_indexes(pages: StandardCollection) -> None:
    made = pages.add_index({"type": "ttl", "fields": ["expires"], "expireAfter": 60})
    assert (made["expireAfter"], made["sparse"]) == (60, True)
    with pytest.raises(IndexCreateError):
        pages.add_index({"type": "ttl", "fields": ["a", "b"], "expireAfter": 60})
    with pytest.raises(IndexCreateError):
        pages.add_index({"type": "ttl", "fields": ["a"]})


def test_edge_collections_show_their_edge_index(links: StandardCollection) -> None:
    assert [one["type"] for one in links.indexes()] == ["primary", "edge"]


@pytest.mark.parametrize(
    ("given", "status", "number"),
    [
        ({"type": "geo", "fields": ["a"]}, 501, 9),
        ({"type": "inverted", "fields": ["a"]}, 501, 9),
        ({"type": "primary", "fields": ["_key"]}, 403, 11),
        ({"type": "clever", "fields": ["a"]}, 400, 10),
        ({"fields": ["a"]}, 400, 10),
        ({"type": "persistent"}, 400, 10),
        ({"type": "persistent", "fields": []}, 400, 10),
        ({"type": "persistent", "fields": ["a", "a"]}, 400, 10),
        ({"type": "persistent", "fields": [1]}, 400, 10),
        ({"type": "persistent", "fields": ["_id"]}, 400, 1220),
        ({"type": "persistent", "fields": ["a..b"]}, 400, 1220),
        ({"type": "persistent", "fields": ["a"], "name": "1st"}, 400, 1208),
        ({"type": "persistent", "fields": ["a"], "name": "primary"}, 400, 1005),
    ],
)
def test_indexes_that_cannot_be_made(send: Send, given: Any, status: int, number: int) -> None:
    send("POST", "/_api/collection", {"name": "pages"})
    response = send("POST", "/_api/index?collection=pages", given)
    assert (response.status, body(response)["errorNum"]) == (status, number)
    assert len(body(send("GET", "/_api/index?collection=pages"))["indexes"]) == 1


def test_what_is_refused_is_named(pages: StandardCollection) -> None:
    with pytest.raises(IndexCreateError, match="fulltext"):
        pages.add_index({"type": "fulltext", "fields": ["a"]})


@pytest.mark.parametrize("kind", ["hash", "skiplist"])
def test_older_names_for_what_is_persistent(pages: StandardCollection, kind: str) -> None:
    made = pages.add_index({"type": kind, "fields": ["a"], "unique": True})
    assert (made["type"], made["unique"]) == (kind, True)
    assert pages.add_index({"type": "persistent", "fields": ["a"], "unique": True})["isNewlyCreated"]


def test_an_index_that_exists_is_given_back_whatever_it_is_called(send: Send) -> None:
    send("POST", "/_api/collection", {"name": "pages"})
    url, given = "/_api/index?collection=pages", {"type": "persistent", "fields": ["a"]}
    send("POST", url, {**given, "name": "first"})
    again = body(send("POST", url, {**given, "name": "second"}))
    assert (again["name"], again["isNewlyCreated"]) == ("first", False)


def test_one_ttl_index_is_enough(send: Send) -> None:
    send("POST", "/_api/collection", {"name": "pages"})
    url, given = "/_api/index?collection=pages", {"type": "ttl", "fields": ["a"], "expireAfter": 60}
    assert [send("POST", url, given).status for _ in range(2)] == [201, 200]
    second = send("POST", url, {**given, "fields": ["b"]})
    assert (second.status, body(second)["errorNum"]) == (400, 10)


def test_tuning_is_shown(send: Send) -> None:
    send("POST", "/_api/collection", {"name": "pages"})
    tuning = {"storedValues": ["b"], "estimates": False, "cacheEnabled": True, "deduplicate": False}
    given = {"type": "persistent", "fields": ["tags[*]"], **tuning, "inBackground": True}
    made = body(send("POST", "/_api/index?collection=pages", given))
    assert {name: made[name] for name in tuning} == tuning
    assert "selectivityEstimate" not in made
    assert body(send("GET", f"/_api/index/{made['id']}"))["fields"] == ["tags[*]"]


def test_estimates_and_figures(send: Send) -> None:
    send("POST", "/_api/collection", {"name": "pages"})
    made = body(send("POST", "/_api/index?collection=pages", {"type": "persistent", "fields": ["n"]}))
    assert made["selectivityEstimate"] == 1
    send("POST", "/_api/document/pages", [{"n": 1}, {"n": 1}])
    listed = body(send("GET", "/_api/index?collection=pages&withStats=true"))["indexes"]
    assert [(one["selectivityEstimate"], "figures" in one) for one in listed] == [(1, True), (0.5, True)]
    assert "selectivityEstimate" not in body(send("GET", f"/_api/index/{made['id']}"))
    estimates = body(send("GET", "/_api/index/selectivity?collection=pages"))["indexes"]
    assert estimates == {"pages/0": 1, made["id"]: 0.5}


def test_documents_that_already_violate_a_unique_index(send: Send) -> None:
    send("POST", "/_api/collection", {"name": "pages"})
    send("POST", "/_api/document/pages", [{"n": 1}, {"n": 1}])
    given = {"type": "persistent", "fields": ["n"], "unique": True}
    response = send("POST", "/_api/index?collection=pages", given)
    assert (response.status, body(response)["errorNum"]) == (400, 1210)


def test_the_primary_index_stays(pages: StandardCollection) -> None:
    with pytest.raises(IndexDeleteError) as caught:
        pages.delete_index("0")
    assert caught.value.error_code == 11


def test_what_is_not_there(send: Send) -> None:
    send("POST", "/_api/collection", {"name": "pages"})
    assert body(send("GET", "/_api/index/pages/77"))["errorNum"] == 1212
    assert body(send("DELETE", "/_api/index/pages/77"))["errorNum"] == 1212
    assert body(send("GET", "/_api/index?collection=nowhere"))["errorNum"] == 1203
    assert body(send("GET", "/_api/index"))["errorMessage"] == "collection or view not found"
