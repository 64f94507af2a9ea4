"""Splits of an export. A document's question group alone decides which split it goes to.

A question group is all documents that ask the same: they have the same question text, or were made from a document
that has it, as the generator's reversals are. Variants of a question must not be in two splits.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from arango_thinking.documents.contents import text_of
from arango_thinking.documents.layouts import Document
from arango_thinking.errors import ConfigurationError, DocumentError

_NAME = re.compile(r"[A-Za-z0-9_-]{1,50}")
_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Split:
    """One part of an export, and the share of the question groups that it gets."""

    name: str
    share: Fraction


def read_splits(text: str) -> tuple[Split, ...]:
    """The splits in a text such as `train=0.9,validation=0.1`.

    Raises `ConfigurationError` when the text is of another form, a name occurs twice, or the shares do not sum to 1.
    """
    splits = tuple(_read_split(part.strip()) for part in text.split(","))
    names = [split.name.casefold() for split in splits]
    if len(set(names)) < len(names):
        raise ConfigurationError(f"--split {text}: a name occurs twice.")
    total = sum(split.share for split in splits)
    if total != 1:
        raise ConfigurationError(
            f"--split {text}: the shares sum to {float(total):.10g}, not to 1. Every document goes into one split: "
            "change a share, or name one more split for the rest."
        )
    return splits


def _read_split(text: str) -> Split:
    name, _, share = text.partition("=")
    if not _NAME.fullmatch(name):
        raise ConfigurationError(f"--split: '{text}' is not NAME=SHARE with a name of letters, digits, - and _.")
    try:
        split = Split(name, Fraction(share))
    except (ValueError, ZeroDivisionError):
        raise ConfigurationError(f"--split: the share in '{text}' is not a number such as 0.9 or 1/3.") from None
    if not 0 < split.share <= 1:
        raise ConfigurationError(f"--split: the share in '{text}' is not between 0 and 1.")
    return split


def question_digest(document: Document) -> bytes:
    """A digest of the question that ignores case and white space."""
    messages = document.get("messages")
    asked = _asked(messages) if messages and isinstance(messages, list) else [document.get("question")]
    text = "\n".join(_text(content) for content in asked)
    return digest("".join(unicodedata.normalize("NFKC", text).casefold().split()) or json.dumps(messages))


def _asked(messages: list[Any]) -> list[Any]:
    objects = [message for message in messages if isinstance(message, dict)]
    return [message.get("content") for message in objects if str(message.get("role")).casefold() == "user"]


def _text(content: Any) -> str:
    try:
        return text_of(content, "question")
    except DocumentError:  # a picture, for example: its JSON identifies it
        return json.dumps(content, sort_keys=True)


def digest(text: str) -> bytes:
    """A digest of a text, the same on every machine."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()[:_DIGEST_BYTES]


class QuestionGroups:
    """Joins the questions that belong together. Only these take memory.

    A group is named after the question that the others were made from, so that its split stays as variants come and go.
    """

    def __init__(self, variants: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self._parents: dict[bytes, bytes] = {}
        made = set()
        for variant, original in variants:
            made.add(variant)
            self._parents[self._root(variant)] = self._root(original)
        self._names: dict[bytes, tuple[bool, bytes]] = {}
        for question in list(self._parents):
            root = self._root(question)
            rank = (question in made, question)
            self._names[root] = min(self._names.get(root, rank), rank)

    def _root(self, question: bytes) -> bytes:
        parent = self._parents.setdefault(question, question)
        while parent != self._parents[parent]:
            parent = self._parents[parent]
        self._parents[question] = parent
        return parent

    def group(self, question: bytes) -> bytes:
        """The name of the group that a question is in."""
        return self._names[self._root(question)][1] if question in self._parents else question


def split_number(group: bytes, splits: Sequence[Split]) -> int:
    """The position of the split that the group goes to."""
    place = Fraction(int.from_bytes(group), 256**_DIGEST_BYTES)
    reached = Fraction(0)
    for number, split in enumerate(splits):
        reached += split.share
        if place < reached:
            return number
    raise ValueError("the shares do not sum to 1")
