"""Comparing numbers, ranges of numbers, dates and times of day."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from arango_thinking.matching.case import Case, denied
from arango_thinking.matching.numbers.dates import Date, as_date, covers, dates_in
from arango_thinking.matching.numbers.numbers import (
    Number,
    as_number,
    as_range,
    endless,
    numbers_in,
    proportions_in,
    regrouped,
    rounded,
    same,
)
from arango_thinking.matching.numbers.times import agree, as_time, times_in
from arango_thinking.matching.numbers.units import asked_unit
from arango_thinking.matching.result import Match, correct, incorrect, undecided
from arango_thinking.matching.words.terms import STOP_WORDS, key_terms, same_word, split_terms, stem, stems
from arango_thinking.matching.words.wording import after, before, plain, word_list, words

#: An answer may hold this many key terms that are foreign to the question. With more, it is prose with a number in it.
_FOREIGN = 5
_ALTERNATIVE = re.compile(
    r"\W*(?:[^\W\d]+\W+)?(?:or|to|and|through|versus|vs)\W*(?:(?:perhaps|maybe|possibly|even)\W*)?|\s*[-,/;]?\s*",
    re.IGNORECASE,
)
_OPERATOR = re.compile(r"\s*[-+*/x×÷^]\s*")
_BOUND = re.compile(
    r"(?:\b(?:more|less|fewer|greater|higher|lower|larger|smaller) than"
    r"|\b(?:before|after|since|until|over|under|above|below|beyond|at least|at most|up to|not? more than"
    r"|minimum of|maximum of))\s*$",
    re.IGNORECASE,
)
_ASKS_FOR_A_BOUND = re.compile(
    r"\b(?:at least|at most|minimum|maximum|least|most|over|under|more|less|fewer|up to)\b", re.IGNORECASE
)
_CHANGE = re.compile(
    r"\b(?:fall|rise|increase|decrease|grow|drop|change|reduce|gain|lose|shrink)(?:s|d|ed)?\b", re.IGNORECASE
)
_ENDS_AT = re.compile(r"(?<!equal )(?<!equals )(?<!comes )(?<!amounts )(?<!up )\bto\s*$", re.IGNORECASE)
_DOWNWARD = frozenset(stem(word) for word in word_list("less fewer lower decrease decline below shorter"))
_BEFORE_CHRIST = re.compile(r"\bB\.?\s?C\.?(?:\s?E\.?)?(?!\w)")
_PERCENT = re.compile(r"%|\bper\s?cent|\bpercentage|\brate\b|\bshare\b|\bproportion\b", re.IGNORECASE)
_RATE = re.compile(
    r"\b(?:per|each|every|rate|speed|fast|hourly|daily|weekly|monthly|yearly|an?|velocity)\b", re.IGNORECASE
)


def by_number(case: Case) -> Match | None:
    """Judge by a reference that is one number; `None` for any other reference."""
    wanted = as_number(case.reference)
    return None if wanted is None else numbers_agree(case, wanted)


def by_range(case: Case) -> Match | None:
    """Judge by a reference that is a range of numbers: both ends must agree."""
    wanted, stated = as_range(case.reference), as_range(case.answer)
    if wanted is None:
        return None
    if stated is None:
        alone = as_number(case.answer)
        return incorrect("The answer is one number, not a range.") if alone else None
    if all(same(*ends) for ends in zip(wanted, stated, strict=True)):
        return correct("The range is the same.")
    return incorrect("The range is another one.")


def numbers_agree(case: Case, wanted: Number) -> Match:
    """Judge whether the final number of the answer is the wanted one."""
    if not wanted.unit:
        wanted = replace(wanted, unit=asked_unit(case.question))
    stated = [number for number in _numbers(case, wanted) if number.ordinal == wanted.ordinal or not number.ordinal]
    held = [number for number in stated if not denied(case.answer, number.start)]
    if not held:
        return _none_held(case, wanted, bool(stated))
    if not any(same(number, wanted) for number in held):
        return _unequal(case, held, wanted)
    final = _final_number(case.answer, held)
    joined = _joined(case.answer, held, final)
    if joined:
        return joined
    if not same(final, wanted):
        return undecided("The number stands in the answer, but not in its final place.")
    if bool(_BEFORE_CHRIST.search(case.answer)) != bool(_BEFORE_CHRIST.search(plain(case.reference))):
        return incorrect("One of the two is before Christ.")
    doubt = _doubt(case, final, wanted)
    return undecided(doubt) if doubt else correct("The number is the same.")


def _numbers(case: Case, wanted: Number) -> list[Number]:
    found = numbers_in(case.answer)
    shares = proportions_in(case.answer) if wanted.unit == "%" or wanted.value.denominator > 1 else []
    inside = {number.start for share in shares for number in found if share.start <= number.start < share.end}
    return sorted([*shares, *(number for number in found if number.start not in inside)], key=lambda one: one.start)


def _none_held(case: Case, wanted: Number, denies: bool) -> Match:
    if wanted.value == 0 and re.search(r"\b(?:none|nothing|no|nobody)\b", case.answer, re.IGNORECASE):
        return correct("The answer says none.")
    return incorrect("The answer denies the number." if denies else "The answer states no number.")


def _unequal(case: Case, held: list[Number], wanted: Number) -> Match:
    last = held[-1]
    if rounded(last, wanted):
        if endless(last) or endless(wanted):
            return correct("The number is the same after rounding.")
        return undecided("The number is the same only after rounding.")
    others = (regrouped(last, case.answer), regrouped(wanted, plain(case.reference)))
    if (others[0] and same(others[0], wanted)) or (others[1] and same(last, others[1])):
        return undecided("The number is the same when its point or comma is read the other way.")
    if last.value == wanted.value and "" in (last.per, wanted.per) and last.per != wanted.per:
        return undecided("One of the two is a rate.")
    return Match(False, _nearness(last.value, wanted.value), "The number is another one.", ())


def _nearness(stated: Fraction, wanted: Fraction) -> float:
    """How near a wrong number came to the wanted one, from 0 to 0.5."""
    if stated == wanted or not wanted:
        return 0.0
    apart = abs((stated - wanted) / wanted)
    return 0.0 if apart > 1 else round(float(1 - apart) / 2, 3)


def _final_number(answer: str, held: list[Number]) -> Number:
    """The first number after the last "=", else the last number."""
    equals = answer.rfind("=")
    return next((number for number in held if number.start > equals >= 0), held[-1])


def _joined(answer: str, held: list[Number], final: Number) -> Match | None:
    """The verdict when the answer offers several numbers, or leaves a calculation undone; else `None`."""
    for number in held:
        if number is final or same(number, final):
            continue
        first, second = sorted((number, final), key=lambda one: one.start)
        between = answer[first.end : second.start]
        if _OPERATOR.fullmatch(between) or ("=" not in between and _ALTERNATIVE.fullmatch(between)):
            return incorrect("The answer names several numbers.")
    return None


def _doubt(case: Case, final: Number, wanted: Number) -> str | None:
    """The reason to doubt an answer whose number is the same; `None` when there is no doubt."""
    reference = plain(case.reference)
    if _bound(case.answer, final) != _bound(reference, as_number(case.reference) or wanted):
        if not _ASKS_FOR_A_BOUND.search(case.question):
            return "One of the two is only a bound."
    elif (final.unit == "%") != (wanted.unit == "%") and final.value == wanted.value:
        if not _PERCENT.search(case.question):
            return "One of the two is a percentage."
    elif final.per != wanted.per and not _RATE.search(case.question):
        return "One of the two is a rate."
    if _CHANGE.search(case.question) and _ENDS_AT.search(before(case.answer, final.start)):
        return "The answer tells where the change ends, not how large it is."
    if _DOWNWARD & set(stems(case.answer)) - set(stems(f"{reference} {case.question}")):
        return "The answer says that it is a decrease."
    if _among_much_else(case):
        return "The number stands among much else."
    return _counts_something_else(case, final, wanted)


def _among_much_else(case: Case) -> bool:
    """Whether the answer is prose about something that neither the question nor the reference speaks of."""
    terms = [term for term in key_terms(case.answer) if term.isalpha()]
    here, foreign = split_terms(terms, f"{case.question} {case.reference}")
    return len(foreign) > _FOREIGN and len(here) < len(foreign)


def _bound(text: str, number: Number) -> str:
    found = _BOUND.search(before(text, number.start))
    return found.group().strip().lower() if found else ""


def _counts_something_else(case: Case, final: Number, wanted: Number) -> str | None:
    """The reason to doubt when different words follow the two numbers; else `None`.

    There is no doubt when the question holds one of the two words, or the reference holds the answer's word.
    """
    counted, meant = _counted(case.answer, final), _counted(plain(case.reference), as_number(case.reference) or wanted)
    if not counted or not meant or same_word(stem(counted), stem(meant)):
        return None
    if {stem(counted), stem(meant)} & set(stems(case.question)) or stem(counted) in stems(case.reference):
        return None
    return "The two count different things."


def _counted(text: str, number: Number) -> str:
    follows = words(after(text, number.end))[:1]
    return "".join(word for word in follows if word.isalpha() and word not in STOP_WORDS)


def by_date(case: Case) -> Match | None:
    """Judge by a reference that is a date: every part of it must agree."""
    wanted = as_date(case.reference)
    if wanted is None:
        return None
    stated = [date for date in _dates(case) if not denied(case.answer, date.start)]
    agreeing = [date for date in stated if covers(_completed(date, case.question), wanted)]
    places = {date.start for date in stated}
    if agreeing and len({date.start for date in agreeing}) == len(places):
        if len({frozenset(date.parts.items()) for date in stated}) > len(places):
            return undecided("The date can be read day first or month first.")
        return correct("The date is the same.")
    if agreeing:
        return incorrect("The answer names several dates.")
    return Match(False, _shared_parts(case, wanted), "The date is another one, or not complete.", ())


def _dates(case: Case) -> list[Date]:
    """The dates of the answer. A month alone counts as a date when the question gives the year."""
    year = _only_year(case.question)
    return dates_in(case.answer) or (dates_in(f"{case.answer.strip(' .')} {year}") if year else [])


def _completed(date: Date, question: str) -> Date:
    """The date with the year that the question already gives."""
    year = _only_year(question)
    return replace(date, year=year) if date.year is None and year else date


def _only_year(question: str) -> int | None:
    years = re.findall(r"(?<!\d)\d{4}(?!\d)", question)
    return int(years[0]) if len(years) == 1 else None


def _shared_parts(case: Case, wanted: Date) -> float:
    stated = words(case.answer)
    here, _ = split_terms(key_terms(case.reference), case.answer)
    shared = len(here) if stated else 0
    return round(min(0.9, shared / (len(wanted.parts) + 1)), 3)


def by_time(case: Case) -> Match | None:
    """Judge by a reference that is a time of day, when the answer states one too."""
    wanted = as_time(case.reference)
    stated = [time for time in times_in(case.answer) if not denied(case.answer, time.start)]
    if wanted is None or not stated:
        return None
    agreed = {agree(time, wanted) for time in stated}
    if len(agreed) > 1:
        return undecided("The answer tells several times.")
    if None in agreed:
        return undecided("The time is the same, but it is not said of which half of the day.")
    return correct("The time is the same.") if agreed == {True} else incorrect("The time is another one.")
