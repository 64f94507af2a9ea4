"""Settings from a TOML file: the names of `StudentTeacherConfig`, and those of the database in a table `[database]`.

student_model = "qwen3:8b"
student_url = "http://localhost:11434/v1"
max_cost = 5.0

[database]
url = "http://localhost:8529"
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic_settings import BaseSettings, TomlConfigSettingsSource

from arango_thinking.errors import ConfigurationError
from arango_thinking.settings import DatabaseSettings, Environment, StudentTeacherConfig

_DATABASE = "database"
#: What stands in variables and files of secrets alone.
_SECRET = {"password": "ARANGO_PASSWORD", "token": "ARANGO_TOKEN"}
#: What no user sets.
_INNER = {"is_default"}


@dataclass(frozen=True, slots=True)
class FileSettings:
    """What a file sets, by the names of the settings; nothing without a file."""

    path: Path | None = None
    dialogue: Mapping[str, Any] = field(default_factory=dict)
    database: Mapping[str, Any] = field(default_factory=dict)


def read_settings(path: Path | None = None) -> FileSettings:
    """The settings in a file, or in the one that ARANGO_THINKING_CONFIG names; no settings without a file.

    Raises `ConfigurationError` when the file cannot be read, has a name that is no setting, or holds a secret. Values
    are checked where they are used.
    """
    path = path or Environment().arango_thinking_config
    if path is None:
        return FileSettings()
    if not path.is_file():
        raise ConfigurationError(f"There is no settings file {path} (--config or ARANGO_THINKING_CONFIG).")
    try:
        found = dict(TomlConfigSettingsSource(BaseSettings, toml_file=path)())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigurationError(f"The settings file {path} cannot be read: {error}.") from error
    database = found.pop(_DATABASE, {})
    if not isinstance(database, dict):
        raise ConfigurationError(f"{path}: [{_DATABASE}] is a table: write [{_DATABASE}] and its settings below it.")
    for name, variable in _SECRET.items():
        if name in database:
            raise ConfigurationError(
                f"{path}: {_DATABASE}.{name} is a secret, and does not belong in a file of settings: set {variable} or "
                f"{variable}_FILE."
            )
    _refuse_unknown(path, found, (*StudentTeacherConfig.model_fields, _DATABASE), "")
    known = DatabaseSettings.model_fields.keys() - _INNER - _SECRET.keys()
    _refuse_unknown(path, database, known, f"{_DATABASE}.")
    return FileSettings(path, found, database)


def _refuse_unknown(path: Path, found: Iterable[str], known: Iterable[str], before: str) -> None:
    names = sorted(known)
    for name in found:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            hint = f" Did you mean {before}{near[0]}?" if near else " `arango-thinking config` lists all of them."
            raise ConfigurationError(f"{path}: {before}{name} is no setting.{hint}")
