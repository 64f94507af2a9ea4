"""Whether an answer is the reference answer, as far as that can be told without a model.

An answer is called correct only when nothing speaks against it; where that leaves a doubt, nothing is decided.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from arango_thinking.teaching.answers import degenerate, final_answer
from arango_thinking.teaching.choices import (
    leading_letter,
    lettered,
    letters_named,
    none_of_these,
    option_meant,
    reference_letter,
    stem_and_options,
)
from arango_thinking.teaching.dates import Date, as_date, covers, dates_in
from arango_thinking.teaching.numbers import Number, as_number, endless, numbers_in, rounded, same
from arango_thinking.teaching.phrases import in_prose, in_short, list_items
from arango_thinking.teaching.polarity import decided_reference, polarity
from arango_thinking.teaching.result import Match, correct, incorrect, undecided
from arango_thinking.teaching.terms import denies, key_terms, split_terms, without_articles
from arango_thinking.teaching.wording import plain, position, visible, words

__all__ = ["Match", "degenerate", "final_answer", "key_terms", "match"]

#: Characters before a number in which a negation still means it.
_DENIAL_REACH = 60
#: References of more words than this are prose: judged by their key terms.
_SHORT = 8

_ABSTAINS = re.compile(
    r"\b(?:i (?:do not|don't|cannot|can't) (?:know|tell|say|answer|determine)|i(?:'m| am) (?:not sure|unsure)|unknown"
    r"|not (?:known|stated|mentioned|given|specified)|(?:cannot|can't|could not) be (?:determined|answered|known)"
    r"|insufficient information|not enough information)\b",
    re.IGNORECASE,
)
_ALTERNATIVE = re.compile(r"\W*(?:[^\W\d]+\W+)?(?:or|to|and|through|versus|vs)\W*|\s*[-,/;]?\s*", re.IGNORECASE)
_OPERATOR = re.compile(r"\s*[-+*/x×÷^]\s*")
# Comparing words does not see these.
_SIGN = re.compile(r"[<>=+*^%#≤≥≠±√∞]|(?<![\w)])-(?=\d)|(?<=\s)-(?=\s\d)|(?<=\d)/(?=\w)")
_NEGATED = re.compile(
    r"\b(?:not|never|n't|isn't|wasn't|aren't|instead of|rather than|other than)\W+(?:\w+\W+){0,2}$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Case:
    """What is compared."""

    question: str
    reference: str
    answer: str


def match(question: str, reference: str, answer: str) -> Match:
    """Compare the final answer with the reference: the kinds of answers in turn, the first that applies decides."""
    if not words(reference):
        same_signs = visible(plain(reference)) == visible(plain(answer)) != ""
        return correct("The same signs.") if same_signs else undecided("The reference holds no words.", 0.0)
    reason = degenerate(question, answer)
    if reason is not None:
        return Match(False, 0.0, reason, tuple(key_terms(reference)))
    case = _Case(question, reference, plain(answer))
    for judge in _JUDGES:
        found = judge(case)
        if found is not None:
            return found
    return undecided("The answer and the reference are of different kinds.")


def _by_abstention(case: _Case) -> Match | None:
    said = _ABSTAINS.search(case.answer)
    if said is None or _ABSTAINS.search(plain(case.reference)) or len(case.answer.split()) > 2 * _SHORT:
        return None
    return incorrect("The answer says that it is not known.", tuple(key_terms(case.reference)))


def _by_choice(case: _Case) -> Match | None:
    stem, offered = stem_and_options(case.question)
    if not offered:
        return _by_letter(case)
    right = reference_letter(case.reference, offered)
    if right is None:
        return None
    meant = option_meant(_without_letter(case.answer), offered)
    named = letters_named(case.answer, offered)
    if len(named) > 1:
        if meant == right and leading_letter(case.answer) == right:
            return correct("The option chosen is the right one.")
        return (
            incorrect("The answer names several options.") if right in named else incorrect("Another option is chosen.")
        )
    if named and meant and named[0] != meant:
        return undecided("The letter and the text of the answer are of different options.")
    chosen = named[0] if named else meant
    if chosen:
        right_one = chosen == right
        return correct("The option chosen is the right one.") if right_one else incorrect("Another option is chosen.")
    if none_of_these(offered[right]):
        return undecided("The answer is not among the options, and the right option is that none is right.")
    return _unlisted(_Case(stem, offered[right], case.answer))


def _unlisted(case: _Case) -> Match:
    """An answer that takes no option by letter or text: judged against the right option's text."""
    number = as_number(case.reference)
    if number is not None and numbers_in(case.answer):
        return _numbers_agree(case, number)
    found = in_short(case.question, case.reference, case.answer)
    return found if found.correct else undecided("The answer cannot be told to be one of the options.")


def _by_letter(case: _Case) -> Match | None:
    """A reference such as "D) 250 m" to a question whose options are not at hand."""
    option = lettered(case.reference)
    if not option:
        return None
    letter, text = next(iter(option.items()))
    chosen = leading_letter(case.answer)
    rest = _without_letter(case.answer)
    if chosen and chosen != letter:
        return incorrect("Another option is chosen.")
    if chosen and not words(rest):
        return correct("The option chosen is the right one.")
    return match(case.question, text, rest)


def _without_letter(answer: str) -> str:
    return re.sub(r"^\W*(?:(?:option|choice|answer|letter)\s+)?\(?[A-J](?:[).:]\s*|\W*$)", "", answer.strip())


def _by_polarity(case: _Case) -> Match | None:
    wanted = decided_reference(case.question, case.reference)
    if wanted is None:
        return None
    said = polarity(case.answer)
    if said is None:
        return undecided("The answer does not decide between yes and no in so many words.")
    if said == wanted:
        return correct("The answer decides the same way.")
    return incorrect("The answer decides another way.")


def _by_number(case: _Case) -> Match | None:
    wanted = as_number(case.reference)
    return None if wanted is None else _numbers_agree(case, wanted)


def _numbers_agree(case: _Case, wanted: Number) -> Match:
    stated = [number for number in numbers_in(case.answer) if number.ordinal == wanted.ordinal or not number.ordinal]
    held = [number for number in stated if not _denied(case.answer, number.start)]
    if not held:
        if wanted.value == 0 and re.match(r"\W*(?:none|nothing|no)\b", case.answer, re.IGNORECASE):
            return correct("The answer says none.")
        return incorrect("The answer states no number.") if not stated else incorrect("The answer denies the number.")
    if not any(same(number, wanted) for number in held):
        return _unequal(held, wanted)
    final = _final_number(case.answer, held)
    if not same(final, wanted):
        return undecided("The number stands in the answer, but not in its final place.")
    return _joined(case.answer, held, final) or correct("The number is the same.")


def _denied(answer: str, place: int) -> bool:
    return _NEGATED.search(answer[max(0, place - _DENIAL_REACH) : place]) is not None


def _unequal(held: list[Number], wanted: Number) -> Match:
    last = held[-1]
    if rounded(last, wanted):
        if endless(last) or endless(wanted):
            return correct("The number is the same after rounding.")
        return undecided("The number is the same only after rounding.")
    return Match(False, _nearness(last.value, wanted.value), "The number is another one.", ())


def _nearness(stated: Fraction, wanted: Fraction) -> float:
    """0 to 0.5: how near a wrong number came."""
    if stated == wanted or not wanted:
        return 0.0
    apart = abs((stated - wanted) / wanted)
    return 0.0 if apart > 1 else round(float(1 - apart) / 2, 3)


def _final_number(answer: str, held: list[Number]) -> Number:
    """The number after the last "=", else the last."""
    equals = answer.rfind("=")
    return next((number for number in held if number.start > equals >= 0), held[-1])


def _joined(answer: str, held: list[Number], final: Number) -> Match | None:
    """A verdict when the final number is one of several offered, or a part of a sum that is left to do."""
    for number in held:
        if number is final or same(number, final):
            continue
        first, second = sorted((number, final), key=lambda one: one.start)
        between = answer[first.end : second.start]
        if _OPERATOR.fullmatch(between) or ("=" not in between and _ALTERNATIVE.fullmatch(between)):
            return incorrect("The answer names several numbers.")
    return None


def _by_date(case: _Case) -> Match | None:
    wanted = as_date(case.reference)
    if wanted is None:
        return None
    stated = [date for date in _dates(case) if not _denied(case.answer, date.start)]
    agreeing = [date for date in stated if covers(_completed(date, case.question), wanted)]
    places = {date.start for date in stated}
    if agreeing and len({date.start for date in agreeing}) == len(places):
        if len({frozenset(date.parts.items()) for date in stated}) > len(places):
            return undecided("The date can be read day first or month first.")
        return correct("The date is the same.")
    if agreeing:
        return incorrect("The answer names several dates.")
    return Match(False, _shared_parts(case, wanted), "The date is another one, or not complete.", ())


def _dates(case: _Case) -> list[Date]:
    """The dates of the answer; a month alone is one where the question gives the year."""
    year = _only_year(case.question)
    return dates_in(case.answer) or (dates_in(f"{case.answer.strip(' .')} {year}") if year else [])


def _completed(date: Date, question: str) -> Date:
    """The date with the year that the question already gives."""
    year = _only_year(question)
    return replace(date, year=year) if date.year is None and year else date


def _only_year(question: str) -> int | None:
    years = re.findall(r"(?<!\d)\d{4}(?!\d)", question)
    return int(years[0]) if len(years) == 1 else None


def _shared_parts(case: _Case, wanted: Date) -> float:
    stated = words(case.answer)
    here, _ = split_terms(key_terms(case.reference), case.answer)
    shared = len(here) if stated else 0
    return round(min(0.9, shared / (len(wanted.parts) + 1)), 3)


def _by_words(case: _Case) -> Match:
    found = _compared_words(case)
    if found.correct and _signs(case.reference) != _signs(case.answer):
        return undecided("The words are the same, the signs between them are not.")
    return found


def _signs(text: str) -> list[str]:
    return _SIGN.findall(plain(text))


def _compared_words(case: _Case) -> Match:
    reference, answer = without_articles(case.reference), without_articles(case.answer)
    if reference == answer:
        return correct("The answer is the same, word for word.")
    prose = len(words(case.reference)) > _SHORT or bool(list_items(case.reference))
    same_sense = denies(case.reference) == denies(case.answer)
    if prose and same_sense and position(reference, answer) == 0 and len(answer) <= 2 * len(reference):
        return correct("The answer begins with all of the reference.")
    return (in_prose if prose else in_short)(case.question, case.reference, case.answer)


_JUDGES: tuple[Callable[[_Case], Match | None], ...] = (
    _by_choice,
    _by_polarity,
    _by_abstention,
    _by_number,
    _by_date,
    _by_words,
)
