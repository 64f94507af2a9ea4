"""The leak firewall: whether a text reveals the reference answer to somebody who knows the question."""

from __future__ import annotations

import re
from collections.abc import Callable

from arango_thinking.firewall.dates import date_leak, span_leak, span_of_years, time_leak
from arango_thinking.firewall.numbers import number_leak
from arango_thinking.firewall.options import option_leak
from arango_thinking.firewall.verdicts import verdict_leak
from arango_thinking.firewall.words import asserted_whole, disguised, letter_stated, prose_leak, repeated, stated
from arango_thinking.matching import marked_answer
from arango_thinking.matching.decisions.polarity import decided_reference, rest_of
from arango_thinking.matching.numbers.dates import as_date
from arango_thinking.matching.numbers.formulas import as_formula
from arango_thinking.matching.numbers.numbers import Number, as_number, as_range
from arango_thinking.matching.numbers.times import as_time
from arango_thinking.matching.options.choices import reference_letter, stem_and_options
from arango_thinking.matching.words.wording import plain, sentences, words


def leak(text: str, *, question: str, reference: str) -> str | None:
    """Return why the text reveals the reference, in words that do not reveal it; `None` when it reveals nothing.

    What already stands in the question may be repeated, but not as the answer.
    """
    marked = marked_answer(reference)
    if marked != reference:
        found = leak(text, question=question, reference=marked)
        if found is not None:
            return found
    if not words(reference):
        return None
    stem_of_question, offered = stem_and_options(question)
    right = reference_letter(reference, offered) if offered else None
    if right is not None:
        return option_leak(text, stem_of_question, offered, right, _reveals)
    verdict = decided_reference(question, reference)
    if verdict is not None:
        rest = rest_of(reference)
        return verdict_leak(text, question, verdict) or (prose_leak(text, question, rest) if words(rest) else None)
    return _whole_leak(text, question, reference) or _partial_leak(text, question, reference)


def without_leaks(text: str, *, question: str, reference: str) -> str:
    """Return the text without the sentences that reveal the reference, alone or together with those before them.

    The rest stays verbatim.
    """
    return _kept(text, lambda kept: leak(kept, question=question, reference=reference) is None)


def _kept(text: str, harmless: Callable[[str], bool]) -> str:
    kept = ""
    for sentence in sentences(text):
        if harmless(kept + sentence):
            kept += sentence
    return kept if kept.strip() else ""


def _reveals(text: str, question: str, answer: str) -> bool:
    return _whole_leak(text, question, answer) is not None


def _whole_leak(text: str, question: str, reference: str) -> str | None:
    """Why the text reveals the whole answer, in words or digits; `None` when it does not."""
    span = span_of_years(reference)
    if span is not None and span_leak(text, question, span):
        return "It states the time that is asked for."
    number = as_number(reference) or _value_of_letter(reference)
    if number is not None:
        return number_leak(text, question, number)
    time, ends = as_time(reference), as_range(reference)
    if time is not None:
        return time_leak(text, question, time)
    if ends is not None:
        told = all(number_leak(text, question, end) for end in ends)
        return "It states the range that is asked for." if told else None
    if repeated(reference, question):
        return "It states the answer." if asserted_whole(reference, text) else None
    if stated(reference, text, question) or _formula_stated(reference, text):
        return "It states the answer."
    if letter_stated(reference, text, question):
        return "It states the letter that is asked for."
    return "It states the answer in a disguise." if disguised(reference, text) else None


def _value_of_letter(reference: str) -> Number | None:
    """The number of a reference such as "x = 4"; `None` for any other reference."""
    formula = as_formula(reference)
    return as_number(formula.expression) if formula and formula.letter else None


def _formula_stated(reference: str, text: str) -> bool:
    wanted = _compact(reference)
    return len(wanted) > 2 and re.search(r"[-+*/^=]", wanted) is not None and wanted in _compact(text)


def _compact(text: str) -> str:
    return re.sub(r"[\s$]", "", plain(text)).lower()


def _partial_leak(text: str, question: str, reference: str) -> str | None:
    """Why the text reveals an important part of the answer; `None` when it does not."""
    if as_number(reference) or as_time(reference) or as_range(reference):
        return None
    date = as_date(reference)
    return date_leak(text, question, date) if date is not None else prose_leak(text, question, reference)
