"""Prompts: files beside this module, filled with `string.Template`, which never interprets the data it is given."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from string import Template

#: What a prompt may quote of one text; longer ones are cut with a mark, never in the store.
LONGEST_QUOTE = 6000
CUT = " [...]"


@cache
def prompt(name: str) -> Template:
    """The template in prompts/`name`.md."""
    text = files("arango_thinking.teaching").joinpath("prompts", f"{name}.md").read_text(encoding="utf-8")
    return Template(text.strip())


def fill(name: str, **values: str) -> str:
    """The prompt `name` with its values. Raises `KeyError` when one is missing."""
    return prompt(name).substitute(values).strip()


def quote(text: str, longest: int = LONGEST_QUOTE) -> str:
    """`text`, cut with a mark when it is longer than `longest` characters."""
    return text if len(text) <= longest else text[:longest].rstrip() + CUT


def passages(evidence: Sequence[str], longest: int = LONGEST_QUOTE) -> str:
    """The evidence paragraphs, one blank line apart, all together at most `longest` characters."""
    return quote("\n\n".join(evidence), longest)
