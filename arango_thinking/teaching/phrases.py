"""Comparing words: short answers by the words themselves, prose by its key terms."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise

from arango_thinking.teaching.numbers import Number, numbers_in, same
from arango_thinking.teaching.result import Match, correct, incorrect, undecided
from arango_thinking.teaching.terms import (
    NEGATIONS,
    STOP_WORDS,
    denies,
    key_terms,
    same_words,
    split_terms,
    stem,
    stems,
    turned_round,
    without_articles,
)
from arango_thinking.teaching.wording import words

#: A short answer may carry this many content words beside those of the reference and the question.
_EXTRA = 10
_ENOUGH = 0.7
_VERY_FEW = 0.25
#: What a key term weighs that the question has already given away.
_GIVEN = 0.2
#: How many words before the reference a negation is taken to reach.
_REACH = 6

_DIRECTED = frozenset({"to", "from", "than", "before", "after", "over", "by", "into", "of"})
_LIST_MARK = re.compile(r"\s*(?:,\s*(?:and|or|&)\s+|,\s+|;\s*|\s+and\s+|\s+or\s+|\s+&\s+)\s*", re.IGNORECASE)
_ITEM_WORDS = 6
_CLAUSE_WORDS = frozenset(
    {"is", "are", "was", "were", "has", "have", "had", "which", "who", "when", "that", "if", "because"}
)
_LEAD_VERBS = frozenset({"is", "are", "was", "were", "include", "includes", "included", "comprise", "comprises"})
_INTERJECTIONS = frozenset({"yes", "well", "ok", "okay", "course"})


def in_short(question: str, reference: str, answer: str) -> Match:
    """Compare with a reference of a few words."""
    if _listed_beside(reference, answer):
        return undecided("The answer lists the reference beside something else.")
    wanted, said = without_articles(reference), without_articles(answer)
    if same_words(wanted, said):
        return correct("The answer is the same but for the forms of its words.")
    place = _place(wanted, said)
    if place >= 0:
        return _contained(question, wanted, said, place)
    return _by_terms(question, reference, answer)


def _listed_beside(reference: str, answer: str) -> bool:
    """Whether the reference is one item of a list that the answer gives."""
    if re.search(r"[,;/\n]", reference):
        return False
    parts = [part for part in (without_articles(part) for part in re.split(r"[,;/\n]", answer)) if part]
    others = [part for part in parts if not same_words(part, without_articles(reference))]
    items = [part for part in others if len(part) <= _ITEM_WORDS // 2 and set(part) - STOP_WORDS - _INTERJECTIONS]
    return len(others) < len(parts) and bool(items)


def _place(wanted: list[str], said: list[str]) -> int:
    for start in range(len(said) - len(wanted) + 1):
        if same_words(wanted, said[start : start + len(wanted)]):
            return start
    return -1


def _contained(question: str, wanted: list[str], said: list[str], place: int) -> Match:
    """The answer holds the reference: correct unless it denies it, offers another beside it, or says much more."""
    before, after = said[:place], said[place + len(wanted) :]
    asked = set(words(question))
    if _negated(_without_echo(before, without_articles(question)), after):
        if asked & NEGATIONS:
            return undecided("The answer holds the reference beside a negation.")
        return incorrect("The answer denies the reference.")
    if _beside(before, after, "or"):
        return incorrect("The answer names several alternatives.")
    if _beside(before, after, "and"):
        return undecided("The answer holds more than the reference.")
    extra = [word for word in (*before, *after) if word not in STOP_WORDS and word not in asked]
    if len(extra) > _EXTRA:
        return undecided("The answer holds the reference among much else.")
    if "or" in before + after or "but" in after:
        return undecided("The answer holds the reference beside something else.")
    return correct("The answer holds the reference.")


def _without_echo(before: list[str], question: list[str]) -> list[str]:
    """The words without negations that the answer only repeats from the question, with the word that follows."""
    asked = set(pairwise(question))
    return [
        word
        for place, word in enumerate(before)
        if word not in NEGATIONS or tuple(before[place : place + 2]) not in asked
    ]


def _negated(before: list[str], after: list[str]) -> bool:
    reach = before[-_REACH:]
    if "but" in reach:
        reach = reach[reach.index("but") + 1 :]
    denied = any(word in NEGATIONS and word != "no" for word in reach) or reach[-1:] == ["no"]
    denied = denied or reach[-2:] in (["rather", "than"], ["instead", "of"], ["other", "than"])
    if denied and "only" in reach:
        return False
    follows = " ".join(after[:3])
    return denied or bool(
        re.match(
            r"(?:is|was|are|were|does|did|do|would|could|can) (?:not|never|wrong|incorrect|false)\b|\w+n't\b|cannot\b",
            follows,
        )
    )


def _beside(before: list[str], after: list[str], joint: str) -> bool:
    return before[-1:] == [joint] or after[:1] == [joint]


def _by_terms(question: str, reference: str, answer: str) -> Match:
    """A short reference that the answer does not hold as it stands."""
    wanted = key_terms(reference)
    here, missing = split_terms(wanted, answer)
    if _initials(reference) == answer.strip(" .") or _initials(answer) == reference.strip(" ."):
        return undecided("One of the two may be the initials of the other.", 0.5, tuple(missing))
    if not wanted or not here:
        return incorrect("The answer holds nothing of the reference.", tuple(missing))
    covered = _coverage(question, here, missing)
    if not missing and _free_order(question, reference, answer):
        return correct("The answer holds every word of the reference.")
    if covered < _VERY_FEW:
        return Match(False, covered, "The answer holds almost nothing of the reference.", tuple(missing))
    return undecided("The answer holds a part of the reference.", covered, tuple(missing))


def _initials(text: str) -> str:
    """The initials of the capitalised words of a name of several words."""
    capitals = [word[0] for word in text.split() if word[0].isupper()]
    return "".join(capitals) if len(capitals) > 2 else " "


def _free_order(question: str, reference: str, answer: str) -> bool:
    """Whether the same words in another order, and nothing beside them, must mean the same."""
    said = words(answer)
    known = {stem(word) for word in (*words(reference), *words(question))}
    extra = [word for word in said if word not in STOP_WORDS and stem(word) not in known]
    directed = _DIRECTED & set(words(reference))
    return not extra and not directed and not denies(answer) and "or" not in said and len(key_terms(reference)) > 1


def _coverage(question: str, here: list[str], missing: list[str]) -> float:
    given, _ = split_terms([*here, *missing], question)
    weight = {term: _GIVEN if term in given else 1.0 for term in (*here, *missing)}
    return round(sum(weight[term] for term in here) / sum(weight.values()), 3)


def in_prose(question: str, reference: str, answer: str) -> Match:
    """Compare with a reference that is a sentence or more, or a list."""
    reference = _without_lead(question, reference)
    wanted = key_terms(reference)
    here, missing = split_terms(wanted, answer)
    if not here:
        return incorrect("The answer holds nothing of the reference.", tuple(missing))
    covered = _coverage(question, here, missing)
    if covered < _VERY_FEW:
        return Match(False, covered, "The answer holds almost nothing of the reference.", tuple(missing))
    doubt = _doubt(question, reference, answer)
    if covered < _ENOUGH or doubt:
        reason = doubt or "The answer holds a part of what the reference says."
        return undecided(reason, min(covered, 0.9), tuple(missing))
    return Match(True, covered, "The answer holds what the reference says.", tuple(missing))


def _without_lead(question: str, reference: str) -> str:
    """The reference without its beginning where that only repeats the question: "The main causes include ..."."""
    asked, spoken = set(stems(question)), reference.split()
    for place, word in enumerate(spoken):
        forms = words(word)
        if place and forms and forms[0] in _LEAD_VERBS:
            return " ".join(spoken[place + 1 :]) or reference
        if any(form not in STOP_WORDS and stem(form) not in asked for form in forms):
            break
    return reference


def _doubt(question: str, reference: str, answer: str) -> str | None:
    """What speaks against an answer that uses the reference's terms."""
    if not _numbers_agree(question, reference, answer):
        return "A number of the reference is missing or another one."
    if denies(reference) != denies(answer):
        return "One of the two denies something, the other does not."
    if turned_round(reference, answer):
        return "The answer turns a word of the reference round."
    items = list_items(reference)
    if any(not _has_head(item, items, answer) for item in items):
        return "A part of the list is missing."
    if items and len(list_items(answer)) > len(items):
        return "The answer lists more than the reference."
    limit = len(key_terms(reference)) * (1 if items else 3) + _EXTRA // 2
    _, extra = split_terms(key_terms(answer), f"{reference} {question}")
    return "The answer says much more than the reference." if len(extra) > limit else None


def _numbers_agree(question: str, reference: str, answer: str) -> bool:
    given = _cardinals(question)
    stated = _cardinals(answer)
    wanted = [number for number in _cardinals(reference) if not _among(number, given)]
    if any(not _among(number, stated) for number in wanted):
        return False
    known = [*given, *_cardinals(reference)]
    return not known or all(_among(number, known) for number in stated) or not wanted


def _cardinals(text: str) -> list[Number]:
    return [number for number in numbers_in(text) if not number.ordinal and number.word != "one"]


def _among(number: Number, numbers: list[Number]) -> bool:
    return any(same(number, other) for other in numbers)


def list_items(reference: str) -> list[str]:
    """The items of a reference that is one list; none for other prose."""
    items = [item.strip(" .") for item in _LIST_MARK.split(reference.strip()) if item.strip(" .")]
    listed = all(len(item.split()) <= _ITEM_WORDS and not _CLAUSE_WORDS & set(words(item)) for item in items)
    return items if len(items) >= 3 and listed else []


def _has_head(item: str, items: list[str], answer: str) -> bool:
    """Whether the answer holds what is special to this item: half of its terms that no other item has."""
    others = " ".join(other for other in items if other != item)
    terms = key_terms(item)
    _, special = split_terms(terms, others)
    here, _ = split_terms(special or terms, answer)
    return not terms or Fraction(len(here), len(special or terms)) >= Fraction(1, 2)
