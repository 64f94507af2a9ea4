"""Functions about the query, the database and the server."""

from __future__ import annotations

import ipaddress
import re
import time
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.context import Execution
from arango_thinking.embedded.aql.functions.registry import ANY_NUMBER, NoResultError, function, function_of_run
from arango_thinking.embedded.errors import ArangoError

#: The version of ArangoDB that the engine imitates.
VERSION = "3.12.10"
#: The longest sleep, and the time between two checks of the query's runtime, in seconds.
LONGEST_SLEEP, CHECK_EVERY = 5.0, 0.01
IPV4 = re.compile(r"(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}")


@function("PASSTHRU NOOPT NOEVAL", 1)
def passthru(value: Any) -> Any:
    return value


@function("ASSERT", 2)
def assert_that(condition: Any, message: Any) -> bool:
    if not isinstance(message, str):
        raise NoResultError
    if not v.truth(condition):
        raise ArangoError(1593, message)
    return True


@function_of_run("WARN", 2)
def warn(run: Execution, condition: Any, message: Any) -> bool:
    if not isinstance(message, str):
        raise NoResultError
    if not v.truth(condition):
        run.warn(1594, message)
        return False
    return True


@function("FAIL", 0, 1)
def fail(reason: Any = "") -> Any:
    raise ArangoError(1569, reason if isinstance(reason, str) else "")


@function_of_run("SLEEP", 1)
def sleep(run: Execution, seconds: Any) -> None:
    if not v.is_number(seconds) or seconds < 0:
        raise NoResultError
    end = time.monotonic() + min(seconds, LONGEST_SLEEP)
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, CHECK_EVERY))
        run.check_runtime()


@function("VERSION", 0)
def version() -> str:
    return VERSION


@function_of_run("CURRENT_DATABASE", 0)
def current_database(run: Execution) -> str:
    return run.options.database


@function_of_run("CURRENT_USER", 0)
def current_user(run: Execution) -> str:
    return run.options.user


@function_of_run("COLLECTIONS", 0)
def collections(run: Execution) -> list[dict[str, str]]:
    found = ({"_id": one.id, "name": one.name} for one in run.transaction.collections())
    return sorted(found, key=lambda one: one["name"].lower())


@function_of_run("COLLECTION_COUNT", 1)
def collection_count(run: Execution, name: Any) -> int:
    if not isinstance(name, str):
        raise ArangoError(1542, "COLLECTION_COUNT")
    return run.transaction.count(name)


@function("CHECK_DOCUMENT", 1)
def check_document(document: Any) -> bool:
    """Whether the value is an object. In this engine no object holds a name twice, so nothing else needs a check."""
    return isinstance(document, dict)


@function_of_run("SHARD_ID", 2)
def shard_id(run: Execution, collection: Any, keys: Any) -> str:
    """The name of the collection. On a single server, each collection is one shard."""
    if not isinstance(collection, str) or not isinstance(keys, dict):
        raise ArangoError(10, "SHARD_ID needs a string and an object")
    return run.transaction.collection(collection).name


@function("IN_RANGE", 5)
def in_range(value: Any, lower: Any, upper: Any, *included: Any) -> bool:
    with_lower, with_upper = included
    if not isinstance(with_lower, bool) or not isinstance(with_upper, bool):
        raise NoResultError
    below, above = v.compare(value, lower), v.compare(value, upper)
    return (below > 0 or (below == 0 and with_lower)) and (above < 0 or (above == 0 and with_upper))


@function("MIN_MATCH", 2, ANY_NUMBER)
def min_match(*conditions: Any) -> bool:
    """Whether enough conditions hold. The last argument is the number of conditions that must hold."""
    *tests, least = conditions
    if not v.is_number(least):
        raise NoResultError
    return 0 <= int(least) <= sum(v.truth(one) for one in tests)


@function("IS_IPV4", 1)
def is_ipv4(value: Any) -> bool:
    return isinstance(value, str) and IPV4.fullmatch(value) is not None and all(
        int(part) < 256 for part in value.split(".")
    )  # fmt: skip


@function("IPV4_TO_NUMBER", 1)
def ipv4_to_number(value: Any) -> int:
    if not is_ipv4(value):
        raise NoResultError
    return int(ipaddress.IPv4Address(value))


@function("IPV4_FROM_NUMBER", 1)
def ipv4_from_number(value: Any) -> str:
    if not v.is_number(value) or not 0 <= int(value) < 2**32:
        raise NoResultError
    return str(ipaddress.IPv4Address(int(value)))
