from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from arango_thinking.errors import ConfigurationError, ModelError, UnavailableError
from arango_thinking.llm.api.failures import (
    OverloadedError,
    RateLimitedError,
    ServerFailedError,
    asked_pause,
    failure,
)
from arango_thinking.llm.api.refusals import RequestRefusedError


def met(status: int, body: object = None, **headers: str) -> Exception:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return failure(status, headers, content, "http://api/v1", "small")


def error(message: str, code: str | None = None) -> object:
    return {"error": {"message": message, "type": "test", "code": code}}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (429, RateLimitedError),
        (503, OverloadedError),
        (529, OverloadedError),
        (500, ServerFailedError),
        (502, ServerFailedError),
        (504, ServerFailedError),
        (408, ServerFailedError),
        (409, ServerFailedError),
        (400, RequestRefusedError),
        (403, RequestRefusedError),
        (413, RequestRefusedError),
        (422, RequestRefusedError),
    ],
)
def test_the_status_tells_what_may_pass(status: int, kind: type[Exception]) -> None:
    assert type(met(status, error("no"))) is kind


@pytest.mark.parametrize(
    ("status", "body", "kind", "says"),
    [
        (
            401,
            error("Incorrect API key"),
            ConfigurationError,
            "refuses the key for small (Incorrect API key): set OPENAI",
        ),
        (404, error("The model `small` does not exist"), ConfigurationError, "does not know the model small"),
        (404, {"detail": "Not Found"}, ConfigurationError, "There is no chat API at http://api/v1 (Not Found)"),
        (404, b"<html>", ConfigurationError, "correct the base URL, which usually ends in /v1"),
        (405, b"", ConfigurationError, "There is no chat API"),
        (429, error("You exceeded your quota", "insufficient_quota"), UnavailableError, "no quota left"),
        (402, error("Insufficient Balance"), UnavailableError, "no quota left for small (Insufficient Balance)"),
        (400, error("context too long."), ModelError, "refuses the request for small with 400 (context too long)."),
        (400, {"object": "error", "message": "too long"}, ModelError, "(too long)"),
        (400, {"error": "too long"}, ModelError, "(too long)"),
        (400, ["too", "long"], ModelError, "(['too', 'long'])"),
        (400, [{"error": {"message": "too long"}}], ModelError, "(too long)"),
        (400, error("no sk-abcdefghijklmnop1234, nor Bearer 0123456789abc"), ModelError, "(no ***, nor Bearer ***)"),
    ],
)
def test_what_is_final_says_what_to_do(status: int, body: object, kind: type[Exception], says: str) -> None:
    found = met(status, body)
    assert isinstance(found, kind)
    assert says in str(found)


def test_a_redirection_names_the_other_url() -> None:
    assert "redirects to https://api/v1" in str(met(307, None, location="https://api/v1"))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "soon"}, None),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1s"}, 1.0),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0s"}, 360.0),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "20ms"}, 0.02),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m2.5s"}, 62.5),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "7"}, 7.0),
        ({"x-ratelimit-remaining-tokens": "9", "x-ratelimit-reset-tokens": "1s"}, None),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "?"}, None),
    ],
)
def test_the_pause_that_a_server_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_pause(headers) == seconds


@pytest.mark.parametrize(("ahead", "least", "most"), [(30, 28, 30), (-30, 0, 0)])
def test_a_pause_may_be_a_date(ahead: int, least: int, most: int) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=ahead), usegmt=True)
    assert least <= (asked_pause({"retry-after": date}) or 0) <= most


@pytest.mark.parametrize(
    "asked", ["soon", "-5", "²", "1e9", "inf", "nan", "9" * 400, "1.2.3", "Mon, 99 Foo 99999 99:99:99", "", " "]
)
def test_an_odd_retry_after_asks_for_no_wait(asked: str) -> None:
    assert asked_pause({"retry-after": asked, "retry-after-ms": asked}) is None
    assert asked_pause({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": asked}) is None
