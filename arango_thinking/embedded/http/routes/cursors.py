"""Routes that run AQL queries and hand out their results."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from arango_thinking.embedded import aql
from arango_thinking.embedded.errors import ArangoError, said
from arango_thinking.embedded.http.calls import Call
from arango_thinking.embedded.http.cursors import DEFAULT_TTL, Batches, Cursor, StoredBatches
from arango_thinking.embedded.http.messages import Response, reply, success
from arango_thinking.embedded.http.routes.queries import completed
from arango_thinking.embedded.storage.transactions import Transaction

DEFAULT_BATCH_SIZE = 1000
_PHASES = (
    "initializing",
    "parsing",
    "optimizing ast",
    "loading collections",
    "instantiating plan",
    "instantiating executors",
    "optimizing plan",
    "finalizing",
)
#: ArangoDB counts memory in blocks of this many bytes.
_MEMORY_BLOCK = 32768


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A query and its options, as the client requested them."""

    query: aql.Query
    bind_vars: dict[str, Any]
    options: aql.ExecuteOptions
    batch_size: int
    count: bool
    ttl: float
    stream: bool
    allow_retry: bool
    memory_limit: int
    #: 1: report how long the phases took. 2: also report the plan, and what its nodes did.
    profile: int


def create(call: Call) -> Response:
    wanted = _wanted(call)
    # A stream lasts longer than its request. But a client's transaction may be used only while a request runs.
    lazily = wanted.stream and not wanted.query.is_modification and call.stream_transaction is None
    cursor = _stream(call, wanted) if lazily else _run(call, wanted)
    answer = cursor.next_batch()
    if answer["hasMore"]:
        call.cursors.add(call.database, cursor)
        answer["id"] = cursor.id
    else:
        cursor.release()
    return reply(201, {**answer, "code": 201})


def fetch(call: Call) -> Response:
    """Answer with the next batch, or with the batch whose number is in the path."""
    identifier, *batch = call.names
    with call.cursors.using(call.database, identifier) as cursor:
        answer = {**(cursor.retry(batch[0]) if batch else cursor.next_batch()), "id": identifier, "code": 200}
        is_over = not answer["hasMore"] and not cursor.allow_retry
    if is_over:
        del answer["id"]
        call.cursors.remove(call.database, identifier)
    return reply(200, answer)


def delete(call: Call) -> Response:
    (identifier,) = call.names
    call.cursors.remove(call.database, identifier)
    return success(202, id=identifier)


def no_cursor(call: Call) -> Response:
    raise said(400, f"expecting {call.request.method} /_api/cursor/<cursor-id>")


def _run(call: Call, wanted: _Wanted) -> Cursor:
    """Compute the whole result, in one transaction."""
    begin = call.writing if wanted.query.is_modification else call.reading
    started = time.perf_counter()
    with begin() as transaction:
        result = _execute(wanted, transaction)
        batches = StoredBatches(Batches(iter(result.rows), wanted.batch_size), wanted.memory_limit)
        plan = _plan(wanted, transaction)
    extra = _extra(result, time.perf_counter() - started, batches.bytes, plan)
    count = {"count": batches.rows} if wanted.count else {}
    attributes = {**count, "cached": False, "extra": extra}
    return Cursor(batches=batches, attributes=lambda _: attributes, ttl=wanted.ttl, allow_retry=wanted.allow_retry)


def _stream(call: Call, wanted: _Wanted) -> Cursor:
    """Compute the result as the client fetches it. The cursor reads from one snapshot until its end."""
    started = time.perf_counter()
    with ExitStack() as failure:
        transaction = call.begin(writes=False)
        failure.callback(transaction.rollback)
        result = _execute(wanted, transaction)
        batches = Batches(iter(result.rows), wanted.batch_size)
        plan = _plan(wanted, transaction)
        failure.pop_all()  # from here on the cursor ends the transaction

    def attributes(more: bool) -> dict[str, Any]:
        return {"cached": False, "extra": {} if more else _extra(result, time.perf_counter() - started, 0, plan)}

    return Cursor(
        batches=batches,
        attributes=attributes,
        ttl=wanted.ttl,
        allow_retry=wanted.allow_retry,
        release=transaction.rollback,
    )


def _execute(wanted: _Wanted, transaction: Transaction) -> aql.Result:
    return aql.execute(wanted.query, wanted.bind_vars, transaction, wanted.options)


def _plan(wanted: _Wanted, transaction: Transaction) -> dict[str, Any]:
    """What a profile adds to the answer: the phases, and for a full profile the plan. Empty without a profile."""
    if not wanted.profile:
        return {}
    if wanted.profile == 1:
        return {"profile": {}}
    return {"profile": {}, "plan": completed(aql.plan(wanted.query, wanted.bind_vars, transaction))}


def _extra(result: aql.Result, seconds: float, used_bytes: int, plan: dict[str, Any]) -> dict[str, Any]:
    stats: dict[str, Any] = {
        **dict.fromkeys(("documentLookups", "seeks", "cursorsCreated", "cursorsRearmed", "cacheHits"), 0),
        **dict.fromkeys(("cacheMisses", "httpRequests", "searchParallelism", "intermediateCommits"), 0),
        **result.statistics.to_dict(),
        "executionTime": seconds,
        "peakMemoryUsage": -(-used_bytes // _MEMORY_BLOCK) * _MEMORY_BLOCK,
    }
    extra: dict[str, Any] = {"warnings": result.warnings, "stats": stats}
    if "plan" in plan:
        stats["nodes"] = [_node_statistics(node, seconds) for node in plan["plan"]["nodes"]]
        extra["plan"] = plan["plan"]
    if "profile" in plan:
        extra["profile"] = {**dict.fromkeys(_PHASES, 0.0), "executing": seconds}
    return extra


def _node_statistics(node: dict[str, Any], seconds: float) -> dict[str, Any]:
    """The statistics of a node. Nodes are not measured: each one reports the time that the whole query took."""
    return {"id": node["id"], "calls": 1, "items": node["estimatedNrItems"], "filtered": 0, "runtime": seconds}


def _wanted(call: Call) -> _Wanted:
    body = call.json()
    if body == {}:
        raise ArangoError(600)
    if not isinstance(body, dict):
        raise ArangoError(1502)
    given = body.get("options")
    options: dict[str, Any] = given if isinstance(given, dict) else {}
    settings = {**body, **options}
    return _Wanted(
        query=_parsed(body.get("query")),
        bind_vars=_bind_vars(body),
        options=aql.ExecuteOptions(
            full_count=bool(settings.get("fullCount", False)),
            fail_on_warning=bool(settings.get("failOnWarning", False)),
            max_warnings=int(_number(settings, "maxWarningCount", 10)),
            max_runtime=_number(settings, "maxRuntime", 0) or None,
            database=call.database,
            user=call.user,
        ),
        batch_size=_batch_size(body),
        count=body.get("count") is True,
        ttl=_number(body, "ttl", DEFAULT_TTL) or DEFAULT_TTL,
        stream=settings.get("stream") is True,
        allow_retry=settings.get("allowRetry") is True,
        memory_limit=int(_number(settings, "memoryLimit", 0)),
        profile=int(options.get("profile") is True or _number(options, "profile", 0)),
    )


def _parsed(text: Any) -> aql.Query:
    if not isinstance(text, str) or not text:
        raise ArangoError(1502)
    return aql.parse(text)


def _bind_vars(body: dict[str, Any]) -> dict[str, Any]:
    bind_vars = body.get("bindVars")
    if bind_vars is None:
        return {}
    if not isinstance(bind_vars, dict):
        raise said(17, "expecting object for <bindVars>")
    return bind_vars


def _batch_size(body: dict[str, Any]) -> int:
    size = _number(body, "batchSize", DEFAULT_BATCH_SIZE)
    if size < 1:
        raise said(17, "expecting non-zero value for 'batchSize'")
    return int(size)


def _number(settings: dict[str, Any], name: str, default: float) -> float:
    """The number of that name, or the default when it is missing or, as in ArangoDB, when it is not a number."""
    value = settings.get(name)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and value is not None else default


ROUTES = {
    "POST /_api/cursor": create,
    "PUT /_api/cursor": no_cursor,
    "DELETE /_api/cursor": no_cursor,
    "POST /_api/cursor/*": fetch,
    "PUT /_api/cursor/*": fetch,
    "POST /_api/cursor/*/*": fetch,
    "DELETE /_api/cursor/*": delete,
}
