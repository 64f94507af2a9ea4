"""Decide, as far as possible without a model, whether an answer is the reference answer.

An answer is called correct only when nothing speaks against it. When a doubt remains, the result is undecided.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from arango_thinking.matching.answers import degenerate, marked_answer
from arango_thinking.matching.case import Case
from arango_thinking.matching.decisions.echoes import echoed_verdict
from arango_thinking.matching.decisions.polarity import Polarity, decided_reference, polarity, rest_of
from arango_thinking.matching.numbers.amounts import by_date, by_number, by_range, by_time
from arango_thinking.matching.numbers.formulas import formulas_agree
from arango_thinking.matching.options.choices import leading_letter, lettered, without_letter
from arango_thinking.matching.options.picks import by_choice
from arango_thinking.matching.phrases.lists import list_items
from arango_thinking.matching.phrases.prose import in_prose
from arango_thinking.matching.phrases.short import in_short
from arango_thinking.matching.result import Match, correct, incorrect, undecided
from arango_thinking.matching.words.terms import denies, key_terms, split_terms, without_articles
from arango_thinking.matching.words.wording import plain, position, visible, words

#: References of more words than this are prose. They are compared by their key terms.
_SHORT = 8
#: A long explanation must share at least this part of its key terms with the question and the reference.
_ON_THE_POINT = 0.25

_ABSTAINS = re.compile(
    r"\b(?:i (?:do not|don't|cannot|can't) (?:know|tell|say|answer|determine)|i(?:'m| am) (?:not sure|unsure)|unknown"
    r"|not (?:known|stated|mentioned|given|specified)|(?:cannot|can't|could not) be (?:determined|answered|known)"
    r"|insufficient information|not enough information)\b",
    re.IGNORECASE,
)
# A comparison of words ignores these signs, so they are compared separately.
_SIGN = re.compile(r"[<>=+*^%#≤≥≠±√∞]|(?<![\w)])-(?=\d)|(?<=\s)-(?=\s\d)|(?<=\d)/(?=\w)")


def match(question: str, reference: str, answer: str) -> Match:
    """Compare the final answer with the reference. The judges are tried in turn; the first that applies decides.

    Of a worked solution the answer that it marks counts.
    """
    reference = marked_answer(reference)
    if not words(reference):
        same_signs = visible(plain(reference)) == visible(plain(answer)) != ""
        return correct("The same signs.") if same_signs else undecided("The reference holds no words.", 0.0)
    reason = degenerate(question, answer)
    if reason is not None:
        return Match(False, 0.0, reason, tuple(key_terms(reference)))
    case = Case(question, reference, plain(answer), answer)
    for judge in _JUDGES:
        found = judge(case)
        if found is not None:
            return found
    return undecided("The answer and the reference are of different kinds.")


def _by_abstention(case: Case) -> Match | None:
    said = _ABSTAINS.search(case.answer)
    if said is None or _ABSTAINS.search(plain(case.reference)) or len(case.answer.split()) > 2 * _SHORT:
        return None
    return incorrect("The answer says that it is not known.", tuple(key_terms(case.reference)))


def _by_letter(case: Case) -> Match | None:
    """Judge by a reference such as "D) 250 m" when the question does not list its options."""
    option = lettered(case.reference)
    if not option:
        return None
    letter, text = next(iter(option.items()))
    chosen = leading_letter(case.answer)
    rest = without_letter(case.answer)
    if chosen and chosen != letter:
        return incorrect("Another option is chosen.")
    if chosen and not words(rest):
        return correct("The option chosen is the right one.")
    return match(case.question, text, rest)


def _by_polarity(case: Case) -> Match | None:
    wanted = decided_reference(case.question, case.reference)
    if wanted is None:
        return None
    said = polarity(case.answer) or _echoed(case)
    if said is None:
        return undecided("The answer does not decide between yes and no in so many words.")
    if said != wanted:
        return incorrect("The answer decides another way.")
    if _off_the_point(case):
        return undecided("The answer decides the same way, but speaks of something else.")
    return correct("The answer decides the same way.")


def _echoed(case: Case) -> Polarity | None:
    echoed = echoed_verdict(case.question, case.answer)
    return None if echoed is None else "yes" if echoed else "no"


def _off_the_point(case: Case) -> bool:
    """Whether a long explanation hardly shares a word with the question and the reference."""
    terms = key_terms(rest_of(case.answer))
    here, _ = split_terms(terms, f"{case.question} {case.reference}")
    return len(terms) > _SHORT and len(here) < max(2, _ON_THE_POINT * len(terms))


def _by_formula(case: Case) -> Match | None:
    return formulas_agree(case.reference, case.written)


def _by_words(case: Case) -> Match:
    found = _compared_words(case)
    if found.correct and _signs(case.reference) != _signs(case.answer):
        return undecided("The words are the same, the signs between them are not.")
    return found


def _signs(text: str) -> list[str]:
    return _SIGN.findall(plain(text))


def _compared_words(case: Case) -> Match:
    reference, answer = without_articles(case.reference), without_articles(case.answer)
    if reference == answer:
        return correct("The answer is the same, word for word.")
    prose = len(words(case.reference)) > _SHORT or bool(list_items(case.reference))
    same_sense = denies(case.reference) == denies(case.answer)
    if prose and same_sense and position(reference, answer) == 0 and len(answer) <= 2 * len(reference):
        return correct("The answer begins with all of the reference.")
    return (in_prose if prose else in_short)(case.question, case.reference, case.answer)


_JUDGES: tuple[Callable[[Case], Match | None], ...] = (
    by_choice,
    _by_letter,
    _by_polarity,
    _by_abstention,
    by_time,
    by_range,
    by_number,
    by_date,
    _by_formula,
    _by_words,
)
