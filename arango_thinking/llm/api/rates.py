"""How much may go out in a minute, and how many calls at once."""

from __future__ import annotations

import logging

logger = logging.getLogger(__name__)

#: The size of a bucket, in seconds of its rate: enough to make up for late timers, too little for a burst.
_BURST = 0.1
#: The limit shrinks when a larger share than this of the replies of a round shows overload.
TOLERATED = 0.25
#: The limit grows in steps of its maximum divided by this.
_STEPS = 32


class Bucket:
    """A token bucket: it allows `per_minute` a minute, evenly spread.

    An amount larger than what the bucket holds goes out when the bucket is full and leaves a debt.
    """

    def __init__(self, per_minute: float, now: float) -> None:
        self._rate = per_minute / 60
        self._most = max(1.0, self._rate * _BURST)
        self._level = self._most
        self._updated = now

    def wait(self, amount: float, now: float) -> float:
        """Seconds until `amount` may go out; 0 when it may now."""
        self._fill(now)
        return max(0.0, (min(amount, self._most) - self._level) / self._rate)

    def take(self, amount: float) -> None:
        """Let `amount` go out; a negative amount comes back."""
        self._level = min(self._most, self._level - amount)

    def _fill(self, now: float) -> None:
        self._level = min(self._most, self._level + (now - self._updated) * self._rate)
        self._updated = now


class Concurrency:
    """How many calls may be in flight, by additive increase and multiplicative decrease.

    The limit changes at most once a round. A round has as many replies as the limit: one overloaded reply among many
    is chance, and a burst of them has one cause. A round in which all replies are overloaded halves the limit.
    """

    def __init__(self, most: int, place: str) -> None:
        self.limit = most
        self._most = most
        self._place = place
        self._step = max(1, most // _STEPS)
        self._replies = self._overloaded = 0

    def note(self, overload: str | None) -> None:
        """Count a reply. `overload` says why the reply is a sign of too many calls in flight; `None` when it is not."""
        self._replies += 1
        if overload is not None:
            self._overloaded += 1
            self._reason = overload
        if self._replies >= self.limit:
            self._decide(self._overloaded / self._replies)
            self._replies = self._overloaded = 0

    def _decide(self, share: float) -> None:
        if share > TOLERATED:
            self._change(max(1, int(self.limit * (1 - share / 2))), f"{share:.0%} of calls overloaded: {self._reason}")
        elif self.limit < self._most:
            self._change(min(self._most, self.limit + self._step), "the last calls went well")

    def _change(self, limit: int, reason: str) -> None:
        if limit == self.limit:
            return
        self.limit = limit
        level = logging.WARNING if limit == 1 else logging.INFO
        logger.log(level, "%s: at most %d calls in flight (%s)", self._place, limit, reason)
