from __future__ import annotations

import asyncio
import gzip
import os
import socket
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from arango_thinking import __version__
from arango_thinking.errors import ConfigurationError
from arango_thinking.llm.api.failures import (
    ConnectionLostError,
    MalformedReplyError,
    NoReplyError,
    OverloadedError,
    UnreachableError,
)
from arango_thinking.llm.api.transport import MOST_BYTES, Transport, proxy_of
from tests.raw_api import RawAPI, Reaction, failed, said


@pytest.fixture
def raw() -> Iterator[RawAPI]:
    with RawAPI() as server:
        yield server


@pytest.fixture
async def transport(raw: RawAPI) -> AsyncIterator[Transport]:
    opened = Transport(raw.url, "secret")
    yield opened
    await opened.aclose()


async def test_it_posts_and_brings_back_status_headers_and_content(raw: RawAPI, transport: Transport) -> None:
    raw.script(failed(418, "tea", x_kind="pot"))
    answer = await transport.post(b'{"model": "small"}', 5)
    assert (answer.status, answer.headers["x-kind"]) == (418, "pot")
    assert b"tea" in answer.content
    assert raw.requests == [{"model": "small"}]
    head = raw.headers[0]
    assert head.startswith("POST /v1/chat/completions HTTP/1.1")
    for line in ("Authorization: Bearer secret", "Content-Type: application/json", f"arango-thinking/{__version__}"):
        assert line in head


@pytest.mark.parametrize("ending", ["/", "/chat/completions", "/chat/completions/"])
async def test_a_url_may_end_in_other_ways(raw: RawAPI, ending: str) -> None:
    transport = Transport(raw.url + ending, None)
    await transport.post(b"{}", 5)
    await transport.aclose()
    assert raw.headers[0].startswith("POST /v1/chat/completions HTTP/1.1")
    assert "Authorization" not in raw.headers[0]


async def test_a_connection_is_used_again(raw: RawAPI, transport: Transport) -> None:
    for _ in range(3):
        await transport.post(b"{}", 5)
    assert (len(raw.requests), raw.connections) == (3, 1)


async def test_a_body_that_stalls_is_given_up_in_time(raw: RawAPI, transport: Transport) -> None:
    raw.script(said("42", ending="stall"))
    started = time.monotonic()
    with pytest.raises(NoReplyError, match=r"does not answer within 0\.2 s"):
        await transport.post(b"{}", 0.2)
    assert time.monotonic() - started < 1


@pytest.mark.parametrize("ending", ["cut", "reset"])
async def test_a_connection_that_breaks_off(raw: RawAPI, transport: Transport, ending: str) -> None:
    raw.script(said("42", ending=ending))
    with pytest.raises(ConnectionLostError, match="broke off the connection"):
        await transport.post(b"{}", 5)


async def test_what_is_not_there_is_unreachable() -> None:
    with socket.socket() as reserved:  # bound but not listening: connections are refused
        reserved.bind(("127.0.0.1", 0))
        transport = Transport(f"http://127.0.0.1:{reserved.getsockname()[1]}/v1", None)
        with pytest.raises(UnreachableError, match=r"cannot be reached \(connection refused\)"):
            await transport.post(b"{}", 5)
        await transport.aclose()


async def test_no_such_host() -> None:
    transport = Transport("http://no-such-host.invalid/v1", None)
    with pytest.raises(UnreachableError, match=r"cannot be reached \(.*[Nn]ame"):
        await transport.post(b"{}", 5)
    await transport.aclose()


def zipped(size: int) -> bytes:
    return gzip.compress(b" " * size)


async def test_a_reply_that_is_compressed_unasked_is_read(raw: RawAPI, transport: Transport) -> None:
    whole = said("42").content
    for encoding, content in (("gzip", gzip.compress(whole)), ("deflate", zlib.compress(whole)), ("identity", whole)):
        raw.script(Reaction(content, headers={"Content-Encoding": encoding, "Content-Length": str(len(content))}))
        assert (await transport.post(b"{}", 5)).content == whole
    assert "accept-encoding: identity" in raw.headers[0].lower()


@pytest.mark.parametrize(
    ("content", "encoding", "says"),
    [
        (zipped(MOST_BYTES + 1), "gzip", "sends more than 16 MB"),
        (b" " * (MOST_BYTES + 1), "identity", "sends more than 16 MB"),
        (b"not gzip", "gzip", "sends a body that is not gzip"),
        (b"?", "br", "compresses its replies by br"),
    ],
    ids=["bomb", "long", "not gzip", "br"],
)
async def test_what_a_server_may_send_is_bounded(
    raw: RawAPI, transport: Transport, content: bytes, encoding: str, says: str
) -> None:
    raw.script(Reaction(content, headers={"Content-Encoding": encoding}))
    with pytest.raises(MalformedReplyError, match=says):
        await transport.post(b"{}", 5)


async def test_a_bomb_takes_no_memory(raw: RawAPI, transport: Transport) -> None:
    bomb = zipped(100 * 2**20)
    raw.script(Reaction(bomb, headers={"Content-Encoding": "gzip"}))
    tracemalloc.start()
    with pytest.raises(MalformedReplyError):
        await transport.post(b"{}", 20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * MOST_BYTES


async def test_a_redirection_is_not_followed(raw: RawAPI, transport: Transport) -> None:
    raw.script(failed(301, location="/elsewhere"))
    assert (await transport.post(b"{}", 5)).status == 301
    assert len(raw.requests) == 1


async def test_a_proxy_is_used_except_for_this_machine(raw: RawAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", raw.url.removesuffix("/v1"))
    for url in ("http://api.invalid/v1", raw.url):
        transport = Transport(url, None)
        await transport.post(b"{}", 5)
        await transport.aclose()
    proxied, direct = raw.headers
    assert proxied.startswith("POST http://api.invalid/v1/chat/completions")
    assert direct.startswith("POST /v1/chat/completions")


API = "http://192.0.2.7:8000/v1"


@pytest.mark.parametrize(
    ("variables", "proxy"),
    [
        ({}, None),
        ({"http_proxy": "http://proxy:3128"}, "http://proxy:3128"),
        ({"http_proxy": "proxy:3128"}, "http://proxy:3128"),
        ({"all_proxy": "http://proxy:3128"}, "http://proxy:3128"),
        ({"https_proxy": "http://proxy:3128"}, None),
        ({"http_proxy": "http://proxy:3128", "no_proxy": "192.0.2.7"}, None),
        ({"http_proxy": "http://proxy:3128", "no_proxy": "10.0.0.0/8, 192.0.2.0/24"}, None),
        ({"http_proxy": "http://proxy:3128", "no_proxy": "10.0.0.0/8,odd/net"}, "http://proxy:3128"),
        ({"http_proxy": "http://proxy:3128", "no_proxy": "*"}, None),
    ],
    ids=str,
)
def test_proxies_of_every_form(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], proxy: str | None) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxy_of(API) == proxy


@pytest.mark.parametrize("variable", ["http_proxy", "all_proxy"])
async def test_a_socks_proxy_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "socks5h://proxy:1080")
    transport = Transport(API, None)
    with pytest.raises(ConfigurationError, match="is one of SOCKS5H, and only HTTP proxies are supported"):
        await transport.post(b"{}", 5)


async def test_a_process_gets_as_many_open_files_as_it_may(raw: RawAPI) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    transport = Transport(raw.url, None)
    try:
        await transport.post(b"{}", 5)
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 256
    finally:
        await transport.aclose()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _open_files() -> int:
    """The highest file descriptor that is in use."""
    folder = Path("/proc/self/fd")
    if not folder.exists():
        pytest.skip("it is not known which files are open")
    return max(int(path.name) for path in folder.iterdir())


async def test_without_a_file_left_fewer_calls_go_out(raw: RawAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    monkeypatch.setattr("arango_thinking.llm.api.transport._FILES", 0)
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    transport = Transport(raw.url, None)
    await transport.post(b"{}", 5)
    held: list[int] = []
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (_open_files() + 1, limits[1]))
        with suppress(OSError):
            while True:
                held.append(os.dup(0))
        raw.react = lambda _: Reaction(said("42").content, delay=0.5)
        calls = [transport.post(b"{}", 5) for _ in range(2)]
        ended = await asyncio.gather(*calls, return_exceptions=True)
        assert any(isinstance(one, OverloadedError) and "ulimit" in str(one) for one in ended)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        for file in held:
            os.close(file)
        await transport.aclose()


@pytest.mark.parametrize(
    ("url", "own"),
    [("https://team.openai.azure.com/openai/v1", True), ("https://azure.com.example.org/v1", False), (API, False)],
)
def test_azure_gets_the_key_in_a_header_of_its_own(url: str, own: bool) -> None:
    assert (Transport(url, "secret").headers.get("api-key") == "secret") is own


def test_headers_that_are_given_win() -> None:
    assert Transport(API, "secret", {"Authorization": "Token t"}).headers["Authorization"] == "Token t"


async def test_closing_twice_or_unused_does_no_harm(transport: Transport) -> None:
    await transport.aclose()
    await transport.aclose()


async def test_what_is_no_url_is_refused() -> None:
    transport = Transport("http://a b/v1", None)
    with pytest.raises((ConfigurationError, UnreachableError)):
        await transport.post(b"{}", 5)
    await transport.aclose()
