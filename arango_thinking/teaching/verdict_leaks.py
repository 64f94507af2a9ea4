"""Whether a text gives the answer to a yes/no question away: in so many words, or by answering it in a sentence."""

from __future__ import annotations

import re

from arango_thinking.teaching.opposites import exclude
from arango_thinking.teaching.polarity import Polarity
from arango_thinking.teaching.terms import STOP_WORDS, key_terms, same_word, stem
from arango_thinking.teaching.wording import plain, sentences, words

_REASON = "It states or excludes a verdict."
_PRONOUN = r"(?:it|they|he|she|this|that|these|those|you|one|we)"
_VERB = r"(?:would|does|do|did|is|are|was|were|can|could|will|has|have|had|must|may|might|should)"

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
# What a verdict of "maybe" is in other words.
_DOUBT = re.compile(
    r"\b(?:un(?:clear|certain|decided|known|resolved|settled)|in(?:conclusive|determinate|sufficient)|mixed|conflicting)\b"
    r"|\b(?:cannot|can't|could not|not possible to|impossible to) (?:be )?(?:sure|say|said|tell|told|decide|decided"
    r"|conclude|concluded|know|known)\b|\bfor sure\b|\bmaybe\b|\bperhaps\b|\bneither (?:way|yes)\b|\bit depends\b",
    re.IGNORECASE,
)
_SHORT_VERDICT = re.compile(
    rf"\b(?:of course|certainly|surely|definitely|clearly|obviously|indeed|absolutely),?\s+(?:not\b|{_PRONOUN}\b)"
    rf"|(?:^|[.!?,;:]\s*|\bso |\bthat is why )\W*{_PRONOUN}\s+"
    r"(?:really |indeed |certainly |definitely |surely |most likely |probably )?"
    rf"{_VERB}(?:n't| not|not)?\s*(?:indeed|so)?\s*(?:[.!]|$)",
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
    r"|suppose|assume|wonder|decide|before|unless|depends?"
    r"|i (?:said|thought|took|claimed|concluded|assumed|wrote|read|missed|overlooked|mixed|confused|treated|answered"
    r"|looked))\b",
    re.IGNORECASE,
)
_STARTS_WITH_PRONOUN = re.compile(
    rf"\W*(?:aha\W+)?(?:in fact,? |actually,? |really,? |then,? )?{_PRONOUN}\b", re.IGNORECASE
)
_HAS_VERB = re.compile(rf"\b{_VERB}\b|n't\b|\bnot\b|\bnever\b|\bcannot\b", re.IGNORECASE)
_SHORTENED = re.compile(rf"\b{_VERB}(?:n't| not)?\W*$|\bcannot\W*$", re.IGNORECASE)
#: The share of the question's content words with which a sentence answers it.
_ECHO = 0.75
_LOOSE_ECHO = 0.66
_FEW_FOREIGN = 2
_WHEN = frozenset({"after", "before"})


def verdict_leak(text: str, question: str, wanted: Polarity) -> str | None:
    """Why the text decides the question; None when it leaves it open."""
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
    asked = {stem(term) for term in key_terms(question)} - _WHEN
    said = {stem(term) for term in key_terms(sentence)} - {"aha"}
    shared = {term for term in asked if any(same_word(term, word) or exclude(term, word) for word in said)}
    foreign = len(said) - len(shared)
    if not shared or foreign > _FEW_FOREIGN:
        return False
    echo = _ECHO if foreign == _FEW_FOREIGN else _LOOSE_ECHO
    if len(shared) >= max(2, echo * len(asked)):
        return True
    return _about_pronoun(sentence, question) and (foreign == 0 or (foreign == 1 and 2 * len(shared) >= len(asked)))


def _about_pronoun(sentence: str, question: str) -> bool:
    """Whether a sentence such as "It is not a fish" speaks of the question's subject by a pronoun."""
    subject = [word for word in words(question) if word not in STOP_WORDS][:1]
    of_subject = _STARTS_WITH_PRONOUN.match(sentence) and _HAS_VERB.search(sentence)
    return bool(of_subject) and not set(subject) & set(words(sentence))


def _concludes(clause: str, question: str) -> bool:
    asked = {stem(term) for term in key_terms(question)}
    said = {stem(term) for term in key_terms(clause)}
    if _SHORTENED.search(clause):
        return bool(asked & said)
    enough = 1 if _STARTS_WITH_PRONOUN.match(clause) else max(2, len(asked) / 2)
    return len(asked & said) >= enough and _HAS_VERB.search(clause) is not None
