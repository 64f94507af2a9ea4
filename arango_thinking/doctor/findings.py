"""What a check finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from arango_thinking.errors import ArangoThinkingError, ConfigurationError, UnavailableError


class Level(StrEnum):
    """How bad a finding is: not at all, doubtful, or wrong; or the check could not be made."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and what to do about it. `exit_code` is 0 unless it is an error."""

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
    """Something that must be corrected: waiting does not help."""
    return Finding(name, Level.ERROR, what, to_do, ConfigurationError.exit_code)


def unavailable(name: str, what: str, to_do: str) -> Finding:
    """Something that is not available now, but may be later."""
    return Finding(name, Level.ERROR, what, to_do, UnavailableError.exit_code)


def failed(name: str, error: ArangoThinkingError) -> Finding:
    """The finding of a check that ended with an error, whose message says what to do."""
    is_away = isinstance(error, UnavailableError)
    return unavailable(name, str(error), "") if is_away else wrong(name, str(error), "")


def exit_code(findings: Iterable[Finding]) -> int:
    """0 without an error; 2 when something must be corrected; else 69."""
    codes = {finding.exit_code for finding in findings if finding.level is Level.ERROR}
    return min(codes, default=0)
