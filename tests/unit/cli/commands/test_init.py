from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.pretending import pretending
from tests.unit.cli.conftest import Call, fill


def test_a_dry_run_makes_nothing(cli: Call, url: str) -> None:
    fill(url, "another")
    told = cli("init", "--dry-run", "--url", url)
    assert told.returncode == 0
    assert told.stdout.startswith("would make collection qa_pairs\n")
    again = json.loads(cli("init", "--dry-run", "--url", url, "--json").stdout)
    made = json.loads(cli("init", "--url", url, "--json").stdout)
    assert made["made"] == again["would_make"]
    assert json.loads(cli("init", "--dry-run", "--url", url, "--json").stdout) == {"would_make": []}


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
