"""Routes under /_api/user, and the login."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.http.calls import Call
from arango_thinking.embedded.http.messages import Response, reply, success
from arango_thinking.embedded.storage.access.rights import ANY, Grants, checked_level
from arango_thinking.embedded.storage.access.users import User, hashed
from arango_thinking.embedded.storage.catalogue import SYSTEM_DATABASE
from arango_thinking.embedded.storage.transactions import Transaction


def login(call: Call) -> Response:
    """Answer with a token. No other route can be used without credentials: here they are in the body."""
    authentication = call.authentication
    if authentication is None:
        raise ArangoError(404, "authentication is off")
    body = call.attributes()
    name, password = body.get("username"), body.get("password")
    if not isinstance(name, str) or not isinstance(password, str):
        raise ArangoError(400, "expecting the strings 'username' and 'password'")
    return reply(200, {"jwt": authentication.token(name, password)})


def users(call: Call) -> Response:
    """Answer an administrator with all users, and any other user with only that user."""
    with call.reading() as transaction:
        found = transaction.users.all()
    if not call.is_administrator:
        found = [user for user in found if user.name == call.user]
    return success(result=[_shown(user) for user in found])


def user(call: Call) -> Response:
    _check_own_or_administrator(call)
    with call.reading() as transaction:
        return success(**_shown(transaction.users.get(call.names[0])))


def create(call: Call) -> Response:
    _check_administrator(call)
    body = call.attributes()
    name = body.get("user")
    if not isinstance(name, str) or not name:
        raise ArangoError(1700)
    made = _described(User(name, ""), body, {"passwd": "", "active": True, "extra": {}})
    with call.writing() as transaction:
        transaction.users.add(made)
    return success(201, **_shown(made))


def replace_user(call: Call) -> Response:
    """Replace the user. Everything that the body does not give returns to its default, and so do the grants."""
    _check_own_or_administrator(call)
    body = call.attributes()
    with call.writing() as transaction:
        before = transaction.users.get(call.names[0])
        after = _described(User(before.name, ""), body, {"passwd": "", "active": True, "extra": {}})
        transaction.users.put(after)
    return success(**_shown(after))


def update(call: Call) -> Response:
    _check_own_or_administrator(call)
    body = call.attributes()
    with call.writing() as transaction:
        after = _described(transaction.users.get(call.names[0]), body, {})
        transaction.users.put(after)
    return success(**_shown(after))


def remove(call: Call) -> Response:
    _check_administrator(call)
    with call.writing() as transaction:
        transaction.users.remove(call.names[0])
    return success(202)


def databases(call: Call) -> Response:
    """Answer with what the user may do in each database and, with `full`, in each collection."""
    _check_own_or_administrator(call)
    with call.reading() as transaction:
        grants = transaction.users.get(call.names[0]).grants
        names = transaction.databases()
    if call.flag("full"):
        result: dict[str, Any] = {name: _full(call, name, grants) for name in names}
        result[ANY] = {"permission": grants.databases.get(ANY, "none")}
        return success(result=result)
    levels = {name: grants.database(name) for name in names}
    result = {name: level for name, level in levels.items() if level != "none"}
    if ANY in grants.databases:
        result[ANY] = grants.databases[ANY]
    return success(result=result)


def _full(call: Call, database: str, grants: Grants) -> dict[str, Any]:
    """The levels in a database and its collections. "undefined" is ArangoDB's word for a collection without a grant."""
    own = grants.collections.get(database, grants.collections.get(ANY, {}))
    with call.storage.read(database) as transaction:
        names = [info.name for info in transaction.collections()]
    return {
        "permission": grants.database(database),
        "collections": {name: own.get(name, "undefined") for name in (*names, ANY)},
    }


def database_level(call: Call) -> Response:
    _check_own_or_administrator(call)
    name, database = call.names
    with call.reading() as transaction:
        return success(result=transaction.users.get(name).grants.database(database))


def collection_level(call: Call) -> Response:
    _check_own_or_administrator(call)
    name, database, collection = call.names
    with call.reading() as transaction:
        return success(result=transaction.users.get(name).grants.within(database).collection(collection))


def grant_database(call: Call) -> Response:
    name, database = call.names
    level = checked_level(call.attributes().get("grant"))
    _change(call, name, lambda _, grants: grants.with_database(database, level))
    return success(**{database: level})


def grant_collection(call: Call) -> Response:
    name, database, collection = call.names
    level = checked_level(call.attributes().get("grant"))

    def granted(_: Transaction, grants: Grants) -> Grants:
        if collection != ANY:
            with call.storage.read(database) as transaction:
                transaction.collection(collection)
        return grants.with_collection(database, collection, level)

    _change(call, name, granted)
    return success(**{f"{database}/{collection}": level})


def revoke_database(call: Call) -> Response:
    name, database = call.names
    _change(call, name, lambda _, grants: grants.with_database(database, None))
    return success(202)


def revoke_collection(call: Call) -> Response:
    name, database, collection = call.names
    _change(call, name, lambda _, grants: grants.with_collection(database, collection, None))
    return success(202)


def _change(call: Call, name: str, change: Callable[[Transaction, Grants], Grants]) -> None:
    _check_administrator(call)
    with call.writing() as transaction:
        before = transaction.users.get(name)
        transaction.users.put(replace(before, grants=change(transaction, before.grants)))


def _described(before: User, body: dict[str, Any], defaults: dict[str, Any]) -> User:
    """The user after the changes in the body. `defaults` are for what the body does not give. Raises 10."""
    told = {key: body[key] for key in ("passwd", "active", "extra") if body.get(key) is not None}
    given = {**defaults, **told}
    if not isinstance(given.get("passwd", ""), str) or not isinstance(given.get("active", True), bool):
        raise ArangoError(10, "'passwd' has to be a string and 'active' a boolean")
    changes: dict[str, Any] = {key: given[key] for key in ("active", "extra") if key in given}
    if "passwd" in given:
        changes["password"] = hashed(given["passwd"])
    return replace(before, **changes)


def _shown(user: User) -> dict[str, Any]:
    return {"user": user.name, "active": user.active, "extra": user.extra}


def _check_administrator(call: Call) -> None:
    if not call.is_administrator:
        raise ArangoError(11, f"administrate access to {SYSTEM_DATABASE} is needed")


def _check_own_or_administrator(call: Call) -> None:
    if call.names[0] != call.user:
        _check_administrator(call)


ROUTES = {
    "POST /_open/auth": login,
    "GET /_api/user": users,
    "POST /_api/user": create,
    "GET /_api/user/*": user,
    "PUT /_api/user/*": replace_user,
    "PATCH /_api/user/*": update,
    "DELETE /_api/user/*": remove,
    "GET /_api/user/*/database": databases,
    "GET /_api/user/*/database/*": database_level,
    "PUT /_api/user/*/database/*": grant_database,
    "DELETE /_api/user/*/database/*": revoke_database,
    "GET /_api/user/*/database/*/*": collection_level,
    "PUT /_api/user/*/database/*/*": grant_collection,
    "DELETE /_api/user/*/database/*/*": revoke_collection,
}
