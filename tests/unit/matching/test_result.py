from __future__ import annotations

from arango_thinking.matching.result import Match, correct, incorrect, undecided


def test_right_and_wrong_leave_no_doubt() -> None:
    assert correct("same number") == Match(True, 1.0, "same number", ())
    assert incorrect("other number", ("42",)) == Match(False, 0.0, "other number", ("42",))


def test_undecided_is_neither() -> None:
    assert undecided("no telling") == Match(None, 0.5, "no telling", ())
    assert undecided("half of it", 0.7, ("river",)) == Match(None, 0.7, "half of it", ("river",))
