"""Text from documents made safe to show on one line of a terminal or a log."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_JOINER = "\u200d"
#: Invisible characters that shape their neighbours: without them some scripts and emoji are shown wrong.
_KEPT = frozenset({_JOINER, "\u200c"})
#: A longer cluster is not a character of any language, but a stack of marks that would cover other lines.
_LONGEST_CLUSTER = 16


def printable(text: str, limit: int = 200) -> str:
    """The text on one line, cut to about `limit`, with control, bidi and other invisible characters as escapes.

    A cut is marked with "…" and never splits what a reader sees as one character. Right-to-left text is isolated, so
    that it cannot reverse what follows it on the line.
    """
    shown: list[str] = []
    length = 0
    for cluster in _clusters(text):
        escaped = "".join(map(_escape, cluster))
        length += len(escaped)
        if length > limit:
            shown.append("…")
            break
        shown.append(escaped)
    line = "".join(shown)
    return f"\u2068{line}\u2069" if _has_right_to_left(line) else line


def _clusters(text: str) -> Iterator[str]:
    """Yield runs of characters that a reader sees as one; they are exact enough for a cut."""
    start = 0
    for position in range(1, len(text)):
        if position - start >= _LONGEST_CLUSTER or not _is_joined(text[start:position], text[position]):
            yield text[start:position]
            start = position
    if text:
        yield text[start:]


def _is_joined(cluster: str, character: str) -> bool:
    if character.isascii():
        return False
    flag = _is_regional(character) and len(cluster) == 1 and _is_regional(cluster)
    skin_tone = "\U0001f3fb" <= character <= "\U0001f3ff"
    mark = unicodedata.category(character).startswith("M")
    return flag or skin_tone or mark or character in _KEPT or cluster.endswith(_JOINER)


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _escape(character: str) -> str:
    if character.isprintable() or character in _KEPT:
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def _has_right_to_left(text: str) -> bool:
    return not text.isascii() and any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)
