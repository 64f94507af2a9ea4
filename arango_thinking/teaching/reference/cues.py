"""Hints without a model, drawn from the evidence and the wrong answer, from the least revealing to the most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arango_thinking.documents.layouts import Example
from arango_thinking.documents.trace import AHA, Attempt, Hint
from arango_thinking.matching.decisions.polarity import decided_reference, rest_of
from arango_thinking.matching.numbers.dates import as_date
from arango_thinking.matching.numbers.numbers import Number, as_number, numbers_in, same
from arango_thinking.matching.options.choices import reference_letter, stem_and_options
from arango_thinking.matching.phrases.lists import list_items
from arango_thinking.matching.words.terms import key_terms, split_terms
from arango_thinking.matching.words.wording import plain
from arango_thinking.teaching.prompting import phrase, phrases
from arango_thinking.teaching.reference.cloze import (
    Sought,
    answering_sentence,
    bounded,
    first_letter,
    gapped,
    related_sentences,
)

#: The second, narrower quote has at most this many words.
_NARROW = 20
#: How many sentences are quoted, one after the other, when the answer is yes, no or maybe.
_QUOTED = 2
#: How many numbers or topics of the question one hint names.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Situation:
    """An attempt that fell short."""

    example: Example
    attempt: Attempt
    missing: tuple[str, ...]

    @property
    def sought(self) -> Sought:
        return Sought(self.example.question, self.example.answer)


def hints_for(situation: Situation) -> Iterator[Hint]:
    """Hints in the order to give them. They are not yet checked for leaks."""
    for text, kind in _rungs(situation):
        yield Hint(AHA + text, kind)


def _rungs(situation: Situation) -> Iterator[tuple[str, str]]:
    example = situation.example
    _, offered = stem_and_options(example.question)
    if offered and reference_letter(example.answer, offered):
        yield from ((cue, "cue") for cue in phrases("cues")["choice"])
        return
    if decided_reference(example.question, example.answer) is not None:
        yield from _verdict_rungs(example)
        return
    yield from ((quote, "evidence") for quote in _quotes(situation))
    number = as_number(example.answer)
    cues = _prose_cues(situation) if number is None else _number_cues(situation, number)
    yield from ((cue, "cue") for cue in cues)


def _quotes(situation: Situation) -> Iterator[str]:
    """Quotes of the answering sentence: with gaps, then fewer words around the gap, then with first letters."""
    sought = situation.sought
    sentence = answering_sentence(situation.example.evidence, sought)
    blank = gapped(sentence, sought) if sentence else None
    if sentence is None or blank is None:
        return
    yield phrase("cues", "quote_with_gap", quote=bounded(blank))
    yield phrase("cues", "quote_near_gap", kind=_kind(sought.reference), quote=bounded(blank, _NARROW))
    lettered = gapped(sentence, sought, first_letter)
    if lettered is not None and lettered != blank:
        yield phrase("cues", "quote_with_letters", quote=bounded(lettered, _NARROW))


def _kind(reference: str) -> str:
    if as_date(reference) is not None:
        return "a date"
    if as_number(reference) is not None:
        return "a number"
    if list_items(reference):
        return "a list of things"
    named = reference.split()
    if all(word[:1].isupper() for word in named):
        return "a name"
    return "a single word" if len(named) == 1 else "a short phrase"


def _verdict_rungs(example: Example) -> Iterator[tuple[str, str]]:
    about = f"{example.question} {rest_of(example.answer)}"
    for sentence in related_sentences(example.evidence, about)[:_QUOTED]:
        yield phrase("cues", "quote_for_verdict", quote=bounded(sentence)), "evidence"
    yield from ((cue, "cue") for cue in phrases("cues")["verdict"])


def _number_cues(situation: Situation, wanted: Number) -> Iterator[str]:
    stated = numbers_in(situation.attempt.answer)
    if not stated:
        yield phrase("cues", "no_number")
    unused = _unused_numbers(situation)
    if unused:
        yield phrase("cues", "unused_numbers", numbers=_listed(unused))
    yield phrase("cues", "what_is_asked")
    if stated:
        yield from _size_cues(stated[-1], wanted)
    yield phrase("cues", "calculate_again")


def _unused_numbers(situation: Situation) -> list[str]:
    question = plain(situation.example.question)
    used = numbers_in(situation.attempt.text)
    return [
        question[number.start : number.end].strip()
        for number in numbers_in(question)
        if not number.ordinal and number.word != "one" and not any(same(number, other) for other in used)
    ][:_NAMED]


def _size_cues(stated: Number, wanted: Number) -> Iterator[str]:
    if stated.value == wanted.value:
        yield phrase("cues", "unit")
        return
    size = "large" if stated.value > wanted.value else "small"
    yield phrase("cues", "size", size=size)
    low, high = sorted((abs(stated.value), abs(wanted.value)))
    if low and high != low and (high / low).denominator == 1:
        yield phrase("cues", "whole_factor", size=size)
    elif low and high - low <= high / 10:
        yield phrase("cues", "close")
    elif low and high > 2 * low:
        yield phrase("cues", "far")


def _prose_cues(situation: Situation) -> Iterator[str]:
    reference = situation.example.answer
    items = list_items(reference)
    if items:
        covered = sum(bool(split_terms(key_terms(item), situation.attempt.answer)[0]) for item in items)
        yield phrase("cues", "covered", covered=str(covered), all=str(len(items)))
    yield phrase("cues", "kind", kind=_kind(reference))
    topics = key_terms(situation.example.question)[:_NAMED]
    if topics:
        yield phrase("cues", "topics", topics=_listed(topics))
    yield _share_cue(reference, situation.missing)
    yield from phrases("cues")["prose"]


def _share_cue(reference: str, missing: tuple[str, ...]) -> str:
    terms = key_terms(reference)
    share = 1 - len(missing) / len(terms) if terms else 0.0
    if share >= 2 / 3:
        return phrase("cues", "most_stands")
    if share > 0:
        return phrase("cues", "part_stands")
    return phrase("cues", "other_direction")


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
