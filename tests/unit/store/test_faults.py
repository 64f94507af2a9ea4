from __future__ import annotations

import pytest

from arango_thinking.store.faults import ACTIONS, Action, action_of


@pytest.mark.parametrize(
    ("number", "status", "action"),
    [
        (1200, 409, Action.RETRY),
        (1200, 412, Action.REREAD),
        (1200, None, Action.RETRY),
        (1202, 404, Action.GONE),
        (1203, 404, Action.STOP),
        (1210, 409, Action.SKIP),
        (1620, 400, Action.SKIP),
        (1216, 400, Action.SKIP),
        (32, 500, Action.SKIP),
        (18, 409, Action.RETRY),
        (1500, 410, Action.RETRY),
        (1600, 404, Action.RETRY),
        (21003, 503, Action.WAIT),
        (21004, 412, Action.WAIT),
        (1429, 403, Action.WAIT),
        (38, 503, Action.WAIT),
        (1004, 403, Action.STOP),
        (11, 403, Action.STOP),
        (11, 401, Action.STOP),
        (4, 500, Action.STOP),
        (1104, 500, Action.STOP),
    ],
)
def test_the_number_decides(number: int, status: int, action: Action) -> None:
    assert action_of(number, status) is action


@pytest.mark.parametrize(
    ("status", "action"),
    [
        (401, Action.STOP),
        (403, Action.STOP),
        (404, Action.SKIP),
        (410, Action.RETRY),
        (412, Action.SKIP),
        (413, Action.SKIP),
        (429, Action.WAIT),
        (500, Action.STOP),
        (501, Action.STOP),
        (502, Action.WAIT),
        (503, Action.WAIT),
        (504, Action.WAIT),
        (None, Action.SKIP),
    ],
)
@pytest.mark.parametrize("number", [None, 9999])
def test_what_is_not_in_the_table_is_decided_by_the_status(
    number: int | None, status: int | None, action: Action
) -> None:
    assert action_of(number, status) is action


def test_a_status_as_a_number_is_treated_alike() -> None:
    """The driver gives the status for a number where the answer has none, as that of a proxy."""
    for status in (401, 403, 410, 413, 429, 500, 501, 502, 503, 504):
        assert action_of(status, status) is action_of(None, status)


def test_nothing_is_told_twice() -> None:
    assert list(ACTIONS) == sorted(set(ACTIONS))
