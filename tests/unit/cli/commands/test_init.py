"""`init`: says what it makes, or would make, and makes it once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from arango_thinking.store import schema
from tests.pretending import pretending
from tests.unit.cli.conftest import Call, fill, messages_document

FLAT = {"_key": "a", "question": "Why?", "answer": "So."}
#: All that is made in an empty database.
EVERYTHING = [
    "collection qa_pairs",
    *(f"collection {name}" for name in schema.COLLECTIONS),
    *(f"index on {name} ({', '.join(index.fields)})" for name, found in schema.COLLECTIONS.items() for index in found),
    "index on qa_pairs (metadata.thinking_iterations, _key)",
    "graph thinking_audit",
]


def made(cli: Call, url: str, *flags: str) -> list[str]:
    said: list[str] = json.loads(cli("init", "--url", url, "--json", *flags).stdout)["made"]
    return said


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# ---------------------------------------------------------------- what is made


def test_what_is_made_is_said_line_by_line(cli: Call, url: str) -> None:
    done = cli("init", "--url", url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [f"made {thing}" for thing in EVERYTHING]


def test_as_json_the_same_is_one_object(cli: Call, url: str) -> None:
    done = cli("init", "--url", url, "--json")
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    assert json.loads(done.stdout) == {"made": EVERYTHING}


def test_it_may_be_repeated(cli: Call, url: str) -> None:
    cli("init", "--url", url)
    again = cli("init", "--url", url)
    assert (again.returncode, again.stdout) == (0, "Nothing to do: everything is there.\n")
    as_json = cli("init", "--url", url, "--json")
    assert (as_json.returncode, as_json.stdout) == (0, '{"made":[]}\n')


@pytest.mark.parametrize("flag", ["--collection", "-c"])
def test_another_collection_has_its_own_index_and_the_rest_is_there(cli: Call, url: str, flag: str) -> None:
    cli("init", "--url", url)
    assert made(cli, url, flag, "others") == [
        "collection others",
        "index on others (metadata.thinking_iterations, _key)",
        "others in graph thinking_audit",
    ]


@pytest.mark.parametrize(
    ("document", "path"), [(messages_document("a"), "metadata.thinking_iterations"), (FLAT, "thinking_iterations")]
)
def test_the_index_is_where_the_collection_keeps_its_count(
    cli: Call, url: str, document: dict[str, Any], path: str
) -> None:
    fill(url, "qa_pairs", document)
    said = made(cli, url)
    assert f"index on qa_pairs ({path}, _key)" in said
    assert "collection qa_pairs" not in said


def test_without_a_url_the_default_file_is_made_and_it_is_said(cli: Call, tmp_path: Path) -> None:
    done = cli("init")
    assert done.returncode == 0
    assert done.stderr.startswith("No ARANGO_URL: using embedded:arango-thinking.db")
    assert (tmp_path / "arango-thinking.db").exists()


# ---------------------------------------------------------------- a dry run


def test_a_dry_run_makes_nothing(cli: Call, url: str) -> None:
    fill(url, "another")
    told = cli("init", "--dry-run", "--url", url)
    assert told.returncode == 0
    assert told.stdout.startswith("would make collection qa_pairs\n")
    again = json.loads(cli("init", "--dry-run", "--url", url, "--json").stdout)
    made = json.loads(cli("init", "--url", url, "--json").stdout)
    assert made["made"] == again["would_make"]
    assert json.loads(cli("init", "--dry-run", "--url", url, "--json").stdout) == {"would_make": []}


def test_a_dry_run_says_line_by_line_what_would_be_made(cli: Call, url: str) -> None:
    fill(url, "another")
    done = cli("init", "--dry-run", "--url", url)
    assert done.stdout.splitlines() == [f"would make {thing}" for thing in EVERYTHING]
    cli("init", "--url", url)
    assert cli("init", "--dry-run", "--url", url).stdout == "Nothing to do: everything is there.\n"


def test_a_dry_run_leaves_the_file_as_it_is(cli: Call, url: str, tmp_path: Path) -> None:
    fill(url, "another")
    before = bytes_of(tmp_path)
    assert cli("init", "--dry-run", "--url", url).returncode == 0
    assert bytes_of(tmp_path) == before


def test_a_dry_run_sends_a_server_nothing_to_write(cli: Call, tmp_path: Path) -> None:
    with pretending(tmp_path) as (server, url):
        told = cli("init", "--dry-run", "--url", url, "--json", "--shards", "3")
    assert (told.returncode, server.writes) == (0, [])
    assert json.loads(told.stdout)["would_make"] == EVERYTHING


@pytest.mark.parametrize("url_flags", [[], ["--url", "embedded:none.db"]])
def test_a_dry_run_makes_no_database_file_and_gives_2(cli: Call, tmp_path: Path, url_flags: list[str]) -> None:
    done = cli("init", "--dry-run", *url_flags)
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no database file" in done.stderr
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- clusters


@pytest.mark.parametrize(
    ("flag", "name"),
    [
        ("--replication-factor", "replicationFactor"),
        ("--write-concern", "writeConcern"),
        ("--shards", "numberOfShards"),
    ],
)
def test_how_a_cluster_keeps_them(cli: Call, tmp_path: Path, flag: str, name: str) -> None:
    with pretending(tmp_path) as (server, url):
        server.replies["GET /_api/database/current"] = {"result": {"sharding": "flexible"}}
        assert cli("init", "--url", url, flag, "3").returncode == 0
    bodies = {body["name"]: body for _, path, body in server.writes if path == "/_api/collection"}
    assert bodies["thinking_runs"][name] == 3
    assert name not in bodies["qa_pairs"]
    assert cli("init", flag, "0").returncode == 2


def test_each_flag_of_a_cluster_means_its_own(cli: Call, tmp_path: Path) -> None:
    flags = ["--replication-factor", "3", "--write-concern", "2", "--shards", "5"]
    with pretending(tmp_path) as (server, url):
        server.replies["GET /_api/database/current"] = {"result": {"sharding": "flexible"}}
        assert cli("init", "--url", url, *flags).returncode == 0
    bodies = {body["name"]: body for _, path, body in server.writes if path == "/_api/collection"}
    for name in schema.COLLECTIONS:
        kept = {key: bodies[name].get(key) for key in ("replicationFactor", "writeConcern", "numberOfShards")}
        assert kept == {"replicationFactor": 3, "writeConcern": 2, "numberOfShards": 5}


def test_on_a_single_server_the_flags_of_a_cluster_are_left_out_and_it_is_said(
    cli: Call, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert made(cli, url, "--shards", "3") == EVERYTHING
    assert "this is a single server" in caplog.text


def test_a_dry_run_says_that_the_flags_of_a_cluster_are_left_out_too(
    cli: Call, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    fill(url, "another")
    assert cli("init", "--dry-run", "--url", url).returncode == 0
    assert caplog.text == ""
    assert cli("init", "--dry-run", "--url", url, "--shards", "3").returncode == 0
    assert "this is a single server" in caplog.text


# ---------------------------------------------------------------- what goes wrong


@pytest.mark.usefixtures("tmp_path")  # the default database is a file where one is
@pytest.mark.parametrize(
    ("flags", "code", "says"),
    [
        (["--collection", "thinking_runs"], 2, "'thinking_runs' belongs to arango-thinking"),
        (["--url", "ftp://nowhere"], 2, "not a database URL"),
        (["--url", "http://127.0.0.1:1"], 69, "cannot be reached"),
        (["--url", "http://127.0.0.1:1", "--dry-run"], 69, "cannot be reached"),
        (["--database", "nowhere"], 2, "There is no database 'nowhere'"),
        (["--database-timeout", "0"], 2, "'--database-timeout'"),
        (["--replication-factor", "many"], 2, "'--replication-factor'"),
        (["qa_pairs"], 2, "qa_pairs"),
        (["--nonsense"], 2, "--nonsense"),
    ],
)
def test_what_goes_wrong_has_its_exit_code(cli: Call, flags: list[str], code: int, says: str) -> None:
    done = cli("init", *flags)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr


def test_a_refused_login_gives_2(cli: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARANGO_PASSWORD", "wrong")
    with pretending(tmp_path, "right") as (server, url):
        done = cli("init", "--url", url)
    assert (done.returncode, done.stdout, server.writes) == (2, "", [])
    assert "refuses the login" in done.stderr
