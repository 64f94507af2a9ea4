"""The connection to one database: what its errors mean to us, and when to try again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import tenacity
from arango.client import ArangoClient
from arango.database import StandardDatabase
from arango.exceptions import ArangoClientError, ArangoServerError
from arango.http import DefaultHTTPClient
from requests.exceptions import RequestException

from arango_thinking.errors import (
    ArangoThinkingError,
    BusyError,
    ConfigurationError,
    RefusedError,
    UnavailableError,
)
from arango_thinking.faults import Action, action_of
from arango_thinking.queries import query
from arango_thinking.settings import DatabaseSettings

logger = logging.getLogger(__name__)
Result = TypeVar("Result")

#: How long the same is tried again when others are in the way.
BUSY_SECONDS = 10.0
_LONGEST_PAUSE = 5.0
_FORBIDDEN = (11, 1004)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a database that cannot answer; `stopping` ends all waiting, from any thread."""

    seconds: float = 0.0
    stopping: threading.Event = field(default_factory=threading.Event)


class Connection:
    """One database. All methods block; call them from a worker thread.

    They raise `UnavailableError` when the database cannot be reached, within the patience given, `RefusedError` when
    it does not take a document, and `ConfigurationError` when it refuses altogether.
    """

    def __init__(self, database: StandardDatabase, client: ArangoClient, patience: Patience) -> None:
        self.database = database
        self._client = client
        self._patience = patience

    @classmethod
    def open(cls, settings: DatabaseSettings, patience: Patience | None = None) -> Connection:
        """Open the database that `settings` names, without patience; a missing embedded file is created."""
        with translated(settings.url):
            client = _client(settings)
            token = settings.token.get_secret_value() if settings.token else None
            database = client.db(
                settings.database,
                username=settings.username,
                password=settings.password.get_secret_value(),
                user_token=token,
                verify=True,
            )
        return cls(database, client, patience or Patience())

    def close(self) -> None:
        self._client.close()

    def attempt(self, work: Callable[[StandardDatabase], Result]) -> Result:
        """What the work gives. It is done again while others are in the way or the database cannot answer, so it must
        come to the same when an earlier try arrived and only its answer was lost.
        """
        for attempt in self._retrying():
            with attempt, translated():
                return work(self.database)
        raise AssertionError("tenacity returns or raises")

    def rows(self, name: str, binds: Mapping[str, Any], filter_: str | None = None) -> list[Any]:
        """What the query of that name in aql/ gives."""
        text = query(name).with_filter(filter_)
        return self.attempt(
            lambda database: list(cast(Iterator[Any], database.aql.execute(text, bind_vars=dict(binds))))
        )

    def _retrying(self) -> tenacity.Retrying:
        stopping = self._patience.stopping
        return tenacity.Retrying(
            retry=tenacity.retry_if_exception(_passes),
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


def _client(settings: DatabaseSettings) -> ArangoClient:
    if settings.embedded_path is not None:
        from arango_thinking.embedded.transport import open_embedded

        try:
            return open_embedded(settings.embedded_path)
        except OSError as error:
            raise ConfigurationError(
                f"The embedded database {settings.embedded_path} cannot be opened: {error}."
            ) from error
    verify: bool | str = str(settings.ca_file) if settings.ca_file else True
    hosts = settings.url.split(",")
    # The HTTP client tries each request again by itself: going round the hosts three times would multiply that.
    return ArangoClient(
        hosts=hosts,
        resolver_max_tries=len(hosts),
        http_client=DefaultHTTPClient(backoff_factor=0.3),
        verify_override=verify,
    )


@contextmanager
def translated(url: str = "the database") -> Iterator[None]:
    """The driver's and the network's exceptions as ours, with the cause kept."""
    try:
        yield
    except ArangoServerError as error:
        raise _server_error(error) from error
    except (ArangoClientError, RequestException, ConnectionError) as error:
        raise UnavailableError(f"The database at {url} cannot be reached: {error}") from error


def _server_error(error: ArangoServerError) -> ArangoThinkingError:
    said = f"ArangoDB error {error.error_code}: {error.error_message}"
    if error.http_code == 401:
        return ConfigurationError(f"The database refuses the login (ARANGO_USERNAME, ARANGO_PASSWORD). {said}")
    action = action_of(error.error_code, error.http_code)
    if action is Action.WAIT:
        return UnavailableError(f"The database cannot answer. {said}")
    if action is Action.RETRY:
        return BusyError(f"Others are in the way in the database. {said}")
    if action is not Action.STOP:
        return RefusedError(said, action)
    if error.error_code in _FORBIDDEN or error.http_code == 403:
        return ConfigurationError(f"The database does not permit this. {said}")
    if error.http_code is not None and error.http_code >= 500 and error.http_code != 501:
        return UnavailableError(f"The database cannot answer. {said}", passing=False)
    return ConfigurationError(said)
