"""What a check finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from arango_thinking.errors import ArangoThinkingError, ConfigurationError, UnavailableError


class Level(StrEnum):
    """How it is: as it should be, not quite so, not so; or nobody could look."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and what to do about it. `exit_code` is that of an error."""

    name: str
    level: Level
    what: str
    to_do: str = ""
    exit_code: int = 0


def ok(name: str, what: str) -> Finding:
    return Finding(name, Level.OK, what)


def skipped(name: str, why: str) -> Finding:
    return Finding(name, Level.SKIPPED, why)


def warning(name: str, what: str, to_do: str) -> Finding:
    return Finding(name, Level.WARNING, what, to_do)


def wrong(name: str, what: str, to_do: str) -> Finding:
    """Something to be corrected: waiting does not help."""
    return Finding(name, Level.ERROR, what, to_do, ConfigurationError.exit_code)


def unavailable(name: str, what: str, to_do: str) -> Finding:
    """Something that is not there now, and may be later."""
    return Finding(name, Level.ERROR, what, to_do, UnavailableError.exit_code)


def failed(name: str, error: ArangoThinkingError) -> Finding:
    """What a check came upon that could not go on; its message says what to do."""
    is_away = isinstance(error, UnavailableError)
    return unavailable(name, str(error), "") if is_away else wrong(name, str(error), "")


def exit_code(findings: Iterable[Finding]) -> int:
    """0 without an error; 2 when something has to be corrected, else 69."""
    codes = {finding.exit_code for finding in findings if finding.level is Level.ERROR}
    return min(codes, default=0)
