"""Decide whether a text gives the right option of a multiple-choice question away: by naming it, or all the others."""

from __future__ import annotations

import re
from collections.abc import Callable

from arango_thinking.matching.options.choices import leading_letter, none_of_these
from arango_thinking.matching.words.wording import plain, word_list

#: A function of a text, a question and an answer. It returns whether the text gives the whole answer away.
Reveals = Callable[[str, str, str], bool]

_LETTER_STATED = (
    r"\b(?i:(?:option|choice|answer|letter)s?\s+(?:is\s+|must be\s+)?)\W?{0}\b|\(?\b{0}\)|(?<![\w'.]){1}(?![\w'])"
)
_SMALL_LETTER = (
    r"\((?i:{0})\)|\b(?:option|choice|choose|pick|take|letter|answer is|it is|it's)\s+"
    r"\(?(?!a\b(?!\W*$)|i\b){1}\)?(?=\W*(?:$|[.,;!]))"
)
_CAPITAL = (
    r"\b(?i:it is|it's|is|be|choose|pick|take|chose|picked|not)\s+"
    r"\(?{0}\)?(?=\W*(?:$|[.,;!]|\bor\b|\band\b|\bnor\b))"
)
_NONE_STATED = re.compile(r"\bnone of\b|\bno(?:t any| option| choice)\b", re.IGNORECASE)
_ORDINALS = word_list("first second third fourth fifth sixth seventh eighth ninth tenth")
_OPTION = r"(?:option|choice|answer|alternative|one|statement|possibility)"
_NTH = re.compile(
    rf"\b({'|'.join(_ORDINALS)}|last|final|middle)\s+{_OPTION}\b|\boption (?:number )?(\d)\b"
    rf"|\b(?:it is|it's|choose|pick|take) the (?P<nth>{'|'.join(_ORDINALS)}|last)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"\b(first|last)\s+(two|three|four)\b", re.IGNORECASE)
_ONLY_ORDINAL = re.compile(r"\bneither the (first|last)\b", re.IGNORECASE)
_NEIGHBOUR = re.compile(r"\bletter (?:right |just |directly )?(after|before|following|preceding) \(?([A-J])\b")


def option_leak(text: str, question: str, offered: dict[str, str], right: str, reveals: Reveals) -> str | None:
    """Why the text reveals which option is right; `None` when it leaves at least two options open."""
    said = plain(text)
    by_place = _named_by_place(said, list(offered))
    named = [
        letter
        for letter, option in offered.items()
        if letter in by_place or _letter_named(said, letter) or _text_named(text, question, option, reveals)
    ]
    if none_of_these(offered[right]) and _NONE_STATED.search(said):
        return "It rules the options out all at once."
    if right in named and len(named) < len(offered):
        return "It singles out the right option."
    if right not in named and len(named) == len(offered) - 1:
        return "It leaves only one option by naming all the others."
    return None


def _letter_named(said: str, letter: str) -> bool:
    # "A" and "I" are also words. A bare one is the letter of an option only when another letter follows ("A or B").
    bare = rf"{letter}(?=\s*(?:or|and|nor|,|/)\s*\(?[A-J]\b)" if letter in "AI" else letter
    if re.search(_LETTER_STATED.replace("{0}", letter).replace("{1}", bare), said) or leading_letter(said) == letter:
        return True
    if re.search(_CAPITAL.replace("{0}", letter), said):
        return True
    small = _SMALL_LETTER.replace("{0}", letter).replace("{1}", letter.lower())
    return re.search(small, said) is not None


def _text_named(text: str, question: str, option: str, reveals: Reveals) -> bool:
    return not none_of_these(option) and reveals(text, question, option)


def _named_by_place(said: str, letters: list[str]) -> set[str]:
    """The letters that the text names by their place: "the second option", "the last two", "the letter after A"."""
    named: set[str] = set()
    for found in _NTH.finditer(said):
        word = found[1] or found["nth"]
        named |= _nth(word.lower(), letters) if word else set(letters[int(found[2]) - 1 : int(found[2])])
    for found in _SEVERAL.finditer(said):
        count = ("two", "three", "four").index(found[2].lower()) + 2
        named |= set(letters[:count] if found[1].lower() == "first" else letters[-count:])
    for found in _ONLY_ORDINAL.finditer(said):
        named |= _nth(found[1].lower(), letters)
    for found in _NEIGHBOUR.finditer(said):
        step = 1 if found[1] in ("after", "following") else -1
        named.add(chr(ord(found[2]) + step))
    return named


def _nth(word: str, letters: list[str]) -> set[str]:
    if word in ("last", "final"):
        return set(letters[-1:])
    if word == "middle":
        return {letters[len(letters) // 2]} if len(letters) % 2 else set()
    place = _ORDINALS.index(word)
    return set(letters[place : place + 1])
