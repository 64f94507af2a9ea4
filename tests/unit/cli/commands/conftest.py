"""A collection after a run, and small ways to look at one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from arango_thinking.settings import database_settings
from arango_thinking.store.store import Store
from tests.chat_api import ChatAPI
from tests.unit.cli.conftest import Call, fill, garbage, messages_document, models

BASRA = "Which river flows through Basra?"


def said_by(cli: Call, url: str, *arguments: object) -> Any:
    """What a command prints with --json."""
    done = cli(*arguments, "--url", url, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def edit(url: str, collection: str, key: str, **changes: Any) -> None:
    store = Store.connect(database_settings(url))
    store.connection.database.collection(collection).update({"_key": key, **changes})
    store.close()


@pytest.fixture(scope="module")
def _kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("enhanced") / "kept.db"


@pytest.fixture
def enhanced(cli: Call, url: str, api: ChatAPI, _kept: Path) -> str:
    """The key of a run that wrote two documents and failed at a third. The first test of a module makes it for all."""
    api.reply = garbage
    place = url.removeprefix("embedded:")
    if not _kept.exists():
        fill(url, "qa_pairs", messages_document("a"), messages_document("b", BASRA), messages_document("c"))
        prices = ["--price", "student=10000,10000", "--price", "teacher=10000,10000"]
        assert cli("enhance", "--url", url, *models(api), *prices).returncode == 1
        shutil.copy(place, _kept)
    shutil.copy(_kept, place)
    return str(said_by(cli, url, "runs")["runs"][0]["_key"])
