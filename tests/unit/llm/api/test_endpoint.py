from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from arango_thinking.errors import ConfigurationError, ModelError, UnavailableError
from arango_thinking.llm.api.breaker import Outage
from arango_thinking.llm.api.endpoint import Call, Endpoint, Endpoints
from arango_thinking.llm.api.limits import Limits
from arango_thinking.llm.api.retry import RetryPolicy
from tests.raw_api import RawAPI, Reaction, failed, said

CALL = Call(model="small", body=b"{}", tokens=10, timeout=5.0)
AT_ONCE = {"Retry_After": "0"}


def tries(attempts: int) -> RetryPolicy:
    return RetryPolicy(attempts=attempts)


@pytest.fixture
def raw() -> Iterator[RawAPI]:
    with RawAPI() as server:
        yield server


@pytest.fixture
async def endpoint(raw: RawAPI) -> AsyncIterator[Endpoint]:
    opened = Endpoint(raw.url, None, Limits(retry=tries(3)))
    yield opened
    await opened.aclose()


# ---------------------------------------------------------------------- what is tried again


@pytest.mark.parametrize(
    "reaction",
    [
        *(failed(status, **AT_ONCE) for status in (408, 409, 429, 500, 502, 503, 529)),
        said("42", ending="reset"),
        said("42", ending="cut"),
        Reaction(b'{"choices": [{"mess'),
        Reaction(b'{"choices": []}'),
        Reaction(b""),
    ],
    ids=lambda reaction: f"{reaction.status} {reaction.ending} {len(reaction.content)}",
)
async def test_what_may_pass_is_tried_again(raw: RawAPI, endpoint: Endpoint, reaction: Reaction) -> None:
    raw.script(reaction, said("42"))
    assert (await endpoint.ask(CALL)).text == "42"
    assert len(raw.requests) == 2


async def test_a_stalled_body_is_tried_again(raw: RawAPI) -> None:
    endpoint = Endpoint(raw.url, None, Limits(retry=tries(2)))
    raw.script(said("42", ending="stall"), said("42"))
    call = Call("small", b"{}", tokens=10, timeout=0.2)
    assert (await endpoint.ask(call)).text == "42"
    await endpoint.aclose()


async def test_a_garbled_reply_is_never_an_answer(raw: RawAPI, endpoint: Endpoint) -> None:
    raw.script(Reaction(b'{"choices": [{"message": {"content": "42"}'))
    with pytest.raises(ModelError, match=r"no answer in 3 tries; .* answers with something that is not JSON"):
        await endpoint.ask(CALL)
    assert len(raw.requests) == 3


async def test_a_limited_rate_costs_no_tries(raw: RawAPI) -> None:
    endpoint = Endpoint(raw.url, None, Limits(retry=tries(1)))
    raw.script(*[failed(429, Retry_After="0.01")] * 3, said("42"))
    assert (await endpoint.ask(CALL)).text == "42"
    await endpoint.aclose()
    assert len(raw.requests) == 4


async def test_all_models_wait_when_one_is_told_to(raw: RawAPI) -> None:
    endpoints = Endpoints(Limits())
    raw.script(failed(429, Retry_After="0.3"), said("42"))
    student, teacher = endpoints.at(raw.url, None), endpoints.at(raw.url + "/", None)
    asked = [asyncio.create_task(student.ask(CALL))]
    await asyncio.sleep(0.1)
    asked.append(asyncio.create_task(teacher.ask(CALL)))
    await asyncio.gather(*asked)
    await endpoints.aclose()
    assert raw.times[1] - raw.times[0] >= 0.3


async def test_another_key_or_url_has_limits_of_its_own(raw: RawAPI) -> None:
    endpoints = Endpoints(Limits())
    opened = {endpoints.at(raw.url, None), endpoints.at(raw.url, "key"), endpoints.at(None, "key")}
    assert len(opened) == 3
    assert endpoints.at(None, "key") in opened
    await endpoints.aclose()


# ---------------------------------------------------------------------- what ends a run, and what does not


async def test_an_unlucky_call_fails_alone(raw: RawAPI, endpoint: Endpoint) -> None:
    await endpoint.ask(CALL)
    raw.script(*[said("42", ending="reset")] * 3, said("42"))
    with pytest.raises(ModelError, match="no answer in 3 tries; the last time it broke off the connection"):
        await endpoint.ask(CALL)
    assert (await endpoint.ask(CALL)).text == "42"


async def test_a_server_that_is_not_there_ends_the_run_within_seconds() -> None:
    with socket.socket() as reserved:  # bound but not listening: connections are refused
        reserved.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{reserved.getsockname()[1]}/v1"
        endpoint = Endpoint(url, None, Limits(outage=Outage(unreachable_seconds=0.2)))
        started = time.monotonic()
        with pytest.raises(UnavailableError, match=f"{url}.*cannot be reached.*Is the URL right") as caught:
            await endpoint.ask(CALL)
        await endpoint.aclose()
    assert caught.value.exit_code == 69
    assert time.monotonic() - started < 3


async def test_an_outage_ends_all_calls_and_blames_none(raw: RawAPI) -> None:
    outage = Outage(failures=5, seconds=0.3)
    endpoint = Endpoint(raw.url, None, Limits(outage=outage, retry=tries(2)))
    await endpoint.ask(CALL)
    raw.script(failed(500, "down", **AT_ONCE))
    asked = [asyncio.create_task(endpoint.ask(CALL)) for _ in range(8)]
    ended = await asyncio.gather(*asked, return_exceptions=True)
    await endpoint.aclose()
    assert {type(error) for error in ended} == {UnavailableError}
    assert "answers 500 (down)" in str(ended[0])


async def test_a_short_outage_is_waited_for(raw: RawAPI) -> None:
    """Calls that use up their tries while nothing is answered at all go on when it is over."""
    endpoint = Endpoint(raw.url, None, Limits(outage=Outage(failures=5), retry=tries(3)))
    await endpoint.ask(CALL)
    raw.script(*[failed(500, **AT_ONCE)] * 60, said("42"))
    ended = await asyncio.gather(*(endpoint.ask(CALL) for _ in range(8)))
    await endpoint.aclose()
    assert {reply.text for reply in ended} == {"42"}


async def test_an_empty_account_ends_the_run_at_once(raw: RawAPI, endpoint: Endpoint) -> None:
    raw.script(failed(429, "You exceeded your current quota", "insufficient_quota"))
    with pytest.raises(UnavailableError, match="no quota left for small"):
        await endpoint.ask(CALL)
    assert len(raw.requests) == 1


async def test_nothing_but_429_ends_when_patience_does(raw: RawAPI) -> None:
    endpoint = Endpoint(raw.url, None, Limits(outage=Outage(patience=0.3)))
    raw.script(failed(429, "slow down", Retry_After="0.05"))
    with pytest.raises(UnavailableError, match=r"slow down.: nothing got through since .*--rpm"):
        await endpoint.ask(CALL)
    await endpoint.aclose()


async def test_a_web_page_is_no_api(raw: RawAPI, endpoint: Endpoint) -> None:
    page = Reaction(b"<html>It works!</html>", headers={"Content-Type": "text/html; charset=utf-8"})
    raw.script(page)
    with pytest.raises(ConfigurationError, match="is a web page, not an API"):
        await endpoint.ask(CALL)
    raw.script(said("42"), page, said("43"))
    assert [(await endpoint.ask(CALL)).text for _ in range(2)] == ["42", "43"]


async def test_concurrency_follows_what_the_server_can_do(raw: RawAPI) -> None:
    def react(_: object) -> Reaction:
        return said("42", delay=0.02) if raw.in_flight <= 4 else failed(429, Retry_After="0.02")

    raw.react = react
    endpoint = Endpoint(raw.url, None, Limits(concurrency=32))
    await asyncio.gather(*(endpoint.ask(CALL) for _ in range(100)))
    await endpoint.aclose()
    assert endpoint.limiter.limit <= 16
    assert len(raw.requests) < 200


async def test_a_key_that_a_server_repeats_is_not_told(raw: RawAPI) -> None:
    raw.script(failed(400, "there is no use for s3cr3t-0123 here"))
    endpoint = Endpoint(raw.url, "s3cr3t-0123", Limits(retry=tries(1)))
    with pytest.raises(ModelError, match=r"no use for \*\*\* here"):
        await endpoint.ask(CALL)
    await endpoint.aclose()


async def test_an_error_inside_a_response_of_success_is_one(raw: RawAPI, endpoint: Endpoint) -> None:
    raw.script(Reaction(b'{"error": {"message": "no such thing", "code": 400}}'))
    with pytest.raises(ModelError, match=r"refuses the request for small with 400 \(no such thing\)"):
        await endpoint.ask(CALL)
    assert len(raw.requests) == 1
    raw.script(Reaction(b'{"error": {"message": "slow", "code": 502}}'), said("42"))
    assert (await endpoint.ask(CALL)).text == "42"


async def test_any_status_of_success_is_one(raw: RawAPI, endpoint: Endpoint) -> None:
    raw.script(said("42", status=201))
    assert (await endpoint.ask(CALL)).text == "42"
