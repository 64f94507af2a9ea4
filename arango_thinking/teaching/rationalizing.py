"""Clean reasoning that was written with the answer shown, so that the answer can be derived from it afresh."""

from __future__ import annotations

import re

from arango_thinking.documents.layouts import Example
from arango_thinking.firewall import without_leaks, without_teaching
from arango_thinking.matching.words.wording import plain, sentences

_ANSWER_LINE = re.compile(r"^[*_# \t]*(?:final )?answer\b.*\n?", re.IGNORECASE | re.MULTILINE)
# Phrases that are used only by somebody who was shown the answer.
_SHOWN = re.compile(
    r"\b(?:given|shown|known|provided|stated|desired|required) answer\b"
    r"|\b(?:since|as|because|that|if|now|indeed) (?:we know (?:that )?)?the (?:final |correct |right )?answer"
    r" (?:is|was)\b"
    r"|\b(?:we|i|you) (?:already )?(?:know|knew|have|are told|were told|am told|was told) (?:that )?the"
    r" (?:\w+ )?(?:answer|result|solution)\b"
    r"|\b(?:reach|arrive at|get to|obtain|justify|explain|support|confirm|match)(?:es|s|ed|ing)? (?:\w+ ){0,2}"
    r"(?:answer|solution)\b"
    r"|\bthe reader\b|\blast step\b",
    re.IGNORECASE,
)


def self_standing(explanation: str, example: Example) -> str:
    """The explanation without what gives the answer away or speaks of having been shown it; `""` if nothing is left."""
    text = _ANSWER_LINE.sub("", explanation)
    kept = "".join(sentence for sentence in sentences(text) if not _SHOWN.search(plain(sentence)))
    kept = without_teaching(kept)
    return without_leaks(kept, question=example.question, reference=example.answer).strip()


def speaks_of_shown_answer(text: str) -> bool:
    """Whether the text says that its answer was known beforehand."""
    return _SHOWN.search(" ".join(plain(text).split())) is not None
