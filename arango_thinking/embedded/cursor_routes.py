"""Routes that run, explain and parse AQL queries, and hand out their results."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from arango_thinking.embedded import aql
from arango_thinking.embedded.cursors import DEFAULT_TTL, Batches, Cursor, StoredBatches
from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.messages import Call, Response, reply, success
from arango_thinking.embedded.storage import Transaction

DEFAULT_BATCH_SIZE = 1000

Attributes = Callable[[bool], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A query as it was asked for."""

    query: aql.Query
    bind_vars: dict[str, Any]
    options: aql.ExecuteOptions
    batch_size: int
    count: bool
    ttl: float
    stream: bool
    allow_retry: bool


def create(call: Call) -> Response:
    wanted = _wanted(call.attributes())
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
    """The next batch; or the batch of the number in the path."""
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


def explain(call: Call) -> Response:
    body = call.attributes()
    query, bind_vars = _parsed(body), _bind_vars(body)
    with call.reading() as transaction:
        plan = aql.plan(query, bind_vars, transaction)
    plans = {"plans": [plan]} if _options(body).get("allPlans") else {"plan": plan}
    cacheable = not query.is_modification
    statistics = {"rulesExecuted": 0, "rulesSkipped": 0, "plansCreated": 1}
    return success(**plans, cacheable=cacheable, warnings=[], stats=statistics)


def parse(call: Call) -> Response:
    query = _parsed(call.attributes())
    # No values are given: a collection that is a parameter stands for itself, and is no collection yet.
    read, written = query.collections({name: name for name in query.bind_parameters})
    return success(
        parsed=True,
        collections=sorted(name for name in read | written if not name.startswith("@")),
        bindVars=sorted(query.bind_parameters),
        ast=[query.tree],
    )


def no_queries(_call: Call) -> Response:
    """Queries run while their request is answered: none can be seen by another request."""
    return reply(200, [])


def kill(_call: Call) -> Response:
    raise ArangoError(1591)


def _run(call: Call, wanted: _Wanted) -> Cursor:
    """Compute the whole result, in one transaction."""
    begin = call.writing if wanted.query.is_modification else call.reading
    started = time.perf_counter()
    with begin() as transaction:
        result = _execute(wanted, transaction)
        batches = StoredBatches(Batches(iter(result.rows), wanted.batch_size))
    count = {"count": batches.rows} if wanted.count else {}
    attributes = {**count, "cached": False, "extra": _extra(result, time.perf_counter() - started)}
    return Cursor(batches=batches, attributes=lambda _: attributes, ttl=wanted.ttl, allow_retry=wanted.allow_retry)


def _stream(call: Call, wanted: _Wanted) -> Cursor:
    """Compute the result as it is fetched, from a snapshot that is held until then."""
    started = time.perf_counter()
    transaction = call.begin(writes=False)
    try:
        result = _execute(wanted, transaction)
        batches = Batches(iter(result.rows), wanted.batch_size)
    except BaseException:
        transaction.rollback()
        raise

    def attributes(more: bool) -> dict[str, Any]:
        return {"cached": False, "extra": {} if more else _extra(result, time.perf_counter() - started)}

    return Cursor(
        batches=batches,
        attributes=attributes,
        ttl=wanted.ttl,
        allow_retry=wanted.allow_retry,
        release=transaction.rollback,
    )


def _execute(wanted: _Wanted, transaction: Transaction) -> aql.Result:
    return aql.execute(wanted.query, wanted.bind_vars, transaction, wanted.options)


def _extra(result: aql.Result, seconds: float) -> dict[str, Any]:
    statistics = result.statistics
    stats = {
        "writesExecuted": statistics.writes_executed,
        "writesIgnored": statistics.writes_ignored,
        "scannedFull": statistics.scanned_full,
        "scannedIndex": statistics.scanned_index,
        "filtered": statistics.filtered,
        "httpRequests": 0,
        "executionTime": seconds,
        "peakMemoryUsage": 0,
        "intermediateCommits": 0,
    }
    if statistics.full_count is not None:
        stats["fullCount"] = statistics.full_count
    return {"warnings": result.warnings, "stats": stats}


def _wanted(body: dict[str, Any]) -> _Wanted:
    options = _options(body)
    settings = {**body, **options}
    return _Wanted(
        query=_parsed(body),
        bind_vars=_bind_vars(body),
        options=aql.ExecuteOptions(
            full_count=bool(settings.get("fullCount", False)),
            fail_on_warning=bool(settings.get("failOnWarning", False)),
            max_warnings=_number(settings, "maxWarningCount", 10),
            max_runtime=_seconds(settings, "maxRuntime", 0) or None,
        ),
        batch_size=_batch_size(body),
        count=bool(body.get("count", False)),
        ttl=_seconds(body, "ttl", DEFAULT_TTL) or DEFAULT_TTL,
        stream=bool(settings.get("stream", False)),
        allow_retry=bool(settings.get("allowRetry", False)),
    )


def _parsed(body: dict[str, Any]) -> aql.Query:
    text = body.get("query")
    if not isinstance(text, str):
        raise ArangoError(10, "expecting a string in the attribute query")
    if not text.strip():
        raise ArangoError(1502)
    return aql.parse(text)


def _bind_vars(body: dict[str, Any]) -> dict[str, Any]:
    bind_vars = body.get("bindVars")
    if bind_vars is None:
        return {}
    if not isinstance(bind_vars, dict):
        raise ArangoError(1550)
    return bind_vars


def _options(body: dict[str, Any]) -> dict[str, Any]:
    options = body.get("options") or {}
    if not isinstance(options, dict):
        raise ArangoError(10, "expecting an object in the attribute options")
    return options


def _batch_size(body: dict[str, Any]) -> int:
    size = _number(body, "batchSize", DEFAULT_BATCH_SIZE)
    if size < 1:
        raise ArangoError(10, "expecting a positive number for 'batchSize'")
    return size


def _number(settings: dict[str, Any], name: str, default: int) -> int:
    value = settings.get(name)
    if value is None:
        return default
    if not isinstance(value, int | float):
        raise ArangoError(10, f"expecting a number for '{name}'")
    return int(value)


def _seconds(settings: dict[str, Any], name: str, default: float) -> float:
    value = settings.get(name)
    if value is None:
        return default
    if not isinstance(value, int | float):
        raise ArangoError(10, f"expecting a number for '{name}'")
    return value


ROUTES = {
    "POST /_api/cursor": create,
    "POST /_api/cursor/*": fetch,
    "PUT /_api/cursor/*": fetch,
    "POST /_api/cursor/*/*": fetch,
    "DELETE /_api/cursor/*": delete,
    "POST /_api/explain": explain,
    "POST /_api/query": parse,
    "GET /_api/query/current": no_queries,
    "GET /_api/query/slow": no_queries,
    "DELETE /_api/query/*": kill,
}
