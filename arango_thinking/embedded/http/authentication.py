"""Who sends a request: HTTP Basic gives a name and password, or a JSON Web Token from `/_open/auth` gives a name."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import threading
import time

import jwt

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.http.messages import Request
from arango_thinking.embedded.storage.access.users import User
from arango_thinking.embedded.storage.catalogue import SYSTEM_DATABASE
from arango_thinking.embedded.storage.storage import Storage

#: ArangoDB's default lifetime of a token, in seconds.
TOKEN_LIFETIME = 3600
_ISSUER = "arangodb"
_ALGORITHM = "HS256"
_MAX_CHECKED = 1000


class UnauthorizedError(ArangoError):
    """The user is unknown, or the password is wrong. The HTTP status is 401; other errors of number 11 have 403."""

    def __init__(self, message: str = "not authorized to execute this request") -> None:
        super().__init__(11)
        self.status = 401
        self.message = message


class Authentication:
    """Checks requests against the users of a storage. A token is valid only in the process that made it."""

    def __init__(self, storage: Storage, token_lifetime: float = TOKEN_LIFETIME) -> None:
        self._storage = storage
        self._lifetime = token_lifetime
        self._secret = secrets.token_bytes(32)
        #: Hashes of the pairs (stored password hash, password) that were right. They save a new scrypt hash for
        #: every request, which takes 50 ms on purpose.
        self._checked: set[bytes] = set()
        self._guard = threading.Lock()

    def user(self, request: Request) -> User:
        """The user who sends the request. Raises `UnauthorizedError` when no active user has these credentials."""
        scheme, _, credentials = request.headers.get("authorization", "").strip().partition(" ")
        if scheme.lower() == "basic":
            return self.login(*_basic(credentials.strip()))
        if scheme.lower() == "bearer":
            return self._active(self._name_in(credentials.strip()))
        raise UnauthorizedError

    def login(self, name: str, password: str) -> User:
        """The active user with that name and password. Raises `UnauthorizedError` when there is no such user."""
        user = self._active(name)
        mark = hashlib.sha256(f"{user.password}\0{password}".encode("utf-8", "surrogatepass")).digest()
        with self._guard:
            if mark in self._checked:
                return user
        if not user.has_password(password):
            raise UnauthorizedError("Wrong credentials")
        with self._guard:
            if len(self._checked) >= _MAX_CHECKED:
                self._checked.clear()
            self._checked.add(mark)
        return user

    def token(self, name: str, password: str) -> str:
        """Return a token that a client can send instead of the name and password until the token expires.

        Raises `UnauthorizedError` when no active user has that name and password.
        """
        user, now = self.login(name, password), time.time()
        claims = {"iss": _ISSUER, "preferred_username": user.name, "iat": int(now), "exp": int(now + self._lifetime)}
        return jwt.encode(claims, self._secret, algorithm=_ALGORITHM)

    def _name_in(self, token: str) -> str:
        try:
            claims = jwt.decode(
                token, self._secret, algorithms=[_ALGORITHM], issuer=_ISSUER, options={"require": ["exp", "iss"]}
            )
        except jwt.InvalidTokenError as error:
            raise UnauthorizedError from error
        return str(claims.get("preferred_username", ""))

    def _active(self, name: str) -> User:
        with self._storage.read(SYSTEM_DATABASE) as transaction:
            user = transaction.users.find(name)
        if user is None or not user.active:
            raise UnauthorizedError("Wrong credentials")
        return user


def _basic(credentials: str) -> tuple[str, str]:
    try:
        name, _, password = base64.b64decode(credentials, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise UnauthorizedError from error
    return name, password
