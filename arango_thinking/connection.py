"""The connection to one database, and what its errors mean to us."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from arango.client import ArangoClient
from arango.database import StandardDatabase
from arango.exceptions import ArangoClientError, ArangoServerError
from arango.http import DefaultHTTPClient
from requests.exceptions import RequestException

from arango_thinking.errors import ArangoThinkingError, ConfigurationError, UnavailableError
from arango_thinking.queries import query
from arango_thinking.settings import DatabaseSettings

_FORBIDDEN = (11, 1004)


class Connection:
    """One database. All methods block; call them from a worker thread.

    They raise `UnavailableError` when the database cannot be reached and `ConfigurationError` when it refuses.
    """

    def __init__(self, database: StandardDatabase, client: ArangoClient) -> None:
        self.database = database
        self._client = client

    @classmethod
    def open(cls, settings: DatabaseSettings) -> Connection:
        """Open the database that `settings` names; a missing embedded file is created."""
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
        return cls(database, client)

    def close(self) -> None:
        self._client.close()

    def rows(self, name: str, binds: Mapping[str, Any], filter_: str | None = None) -> list[Any]:
        """What the query of that name in aql/ gives."""
        text = query(name).with_filter(filter_)
        with translated():
            return list(cast(Iterator[Any], self.database.aql.execute(text, bind_vars=dict(binds))))


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
    if error.error_code in _FORBIDDEN or error.http_code == 403:
        return ConfigurationError(f"The database does not permit this. {said}")
    if error.http_code is not None and error.http_code >= 500 and error.http_code != 501:
        return UnavailableError(f"The database cannot answer. {said}")
    return ConfigurationError(said)
