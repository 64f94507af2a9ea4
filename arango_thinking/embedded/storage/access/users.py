"""The users of an embedded server: names, passwords, and what they may do."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.storage.access.rights import EVERYTHING, Grants

ROOT = "root"
_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class User:
    """A user as stored. `password` is a salted hash, and empty when the user's password is empty."""

    name: str
    password: str
    active: bool = True
    extra: dict[str, Any] = field(default_factory=dict)
    grants: Grants = field(default_factory=Grants)

    def has_password(self, password: str) -> bool:
        if not self.password:
            return not password
        salt = bytes.fromhex(self.password.partition("$")[0])
        return hmac.compare_digest(self.password, hashed(password, salt))

    def with_password(self, password: str) -> User:
        return replace(self, password=hashed(password))


def hashed(password: str, salt: bytes | None = None) -> str:
    """The salt and the scrypt hash, in hexadecimal, joined by "$". An empty password gives the empty string."""
    if not password:
        return ""
    salt = secrets.token_bytes(_SALT_BYTES) if salt is None else salt
    digest = hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, n=1 << 14, r=8, p=1)
    return f"{salt.hex()}${digest.hex()}"


def new_root() -> User:
    """The user that every server begins with. As in ArangoDB, it has no password yet."""
    return User(ROOT, "", grants=EVERYTHING)


class Users:
    """Reads and writes the users inside one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self) -> list[User]:
        rows = self._connection.execute("SELECT name, data FROM users ORDER BY name")
        return [_user(*row) for row in rows]

    def find(self, name: str) -> User | None:
        row = self._connection.execute("SELECT name, data FROM users WHERE name = ?", (name,)).fetchone()
        return _user(*row) if row else None

    def get(self, name: str) -> User:
        """Raises 1703 when there is no user of that name."""
        user = self.find(name)
        if user is None:
            raise ArangoError(1703)
        return user

    def add(self, user: User) -> None:
        """Raises 1702 when the name is taken."""
        if self.find(user.name) is not None:
            raise ArangoError(1702)
        self.put(user)

    def put(self, user: User) -> None:
        data = {
            "password": user.password,
            "active": user.active,
            "extra": user.extra,
            "grants": user.grants.to_json(),
        }
        self._connection.execute("INSERT OR REPLACE INTO users VALUES (?, ?)", (user.name, orjson.dumps(data)))

    def remove(self, name: str) -> None:
        """Raises 1703 when there is no user of that name."""
        self.get(name)
        self._connection.execute("DELETE FROM users WHERE name = ?", (name,))


def _user(name: str, data: bytes) -> User:
    stored = orjson.loads(data)
    grants = Grants(**stored.pop("grants"))
    return User(name, grants=grants, **stored)
