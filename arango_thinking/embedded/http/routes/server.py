"""Routes about the server and its databases."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.http.calls import Call
from arango_thinking.embedded.http.messages import Response, reply, success
from arango_thinking.embedded.storage.access.rights import ANY
from arango_thinking.embedded.storage.access.users import User, hashed
from arango_thinking.embedded.storage.catalogue import SYSTEM_DATABASE
from arango_thinking.embedded.storage.transactions import Transaction

#: The version of ArangoDB whose behaviour the engine follows.
VERSION = "3.12.10"


def version(call: Call) -> Response:
    body: dict[str, Any] = {"server": "arango", "license": "community", "version": VERSION}
    if call.flag("details"):
        body["details"] = {"mode": "server", "engine": "sqlite", "embedded": "true", "server-version": VERSION}
    return reply(200, body)


def engine(_call: Call) -> Response:
    indexes = ["primary", "edge", "persistent", "ttl"]
    return reply(200, {"name": "sqlite", "supports": {"dfdb": False, "indexes": indexes, "aliases": {"indexes": {}}}})


def status(_call: Call) -> Response:
    info = {"maintenance": False, "role": "SINGLE", "writeOpsEnabled": True, "readOnly": False, "state": "running"}
    return reply(
        200,
        {
            "server": "arango",
            "license": "community",
            "version": VERSION,
            "mode": "server",
            "operationMode": "server",
            "foxxApi": False,
            "serverInfo": info,
        },
    )


def role(_call: Call) -> Response:
    return success(role="SINGLE", mode="default")


def mode(_call: Call) -> Response:
    return success(mode="default")


def server_time(_call: Call) -> Response:
    return success(time=time.time())


def databases(call: Call) -> Response:
    _only_in_system(call)
    with call.reading() as transaction:
        return success(result=transaction.databases())


def accessible_databases(call: Call) -> Response:
    with call.reading() as transaction:
        names = transaction.databases()
    return success(result=[name for name in names if call.grants.database(name) != "none"])


def current_database(call: Call) -> Response:
    with call.reading() as transaction:
        identifier = transaction.database_id(call.database)
    is_system = call.database == SYSTEM_DATABASE
    result = {"id": identifier, "name": call.database, "isSystem": is_system, "path": call.storage.path}
    return success(result=result)


def create_database(call: Call) -> Response:
    """Create a database. Its users are created if they are missing, and may do everything in it.

    Its options only concern clusters, and are ignored.
    """
    _only_in_system(call)
    body = call.attributes()
    name, owners = body.get("name"), body.get("users") or []
    if not isinstance(name, str):
        raise ArangoError(1229)
    if not isinstance(owners, list) or not all(isinstance(owner, dict) for owner in owners):
        raise ArangoError(10, "'users' has to be an array of objects")
    with call.writing() as transaction:
        transaction.create_database(name)
        for owner in owners:
            _entitle(transaction, owner, name)
    return success(201, result=True)


def _entitle(transaction: Transaction, owner: dict[str, Any], database: str) -> None:
    name = owner.get("username", owner.get("user"))
    if not isinstance(name, str) or not name:
        raise ArangoError(1700)
    password = str(owner.get("passwd", owner.get("password", "")))
    user = transaction.users.find(name) or User(
        name, hashed(password), active=bool(owner.get("active", True)), extra=owner.get("extra") or {}
    )
    grants = user.grants.with_database(database, "rw").with_collection(database, ANY, "rw")
    transaction.users.put(replace(user, grants=grants))


def drop_database(call: Call) -> Response:
    _only_in_system(call)
    with call.writing() as transaction:
        transaction.drop_database(call.names[0])
    return success(result=True)


def no_views(_call: Call) -> Response:
    return success(result=[])


def _only_in_system(call: Call) -> None:
    if call.database != SYSTEM_DATABASE:
        raise ArangoError(1230)
    if not call.is_administrator:
        raise ArangoError(11, f"administrate access to {SYSTEM_DATABASE} is needed")


ROUTES = {
    "GET /_api/version": version,
    "GET /_api/engine": engine,
    "GET /_admin/status": status,
    "GET /_admin/server/role": role,
    "GET /_admin/server/mode": mode,
    "GET /_admin/server/availability": mode,
    "GET /_admin/time": server_time,
    "GET /_api/database": databases,
    "GET /_api/database/user": accessible_databases,
    "GET /_api/database/current": current_database,
    "POST /_api/database": create_database,
    "DELETE /_api/database/*": drop_database,
    "GET /_api/view": no_views,
}
