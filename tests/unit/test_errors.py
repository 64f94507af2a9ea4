from __future__ import annotations

import pytest

from arango_thinking import errors
from arango_thinking.errors import ArangoThinkingError

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ArangoThinkingError)]


@pytest.mark.parametrize(
    ("kind", "exit_code"),
    [
        (errors.ArangoThinkingError, 1),
        (errors.ConfigurationError, 2),
        (errors.UnavailableError, 69),
        (errors.BusyError, 69),
        (errors.LockedError, 75),
        (errors.DocumentError, 1),
        (errors.InputError, 2),
        (errors.ModelError, 1),
        (errors.BadReplyError, 1),
    ],
)
def test_exit_codes(kind: type[ArangoThinkingError], exit_code: int) -> None:
    assert kind("why").exit_code == exit_code
    assert str(kind("why")) == "why"


def test_a_bad_reply_is_a_failed_model_call() -> None:
    assert issubclass(errors.BadReplyError, errors.ModelError)


def test_a_refusal_carries_what_to_do_about_it() -> None:
    error = errors.RefusedError("why", "skip")
    assert (error.exit_code, error.action) == (2, "skip")


@pytest.mark.parametrize("kind", KINDS)
def test_the_map_of_errors_is_whole(kind: type[ArangoThinkingError]) -> None:
    assert kind.__name__ in (errors.__doc__ or "")
    assert kind.__doc__
