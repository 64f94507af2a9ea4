"""Whether a document may be stored as a Q&A document, and what is odd about one that is stored as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from arango_thinking.documents.contents import has_content, is_number, kind_of, messages_of
from arango_thinking.documents.layouts import (
    ROLES,
    SYSTEM_ATTRIBUTES,
    Document,
    Layout,
    container_of,
    detect_layout,
    inline_thinking,
    read_example,
)
from arango_thinking.errors import DocumentError

#: Known kinds of question, compared without regard to case.
QUESTION_TYPES = frozenset(
    {"FACTUAL", "RELATIONSHIP", "MULTI_HOP", "HIERARCHICAL", "COMPARATIVE", "REVERSAL"}  # the generator's six
    | {"CAUSAL", "DEFINITIONAL", "PROCEDURAL"}
)
_LEGAL_KEY = re.compile(r"[A-Za-z0-9_\-.@()+,=;$!*'%:]{1,254}")


def check_document(document: Document) -> None:
    """Raise `DocumentError` when the document must not be stored as a Q&A document.

    This check is less strict than `read_example`: a conversation of many turns may be stored, though it cannot be
    enhanced.
    """
    _check_key(document)
    layout = detect_layout(document)
    container_of(document, layout)
    for name in ROLES:
        _check_content(_contents(document, layout, name), name)


def _check_key(document: Document) -> None:
    if "_key" not in document:
        return
    key = document["_key"]
    if not isinstance(key, str):
        raise DocumentError(f"`_key` is {kind_of(key)}, not a string")
    if not _LEGAL_KEY.fullmatch(key):
        raise DocumentError(
            f"`_key` {key[:40]!r} is not legal: use 1 to 254 ASCII letters, digits and the characters _-.@()+,=;$!*'%:"
        )


def _contents(document: Document, layout: Layout, name: str) -> list[Any]:
    """The contents that stand for the question or the answer: none, one or, in a conversation, many."""
    if layout is not Layout.MESSAGES:
        return [document[name]]
    messages = messages_of(document)
    return [m.get("content") for m in messages if m["role"].casefold() == ROLES[name]]


def _check_content(contents: list[Any], name: str) -> None:
    if not contents:
        raise DocumentError(f"no {ROLES[name]} message: there is no {name}")
    if any(has_content(content) for content in contents):
        return
    if isinstance(contents[-1], str | list):
        raise DocumentError(f"the {name} is empty")
    raise DocumentError(f"the {name} is {kind_of(contents[-1])}, not text")


def doubts(document: Document) -> list[str]:
    """What is odd about an imported document that is stored as it is, a sentence each; empty when nothing is."""
    try:
        layout = detect_layout(document)
        values = container_of(document, layout)
    except DocumentError as error:
        return [str(error)]
    return [
        *_name_doubts(document, layout),
        *_reading_doubts(document, layout),
        *_value_doubts(values),
        *_thinking_doubts(document, values, layout),
    ]


def _name_doubts(document: Document, layout: Layout) -> Iterator[str]:
    if "_id" in document or "_rev" in document:
        yield "`_id` and `_rev` belong to another database: they are not imported"
    expected = SYSTEM_ATTRIBUTES | ({"_from", "_to"} if layout is Layout.EDGE else set())
    reserved = [name for name in document if name.startswith("_") and name not in expected]
    if reserved:
        listed = ", ".join(repr(name[:40]) for name in reserved[:5])
        yield f"top-level names that begin with an underscore are reserved by ArangoDB: {listed}"


def _reading_doubts(document: Document, layout: Layout) -> Iterator[str]:
    try:
        read_example(document, source="")
    except DocumentError as error:
        yield f"cannot be enhanced: {error}"
        return
    for name in ROLES:
        content = _contents(document, layout, name)[0]
        if isinstance(content, list):
            yield f"the {name} is a list of parts: their texts are joined for the models"
        elif not isinstance(content, str):
            yield f"the {name} is {kind_of(content)}: it is read as text for the models"


def _value_doubts(values: dict[str, Any]) -> Iterator[str]:
    confidence = values.get("confidence")
    if confidence is not None and not is_number(confidence):
        yield f"`confidence` is {kind_of(confidence)}, not a number: filters on it will misbehave"
    elif confidence is not None and not 0 <= confidence <= 1:
        yield "`confidence` is outside 0..1"
    question_type = values.get("question_type")
    if question_type is not None and str(question_type).upper() not in QUESTION_TYPES:
        yield f"unknown `question_type` {str(question_type)[:40]!r}"


def _thinking_doubts(document: Document, values: dict[str, Any], layout: Layout) -> Iterator[str]:
    thinking = values.get("thinking")
    if thinking is not None and not isinstance(thinking, str):
        yield f"`thinking` is {kind_of(thinking)}, not a string: kept as it is"
    inline = inline_thinking(document) if layout is Layout.MESSAGES else None
    if inline is not None and "thinking" in values and inline != thinking:
        yield "different thinking in the message and in `metadata`: the one in `metadata` is used, and both are kept"
    if "original_thinking" in values and values.get("thinking_iterations") is None:
        yield "`original_thinking` without `thinking_iterations`: a run may have died half-way here"
