"""Rejected lines in a file of their own, and the same lines as they are read from it again."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from arango_thinking.errors import ConfigurationError
from arango_thinking.files.jsonl import MAX_LINE_BYTES, Line, read_line
from arango_thinking.files.rejects import corrected, rejected_lines

SOURCE = Path("in.jsonl")
FLAT = {"question": "How many moons has Mars?", "answer": "Two."}


def line(content: object, number: int = 7) -> Line:
    """A line of a file, as it is read."""
    raw = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    return read_line(number, raw)


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(text) for text in path.read_text().splitlines()]


def rejected(path: Path, *lines: tuple[Line, str]) -> list[dict[str, Any]]:
    with rejected_lines(path, SOURCE) as reject:
        for found, reason in lines:
            reject(found, reason)
    return records(path)


# ---------------------------------------------------------------- writing them


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (FLAT, {"document": FLAT}),
        ({}, {"document": {}}),
        ({"answer": "Zwölf € 🦙"}, {"document": {"answer": "Zwölf € 🦙"}}),
        (b'{"question": ', {"raw": '{"question": '}),
        (b"[1, 2]", {"raw": "[1, 2]"}),
        (b'"text"', {"raw": '"text"'}),
        (b'{"a": 1, "a": 2}', {"raw": '{"a": 1, "a": 2}'}),
        (b'{"a": NaN}', {"raw": '{"a": NaN}'}),
        (b'{"a": "\xff\xc3\xb6"}', {"raw": '{"a": "\\xffö"}'}),
    ],
)
def test_a_line_is_kept_as_its_object_or_as_its_text(tmp_path: Path, content: object, kept: dict[str, Any]) -> None:
    [record] = rejected(tmp_path / "rejects.jsonl", (line(content), "no good"))
    assert record == {"line": 7, "reason": "no good", **kept}


def test_lines_keep_their_order_and_each_its_reason(tmp_path: Path) -> None:
    given = [(line(FLAT, 3), "one"), (line(b"{", 5), "two"), (line({"a": 1}, 20), "three")]
    assert [(record["line"], record["reason"]) for record in rejected(tmp_path / "rejects.jsonl", *given)] == [
        (3, "one"),
        (5, "two"),
        (20, "three"),
    ]


def test_of_a_line_that_is_too_long_the_beginning_is_shown(tmp_path: Path) -> None:
    given = line(b"x" * (MAX_LINE_BYTES + 1))
    [record] = rejected(tmp_path / "rejects.jsonl", (given, given.error or ""))
    assert record["raw"] == "x" * 1000
    assert "64 MiB" in record["reason"]


def test_a_long_line_that_is_not_too_long_is_kept_whole(tmp_path: Path) -> None:
    [record] = rejected(tmp_path / "rejects.jsonl", (line(b"x" * 5000), "no JSON"))
    assert record["raw"] == "x" * 5000


def test_the_file_appears_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "rejects.jsonl"
    with rejected_lines(path, SOURCE) as reject:
        reject(line(FLAT), "no good")
        assert not path.exists()
    assert len(records(path)) == 1
    assert list(tmp_path.iterdir()) == [path]


def test_without_a_rejected_line_there_is_no_file(tmp_path: Path) -> None:
    with rejected_lines(tmp_path / "rejects.jsonl", SOURCE):
        pass
    assert list(tmp_path.iterdir()) == []


def test_when_the_import_fails_there_is_no_file(tmp_path: Path) -> None:
    def work() -> None:
        with rejected_lines(tmp_path / "rejects.jsonl", SOURCE) as reject:
            reject(line(FLAT), "no good")
            raise LookupError

    with pytest.raises(LookupError):
        work()
    assert list(tmp_path.iterdir()) == []


def test_the_file_is_compressed_as_its_name_says(tmp_path: Path) -> None:
    with rejected_lines(tmp_path / "rejects.jsonl.gz", SOURCE) as reject:
        reject(line(FLAT), "no good")
    content = gzip.decompress((tmp_path / "rejects.jsonl.gz").read_bytes())
    assert json.loads(content) == {"line": 7, "reason": "no good", "document": FLAT}


def test_without_a_place_for_them_they_are_dropped(tmp_path: Path) -> None:
    with rejected_lines(None, SOURCE) as reject:
        reject(line(FLAT), "no good")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["in.jsonl", "./in.jsonl", "folder/../in.jsonl", "link.jsonl"])
def test_the_file_that_is_imported_is_no_place_for_them(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "in.jsonl").write_text("{}\n")
    (tmp_path / "link.jsonl").symlink_to("in.jsonl")
    entered = []

    def work() -> None:
        with rejected_lines(Path(place), tmp_path / "in.jsonl"):
            entered.append(place)

    with pytest.raises(ConfigurationError, match=r"^--rejects .*in.* is the file that is imported: give another name"):
        work()
    assert (entered, (tmp_path / "in.jsonl").read_text()) == ([], "{}\n")


# ---------------------------------------------------------------- reading them again


@pytest.mark.parametrize("content", [FLAT, {}, {"answer": "Zwölf € 🦙", "n": [1, 2.5, None, True]}])
def test_the_object_of_a_rejected_line_is_the_line(content: dict[str, Any]) -> None:
    again = corrected(line({"line": 3, "reason": "no good", "document": content}))
    assert again == Line(7, content)
    assert json.loads(again.raw) == content


@pytest.mark.parametrize("text", [json.dumps(FLAT), f"  {json.dumps(FLAT)}  ", json.dumps(FLAT, indent=1)])
def test_the_text_of_a_rejected_line_is_read_as_a_line(text: str) -> None:
    assert corrected(line({"reason": "no good", "raw": text, "line": 3})) == Line(7, FLAT)


@pytest.mark.parametrize(
    ("record", "error"),
    [
        ({"raw": '{"question": '}, "not JSON, column 14"),
        ({"raw": ""}, "not JSON, column 1"),
        ({"raw": "[]"}, "a list, not an object"),
        ({"document": [FLAT]}, "a list, not an object"),
        ({"document": None}, "null, not an object"),
    ],
)
def test_what_was_not_corrected_is_rejected_again(record: dict[str, Any], error: str) -> None:
    again = corrected(line({"line": 3, "reason": "no good", **record}))
    assert (again.number, again.document) == (7, None)
    assert error in (again.error or "")


@pytest.mark.parametrize(
    "content",
    [
        FLAT,
        {**FLAT, "line": 3, "reason": "no good"},
        {"line": 3, "reason": "no good"},
        {"line": 3, "reason": "no good", "document": FLAT, "raw": "{}"},
        {"line": 3, "reason": "no good", "document": FLAT, "topic": "moons"},
        {"line": 3, "document": FLAT},
        {"line": 3, "reason": "no good", "raw": FLAT},
        {"line": 3, "reason": "no good", "raw": None},
        {"line": 3, "reason": "no good", "raw": "{}", "topic": "moons"},
        b"[1, 2]",
        b"{",
    ],
)
def test_any_other_line_is_as_it_is(content: object) -> None:
    given = line(content)
    assert corrected(given) is given


def test_doubts_about_the_line_are_told_once_and_before_those_about_its_object() -> None:
    large = {"n": 2**60}
    [about_number] = line(large).doubts
    record = {"line": 3, "reason": "no good", "document": large}
    assert corrected(line(record)).doubts == (about_number,)
    marked = line(b"\xef\xbb\xbf" + json.dumps(record).encode())
    about_mark, *rest = corrected(marked).doubts
    assert "byte order mark" in about_mark
    assert rest == [about_number]
    hidden = {"line": 3, "reason": "no good", "raw": json.dumps(large)}
    assert corrected(line(hidden)).doubts == (about_number,)


@pytest.mark.parametrize("content", [FLAT, {"answer": "Zwölf € 🦙"}, b"{", b"[]", "text", b'{"a": 1, "a": 1}'])
def test_a_line_that_is_written_and_read_again_is_the_same_but_for_its_place(tmp_path: Path, content: object) -> None:
    given = line(content)
    [record] = rejected(tmp_path / "rejects.jsonl", (given, "no good"))
    again = corrected(line(record, 1))
    assert (again.document, again.error, again.number) == (given.document, given.error, 1)
