from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Call, fill, messages_document, read_jsonl, stored, write_jsonl

NOTICE = "No ARANGO_URL: using embedded:arango-thinking.db"


# ---------------------------------------------------------------- init


def test_init_says_what_it_made_and_then_that_nothing_is_left(cli: Call, url: str) -> None:
    first = cli("init", "--url", url)
    assert "made collection qa_pairs\n" in first.stdout
    assert "made index on qa_pairs" in first.stdout
    second = cli("init", "--url", url)
    assert (second.returncode, second.stdout) == (0, "Nothing to do: everything is there.\n")


def test_init_as_json_on_another_collection(cli: Call, url: str) -> None:
    made = json.loads(cli("init", "--url", url, "--collection", "others", "--json").stdout)["made"]
    assert made[0] == "collection others"
    assert json.loads(cli("init", "--url", url, "--collection", "others", "--json").stdout) == {"made": []}


def test_without_a_url_there_is_a_notice_on_stderr(cli: Call, tmp_path: Path) -> None:
    done = cli("init", "--json")
    assert done.stderr.startswith(NOTICE)
    assert json.loads(done.stdout)["made"]
    assert (tmp_path / "arango-thinking.db").exists()


def test_a_url_in_the_environment_needs_no_notice(
    cli: Call, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARANGO_URL", url)
    assert cli("init").stderr == ""
    assert (tmp_path / "test.db").exists()


def test_two_variables_that_disagree_give_2(cli: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARANGO_URL", "http://one:8529")
    monkeypatch.setenv("ARANGODB_URL", "http://two:8529")
    done = cli("status")
    assert (done.returncode, done.stdout) == (2, "")
    assert "ARANGO_URL" in done.stderr
    assert "ARANGODB_URL" in done.stderr


# ---------------------------------------------------------------- import


def test_import_takes_the_good_lines_and_names_the_bad_ones(cli: Call, url: str, tmp_path: Path) -> None:
    file = write_jsonl(tmp_path / "in.jsonl", messages_document("a"), "{broken", "[1]", messages_document("b"))
    done = cli("import", file, "--url", url)
    assert done.returncode == 1
    assert "line 2 rejected: not JSON" in done.stderr
    assert "line 3 rejected: " in done.stderr
    assert "│ created  │ 2" in done.stdout
    assert [document["_key"] for document in stored(url)] == ["a", "b"]


def test_import_as_json_is_one_object(cli: Call, url: str, tmp_path: Path) -> None:
    file = write_jsonl(tmp_path / "in.jsonl", messages_document("a"), "{broken")
    done = cli("import", file, "--url", url, "--json")
    account = json.loads(done.stdout)
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (1, "", 1)
    assert (account["created"], account["rejected"], account["contents"]) == (1, 1, "Q&A documents")


def test_import_into_another_collection(cli: Call, url: str, tmp_path: Path) -> None:
    file = write_jsonl(tmp_path / "in.jsonl", messages_document("a"))
    assert cli("import", file, "--url", url, "-c", "others").returncode == 0
    assert [document["_id"] for document in stored(url, "others")] == ["others/a"]


@pytest.mark.parametrize(
    ("choice", "code", "metadata"),
    [
        ("ignore", 0, {"thinking": "old", "kept": 1}),
        ("update", 0, {"thinking": "new", "kept": 1}),
        ("replace", 0, {"thinking": "new"}),
        ("error", 1, {"thinking": "old", "kept": 1}),
    ],
)
def test_on_duplicate(cli: Call, url: str, tmp_path: Path, choice: str, code: int, metadata: dict[str, object]) -> None:
    fill(url, "qa_pairs", messages_document("a", thinking="old", kept=1))
    file = write_jsonl(tmp_path / "in.jsonl", messages_document("a", thinking="new"))
    assert cli("import", file, "--url", url, "--on-duplicate", choice).returncode == code
    assert stored(url)[0]["metadata"] == metadata


def test_importing_twice_says_that_all_is_there(cli: Call, url: str, tmp_path: Path) -> None:
    file = write_jsonl(tmp_path / "in.jsonl", messages_document("a"), messages_document("b"))
    cli("import", file, "--url", url)
    before = stored(url)
    done = cli("import", file, "--url", url)
    assert "│ there already │ 2" in done.stdout
    assert stored(url) == before


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_an_empty_file_is_nothing_to_do(cli: Call, url: str, tmp_path: Path, content: str) -> None:
    (tmp_path / "in.jsonl").write_text(content)
    done = cli("import", tmp_path / "in.jsonl", "--url", url)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "Nothing to do: in.jsonl is empty.\n")


def test_a_file_that_is_not_there_fails(cli: Call, url: str, tmp_path: Path) -> None:
    done = cli("import", tmp_path / "nowhere.jsonl", "--url", url)
    assert done.returncode != 0
    assert done.stderr.startswith("error: ")
    assert "nowhere.jsonl cannot be read: No such file" in done.stderr


def test_paragraphs_are_refused_as_questions(cli: Call, url: str, tmp_path: Path) -> None:
    file = write_jsonl(tmp_path / "in.jsonl", {"_key": "p", "text": "A paragraph."})
    done = cli("import", file, "--url", url)
    assert done.returncode == 2
    assert "a source paragraph" in done.stderr
    assert cli("status", "--url", url).returncode == 2  # not even the collection was made


def test_what_import_shows_of_a_file_is_not_rendered(cli: Call, url: str, tmp_path: Path) -> None:
    hostile = messages_document("a", question_type="[red]\x1b[31m")
    done = cli("import", write_jsonl(tmp_path / "[bold].jsonl", hostile, {"role\x1b[2J": 1}), "--url", url)
    assert "[bold].jsonl" in done.stdout
    assert "[red]" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.parametrize(("limit", "stored_keys"), [("0", ["a"]), ("1", ["a", "b"])])
def test_max_errors_ends_the_import_with_a_sentence(
    cli: Call, url: str, tmp_path: Path, limit: str, stored_keys: list[str]
) -> None:
    file = write_jsonl(tmp_path / "in.jsonl", messages_document("a"), "{1", messages_document("b"), "{2")
    done = cli("import", file, "--url", url, "--max-errors", limit)
    assert done.returncode == 1
    count = len(stored_keys)
    assert (
        f"Stopped at line {2 * count}: {count} rejected, more than --max-errors {limit}. "
        f"The {count} documents imported before it stay; the rest of the file was not read.\n"
    ) in done.stderr
    assert [document["_key"] for document in stored(url)] == stored_keys


def test_max_errors_that_are_not_reached_change_nothing(cli: Call, url: str, tmp_path: Path) -> None:
    file = write_jsonl(tmp_path / "in.jsonl", messages_document("a"), "{1", messages_document("b"))
    done = cli("import", file, "--url", url, "--max-errors", "1", "--json")
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout)["ended_at"] is None
    assert cli("import", file, "--url", url, "--max-errors", "-1").returncode == 2


def test_rejects_are_named_and_can_be_imported(cli: Call, url: str, tmp_path: Path) -> None:
    file = write_jsonl(tmp_path / "in.jsonl", messages_document("a"), messages_document("b b"))
    rejects = tmp_path / "rejects.jsonl"
    done = cli("import", file, "--url", url, "--rejects", rejects)
    assert done.returncode == 1
    assert f"The rejected lines are in {rejects}: correct them there and import that file.\n" in done.stderr
    rejects.write_text(rejects.read_text().replace("b b", "b"))
    done = cli("import", rejects, "--url", url, "--rejects", tmp_path / "none.jsonl")
    assert (done.returncode, done.stderr) == (0, "")
    assert [document["_key"] for document in stored(url)] == ["a", "b"]
    assert not (tmp_path / "none.jsonl").exists()


# ---------------------------------------------------------------- export


def enhanced(key: str, *, converged: bool) -> dict[str, object]:
    return messages_document(key, original_thinking="thin", thinking_iterations=2, thinking_converged=converged)


@pytest.mark.parametrize(
    ("flags", "keys"),
    [
        ([], ["a", "b", "c"]),
        (["--enhanced-only"], ["b", "c"]),
        (["--converged-only"], ["c"]),
        (["--filter", "doc._key < 'b'"], ["a"]),
        (["--where", "doc._key < 'c' AND doc._key > 'a'"], ["b"]),
    ],
)
def test_export_selects(cli: Call, url: str, tmp_path: Path, flags: list[str], keys: list[str]) -> None:
    documents = [enhanced("c", converged=True), messages_document("a"), enhanced("b", converged=False)]
    for document in documents:
        document["messages"][0]["content"] = document["_key"]
    fill(url, "qa_pairs", *documents)
    done = cli("export", tmp_path / "out.jsonl", "--url", url, *flags)
    assert done.returncode == 0
    assert done.stdout == f"{len(keys)} documents from qa_pairs → {tmp_path / 'out.jsonl'}\n"
    assert [line["messages"][0]["content"] for line in read_jsonl(tmp_path / "out.jsonl")] == keys


def test_export_of_another_collection_to_gzip_as_json(cli: Call, url: str, tmp_path: Path) -> None:
    fill(url, "others", messages_document("a"))
    path = tmp_path / "out.jsonl.gz"
    done = cli("export", path, "--url", url, "--collection", "others", "--json")
    figures = json.loads(done.stdout)
    [file] = figures.pop("files")
    assert figures == {"documents": 1, "left_out": 0, "in_collection": 1, "file": str(path)}
    assert (file["file"], file["bytes"]) == ("out.jsonl.gz", path.stat().st_size)
    assert json.loads(gzip.decompress(path.read_bytes()))["messages"] == messages_document("a")["messages"]


def test_export_leaves_out_what_is_no_question_and_says_why(cli: Call, url: str, tmp_path: Path) -> None:
    fill(url, "qa_pairs", {"_key": "p:smile:", "text": "[red]A paragraph."}, messages_document("a"))
    done = cli("export", tmp_path / "out.jsonl", "--url", url)
    assert done.returncode == 0
    assert "qa_pairs/p:smile:: looks like a source paragraph" in done.stderr
    assert "qa_pairs holds 2 documents: 1 exported, 1 left out.\n" in done.stderr
    assert len(read_jsonl(tmp_path / "out.jsonl")) == 1


@pytest.mark.parametrize("flags", [["--collection", "nowhere"], ["--filter", "doc.a >"]])
def test_an_export_that_fails_leaves_no_file(cli: Call, url: str, tmp_path: Path, flags: list[str]) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    done = cli("export", tmp_path / "out.jsonl", "--url", url, *flags)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert not (tmp_path / "out.jsonl").exists()


def test_an_export_into_a_missing_folder_gives_2(cli: Call, url: str, tmp_path: Path) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    done = cli("export", tmp_path / "no" / "out.jsonl", "--url", url)
    assert done.returncode == 2
    assert "cannot write" in done.stderr


def test_the_count_is_no_news_where_all_came_or_a_part_was_asked_for(cli: Call, url: str, tmp_path: Path) -> None:
    fill(url, "qa_pairs", messages_document("a"), enhanced("b", converged=False))
    for flags in ([], ["--enhanced-only"], ["--converged-only"], ["--filter", "doc._key == 'a'"]):
        assert cli("export", tmp_path / "out.jsonl", "--url", url, *flags).stderr == ""


def test_export_keeps_the_named_fields(cli: Call, url: str, tmp_path: Path) -> None:
    fill(url, "qa_pairs", messages_document("a", confidence=1, other=2))
    assert cli("export", tmp_path / "out.jsonl", "--url", url, "--fields", "thinking, confidence").returncode == 0
    [line] = read_jsonl(tmp_path / "out.jsonl")
    assert line["metadata"] == {"thinking": "thin", "confidence": 1}


@pytest.mark.parametrize(
    ("flags", "reason"),
    [
        (["--fields", "thinking,nothing"], "--fields: no document has 'nothing' in its metadata"),
        (["--fields", "thinking,,"], "--fields 'thinking,,' is not a list of names separated by commas"),
        (["--split", "train=0.9"], "the shares sum to 0.9, not to 1"),
    ],
)
def test_an_export_that_is_asked_for_wrongly_gives_2_and_no_file(
    cli: Call, url: str, tmp_path: Path, flags: list[str], reason: str
) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    done = cli("export", tmp_path / "out.jsonl", "--url", url, *flags)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr
    assert not list(tmp_path.glob("out*"))


def test_export_in_splits_names_each_file(cli: Call, url: str, tmp_path: Path) -> None:
    fill(url, "qa_pairs", *(messages_document(f"k{number}", f"What is {number}?") for number in range(20)))
    out = tmp_path / "out.jsonl.zst"
    done = cli("export", out, "--url", url, "--split", "train=0.5,test=0.5")
    lines = done.stdout.splitlines()
    assert [line.partition(" → ")[2] for line in lines] == [
        str(tmp_path / "out.train.jsonl.zst"),
        str(tmp_path / "out.test.jsonl.zst"),
    ]
    assert sum(int(line.split()[0]) for line in lines) == 20
    assert not out.exists()
    figures = json.loads(cli("export", out, "--url", url, "--split", "train=0.5,test=0.5", "--json").stdout)
    assert [file["split"] for file in figures["files"]] == ["train", "test"]


def test_an_export_from_a_database_that_is_not_there_makes_none(cli: Call, tmp_path: Path) -> None:
    done = cli("export", tmp_path / "out.jsonl", "--url", f"embedded:{tmp_path / 'nowhere.db'}")
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no database file" in done.stderr
    assert "`arango-thinking import FILE` makes one" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_collection_that_is_not_there_is_told_with_the_next_step(cli: Call, url: str, tmp_path: Path) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    done = cli("export", tmp_path / "out.jsonl", "--url", url, "-c", "others")
    assert "There is no collection 'others'" in done.stderr
    assert "`arango-thinking import FILE --collection others`" in done.stderr


# ---------------------------------------------------------------- all of them


@pytest.mark.parametrize("command", [["init"], ["import", "in.jsonl"], ["export", "out.jsonl"]])
def test_every_command_takes_the_database_by_name(cli: Call, url: str, tmp_path: Path, command: list[str]) -> None:
    write_jsonl(tmp_path / "in.jsonl", messages_document("a"))
    fill(url, "qa_pairs")
    done = cli(*command, "--url", url, "--database", "elsewhere")
    assert done.returncode == 2
    assert "database not found" in done.stderr
    assert not (tmp_path / "out.jsonl").exists()
