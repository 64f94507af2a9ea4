"""What a failed try of an API call means: whether a retry may succeed, and what the user can do.

A `TryError` may pass, so the same request is retried. Every other error that is raised here is final; `refusals` tells
what a refusal means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from arango_thinking.errors import ConfigurationError, UnavailableError
from arango_thinking.llm.api.refusals import Refusal

_OVERLOADED = (503, 529)
_PASSING = (408, 409, 425)
_QUOTA_CODES = ("insufficient_quota", "billing_hard_limit_reached")
_LONGEST_MESSAGE = 300
_LONGEST_READ = 10 * _LONGEST_MESSAGE
_SECRET = re.compile(r"(?<=Bearer )\S{8,}|\b(?:sk|pk|rk|gsk|xai|key|hf|r8|tgp|csk|nvapi|AIza)[-_]?[A-Za-z0-9_*.-]{12,}")
_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{0,12})?")
_DURATION = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,12})?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


class TryError(Exception):
    """One try failed for a reason that may pass. Its text completes the sentence "The API ..."."""

    def __init__(self, reason: str, pause: float | None = None) -> None:
        super().__init__(reason)
        #: Seconds that the server asks to wait.
        self.pause = pause


class RateLimitedError(TryError):
    """429: too many requests or tokens; the request itself is fine, and it is sent again after a wait."""


class OverloadedError(TryError):
    """503 or 529: the server is up, but has too much to do."""


class ServerFailedError(TryError):
    """Another 5xx, or 408, 409, 425."""


class UnreachableError(TryError):
    """There was no connection at all: refused, no such host, no trusted certificate."""


class ConnectionLostError(TryError):
    """The connection ended before the reply did."""


class NoReplyError(TryError):
    """The reply did not arrive completely within the timeout."""


class MalformedReplyError(TryError):
    """The reply is not a chat completion; it is never counted as an answer."""


def failure(status: int, headers: Mapping[str, str], content: bytes, place: str, model: str) -> Exception:
    """The exception for a reply with an error status."""
    message, code = _details(content)
    said = f" ({message or code})" if message or code else ""
    if status in (402, 429) and (status == 402 or code in _QUOTA_CODES):
        return UnavailableError(
            f"{place} has no quota left for {model}{said}: top up the account, then run the same command again."
        )
    if status == 429:
        return RateLimitedError(f"limits the rate{said}", asked_pause(headers))
    if status in _OVERLOADED:
        return OverloadedError(f"answers {status}{said}", asked_pause(headers))
    if status >= 500 or status in _PASSING:
        return ServerFailedError(f"answers {status}{said}", asked_pause(headers))
    return Refusal(status, headers, message, code, place, model).error()


def web_page(place: str) -> ConfigurationError:
    """The error for a base URL that answers with a web page."""
    return ConfigurationError(f"{place} is a web page, not an API: correct the base URL, which usually ends in /v1.")


def _details(content: bytes) -> tuple[str, str]:
    """The message and the code of an error body, as far as it has them."""
    try:
        body: Any = orjson.loads(content)
    except ValueError:
        return "", ""
    if isinstance(body, list) and body and isinstance(body[0], dict):
        body = body[0]  # as Gemini does
    error = body.get("error", body) if isinstance(body, dict) else body
    if not isinstance(error, dict):
        return _shortened(error), ""
    message = error.get("message") or error.get("detail") or ""
    return _shortened(message), str(error.get("code") or error.get("type") or "")


def _shortened(message: object) -> str:
    """The message on one line, without anything that looks like a key: servers repeat what they were sent."""
    return _SECRET.sub("***", " ".join(str(message or "")[:_LONGEST_READ].split()))[:_LONGEST_MESSAGE].rstrip(".")


def asked_pause(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks to wait: by Retry-After, else until the limits that are used up reset.

    `None` when it asks for no wait.
    """
    milliseconds = headers.get("retry-after-ms", "")
    if _is_number(milliseconds):
        return float(milliseconds) / 1000
    asked = headers.get("retry-after", "")
    if asked:
        return float(asked) if _is_number(asked) else _until(asked)
    resets = [
        _duration(headers.get(f"x-ratelimit-reset-{kind}", ""))
        for kind in ("requests", "tokens")
        if headers.get(f"x-ratelimit-remaining-{kind}") == "0"
    ]
    return max((reset for reset in resets if reset is not None), default=None)


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def _until(date: str) -> float | None:
    """Seconds until an HTTP date."""
    try:
        moment = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _duration(text: str) -> float | None:
    """Seconds of "6m0s", "20ms" or "1.5"."""
    if _is_number(text):
        return float(text)
    parts = _DURATION.findall(text)
    return sum(float(number) * _SECONDS[unit] for number, unit in parts) if parts else None
