"""What the command adds to the function that it calls; tests/e2e/test_serve.py runs it whole."""

from __future__ import annotations

import pytest

from arango_thinking.cli.commands.serve import _announce
from arango_thinking.embedded.http.server import Started


def told(capsys: pytest.CaptureFixture[str], started: Started) -> str:
    _announce(started)
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def test_where_and_what_is_served(capsys: pytest.CaptureFixture[str]) -> None:
    talk = told(capsys, Started("http://127.0.0.1:8529", "127.0.0.1", "my.db", None))
    assert "Serving my.db at http://127.0.0.1:8529" in talk
    assert "password" not in talk
    assert "unencrypted" not in talk


def test_a_new_password_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert "User root, password s3cr3t" in told(capsys, Started("http://[::1]:1", "::1", "my.db", "s3cr3t"))


def test_beyond_this_machine_there_is_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    assert "unencrypted" in told(capsys, Started("http://0.0.0.0:1", "0.0.0.0", "my.db", None))
