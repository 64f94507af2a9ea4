"""Text that models see: files in folders named `prompts`, filled with values, and hashed into one version.

A `NAME.md` is a prompt; `phrases.toml` holds tables of short texts. `string.Template` fills them; it never interprets
the data that it is given.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template
from typing import Any

#: Hexadecimal digits of a version.
_DIGITS = 12


def folder_of(package: str) -> Traversable:
    """The folder of prompts of a package."""
    return files(package).joinpath("prompts")


@cache
def prompt(package: str, name: str) -> Template:
    """The template in prompts/`name`.md of a package."""
    return Template(folder_of(package).joinpath(f"{name}.md").read_text(encoding="utf-8").strip())


def fill(package: str, name: str, **values: str) -> str:
    """The prompt with its values filled in. Raises `KeyError` when a value is missing."""
    return prompt(package, name).substitute(values).strip()


@cache
def phrases(package: str, table: str) -> Mapping[str, Any]:
    """A table of the short texts of a package. Each entry is a text, or a list of texts to choose from."""
    tables: dict[str, Mapping[str, Any]] = tomllib.loads(
        folder_of(package).joinpath("phrases.toml").read_text(encoding="utf-8")
    )
    return tables[table]


def version_of(*folders: Traversable) -> str:
    """A short hash over the files of these folders: it changes when the wording of any of them does."""
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            if file.name.endswith((".md", ".toml")):
                digest.update(f"{file.name}\0{file.read_text(encoding='utf-8').strip()}\0".encode())
    return digest.hexdigest()[:_DIGITS]
