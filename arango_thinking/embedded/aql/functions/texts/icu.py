"""Translating the regular expressions of ICU, which ArangoDB uses, into Python's notation."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import groupby

from arango_thinking.embedded.errors import not_supported

#: Notation without a counterpart in Python: operations on sets, flags inside a pattern, and rare escapes.
MISSING = re.compile(r"(?<!\\)(?:\\\\)*(?:\\[XQEGN]|\[\[|\[\^\[|\[[^\]]*(?:&&|--|~~|\|\|)|(?!^)\(\?[a-zA-Z-]+\))")
LINE_ENDS = r"\n\x0b\f\r\x85\u2028\u2029"
BLANKS = r"\t \xa0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000"
#: The end of the text, or the place before a line end that ends the text.
END = r"(?:\Z|(?=\r\n\Z)|(?<!\r)(?=\n\Z)|(?=[\x0b\f\r\x85\u2028\u2029]\Z))"
ESCAPES = {
    "z": r"\Z", "Z": END, "R": rf"(?:\r\n|[{LINE_ENDS}])", "h": f"[{BLANKS}]", "H": f"[^{BLANKS}]",
    "v": f"[{LINE_ENDS}]", "V": f"[^{LINE_ENDS}]", "e": r"\x1b",
}  # fmt: skip
ESCAPES_IN_SETS = {"h": BLANKS, "v": LINE_ENDS, "e": r"\x1b"}
PROPERTY = re.compile(r"\\([pP])\{(\^?)([A-Z][a-z]?)\}")
#: The names of groups cannot contain an underscore.
NAMED_GROUP, NAMED_REFERENCE = re.compile(r"\(\?<([A-Za-z][A-Za-z0-9]*)>"), re.compile(r"\\k<([A-Za-z][A-Za-z0-9]*)>")
CODE_POINT = re.compile(r"\\x\{([0-9a-fA-F]{1,6})\}")
FLAGS = re.compile(r"\(\?([a-zA-Z]+)\)")


def translated(pattern: str) -> str:
    """The same expression in Python's notation. Raises `ArangoError` 9 when Python has no counterpart."""
    if MISSING.search(pattern):
        raise not_supported(f"the regular expression {pattern}")
    flags = FLAGS.match(pattern)
    plain = {} if flags and "s" in flags[1] else {".": f"[^{LINE_ENDS}]"}
    if not (flags and "m" in flags[1]):
        plain["$"] = END
    parts: list[str] = []
    position, in_set = 0, False
    while position < len(pattern):
        part, end = _special(pattern, position, in_set)
        if end == position:
            character = pattern[position]
            part, end = character if in_set else plain.get(character, character), position + 1
            in_set = character == "[" or (in_set and character != "]")
        parts.append(part)
        position = end
    return "".join(parts)


def _special(pattern: str, position: int, in_set: bool) -> tuple[str, int]:
    """The Python text for the escape or named group at `position`, and the position after it.

    If neither stands there, the text is empty and the position is `position`.
    """
    for expression, write in WRITERS:
        match = expression.match(pattern, position)
        if match:
            return write(match, in_set), match.end()
    if pattern[position] != "\\":
        return "", position
    escaped = pattern[position + 1 : position + 2]
    if escaped in ESCAPES:
        table = ESCAPES_IN_SETS if in_set else ESCAPES
        if escaped not in table:
            raise not_supported(f"the regular expression {pattern}")
        return table[escaped], position + 2
    if escaped in ("p", "P", "k"):
        raise not_supported(f"the regular expression {pattern}")
    return pattern[position : position + 2], position + 2


def _property(match: re.Match[str], in_set: bool) -> str:
    inverted = (match[1] == "P") is not bool(match[2])
    members = _category(match[3], inverted)
    return members if in_set else f"[{members}]"


@lru_cache(maxsize=32)
def _category(name: str, inverted: bool) -> str:
    """The characters of a general category as ranges; if `inverted`, all other characters."""
    fits = (unicodedata.category(chr(code)).startswith(name) is not inverted for code in range(sys.maxunicode + 1))
    codes = (code for code, fitting in enumerate(fits) if fitting)
    ranges = [list(run) for _, run in groupby(enumerate(codes), lambda pair: pair[1] - pair[0])]
    return "".join(f"\\U{run[0][1]:08x}-\\U{run[-1][1]:08x}" for run in ranges)


Write = Callable[[re.Match[str], bool], str]
WRITERS: list[tuple[re.Pattern[str], Write]] = [
    (PROPERTY, _property),
    (NAMED_GROUP, lambda match, in_set: match[0] if in_set else f"(?P<{match[1]}>"),
    (NAMED_REFERENCE, lambda match, _in_set: f"(?P={match[1]})"),
    (CODE_POINT, lambda match, _in_set: f"\\U{int(match[1], 16):08x}"),
]
