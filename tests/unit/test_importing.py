from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from arango_thinking import importing
from arango_thinking.choices import OnDuplicate
from arango_thinking.errors import ConfigurationError, InputError
from arango_thinking.importing import Contents, ImportOptions, import_jsonl
from arango_thinking.pipeline import KEPT_REASONS
from arango_thinking.selection import Document, Selection
from arango_thinking.store import Store

FLAT = {"question": "Which river flows through Baghdad?", "answer": "The Tigris"}
PARAGRAPH = {"text": "The river that flows through Baghdad is the Tigris."}
EDGE = {"_from": "qa_pairs/a", "_to": "document_objects/p", "relationship_type": "SOURCED_FROM"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "in.jsonl"


def write(file: Path, *lines: Document | str) -> Path:
    file.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return file


def stored(store: Store, collection: str = "qa_pairs") -> list[Document]:
    return list(store.export(Selection(collection)))


def keys(store: Store, collection: str = "qa_pairs") -> list[str]:
    return [document["_key"] for document in stored(store, collection)]


def test_good_lines_go_in_and_bad_ones_are_named(store: Store, file: Path) -> None:
    write(file, {"_key": "a", **FLAT}, "{broken", {"question": "Why?"}, {"_key": "b b", **FLAT}, {"_key": "c", **FLAT})
    account = import_jsonl(store, file, "qa_pairs")
    assert (account.created, account.rejected, account.lines) == (2, 3, 5)
    assert [line for line, _ in account.rejections] == [2, 3, 4]
    assert keys(store) == ["a", "c"]


def test_a_line_that_the_database_refuses_is_named(store: Store, file: Path) -> None:
    account = import_jsonl(store, write(file, {"_key": "a", **FLAT}), "qa_pairs")
    again = import_jsonl(store, write(file, "", {"_key": "a", **FLAT}), "qa_pairs", ImportOptions(OnDuplicate.ERROR))
    assert (account.created, again.created, again.rejected) == (1, 0, 1)
    [(line, reason)] = again.rejections
    assert line == 2
    assert "unique" in reason


def test_the_same_file_twice_gives_the_same_collection(store: Store, file: Path) -> None:
    write(file, FLAT, {"_key": "a", **FLAT}, {"messages": _messages(), "metadata": {"thinking": "thin"}})
    import_jsonl(store, file, "qa_pairs")
    before = stored(store)
    again = import_jsonl(store, file, "qa_pairs")
    assert (again.created, again.updated, again.ignored, again.rejected) == (0, 0, 3, 0)
    assert stored(store) == before


def _messages() -> list[dict[str, Any]]:
    return [{"role": "user", "content": "What is 6 * 7?"}, {"role": "assistant", "content": "42"}]


def test_a_key_rests_on_what_is_asked_and_not_on_the_thinking(store: Store, file: Path) -> None:
    import_jsonl(store, write(file, {**FLAT, "thinking": "thin"}), "qa_pairs")
    again = import_jsonl(store, write(file, {"thinking": "rich", **dict(reversed(FLAT.items()))}), "qa_pairs")
    assert (again.created, again.ignored) == (0, 1)
    other = import_jsonl(store, write(file, {**FLAT, "answer": "The Euphrates"}), "qa_pairs")
    assert other.created == 1


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (OnDuplicate.IGNORE, {"thinking": "old", "kept": 1}),
        (OnDuplicate.UPDATE, {"thinking": "new", "kept": 1}),
        (OnDuplicate.REPLACE, {"thinking": "new", "kept": None}),
    ],
)
def test_what_becomes_of_a_document_that_is_there(
    store: Store, file: Path, choice: OnDuplicate, expected: Document
) -> None:
    import_jsonl(store, write(file, {"_key": "a", **FLAT, "thinking": "old", "kept": 1}), "qa_pairs")
    import_jsonl(store, write(file, {"_key": "a", **FLAT, "thinking": "new"}), "qa_pairs", ImportOptions(choice))
    [document] = stored(store)
    assert {name: document.get(name) for name in expected} == expected


def test_system_attributes_of_another_database_are_not_taken_over(store: Store, file: Path) -> None:
    account = import_jsonl(store, write(file, {"_key": "a", "_id": "old/a", "_rev": "_x", **FLAT}), "qa_pairs")
    [document] = stored(store)
    assert (document["_id"], document["_rev"] != "_x") == ("qa_pairs/a", True)
    assert any("another database" in reason for _, reason in account.doubts)


def test_paragraphs_go_into_a_collection_of_their_own(store: Store, file: Path) -> None:
    account = import_jsonl(store, write(file, PARAGRAPH, {"content": "Another."}), "document_objects")
    assert (account.contents, account.created) == (Contents.PARAGRAPHS, 2)
    assert import_jsonl(store, file, "document_objects").ignored == 2


def test_paragraphs_are_refused_where_questions_belong(store: Store, file: Path) -> None:
    write(file, PARAGRAPH)
    with pytest.raises(InputError, match="a source paragraph"):
        import_jsonl(store, file, "qa_pairs")
    assert not store.has_collection("qa_pairs")
    import_jsonl(store, write(file, FLAT), "questions")
    with pytest.raises(InputError, match="a source paragraph"):
        import_jsonl(store, write(file, PARAGRAPH), "questions")
    assert len(stored(store, "questions")) == 1


def test_edges_go_into_an_edge_collection(store: Store, file: Path) -> None:
    account = import_jsonl(store, write(file, EDGE), "qa_relationships")
    assert (account.contents, account.created) == (Contents.EDGES, 1)
    [edge] = stored(store, "qa_relationships")
    assert (edge["_from"], edge["_to"]) == (EDGE["_from"], EDGE["_to"])
    assert import_jsonl(store, file, "qa_relationships").ignored == 1
    assert store.connection.database.collection("qa_relationships").properties()["edge"] is True  # type: ignore[index]


def test_an_edge_without_an_end_is_rejected(store: Store, file: Path) -> None:
    account = import_jsonl(store, write(file, EDGE, {"_from": "a/b"}), "qa_relationships")
    assert (account.created, account.rejected) == (1, 1)


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_an_empty_file_makes_nothing(store: Store, file: Path, content: str) -> None:
    file.write_text(content)
    assert import_jsonl(store, file, "qa_pairs").lines == 0
    assert not store.has_collection("qa_pairs")


def test_a_file_that_cannot_be_read(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        import_jsonl(store, tmp_path / "nowhere.jsonl", "qa_pairs")
    with pytest.raises(InputError, match="cannot be read"):
        import_jsonl(store, tmp_path, "qa_pairs")


def test_a_collection_name_that_is_none(store: Store, file: Path) -> None:
    with pytest.raises(ConfigurationError):
        import_jsonl(store, write(file, FLAT), "a/b")


def test_lines_beyond_one_batch_keep_their_numbers(store: Store, file: Path) -> None:
    count = importing.BATCH + 5
    write(file, *({"_key": f"k{number}", **FLAT} for number in range(count)))
    assert import_jsonl(store, file, "qa_pairs").created == count
    write(file, *({"_key": f"n{number}", **FLAT} for number in range(importing.BATCH)), {"_key": "k0", **FLAT})
    account = import_jsonl(store, file, "qa_pairs", ImportOptions(OnDuplicate.ERROR))
    assert (account.created, [line for line, _ in account.rejections]) == (importing.BATCH, [importing.BATCH + 1])


def test_only_the_first_reasons_are_kept_but_all_are_counted(store: Store, file: Path) -> None:
    account = import_jsonl(store, write(file, FLAT, *["{broken"] * (KEPT_REASONS + 30)), "qa_pairs")
    assert account.rejected == KEPT_REASONS + 30
    assert len(account.rejections) == KEPT_REASONS
    assert account.to_dict()["rejected"] == KEPT_REASONS + 30


def test_a_pipe_is_read_like_a_file(store: Store, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=write, args=(pipe, {"_key": "a", **FLAT}, {"_key": "b", **FLAT}))
    writer.start()
    account = import_jsonl(store, pipe, "qa_pairs")
    writer.join()
    assert account.created == 2


def test_the_same_answer_in_two_documents_is_two_documents(store: Store, file: Path) -> None:
    write(file, {"document_id": "one", **FLAT}, {"document_id": "two", **FLAT})
    assert import_jsonl(store, file, "qa_pairs").created == 2
