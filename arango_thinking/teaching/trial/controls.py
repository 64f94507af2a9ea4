"""Controls: answers known to be right or wrong, for trying a judge before it is trusted with documents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from arango_thinking.documents.layouts import Example, Layout
from arango_thinking.matching import match
from arango_thinking.matching.decisions.polarity import decided_reference
from arango_thinking.matching.options.choices import reference_letter, stem_and_options
from arango_thinking.matching.words.terms import key_terms, split_terms
from arango_thinking.teaching.prompting import phrase, phrases

#: How many documents controls are made from. When a run has fewer than two, only the built-in ones are used.
EXAMPLES = 4
_FEWEST = 2
#: Another document's answer counts as wrong only when it shares less than this part of the key terms.
_SHARED = 0.5
#: References of fewer words are not cut short.
_LONG = 12
_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.,])\d+(?:\.\d+)?")
_DECISION = re.compile(r"^\W*(yes|no|true|false)\b", re.IGNORECASE)
_OPPOSITE = {"yes": "No", "no": "Yes", "true": "False", "false": "True"}


@dataclass(frozen=True, slots=True)
class Control:
    """One answer to a question, and whether a judge has to accept it. `kind` names how it was made."""

    kind: str
    example: Example
    answer: str
    right: bool


def _built_in(question: str, answer: str) -> Example:
    return Example(source="built in", layout=Layout.FLAT, question=question, answer=answer)


BUILT_IN = (
    _built_in("How many days has a leap year?", "366"),
    _built_in("Which planet is nearest to the sun?", "Mercury"),
    _built_in("Do whales breathe air?", "Yes"),
    _built_in(
        "Why does ice float on water?",
        "Ice is less dense than liquid water, because its molecules form an open lattice when they freeze.",
    ),
)


def controls(own: Sequence[Example]) -> list[Control]:
    """At most 16 controls from a run's own first examples, with built-in ones when those are too few."""
    chosen = [*own, *BUILT_IN][:EXAMPLES] if len(own) >= _FEWEST else list(BUILT_IN)
    return [*_wrong(chosen), *_right(chosen)]


def _right(chosen: Sequence[Example]) -> Iterator[Control]:
    for example in chosen[:3]:
        yield Control("the reference itself", example, example.answer, right=True)
    for example in chosen[1:3]:
        stated = phrase("controls", "in_a_sentence", answer=_as_clause(example.answer))
        yield Control("the reference in a sentence", example, stated, right=True)


def _wrong(chosen: Sequence[Example]) -> Iterator[Control]:
    yield Control("an empty answer", chosen[0], "", right=False)
    yield Control("an opening without an answer", chosen[1], phrase("controls", "opener"), right=False)
    yield Control("the question again", chosen[2], chosen[2].question, right=False)
    for example, injected in zip(chosen, phrases("controls")["injections"], strict=False):
        yield Control("a verdict in the answer", example, injected, right=False)
    yield from islice(_of_others(chosen), 2)
    yield from islice(_near_misses(chosen), 3)
    yield from islice(_cut_short(chosen), 1)


def _as_clause(answer: str) -> str:
    """The answer with a full stop, unless it ends in a mark of its own."""
    text = answer.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _of_others(chosen: Sequence[Example]) -> Iterator[Control]:
    """For each example, the answer to the next question in order that is certainly wrong here, if there is one."""
    for place, example in enumerate(chosen):
        others = [*chosen[place + 1 :], *chosen[:place], *BUILT_IN]
        answer = next((other.answer for other in others if _is_elsewhere(example, other.answer)), None)
        if answer is not None:
            yield Control("another question's answer", example, answer, right=False)


def _is_elsewhere(example: Example, answer: str) -> bool:
    terms = key_terms(example.answer)
    shared, _ = split_terms(terms, answer)
    apart = len(shared) < _SHARED * len(terms) if terms else answer.strip() != example.answer.strip()
    return apart and match(example.question, example.answer, answer).correct is not True


def _near_misses(chosen: Sequence[Example]) -> Iterator[Control]:
    for example in chosen:
        answer = _near_miss(example)
        if answer != example.answer and match(example.question, example.answer, answer).correct is not True:
            yield Control("a near miss", example, answer, right=False)


def _near_miss(example: Example) -> str:
    """The reference made wrong: another option, the opposite decision, a number off by one, or a denial."""
    reference = example.answer.strip()
    _, offered = stem_and_options(example.question)
    right = reference_letter(reference, offered) if offered else None
    if right is not None:
        letter, text = next((letter, text) for letter, text in offered.items() if letter != right)
        return f"{letter}) {text}"
    if decided_reference(example.question, reference) is not None and _DECISION.match(reference):
        return _DECISION.sub(lambda said: _OPPOSITE[said[1].lower()], reference, count=1)
    if _NUMBER.search(reference):
        return _NUMBER.sub(_off_by_one, reference, count=1)
    return phrase("controls", "denied", answer=reference)


def _off_by_one(number: re.Match[str]) -> str:
    value = Fraction(number[0].replace(",", "")) + 1
    decimals = len(number[0].partition(".")[2])
    return f"{float(value):,.{decimals}f}" if "," in number[0] else f"{float(value):.{decimals}f}"


def _cut_short(chosen: Sequence[Example]) -> Iterator[Control]:
    """The first third of each long reference, when most of its key terms are then lost."""
    for example in (*chosen, *BUILT_IN):
        spoken = example.answer.split()
        begun = " ".join(spoken[: len(spoken) // 3])
        kept, lost = split_terms(key_terms(example.answer), begun)
        decides = decided_reference(example.question, begun) is not None
        if len(spoken) >= _LONG and len(lost) > len(kept) and not decides:
            yield Control("a reference cut short", example, begun, right=False)
