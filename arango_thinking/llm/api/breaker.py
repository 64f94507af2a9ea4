"""Decide when an API is down, as opposed to single calls that fail by chance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from arango_thinking.errors import UnavailableError
from arango_thinking.llm.api.failures import RateLimitedError, TryError, UnreachableError


@dataclass(frozen=True, slots=True)
class Outage:
    """What counts as an outage: `failures` in a row, of at least `calls` calls, over `seconds` without a success.

    An API that never answered at all is given up sooner, by the `unreachable_` values. An API that limits the rate is
    not down. It is given up when no call gets through for `patience` seconds, including the wait that it asks for.
    """

    failures: int = 10
    calls: int = 3
    seconds: float = 30.0
    unreachable_failures: int = 3
    unreachable_seconds: float = 2.0
    patience: float = 600.0


class Breaker:
    """Counts the failures in a row of one API. `broken` says why the API was given up; it is `None` before."""

    def __init__(self, place: str, outage: Outage) -> None:
        self._place = place
        self._outage = outage
        self._answered = False
        self._failures = 0
        self._calls: set[int] = set()
        self._failing_since: float | None = None
        self._limited_since: float | None = None
        self.broken: str | None = None

    @property
    def suspects(self) -> bool:
        """Whether this looks like an outage. A call is not given up for failures during an outage."""
        many = self._failures >= self._outage.failures and len(self._calls) >= self._outage.calls
        return many or self._never_reached

    @property
    def _never_reached(self) -> bool:
        return self._failures > 0 and not self._answered

    def check(self) -> None:
        """Raises `UnavailableError` when the API is given up."""
        if self.broken is not None:
            raise UnavailableError(self.broken)

    def succeed(self) -> None:
        """Note that the API answered."""
        self._answered = True
        self._failures = 0
        self._calls.clear()
        self._failing_since = self._limited_since = None

    def fail(self, call: int, error: TryError, started: float, now: float) -> None:
        """Note that a try of a call failed; it began at the time `started`. This may set `broken`."""
        if isinstance(error, RateLimitedError):
            self._limited(error, now)
            return
        self._answered = self._answered or not isinstance(error, UnreachableError)
        self._failures += 1
        self._calls.add(call)
        if self._failing_since is None:
            self._failing_since = started
        lasted = now - self._failing_since
        if self._is_outage(lasted):
            self.broken = self._told(error, lasted)

    def _is_outage(self, lasted: float) -> bool:
        outage = self._outage
        if self._never_reached:
            return self._failures >= outage.unreachable_failures and lasted >= outage.unreachable_seconds
        return self.suspects and lasted >= outage.seconds

    def _told(self, error: TryError, lasted: float) -> str:
        if self._never_reached:
            return f"{self._place} {error}. Is the URL right, and the server running?"
        return (
            f"{self._place} has not answered any of {self._failures} calls since {_clock(lasted)}; "
            f"the last time it {error}. When it is up again, run the same command again."
        )

    def _limited(self, error: TryError, now: float) -> None:
        self._answered = True
        if self._limited_since is None:
            self._limited_since = now
        lasted = now - self._limited_since
        if lasted + (error.pause or 0.0) > self._outage.patience:
            asks = f", and it asks to wait {error.pause:.0f} s" if error.pause else ""
            self.broken = (
                f"{self._place} {error}: nothing got through since {_clock(lasted)}{asks}. "
                "Lower --concurrency, --rpm or --tpm, or run the same command again later."
            )


def _clock(seconds_ago: float) -> str:
    return f"{datetime.now().astimezone() - timedelta(seconds=seconds_ago):%H:%M:%S}"
