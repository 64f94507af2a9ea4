from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.chat_api import ChatAPI
from tests.unit.cli.conftest import Call, fill, messages_document


@pytest.fixture(autouse=True)
def filled(url: str) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    fill(url, "others", {"text": "A paragraph."})


def test_each_finding_is_a_line_with_what_to_do(cli: Call, url: str) -> None:
    done = cli("doctor", "--url", url, "--no-models")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert "ok       documents: 1 pending documents; of the first 1: 1 messages" in lines
    assert lines[0].startswith(f"warning  address: {url}")
    assert lines[1].startswith("         → It is for development")
    assert "student" not in done.stdout


def test_as_json(cli: Call, url: str) -> None:
    done = cli("doctor", "--url", url, "--collection", "others", "--no-models", "--json")
    assert done.returncode == 2
    told = json.loads(done.stdout)
    assert told["exit_code"] == 2
    [documents] = [finding for finding in told["findings"] if finding["name"] == "documents"]
    assert documents.keys() == {"name", "level", "what", "to_do", "exit_code"}
    assert documents["level"] == "error"


@pytest.mark.parametrize(
    ("flags", "code", "says"),
    [
        (["--evidence-edges", "nowhere"], 2, "no collection nowhere"),
        (["--student", "mystery"], 2, "student: The model name 'mystery' fits no backend"),
        (["--teacher", "mystery"], 2, "teacher: The model name 'mystery' fits no backend"),
        (["--judge", "mystery"], 2, "judge: The model name 'mystery' fits no backend"),
        (["--student", "s", "--student-url", "http://127.0.0.1:9"], 69, "http://127.0.0.1:9 cannot be reached"),
        (["--teacher", "t", "--teacher-url", "http://127.0.0.1:9"], 69, "http://127.0.0.1:9 cannot be reached"),
        (["--database", "nowhere"], 2, "database not found"),
    ],
)
def test_every_flag_counts(cli: Call, api: ChatAPI, url: str, flags: list[str], code: int, says: str) -> None:
    student = [] if "--student" in flags else ["--student", "student", "--student-url", api.url]
    done = cli("doctor", "--url", url, *student, *flags)
    assert done.returncode == code
    assert says in done.stdout


def test_a_url_of_no_known_form_is_a_finding(cli: Call, tmp_path: Path) -> None:
    done = cli("doctor", "--url", "ftp://a", "--no-models")
    assert done.returncode == 2
    assert "error    address: 'ftp://a' is not a database URL" in done.stdout
