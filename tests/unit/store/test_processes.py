from __future__ import annotations

import os
import subprocess
import sys

import pytest

from arango_thinking.store import processes
from arango_thinking.store.processes import identity, is_dead

pytestmark = pytest.mark.skipif(identity() is None, reason="the system does not tell which process this is")
TELL = "from arango_thinking.store.processes import identity; print(identity(), flush=True); input()"


def test_this_process_lives() -> None:
    assert not is_dead(identity())


def test_a_process_that_was_killed_is_dead_before_and_after_its_parent_knows() -> None:
    with subprocess.Popen([sys.executable, "-c", TELL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as it:
        assert it.stdout is not None
        told = it.stdout.readline().strip()
        assert told.split()[2] == str(it.pid)
        assert not is_dead(told)
        it.kill()
        os.waitid(os.P_PID, it.pid, os.WEXITED | os.WNOWAIT)
        assert is_dead(told)
        it.wait()
        assert is_dead(told)


def test_the_same_number_given_again_is_another_process() -> None:
    mine = identity()
    assert mine is not None
    assert is_dead(f"{mine.rpartition(' ')[0]} 1")


@pytest.mark.parametrize("other", [None, "", "another-boot pid:[1] 5 100"])
def test_of_a_process_elsewhere_nothing_is_known(other: str | None) -> None:
    assert not is_dead(other)


def test_a_system_that_does_not_tell(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    mine = identity()
    monkeypatch.setattr(processes, "_PROC", tmp_path)
    assert identity() is None
    assert not is_dead(mine)
