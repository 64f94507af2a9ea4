"""HTTP to one API: connections that stay open, one timeout for each whole call, and one error for each kind of failure.

A run makes many small calls, and the work of each in this process bounds how many can be in flight. So this module
uses an HTTP client directly, without a client library for the API.
"""

from __future__ import annotations

import os
import socket
import ssl
import zlib
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import truststore

from arango_thinking.errors import ConfigurationError
from arango_thinking.llm.api.failures import ConnectionLostError, MalformedReplyError, NoReplyError, UnreachableError
from arango_thinking.version import __version__

_PATH = "/chat/completions"
#: Seconds to connect; an API that takes longer counts as unreachable.
CONNECT = 5.0
#: Seconds that an unused connection stays open.
_KEPT = 60.0
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
#: The most bytes of a response, after decompression; a completion of 100,000 tokens takes about half a megabyte.
MOST_BYTES = 16 * 2**20
#: zlib finds out by itself whether a body is in the format of gzip or of zlib.
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


class Answer(NamedTuple):
    """A whole HTTP response."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Transport:
    """Posts chat completions to the API at a base URL. Connections open with the first call, in its event loop."""

    def __init__(self, url: str, api_key: str | None) -> None:
        self._url = _completions_url(url)
        self._headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": f"arango-thinking/{__version__}",
        }
        if api_key:
            self._headers["Authorization"] = f"Bearer {api_key}"
        self._session: aiohttp.ClientSession | None = None

    async def post(self, body: bytes, timeout: float) -> Answer:
        """Send `body` and return the whole response, whatever its status.

        Raises an error of `failures` when that takes longer than `timeout` seconds, the connection fails, or the
        response is longer than `MOST_BYTES`.
        """
        limit = aiohttp.ClientTimeout(total=timeout, sock_connect=min(timeout, CONNECT))
        try:
            async with self._opened().post(self._url, data=body, timeout=limit, allow_redirects=False) as response:
                return Answer(response.status, response.headers, await _content(response))
        except aiohttp.InvalidURL as error:
            raise ConfigurationError(f"{self._url} is not a URL.") from error
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise UnreachableError(f"cannot be reached ({_why(error)})") from error
        except TimeoutError as error:
            raise NoReplyError(f"does not answer within {timeout:g} s") from error
        except aiohttp.ClientError as error:
            raise ConnectionLostError(
                f"broke off the connection ({str(error)[:200] or type(error).__name__})"
            ) from error

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers=self._headers,
                # No limit here: the limiter bounds the calls in flight.
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEPT, ssl=_certificates(self._url)),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,  # it would have no bound
                proxy=_proxy(self._url),
            )
        return self._session

    async def aclose(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()


async def _content(response: aiohttp.ClientResponse) -> bytes:
    """The body, decompressed where the server compressed it unasked. Raises `MalformedReplyError` beyond the bound."""
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    if encoding not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise MalformedReplyError(f"compresses its replies by {encoding[:20]}, which it was not asked to")
    inflater = None if encoding in ("identity", "") else zlib.decompressobj(_GZIP_OR_ZLIB)
    content = bytearray()
    async for chunk in response.content.iter_any():
        try:
            content += chunk if inflater is None else inflater.decompress(chunk, MOST_BYTES + 1 - len(content))
        except zlib.error as error:
            raise MalformedReplyError(f"sends a body that is not {encoding}") from error
        if len(content) > MOST_BYTES:
            raise MalformedReplyError(f"sends more than {MOST_BYTES >> 20} MB")
    return bytes(content)


def _why(error: aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError) -> str:
    """Why there is no connection, in the words of the operating system where it has some."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, ConnectionError) and cause.errno:
        return os.strerror(cause.errno).lower()
    return str(cause.strerror or cause) if isinstance(cause, socket.gaierror) else str(cause)


def _completions_url(base: str) -> str:
    """The URL of chat completions below a base URL, which may end in that path already."""
    parts = urlsplit(base)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/").removesuffix(_PATH) + _PATH))


def _proxy(url: str) -> str | None:
    """The proxy that the environment or the system names; `None` for an API on this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in _LOOPBACK or proxy_bypass(host):
        return None
    return getproxies().get(parts.scheme)


def _certificates(url: str) -> ssl.SSLContext | bool:
    """An SSL context with the certificates that the operating system trusts, such as a company's own."""
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if url.startswith("https:") else True
