"""Find the final answer of an attempt, and recognise text that is not an answer at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from arango_thinking.matching.words.wording import plain, sentences, visible, words

_COLON_MARKER = re.compile(
    r"(?<![\w'-])answer[ \t]*[*_`]{0,3}[ \t]*[:=：](?:[ \t]*[*_`]{1,3}(?=\s))?",
    re.IGNORECASE,
)
_HEADING_MARKER = re.compile(r"^[#*_ \t]{1,8}(?:final\s+)?answer[ \t*_]*$", re.IGNORECASE | re.MULTILINE)
_LINE_MARKER = re.compile(r"^[*_ \t]{0,4}A[*_]{0,2}:[*_]{0,2}(?![^\n]*\n\W*B[:.)])", re.MULTILINE)
_SPOKEN_MARKER = re.compile(
    r"\banswer\b(?:\s+(?:to|of|for)\s+[^.\n]{1,80}?)?"
    r"\s+(?:is|was|would\s+be|will\s+be|must\s+be|should\s+be)\b(?:\s+that\b)?[:,]?",
    re.IGNORECASE,
)
_HASH_MARKER = re.compile(r"^[ \t]*####(?!#)(?=[ \t]*[-+$€£]?\s?[\d.]|[^\n]*\s*\Z)", re.MULTILINE)
_BOXED = re.compile(r"\\f?boxed\s*\{")

#: What is marked as the answer in the last of several lines.
_LAST_LINE = re.compile(r"(?<=\n)[ \t*_]*(?:final\s+)?answer[*_]*[ \t]*:[*_]*(?=[^\n]*\s*\Z)", re.IGNORECASE)
#: So many words may part two boxes of one answer.
_BETWEEN_BOXES = 3
#: A text of at most this many words is an answer without reasoning.
_ANSWER_ALONE = 25

_OPENERS = re.compile(
    r"(?:let'?s (?:think|see|solve|work|begin|start|break)[^.:!?]*"
    r"|(?:the )?(?:thought process|thinking|thoughts?|reasoning"
    r"|explanation|solution|answer|final answer|response|step 1|step-by-step[^.:]*"
    r"|okay|ok|sure|certainly|first|well|so|"
    r"here(?:'s| is) (?:my|the) (?:answer|solution|reasoning|thought process)))",
    re.IGNORECASE,
)

_CLAIM = re.compile(
    r"\W*(?:(?:my|the|this|that)\s+(?:final\s+)?(?:answer|solution|result|verdict|judge?ment)(?:\s+(?:is|was)|\s*:)"
    r"|verdict\s*:)\s*(?:right|correct|true|fine|accurate)\W*"
    r"|\W*(?:as\s+)?(?:stated|shown|explained|mentioned|given|see)\s+(?:above|before|earlier)\W*",
    re.IGNORECASE,
)


def final_answer(text: str) -> str:
    """The part of an attempt that is judged: what follows its last answer marker, else its last sentence."""
    place, read = max(_markers(text), default=(0, None), key=lambda marker: marker[0])
    return _bare(read(text, place) if read else _last_sentence(text))


def marked_answer(reference: str) -> str:
    """The part of a worked solution that is its answer: after "####", in a last line "Answer: ...", or in boxes.

    Of several boxes the last counts, with those that only a few words part from it. A reference without such a mark is
    itself the answer.
    """
    for pattern in (_HASH_MARKER, _LAST_LINE):
        marks = list(pattern.finditer(reference))
        if marks:
            return _bare(_line(reference, marks[-1].end())) or reference
    boxes: list[str] = []
    end = 0
    for mark in _BOXED.finditer(reference):
        between = reference[end : mark.start()]
        if "\n" in between.strip() or len(between.split()) > _BETWEEN_BOXES:
            boxes.clear()
        inside = _braced(reference, mark.end())
        end = mark.end() + len(inside)
        boxes.append(_bare(inside))
    return ", ".join(filter(None, boxes)) or reference


def _markers(text: str) -> Iterator[tuple[int, Callable[[str, int], str]]]:
    """Yield where each marker ends, and the function that reads the answer after it."""
    for pattern in (_COLON_MARKER, _HEADING_MARKER, _LINE_MARKER, _HASH_MARKER):
        yield from ((mark.end(), _line) for mark in pattern.finditer(text))
    yield from ((mark.end(), _spoken) for mark in _SPOKEN_MARKER.finditer(text))
    yield from ((mark.end(), _braced) for mark in _BOXED.finditer(text))


def _line(text: str, start: int) -> str:
    """The rest of the line; when that is empty, the block of lines that follows."""
    line = text[start:].split("\n", 1)[0]
    if visible(line).strip(" *_`"):
        return line
    return re.split(r"\n\s*\n", text[start:].lstrip(" *_`\n\t\r"), maxsplit=1)[0]


def _spoken(text: str, start: int) -> str:
    follows = text[start:].lstrip(" \t")
    if follows.startswith("\n"):
        return _line(follows, 0)
    pieces = sentences(follows)
    return pieces[0] if pieces else ""


def _braced(text: str, start: int) -> str:
    depth = 1
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return text[start:place]
    return text[start:]


def _last_sentence(text: str) -> str:
    lines = [line for line in text.splitlines() if visible(line)]
    if not lines:
        return ""
    if len(text.split()) <= _ANSWER_ALONE:
        return lines[-1]
    return next(piece for piece in reversed(sentences(lines[-1])) if piece.strip())


def _bare(answer: str) -> str:
    """The answer without the emphasis and quotes around it."""
    answer = visible(answer).strip()
    while True:
        inner = re.sub(r"[*`]+([.!?]?)$", r"\1", answer.lstrip("*`")).strip()
        if len(inner) > 1 and inner[0] in "\"'“_" and inner[-1] in "\"'”_" and inner[0] not in inner[1:-1]:
            inner = inner[1:-1].strip()
        if inner == answer:
            return answer
        answer = inner


def degenerate(question: str, answer: str, hints: Sequence[str] = ()) -> str | None:
    """Why the text is not an answer, whatever the reference says; `None` when it can be judged."""
    said = visible(answer)
    if not any(unicodedata.category(character)[0] in "LNS" for character in said):
        return "The answer is empty."
    opener = plain(said).strip(" *_#\n.:!-")
    if _OPENERS.fullmatch(opener) or (said.endswith(":") and len(opener.split()) <= 8):
        return "The answer is only an opening without an answer after it."
    if _CLAIM.fullmatch(plain(said)):
        return "The answer only claims to be one."
    spoken = words(said)
    if len(spoken) > 2 and _repeats(spoken, question):
        return "The answer repeats the question."
    if any(_repeats(spoken, hint) for hint in hints):
        return "The answer repeats what came before it."
    return None


def _repeats(spoken: list[str], text: str) -> bool:
    repeated = words(text)
    heading = re.split(r"\b(?:options|choices)\s*:", text, maxsplit=1, flags=re.IGNORECASE)[0]
    without_opening = repeated[1:] if repeated[:1] == ["aha"] else repeated
    return bool(spoken) and spoken in (repeated, without_opening, words(heading))
