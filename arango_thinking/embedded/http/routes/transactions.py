"""Routes under /_api/transaction: stream transactions."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

from arango_thinking.embedded.errors import ArangoError, not_supported
from arango_thinking.embedded.http.calls import Call
from arango_thinking.embedded.http.messages import Response, reply, success


def begin(call: Call) -> Response:
    """Begin a stream transaction. Lock timeouts, size limits and the like are ignored: there is only one writer."""
    body = call.attributes()
    collections = body.get("collections")
    if not isinstance(collections, dict):
        raise ArangoError(10, "missing/invalid collections definition for transaction, error parsing")
    read, written = _names(collections, "read"), _names(collections, "write") | _names(collections, "exclusive")
    with ExitStack() as failure:
        transaction = call.begin(writes=bool(written))
        failure.callback(transaction.rollback)
        known = {name: transaction.collection(name).name for name in sorted(read | written)}
        for name in sorted(written):
            transaction.rights.check_write(known[name])
        transaction.declare(
            written=frozenset(known[name] for name in written),
            read=None if body.get("allowImplicit", True) else frozenset(known.values()),
        )
        failure.pop_all()  # from here on `call.transactions` ends the transaction
    return _told(201, call.transactions.begin(call.database, transaction, call.user), "running")


def status(call: Call) -> Response:
    (identifier,) = call.names
    return _told(200, identifier, call.transactions.status(call.database, identifier))


def commit(call: Call) -> Response:
    (identifier,) = call.names
    call.transactions.commit(call.database, identifier, call.user)
    return _told(200, identifier, "committed")


def abort(call: Call) -> Response:
    (identifier,) = call.names
    call.transactions.abort(call.database, identifier, call.user)
    return _told(200, identifier, "aborted")


def running(call: Call) -> Response:
    identifiers = call.transactions.running(call.database, call.user)
    return reply(200, {"transactions": [{"id": identifier, "state": "running"} for identifier in identifiers]})


def no_javascript(_call: Call) -> Response:
    raise not_supported("JavaScript transactions")


def _told(code: int, identifier: str, state: str) -> Response:
    return success(code, result={"id": identifier, "status": state})


def _names(collections: dict[str, Any], use: str) -> set[str]:
    """The names of the collections for that use. The body gives one name, or an array of names."""
    given = collections.get(use, [])
    names: Iterable[Any] = [given] if isinstance(given, str) else given
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ArangoError(10, f"'{use}' must be a collection name or an array of collection names")
    return set(names)


ROUTES = {
    "GET /_api/transaction": running,
    "POST /_api/transaction": no_javascript,
    "POST /_api/transaction/begin": begin,
    "GET /_api/transaction/*": status,
    "PUT /_api/transaction/*": commit,
    "DELETE /_api/transaction/*": abort,
}
