"""Read what an answer decides: yes, no or maybe."""

from __future__ import annotations

import re
from typing import Literal

from arango_thinking.matching.words.wording import plain, sentences

Polarity = Literal["yes", "no", "maybe"]

_SAID: tuple[tuple[Polarity, str], ...] = (
    ("yes", "yes yeah yep true correct affirmative"),
    ("no", "no nope false incorrect negative"),
    ("maybe", "maybe possibly perhaps unclear uncertain"),
)
_WORDS: dict[str, Polarity] = {word: decided for decided, words in _SAID for word in words.split()}
_WORD = "|".join(_WORDS)
# "No evidence shows..." and "True believers..." begin sentences without deciding anything.
_REFERENCE = re.compile(r"\W*(yes|no|maybe|true|false)\s*(?:$|[.,;:!(\n]|-\s)", re.IGNORECASE)
_LEADING = re.compile(
    rf"\W*(?:so|then|well|thus|therefore)?\W*\b({_WORD})\s*(?:$|[.,;:!(\n*_\"')]|-\s|because\b|since\b|as\b)",
    re.IGNORECASE,
)
_LEADING_YES = re.compile(r"\W*(?:yes|yeah|yep)\b", re.IGNORECASE)
_STATED = re.compile(
    r"\b(?:answer|conclusion|verdict|statement|claim)\s+(?:\w+\s+){0,3}"
    rf"(?:is|was|must be|should be|would be)\s+(?:that\s+)?\W*({_WORD})\b"
    rf"|[,:]\s*(?:so|then|thus|hence|therefore)?,?\s*\W?({_WORD})\W*$"
    r"|\bit(?:\s+is|'s)\s+(true|false|unclear|uncertain)\b"
    r"|\b(it depends|(?:cannot|can't|could not) be (?:determined|decided|known))\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:yes|true)\s*(?:or|and|/)\s*(?:no|false)\b|\b(?:not (?:necessarily|sure|certain|clear)|yes,? but)\b",
    re.IGNORECASE,
)
_WH_QUESTION = re.compile(r"\W*(?:what|who|whom|whose|which|where|when|why|how)\b", re.IGNORECASE)


def decided_reference(question: str, reference: str) -> Polarity | None:
    """What a reference that begins with yes, no or maybe decides; `None` for any other reference."""
    found = _REFERENCE.match(plain(reference))
    if found is None or (_WH_QUESTION.match(question) and len(reference.split()) > 1):
        return None
    return _WORDS[found[1].lower()]


def polarity(answer: str) -> Polarity | None:
    """What the answer decides; `None` when it uses no word such as "yes" or "no", or decides two things."""
    answer = plain(answer)
    if _OPEN.search(next(iter(sentences(answer)), "")):
        return None
    found = set(_stated(answer))
    return found.pop() if len(found) == 1 else None


def _stated(answer: str) -> list[Polarity]:
    stated: list[Polarity] = []
    for number, sentence in enumerate(sentences(answer)):
        leading = _LEADING.match(sentence) or (None if number else _LEADING_YES.match(sentence))
        if leading:
            stated.append(_WORDS[re.sub(r"\W", "", leading[1] if leading.re is _LEADING else "yes").lower()])
        for found in _STATED.finditer(sentence.rstrip()):
            word = next(group for group in found.groups() if group)
            stated.append(_WORDS.get(word.lower(), "maybe"))
    return stated


def rest_of(reference: str) -> str:
    """The reference after its leading yes, no or maybe."""
    found = _REFERENCE.match(plain(reference))
    return plain(reference)[found.end() :].strip() if found else reference
