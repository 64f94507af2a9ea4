"""A request, together with the parts of the server that are needed to answer it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from arango_thinking.embedded.errors import said
from arango_thinking.embedded.http.authentication import Authentication
from arango_thinking.embedded.http.cursors import Cursors
from arango_thinking.embedded.http.messages import Request, parse_json
from arango_thinking.embedded.storage.access.rights import EVERYTHING, Grants
from arango_thinking.embedded.storage.content import MAX_DEPTH, check_depth
from arango_thinking.embedded.storage.storage import Storage
from arango_thinking.embedded.storage.stream_transactions import StreamTransactions
from arango_thinking.embedded.storage.transactions import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What the handler of a route receives: the request, and the parts of the server that it needs."""

    request: Request
    storage: Storage
    cursors: Cursors
    transactions: StreamTransactions
    #: `None`: everybody may do everything.
    authentication: Authentication | None = None
    database: str
    #: The parts of the path that the route's wildcards stand for, URL-decoded.
    names: tuple[str, ...] = ()
    user: str = "root"
    grants: Grants = EVERYTHING

    @property
    def is_administrator(self) -> bool:
        """Whether the user may manage databases and users."""
        return self.grants.database("_system") == "rw"

    @property
    def stream_transaction(self) -> str | None:
        """The id of the stream transaction that the request belongs to, or `None`."""
        return self.request.headers.get("x-arango-trx-id")

    def begin(self, *, writes: bool) -> Transaction:
        """Begin a transaction for this request only, with the user's rights. The caller must end it."""
        open_transaction = self.storage.write if writes else self.storage.read
        transaction = open_transaction(self.database)
        transaction.rights = self.grants.within(self.database)
        return transaction

    def reading(self) -> AbstractContextManager[Transaction]:
        """The transaction that the request reads in."""
        return self._within(writes=False)

    def writing(self) -> AbstractContextManager[Transaction]:
        """The transaction that the request writes in. It commits when its block ends, except a stream transaction."""
        return self._within(writes=True)

    def _within(self, *, writes: bool) -> AbstractContextManager[Transaction]:
        if self.stream_transaction is None:
            return self.begin(writes=writes)
        return self.transactions.using(self.database, self.stream_transaction, self.user)

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes-or-no parameter of the query string."""
        value = self.request.query.get(name)
        return default if value is None else value.lower() in ("true", "1", "yes", "on", "y")

    def parameter(self, name: str, default: str = "") -> str:
        return self.request.query.get(name, default)

    @property
    def location(self) -> str:
        """The path of the request, with its database in front, for a `location` header."""
        path = self.request.path
        return path if path.startswith("/_db/") else f"/_db/{self.database}{path}"

    def json(self) -> Any:
        """The body as a value, or `None` when the body is empty. Raises 600 when the body is not JSON."""
        return parse_json(self.request.body) if self.request.body.strip() else None

    def attributes(self) -> dict[str, Any]:
        """The body as an object. Raises 400 when it is not an object, and 600 when it is nested too deeply."""
        body = self.json()
        if not isinstance(body, dict):
            raise said(400, "expecting a JSON object in the body")
        if self.request.body.count(b"{") + self.request.body.count(b"[") > MAX_DEPTH:
            check_depth(body)
        return body

    def header(self, name: str) -> str | None:
        """The revision that the header holds, without its quotes, or `None` when there is no such header."""
        value = self.request.headers.get(name)
        return None if value is None else value.strip().removeprefix("W/").strip('"')
