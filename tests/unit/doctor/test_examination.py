from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from arango_thinking.doctor.examination import ALL, Request, examine
from arango_thinking.doctor.findings import Finding, Level
from arango_thinking.settings import DatabaseSettings, StudentTeacherConfig, database_settings
from arango_thinking.store.records import Selection
from tests.pretending import Pretending
from tests.unit.cli.conftest import messages_document


def examined(url: str, collection: str = "qa_pairs", *, with_models: bool = False) -> dict[str, Finding]:
    request = Request(Selection(collection), StudentTeacherConfig(), with_models)
    return {finding.name: finding for finding in examine(partial(database_settings, url), request)}


def test_everything_is_well_and_nothing_is_written(server: tuple[Pretending, str]) -> None:
    pretender, url = server
    found = examined(url)
    assert {finding.level for finding in found.values()} == {Level.OK, Level.SKIPPED}
    assert [name for name, finding in found.items() if finding.level is Level.SKIPPED] == ["evidence"]
    assert pretender.writes == []
    assert not {"student", "teacher"} & found.keys()
    assert examined(url, with_models=True)["teacher"].level is Level.OK


def test_a_check_that_fails_does_not_end_the_others(server: tuple[Pretending, str]) -> None:
    pretender, url = server
    refused = {"code": 403, "error": True, "errorNum": 11, "errorMessage": "forbidden"}
    pretender.replies["GET /_admin/server/role"] = refused
    found = examined(url)
    assert found["deployment"].level is Level.ERROR
    assert found["mode"].level is Level.OK
    assert found["documents"].level is Level.OK


def test_without_the_collection_its_checks_are_skipped(server: tuple[Pretending, str]) -> None:
    found = examined(server[1], "nowhere")
    assert (found["collection"].level, found["collection"].exit_code) == (Level.ERROR, 2)
    assert found["documents"].level is Level.SKIPPED
    assert found["version"].level is Level.OK


@pytest.mark.parametrize(("url", "name", "code"), [("ftp://a", "address", 2), ("http://127.0.0.1:9", "server", 69)])
def test_without_a_connection_what_needs_one_is_skipped(url: str, name: str, code: int) -> None:
    found = examined(url)
    assert [f.exit_code for f in found.values() if f.name.startswith(name)] == [code]
    levels = [found[check.__name__.replace("_", " ")].level for check in ALL]
    assert set(levels) == {Level.SKIPPED}


def test_a_refused_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.pretending import pretending

    monkeypatch.setenv("ARANGO_PASSWORD", "wrong")
    with pretending(tmp_path, "right") as (_, url):
        found = examined(url)
    assert (found["login"].level, found["login"].exit_code) == (Level.ERROR, 2)
    assert found["version"].level is Level.SKIPPED


def test_a_database_that_is_not_there(server: tuple[Pretending, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARANGO_DATABASE", "nowhere")
    assert "database not found" in examined(server[1])["login"].what


def test_an_embedded_file_stays_as_it_is(tmp_path: Path, url: str) -> None:
    examined(url)
    assert list(tmp_path.iterdir()) == []
    from arango_thinking.store.store import Store

    store = Store.connect(DatabaseSettings(url=url))
    store.create_collection("qa_pairs", edge=False)
    store.connection.database.collection("qa_pairs").insert(messages_document("a"))
    store.close()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    found = examined(url)
    assert found["own collections"].level is Level.WARNING
    assert found["documents"].what.startswith("1 pending")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_file_that_is_no_database(tmp_path: Path, url: str) -> None:
    (tmp_path / "test.db").write_text("Dear diary")
    assert (examined(url)["login"].level, (tmp_path / "test.db").read_text()) == (Level.ERROR, "Dear diary")
