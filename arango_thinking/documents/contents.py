"""Read the texts inside documents: message lists, contents in all their forms, and whether a text is empty."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

from arango_thinking.errors import DocumentError

#: Characters that show nothing, although their Unicode category does not say so.
_NO_GLYPH = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | set(map(chr, range(0xFE00, 0xFE10)))
_BLANK = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_TEXT_PARTS = ("text", "input_text", "output_text")
_KINDS = {str: "a string", int: "a number", float: "a number", list: "a list", dict: "an object"}


def messages_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The messages, each an object with a role. Raises `DocumentError` when they are not."""
    messages = document.get("messages")
    if not isinstance(messages, list):
        raise DocumentError(f"`messages` is {kind_of(messages)}, not a list")
    if not messages:
        raise DocumentError("`messages` is empty: there is nothing to ask")
    for number, message in enumerate(messages, start=1):
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            raise DocumentError(f"message {number} is not an object with a role")
    return messages


def text_of(content: Any, name: str) -> str:
    """The text of a content: a string as it is, a number as JSON writes it, the parts of a list joined.

    Raises `DocumentError` for anything else, such as a picture. Its message calls the content `name`.
    """
    if isinstance(content, str):
        return content
    if is_number(content):
        return json.dumps(content)
    if isinstance(content, list):
        return "".join(_part_text(part, name) for part in content)
    raise DocumentError(f"the {name} is {kind_of(content)}, not text")


def _part_text(part: Any, name: str) -> str:
    kind = part.get("type", "text") if isinstance(part, dict) else kind_of(part)
    if kind in _TEXT_PARTS and isinstance(part.get("text"), str):
        return str(part["text"])
    raise DocumentError(f"the {name} has a part that is not text: {str(kind)[:40]!r}")


def has_content(content: Any) -> bool:
    """Whether the content holds anything to see. A part that is not text counts as something to see."""
    if isinstance(content, list):
        texts = [part.get("text") if isinstance(part, dict) else None for part in content]
        return any(not isinstance(text, str) or not is_blank(text) for text in texts)
    return is_number(content) or (isinstance(content, str) and not is_blank(content))


def is_blank(text: str) -> bool:
    """Whether nothing in the text can be seen: white space, control, format and filler characters only."""
    return all(unicodedata.category(character) in _BLANK or character in _NO_GLYPH for character in text)


def is_number(value: Any) -> bool:
    """Whether the value is a number in JSON. A boolean is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def kind_of(value: Any) -> str:
    """What the value is, in the words of JSON."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    return _KINDS.get(type(value), type(value).__name__)
