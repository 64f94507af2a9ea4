from __future__ import annotations

from typing import Any

import orjson
import pytest
from arango.database import StandardDatabase
from arango.exceptions import CollectionCreateError, CollectionDeleteError, CollectionPropertiesError

from tests.unit.embedded.conftest import Send


def body(response: Any) -> Any:
    return orjson.loads(response.body)


def test_collections_are_made_listed_and_deleted(database: StandardDatabase) -> None:
    database.create_collection("pages")
    database.create_collection("links", edge=True)
    listed = {one["name"]: (one["type"], one["system"]) for one in database.collections()}
    assert listed == {"_graphs": ("document", True), "pages": ("document", False), "links": ("edge", False)}
    assert database.has_collection("links")
    assert database.delete_collection("links")
    assert not database.has_collection("links")
    assert database.delete_collection("links", ignore_missing=True) is False


def test_properties(database: StandardDatabase) -> None:
    pages = database.create_collection("pages", sync=True, user_keys=False)
    properties = pages.properties()
    assert (properties["name"], properties["type"], properties["edge"]) == ("pages", 2, False)
    assert properties["sync"] is True
    assert properties["key_options"]["user_keys"] is False
    assert pages.configure(sync=False)["sync"] is False
    assert pages.properties()["key_options"]["user_keys"] is False
    assert properties["id"].isdigit()


def test_counting_renaming_truncating(database: StandardDatabase) -> None:
    pages = database.create_collection("pages")
    pages.insert_many([{}, {}])
    assert (pages.count(), pages.statistics()["indexes"]["count"]) == (2, 1)
    first = pages.revision()
    pages.insert({})
    assert pages.revision() != first
    pages.rename("leaves")
    assert database.collection("leaves").count() == 3
    leaves = database.collection("leaves")
    assert leaves.truncate()
    assert leaves.count() == 0
    assert leaves.recalculate_count()


@pytest.mark.parametrize(
    ("given", "status", "number"),
    [
        ({"name": "pages"}, 409, 1207),
        ({"name": "1st"}, 400, 1208),
        ({"name": "_mine"}, 400, 1208),
        ({}, 400, 1208),
        ({"name": "x", "type": 7}, 400, 1218),
        ({"name": "x", "type": [2]}, 400, 1218),
        ({"name": "x", "schema": {"rule": "none"}}, 400, 1621),
        ({"name": "x", "computedValues": [{}]}, 501, 9),
        ({"name": "x", "keyOptions": {"type": "random"}}, 400, 1232),
        ({"name": "x", "keyOptions": 1}, 400, 1232),
        ([], 400, 1208),
        (None, 400, 1208),
    ],
)
def test_collections_that_cannot_be_made(send: Send, given: Any, status: int, number: int) -> None:
    send("POST", "/_api/collection", {"name": "pages"})
    response = send("POST", "/_api/collection", given)
    assert (response.status, body(response)["errorNum"]) == (status, number)


def test_cluster_options_are_passed_over(send: Send) -> None:
    given = {"name": "pages", "numberOfShards": 9, "replicationFactor": 3, "shardKeys": ["a"], "schema": None}
    response = send("POST", "/_api/collection", given)
    assert response.status == 200
    assert "numberOfShards" not in body(response)


def test_system_collections_are_guarded(database: StandardDatabase, send: Send) -> None:
    with pytest.raises(CollectionDeleteError) as caught:
        database.delete_collection("_graphs")
    assert (caught.value.http_code, caught.value.error_code) == (403, 11)
    database.create_collection("_mine", system=True)
    assert database.delete_collection("_mine", system=True)
    names = [one["name"] for one in body(send("GET", "/_api/collection?excludeSystem=true"))["result"]]
    assert names == []
    assert body(send("PUT", "/_api/collection/_graphs/rename", {"name": "x"}))["errorNum"] == 1208


def test_a_collection_that_is_not_there(database: StandardDatabase, send: Send) -> None:
    with pytest.raises(CollectionPropertiesError) as caught:
        database.collection("nowhere").properties()
    assert (caught.value.http_code, caught.value.error_code) == (404, 1203)
    for method, path in (("GET", ""), ("GET", "/count"), ("PUT", "/truncate"), ("DELETE", "")):
        assert body(send(method, f"/_api/collection/nowhere{path}"))["errorNum"] == 1203


def test_what_means_nothing_any_more_is_still_answered(send: Send) -> None:
    send("POST", "/_api/collection", {"name": "pages"})
    for upkeep in ("load", "unload", "loadIndexesIntoMemory", "compact"):
        assert send("PUT", f"/_api/collection/pages/{upkeep}").status == 200


def test_what_only_clusters_have_is_refused(send: Send) -> None:
    send("POST", "/_api/collection", {"name": "pages"})
    assert body(send("GET", "/_api/collection/pages/shards"))["errorNum"] == 4
    response = send("PUT", "/_api/collection/pages/responsibleShard", {"_key": "a"})
    assert (response.status, body(response)["errorNum"]) == (501, 1471)


def test_the_driver_sees_a_refusal(database: StandardDatabase) -> None:
    with pytest.raises(CollectionCreateError, match="computedValues"):
        database.create_collection("x", computedValues=[{"name": "a"}])


def test_types_may_be_named(send: Send) -> None:
    made = {name: body(send("POST", "/_api/collection", {"name": name, "type": name})) for name in ("document", "edge")}
    assert {name: one["type"] for name, one in made.items()} == {"document": 2, "edge": 3}


def test_a_collection_tells_what_arangodb_tells_of_it(send: Send) -> None:
    answer = body(send("POST", "/_api/collection", {"name": "pages"}))
    assert answer["keyOptions"] == {"allowUserKeys": True, "type": "traditional", "lastValue": 0}
    assert (answer["statusString"], answer["schema"], answer["computedValues"]) == ("loaded", None, None)
    assert answer["syncByRevision"] is answer["usesRevisionsAsDocumentIds"] is True


def test_parts_of_a_collection_tell_their_place(send: Send) -> None:
    send("POST", "/_api/collection", {"name": "pages"})
    for path in ("properties", "count", "figures", "revision", "checksum"):
        response = send("GET", f"/_api/collection/pages/{path}")
        assert response.headers["location"] == f"/_db/_system/_api/collection/pages/{path}"
    assert "location" not in send("GET", "/_api/collection/pages").headers


def test_parts_that_a_collection_does_not_have(send: Send) -> None:
    send("POST", "/_api/collection", {"name": "pages"})
    for method in ("GET", "PUT"):
        response = send(method, "/_api/collection/pages/colour")
        assert (response.status, body(response)["errorNum"]) == (404, 404)
        assert body(response)["errorMessage"].startswith("expecting one of the ")
        assert body(send(method, "/_api/collection/nowhere/colour"))["errorNum"] == 1203


def test_loading_counts_unless_told_otherwise(send: Send) -> None:
    send("POST", "/_api/collection", {"name": "pages"})
    send("POST", "/_api/document/pages", [{}, {}])
    assert body(send("PUT", "/_api/collection/pages/load"))["count"] == 2
    assert "count" not in body(send("PUT", "/_api/collection/pages/load", {"count": False}))
    assert body(send("PUT", "/_api/collection/pages/recalculateCount"))["count"] == 2


def test_figures_with_details(send: Send) -> None:
    send("POST", "/_api/collection", {"name": "pages"})
    send("POST", "/_api/document/pages", {"text": "a" * 100})
    figures = body(send("GET", "/_api/collection/pages/figures?details=true"))["figures"]
    assert figures["documentsSize"] > 100
    assert figures["engine"] == {"documents": 1, "indexes": [{"type": "primary", "id": 0, "count": 1}]}


def test_checksums_see_what_they_are_asked_to_see(send: Send) -> None:
    def checksums() -> list[str]:
        flags = ("", "?withRevisions=true", "?withData=true")
        return [body(send("GET", f"/_api/collection/pages/checksum{flag}"))["checksum"] for flag in flags]

    send("POST", "/_api/collection", {"name": "pages"})
    send("POST", "/_api/document/pages", {"_key": "a", "n": 1})
    before = checksums()
    send("PUT", "/_api/document/pages/a", {"n": 2})
    after = checksums()
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, False, False]


def test_changed_properties_stay_and_others_are_left_alone(send: Send) -> None:
    options = {"type": "autoincrement", "increment": 3}
    send("POST", "/_api/collection", {"name": "pages", "keyOptions": options})
    changed = body(send("PUT", "/_api/collection/pages/properties", {"waitForSync": True, "keyOptions": {}}))
    assert (changed["waitForSync"], changed["keyOptions"]["increment"]) == (True, 3)
    assert send("POST", "/_api/document/pages", {}).status == 201


def test_key_generators_are_listed(send: Send) -> None:
    listed = body(send("GET", "/_api/key-generators"))["keyGenerators"]
    assert listed == ["autoincrement", "padded", "traditional", "uuid"]
