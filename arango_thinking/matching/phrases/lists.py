"""Compare references and answers that are lists."""

from __future__ import annotations

import re
from fractions import Fraction

from arango_thinking.matching.case import some_will_do
from arango_thinking.matching.phrases.names import is_name
from arango_thinking.matching.result import Match, correct, undecided
from arango_thinking.matching.words.aliases import one_name
from arango_thinking.matching.words.opposites import exclude
from arango_thinking.matching.words.terms import STOP_WORDS, key_terms, same_words, split_terms, stem, without_articles
from arango_thinking.matching.words.wording import words

_LIST_MARK = re.compile(r"\s*(?:,\s*(?:and|or|&)\s+|,\s+|;\s*|\s+and\s+|\s+or\s+|\s+&\s+|\n+\W*)\s*", re.IGNORECASE)
_SLASHES = re.compile(r"(?<=[^\W\d])\s*/\s*(?=[^\W\d])")
_ITEM_WORDS = 6
_PAIR_WORDS = 3
_CLAUSE_WORDS = frozenset(
    {"is", "are", "was", "were", "has", "have", "had", "which", "who", "when", "that", "if", "because"}
)
_INTERJECTIONS = frozenset({"yes", "well", "ok", "okay", "course"})
_LEAD = re.compile(r"^.{0,60}?\b(?:are|is|were|was|include|includes|called|named|by|of)\b:?\s+", re.IGNORECASE)


def list_items(reference: str) -> list[str]:
    """The items of a reference that is a list; empty for other prose."""
    items = _items(reference)
    listed = all(len(item.split()) <= _ITEM_WORDS and not _CLAUSE_WORDS & set(words(item)) for item in items)
    return items if len(items) >= 3 and listed else []


def pair_items(reference: str) -> list[str]:
    """The two items of a short reference such as "salt and pepper"; empty for any other text."""
    items = _items(reference)
    short = all(0 < len(without_articles(item)) <= _PAIR_WORDS for item in items)
    # Two parts that only "or" or a line break separates are not a pair.
    return items if len(items) == 2 and short and re.search(r"\band\b|,|&|;", reference) else []


def _items(text: str) -> list[str]:
    text = _SLASHES.sub(", ", text)
    return [item.strip(" .-*") for item in _LIST_MARK.split(text.strip()) if item.strip(" .-*")]


def lists_agree(question: str, reference: str, answer: str) -> Match | None:
    """Compare a reference that is a list of short items; `None` when the answer cannot be read as such a list."""
    wanted = pair_items(reference) or list_items(reference)
    if not wanted or re.search(r"\bor\b", reference) or some_will_do(question):
        return None
    said = _stated_items(question, reference, answer)
    if not said or any(len(without_articles(item)) > _PAIR_WORDS + 1 for item in said):
        return None
    lacking = [item for item in wanted if not any(_one_item(item, other) for other in said)]
    foreign = [item for item in said if not any(_one_item(item, other) for other in wanted)]
    if not lacking and not foreign:
        return correct("The list is the same.")
    if not lacking:
        return undecided("The answer lists more than the reference.", 0.9)
    missing = tuple(term for item in lacking for term in key_terms(item))
    covered = round(1 - len(lacking) / len(wanted), 3)
    if not foreign and len(lacking) < len(wanted):
        return Match(False, covered, "A part of the list is missing.", missing)
    if _replaced(lacking, foreign):
        return Match(False, covered, "A part of the list is another one.", missing)
    return None


def _stated_items(question: str, reference: str, answer: str) -> list[str]:
    """The items that the answer lists, without the words that introduce them or only repeat the question."""
    asked = {stem(word) for word in words(question)} - {stem(word) for word in words(reference)}
    items = [re.sub(r"\b(?:only|just|both)\b", "", item).strip() for item in _items(_LEAD.sub("", answer.strip()))]
    kept = [" ".join(word for word in item.split() if not _said_before(word, asked)) for item in items]
    return [item for item in kept if _is_letter(item) or set(words(item)) - STOP_WORDS - _INTERJECTIONS]


def _said_before(word: str, asked: set[str]) -> bool:
    return not _is_letter(word) and all(form in STOP_WORDS or stem(form) in asked for form in words(word))


def _is_letter(word: str) -> bool:
    return len(word) == 1 and word.isupper()


def _one_item(left: str, right: str) -> bool:
    if one_name(left, right):
        return True
    one, other = _telling(left), _telling(right)
    if not one or not other:
        return False
    small, large = sorted((one, other), key=len)
    alone = len(small) == len(large) and all(any(same_words([a], [b]) for b in large) for a in small)
    return alone or (len(large) - len(small) == 1 and same_words(small, large[: len(small)]))


def _telling(item: str) -> list[str]:
    return [word for word in without_articles(item) if word not in STOP_WORDS] or without_articles(item)


def _replaced(lacking: list[str], foreign: list[str]) -> bool:
    """Whether another item certainly stands in the place of a missing one."""
    if all(is_name(item) for item in (*lacking, *foreign)) and lacking[0][0].isupper():
        return True
    return any(exclude(one, other) for one in lacking for other in foreign if " " not in one + other)


def listed_beside(reference: str, answer: str) -> bool:
    """Whether the reference is one item of a list that the answer gives."""
    if re.search(r"[,;/\n]", reference):
        return False
    parts = [part for part in (without_articles(part) for part in re.split(r"[,;/\n]", answer)) if part]
    others = [part for part in parts if not same_words(part, without_articles(reference))]
    items = [part for part in others if len(part) <= _PAIR_WORDS and set(part) - STOP_WORDS - _INTERJECTIONS]
    return len(others) < len(parts) and bool(items)


def has_head(item: str, items: list[str], answer: str) -> bool:
    """Whether the answer holds what is special to this item: at least half of the terms that no other item has."""
    others = " ".join(other for other in items if other != item)
    terms = key_terms(item)
    _, special = split_terms(terms, others)
    here, _ = split_terms(special or terms, answer)
    return not terms or Fraction(len(here), len(special or terms)) >= Fraction(1, 2)
