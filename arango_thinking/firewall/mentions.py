"""Find text that speaks of being taught.

A chain of thought must not speak of it, because nobody teaches the trained model when it answers.
"""

from __future__ import annotations

import re

from arango_thinking.matching.words.wording import plain, sentences

_PERSON = r"\b(?:the|my|your|our) (?:teacher|tutor|instructor|grader|evaluator|mentor)"
_SAYING = (
    r"(?:says?|said|point(?:s|ed)? (?:\w+ )?out|hint(?:s|ed)?|suggest(?:s|ed)?|mention(?:s|ed)?|not(?:es|ed)"
    r"|t(?:old|ells) me|remind(?:s|ed)|correct(?:s|ed) me|indicat(?:es|ed)|(?:want|expect)(?:s|ed)? me|gave me"
    r"|(?:is|was) right)\b"
)
_WORDS_OF_A_TEACHER = r"(?:hint|feedback|remark|comment|advice|suggestion|correction|guidance|point|note|words)"
_RIGHT_ANSWER = r"the (?:correct|right|true) (?:answer|solution)\b"

# No pattern may match what questions speak of: a teacher who gives apples, a hint of lemon, a feedback loop.
_PATTERNS = (
    rf"{_PERSON} (?:has |had |just )?{_SAYING}",
    rf"\b(?:according|thanks) to {_PERSON}\b",
    rf"{_PERSON}'s {_WORDS_OF_A_TEACHER}",
    r"\b(?:the|this|that|these|those|your|my|another|given|previous|earlier|first|second|last|new) hints?\b(?! of\b)",
    r"\b(?:a|one) hint\b(?! of\b)|\bas (?:was )?hinted\b|\bhinted (?:that|to me)\b",
    r"\bhints? (?:says?|said|suggests?|tells?|mentions?|indicates?|points?)\b",
    r"\b(?:reference|expected|gold(?:en)?|ground[- ]truth|provided|official|intended) (?:answer|solution)s?\b"
    r"(?! (?:choices?|options?))",
    r"\b(?:ground[- ]truth|answer key|gold label|(?:the|a) model (?:answer|solution))\b",
    r"\bthe reference (?:says|states|confirms|gives|mentions|indicates)\b",
    r"\baccording to the reference\b(?! (?:frame|point|values?|range|book|manual)\b)",
    rf"\b(?:according to|given|told|shown|provided with) (?:me )?{_RIGHT_ANSWER}",
    rf"\b(?:match(?:es)?|agrees with|compared (?:to|with)) {_RIGHT_ANSWER}",
    rf"\b{_RIGHT_ANSWER} (?:given|provided|supplied|(?:that|i) was given)\b",
    r"\bi (?:was|am|have been|'ve been|'m) (?:told|given|shown|reminded|corrected)\b[^.!?]{0,30}"
    r"\b(?:answer|attempt|solution|wrong|incorrect|mistake)",
    r"\bmy (?:\w+ )?(?:answer|attempt) (?:was|is|has been) (?:judged|marked|graded|rated|scored)\b",
    r"\b(?:the|this|that|your|my) feedback (?:says|said|suggest(?:s|ed)|indicate[sd]|point(?:s|ed)|is right|i)\b",
    r"\byour feedback\b|\b(?:based on|according to|thanks for|thank you for|received) (?:the|this|that) feedback\b"
    r"(?! (?:loop|mechanism))",
    r"\byou(?:'re| are) (?:absolutely |quite |completely )?right\b",
    r"\bas you (?:said|say|pointed|mentioned|suggested|noted|hinted)\b",
    r"\byou (?:pointed out|hinted|corrected me|told me|reminded me|gave me)\b",
    r"\b(?:thank you|thanks) for (?:the|your|pointing|correcting|reminding)\b",
    r"\bthe user (?:says|said|asked me|wants me)\b|\bthe verdict (?:says|said)\b",
)
_TEACHING = re.compile("|".join(_PATTERNS), re.IGNORECASE)


def speaks_of_teaching(text: str) -> bool:
    """Whether the text speaks of a teacher, a hint, or an answer that somebody gave."""
    return _TEACHING.search(" ".join(plain(text).replace("*", "").split())) is not None


def without_teaching(text: str) -> str:
    """The text without the sentences that speak of teaching. The rest stays verbatim."""
    kept = "".join(sentence for sentence in sentences(text) if not speaks_of_teaching(sentence))
    return kept if kept.strip() else ""
