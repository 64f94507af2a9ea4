"""Hints without a model: what a wrong answer shows about itself, from the least telling to the most."""

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
from arango_thinking.teaching.reference.cloze import (
    Sought,
    answering_sentence,
    bounded,
    first_letter,
    gapped,
    related_sentences,
)

#: Words of the second, narrower quote.
_NARROW = 20
#: Sentences quoted one after the other where the answer is a verdict.
_QUOTED = 2
#: Numbers or topics of the question that one hint names.
_NAMED = 3

_VERDICT_CUES = (
    "I should take each fact on its own, ask whether it really holds, and only then whether my conclusion follows.",
    "I should ask which fact decides the question, and whether I have taken it the right way round.",
    "I should write down what would have to hold for my conclusion, and test each part against the facts I know.",
    "I should look for a fact that speaks against what I concluded, and weigh it honestly.",
)
_CHOICE_CUES = (
    "I should work the result out by myself first, and only then compare it with each option.",
    "I should check that I answer exactly what is asked: the quantity, its unit, and for whom or for when.",
    "I should put each option back into the question and see which of them fits all that is given.",
    "I should set the option I took aside, write down every step again, and compare what comes out.",
)
_PROSE_CUES = (
    "I should compare every part of the question with my answer, and complete what it leaves open.",
    "I should put it more precisely: name the exact things, not what they are like.",
)


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
        yield from ((cue, "cue") for cue in _CHOICE_CUES)
        return
    if decided_reference(example.question, example.answer) is not None:
        yield from _verdict_rungs(example)
        return
    yield from ((quote, "evidence") for quote in _quotes(situation))
    number = as_number(example.answer)
    cues = _prose_cues(situation) if number is None else _number_cues(situation, number)
    yield from ((cue, "cue") for cue in cues)


def _quotes(situation: Situation) -> Iterator[str]:
    """The answering sentence: with gaps, then nearer to the gap, then with first letters."""
    sought = situation.sought
    sentence = answering_sentence(situation.example.evidence, sought)
    blank = gapped(sentence, sought) if sentence else None
    if sentence is None or blank is None:
        return
    yield f'I should look again at this sentence: "{bounded(blank)}" What fits in the gap?'
    yield f'What I am looking for is {_kind(sought.reference)}, and it stands here: "{bounded(blank, _NARROW)}"'
    lettered = gapped(sentence, sought, first_letter)
    if lettered is not None and lettered != blank:
        yield f'This is how each of the missing words begins: "{bounded(lettered, _NARROW)}"'


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
        yield f'I should look again at this sentence: "{bounded(sentence)}" What follows from it here?', "evidence"
    yield from ((cue, "cue") for cue in _VERDICT_CUES)


def _number_cues(situation: Situation, wanted: Number) -> Iterator[str]:
    stated = numbers_in(situation.attempt.answer)
    if not stated:
        yield "The question asks for a number, and I have not settled on any. I should compute it step by step."
    unused = _unused_numbers(situation)
    if unused:
        yield f"I have not used {_listed(unused)} from the question yet. What does that tell me?"
    yield "I should read again what exactly is asked for, and whether each thing I computed is what its step needs."
    if stated:
        yield from _size_cues(stated[-1], wanted)
    yield "I should do every calculation again with care, and write down what each result stands for, with its unit."


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
        yield "The figure may stand, but I should check its unit against what is asked for."
        return
    large = stated.value > wanted.value
    yield f"My result is too {'large' if large else 'small'}. Which of my steps makes it so?"
    low, high = sorted((abs(stated.value), abs(wanted.value)))
    if low and high != low and (high / low).denominator == 1:
        yield (
            f"My result is too {'large' if large else 'small'} by a whole factor: did I multiply or divide where I"
            " should not, leave that out, or mix up units?"
        )
    elif low and high - low <= high / 10:
        yield "My result is close, so my plan may be right: a single step of the arithmetic could be off."
    elif low and high > 2 * low:
        yield "My result is far off, so my plan itself may be wrong: which quantities belong together, and how?"


def _prose_cues(situation: Situation) -> Iterator[str]:
    reference = situation.example.answer
    items = list_items(reference)
    if items:
        covered = sum(bool(split_terms(key_terms(item), situation.attempt.answer)[0]) for item in items)
        yield f"So far I have covered {covered} of {len(items)} points that belong to a full answer."
    yield f"I should ask what kind of answer is wanted here. I think it is {_kind(reference)}."
    topics = key_terms(situation.example.question)[:_NAMED]
    if topics:
        yield f"The question is about {_listed(topics)}. What do I know about just that?"
    yield _share_cue(reference, situation.missing)
    yield from _PROSE_CUES


def _share_cue(reference: str, missing: tuple[str, ...]) -> str:
    terms = key_terms(reference)
    share = 1 - len(missing) / len(terms) if terms else 0.0
    if share >= 2 / 3:
        return "Most of my answer stands, but something is missing or turned round."
    if share > 0:
        return "A part of my answer stands, but the more important part is still missing."
    return "My answer goes in another direction than the question: I should start from what it names."


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
