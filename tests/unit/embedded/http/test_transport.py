from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from arango.client import ArangoClient

from arango_thinking.embedded.http.transport import open_embedded


def test_a_file_is_there_for_the_next_client(tmp_path: Path) -> None:
    path = tmp_path / "file.db"
    first = open_embedded(path)
    first.db("_system").create_collection("pages").insert({"_key": "a", "text": "é\0"})
    first.close()
    second = open_embedded(str(path))
    assert second.db("_system").collection("pages").get("a")["text"] == "é\0"
    second.close()


def test_two_clients_share_a_file(tmp_path: Path) -> None:
    one, other = open_embedded(tmp_path / "file.db"), open_embedded(tmp_path / "file.db")
    one.db("_system").create_collection("pages").insert({"_key": "a"})
    other.db("_system").collection("pages").update({"_key": "a", "n": 1})
    assert one.db("_system").collection("pages").get("a")["n"] == 1
    one.close()
    other.close()


def test_closing_twice_does_no_harm(client: ArangoClient) -> None:
    client.close()
    client.close()


def test_numbers_and_order_survive_the_way_through_the_driver(client: ArangoClient) -> None:
    pages = client.db("_system").create_collection("pages")
    document = {"_key": "a", "z": 2**64 - 1, "y": -(2**63), "x": 0.1, "w": 1.0, "v": {"b": 1, "a": 2}}
    pages.insert(document)
    stored = pages.get("a")
    assert list(stored.items())[3:] == list(document.items())[1:]
    assert isinstance(stored["w"], float)


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"missing/file\.db: unable to open database file"):
        open_embedded(tmp_path / "missing" / "file.db")


def test_a_client_that_is_never_closed_ends_quietly(tmp_path: Path) -> None:
    script = (
        "import sys; from arango_thinking.embedded import open_embedded;"
        "open_embedded(sys.argv[1]).db('_system').create_collection('pages')"
    )
    command = [sys.executable, "-W", "error", "-c", script, str(tmp_path / "file.db")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    reopened = open_embedded(tmp_path / "file.db")
    assert reopened.db("_system").has_collection("pages")
    reopened.close()
