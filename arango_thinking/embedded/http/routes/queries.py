"""Routes about queries that do not run them: explaining, parsing, tracking, and the caches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from arango_thinking.embedded import aql
from arango_thinking.embedded.errors import ArangoError, said
from arango_thinking.embedded.http import syntax_trees
from arango_thinking.embedded.http.calls import Call
from arango_thinking.embedded.http.messages import Response, reply, success

_BEFORE, _PARSING = "AQL: ", " (while parsing)"
#: The optimisations that a plan may name, and what they do.
_RULES = {
    "sort-limit": "keep only the rows that a following LIMIT asks for while sorting",
    "use-index-for-sort": "read documents in the order of an index instead of sorting them",
    "use-indexes": "find documents by an index instead of reading the whole collection",
}
_FLAGS = {
    "hidden": False,
    "clusterOnly": False,
    "canBeDisabled": False,
    "canCreateAdditionalPlans": False,
    "disabledByDefault": False,
    "enterpriseOnly": False,
}


def explain(call: Call) -> Response:
    query, bind_vars, options = _to_explain(call.json())
    with _plain(_BEFORE):
        parsed = aql.parse(query)
        with call.reading() as transaction:
            found = aql.plan(parsed, bind_vars, transaction)
    warnings = found.pop("warnings")
    plan = completed(found)
    if options.get("allPlans"):
        plans: dict[str, Any] = {"plans": [plan]}
    else:
        plans = {"plan": plan, "cacheable": not parsed.is_modification}
    statistics = {"rulesExecuted": len(_RULES), "rulesSkipped": 0, "plansCreated": 1}
    return success(**plans, warnings=warnings, stats={**statistics, "peakMemoryUsage": 0, "executionTime": 0.0})


def _to_explain(body: Any) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The query, its bind values and its options. Raises 10 when one of them has the wrong type."""
    if not isinstance(body, dict):
        raise said(10, "expected usage: AQL_EXPLAIN(<queryString>, <bindVars>, <options>)")
    if not isinstance(body.get("query"), str):
        raise said(10, "expecting string for <queryString>")
    given = {name: body.get(name, {}) for name in ("bindVars", "options")}
    for name, value in given.items():
        if not isinstance(value, dict):
            raise said(10, f"expecting object for <{name}>")
    return body["query"], given["bindVars"], given["options"]


def completed(plan: dict[str, Any]) -> dict[str, Any]:
    """The plan, with what ArangoDB adds to every node: the nodes that it depends on, and its estimated cost."""
    nodes: list[dict[str, Any]] = []
    for node in plan["nodes"]:
        before = [nodes[-1]["id"]] if nodes else []
        costs = {"estimatedCost": len(nodes) + 1, "estimatedNrItems": plan["estimatedNrItems"] if nodes else 1}
        nodes.append({"type": node["type"], "dependencies": before, **costs, **node})
    return {**plan, "nodes": nodes}


def parse(call: Call) -> Response:
    body = _object(call, "expecting a JSON object as body")
    if not isinstance(body.get("query"), str):
        raise said(10, "The attribute 'query' was not found.")
    with _plain(_BEFORE, _PARSING):
        query = aql.parse(body["query"])
    # No bind values are given, so a collection parameter is its own value. It is left out of the collections below.
    read, written = query.collections({name: name for name in query.bind_parameters})
    return success(
        parsed=True,
        collections=sorted(name for name in read | written if not name.startswith("@")),
        bindVars=sorted(query.bind_parameters),
        ast=[syntax_trees.root(query.tree)],
        warnings=[],
    )


def _object(call: Call, complaint: str) -> dict[str, Any]:
    """The body as an object. Raises 400 with the message `complaint`, which differs by route, when it is not one."""
    body = call.json()
    if not isinstance(body, dict):
        raise said(400, complaint)
    return body


@contextmanager
def _plain(before: str, after: str = "") -> Iterator[None]:
    """Remove `before` and `after` from the messages of errors: ArangoDB only has them when it runs a query."""
    try:
        yield
    except ArangoError as error:
        error.message = error.message.removeprefix(before).removesuffix(after)
        raise


def no_path(_call: Call) -> Response:
    raise ArangoError(404)


def no_entries(_call: Call) -> Response:
    """Answer with an empty list.

    A query runs only while its request is answered, so no other request can see it. Nothing is cached.
    """
    return reply(200, [])


def nothing_to_clear(_call: Call) -> Response:
    return success()


def kill(_call: Call) -> Response:
    raise ArangoError(1591)


def tracking(call: Call) -> Response:
    return success(**call.cursors.settings.tracking)


def set_tracking(call: Call) -> Response:
    call.cursors.settings.set_tracking(_object(call, "expecting a JSON object as body"))
    return tracking(call)


def caching(call: Call) -> Response:
    return reply(200, call.cursors.settings.caching)


def set_caching(call: Call) -> Response:
    call.cursors.settings.set_caching(_object(call, "expecting a JSON-Object body"))
    return caching(call)


def rules(_call: Call) -> Response:
    return reply(200, [{"name": name, "description": text, "flags": _FLAGS} for name, text in _RULES.items()])


def unknown_kind(call: Call) -> Response:
    raise said(404, f"unknown type '{call.names[0]}', expecting 'slow', 'current', or 'properties'")


def no_kind(_call: Call) -> Response:
    raise said(400, "expecting GET /_api/query/<type>")


ROUTES = {
    "POST /_api/explain": explain,
    "POST /_api/explain/*": no_path,
    "POST /_api/query": parse,
    "GET /_api/query": no_kind,
    "GET /_api/query/*": unknown_kind,
    "GET /_api/query/current": no_entries,
    "GET /_api/query/slow": no_entries,
    "GET /_api/query/rules": rules,
    "GET /_api/query/properties": tracking,
    "PUT /_api/query/properties": set_tracking,
    "DELETE /_api/query/slow": nothing_to_clear,
    "DELETE /_api/query/*": kill,
    "GET /_api/query-cache/entries": no_entries,
    "GET /_api/query-cache/properties": caching,
    "PUT /_api/query-cache/properties": set_caching,
    "DELETE /_api/query-cache": nothing_to_clear,
    "GET /_api/query-plan-cache": no_entries,
    "DELETE /_api/query-plan-cache": nothing_to_clear,
}
