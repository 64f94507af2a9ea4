"""What one dialogue used: every model call, with what it cost and whether it was paid now or replayed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from arango_thinking.usage import Usage, add_usage


@dataclass(frozen=True, slots=True)
class Entry:
    """One call. It is `replayed` when its reply came from the journal, so that nothing was paid for it now."""

    role: str
    usage: Usage
    key: str
    replayed: bool


#: Is told of a call as soon as it is entered.
Watch = Callable[[Entry], None]


def _unwatched(_entry: Entry) -> None:
    """Nobody is told."""


@dataclass(slots=True)
class Ledger:
    """The calls of one dialogue, in their order. `watch` is told of each as it is entered."""

    watch: Watch = _unwatched
    entries: list[Entry] = field(default_factory=list)

    @property
    def total(self) -> dict[str, Usage]:
        """What all calls used, by role, whether paid now or earlier."""
        return _by_role(self.entries)

    @property
    def paid(self) -> dict[str, Usage]:
        """What the calls that were paid now used, by role."""
        return _by_role([entry for entry in self.entries if not entry.replayed])

    @property
    def replayed(self) -> int:
        """How many calls the journal answered."""
        return sum(entry.replayed for entry in self.entries)

    @property
    def keys(self) -> list[str]:
        """The keys of the calls in the journal."""
        return [entry.key for entry in self.entries]


_current: ContextVar[Ledger | None] = ContextVar("ledger", default=None)


@contextmanager
def opened(watch: Watch = _unwatched) -> Iterator[Ledger]:
    """Open a ledger for the calls made inside; asyncio tasks begun inside write to it too."""
    ledger = Ledger(watch)
    token = _current.set(ledger)
    try:
        yield ledger
    finally:
        _current.reset(token)


def enter(entry: Entry) -> None:
    """Write a call into the ledger of its dialogue. Without an open ledger the call is not recorded."""
    ledger = _current.get()
    if ledger is not None:
        ledger.entries.append(entry)
        ledger.watch(entry)


def _by_role(entries: list[Entry]) -> dict[str, Usage]:
    roles: dict[str, Usage] = {}
    for entry in entries:
        add_usage(roles, {entry.role: entry.usage})
    return roles
