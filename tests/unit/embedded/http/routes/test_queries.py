from __future__ import annotations

from typing import Any

import orjson
import pytest
from arango.collection import StandardCollection
from arango.database import StandardDatabase

from tests.unit.embedded.conftest import Send


def body(response: Any) -> Any:
    return orjson.loads(response.body)


def test_explaining_and_parsing(database: StandardDatabase, pages: StandardCollection) -> None:
    query = "FOR page IN @@pages FILTER page._key > @after SORT page._key LIMIT 5 RETURN page"
    plan = database.aql.explain(query, bind_vars={"@pages": "pages", "after": "2"})
    assert "IndexNode" in [node["type"] for node in plan["nodes"]]
    parsed = database.aql.validate(query)
    assert parsed["bind_vars"] == ["@pages", "after"]
    assert parsed["collections"] == []
    assert database.aql.validate("FOR page IN pages RETURN page")["collections"] == ["pages"]
    assert len(database.aql.explain("RETURN 1", all_plans=True)) == 1


def test_nodes_depend_on_the_one_before(send: Send) -> None:
    plan = body(send("POST", "/_api/explain", {"query": "FOR i IN 1..3 FILTER i > 1 RETURN i"}))["plan"]
    identifiers = [node["id"] for node in plan["nodes"]]
    assert [node["dependencies"] for node in plan["nodes"]] == [[], *([one] for one in identifiers[:-1])]
    assert all(node["estimatedCost"] > 0 for node in plan["nodes"])
    assert plan["isModificationQuery"] is False


@pytest.mark.parametrize(("all_plans", "expected"), [(False, {"plan", "cacheable"}), (True, {"plans"})])
def test_one_plan_or_all(send: Send, all_plans: bool, expected: set[str]) -> None:
    answer = body(send("POST", "/_api/explain", {"query": "RETURN 1", "options": {"allPlans": all_plans}}))
    assert answer.keys() - {"error", "code", "warnings", "stats"} == expected


@pytest.mark.parametrize(
    ("given", "number", "message"),
    [
        (None, 10, "expected usage: AQL_EXPLAIN(<queryString>, <bindVars>, <options>)"),
        ({}, 10, "expecting string for <queryString>"),
        ({"query": "RETURN 1", "bindVars": 1}, 10, "expecting object for <bindVars>"),
        ({"query": "RETURN 1", "options": 1}, 10, "expecting object for <options>"),
        ({"query": "RETURN @a"}, 1551, "no value specified for declared bind parameter 'a' (while parsing)"),
    ],
)
def test_queries_that_cannot_be_explained(send: Send, given: Any, number: int, message: str) -> None:
    answer = body(send("POST", "/_api/explain", given))
    assert (answer["code"], answer["errorNum"], answer["errorMessage"]) == (400, number, message)


@pytest.mark.parametrize(
    ("given", "number", "message"),
    [
        (None, 400, "expecting a JSON object as body"),
        ({}, 10, "The attribute 'query' was not found."),
        (
            {"query": "RETURN 1 = 2"},
            1501,
            "syntax error, unexpected assignment, expecting end of query string near '= 2' at position 1:10",
        ),
    ],
)
def test_queries_that_cannot_be_parsed(send: Send, given: Any, number: int, message: str) -> None:
    answer = body(send("POST", "/_api/query", given))
    assert (answer["code"], answer["errorNum"], answer["errorMessage"]) == (400, number, message)


@pytest.mark.parametrize(
    ("method", "path", "status", "number"),
    [
        ("POST", "/_api/explain/more", 404, 404),
        ("GET", "/_api/query", 400, 400),
        ("GET", "/_api/query/fast", 404, 404),
        ("DELETE", "/_api/query/123", 404, 1591),
        ("PUT", "/_api/query/properties", 400, 400),
        ("PUT", "/_api/query-cache/properties", 400, 400),
    ],
)
def test_refusals(send: Send, method: str, path: str, status: int, number: int) -> None:
    response = send(method, path)
    assert (response.status, body(response)["errorNum"]) == (status, number)


@pytest.mark.parametrize(
    "path", ["query/current", "query/slow", "query-cache/entries", "query-plan-cache", "query/slow?all=true"]
)
def test_no_query_is_ever_seen_or_cached(send: Send, path: str) -> None:
    assert body(send("GET", f"/_api/{path}")) == []


@pytest.mark.parametrize("path", ["query/slow", "query-cache", "query-plan-cache"])
def test_what_is_empty_can_be_cleared(send: Send, path: str) -> None:
    assert body(send("DELETE", f"/_api/{path}")) == {"error": False, "code": 200}


def test_settings_are_read_back(send: Send) -> None:
    changed = body(send("PUT", "/_api/query/properties", {"maxSlowQueries": 7, "enabled": "maybe"}))
    assert (changed["maxSlowQueries"], changed["enabled"]) == (7, True)
    assert body(send("GET", "/_api/query/properties")) == changed
    assert body(send("PUT", "/_api/query-cache/properties", {"mode": "demand"}))["mode"] == "demand"
    assert body(send("GET", "/_api/query-cache/properties"))["mode"] == "demand"


def test_the_driver_reads_the_rules(database: StandardDatabase) -> None:
    assert "use-indexes" in [rule["name"] for rule in database.aql.query_rules()]
