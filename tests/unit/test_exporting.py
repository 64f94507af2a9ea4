from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from arango_thinking.choices import OnDuplicate
from arango_thinking.errors import ConfigurationError
from arango_thinking.exporting import ExportOptions, export_jsonl
from arango_thinking.importing import import_jsonl
from arango_thinking.selection import Document, Selection
from arango_thinking.store import Store

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
