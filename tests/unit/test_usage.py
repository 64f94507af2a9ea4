"""Tokens and money, added up call by call and role by role."""

from __future__ import annotations

import json

import pytest

from arango_thinking.usage import NO_USAGE, Usage, add_usage

CALL = Usage(10, 5, 1, 0.25)


def test_a_sum_has_the_sums_of_all_that_is_counted() -> None:
    assert Usage(1, 20, 3, 0.5) + Usage(400, 5000, 60_000, 1.25) == Usage(401, 5020, 60_003, 1.75)


@pytest.mark.parametrize(("one", "other"), [(None, 0.5), (0.5, None), (None, 0.0), (0.0, None), (None, None)])
def test_a_sum_with_an_unknown_cost_has_none(one: float | None, other: float | None) -> None:
    assert Usage(1, 1, 1, one) + Usage(2, 2, 1, other) == Usage(3, 3, 2, None)


def test_what_costs_nothing_has_a_known_cost() -> None:
    assert (CALL + Usage(7, 7, 1, 0.0)).cost == 0.25


def test_nothing_used_changes_no_sum() -> None:
    assert NO_USAGE + CALL == CALL + NO_USAGE == CALL
    assert Usage() == NO_USAGE
    assert (NO_USAGE.total_tokens, NO_USAGE.calls, NO_USAGE.cost) == (0, 0, 0.0)


def test_all_tokens_are_those_of_prompts_and_of_replies() -> None:
    assert Usage(10, 5, 100, 1000.0).total_tokens == 15


@pytest.mark.parametrize("usage", [CALL, NO_USAGE, Usage(1, 2, 3, None)])
def test_usage_is_the_same_after_it_was_kept_as_json(usage: Usage) -> None:
    assert Usage(**json.loads(json.dumps(usage.to_dict()))) == usage


def test_usage_is_added_to_a_total_role_by_role() -> None:
    total = {"student": Usage(1, 2, 3, 1.0)}
    add_usage(total, {"student": CALL, "teacher": Usage(7, 8, 9, None)})
    add_usage(total, {"teacher": CALL})
    assert total == {"student": Usage(11, 7, 4, 1.25), "teacher": Usage(17, 13, 10, None)}


def test_what_is_added_to_a_total_stays_as_it_is() -> None:
    used = {"student": CALL}
    add_usage({"student": CALL}, used)
    add_usage({}, used)
    assert used == {"student": CALL}
    assert Usage() == NO_USAGE
