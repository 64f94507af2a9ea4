from __future__ import annotations

import os
from pathlib import Path

import pytest

from arango_thinking.doctor import machine
from arango_thinking.doctor.findings import Level
from arango_thinking.settings import DatabaseSettings


def test_the_places_that_are_written_to(tmp_path: Path) -> None:
    names = [finding.name for finding in machine.room(DatabaseSettings(url=f"embedded:{tmp_path}/a.db"))]
    assert names == ["database file", "journal of files", "cache of models"]
    assert [finding.name for finding in machine.room(DatabaseSettings(url="http://a"))] == names[1:]
    assert [finding.name for finding in machine.room(None)] == names[1:]


def test_a_folder_that_is_not_there_yet_is_not_made(tmp_path: Path) -> None:
    found = machine._room("cache", tmp_path / "a" / "b")
    assert (found.level, str(tmp_path) in found.what) == (Level.OK, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("scarce", "too_little", "level"), [(10**18, 0, Level.WARNING), (10**18, 10**18, Level.ERROR)])
def test_little_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scarce: int, too_little: int, level: Level
) -> None:
    monkeypatch.setattr(machine, "SCARCE", scarce)
    monkeypatch.setattr(machine, "TOO_LITTLE", too_little)
    assert machine._room("cache", tmp_path).level is level


def test_a_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert machine._room("cache", tmp_path / "file" / "folder").level is Level.ERROR
    if os.geteuid():
        tmp_path.chmod(0o500)
        assert machine._room("cache", tmp_path / "folder").level is Level.ERROR
        tmp_path.chmod(0o700)
