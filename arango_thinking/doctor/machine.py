"""Checks of this machine: space for what is written here."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from arango_thinking.doctor.findings import Finding, ok, warning, wrong
from arango_thinking.errors import ConfigurationError
from arango_thinking.settings import DatabaseSettings, Environment

#: Free bytes: less than SCARCE is a warning, less than TOO_LITTLE is an error.
SCARCE, TOO_LITTLE = 1_000_000_000, 100_000_000


def room(settings: DatabaseSettings | None) -> Iterator[Finding]:
    """Check each folder that is written to: whether files can be written, and how much space is free."""
    environment = Environment()
    if settings is not None and settings.embedded_path is not None:
        yield _room("database file", Path(settings.embedded_path).parent)
    yield from _kept("journal of files", lambda: environment.journal_file.parent)
    yield from _kept("cache of models", lambda: environment.cache_folder)


def _kept(name: str, folder: Callable[[], Path]) -> Iterator[Finding]:
    try:
        yield _room(name, folder())
    except ConfigurationError as error:
        yield warning(name, str(error), "Only what needs this place fails without it.")


def _room(name: str, folder: Path) -> Finding:
    folder = folder.absolute()
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        return wrong(name, f"{existing} cannot be written to", "Choose another place, or change its permissions.")
    free = shutil.disk_usage(existing).free
    what = f"{free / 1e9:,.1f} GB free in {existing}"
    if free < TOO_LITTLE:
        return wrong(name, what, "Free some disk space, or choose another place.")
    return warning(name, what, "Free some disk space.") if free < SCARCE else ok(name, what)
