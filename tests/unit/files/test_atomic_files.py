"""Files that appear together, and manifests that never describe another file than the one beside them."""

import errno
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from arango_thinking.errors import ConfigurationError, InputError
from arango_thinking.files.atomic_files import atomic_file, manifest_path, parts, publish
from tests.json_lines import write_lines


def described(path):
    """The checksum in the manifest of a file, or None where it has no manifest."""
    manifest = manifest_path(path)
    return json.loads(manifest.read_text())["sha256"] if manifest.exists() else None


def checksum(path):
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


def export(paths, version):
    with parts(paths) as opened:
        for part in opened:
            part.write({"version": version, "file": part.path.name})
            part.finish()
        publish(opened, [{"sha256": checksum(part.hidden)} for part in opened])


def write_both(paths, value):
    with parts(paths) as opened:
        opened[0].write({"version": 2})
        opened[1].write({"version": value})


@pytest.fixture
def paths(tmp_path):
    return [tmp_path / "a.train.jsonl", tmp_path / "a.validation.jsonl"]


def test_files_and_manifests_appear_and_nothing_else(tmp_path, paths):
    for version in (1, 2):
        export(paths, version)
        assert [json.loads(path.read_text())["version"] for path in paths] == [version, version]
        assert [described(path) for path in paths] == [checksum(path) for path in paths]
        assert len(list(tmp_path.iterdir())) == 4


def test_an_error_before_the_end_leaves_all_as_it_was(tmp_path, paths):
    export(paths, 1)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(InputError):
        write_both(paths, float("nan"))
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("blocked", [0, 1, 2, 3])
@pytest.mark.parametrize("older", [True, False])
def test_a_name_that_cannot_be_taken_gives_back_all_others(tmp_path, paths, older, blocked):
    if older:
        export(paths, 1)
    target = [*paths, *map(manifest_path, paths)][blocked]
    with parts(paths) as opened:
        for part in opened:
            part.write({"version": 2})
            part.finish()
        target.unlink(missing_ok=True)
        (target / "in the way").mkdir(parents=True)
        before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file() and path.suffix != ".part"}
        with pytest.raises(ConfigurationError, match=rf"cannot write .*{target.name}"):
            publish(opened, [{"sha256": checksum(part.hidden)} for part in opened])
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


CRASHING = """
import os, sys
from pathlib import Path
from tests.unit.files.test_atomic_files import export

left = int(sys.argv[1])

def counted(change):
    def wrapped(*arguments, **options):
        global left
        if left == 0:
            os._exit(9)
        left -= 1
        return change(*arguments, **options)
    return wrapped

Path.replace, Path.unlink = counted(Path.replace), counted(Path.unlink)
export([Path(name) for name in sys.argv[2:]], 2)
"""


@pytest.mark.parametrize("older", [True, False])
def test_after_a_crash_no_manifest_describes_another_file(tmp_path, paths, older):
    """The process ends at once before the first change of a name, then before the second, and so on."""
    survived, ends = 0, set()
    while survived < 50:
        for path in tmp_path.iterdir():
            path.unlink()
        if older:
            export(paths, 1)
        command = [sys.executable, "-c", CRASHING, str(survived), *map(str, paths)]
        ended = subprocess.run(command, cwd=Path(__file__).parents[3], check=False, timeout=60)
        for path in paths:
            assert described(path) in (None, checksum(path))
            assert not path.exists() or json.loads(path.read_text()), "the file is whole"
        ends.add(tuple(described(path) is not None for path in paths))
        if ended.returncode == 0:
            break
        assert ended.returncode == 9
        survived += 1
    assert survived > 5
    assert {(False, False), (True, True)} <= ends


def test_a_file_written_over_an_export_takes_its_manifest_away(tmp_path):
    path = tmp_path / "a.jsonl"
    export([path], 1)
    write_lines(path, [{"other": 1}])
    assert not manifest_path(path).exists()


def test_an_empty_file_appears_only_where_it_is_wanted(tmp_path):
    for keep in (False, True):
        with atomic_file(tmp_path / f"{keep}.jsonl", keep_empty=keep):
            pass
    assert [path.name for path in tmp_path.iterdir()] == ["True.jsonl"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path, suffix, monkeypatch):
    path = tmp_path / f"a.jsonl{suffix}"
    opened = Path.open
    full = Path("/dev/full")
    monkeypatch.setattr(Path, "open", lambda self, mode: opened(full, "wb") if mode == "xb" else opened(self, mode))
    with pytest.raises(ConfigurationError, match=os.strerror(errno.ENOSPC)):
        write_lines(path, ({"n": number, "text": os.urandom(40).hex()} for number in range(5_000)))
    assert list(tmp_path.iterdir()) == []
