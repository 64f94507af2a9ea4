"""Decide whether a text gives the answer to a yes/no question away: by a word such as "yes", or in a sentence."""

from __future__ import annotations

import re

from arango_thinking.matching.decisions.echoes import (
    PRONOUN,
    VERB,
    has_verb,
    overlap,
    speaks_by_pronoun,
    starts_with_pronoun,
)
from arango_thinking.matching.decisions.polarity import Polarity
from arango_thinking.matching.words.terms import key_terms, stem
from arango_thinking.matching.words.wording import plain, sentences

_REASON = "It states or excludes a verdict."

_UNDECIDED = re.compile(
    r"\b(?:yes|true)\s*(?:or|/|and|versus|vs\.?)\s*(?:no|false)\b|\b(?:no|false)\s*(?:or|/)\s*(?:yes|true)\b"
    r"|\bwhether (?:it|this|that) is (?:true|false)\b|\bis (?:it|this|that) (?:really )?(?:true|false)\b"
    r"|\bif (?:my|the|this|that|it) [^,.!?]{0,40}|\bno (?:more|less|fewer|longer|other|matter|doubt|idea|wonder)\b"
    r"|\b(?:a|my|the|each) (?:yes|no) (?:would|needs?|requires?|means?|depends?)\b|\bif (?:yes|no|so|not)\b",
    re.IGNORECASE,
)
_VERDICT = re.compile(
    r"(?:^|[.!?:;]\s+|\bso\s+|\bthus\s+|\btherefore,?\s+)\W*(?:yes|no|true|false)\b\s*(?:[.,!;:)\"']|-\s|$)"
    r"|\b(?:answer|conclusion|verdict|reply|result|statement|claim)\b[^.!?]{0,40}"
    r"\b(?:yes|no|true|false|maybe|uncertain|wrong|right|affirmative|negative)\b"
    r"|\bit\s*(?:is|'s|was)\s+(?:indeed\s+|actually\s+|clearly\s+)?(?:not\s+)?(?:true|false)\b"
    r"|\b(?:say|said|answer|answered|conclude|reply|choose|pick)\s+(?:with\s+)?\W?(?:yes|no|maybe|true|false)\b"
    r"(?!\s+(?:one|more|than)\b)"
    r"|[\"'*](?:yes|no|maybe|true|false)[\"'*.,]|,\s*(?:so\s+)?(?:yes|no)\s*[.!]?\s*$"
    r"|\b(?:a|an|clear|firm|plain)\s+(?:yes|no|maybe)\b(?=\W*(?:$|[.,;!]))"
    r"|\byes\b|\b(?:definitely|clearly|certainly|simply|surely)\s+no\b(?=\W*(?:$|[.,;!]))"
    r"|\bthe (?:exact )?opposite\b|\bthe other way (?:a)?round\b"
    r"|\b(?:flip|reverse|switch|invert|turn around) my (?:answer|verdict|conclusion|decision)\b"
    r"|\bmaybe is\b|\bneither yes nor no\b|\bremains? (?:uncertain|unclear|open|undecided)\b|\binconclusive\b",
    re.IGNORECASE,
)
# Other words for a verdict of "maybe".
_DOUBT = re.compile(
    r"\b(?:un(?:clear|certain|decided|known|resolved|settled)|in(?:conclusive|determinate|sufficient)|mixed|conflicting)\b"
    r"|\b(?:cannot|can't|could not|not possible to|impossible to) (?:be )?(?:sure|say|said|tell|told|decide|decided"
    r"|conclude|concluded|know|known)\b|\bfor sure\b|\bmaybe\b|\bperhaps\b|\bneither (?:way|yes)\b|\bit depends\b",
    re.IGNORECASE,
)
_SHORT_VERDICT = re.compile(
    rf"\b(?:of course|certainly|surely|definitely|clearly|obviously|indeed|absolutely),?\s+(?:not\b|{PRONOUN}\b)"
    rf"|(?:^|[.!?,;:]\s*|\bso |\bthat is why )\W*{PRONOUN}\s+"
    r"(?:really |indeed |certainly |definitely |surely |most likely |probably )?"
    rf"{VERB}(?:n't| not|not)?\s*(?:indeed|so)?\s*(?:[.!]|$)",
    re.IGNORECASE,
)
_CONCLUSION = re.compile(
    r"\b(?:so|thus|hence|therefore|(?:which|that|this) (?:means|shows|proves|implies)(?: that)?|it follows that)\b"
    r",?\s+(.+)$",
    re.IGNORECASE,
)
# A sentence with one of these asks, weighs or plans; it does not answer.
_OPEN = re.compile(
    r"\?|\b(?:whether|if|check|ask|asks|asking|consider|should|need|needs|think|look|verify|compare|find out|test"
    r"|suppose|assume|wonder|decide|before i|unless|depends?"
    r"|i (?:said|thought|took|claimed|concluded|assumed|wrote|read|missed|overlooked|mixed|confused|treated|answered"
    r"|looked))\b",
    re.IGNORECASE,
)
_SHORTENED = re.compile(rf"\b{VERB}(?:n't| not)?\W*$|\bcannot\W*$", re.IGNORECASE)
#: A sentence answers the question when it holds this share of the question's content words.
_ECHO = 0.75
_LOOSE_ECHO = 0.66
_FEW_FOREIGN = 2


def verdict_leak(text: str, question: str, wanted: Polarity) -> str | None:
    """Why the text decides the question; `None` when it leaves the question open."""
    said = _UNDECIDED.sub(" ", plain(text).removeprefix("Aha!").strip())
    if _VERDICT.search(said) or _SHORT_VERDICT.search(said):
        return _REASON
    if wanted == "maybe" and _DOUBT.search(said):
        return _REASON
    if any(_answers(sentence, question) for sentence in sentences(said)):
        return "It answers the question in a sentence."
    return None


def _answers(sentence: str, question: str) -> bool:
    """Whether the sentence says of the question's subject what the question asks, with or without a negation."""
    if _OPEN.search(sentence):
        return False
    conclusion = _CONCLUSION.search(sentence)
    return _echoes(sentence, question) or (conclusion is not None and _concludes(conclusion[1], question))


def _echoes(sentence: str, question: str) -> bool:
    asked, shared, foreign = overlap(sentence, question)
    if not shared or foreign > _FEW_FOREIGN:
        return False
    by_pronoun = speaks_by_pronoun(sentence, question)
    echo = _ECHO if foreign == _FEW_FOREIGN and not by_pronoun else _LOOSE_ECHO
    if len(shared) + by_pronoun >= max(2, echo * len(asked)) and (len(shared) > 1 or foreign < _FEW_FOREIGN):
        return True
    return by_pronoun and (foreign == 0 or (foreign == 1 and 2 * len(shared) >= len(asked)))


def _concludes(clause: str, question: str) -> bool:
    asked = {stem(term) for term in key_terms(question)}
    said = {stem(term) for term in key_terms(clause)}
    if _SHORTENED.search(clause):
        return bool(asked & said)
    enough = 1 if starts_with_pronoun(clause) or clause.lower().startswith("not ") else max(2, len(asked) / 2)
    return len(asked & said) >= enough and has_verb(clause)
