"""What can go wrong, sorted by what the caller does next.

ArangoThinkingError
├── ConfigurationError      the request itself is wrong: correct it and call again (exit 2)
│   └── RefusedError        the database refuses one document or one request: note it and continue
├── BudgetError             the next model call may exceed the budget: finish what is done, leave the rest (exit 3)
├── UnavailableError        the database or a model cannot be reached: try later (exit 69)
│   └── BusyError           others wrote at the same time, again and again: try later
├── LockedError             another run holds the lease of the collection, or has taken it over (exit 75)
├── DocumentError           this document cannot be enhanced: leave it as it is, report why and continue
├── InputError              a line cannot be read: report it and continue; or a whole file: correct it (exit 2)
└── ModelError              a model call for one document failed: record it for the document and continue
    ├── BadReplyError       the model answered, but not with what was asked for
    └── CutReplyError       its tokens were used up before the answer was whole
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
    """The database refuses a document or a request. `action` is one of `store/faults.py`: what to do about it."""

    def __init__(self, message: str, action: str) -> None:
        super().__init__(message)
        self.action = action


class BudgetError(ArangoThinkingError):
    """A cap on money or tokens is reached."""

    exit_code = 3


class UnavailableError(ArangoThinkingError):
    """The database or a model cannot be used right now. `passing` is `True` when a retry may soon succeed."""

    exit_code = 69

    def __init__(self, message: str, *, passing: bool = True) -> None:
        super().__init__(message)
        self.passing = passing


class BusyError(UnavailableError):
    """Other writers were in the way at every try."""


class LockedError(ArangoThinkingError):
    """Another run works on the collection."""

    exit_code = 75


class DocumentError(ArangoThinkingError):
    """A stored document does not hold one question with one reference answer."""


class InputError(ArangoThinkingError):
    """A line or a file does not have the form that it should have."""

    exit_code = 2


class ModelError(ArangoThinkingError):
    """A model call failed after its retries.

    `completion` is the reply, if there was one: it was paid for all the same.
    """

    completion: Any = None


class BadReplyError(ModelError):
    """A model replied, but the reply cannot be used."""


class CutReplyError(ModelError):
    """A model's tokens were used up before its reply was whole."""
