"""Decide whether a text states something as the answer, or only speaks of it."""

from __future__ import annotations

import re

_RESULT = re.compile(
    r"(?:\b(?:answer|result|solution|total|conclusion)\b[^.!?]{0,30}\b(?:is|be|was|equals|comes to|makes|gives)"
    r"|\b(?:answer|result|solution|total)\s*:|=|(?:^|[.!?:]\s+)\W*(?:aha\W+)?(?:so |thus |then )?"
    r"(?:it|that|this) (?:is|was|must be|has to be|should be|will be))"
    r"\s*(?:just |only |exactly |the |a |an )?[\"'*$€£(]*$",
    re.IGNORECASE,
)
#: How many characters before the answer are searched for such a statement.
_REACH = 80


def asserted(text: str, place: int) -> bool:
    """Whether the text says that what stands at this place is the answer."""
    return _RESULT.search(text[max(0, place - _REACH) : place]) is not None
