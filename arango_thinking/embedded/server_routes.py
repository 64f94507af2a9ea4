"""Routes about the server, its databases and its users."""

from __future__ import annotations

import time
from typing import Any

from arango_thinking.embedded.catalogue import SYSTEM_DATABASE
from arango_thinking.embedded.errors import ArangoError, not_supported
from arango_thinking.embedded.messages import Call, Response, reply, success

#: The ArangoDB whose behaviour is followed.
VERSION = "3.12.10"
_ROOT: dict[str, Any] = {"user": "root", "active": True, "extra": {}}


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
        return success(result=transaction.databases())


def current_database(call: Call) -> Response:
    with call.reading() as transaction:
        identifier = transaction.database_id(call.database)
    is_system = call.database == SYSTEM_DATABASE
    result = {"id": identifier, "name": call.database, "isSystem": is_system, "path": call.storage.path}
    return success(result=result)


def create_database(call: Call) -> Response:
    """Options and users in the body are of no consequence here."""
    _only_in_system(call)
    name = call.attributes().get("name")
    if not isinstance(name, str):
        raise ArangoError(1229)
    with call.writing() as transaction:
        transaction.create_database(name)
    return success(201, result=True)


def drop_database(call: Call) -> Response:
    _only_in_system(call)
    with call.writing() as transaction:
        transaction.drop_database(call.names[0])
    return success(result=True)


def users(_call: Call) -> Response:
    return success(result=[_ROOT])


def user(call: Call) -> Response:
    _check_user(call)
    return success(**_ROOT)


def user_databases(call: Call) -> Response:
    _check_user(call)
    with call.reading() as transaction:
        return success(result={"*": "rw", **dict.fromkeys(transaction.databases(), "rw")})


def permission(call: Call) -> Response:
    _check_user(call)
    return success(result="rw")


def no_users(_call: Call) -> Response:
    raise not_supported("users other than root")


def no_transactions(_call: Call) -> Response:
    raise not_supported("stream and JavaScript transactions")


def running_transactions(_call: Call) -> Response:
    return reply(200, {"transactions": []})


def no_views(_call: Call) -> Response:
    return success(result=[])


def _check_user(call: Call) -> None:
    if call.names[0] != _ROOT["user"]:
        raise ArangoError(1703)


def _only_in_system(call: Call) -> None:
    if call.database != SYSTEM_DATABASE:
        raise ArangoError(1230)


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
    "GET /_api/user": users,
    "GET /_api/user/*": user,
    "GET /_api/user/*/database": user_databases,
    "GET /_api/user/*/database/*": permission,
    "GET /_api/user/*/database/*/*": permission,
    "POST /_api/user": no_users,
    "PUT /_api/user/*": no_users,
    "PATCH /_api/user/*": no_users,
    "DELETE /_api/user/*": no_users,
    "PUT /_api/user/*/database/*": no_users,
    "PUT /_api/user/*/database/*/*": no_users,
    "DELETE /_api/user/*/database/*": no_users,
    "DELETE /_api/user/*/database/*/*": no_users,
    "GET /_api/transaction": running_transactions,
    "POST /_api/transaction": no_transactions,
    "POST /_api/transaction/begin": no_transactions,
    "GET /_api/transaction/*": no_transactions,
    "PUT /_api/transaction/*": no_transactions,
    "DELETE /_api/transaction/*": no_transactions,
    "GET /_api/view": no_views,
}
