"""Sentences that answer a yes/no question by repeating it: "A lion would beat a hyena", "It isn't larger"."""

from __future__ import annotations

import re

from arango_thinking.matching.words.opposites import exclude
from arango_thinking.matching.words.terms import STOP_WORDS, key_terms, same_word, stem
from arango_thinking.matching.words.wording import words

PRONOUN = r"(?:it|they|he|she|this|that|these|those|you|one|we)"
VERB = r"(?:would|does|do|did|is|are|was|were|can|could|will|has|have|had|must|may|might|should)"

_STARTS_WITH_PRONOUN = re.compile(
    rf"\W*(?:aha\W+)?(?:in fact,? |actually,? |really,? |then,? )?{PRONOUN}\b", re.IGNORECASE
)
_HAS_VERB = re.compile(rf"\b{VERB}\b|n't\b|\bnot\b|\bnever\b|\bcannot\b|\b[a-z]{{3,}}ed\b", re.IGNORECASE)
_NEGATED = re.compile(r"n't\b|\b(?:not|never|cannot|no)\b", re.IGNORECASE)
_SHORT_ANSWER = re.compile(rf"\W*{PRONOUN} (?:{VERB}(?:n't| not)?|cannot|can't|won't)\W*", re.IGNORECASE)
_ASKS_YES_OR_NO = re.compile(rf"\W*{VERB}\b", re.IGNORECASE)
_WHEN = frozenset({stem("after"), stem("before")})
_LONGEST = 12


def starts_with_pronoun(text: str) -> bool:
    """Whether the first word is a pronoun."""
    return _STARTS_WITH_PRONOUN.match(text) is not None


def has_verb(text: str) -> bool:
    """Whether the text seems to hold a verb. Only auxiliary verbs, negations and the ending "-ed" are recognised."""
    return _HAS_VERB.search(text) is not None


def overlap(sentence: str, question: str) -> tuple[set[str], set[str], int]:
    """Return the question's terms, those that the sentence holds, and how many other terms the sentence holds.

    A term of the question also counts as held when the sentence holds its opposite.
    """
    asked = {stem(term) for term in key_terms(question)} - _WHEN
    said = {stem(term) for term in key_terms(sentence)} - _WHEN - {"aha"}
    shared = {term for term in asked if any(same_word(term, word) or exclude(term, word) for word in said)}
    return asked, shared, len(said) - len(shared)


def speaks_by_pronoun(sentence: str, question: str) -> bool:
    """Whether a sentence such as "It is not a fish" refers to the question's subject by a pronoun."""
    subject = [word for word in words(question) if word not in STOP_WORDS][:1]
    return starts_with_pronoun(sentence) and has_verb(sentence) and not set(subject) & set(words(sentence))


def echoed_verdict(question: str, answer: str) -> bool | None:
    """What the answer decides by repeating the question or only its verb: `True` for yes, `False` for no.

    `None` when it repeats neither.
    """
    if not _ASKS_YES_OR_NO.match(question) or _NEGATED.search(question) or len(answer.split()) > _LONGEST:
        return None
    asked, shared, foreign = overlap(answer, question)
    whole = len(shared) == len(asked) and not any(exclude(term, stem(word)) for term in asked for word in words(answer))
    if _SHORT_ANSWER.fullmatch(answer) or (asked and whole and not foreign and "?" not in answer):
        return _NEGATED.search(answer) is None
    return None
