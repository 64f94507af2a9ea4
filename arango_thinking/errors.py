"""What can go wrong, sorted by what the caller does next.

ArangoThinkingError
├── ConfigurationError      the request itself is wrong: correct it and call again (exit 2)
│   └── RefusedError        the database does not take one document or one request: note it, go on
├── BudgetError             the next model call may exceed the budget: finish what is done, leave the rest (exit 3)
├── UnavailableError        the database or a model cannot be reached: try later (exit 69)
│   └── BusyError           others wrote at the same time, again and again: try later
├── LockedError             another run holds the lease of the collection, or has taken it over (exit 75)
├── DocumentError           this document cannot be enhanced: leave it as it is, report why, go on
├── InputError              a line cannot be read: report it and go on; or a whole file: correct it (exit 2)
└── ModelError              a model call for one document failed: record it on the document, go on
    └── BadReplyError       the model answered, but not with what was asked for
"""

from __future__ import annotations

from typing import Any


class ArangoThinkingError(Exception):
    """Base of every error this package raises on purpose; its text is meant for the user."""

    exit_code = 1


class ConfigurationError(ArangoThinkingError):
    """A setting, flag, expression or name is wrong."""

    exit_code = 2


class RefusedError(ConfigurationError):
    """The database does not take what it was given. `action` is from `faults.py`: what to do about it."""

    def __init__(self, message: str, action: str) -> None:
        super().__init__(message)
        self.action = action


class BudgetError(ArangoThinkingError):
    """A cap on money or tokens is reached."""

    exit_code = 3


class UnavailableError(ArangoThinkingError):
    """The database or a model cannot be used right now. `passing`: it may well be better in a moment."""

    exit_code = 69

    def __init__(self, message: str, *, passing: bool = True) -> None:
        super().__init__(message)
        self.passing = passing


class BusyError(UnavailableError):
    """Others were in the way each time."""


class LockedError(ArangoThinkingError):
    """Another run works on the collection."""

    exit_code = 75


class DocumentError(ArangoThinkingError):
    """A stored document does not hold one question with one reference answer."""


class InputError(ArangoThinkingError):
    """A line or a file is not what it should be."""

    exit_code = 2


class ModelError(ArangoThinkingError):
    """A model call failed after its retries.

    `completion` is the reply, where there was one: it is paid for all the same.
    """

    completion: Any = None


class BadReplyError(ModelError):
    """A model replied, but the reply cannot be used."""
