from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

import pytest

from arango_thinking.doctor import server
from arango_thinking.doctor.findings import Level
from arango_thinking.doctor.patient import Patient
from arango_thinking.settings import DatabaseSettings, database_settings
from tests.pretending import Pretending
from tests.secure import serving_with_tls


def settings(url: str, **values: Any) -> DatabaseSettings:
    return DatabaseSettings(url=url, **values)


@pytest.fixture
def gone() -> Any:
    with socket.socket() as reserved:  # bound but not listening
        reserved.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{reserved.getsockname()[1]}"


def test_the_address() -> None:
    assert server.address(settings("tcp://a,tcp://b")).what == "http://a:8529, http://b:8529"
    told = server.address(database_settings())
    assert (told.level, "small data" in told.to_do, "no ARANGO_URL" in told.what) == (Level.WARNING, True, True)


@pytest.mark.parametrize(
    ("url", "values", "level", "says"),
    [
        ("https://db", {}, Level.OK, "verified by the usual"),
        ("ssl://db", {"ca_file": Path("a.pem")}, Level.OK, "verified by a.pem"),
        ("https://db", {"insecure": True}, Level.WARNING, "not verified"),
        ("http://db", {}, Level.WARNING, "in the clear"),
        ("http://db,http://localhost", {}, Level.WARNING, "in the clear"),
        ("tcp://[::1],http://localhost:1", {}, Level.OK, "on this machine"),
        ("embedded:a.db", {}, Level.SKIPPED, "no network"),
    ],
)
def test_encryption(url: str, values: dict[str, Any], level: Level, says: str) -> None:
    found = server.encryption(settings(url, **values))
    assert found.level is level
    assert says in found.what


def test_servers_that_are_there_or_not(patient: Patient, gone: str) -> None:
    url = patient.settings.url
    [there] = server.servers(settings(url))
    assert (there.level, there.name) == (Level.OK, f"server {url}")
    first, second = server.servers(settings(f"{gone},{url}"))
    assert (first.level, first.exit_code, second.level) == (Level.WARNING, 0, Level.OK)
    [alone] = server.servers(settings(gone))
    assert (alone.level, alone.exit_code) == (Level.ERROR, 69)
    assert "Connection refused" in alone.what
    assert alone.to_do


def test_a_server_that_refuses_us_is_there(pretender: Pretending, patient: Patient) -> None:
    pretender.replies["GET /_api/version"] = {"code": 401, "error": True, "errorNum": 11}
    assert server.servers(patient.settings)[0].level is Level.OK


def test_a_certificate_that_is_not_trusted_has_to_be_corrected(tmp_path: Path) -> None:
    with serving_with_tls(tmp_path) as secured:
        [found] = server.servers(settings(secured.url))
    assert (found.level, found.exit_code) == (Level.ERROR, 2)
    assert "ARANGO_CA_FILE" in found.what


def test_a_slow_server(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "SLOW", 0.0)
    assert server.servers(patient.settings)[0].level is Level.WARNING


def test_an_embedded_file_is_looked_for_and_not_made(tmp_path: Path) -> None:
    for make in (lambda: None, (tmp_path / "a.db").touch):
        make()
        found = server.file(settings(f"embedded:{tmp_path}/a.db"))
        assert found is not None
        assert (found.level, "init" in found.to_do) == (Level.WARNING, True)
    (tmp_path / "a.db").write_bytes(b"x")
    assert server.file(settings(f"embedded:{tmp_path}/a.db")) is None
    assert server.file(settings("http://a")) is None


@pytest.mark.parametrize(
    ("version", "level"),
    [
        ("3.10.14", Level.ERROR),
        ("2.8.0", Level.ERROR),
        ("3.11.0", Level.OK),
        ("3.12.5-2", Level.OK),
        ("4.0.0", Level.OK),
        ("devel", Level.WARNING),
    ],
)
def test_the_version(pretender: Pretending, patient: Patient, version: str, level: Level) -> None:
    pretender.replies["GET /_api/version"] = {"version": version}
    found = server.version(patient)
    assert found.level is level
    assert version in found.what


@pytest.mark.parametrize(
    ("role", "sharding", "level", "says"),
    [
        ("SINGLE", None, Level.OK, "single server"),
        ("COORDINATOR", "flexible", Level.OK, "cluster"),
        ("COORDINATOR", "single", Level.OK, "OneShard"),
        ("PRIMARY", None, Level.ERROR, "role PRIMARY"),
    ],
)
def test_the_deployment(
    pretender: Pretending, patient: Patient, role: str, sharding: str | None, level: Level, says: str
) -> None:
    pretender.replies["GET /_admin/server/role"] = {"role": role}
    pretender.replies["GET /_api/database/current"] = {"result": {"sharding": sharding}}
    found = server.deployment(patient)
    assert found.level is level
    assert says in found.what


def test_a_read_only_server_may_take_writes_later(pretender: Pretending, patient: Patient) -> None:
    assert server.mode(patient).level is Level.OK
    pretender.replies["GET /_admin/server/mode"] = {"mode": "readonly"}
    found = server.mode(patient)
    assert (found.level, found.exit_code) == (Level.ERROR, 69)


@pytest.mark.parametrize(("skew", "says"), [(-60, "60 s behind"), (60, "60 s ahead of"), (0, "differ by 0.")])
def test_clocks(pretender: Pretending, patient: Patient, skew: int, says: str) -> None:
    now = (time.time() + skew) * 1000
    pretender.replies["POST /_api/cursor"] = {"result": [{"user": None, "now": now}]}
    found = server.clock(patient)
    assert found.level is (Level.WARNING if skew else Level.OK)
    assert says in found.what
