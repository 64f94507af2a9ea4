from __future__ import annotations

from typing import Any

import orjson
import pytest
from arango.collection import StandardCollection
from arango.exceptions import (
    ArangoServerError,
    DocumentGetError,
    DocumentInsertError,
    DocumentReplaceError,
    DocumentRevisionError,
    DocumentUpdateError,
)

from arango_thinking.embedded.http.messages import Response
from tests.unit.embedded.conftest import Send


def numbers(results: list[Any]) -> list[int | None]:
    """The error numbers of a batch, None where it went well."""
    return [result.error_code if isinstance(result, ArangoServerError) else None for result in results]


def body(response: Response) -> Any:
    return orjson.loads(response.body)


@pytest.fixture
def collection(send: Send) -> str:
    assert send("POST", "/_api/collection", {"name": "pages"}).status == 200
    return "pages"


def test_insert_and_get(pages: StandardCollection) -> None:
    meta = pages.insert({"_key": "a", "n": 1}, return_new=True)
    assert meta["_id"] == "pages/a"
    assert meta["new"] == pages.get("a") == {"_key": "a", "_id": "pages/a", "_rev": meta["_rev"], "n": 1}
    assert pages.get("b") is None
    assert pages.has("a")
    assert not pages.has("b")
    assert pages.insert({"_key": "c"}, silent=True) is True


def test_update_replace_delete_tell_old_and_new(pages: StandardCollection) -> None:
    first = pages.insert({"_key": "a", "n": 1})
    updated = pages.update({"_key": "a", "m": {"x": 1}}, return_new=True, return_old=True)
    assert updated["_old_rev"] == first["_rev"]
    assert (updated["old"]["n"], updated["new"]["n"]) == (1, 1)
    replaced = pages.replace({"_key": "a", "k": 1}, return_new=True)
    assert "n" not in replaced["new"]
    deleted = pages.delete("a", return_old=True)
    assert deleted["old"] == replaced["new"]
    assert pages.delete("a", ignore_missing=True) is False


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"a": {"x": 1, "y": None}}),
        ({"keep_none": False}, {"a": {"x": 1}}),
        ({"merge": False}, {"a": {"y": None}}),
    ],
)
def test_options_of_an_update(pages: StandardCollection, options: dict[str, Any], expected: dict[str, Any]) -> None:
    pages.insert({"_key": "k", "a": {"x": 1}})
    patch = {"_key": "k", "a": {"y": None}}
    assert pages.update(patch, return_new=True, **options)["new"]["a"] == expected["a"]
    pages.replace({"_key": "k", "a": {"x": 1}})
    assert pages.update_many([patch], return_new=True, **options)[0]["new"]["a"] == expected["a"]


@pytest.mark.parametrize("mode", ["ignore", "replace", "update"])
def test_overwrite_modes(pages: StandardCollection, mode: str) -> None:
    first = pages.insert({"_key": "k", "a": 1})
    meta = pages.insert({"_key": "k", "b": 2}, overwrite_mode=mode, return_new=True)
    stored = pages.get("k")
    expected = {"ignore": {"a": 1}, "replace": {"b": 2}, "update": {"a": 1, "b": 2}}[mode]
    assert {name: value for name, value in stored.items() if name[0] != "_"} == expected
    assert meta["_rev"] == stored["_rev"]
    assert ("new" in meta) == (mode != "ignore")
    assert (stored["_rev"] == first["_rev"]) == (mode == "ignore")
    with pytest.raises(DocumentInsertError) as caught:  # a mode that is unknown counts as none
        pages.insert({"_key": "k"}, overwrite_mode="nonsense")
    assert (caught.value.http_code, caught.value.error_code) == (409, 1210)


def test_a_changed_revision_fails_with_412(pages: StandardCollection) -> None:
    old = pages.insert({"_key": "a"})
    pages.update({"_key": "a", "n": 1})
    stale = {"_key": "a", "_rev": old["_rev"], "n": 2}
    for action in (pages.update, pages.replace, pages.delete, pages.get, pages.has):
        with pytest.raises(DocumentRevisionError) as caught:
            action(stale)
        assert caught.value.http_code == 412
        assert caught.value.error_code == 1200 or action == pages.has
    assert pages.get("a")["n"] == 1
    pages.update(stale, check_rev=False)
    assert pages.get("a")["n"] == 2


def test_the_body_and_headers_of_a_412(send: Send, collection: str) -> None:
    revision = body(send("POST", "/_api/document/pages", {"_key": "a"}))["_rev"]
    response = send("PATCH", "/_api/document/pages/a", {"n": 1}, if_match='"other"')
    assert response.status == 412
    assert response.headers["etag"] == f'"{revision}"'
    assert body(response) == {
        "error": True,
        "code": 412,
        "errorNum": 1200,
        "errorMessage": "conflict, _rev values do not match",
        "_id": "pages/a",
        "_key": "a",
        "_rev": revision,
    }
    assert send("PATCH", "/_api/document/pages/a", {"n": 1}, if_match=f'"{revision}"').status == 202
    assert send("PUT", "/_api/document/pages/a?ignoreRevs=false", {"_rev": revision}).status == 412
    assert send("PUT", "/_api/document/pages/a", {"_rev": revision}).status == 202


def test_headers_of_one_document(send: Send, collection: str) -> None:
    created = send("POST", "/_api/document/pages", {"_key": "a"})
    etag = f'"{body(created)["_rev"]}"'
    assert created.status == 202
    assert created.headers["etag"] == etag
    assert created.headers["location"] == "/_db/_system/_api/document/pages/a"
    head = send("HEAD", "/_api/document/pages/a")
    assert (head.status, head.headers["etag"], head.body) == (200, etag, b"")
    assert send("GET", "/_api/document/pages/a", if_none_match=etag).status == 304
    assert send("GET", "/_api/document/pages/a", if_none_match='"x"').status == 200
    assert send("GET", "/_api/document/pages/a", if_match='"x"').status == 412
    assert send("HEAD", "/_api/document/pages/b").status == 404
    assert send("POST", "/_api/document/pages?silent=true", {}).body == b"{}"


def test_statuses_tell_whether_the_write_was_synced(send: Send, collection: str) -> None:
    send("POST", "/_api/collection", {"name": "synced", "waitForSync": True})
    for name, parameter, status in (("pages", "false", 202), ("pages", "true", 201), ("synced", "false", 201)):
        url = f"/_api/document/{name}?waitForSync={parameter}"
        assert send("POST", url, {}).status == status
        assert send("POST", url, [{}]).status == status
    assert send("POST", "/_api/document/synced", [1]).status == 202
    send("POST", "/_api/document/synced", {"_key": "a"})
    assert send("DELETE", "/_api/document/synced/a").status == 200


@pytest.mark.parametrize(
    ("method", "url", "given", "status", "number"),
    [
        ("POST", "/_api/document/nowhere", {}, 404, 1203),
        ("POST", "/_api/document/pages", {"_key": "a b"}, 400, 1221),
        ("POST", "/_api/document/pages", 1, 400, 1227),
        ("POST", "/_api/document/pages", b'{"a":', 400, 600),
        ("POST", "/_api/document/pages", b'{"a":NaN}', 400, 600),
        ("POST", "/_api/document/pages", b'{"a":' * 5000, 400, 600),
        ("POST", "/_api/document/pages", b'{"a":' * 500 + b"1" + b"}" * 500, 400, 600),
        ("PATCH", "/_api/document/pages/none", {}, 404, 1202),
        ("PATCH", "/_api/document/pages/none", [], 400, 1227),
        ("PUT", "/_api/document/pages", {}, 400, 1227),
        ("PUT", "/_api/document/pages?onlyget=true", 1, 400, 1227),
        ("DELETE", "/_api/document/pages", 1, 400, 400),
        ("DELETE", "/_api/document/pages", None, 400, 400),
        ("POST", "/_api/document/pages", None, 400, 1227),
        ("POST", "/_api/document", {}, 400, 1204),
        ("PUT", "/_api/document", [], 400, 400),
        ("GET", "/_api/document/pages", None, 404, 1203),
        ("GET", "/_api/document/pages/a/b", None, 400, 601),
        ("DELETE", "/_api/document/pages/none", None, 404, 1202),
        ("GET", "/_api/document/nowhere/none", None, 404, 1203),
    ],
)
def test_refusals(send: Send, collection: str, method: str, url: str, given: Any, status: int, number: int) -> None:
    response = send(method, url, given)
    assert (response.status, body(response)["errorNum"]) == (status, number)
    assert body(response)["error"] is True
    assert body(response)["code"] == status


def test_members_of_a_batch_fail_in_their_places(pages: StandardCollection) -> None:
    results = pages.insert_many([{"_key": "a"}, {"_key": "a"}, {"_key": "b c"}, {"_key": "d"}])
    assert numbers(results) == [None, 1210, 1221, None]
    assert pages.count() == 2
    results = pages.update_many([{"_key": "a", "n": 1}, {"_key": "x", "n": 1}, {"_key": "d", "n": 1}])
    assert numbers(results) == [None, 1202, None]
    assert [pages.get(key)["n"] for key in "ad"] == [1, 1]
    assert numbers(pages.replace_many([{"_key": "a"}, {"_key": "x"}])) == [None, 1202]
    assert numbers(pages.delete_many(["a", "x", {"_key": "d"}])) == [None, 1202, None]


def test_a_batch_checks_revisions_one_by_one(pages: StandardCollection) -> None:
    metas = pages.insert_many([{"_key": key} for key in "abc"])
    pages.update({"_key": "b", "n": 1})
    patches = [{"_key": meta["_key"], "_rev": meta["_rev"], "n": 2} for meta in metas]
    assert numbers(pages.update_many(patches)) == [None, 1200, None]
    assert [pages.get(key)["n"] for key in "abc"] == [2, 1, 2]
    assert numbers(pages.delete_many([{"_key": "b", "_rev": metas[1]["_rev"]}], check_rev=True)) == [1200]
    assert numbers(pages.update_many(patches, check_rev=False)) == [None, None, None]


def test_error_codes_are_counted_in_a_header(send: Send, collection: str) -> None:
    response = send("POST", "/_api/document/pages", [{"_key": "a"}, {"_key": "a"}, {"_key": "a"}, 7])
    assert orjson.loads(response.headers["x-arango-error-codes"]) == {"1210": 2, "1227": 1}
    assert body(response)[3] == {"error": True, "errorNum": 1227, "errorMessage": "invalid document type"}
    assert "x-arango-error-codes" not in send("POST", "/_api/document/pages", [{}]).headers


def test_a_silent_batch_tells_only_errors(send: Send, collection: str) -> None:
    assert body(send("POST", "/_api/document/pages?silent=true", [{"_key": "a"}, {}])) == {}
    errors = body(send("POST", "/_api/document/pages?silent=true", [{"_key": "a"}, {}]))
    assert [error["errorNum"] for error in errors] == [1210]


@pytest.mark.parametrize(
    ("selector", "number"), [({}, 1226), ({"_key": 1}, 1221), (None, 1226), ("other/a", 1213), (["a"], 1221)]
)
def test_selectors_that_name_no_document(send: Send, collection: str, selector: Any, number: int) -> None:
    assert body(send("DELETE", "/_api/document/pages", [selector]))[0]["errorNum"] == number


def test_many_documents_are_read_in_order(send: Send, pages: StandardCollection, collection: str) -> None:
    pages.insert_many([{"_key": "a"}, {"_key": "b"}])
    found = pages.get_many(["b", "x", {"_key": "a"}, "pages/b"])
    assert [document["_key"] for document in found] == ["b", "a", "b"]
    send("POST", "/_api/document/pages", {"_key": "a"})
    response = send("PUT", "/_api/document/pages?onlyget=true&ignoreRevs=false", ["a", "x", {"_key": "a", "_rev": "0"}])
    assert response.status == 200
    assert [member.get("errorNum") for member in body(response)] == [None, 1202, 1200]


def test_a_unique_violation_is_a_409(pages: StandardCollection) -> None:
    pages.add_index({"type": "persistent", "fields": ["email"], "unique": True})
    pages.insert({"_key": "a", "email": "x"})
    with pytest.raises(DocumentInsertError) as caught:
        pages.insert({"email": "x"})
    assert (caught.value.http_code, caught.value.error_code) == (409, 1210)
    pages.insert({"_key": "b", "email": "y"})
    for action, kind in ((pages.update, DocumentUpdateError), (pages.replace, DocumentReplaceError)):
        with pytest.raises(kind):
            action({"_key": "b", "email": "x"})
    assert numbers(pages.insert_many([{"email": "z"}, {"email": "z"}])) == [None, 1210]


def test_edges_need_their_ends(links: StandardCollection) -> None:
    with pytest.raises(DocumentInsertError) as caught:
        links.insert({"_from": "pages/a"})
    assert (caught.value.http_code, caught.value.error_code) == (400, 1233)
    meta = links.insert({"_from": "pages/a", "_to": "pages/b", "kind": "x"}, return_new=True)
    assert meta["new"]["_to"] == "pages/b"


def test_keys_with_every_allowed_character_travel_in_paths(pages: StandardCollection) -> None:
    key = "_-.@()+,=;$!*':"
    pages.insert({"_key": key})
    assert pages.get(key)["_id"] == f"pages/{key}"
    pages.delete(key)


def test_reading_from_a_collection_that_is_not_there(database: Any) -> None:
    with pytest.raises(DocumentGetError) as caught:
        database.collection("nowhere").get_many(["a"])
    assert caught.value.error_code == 1203


def test_the_location_of_what_is_written_has_its_key_encoded(send: Send, collection: str) -> None:
    place = "/_db/_system/_api/document/pages/50%25%3A%2Ba"
    assert send("POST", "/_api/document/pages", {"_key": "50%:+a"}).headers["location"] == place
    for method in ("PATCH", "PUT", "DELETE"):
        assert send(method, "/_api/document/pages/50%25:+a", {}).headers["location"] == place


def test_malformed_json_is_reported_in_words_of_arangodb(send: Send, collection: str) -> None:
    answer = body(send("POST", "/_api/document/pages", b"{ name: 1 }"))
    assert answer["errorMessage"] == "VPackError error: Expecting '\"' or '}'"


def test_the_collection_may_be_named_in_the_query_string(send: Send, collection: str) -> None:
    assert send("POST", "/_api/document?collection=pages", {"_key": "a"}).status == 202
    assert body(send("PATCH", "/_api/document?collection=pages", [{"_key": "a", "n": 1}]))[0]["_key"] == "a"
    assert body(send("GET", "/_api/document/pages/a"))["n"] == 1


def test_an_insert_that_becomes_an_update_removes_nulls_unless_told_otherwise(send: Send, collection: str) -> None:
    send("POST", "/_api/document/pages", {"_key": "a", "n": 1, "m": 1})
    url = "/_api/document/pages?overwriteMode=update&returnNew=true"
    assert "n" not in body(send("POST", url, {"_key": "a", "n": None}))["new"]
    assert body(send("POST", f"{url}&keepNull=true", {"_key": "a", "m": None}))["new"]["m"] is None


def test_the_old_document_of_an_insert_is_told_only_when_it_was_overwritten(send: Send, collection: str) -> None:
    send("POST", "/_api/document/pages", {"_key": "a", "n": 1})
    url = "/_api/document/pages?returnOld=true&overwriteMode"
    assert "old" not in body(send("POST", f"{url}=ignore", {"_key": "a"}))
    assert "old" not in body(send("POST", f"{url}=replace", {"_key": "b"}))
    assert body(send("POST", f"{url}=replace", {"_key": "a"}))["old"]["n"] == 1


def test_one_document_may_be_removed_by_a_body(send: Send, collection: str) -> None:
    send("POST", "/_api/document/pages", {"_key": "a"})
    assert body(send("DELETE", "/_api/document/pages", {"_key": "a"}))["_id"] == "pages/a"
    assert send("GET", "/_api/document/pages/a").status == 404
