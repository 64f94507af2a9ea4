"""Prepare text for comparison: bring characters into one notation, find words and their places, split sentences."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

#: These characters show nothing, although Unicode does not class them as spaces or controls.
_BLANK_LETTERS = frozenset("\u2800\u3164\u115f\u1160\uffa0\u034f")

_CHARACTERS = str.maketrans(
    dict.fromkeys("‐‑‒–—―−﹣－", "-")
    | dict.fromkeys("‘’‚‛′`´", "'")
    | dict.fromkeys("“”„‟″«»", '"')
    | {"⁄": "/", "∕": "/", "÷": "/", "·": "×", "✕": "×"}
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SUPERSCRIPT_RUN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")

_LATEX = (
    (re.compile(r"(?<=-)\s*\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}"), r"\1/\2"),
    (re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}"), r" \1/\2"),
    (re.compile(r"\\[dt]?frac\s*(\d)\s*(\d)"), r" \1/\2"),
    (re.compile(r"\\(?:text|textbf|mathrm|mathbf|boxed|fbox|operatorname)\s*\{([^{}]*)\}"), r"\1"),
    (re.compile(r"\\(?:times|cdot)(?![a-z])"), "×"),
    (re.compile(r"\{,\}"), ","),
    (re.compile(r"\\(?:left|right|displaystyle)(?![a-z])|\\[()\[\]]|\$\$"), ""),
    (re.compile(r"\\(?:quad|qquad)(?![a-z])|\\[,;:! ]"), " "),
    (re.compile(r"(?<!\\)\$([^$\n\\]*?)(?<!\\)\$(?!\s?\d)"), r"\1"),
    (re.compile(r"\\([%$&#_{}])"), r"\1"),
)
#: A text without one of these characters cannot match any of the patterns above.
_LATEX_MARKS = "\\${"

# Scripts written without spaces between words: each character is a word of its own.
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0eff"
_WORD = re.compile(
    rf"\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?!\d)|\d+\.\d+|[{_UNSPACED}]"
    rf"|(?:(?![{_UNSPACED}])[^\W_])+(?:['’](?:(?![{_UNSPACED}])[^\W_])+)*"
)
_DECIMAL_ZEROS = re.compile(r"(\.\d*?)0+$")

_BOUNDARY = re.compile(r"(?<=[.!?])[\"'”’)\]*_]*\s+|(?<=[。！？])|\n+")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'“‘])(?:Mr|Mrs|Ms|Dr|Prof|St|Mt|No|Nos|vs|etc|approx|Fig|al|Jr|Sr|Rs|cf|e\.g|i\.e|U\.S|U\.K|[A-Z])\.$"
)

_NEAR = 40


def word_list(text: str) -> tuple[str, ...]:
    """The words of a list that is written as one string."""
    return tuple(text.split())


@dataclass(frozen=True, slots=True)
class Word:
    """A word in its comparable form, and where it stands in the text it was read from."""

    form: str
    start: int
    end: int


def visible(text: str) -> str:
    """The text without characters that show nothing, and without blanks at its ends."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return "".join(character for character in text if _shows(character)).strip()


def _shows(character: str) -> bool:
    if character in "\n\t\r":
        return True
    return unicodedata.category(character)[0] != "C" and character not in _BLANK_LETTERS


def plain(text: str) -> str:
    """The text in one notation: ordinary digits, dashes, quotes and fractions, LaTeX commands written out."""
    if any(mark in text for mark in _LATEX_MARKS):
        for pattern, replacement in _LATEX:
            text = pattern.sub(replacement, text)
    if text.isascii():
        return visible(text)
    text = _SUPERSCRIPT_RUN.sub(lambda run: "^" + run.group().translate(_SUPERSCRIPTS), visible(text))
    text = "".join(_plain_character(character) for character in text.translate(_CHARACTERS))
    return unicodedata.normalize("NFKC", text).translate(_CHARACTERS)


def _plain_character(character: str) -> str:
    if character.isascii():
        return character
    if unicodedata.category(character) == "Nd":
        return str(unicodedata.digit(character))
    if unicodedata.decomposition(character).startswith("<fraction>"):
        return f" {character}"
    return character


def folded(text: str) -> str:
    """The text without case and without the accents of European scripts."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", text.casefold())
    return unicodedata.normalize("NFC", "".join(mark for mark in apart if not "\u0300" <= mark <= "\u036f"))


def located_words(text: str) -> list[Word]:
    """The words of the text as it stands, each with its place."""
    return [Word(_form(found.group()), found.start(), found.end()) for found in _WORD.finditer(text)]


def words(text: str) -> list[str]:
    """The words of the text in their comparable form."""
    return [_form(found) for found in _WORD.findall(plain(text))]


@lru_cache(maxsize=1 << 16)  # The texts of a run repeat the same words.
def _form(word: str) -> str:
    form = folded(plain(word)).removesuffix("'s")
    if form[:1].isdigit():
        form = form.replace(",", "")
        form = _DECIMAL_ZEROS.sub(r"\1", form).removesuffix(".") if "." in form else form
    return form


def position(part: list[str], whole: list[str]) -> int:
    """Where `part` stands in `whole` as consecutive words; -1 when it does not."""
    if not part:
        return -1
    for start in range(len(whole) - len(part) + 1):
        if whole[start : start + len(part)] == part:
            return start
    return -1


def before(text: str, place: int) -> str:
    """The few characters before a place that may say something about what stands there."""
    return text[max(0, place - _NEAR) : place]


def after(text: str, place: int) -> str:
    """The few characters after a place that may say something about what stands there."""
    return text[place : place + _NEAR]


def sentences(text: str) -> list[str]:
    """The text cut after each sentence and line. Joined together, the pieces are the whole text again."""
    pieces: list[str] = []
    start = 0
    for boundary in _BOUNDARY.finditer(text):
        if boundary.end() <= start or _inside_sentence(text, boundary):
            continue
        pieces.append(text[start : boundary.end()])
        start = boundary.end()
    return [*pieces, text[start:]] if start < len(text) else pieces


def _inside_sentence(text: str, boundary: re.Match[str]) -> bool:
    if "\n" in boundary.group() or text[boundary.start() - 1] != ".":
        return False
    follows = text[boundary.end() : boundary.end() + 1]
    return follows.islower() or bool(_ABBREVIATION.search(text[max(0, boundary.start() - 12) : boundary.start()]))
