"""The texts of one comparison, which every judge receives, and small checks that the judges share."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: A negation still applies to a place when it stands at most this many characters before it.
_DENIAL_REACH = 60
_NEGATED = re.compile(
    r"\b(?:not|never|n't|isn't|wasn't|aren't|instead of|rather than|other than|anything but|everything but|all but"
    r"|except|excluding|apart from)\W+(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)

_SOME_WILL_DO = re.compile(
    r"\b(?:name|give|list|cite|mention)\s+(?:\w+\s+)?(?:one|an?|some|any)\b|\bone of\b|\bexamples?\b|\be\.g\.",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Case:
    """The texts to compare. `answer` is in plain notation; `written` is the answer as it was given."""

    question: str
    reference: str
    answer: str
    written: str = ""


def denied(answer: str, place: int) -> bool:
    """Whether the answer denies what stands at this place."""
    return _NEGATED.search(answer[max(0, place - _DENIAL_REACH) : place]) is not None


def some_will_do(question: str) -> bool:
    """Whether the question asks for one of several right answers."""
    return _SOME_WILL_DO.search(question) is not None
