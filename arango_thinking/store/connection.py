"""The connection to one database: it translates errors, and retries what may pass."""

from __future__ import annotations

import logging
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, TypeVar, cast

import jwt
import tenacity
import urllib3
from arango.client import ArangoClient
from arango.connection import JwtConnection
from arango.cursor import Cursor
from arango.database import StandardDatabase
from arango.exceptions import ArangoClientError, ArangoServerError, JWTAuthError, JWTExpiredError
from arango.http import DefaultHTTPClient
from arango.request import Request
from arango.response import Response
from requests import PreparedRequest, Session
from requests.exceptions import RequestException

from arango_thinking.choices import Login
from arango_thinking.errors import ArangoThinkingError, BusyError, ConfigurationError, RefusedError, UnavailableError
from arango_thinking.settings import DatabaseSettings
from arango_thinking.store.faults import Action, action_of
from arango_thinking.store.key_list import KeyList
from arango_thinking.store.queries import query

logger = logging.getLogger(__name__)
Result = TypeVar("Result")

#: How long a statement is retried when other writers are in the way.
BUSY_SECONDS = 10.0
#: Keys in one reply of the server.
KEYS_AT_ONCE = 10_000
#: Seconds for which the server keeps a streaming cursor between two replies.
STREAM_TTL = 600
_LONGEST_PAUSE = 5.0
_FORBIDDEN = (11, 1004)
_NO_DATABASE = 1228
#: Seconds to connect; a server that takes longer counts as unreachable, and the next one is tried.
_CONNECT = 5.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a database that cannot answer; `stopping` ends all waiting, from any thread.

    `stopping` is also set when the waiting was in vain, so that the last writes of a run do not wait once more.
    """

    seconds: float = 0.0
    stopping: threading.Event = field(default_factory=threading.Event)


class Connection:
    """One database. All methods block; call them from a worker thread.

    They raise `UnavailableError` when the database cannot be reached within the given patience, `RefusedError` when it
    refuses one document or request, and `ConfigurationError` when it refuses the operation altogether.
    """

    def __init__(self, database: StandardDatabase, client: ArangoClient, patience: Patience) -> None:
        self.database = database
        self._client = client
        self._patience = patience

    @classmethod
    def open(cls, settings: DatabaseSettings, patience: Patience | None = None) -> Connection:
        """Open the database that `settings` names; a missing embedded file is created.

        Opening does not wait for a database that is down: `patience` holds for the calls after it.
        """
        with ExitStack() as stack, _named(settings.database), translated(settings.url):
            client = _client(settings)
            stack.callback(client.close)
            database = _logged_in(client, settings)
            database.conn.ping()
            stack.pop_all()
        return cls(database, client, patience or Patience())

    def close(self) -> None:
        self._client.close()

    def attempt(self, work: Callable[[StandardDatabase], Result]) -> Result:
        """Return what `work` returns. It is retried while other writers are in the way or the database cannot answer.

        So `work` must be idempotent: an earlier try may have arrived although its answer was lost.
        """
        return self._attempt(work, _passes)

    def get(self, path: str) -> dict[str, Any]:
        """The answer of the server to a GET of `path`, a path of its HTTP API for this database."""
        return self.attempt(lambda database: _got(database, path))

    def try_writing(self, collection: str) -> None:
        """Begin a transaction that is declared to write to `collection`, and abort it: nothing is changed.

        Raises `ConfigurationError` when the user may not write there.
        """
        with translated():
            self.database.begin_transaction(write=[collection]).abort_transaction()

    def rows(self, name: str, binds: Mapping[str, Any], filter_: str | None = None) -> list[Any]:
        """Run the query of that name in aql/, and return its rows."""
        return self._attempt(_execution(query(name).with_filter(filter_), binds), _passes)

    def keys(self, name: str, binds: Mapping[str, Any], filter_: str | None = None) -> KeyList:
        """The keys that the query of that name returns, streamed: their number may be great."""
        text = query(name).with_filter(filter_)

        def streamed(database: StandardDatabase) -> KeyList:
            with stream(database, text, binds, KEYS_AT_ONCE) as rows:
                return KeyList(cast(Iterator[str], rows))

        return self._attempt(streamed, _passes)

    def rows_unless_busy(self, name: str, binds: Mapping[str, Any]) -> list[Any]:
        """As `rows`, but raises `BusyError` at once when other writers are in the way: the caller retries later."""
        return self._attempt(_execution(query(name).text, binds), _passes_without_others)

    def _attempt(self, work: Callable[[StandardDatabase], Result], passes: Callable[[BaseException], bool]) -> Result:
        try:
            for attempt in self._retrying(passes):
                with attempt, translated():
                    return work(self.database)
        except UnavailableError as error:
            if self._patience.seconds and not isinstance(error, BusyError):
                self._patience.stopping.set()
            raise
        raise AssertionError("tenacity returns or raises")

    def _retrying(self, passes: Callable[[BaseException], bool]) -> tenacity.Retrying:
        stopping = self._patience.stopping
        return tenacity.Retrying(
            retry=tenacity.retry_if_exception(passes),
            stop=lambda state: stopping.is_set() or self._is_too_late(state),
            wait=tenacity.wait_random_exponential(multiplier=0.1, max=_LONGEST_PAUSE),
            sleep=tenacity.sleep_using_event(stopping),
            before_sleep=self._tell,
            reraise=True,
        )

    def _is_too_late(self, state: tenacity.RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome else None
        allowed = max(self._patience.seconds, BUSY_SECONDS) if isinstance(error, BusyError) else self._patience.seconds
        return (state.seconds_since_start or 0) >= allowed

    def _tell(self, state: tenacity.RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        if state.attempt_number == 1 and not isinstance(error, BusyError):
            logger.warning("%s Waiting for it, up to %.0f s.", error, self._patience.seconds)


def _passes(error: BaseException) -> bool:
    return isinstance(error, UnavailableError) and error.passing


def _passes_without_others(error: BaseException) -> bool:
    return _passes(error) and not isinstance(error, BusyError)


def _execution(text: str, binds: Mapping[str, Any]) -> Callable[[StandardDatabase], list[Any]]:
    return lambda database: list(cast(Iterator[Any], database.aql.execute(text, bind_vars=dict(binds))))


def stream(database: StandardDatabase, text: str, binds: Mapping[str, Any], batch_size: int) -> Cursor:
    """The rows of a query, computed while they are read. Use it in `with`: else the server keeps the cursor open."""
    cursor = database.aql.execute(
        text, bind_vars=dict(binds), batch_size=batch_size, stream=True, ttl=cast(Any, STREAM_TTL)
    )
    return cast(Cursor, cursor)


@contextmanager
def _named(database: str) -> Iterator[None]:
    """Name the database in the error that says that it does not exist."""
    try:
        yield
    except ConfigurationError as error:
        if error_number(error) != _NO_DATABASE:
            raise
        raise ConfigurationError(
            f"There is no database '{database}' on the server (ARANGO_DATABASE or --database). {error}"
        ) from error.__cause__


def _client(settings: DatabaseSettings) -> ArangoClient:
    if settings.embedded_path is not None:
        from arango_thinking.embedded import open_embedded

        try:
            return open_embedded(settings.embedded_path)
        except OSError as error:
            raise ConfigurationError(f"The embedded database cannot be opened: {error}.") from error
    if settings.ca_file is not None and not settings.ca_file.exists():
        raise ConfigurationError(f"There is no certificate file {settings.ca_file} (ARANGO_CA_FILE).")
    hosts = settings.endpoints
    if settings.insecure and hosts[0].startswith("https:"):
        _warn_unverified(settings.url)
    # The driver asks the next host at once; `attempt` decides whether to wait for a database that is gone.
    # It changes the host only when one is unreachable, so that a cursor stays with the host that has it.
    client = ArangoClient(hosts=hosts, resolver_max_tries=len(hosts), http_client=_HTTPClient(settings))
    client.request_timeout = (min(_CONNECT, settings.timeout), settings.timeout)
    return client


def seconds_to_answer(settings: DatabaseSettings, endpoint: str) -> float:
    """The seconds that one of the servers takes for any answer. Raises as `Connection.open` does."""
    with translated(endpoint), closing(_client(settings.model_copy(update={"url": endpoint}))) as client:
        started = time.monotonic()
        with suppress(ArangoServerError):
            client.db(settings.database).version()
        return time.monotonic() - started


@cache
def _warn_unverified(url: str) -> None:
    """Warn once in a process for each database, in place of urllib3's warning at each request."""
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    logger.warning("The certificate of %s is not verified: anybody in between can read and change everything.", url)


class _HTTPClient(DefaultHTTPClient):
    """The driver's HTTP client. It takes certificates and logins from the settings only.

    By itself `requests` would prefer REQUESTS_CA_BUNDLE, and a password in ~/.netrc to a token.
    """

    def __init__(self, settings: DatabaseSettings) -> None:
        super().__init__(request_timeout=settings.timeout, retry_attempts=1)
        self._verify = False if settings.insecure else str(settings.ca_file) if settings.ca_file else True

    def create_session(self, host: str) -> Session:
        session = super().create_session(host)
        session.auth = _as_it_is
        # A redirection would be followed with the login, and a login by token sends the password itself.
        session.request = partial(  # type: ignore[method-assign]
            session.request, verify=self._verify, allow_redirects=False
        )
        return session

    def send_request(self, *arguments: Any, **options: Any) -> Response:
        _trouble.last = None
        try:
            return super().send_request(*arguments, **options)
        except RequestException as error:
            _trouble.last = error
            raise


class _Trouble(threading.local):
    """Why the last request of this thread got no response. The driver forgets it once it has tried all hosts."""

    last: RequestException | None = None


_trouble = _Trouble()


def _as_it_is(request: PreparedRequest) -> PreparedRequest:
    return request


def _logged_in(client: ArangoClient, settings: DatabaseSettings) -> StandardDatabase:
    name, password = settings.username, settings.password.get_secret_value()
    if settings.token is not None:
        # The driver sends a superuser's token unchanged; a user's token it would try to renew.
        return client.db(settings.database, superuser_token=_checked_token(settings.token.get_secret_value()))
    if settings.login is Login.JWT:
        try:
            database = client.db(settings.database, name, password, auth_method="jwt")
        except JWTAuthError as error:
            if error.http_code != 404:  # 404 means that the server asks for no login
                raise
        else:
            # Without leeway the driver does not renew a token that has expired, but that is when it must.
            cast(JwtConnection, database.conn).exp_leeway = sys.maxsize
            return database
    return client.db(settings.database, name, password)


def _checked_token(token: str) -> str:
    try:
        jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError as error:
        raise ConfigurationError(
            "ARANGO_TOKEN is not a JSON Web Token. Put an access token of ArangoDB 3.12.5 or later into "
            "ARANGO_PASSWORD instead."
        ) from error
    return token


def _got(database: StandardDatabase, path: str) -> dict[str, Any]:
    response = database.conn.send_request(request := Request(method="get", endpoint=path))
    if not response.is_success:
        raise ArangoServerError(response, request)
    return cast(dict[str, Any], response.body)


@contextmanager
def translated(url: str | None = None) -> Iterator[None]:
    """Raise exceptions of the driver and the network as errors of this package, with the cause kept."""
    try:
        yield
    except ArangoServerError as error:
        raise _server_error(error) from error
    except (JWTExpiredError, jwt.InvalidTokenError) as error:
        raise ConfigurationError(
            f"The token that the database gave is not valid at this machine's time ({error}): set the clocks right, "
            "or log in with ARANGO_AUTH=basic."
        ) from error
    except (ArangoClientError, RequestException, ConnectionError) as error:
        raise _unreachable(url, _trouble.last or error) from error


def _unreachable(url: str | None, error: BaseException) -> ArangoThinkingError:
    database = f"The database at {url}" if url else "The database"
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    if isinstance(error, ssl.SSLCertVerificationError):
        return ConfigurationError(
            f"{database} shows a certificate that is not trusted here: {reason}. Set ARANGO_CA_FILE to the "
            "certificate of the authority that signed it."
        )
    if isinstance(error, ssl.SSLError):
        return ConfigurationError(f"{database} does not speak TLS as expected: {reason}. Does it need http://?")
    return UnavailableError(f"{database} cannot be reached: {reason}")


def error_number(error: ArangoThinkingError) -> int | None:
    """The number of the ArangoDB error behind an error; `None` when the error is not from the server."""
    return error.__cause__.error_code if isinstance(error.__cause__, ArangoServerError) else None


def _server_error(error: ArangoServerError) -> ArangoThinkingError:
    said = f"ArangoDB error {error.error_code}: {error.error_message}"
    if error.http_code is not None and 300 <= error.http_code < 400 and error.http_code != 304:
        elsewhere = (error.http_headers or {}).get("location", "another URL")
        return ConfigurationError(f"The database redirects to {elsewhere}: give that server as ARANGO_URL.")
    if error.http_code == 401:
        return ConfigurationError(
            "The database refuses the login (ARANGO_USERNAME, ARANGO_PASSWORD; ARANGO_TOKEN, which may have expired), "
            f"or does not let this user in. {said}"
        )
    action = action_of(error.error_code, error.http_code)
    if action is Action.WAIT:
        return UnavailableError(f"The database cannot answer. {said}")
    if action is Action.RETRY:
        return BusyError(f"Other writers are in the way in the database. {said}")
    if action is not Action.STOP:
        return RefusedError(said, action)
    if error.error_code in _FORBIDDEN or error.http_code == 403:
        return ConfigurationError(f"The database does not permit this. {said}")
    if error.http_code is not None and error.http_code >= 500 and error.http_code != 501:
        return UnavailableError(f"The database cannot answer. {said}", passing=False)
    return ConfigurationError(said)
