"""HTTP to one API: connections that stay open, one timeout for each whole call, and one error for each kind of failure.

A run makes many small calls, and the work of each in this process bounds how many can be in flight. So this module
uses an HTTP client directly, without a client library for the API.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import ssl
import zlib
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import truststore

from arango_thinking.errors import ConfigurationError
from arango_thinking.llm.api.failures import (
    ConnectionLostError,
    MalformedReplyError,
    NoReplyError,
    OverloadedError,
    UnreachableError,
)
from arango_thinking.version import __version__

_PATH = "/chat/completions"
#: Seconds to connect; an API that takes longer counts as unreachable.
CONNECT = 5.0
#: Seconds that an unused connection stays open.
_KEPT = 60.0
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
#: Where a key has a header of its own.
_AZURE = (".azure.com", ".azure-api.net", ".azure.us", ".azure.cn")
#: The most bytes of a response, after decompression; a completion of 100,000 tokens takes about half a megabyte.
MOST_BYTES = 16 * 2**20
#: The most open files that a process is given, where the system lets it have so many.
_FILES = 16_384
#: zlib finds out by itself whether a body is in the format of gzip or of zlib.
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


class Answer(NamedTuple):
    """A whole HTTP response."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Transport:
    """Posts chat completions to the API at a base URL. Connections open with the first call, in its event loop."""

    def __init__(self, url: str, api_key: str | None, headers: Mapping[str, str] | None = None) -> None:
        self._url = _completions_url(url)
        #: What is sent with each request, the key among it.
        self.headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": f"arango-thinking/{__version__}",
        }
        if api_key:
            self.headers["Authorization"] = f"Bearer {api_key}"
            if (urlsplit(url).hostname or "").endswith(_AZURE):
                self.headers["api-key"] = api_key
        self.headers |= headers or {}
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
            if getattr(error, "errno", None) in (errno.EMFILE, errno.ENFILE):
                raise OverloadedError("needs more open files than this process may have (see ulimit -n)") from error
            raise UnreachableError(f"cannot be reached ({_why(error)})") from error
        except TimeoutError as error:
            raise NoReplyError(f"does not answer within {timeout:g} s") from error
        except aiohttp.ClientError as error:
            raise ConnectionLostError(
                f"broke off the connection ({str(error)[:200] or type(error).__name__})"
            ) from error

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            _allow_files()
            self._session = aiohttp.ClientSession(
                headers=self.headers,
                # No limit here: the limiter bounds the calls in flight.
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEPT, ssl=_certificates(self._url)),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,  # it would have no bound
                proxy=proxy_of(self._url),
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


def proxy_of(url: str) -> str | None:
    """The proxy that the environment or the system names; `None` for an API on this machine or one that needs none.

    Raises `ConfigurationError` for a proxy that is not one of HTTP.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    proxies = getproxies()
    if host in _LOOPBACK or proxy_bypass(host) or _is_in_network(host, proxies.get("no", "")):
        return None
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy:
        return None
    scheme, separator, _ = proxy.partition("://")
    if separator and scheme.lower() not in ("http", "https"):
        raise ConfigurationError(
            f"The proxy for {url} is one of {scheme.upper()[:10]}, and only HTTP proxies are supported: correct "
            f"{parts.scheme.upper()}_PROXY or ALL_PROXY, or name {host} in NO_PROXY."
        )
    return proxy if separator else f"http://{proxy}"


def _is_in_network(host: str, networks: str) -> bool:
    """Whether the host is an address in one of the networks, such as 10.0.0.0/8, that NO_PROXY names."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    for name in networks.split(","):
        with suppress(ValueError):
            if "/" in name and address in ipaddress.ip_network(name.strip(), strict=False):
                return True
    return False


def _allow_files() -> None:
    """Let this process have as many open files as the system allows it: each call in flight needs one."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _certificates(url: str) -> ssl.SSLContext | bool:
    """An SSL context with the certificates that the operating system trusts, such as a company's own."""
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if url.startswith("https:") else True
