"""The leak firewall: whether a text reveals the reference answer to somebody who knows the question."""

from __future__ import annotations

import re
from collections.abc import Callable

from arango_thinking.teaching.choices import (
    leading_letter,
    none_of_these,
    reference_letter,
    stem_and_options,
)
from arango_thinking.teaching.dates import Date, as_date, dates_in
from arango_thinking.teaching.mentions import speaks_of_teaching, without_teaching
from arango_thinking.teaching.numbers import Number, as_number, numbers_in, same
from arango_thinking.teaching.polarity import decided_reference, rest_of
from arango_thinking.teaching.terms import key_terms, split_terms, stem, stems, without_articles
from arango_thinking.teaching.wording import plain, position, sentences, words

__all__ = ["leak", "speaks_of_teaching", "without_leaks", "without_teaching"]

#: This share of the key terms that the question does not hold reveals an answer.
_REVEALING = 0.6
_RUN = 4

_UNDECIDED = re.compile(
    r"\b(?:yes|true)\s*(?:or|/|and|versus)\s*(?:no|false)\b|\b(?:no|false)\s*(?:or|/)\s*(?:yes|true)\b"
    r"|\bwhether (?:it|this|that) is (?:true|false)\b|\bis (?:it|this|that) (?:really )?(?:true|false)\b",
    re.IGNORECASE,
)
_VERDICT = re.compile(
    r"(?:^|[.!?:;]\s+|\bso\s+|\bthus\s+|\btherefore,?\s+)\W*(?:yes|no|true|false)\b\s*(?:[.,!;:)\"']|-\s|$)"
    r"|\b(?:answer|conclusion|verdict|reply|result|statement|claim)\b[^.!?]{0,40}\b(?:yes|no|true|false|maybe|uncertain|wrong|right)\b"
    r"|\bit\s*(?:is|'s|was)\s+(?:indeed\s+|actually\s+|clearly\s+)?(?:not\s+)?(?:true|false)\b"
    r"|\b(?:say|answer|conclude|reply|choose|pick)\s+(?:with\s+)?\W?(?:yes|no|maybe|true|false)\b(?!\s+(?:one|more|than)\b)"
    r"|[\"'*](?:yes|no|maybe|true|false)[\"'*.,]|,\s*(?:so\s+)?(?:yes|no)\s*[.!]?\s*$"
    r"|\b(?:a|an|clear|firm|plain)\s+(?:yes|no|maybe)\b(?=\W*(?:$|[.,;!]))|\bthe opposite\b",
    re.IGNORECASE,
)
_ONE_STATED = re.compile(
    r"(?:=|\b(?:is|are|was|be|equals?|gives?|makes?|get|exactly|leaves?|just|only))\s*one\b(?!\s+(?:of|more|by|at|step)\b)",
    re.IGNORECASE,
)
_LETTER_STATED = (
    r"\b(?:option|choice|answer|letter)s?\s+(?:is\s+|must be\s+)?\W?{0}\b|\(?\b{0}\)|(?<![\w'.]){1}(?![\w'])"
)
_NONE_STATED = re.compile(r"\bnone of\b|\bno(?:t any| option| choice)\b", re.IGNORECASE)


def leak(text: str, *, question: str, reference: str) -> str | None:
    """Why the text reveals the reference, in words that do not; None when it reveals nothing.

    What already stands in the question may be repeated.
    """
    if not words(reference):
        return None
    stem_of_question, offered = stem_and_options(question)
    right = reference_letter(reference, offered) if offered else None
    if right is not None:
        return _option_leak(text, stem_of_question, offered, right)
    if decided_reference(question, reference) is not None:
        return _verdict_leak(text, question, rest_of(reference))
    return _answer_leak(text, question, reference)


def without_leaks(text: str, *, question: str, reference: str) -> str:
    """The text without the sentences that reveal the reference, alone or with those before; the rest verbatim."""
    return _kept(text, lambda kept: leak(kept, question=question, reference=reference) is None)


def _kept(text: str, harmless: Callable[[str], bool]) -> str:
    kept = ""
    for sentence in sentences(text):
        if harmless(kept + sentence):
            kept += sentence
    return kept if kept.strip() else ""


def _option_leak(text: str, question: str, offered: dict[str, str], right: str) -> str | None:
    named = [letter for letter, option in offered.items() if _names_option(text, question, letter, option)]
    if none_of_these(offered[right]) and _NONE_STATED.search(plain(text)):
        return "It rules the options out all at once."
    if right in named and len(named) < len(offered):
        return "It singles out the right option."
    if right not in named and len(named) == len(offered) - 1:
        return "It leaves only one option by naming all the others."
    return None


def _names_option(text: str, question: str, letter: str, option: str) -> bool:
    said = plain(text)
    # "A" and "I" are words; as letters they are told by the letters that follow them.
    bare = rf"{letter}(?=\s*(?:or|and|,|/)\s*\(?[A-J]\b)" if letter in "AI" else letter
    if re.search(_LETTER_STATED.replace("{0}", letter).replace("{1}", bare), said) or leading_letter(text) == letter:
        return True
    return not none_of_these(option) and _answer_leak(text, question, option, whole=True) is not None


def _verdict_leak(text: str, question: str, rest: str) -> str | None:
    said = _UNDECIDED.sub(" ", plain(text).removeprefix("Aha!").strip())
    if _VERDICT.search(said):
        return "It states or excludes a verdict."
    return _prose_leak(text, question, rest) if words(rest) else None


def _answer_leak(text: str, question: str, reference: str, *, whole: bool = False) -> str | None:
    """A leak of an answer in words or figures; with `whole`, only of all of it."""
    number = as_number(reference)
    if number is not None:
        return _number_leak(text, question, number)
    date = as_date(reference)
    if date is not None and _date_leaks(text, question, date):
        return "It states the date that is asked for."
    if _stated(reference, text) and not _stated(reference, question):
        return "It states the answer."
    return None if whole else _prose_leak(text, question, reference)


def _number_leak(text: str, question: str, wanted: Number) -> str | None:
    def states(number: Number) -> bool:
        equal = same(number, wanted) or abs(number.value) == abs(wanted.value)
        return equal and (wanted.ordinal or not number.ordinal)

    if any(states(number) for number in numbers_in(question)):
        return None
    found = [number for number in numbers_in(text) if states(number)]
    if any(number.word != "one" for number in found) or (found and _ONE_STATED.search(plain(text))):
        return "It states the number that is asked for."
    return None


def _date_leaks(text: str, question: str, wanted: Date) -> bool:
    """Whether the dates of the text give all of the parts that the question does not."""
    asked = {part for date in dates_in(question) for part in date.parts.items()}
    asked |= {("year", int(year)) for year in re.findall(r"(?<!\d)\d{4}(?!\d)", question)}
    new = set(wanted.parts.items()) - asked
    year = f" {wanted.year}" if wanted.year else ""
    given = {part for date in (*dates_in(text), *_dates_with(text, year)) for part in date.parts.items()}
    return bool(new) and new <= (given - {("year", wanted.year)} if ("year", wanted.year) in asked else given)


def _dates_with(text: str, year: str) -> list[Date]:
    """Months that stand alone in the text, and its years, read as dates."""
    months = [date for word in plain(text).split() for date in dates_in(word.strip(".,;:!?\"'()") + (year or " 1"))]
    stated_year = year.strip() and re.search(rf"(?<!\d){year.strip()}(?!\d)", plain(text))
    return [
        Date(date.year if stated_year else None, date.month, None, date.start, date.end)
        for date in months
        if date.month is not None
    ]


def _stated(reference: str, text: str) -> bool:
    wanted = without_articles(reference)
    said = without_articles(text)
    if position(wanted, said) >= 0:
        return True
    if position([stem(word) for word in wanted], [stem(word) for word in said]) >= 0:
        return True
    return _spelled_out("".join(wanted), text)


def _spelled_out(letters: str, text: str) -> bool:
    """Whether the text holds the letters one by one ("P-a-r-i-s")."""
    runs = re.findall(r"\b(?:\w[\s.\-_*·]{1,3}){2,}\w\b", text)
    return len(letters) > 2 and any(letters in "".join(words(run)) for run in runs)


def _prose_leak(text: str, question: str, reference: str) -> str | None:
    terms = key_terms(reference)
    _, new = split_terms(terms, question)
    if not new:
        return None
    here, _ = split_terms(new, text)
    if len(here) / len(new) >= _REVEALING:
        return "It uses most of the words that make up the answer."
    if _names_person(reference, here):
        return "It gives a part of the name that is asked for."
    if _shared_run(text, question, reference, new):
        return "It repeats a run of words of the answer."
    return None


def _names_person(reference: str, here: list[str]) -> bool:
    """Whether the last part of a short name is told: it is as good as the name."""
    parts = reference.split()
    if not 2 <= len(parts) <= 4 or not all(part[0].isupper() for part in parts):
        return False
    last = words(parts[-1])
    return bool(last) and len(last[-1]) > 3 and last[-1] in here


def _shared_run(text: str, question: str, reference: str, new: list[str]) -> bool:
    telling = {stem(term) for term in new}
    spoken, asked, wanted = stems(text), _runs(stems(question)), _runs(stems(reference))
    return any(run in wanted and run not in asked and len(telling & set(run)) > 1 for run in _runs(spoken))


def _runs(spoken: list[str]) -> set[tuple[str, ...]]:
    return {tuple(spoken[start : start + _RUN]) for start in range(len(spoken) - _RUN + 1)}
