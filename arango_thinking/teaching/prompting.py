"""The prompts of the dialogue, their version, and how data is quoted in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, partial
from string import Template

from arango_thinking import prompt_files
from arango_thinking.reasoning_marks import MARK

#: A prompt quotes at most this many characters of one text. It marks the cut; the stored text stays whole.
LONGEST_QUOTE = 6000
CUT = " [...]"

# Marks of chat templates. Inside a prompt they could end a message and begin one in another role.
_ROLE_TOKEN = re.compile(
    r"<[|｜][^<>\n]{0,40}[|｜]>"
    r"|<</?SYS>>"
    r"|\[/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\]"
    r"|</?(?:s|bos|eos|pad|unk|start_of_turn|end_of_turn|think|thinking|tool_call|tool_response)>",
    re.IGNORECASE,
)
_PIPED_TOKEN = re.compile(r"<[|｜][^<>\n]{0,40}[|｜]>")
_MATERIAL_TAG = re.compile(r"<\s*(/?)\s*material", re.IGNORECASE)
_MANY_BREAKS = re.compile(r"\n{3,}")


_PACKAGES = ("arango_thinking.teaching", "arango_thinking.llm")

fill = partial(prompt_files.fill, _PACKAGES[0])
phrases = partial(prompt_files.phrases, _PACKAGES[0])


def phrase(table: str, name: str, **values: str) -> str:
    """A short text with its values. Raises `KeyError` when one is missing."""
    return Template(phrases(table)[name]).substitute(values)


@cache
def prompt_version() -> str:
    """A short hash over all text that models see. It changes when the wording of any part changes."""
    return prompt_files.version_of(*map(prompt_files.folder_of, _PACKAGES))


def neutral(text: str) -> str:
    """The text with the marks of chat templates broken up, so that no model takes them for the end of a message."""
    return _ROLE_TOKEN.sub(lambda mark: f"{mark[0][0]} {mark[0][1:-1]} {mark[0][-1]}", text)


def without_role_tokens(text: str) -> str:
    """A model's reply without marks of chat templates, which would damage the training data."""
    cleared = neutral(_PIPED_TOKEN.sub("", MARK.sub("\n\n", text)))
    return _MANY_BREAKS.sub("\n\n", cleared) if cleared != text else text


def quote(text: str, longest: int = LONGEST_QUOTE) -> str:
    """`text` as data: no marks of chat templates, and cut with a mark when longer than `longest` characters."""
    text = neutral(text)
    return text if len(text) <= longest else text[:longest].rstrip() + CUT


def material(text: str) -> str:
    """`text` as data that cannot close the material marks around it."""
    return _MATERIAL_TAG.sub(r"<\1 material", quote(text))


def passages(evidence: Sequence[str], longest: int = LONGEST_QUOTE) -> str:
    """The evidence paragraphs, one blank line apart, all together at most `longest` characters."""
    return quote("\n\n".join(evidence), longest)
