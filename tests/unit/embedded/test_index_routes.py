from __future__ import annotations

from typing import Any

import orjson
import pytest
from arango.collection import StandardCollection
from arango.exceptions import IndexCreateError, IndexDeleteError

from .conftest import Send


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
        ({"type": "hash", "fields": ["a"]}, 501, 9),
        ({"type": "skiplist", "fields": ["a"]}, 501, 9),
        ({"type": "geo", "fields": ["a"]}, 501, 9),
        ({"type": "persistent", "fields": ["a[*]"]}, 501, 9),
        ({"fields": ["a"]}, 400, 10),
        ({"type": "persistent"}, 400, 10),
        ({"type": "persistent", "fields": []}, 400, 10),
        ({"type": "persistent", "fields": ["a", "a"]}, 400, 10),
        ({"type": "persistent", "fields": [1]}, 400, 10),
        ({"type": "persistent", "fields": ["_id"]}, 400, 1220),
        ({"type": "persistent", "fields": ["a..b"]}, 400, 1220),
        ({"type": "persistent", "fields": ["a"], "name": "1st"}, 400, 1208),
        ({"type": "persistent", "fields": ["a"], "name": "primary"}, 409, 1207),
    ],
)
def test_indexes_that_cannot_be_made(send: Send, given: Any, status: int, number: int) -> None:
    send("POST", "/_api/collection", {"name": "pages"})
    response = send("POST", "/_api/index?collection=pages", given)
    assert (response.status, body(response)["errorNum"]) == (status, number)
    assert len(body(send("GET", "/_api/index?collection=pages"))["indexes"]) == 1


def test_the_refusal_of_a_legacy_index_names_it(pages: StandardCollection) -> None:
    with pytest.raises(IndexCreateError, match="skiplist"):
        pages.add_index({"type": "skiplist", "fields": ["a"]})


def test_the_primary_index_stays(pages: StandardCollection) -> None:
    with pytest.raises(IndexDeleteError) as caught:
        pages.delete_index("0")
    assert caught.value.error_code == 11


def test_what_is_not_there(send: Send) -> None:
    send("POST", "/_api/collection", {"name": "pages"})
    assert body(send("GET", "/_api/index/pages/77"))["errorNum"] == 1212
    assert body(send("DELETE", "/_api/index/pages/77"))["errorNum"] == 1212
    assert body(send("GET", "/_api/index?collection=nowhere"))["errorNum"] == 1203
    assert body(send("GET", "/_api/index"))["errorNum"] == 1204
