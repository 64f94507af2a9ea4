from __future__ import annotations

from typing import Any

import orjson
import pytest

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.storage.schemas import schema_of, schema_property
from tests.unit.embedded.conftest import Send

RULE = {
    "properties": {"n": {"type": "number", "maximum": 9}, "tags": {"$ref": "#/definitions/words"}},
    "required": ["n"],
    "additionalProperties": False,
    "definitions": {"words": {"type": "array", "items": {"type": "string"}}},
}


def body(response: Any) -> Any:
    return orjson.loads(response.body)


def make(send: Send, level: str = "strict", **more: Any) -> None:
    schema = {"rule": RULE, "level": level, "message": "n up to 9, please"}
    made = send("POST", "/_api/collection", {"name": "pages", "schema": schema, **more})
    assert (made.status, body(made)["schema"]) == (200, {**schema, "type": "json"})


def outcome(response: Any) -> tuple[int, int | None, str | None]:
    answer = body(response)
    return response.status, answer.get("errorNum"), answer.get("errorMessage")


REFUSED = (400, 1620, "n up to 9, please")


@pytest.mark.parametrize("given", [None, {}])
def test_no_schema(given: Any) -> None:
    assert schema_property(given) is None
    assert schema_of({"schema": None}) is None


@pytest.mark.parametrize(
    "given",
    [
        1,
        {"level": "new"},
        {"rule": "none"},
        {"rule": {}, "level": "lax"},
        {"rule": {}, "message": 1},
        {"rule": {}, "type": "xml"},
    ],
)
def test_schemas_that_are_none(given: Any) -> None:
    with pytest.raises(ArangoError) as caught:
        schema_property(given)
    assert caught.value.number == 1621


@pytest.mark.parametrize(
    "rule",
    [{"type": 1}, {"not": {"$ref": "http://example.org/schema"}}, {"items": [{"$ref": "#/definitions/none"}]}],
)
def test_rules_that_are_no_json_schema(rule: Any) -> None:
    with pytest.raises(ArangoError) as caught:
        schema_property({"rule": rule})
    assert caught.value.number == 1621


def test_only_a_number_without_a_point_is_an_integer() -> None:
    schema = schema_of({"schema": schema_property({"rule": {"properties": {"n": {"type": "integer"}}}})})
    assert schema
    assert [schema.is_valid({"n": n}) for n in (1, 1.5, True, "1")] == [True, False, False, False]


def test_every_way_to_write_is_checked(send: Send) -> None:
    make(send)
    assert send("POST", "/_api/document/pages", {"_key": "a", "n": 1, "tags": ["x"]}).status == 202
    assert outcome(send("POST", "/_api/document/pages", {"n": 10})) == REFUSED
    assert outcome(send("PATCH", "/_api/document/pages/a", {"n": 10})) == REFUSED
    assert outcome(send("PUT", "/_api/document/pages/a", {"tags": []})) == REFUSED
    query = outcome(send("POST", "/_api/cursor", {"query": "INSERT { n: 10 } INTO pages"}))
    assert query[:2] == REFUSED[:2]
    assert body(send("POST", "/_api/import?collection=pages&type=array", [{"n": 1}, {"n": 10}]))["errors"] == 1
    assert body(send("GET", "/_api/collection/pages/count"))["count"] == 2


def test_an_overwrite_is_checked_as_what_it_becomes(send: Send) -> None:
    make(send)
    send("POST", "/_api/document/pages", {"_key": "a", "n": 1})
    url = "/_api/document/pages?overwriteMode"
    assert send("POST", f"{url}=update", {"_key": "a", "tags": []}).status == 202
    assert outcome(send("POST", f"{url}=replace", {"_key": "a", "tags": []})) == REFUSED


def test_validation_may_be_skipped(send: Send) -> None:
    make(send)
    assert send("POST", "/_api/document/pages?skipDocumentValidation=true", {"x": 1}).status == 202


@pytest.mark.parametrize(
    ("level", "expected"),
    [("none", [202, 202, 202]), ("new", [400, 202, 202]), ("moderate", [400, 400, 202]), ("strict", [400, 400, 400])],
)
def test_levels(send: Send, level: str, expected: list[int]) -> None:
    """Of an insert, of a change of what was valid, and of a change of what was not."""
    make(send, level)
    send("POST", "/_api/document/pages", {"_key": "good", "n": 1})
    send("POST", "/_api/document/pages?skipDocumentValidation=true", {"_key": "bad", "n": 99})
    answers = [
        send("POST", "/_api/document/pages", {"n": 10}),
        send("PATCH", "/_api/document/pages/good", {"n": 10}),
        send("PATCH", "/_api/document/pages/bad", {"n": 98}),
    ]
    assert [answer.status for answer in answers] == expected


def test_a_schema_can_be_set_and_removed_later(send: Send) -> None:
    make(send)
    assert body(send("PUT", "/_api/collection/pages/properties", {"schema": None}))["schema"] is None
    assert send("POST", "/_api/document/pages", {"x": 1}).status == 202
    send("PUT", "/_api/collection/pages/properties", {"schema": {"rule": {"required": ["y"]}}})
    assert outcome(send("POST", "/_api/document/pages", {"x": 1})) == (400, 1620, "schema validation failed")


def test_edges_are_checked_without_their_ends(send: Send) -> None:
    make(send, type=3)
    assert send("POST", "/_api/document/pages", {"_from": "p/a", "_to": "p/b", "n": 1}).status == 202
