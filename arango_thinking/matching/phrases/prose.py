"""Comparing an answer with a reference that is a sentence or more, or a list."""

from __future__ import annotations

import re

from arango_thinking.matching.numbers.numbers import Number, numbers_in, same
from arango_thinking.matching.numbers.quantities import rounded
from arango_thinking.matching.phrases.lists import has_head, list_items, lists_agree
from arango_thinking.matching.result import Match, incorrect, undecided
from arango_thinking.matching.words.aliases import initials_agree
from arango_thinking.matching.words.opposites import turned_round
from arango_thinking.matching.words.terms import (
    NEGATIONS,
    STOP_WORDS,
    coverage,
    denies,
    key_terms,
    same_word,
    split_terms,
    stem,
    stems,
)
from arango_thinking.matching.words.wording import words

_ENOUGH = 0.7
_VERY_FEW = 0.25
_EXTRA = 5
_LEAD_VERBS = frozenset({"is", "are", "was", "were", "include", "includes", "included", "comprise", "comprises"})
# The words on the two sides of one of these cannot change places without a change of meaning.
_PIVOTS = re.compile(
    r"\b(?:than|causes?|caused|leads? to|led to|results? in|before|after|into|produces?|replaced|defeated|beat|exceeds?"
    r"|precedes?|follows?|contains?|orbits?|from|attacked|invented|discovered|depends? on)\b",
    re.IGNORECASE,
)
_BETWEEN_DENIAL = 2
# A passive with its agent, or a clause put first, reverses the order of words without changing their sense.
_INVERTED = re.compile(r"\b(?:by|when|since|because|as|if|after|before|due|of|once|while)\b", re.IGNORECASE)
_FEW_WORDS = 4
#: When a larger share of the word pairs stands in reverse order, the answer may reverse who does what to whom.
_REVERSED = 0.4


def in_prose(question: str, reference: str, answer: str) -> Match:
    """Compare with a reference that is a sentence or more, or a list."""
    reference = _without_lead(question, reference)
    if initials_agree(reference, answer):
        return undecided("One of the two may be the initials of the other.")
    found = lists_agree(question, reference, answer)
    if found:
        return found
    wanted = key_terms(reference)
    here, missing = split_terms(wanted, answer)
    if not here:
        return incorrect("The answer holds nothing of the reference.", tuple(missing))
    covered = coverage(question, here, missing)
    if covered < _VERY_FEW:
        return Match(False, covered, "The answer holds almost nothing of the reference.", tuple(missing))
    if covered >= _ENOUGH and (contradiction := _contradiction(question, reference, answer)):
        return Match(False, min(covered, 0.9), contradiction, tuple(missing))
    doubt = _doubt(question, reference, answer)
    if covered < _ENOUGH or doubt:
        reason = doubt or "The answer holds a part of what the reference says."
        return undecided(reason, min(covered, 0.9), tuple(missing))
    return Match(True, covered, "The answer holds what the reference says.", tuple(missing))


def _without_lead(question: str, reference: str) -> str:
    """The reference without its beginning when that only repeats the question: "The main causes include ..."."""
    asked, spoken = set(stems(question)), reference.split()
    for place, word in enumerate(spoken):
        forms = words(word)
        if place and forms and forms[0] in _LEAD_VERBS:
            return " ".join(spoken[place + 1 :]) or reference
        if any(form not in STOP_WORDS and stem(form) not in asked for form in forms):
            break
    return reference


def _contradiction(question: str, reference: str, answer: str) -> str | None:
    """How an answer in the reference's own words contradicts it; `None` when it does not."""
    denied = denies(reference) != denies(answer)
    turned = turned_round(reference, answer)
    if turned and not denied and not denies(reference):
        return "The answer says the opposite of a word of the reference."
    if denied and not turned and _denies_a_word(answer if denies(answer) else reference, reference, answer):
        return "One of the two denies what the other says."
    if not denied and not turned and _number_replaced(question, reference, answer):
        return "A number of the reference is another one."
    return None


def _denies_a_word(denying: str, reference: str, answer: str) -> bool:
    """Whether the negation applies to words that both texts hold, and not to something added."""
    other = answer if denying is reference else reference
    shared, spoken = set(stems(other)), words(denying)
    for place, word in enumerate(spoken):
        if word in NEGATIONS and spoken[place - 1 : place] != ["but"]:
            follows = [stem(one) for one in spoken[place + 1 :] if one not in STOP_WORDS][:_BETWEEN_DENIAL]
            return bool(follows) and all(any(same_word(one, known) for known in shared) for one in follows)
    return False


def _number_replaced(question: str, reference: str, answer: str) -> bool:
    """Whether exactly one number of the reference is missing and exactly one other number stands in its place."""
    given, wanted, stated = _cardinals(question), _cardinals(reference), _cardinals(answer)
    missing = [number for number in wanted if not _among(number, stated) and not _among(number, given)]
    foreign = [number for number in stated if not _among(number, [*wanted, *given])]
    return len(missing) == 1 == len(foreign) and not rounded(missing[0], foreign[0])


def _doubt(question: str, reference: str, answer: str) -> str | None:
    """The reason to doubt an answer that uses the reference's terms; `None` when there is no doubt."""
    if not _numbers_agree(question, reference, answer):
        return "A number of the reference is missing or another one."
    if denies(reference) != denies(answer):
        return "One of the two denies something, the other does not."
    if turned_round(reference, answer):
        return "The answer turns a word of the reference round."
    if _sides_changed(reference, answer) or _told_backwards(reference, answer):
        return "What the answer compares or joins has changed sides."
    items = list_items(reference)
    if any(not has_head(item, items, answer) for item in items):
        return "A part of the list is missing."
    if items and len(list_items(answer)) > len(items):
        return "The answer lists more than the reference."
    limit = len(key_terms(reference)) * (1 if items else 3) + _EXTRA
    _, extra = split_terms(key_terms(answer), f"{reference} {question}")
    return "The answer says much more than the reference." if len(extra) > limit else None


def _sides_changed(reference: str, answer: str) -> bool:
    """Whether the words on the two sides of a word such as "than" or "causes" have changed sides."""
    for pivot in _PIVOTS.finditer(reference):
        there = re.search(rf"\b{re.escape(pivot.group())}\b", answer, re.IGNORECASE)
        if there is None:
            continue
        left, right = _apart(reference, pivot)
        before, after = _apart(answer, there)
        if len(left & after) + len(right & before) > len(left & before) + len(right & after):
            return True
        # When only subject and object change places, most words keep their side. One word each way is then enough.
        if left & after and right & before:
            return True
    return False


def _told_backwards(reference: str, answer: str) -> bool:
    """Whether many of the words stand in reverse order, and nothing in the answer explains that."""
    if set(_INVERTED.findall(answer)) - set(_INVERTED.findall(reference)):
        return False
    places = [stems(answer).index(term) for term in dict.fromkeys(stems(reference)) if _counts(term, answer)]
    pairs = [(one, other) for number, one in enumerate(places) for other in places[number + 1 :]]
    return len(places) > _FEW_WORDS and sum(one > other for one, other in pairs) > _REVERSED * len(pairs)


def _counts(term: str, answer: str) -> bool:
    return term not in STOP_WORDS and term in stems(answer)


def _apart(text: str, pivot: re.Match[str]) -> tuple[set[str], set[str]]:
    """The stems that stand only before the pivot, and those that stand only after it."""
    left, right = ({stem(term) for term in key_terms(part)} for part in (text[: pivot.start()], text[pivot.end() :]))
    return left - right, right - left


def _numbers_agree(question: str, reference: str, answer: str) -> bool:
    given = _cardinals(question)
    stated = _cardinals(answer)
    wanted = [number for number in _cardinals(reference) if not _among(number, given)]
    if any(not _among(number, stated) for number in wanted):
        return False
    known = [*given, *_cardinals(reference)]
    return not known or all(_among(number, known) for number in stated) or not wanted


def _cardinals(text: str) -> list[Number]:
    return [number for number in numbers_in(text) if not number.ordinal and (number.word != "one" or number.unit)]


def _among(number: Number, numbers: list[Number]) -> bool:
    return any(same(number, other) for other in numbers)
