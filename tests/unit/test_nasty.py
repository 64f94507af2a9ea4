"""A folder of awkward input files, each with what import and enhancement should make of it.

The folder is not part of this repository; ARANGO_THINKING_NASTY names it. It holds `nasty.jsonl` with one case a
line, `files/` with one case a file, `cases.json` with what is expected, and `make_nasty.py`, which writes large files.
"""

import gzip
import json
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from arango_thinking.documents.layouts import (
    detect_layout,
    enhanced_copy,
    enhancement,
    export_document,
    is_enhanced,
    read_example,
)
from arango_thinking.errors import DocumentError, InputError
from arango_thinking.files.jsonl import read_documents, read_lines
from tests.json_lines import write_lines

REPOSITORY = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("ARANGO_THINKING_NASTY") or REPOSITORY.parent / "shared" / "data" / "nasty")

if not (FOLDER / "cases.json").is_file():
    pytest.skip("the folder of awkward input files is not here", allow_module_level=True)

CASES = json.loads((FOLDER / "cases.json").read_text())
RAW_LINES = (FOLDER / "nasty.jsonl").read_bytes().split(b"\n")
#: Stored as expected, and with a doubt beside: its question type is no known one either.
ALSO_DOUBTED = {"aql"}


@pytest.fixture(scope="module")
def lines():
    return {line.number: line for line in read_documents(FOLDER / "nasty.jsonl")}


def verdict(line):
    if line is None:
        return "skip"
    if line.error:
        return "reject"
    return "warn" if line.doubts else "accept"


def enhanceable(document):
    """Whether a run would take it up."""
    try:
        read_example(document, source="x")
    except DocumentError:
        return False
    return not is_enhanced(document)


@pytest.mark.parametrize("case", CASES["nasty.jsonl"], ids=lambda case: case["id"])
def test_import_of_a_line(case, lines):
    expected = "warn" if case["id"] in ALSO_DOUBTED else case["import"]
    assert {verdict(lines.get(number)) for number in case["lines"]} == {expected}
    for number in case["lines"]:
        line = lines.get(number)
        if line and line.document:
            assert json.dumps(line.document) == json.dumps(json.loads(RAW_LINES[number - 1]))


@pytest.mark.parametrize("case", CASES["nasty.jsonl"], ids=lambda case: case["id"])
def test_enhancement_of_a_line(case, lines):
    line = lines.get(case["lines"][0])
    if case["enhance"] == "n/a":
        assert line is None or line.document is None
    else:
        assert enhanceable(line.document) is (case["enhance"] == "yes")


def test_messages_and_the_first_original_survive_enhancement_and_export(lines, tmp_path):
    documents = [line.document for line in lines.values() if line.document and enhanceable(line.document)]
    exported = []
    for document in documents:
        layout = detect_layout(document)
        patch = enhancement(document, layout, thinking="new", iterations=1, converged=True)
        copied = enhanced_copy(document, patch)
        assert {**copied, "metadata": 0} == {**document, "metadata": 0, **(patch if layout != "messages" else {})}
        exported.append(export_document(copied))
        assert exported[-1]["metadata"]["original_thinking"] == read_example(document, source="x").thinking
    path = tmp_path / "out.jsonl.gz"
    assert write_lines(path, exported) == len(documents) > 40
    assert [line.document for line in read_lines(path)] == exported
    assert not any(enhanceable(line.document) for line in read_lines(path))


def test_reasons_are_short_and_safe_to_show(lines):
    for line in lines.values():
        for sentence in (line.error or "", *line.doubts):
            assert sentence.isprintable()
            assert len(sentence) < 200


def file_verdict(path):
    try:
        lines = list(read_documents(path))
    except InputError:
        return "reject-file", 0
    assert not any(line.error for line in lines)
    return ("warn" if any(line.doubts for line in lines) else "accept"), len(lines)


@pytest.mark.parametrize("case", CASES["files"], ids=lambda case: case["file"])
def test_import_of_a_file(case):
    path = FOLDER / case["file"]
    if path.name == "edges-dangling.jsonl":
        assert file_verdict(path)[0] == "reject-file", "relationships are no Q&A documents"
        assert [line.error for line in read_lines(path)] == [None] * 6, "which ends exist, the database knows"
        return
    found, count = file_verdict(path)
    assert found == case["import"]
    empty = path.name in ("empty.jsonl", "only-newlines.jsonl")
    assert count == (0 if found == "reject-file" or empty else 3)


@pytest.mark.parametrize("name", ["crlf.jsonl", "array.json", "bom.jsonl", "no-final-newline.jsonl", "good.jsonl.gz"])
def test_the_same_documents_in_other_clothes(name):
    plain = [line.document for line in read_lines(FOLDER / "files" / "plain-as.jsonl.gz")]
    assert [line.document for line in read_lines(FOLDER / "files" / name)] == plain


@pytest.fixture(scope="module")
def big(tmp_path_factory):
    folder = tmp_path_factory.mktemp("big")
    subprocess.run([sys.executable, "-B", str(FOLDER / "make_nasty.py"), "--big", str(folder)], check=True)
    return folder


BIG = {
    "big-answer.jsonl": "accept",
    "big-emoji.jsonl": "accept",
    "big-thinking.jsonl": "accept",
    "deep-100000.jsonl": "reject",
    "many-names.jsonl": "accept",
    "many-turns.jsonl": "warn",
    "one-line-20mb.jsonl": "reject",
    "bomb.jsonl.gz": "nothing",
}


def test_every_big_file_has_its_test():
    assert {case["file"] for case in CASES["big"]} == set(BIG)


@pytest.mark.slow
@pytest.mark.parametrize("name", BIG)
def test_big_files_take_memory_in_proportion(big, name):
    path = big / name
    tracemalloc.start()
    lines = list(read_documents(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [verdict(line) for line in lines] == ([] if BIG[name] == "nothing" else [BIG[name]])
    assert peak < 16 * path.stat().st_size + (4 << 20)
    for line in lines:
        assert line.document or len(line.error) < 200
        if line.document:
            assert line.document == json.loads(path.read_bytes())
            assert enhanceable(line.document) is (BIG[name] == "accept")


@pytest.mark.slow
def test_the_bomb_is_what_it_says(big):
    with gzip.open(big / "bomb.jsonl.gz") as file:
        assert sum(len(block) for block in iter(lambda: file.read(1 << 20), b"")) == 256 << 20
