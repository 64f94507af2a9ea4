from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import pytest

from arango_thinking import __version__
from arango_thinking.choices import OnDuplicate
from arango_thinking.documents.layouts import Document
from arango_thinking.errors import ConfigurationError
from arango_thinking.files.atomic_files import manifest_path
from arango_thinking.files.exporting import ExportOptions, export_jsonl
from arango_thinking.files.importing import import_jsonl
from arango_thinking.files.jsonl import read_lines
from arango_thinking.files.splits import read_splits
from arango_thinking.store.records import Selection
from arango_thinking.store.store import Store

ALL = Selection("qa_pairs")
#: As a file holds it: names in this order, spaces so, and characters that must not be changed.
LINE = (
    '{"messages": [{"role": "system", "content": "Dokument: Flüsse\\u0000"}, '
    '{"role": "user", "content": "¿Qué río? 🏞 \\"x\\" \\n 1.0", "name": "z", "a": [1.5, 12345678901234, null, true]}, '
    '{"role": "assistant", "content": "El Tigris"}], "metadata": {"z": 1, "a": {"b": []}}}'
)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.jsonl"


def fill(store: Store, *documents: Document) -> None:
    store.create_collection("qa_pairs", edge=False)
    store.import_documents("qa_pairs", documents, OnDuplicate.IGNORE)


def document(key: str, **metadata: object) -> Document:
    messages = [{"role": "user", "content": f"Question {key}?"}, {"role": "assistant", "content": "Yes"}]
    return {"_key": key, "messages": messages, "metadata": metadata}


def read(path: Path) -> list[Document]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def asked(path: Path) -> list[str]:
    return [line["messages"][0]["content"] for line in read(path)]


def test_what_was_imported_comes_out_byte_for_byte(store: Store, tmp_path: Path, out: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(f"{LINE}\n".encode())
    import_jsonl(store, source, "qa_pairs")
    assert export_jsonl(store, ALL, out).documents == 1
    written = out.read_bytes()
    start, end = LINE.index("["), LINE.index(', "metadata"')
    assert LINE[start:end].encode() in written
    assert written == source.read_bytes()


def test_documents_come_in_key_order_and_again_the_same(store: Store, out: Path, tmp_path: Path) -> None:
    fill(store, document("b"), document("a10"), document("a9"), document("B"))
    export_jsonl(store, ALL, out)
    export_jsonl(store, ALL, tmp_path / "again.jsonl")
    assert asked(out) == [f"Question {key}?" for key in ("B", "a10", "a9", "b")]
    assert out.read_bytes() == (tmp_path / "again.jsonl").read_bytes()


def test_only_what_is_wanted(store: Store, out: Path) -> None:
    fill(
        store,
        document("a"),
        document("b", thinking_iterations=2, thinking_converged=False),
        document("c", thinking_iterations=2, thinking_converged=True),
    )
    export_jsonl(store, ALL, out, ExportOptions(only_enhanced=True))
    assert asked(out) == ["Question b?", "Question c?"]
    export_jsonl(store, ALL, out, ExportOptions(only_converged=True))
    assert asked(out) == ["Question c?"]
    export_jsonl(store, Selection("qa_pairs", 'doc._key IN ["a", "c"]'), out, ExportOptions(only_enhanced=True))
    assert asked(out) == ["Question c?"]


def test_flat_documents_become_messages(store: Store, out: Path) -> None:
    fill(store, {"_key": "f", "question": "Why?", "answer": "So", "thinking": "thin", "confidence": 0.9})
    export_jsonl(store, ALL, out)
    assert read(out) == [
        {
            "messages": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So"}],
            "metadata": {"thinking": "thin", "confidence": 0.9},
        }
    ]


def test_what_is_no_question_is_left_out_with_the_reason(store: Store, out: Path) -> None:
    fill(store, document("a"), {"_key": "p", "text": "A paragraph."})
    account = export_jsonl(store, ALL, out)
    assert (account.documents, account.left_out) == (1, 1)
    [(source, reason)] = account.reasons
    assert source == "qa_pairs/p"
    assert "a source paragraph" in reason


def test_gzip_by_name(store: Store, tmp_path: Path) -> None:
    fill(store, document("a"))
    export_jsonl(store, ALL, tmp_path / "out.jsonl.gz")
    [line] = gzip.decompress((tmp_path / "out.jsonl.gz").read_bytes()).splitlines()
    assert json.loads(line)["messages"] == document("a")["messages"]


def test_an_empty_collection_is_an_empty_file(store: Store, out: Path) -> None:
    fill(store)
    assert export_jsonl(store, ALL, out).documents == 0
    assert out.read_bytes() == b""


@pytest.mark.parametrize(
    "selection",
    [
        Selection("nowhere"),
        Selection("qa_pairs", "doc.a >"),
        Selection("qa_pairs", "LENGTH(FOR d IN qa_pairs REMOVE d IN qa_pairs RETURN 1) > 0"),
        Selection("qa_pairs", "true) RETURN 1 //"),
    ],
)
def test_a_wrong_request_leaves_no_file_and_an_older_one_as_it_was(
    store: Store, out: Path, selection: Selection
) -> None:
    fill(store, document("a"))
    with pytest.raises(ConfigurationError):
        export_jsonl(store, selection, out)
    assert not out.exists()
    out.write_text("older")
    with pytest.raises(ConfigurationError):
        export_jsonl(store, selection, out)
    assert out.read_text() == "older"
    assert len(list(store.export(ALL))) == 1


def test_a_filter_that_fails_on_the_way_leaves_no_file(store: Store, out: Path, tmp_path: Path) -> None:
    fill(store, *(document(f"k{number:04}", n=number) for number in range(1500)))
    with pytest.raises(ConfigurationError):
        export_jsonl(store, Selection("qa_pairs", "doc.metadata.n < 1400 OR FAIL('no')"), out)
    assert not [path for path in tmp_path.iterdir() if "jsonl" in path.name or "part" in path.name]


# ---------------------------------------------------------------- the manifest


STRING = {"dtype": "string", "_type": "Value"}


def manifest(path: Path) -> Document:
    found: Document = json.loads(manifest_path(path).read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_the_manifest_describes_the_file(store: Store, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out.jsonl{suffix}"
    fill(store, document("a", thinking="x", n=1), document("b", thinking="y"), {"_key": "p", "text": "A paragraph."})
    options = ExportOptions(fields=("thinking",))
    export_jsonl(store, Selection("qa_pairs", "doc._key != 'b'"), out, options)
    found = manifest(out)
    described = {
        "file": out.name,
        "split": None,
        "documents": 1,
        "bytes": out.stat().st_size,
        "sha256": hashlib.sha256(out.read_bytes()).hexdigest(),
    }
    assert found.pop("created_at").endswith("+00:00")
    assert found == {
        **described,
        "format": 1,
        "tool": "arango-thinking",
        "version": __version__,
        "database": "_system",
        "collection": "qa_pairs",
        "filter": "doc._key != 'b'",
        "enhanced_only": False,
        "converged_only": False,
        "fields": ["thinking"],
        "splits": None,
        "in_collection": 3,
        "left_out": 1,
        "latest_run": None,
        "features": {
            "messages": [{"role": STRING, "content": STRING}],
            "metadata": {"thinking": STRING},
        },
        "parts": [described],
    }


def test_the_manifest_names_the_flags_and_the_latest_run(store: Store, out: Path) -> None:
    fill(store, document("a"))
    store.initialise("qa_pairs")
    for number in (1, 2):
        run = {"_key": f"run{number}", "collection": "qa_pairs", "status": "done", "started_at": f"2026-01-0{number}"}
        store.connection.database.collection("thinking_runs").insert(run)
    export_jsonl(store, ALL, out, ExportOptions(only_enhanced=True, only_converged=True))
    found = manifest(out)
    assert (found["enhanced_only"], found["converged_only"], found["documents"]) == (True, True, 0)
    run = {"_key": "run2", "status": "done", "started_at": "2026-01-02", "finished_at": None}
    assert found["latest_run"] == run


def test_the_count_of_the_database_stands_beside_what_was_exported(store: Store, out: Path) -> None:
    fill(store, document("a"), document("b"), {"_key": "p", "text": "A paragraph."})
    account = export_jsonl(store, ALL, out)
    assert (account.in_collection, account.documents, account.left_out) == (3, 2, 1)


# ---------------------------------------------------------------- fields


def test_only_the_wanted_fields_stay(store: Store, out: Path) -> None:
    fill(
        store,
        {**document("a", thinking="t", confidence=1, n={"thinking": 1}), "tag": "x", "other": "y"},
        document("b"),
        {"_key": "f", "question": "Why?", "answer": "So", "thinking": "thin", "confidence": 0.9},
    )
    export_jsonl(store, ALL, out, ExportOptions(fields=("confidence", "thinking", "tag", "messages")))
    assert [{**line, "messages": len(line["messages"])} for line in read(out)] == [
        {"messages": 2, "metadata": {"thinking": "t", "confidence": 1}, "tag": "x"},
        {"messages": 2, "metadata": {}},
        {"messages": 2, "metadata": {"thinking": "thin", "confidence": 0.9}},
    ]


@pytest.mark.parametrize("name", ["confidense", "metadata", "_key"])
def test_a_field_that_no_document_has_is_an_error(store: Store, out: Path, name: str) -> None:
    fill(store, document("a", confidence=1))
    with pytest.raises(ConfigurationError, match=f"no document has '{name}' in its metadata") as caught:
        export_jsonl(store, ALL, out, ExportOptions(fields=("confidence", name)))
    assert ("Did you mean 'confidence'?" in str(caught.value)) is (name == "confidense")
    assert not out.exists()


def test_no_document_has_no_field_that_could_be_misspelt(store: Store, out: Path) -> None:
    fill(store)
    assert export_jsonl(store, ALL, out, ExportOptions(fields=("anything",))).documents == 0


# ---------------------------------------------------------------- splits

ANSWER = {"role": "assistant", "content": "x"}
REVERSALS = Selection("qa_pairs", "doc.reversal_of != null OR doc.metadata.reversal_of != null")
SPLIT = ExportOptions(splits=read_splits("train=0.7,validation=0.3"))


def parts_of(out: Path) -> dict[str, set[str]]:
    """The questions in each split."""
    return {
        split.name: {line["messages"][0]["content"] for line in read(out.with_name(f"{out.stem}.{split.name}.jsonl"))}
        for split in SPLIT.splits
    }


def test_splits_keep_the_suffixes_and_lose_nothing(store: Store, tmp_path: Path) -> None:
    fill(store, *(document(f"k{number:03}") for number in range(100)))
    for name in ("my.data.jsonl.zst", "plain.jsonl", "bare"):
        account = export_jsonl(store, ALL, tmp_path / name, SPLIT)
        assert account.documents == sum(file["documents"] for file in account.files) == 100
    names = {path.name for path in tmp_path.iterdir() if ".db" not in path.name}
    expected = {
        *("my.data.train.jsonl.zst", "my.data.validation.jsonl.zst", "plain.train.jsonl", "plain.validation.jsonl"),
        *("bare.train", "bare.validation"),
    }
    assert names == expected | {f"{name}.manifest.json" for name in expected}
    packed = [line.document for line in read_lines(tmp_path / "my.data.train.jsonl.zst")]
    assert packed == read(tmp_path / "plain.train.jsonl")
    assert 55 < len(packed) < 85


def test_each_split_has_a_manifest_that_names_all(store: Store, tmp_path: Path) -> None:
    fill(store, *(document(f"k{number:03}") for number in range(20)))
    account = export_jsonl(store, ALL, tmp_path / "out.jsonl", SPLIT)
    for file in account.files:
        path = tmp_path / file["file"]
        found = manifest(path)
        assert found["split"] == path.name.split(".")[1]
        assert found["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest() == file["sha256"]
        assert (found["parts"], found["splits"]) == (account.files, {"train": 0.7, "validation": 0.3})


def variants(number: int) -> list[Document]:
    """A question, the same in other letters, a reversal in each layout, and the reversal's text again."""
    asked, reversed_ = f"Which is number {number}?", f"What is {number}?"
    return [
        {"_key": f"a{number:03}", "question": asked, "answer": "x"},
        {"_key": f"b{number:03}", "question": asked.upper().replace(" ", "  "), "answer": "y"},
        {"_key": f"c{number:03}", "question": reversed_, "answer": "z", "reversal_of": f"a{number:03}"},
        {**asking(f"Again: {number}?", reversal_of=f"qa_pairs/c{number:03}"), "_key": f"d{number:03}"},
        {**asking(reversed_), "_key": f"e{number:03}"},
    ]


def asking(question: str, **metadata: object) -> Document:
    return {
        "messages": [{"role": "user", "content": question}, {"role": "assistant", "content": "x"}],
        "metadata": metadata,
    }


def test_variants_of_a_question_never_cross(store: Store, out: Path) -> None:
    groups = [variants(number) for number in range(30)]
    fill(store, *(document for group in groups for document in group))
    export_jsonl(store, ALL, out, SPLIT)
    found = parts_of(out)
    assert found["train"]
    assert found["validation"]
    train = {question.split()[-1].strip("?") for question in found["train"]}
    validation = {question.split()[-1].strip("?") for question in found["validation"]}
    assert len(train) + len(validation) == 30
    assert not train & validation


def test_a_document_goes_to_the_same_split_whatever_is_beside_it(store: Store, out: Path) -> None:
    groups = [variants(number) for number in range(30)]
    fill(store, *(document for group in groups[:15] for document in group))
    export_jsonl(store, ALL, out, SPLIT)
    alone = parts_of(out)
    fill(store, *(document for group in groups for document in group))
    export_jsonl(store, ALL, out, SPLIT)
    together = parts_of(out)
    assert all(alone[name] <= together[name] for name in alone)
    export_jsonl(
        store, Selection("qa_pairs", "doc.reversal_of != null OR doc.metadata.reversal_of != null"), out, SPLIT
    )
    filtered = parts_of(out)
    assert all(filtered[name] <= together[name] for name in filtered), "also where the question itself is not selected"


# ---------------------------------------------------------------- what training asks of it


def test_the_generators_collection_comes_out_as_its_consumer_checks_it(store: Store, out: Path) -> None:
    stored = {
        **{"_key": "qa_0", "question": "When did it begin?", "answer": "1973", "question_type": "multi_hop"},
        **{"difficulty": "medium", "confidence": 0.95, "validation_score": 1.0, "citation_found": True},
        **{"document_id": "oil_crisis", "source_sections": ["oil_crisis/p0"], "created_at": "2025-01-01T00:00:00"},
        "metadata": {"source_hash": "h", "temperature": {"question": 0.0}},
        **{"original_thinking": "Basic single-pass reasoning", "thinking": "It seems so. Aha! " * 20},
        **{"thinking_iterations": 2, "thinking_converged": True},
    }
    fill(store, stored)
    export_jsonl(store, ALL, out)
    [line] = read(out)
    metadata = line["metadata"]
    assert [message["role"] for message in line["messages"]] == ["system", "user", "assistant"]
    assert line["messages"][0]["content"] == "Document: oil_crisis. Section: oil_crisis/p0"
    assert metadata["thinking"] != metadata["original_thinking"]
    assert len(metadata["thinking"]) > 200
    assert "Aha!" in metadata["thinking"]
    assert (metadata["thinking_iterations"], metadata["thinking_converged"]) == (2, True)
    assert metadata["confidence"] >= 0.9
    assert metadata["validated"] is True
    assert metadata["question_type"] == "MULTI_HOP"
    assert (metadata["source_hash"], metadata["difficulty"]) == ("h", "medium")
