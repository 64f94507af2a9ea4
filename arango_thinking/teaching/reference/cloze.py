"""The evidence sentence that answers a question, quoted with the answer left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from arango_thinking.matching.numbers.numbers import as_number, numbers_in, same
from arango_thinking.matching.words.terms import ARTICLES, STOP_WORDS, key_terms, same_word, split_terms, stem, stems
from arango_thinking.matching.words.wording import Word, located_words, plain, sentences

BLANK = "____"
#: A quote has at most this many words.
LONGEST = 40
_FEWEST_LEFT = 3
_ENOUGH = 0.5
_JOINED_BLANKS = re.compile(rf"{BLANK}(?:[ \-]+{BLANK})+")


@dataclass(frozen=True, slots=True)
class Sought:
    """What a quote is chosen for: it must hold the reference, and belong to the question."""

    question: str
    reference: str

    @property
    def new_terms(self) -> list[str]:
        """The key terms of the reference that the question does not hold."""
        return split_terms(key_terms(self.reference), self.question)[1]


def answering_sentence(evidence: Sequence[str], sought: Sought) -> str | None:
    """The evidence sentence that holds most of the reference; `None` when none holds enough of it.

    Of several equals, the sentence nearest to the question is taken.
    """
    ranked = sorted(_sentences(evidence), key=lambda sentence: _rank(sentence, sought), reverse=True)
    return ranked[0] if ranked and _rank(ranked[0], sought)[0] >= _ENOUGH else None


def related_sentences(evidence: Sequence[str], text: str) -> list[str]:
    """The evidence sentences that share a term with the text, the nearest first."""
    terms = key_terms(text)
    shared = {sentence: len(split_terms(terms, sentence)[0]) for sentence in _sentences(evidence)}
    return sorted((sentence for sentence in shared if shared[sentence]), key=lambda sentence: -shared[sentence])


def _sentences(evidence: Sequence[str]) -> list[str]:
    return [" ".join(sentence.split()) for text in evidence for sentence in sentences(plain(text)) if sentence.strip()]


def _rank(sentence: str, sought: Sought) -> tuple[float, int]:
    nearness = len(split_terms(key_terms(sought.question), sentence)[0])
    number = as_number(sought.reference)
    if number is not None:
        return float(any(same(number, stated) for stated in numbers_in(sentence))), nearness
    places = _places_of_whole(located_words(sentence), sought.reference)
    terms = sought.new_terms
    covered = len(split_terms(terms, sentence)[0]) / len(terms) if terms else 0.0
    return (2.0 if places else covered), nearness


def gapped(sentence: str, sought: Sought, cover: Callable[[str], str] | None = None) -> str | None:
    """The sentence with the reference's words covered; `None` when there are none, or hardly a word is left.

    `cover` gives the text for each covered word; without it, that is a blank.
    """
    spans = _covered_spans(sentence, sought)
    left = [word for word in located_words(sentence) if not any(start <= word.start < end for start, end in spans)]
    if not spans or len(left) < _FEWEST_LEFT:
        return None
    text = sentence
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + (cover(text[start:end]) if cover else BLANK) + text[end:]
    return _JOINED_BLANKS.sub(BLANK, text)


def first_letter(word: str) -> str:
    """A cover that keeps the first letter of a word, when the word is long enough to stay hidden behind it."""
    return word[0] + BLANK if len(word) > 4 and word.isalpha() else BLANK


def _covered_spans(sentence: str, sought: Sought) -> set[tuple[int, int]]:
    number = as_number(sought.reference)
    if number is not None:
        return {(stated.start, stated.end) for stated in numbers_in(sentence) if same(number, stated)}
    located = located_words(sentence)
    asked = set(stems(sought.question))
    whole = {place for place in _places_of_whole(located, sought.reference) if stem(located[place].form) not in asked}
    new = [stem(term) for term in sought.new_terms]
    single = {place for place, word in enumerate(located) if any(same_word(stem(word.form), term) for term in new)}
    return {(located[place].start, located[place].end) for place in whole | single}


def _places_of_whole(located: list[Word], reference: str) -> set[int]:
    """The places of the words of the sentence that make up the whole reference. Articles do not count."""
    wanted = [stem(word.form) for word in located_words(plain(reference)) if word.form not in ARTICLES]
    counted = [place for place, word in enumerate(located) if word.form not in ARTICLES]
    spoken = [stem(located[place].form) for place in counted]
    places: set[int] = set()
    for start in range(len(spoken) - len(wanted) + 1):
        if wanted and spoken[start : start + len(wanted)] == wanted:
            places |= set(counted[start : start + len(wanted)])
    hidden = {place for place in places if located[place].form not in STOP_WORDS}
    return hidden or places


def bounded(quote: str, longest: int = LONGEST) -> str:
    """At most `longest` words of the quote around its first gap, each cut marked."""
    spoken = quote.split()
    if len(spoken) <= longest:
        return quote
    gap = next((place for place, word in enumerate(spoken) if BLANK in word), 0)
    start = max(0, min(gap - longest // 2, len(spoken) - longest))
    end = start + longest
    return ("… " if start else "") + " ".join(spoken[start:end]) + (" …" if end < len(spoken) else "")
