"""Judging an answer to a multiple-choice question."""

from __future__ import annotations

import re

from arango_thinking.matching.case import Case
from arango_thinking.matching.numbers.amounts import numbers_agree
from arango_thinking.matching.numbers.numbers import as_number, numbers_in
from arango_thinking.matching.options.choices import (
    denied_letters,
    leading_letter,
    letters_named,
    none_of_these,
    option_meant,
    options_held,
    reference_letter,
    stem_and_options,
    takes_all,
    without_letter,
    without_spaces,
)
from arango_thinking.matching.phrases.short import in_short
from arango_thinking.matching.result import Match, correct, incorrect, undecided
from arango_thinking.matching.words.wording import words

#: A text of more words than this after the letter is an explanation. It need not be the text of the option.
_OPTION_WORDS = 4


def by_choice(case: Case) -> Match | None:
    """Judge an answer to a question that lists its options; `None` for any other question."""
    stem, offered = stem_and_options(case.question)
    right = reference_letter(case.reference, offered) if offered else None
    if right is None:
        return None
    if without_spaces(case.answer) == without_spaces(offered[right]):
        return correct("The answer is the text of the right option.")
    meant = option_meant(without_letter(case.answer), offered)
    named = letters_named(case.answer, offered)
    if len(named) > 1:
        return _several(case, named, meant, right)
    if named and meant and named[0] != meant:
        return undecided("The letter and the text of the answer are of different options.")
    chosen = named[0] if named else meant
    if chosen:
        return _chosen(case, chosen, right, known_text=meant is not None)
    if "or" in words(case.answer) and len(options_held(case.answer, offered)) > 1:
        return incorrect("The answer names several options.")
    if right in denied_letters(case.answer) or (takes_all(case.answer) and not takes_all(offered[right])):
        return incorrect("The answer takes another option or all of them.")
    if none_of_these(offered[right]):
        return undecided("The answer is not among the options, and the right option is that none is right.")
    return _unlisted(Case(stem, offered[right], case.answer))


def _several(case: Case, named: list[str], meant: str | None, right: str) -> Match:
    if meant == right and leading_letter(case.answer) == right:
        return correct("The option chosen is the right one.")
    return incorrect("The answer names several options." if right in named else "Another option is chosen.")


def _chosen(case: Case, chosen: str, right: str, *, known_text: bool) -> Match:
    if chosen != right:
        return incorrect("Another option is chosen.")
    if not known_text and _foreign_text(case.answer):
        return undecided("The letter is the right one, the text is of no option.")
    return correct("The option chosen is the right one.")


def _foreign_text(answer: str) -> bool:
    """Whether a text follows the letter that is too short to be an explanation."""
    if leading_letter(answer) is None or not re.match(r"\W*[A-Ja-j][).:]\s*\S", answer.strip()):
        return False
    return 0 < len(words(without_letter(answer))) <= _OPTION_WORDS


def _unlisted(case: Case) -> Match:
    """Judge an answer that names no option by letter or text: compare it with the right option's text."""
    number = as_number(case.reference)
    if number is not None and numbers_in(case.answer):
        return numbers_agree(case, number)
    found = in_short(case.question, case.reference, case.answer)
    return found if found.correct else undecided("The answer cannot be told to be one of the options.")
