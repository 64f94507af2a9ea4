"""Commands that read documents in pages, where the order of an index is not that of comparisons.

A page that ends in "Z99" is followed by "_x" and "a1" in the order of bytes, and by nothing in that of a language.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, cast

import pytest

from arango_thinking.choices import OnDuplicate
from arango_thinking.embedded.collation import ordered_by
from arango_thinking.runs import intake, reverting
from arango_thinking.store.history import History
from arango_thinking.store.store import Store
from tests.chat_api import ChatAPI
from tests.languages import collation
from tests.unit.cli.conftest import ANSWER, Call, messages_document, models, read_jsonl, stored

#: Three pages and a half, so that pages end within each kind of key.
KEYS = [key for n in range(10) for key in (f"Z{n}", f"a{n}", f"_{n}", f"-{n}", f"A{n}", f"é{n}".replace("é", "e:"))]
PAGE = 20


@pytest.fixture(params=["code points", "en_US"], autouse=True)
def language(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.param == "code points":
        yield
        return
    with ordered_by(collation(request.param)):
        yield


@pytest.fixture
def documents(store: Store, api: ChatAPI, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Pending documents with keys of every kind, among them letters of both cases and punctuation."""
    thoughts = count()
    api.reply = lambda _body: f"Thought number {next(thoughts)}.\nAnswer: {ANSWER}"
    monkeypatch.setattr(intake, "PAGE", PAGE)
    monkeypatch.setattr(reverting, "PAGE", PAGE)
    store.create_collection("qa_pairs", edge=False)
    store.import_documents("qa_pairs", [messages_document(key) for key in KEYS], OnDuplicate.ERROR)
    return cleaned(stored_in(store))


def stored_in(store: Store) -> list[dict[str, Any]]:
    return list(cast(Any, store.connection.database.collection("qa_pairs").all()))


def cleaned(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without revisions, which each write changes, in one order."""
    kept = [{name: value for name, value in one.items() if name != "_rev"} for one in documents]
    return sorted(kept, key=lambda one: one["_key"])


def counted(said: str, state: str) -> int:
    return int(json.loads(said)[state])


def test_no_command_loses_a_document(
    cli: Call, url: str, store: Store, api: ChatAPI, documents: list[dict[str, Any]], tmp_path: Path
) -> None:
    every = len(KEYS)
    assert counted(cli("status", "--url", url, "--json").stdout, "pending") == every

    enhanced = cli("enhance", "--url", url, *models(api), "--json")
    assert (enhanced.returncode, counted(enhanced.stdout, "written")) == (0, every)
    assert counted(cli("status", "--url", url, "--json").stdout, "converged") == every

    out = tmp_path / "out.jsonl"
    assert cli("export", out, "--url", url, "--enhanced-only").returncode == 0
    assert len(read_jsonl(out)) == every

    database = store.connection.database
    database.aql.execute(
        "FOR doc IN qa_pairs UPDATE doc WITH { messages: [doc.messages[0], "
        "{ role: 'user', content: 'Which river flows through Baghdad now?' }, doc.messages[2]] } IN qa_pairs"
    )
    assert counted(cli("status", "--url", url, "--json").stdout, "stale") == every
    synced = cli("sync", "--url", url, *models(api))
    assert (synced.returncode, counted(synced.stdout, "written")) == (0, every)

    taken = cli("revert", "--url", url, "--all", "--json")
    assert (taken.returncode, counted(taken.stdout, "written")) == (0, every)
    kept = Counter(json.dumps({**one, "messages": None}) for one in cleaned(stored(url)))
    assert kept == Counter(json.dumps({**one, "messages": None}) for one in documents)


def test_a_revert_of_a_run_loses_none(
    cli: Call, url: str, store: Store, api: ChatAPI, documents: list[dict[str, Any]]
) -> None:
    assert cli("enhance", "--url", url, *models(api)).returncode == 0
    [run] = [row["_key"] for row in History(store).runs(2)]
    taken = cli("revert", "--url", url, "--run", run, "--json")
    assert (taken.returncode, counted(taken.stdout, "written")) == (0, len(KEYS))
    assert cleaned(stored_in(store)) == documents
