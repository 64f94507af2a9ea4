"""Multiple choice: the options of a question, and which of them an answer takes."""

from __future__ import annotations

import re

from arango_thinking.matching.numbers.numbers import as_number, numbers_in, same
from arango_thinking.matching.words.wording import folded, plain, position, words

_HEADING = re.compile(r"\b(?:options|choices|answer choices)\s*:", re.IGNORECASE)
_MARKER = re.compile(r"(?:^|(?<=[\s;,]))\(?([A-J])[).:](?=\s|\S)", re.MULTILINE)
_LINE_MARKER = re.compile(r"^[ \t]*\(?([A-J])[).:]\s", re.MULTILINE)
_LEAD = re.compile(
    r"^(?:it is |it's )?(?:the )?(?:correct )?(?:option|choice|answer|letter)?\s*(?:is )?[:\s]*", re.IGNORECASE
)
_LETTER = re.compile(r"[(\[]?([A-Ja-j])(?:[)\].:,;-]|\s*$|\s+(?:is|because|since|as|with|for)\b)")
_NAMED = re.compile(
    r"(?:\b(?:[Oo]ption|[Cc]hoice|[Aa]nswer|[Ll]etter)s?\s+(?:is\s+)?\(?([A-J]|[b-hj](?=\W*$))\b|\(([A-J])\)|(?<![\w'])([B-HJ])\b(?!['\w])"
    r"|\b([AI])\b(?=\s*(?:or|and|,|/)\s*\(?[A-J]\b)|(?<=\bor )([AI])\b|(?<=\band )([AI])\b)"
)
_DENIED = re.compile(
    r"\b(?:not|never|rather than|instead of|excludes?|eliminates?|rules? out)\s+(?:option\s+|choice\s+)?"
    r"(?:\([A-J]\)|[A-J]\b)",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\W*(?:all|both|any|each|every one) of (?:them|these|the above|the options)\b|\W*all\W*$", re.IGNORECASE
)
_NONE = re.compile(r"\bnone\b", re.IGNORECASE)


def stem_and_options(question: str) -> tuple[str, dict[str, str]]:
    """The question without its options, and the options by letter (empty when the question lists no options)."""
    heading = max(_HEADING.finditer(question), key=re.Match.start, default=None)
    begin, marker = (heading.end(), _MARKER) if heading else (0, _LINE_MARKER)
    marks = _in_order(list(marker.finditer(question, begin)))
    if len(marks) < 2:
        return question, {}
    ends = [mark.start() for mark in marks[1:]] + [len(question)]
    found = {mark[1]: question[mark.end() : end].strip(" \n\t;,") for mark, end in zip(marks, ends, strict=True)}
    return question[: heading.start() if heading else marks[0].start()], found


def _in_order(marks: list[re.Match[str]]) -> list[re.Match[str]]:
    """The marks that run A, B, C and so on."""
    run: list[re.Match[str]] = []
    for mark in marks:
        if ord(mark[1]) == ord("A") + len(run):
            run.append(mark)
    return run


def reference_letter(reference: str, offered: dict[str, str]) -> str | None:
    """The letter of the option that the reference names; `None` when it names none of the options."""
    said = plain(reference).strip()
    mark = re.match(r"\(?([A-J])(?:[).:]|$)", said)
    if mark and mark[1] in offered:
        return mark[1]
    return option_meant(said, offered)


def lettered(reference: str) -> dict[str, str]:
    """Read a reference such as "D) 250 m" as the one known option of a question that does not list its options.

    Empty for any other reference.
    """
    mark = re.match(r"\(?([A-J])\)\s*(\S.*)", plain(reference).strip(), re.DOTALL)
    return {mark[1]: mark[2]} if mark else {}


def letters_named(text: str, offered: dict[str, str]) -> list[str]:
    """The option letters that the text names and does not deny, each once, in order."""
    text = _DENIED.sub(" ", plain(text))
    named = [next(group for group in found.groups() if group).upper() for found in _NAMED.finditer(text)]
    leading = leading_letter(text)
    return [letter for letter in dict.fromkeys(([leading] if leading else []) + named) if letter in offered]


def leading_letter(text: str) -> str | None:
    """The letter of the option that the text begins with: "(D)", "D.", "option d", but not the article "a"."""
    said = plain(text).strip(" *_\"'\n\t")
    said = said[match.end() :] if (match := _LEAD.match(said)) else said
    letter = _LETTER.match(said)
    if letter is None:
        return None
    bare = letter.group().strip()
    if bare.islower() and len(bare) == 1 and len(said.strip(" .")) > 1:
        return None
    return letter[1].upper()


def options_held(text: str, offered: dict[str, str]) -> list[str]:
    """The letters of all options whose text the answer holds."""
    return [letter for letter, option in offered.items() if _holds(text, option)]


def option_meant(text: str, offered: dict[str, str]) -> str | None:
    """The letter of the one option whose text the answer gives; `None` when it gives no option's text, or several."""
    compact = without_spaces(text)
    equal = [letter for letter, option in offered.items() if without_spaces(option) == compact]
    if len(equal) == 1:
        return equal[0]
    stated = as_number(text)
    numeric = {letter: number for letter, option in offered.items() if (number := as_number(option))}
    if stated:
        equal = [letter for letter, number in numeric.items() if same(number, stated)]
        return equal[0] if len(equal) == 1 else None
    held = [letter for letter, option in offered.items() if _holds(text, option)]
    # An option inside a longer one ("5" in "-5 and 5") is not what was said.
    held = [one for one in held if not any(one != other and _within(offered[one], offered[other]) for other in held)]
    return held[0] if len(held) == 1 else None


def _within(part: str, whole: str) -> bool:
    return len(without_spaces(part)) < len(without_spaces(whole)) and without_spaces(part) in without_spaces(whole)


def _holds(text: str, option: str) -> bool:
    number = as_number(option)
    if number is not None:
        return any(same(number, stated) for stated in numbers_in(text))
    compact = without_spaces(option)
    if re.search(r"[^\w\s.,;'-]", option.strip(" .;")):
        return bool(re.search(rf"(?<![\w^*/+-]){re.escape(compact)}(?![\w^*/+(-])", without_spaces(text)))
    return position(words(option), words(text)) >= 0


def denied_letters(text: str) -> set[str]:
    """The option letters that the text rules out."""
    return {found.group().strip("()")[-1].upper() for found in _DENIED.finditer(plain(text))}


def takes_all(text: str) -> bool:
    """Whether the text takes every option."""
    return bool(_ALL.match(plain(text)))


def without_letter(answer: str) -> str:
    """The answer without the letter of an option at its beginning."""
    return re.sub(r"^\W*(?:(?:option|choice|answer|letter)\s+)?\(?[A-J](?:[).:]\s*|\W*$)", "", answer.strip())


def none_of_these(option: str) -> bool:
    """Whether the option says that no other option is right."""
    return bool(_NONE.match(option.strip()))


def without_spaces(text: str) -> str:
    """The form of a text in which options are compared: without case, spaces, and the signs around it."""
    return re.sub(r"[\s$]|\.$", "", folded(plain(text)).strip(" .;"))
