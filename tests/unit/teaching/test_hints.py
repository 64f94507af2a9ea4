from __future__ import annotations

from arango_thinking.documents.trace import AHA
from arango_thinking.teaching.hints import generic_hint, verification_hint


def test_hints_that_say_nothing_differ_from_turn_to_turn() -> None:
    for hint in (generic_hint, verification_hint):
        first, second = hint(0), hint(1)
        assert first.startswith(AHA)
        assert second.startswith(AHA)
        assert first != second
        assert hint(100).startswith(AHA)
