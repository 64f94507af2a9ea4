from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from arango_thinking.doctor.patient import Patient
from arango_thinking.settings import DatabaseSettings
from arango_thinking.store import schema
from arango_thinking.store.connection import Connection
from arango_thinking.store.records import Selection
from tests.pretending import Pretending, pretending


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Pretending, str]]:
    """A server that can pretend, with all that is ours, and its URL."""
    with pretending(tmp_path) as (running, url):
        connection = Connection.open(DatabaseSettings(url=url))
        schema.make(connection, "qa_pairs")
        connection.close()
        running.writes.clear()
        yield running, url


@pytest.fixture
def pretender(server: tuple[Pretending, str]) -> Pretending:
    return server[0]


@pytest.fixture
def patient(server: tuple[Pretending, str]) -> Iterator[Patient]:
    """That server, examined for a run on qa_pairs."""
    settings = DatabaseSettings(url=server[1])
    connection = Connection.open(settings)
    yield Patient(connection, settings, Selection("qa_pairs"))
    connection.close()
