"""Prompts: files beside this module, filled with `string.Template`, which never interprets the data it is given."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template

#: What a prompt may quote of one text; longer ones are cut with a mark, never in the store.
LONGEST_QUOTE = 6000
CUT = " [...]"
#: Hexadecimal digits of a prompt version.
_VERSION_DIGITS = 12

# Marks of chat templates. In a prompt they could end a message and begin one of somebody else's.
_ROLE_TOKEN = re.compile(
    r"<[|｜][^<>\n]{0,40}[|｜]>"
    r"|<</?SYS>>"
    r"|\[/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\]"
    r"|</?(?:s|bos|eos|pad|unk|start_of_turn|end_of_turn|think|thinking|tool_call|tool_response)>",
    re.IGNORECASE,
)
_PIPED_TOKEN = re.compile(r"<[|｜][^<>\n]{0,40}[|｜]>")
_THINK_TAG = re.compile(r"</?think(?:ing)?>", re.IGNORECASE)
_MATERIAL_TAG = re.compile(r"<\s*(/?)\s*material", re.IGNORECASE)
_MANY_BREAKS = re.compile(r"\n{3,}")


def _prompt_folder() -> Traversable:
    return files("arango_thinking.teaching").joinpath("prompts")


@cache
def prompt(name: str) -> Template:
    """The template in prompts/`name`.md."""
    return Template(_prompt_folder().joinpath(f"{name}.md").read_text(encoding="utf-8").strip())


def fill(name: str, **values: str) -> str:
    """The prompt `name` with its values. Raises `KeyError` when one is missing."""
    return prompt(name).substitute(values).strip()


@cache
def prompt_version() -> str:
    """A short hash over all prompts: it changes when the wording of any of them does."""
    return version_of(_prompt_folder())


def version_of(folder: Traversable) -> str:
    """The hash over the prompts in `folder`."""
    prompts = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir() if file.is_file()}
    digest = hashlib.sha256()
    for name in sorted(name for name in prompts if name.endswith(".md")):
        digest.update(f"{name}\0{prompts[name].strip()}\0".encode())
    return digest.hexdigest()[:_VERSION_DIGITS]


def neutral(text: str) -> str:
    """The text with the marks of chat templates broken up, so that no model takes them for the end of a message."""
    return _ROLE_TOKEN.sub(lambda mark: f"{mark[0][0]} {mark[0][1:-1]} {mark[0][-1]}", text)


def without_role_tokens(text: str) -> str:
    """A model's reply without marks of chat templates, which would break the data it is to be trained on."""
    cleared = neutral(_PIPED_TOKEN.sub("", _THINK_TAG.sub("\n\n", text)))
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
