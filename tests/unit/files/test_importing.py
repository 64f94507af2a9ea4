from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from arango_thinking.choices import OnDuplicate
from arango_thinking.documents.layouts import Document
from arango_thinking.documents.notes import KEPT
from arango_thinking.errors import ConfigurationError, InputError, UnavailableError
from arango_thinking.files import importing
from arango_thinking.files.importing import Contents, ImportOptions, import_jsonl
from arango_thinking.files.jsonl import read_lines
from arango_thinking.settings import DatabaseSettings
from arango_thinking.store.records import Selection
from arango_thinking.store.store import Store
from tests.served import Server, serving
from tests.unreliable import LOST, Unreliable, unreliable

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
    account = import_jsonl(store, write(file, FLAT, *["{broken"] * (KEPT + 30)), "qa_pairs")
    assert account.rejected == KEPT + 30
    assert len(account.rejections) == KEPT
    assert account.to_dict()["rejected"] == KEPT + 30


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


# ---------------------------------------------------------------- too many errors


def test_too_many_rejected_lines_end_the_import(store: Store, file: Path) -> None:
    write(file, {"_key": "a", **FLAT}, "{1", {"_key": "b", **FLAT}, "{2", "{3", {"_key": "c", **FLAT}, "{4")
    account = import_jsonl(store, file, "qa_pairs", ImportOptions(max_errors=2))
    assert (account.ended_at, account.imported, account.rejected) == (5, 2, 3)
    assert keys(store) == ["a", "b"]


@pytest.mark.parametrize(
    ("limit", "ended_at", "stored_keys"), [(0, 2, ["a"]), (3, None, ["a", "b"]), (None, None, ["a", "b"])]
)
def test_as_many_as_allowed_do_not_end_it(
    store: Store, file: Path, limit: int | None, ended_at: int | None, stored_keys: list[str]
) -> None:
    write(file, {"_key": "a", **FLAT}, "{1", "{2", {"_key": "b", **FLAT}, "{3")
    account = import_jsonl(store, file, "qa_pairs", ImportOptions(max_errors=limit))
    assert (account.ended_at, keys(store)) == (ended_at, stored_keys)


def test_what_the_database_refuses_counts_too(store: Store, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 3)
    import_jsonl(store, write(file, *({"_key": key, **FLAT} for key in "abc")), "qa_pairs")
    write(file, *({"_key": key, **FLAT} for key in "abcdef"))
    account = import_jsonl(store, file, "qa_pairs", ImportOptions(OnDuplicate.ERROR, max_errors=2))
    assert (account.ended_at, account.rejected, account.created) == (3, 3, 0)


def test_long_lines_make_small_batches(store: Store, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH_BYTES", 1)
    write(file, *({"_key": key, **FLAT} for key in "abc"))
    import_jsonl(store, file, "qa_pairs")
    sizes: list[int] = []
    send = store.import_documents
    monkeypatch.setattr(store, "import_documents", lambda c, d, o: (sizes.append(len(d)), send(c, d, o))[1])
    assert import_jsonl(store, file, "qa_pairs").ignored == 3
    assert sizes == [1, 1, 1]


# ---------------------------------------------------------------- rejected lines


def test_rejected_lines_are_written_corrected_and_imported(store: Store, file: Path, tmp_path: Path) -> None:
    bad = {"_key": "b b", **FLAT, "note": "é"}
    write(file, {"_key": "a", **FLAT}, '{"_key": "broken", "question"', "", bad, "[1]")
    rejects = tmp_path / "rejects.jsonl"
    import_jsonl(store, file, "qa_pairs", ImportOptions(rejects=rejects))
    broken, illegal, listed = records = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert [record["line"] for record in records] == [2, 4, 5]
    assert [("not JSON" in record["reason"], record.get("raw")) for record in (broken, listed)] == [
        (True, '{"_key": "broken", "question"'),
        (False, "[1]"),
    ]
    assert illegal["document"] == bad
    assert "not legal" in illegal["reason"]

    again = import_jsonl(store, rejects, "qa_pairs", ImportOptions(rejects=tmp_path / "second.jsonl"))
    assert (again.imported, again.rejected) == (0, 3)
    second = [json.loads(line) for line in (tmp_path / "second.jsonl").read_text().splitlines()]
    assert [{**record, "line": 0} for record in second] == [{**record, "line": 0} for record in records]

    illegal["document"]["_key"] = "b"
    broken["raw"] += ': "Why?", "answer": "So"}'
    write(rejects, illegal, broken, {"_key": "c", **FLAT})
    assert import_jsonl(store, rejects, "qa_pairs").created == 3
    assert keys(store) == ["a", "b", "broken", "c"]


def test_what_the_database_refuses_is_written_too(store: Store, file: Path, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.jsonl.gz"
    options = ImportOptions(OnDuplicate.ERROR, rejects=rejects)
    assert import_jsonl(store, write(file, {**FLAT, "thinking": "old"}), "qa_pairs", options).created == 1
    assert not rejects.exists()
    assert import_jsonl(store, write(file, {**FLAT, "thinking": "new"}), "qa_pairs", options).rejected == 1
    [record] = [line.document or {} for line in read_lines(rejects)]
    assert record["document"] == {**FLAT, "thinking": "new"}, "without the key that it was given"
    assert "unique" in record["reason"]


def test_bytes_that_are_no_text_are_shown(store: Store, file: Path, tmp_path: Path) -> None:
    file.write_bytes(json.dumps(FLAT).encode() + b'\n{"question": "caf\xe9"}\n')
    import_jsonl(store, file, "qa_pairs", ImportOptions(rejects=tmp_path / "rejects.jsonl"))
    [record] = [line.document or {} for line in read_lines(tmp_path / "rejects.jsonl")]
    assert record["raw"] == '{"question": "caf\\xe9"}'


def test_no_rejected_line_is_no_file_and_an_older_one_stays(store: Store, file: Path, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.jsonl"
    import_jsonl(store, write(file, FLAT), "qa_pairs", ImportOptions(rejects=rejects))
    assert sorted(path.name for path in tmp_path.iterdir() if "jsonl" in path.name or "part" in path.name) == [
        "in.jsonl"
    ]
    rejects.write_text("older")
    import_jsonl(store, file, "qa_pairs", ImportOptions(rejects=rejects))
    assert rejects.read_text() == "older"


def test_a_place_for_rejects_that_is_none_is_told_before_anything_is_imported(
    store: Store, file: Path, tmp_path: Path
) -> None:
    write(file, FLAT)
    for place, reason in ((tmp_path / "no" / "rejects.jsonl", "cannot write"), (file, "is the file that is imported")):
        with pytest.raises(ConfigurationError, match=reason):
            import_jsonl(store, file, "qa_pairs", ImportOptions(rejects=place))
    assert not store.has_collection("qa_pairs")


# ---------------------------------------------------------------- a network that fails


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("served") / "data.db", ARANGO_ROOT_PASSWORD="secret") as running:
        yield running


@pytest.fixture
def network(server: Server) -> Iterator[Unreliable]:
    with unreliable(server.url, "/_api/import") as proxy:
        yield proxy


@pytest.fixture
def remote(network: Unreliable) -> Iterator[Store]:
    opened = Store.connect(DatabaseSettings(url=network.url, password=SecretStr("secret")))
    yield opened
    opened.connection.database.delete_collection("qa_pairs", ignore_missing=True)
    opened.close()


@pytest.mark.parametrize("choice", [OnDuplicate.IGNORE, OnDuplicate.UPDATE, OnDuplicate.REPLACE])
def test_a_batch_whose_answer_is_lost_is_sent_again(
    remote: Store, network: Unreliable, file: Path, choice: OnDuplicate
) -> None:
    network.answers = [LOST]
    write(file, FLAT, {**FLAT, "answer": "The Euphrates"})
    account = import_jsonl(remote, file, "qa_pairs", ImportOptions(choice))
    assert (account.imported, account.rejected, network.asked) == (2, 0, 2)
    assert len(keys(remote)) == 2


def test_where_a_document_that_is_there_is_an_error_nothing_is_sent_twice(
    remote: Store, network: Unreliable, file: Path
) -> None:
    network.answers = [LOST]
    with pytest.raises(UnavailableError, match=r"Imported until then: 0\..*--on-duplicate ignore"):
        import_jsonl(remote, write(file, FLAT), "qa_pairs", ImportOptions(OnDuplicate.ERROR))
    assert network.asked == 1


def test_a_database_that_stays_away_ends_the_import_and_says_what_is_in(
    remote: Store, network: Unreliable, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 1)
    monkeypatch.setattr(importing, "TRIES", 2)
    network.answers = [None, *[LOST] * 9]
    with pytest.raises(UnavailableError, match="Imported until then: 1"):
        import_jsonl(remote, write(file, FLAT, {**FLAT, "answer": "x"}), "qa_pairs")
    assert network.asked == 3


def test_a_document_that_another_writer_held_is_sent_again(remote: Store, network: Unreliable, file: Path) -> None:
    refused = "at position 1: creating document failed with error 'conflict', offending document: {}"
    network.answers = [{"created": 1, "errors": 1, "empty": 0, "updated": 0, "ignored": 0, "details": [refused]}]
    write(file, {"_key": "a", **FLAT}, {"_key": "b", **FLAT})
    account = import_jsonl(remote, file, "qa_pairs")
    assert (account.created, account.rejected, keys(remote)) == (2, 0, ["b"])


def test_a_document_that_stays_held_is_rejected(remote: Store, network: Unreliable, file: Path) -> None:
    refused = "at position 0: creating document failed with error 'conflict', offending document: {}"
    answer = {"created": 0, "errors": 1, "empty": 0, "updated": 0, "ignored": 0, "details": [refused]}
    network.answers = [answer] * 9
    account = import_jsonl(remote, write(file, {"_key": "a", **FLAT}), "qa_pairs")
    assert (account.created, account.rejected, network.asked) == (0, 1, importing.TRIES)


# ---------------------------------------------------------------- what the Q&A generator writes

CHAT = [{"role": "system", "content": "Document: rivers"}, *_messages()]
INLINE = [*_messages()[:1], {**_messages()[1], "thinking": "Basic single-pass reasoning"}]
GENERATED = {**FLAT, "thinking": "thin", "question_type": "FACTUAL", "section_summary": None, "reversal_of": None}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("export_chat.jsonl", {"messages": CHAT, "metadata": {"thinking": "thin", "validated": True}}),
        ("export_chat.json", [{"messages": [CHAT[0], *INLINE], "metadata": {"file_summary": ""}}]),
        ("export_graph_integration.jsonl", {"messages": INLINE, "metadata": {"source_sections": ["a"]}}),
        ("export_openai.jsonl", {"messages": CHAT}),
        ("qa_pairs.generator.jsonl", {"_key": "a", **GENERATED}),
        ("qa_pairs.storage.jsonl", {**GENERATED, "temperature": {"question": 0.7}, "metadata": {"source_hash": "h"}}),
        ("batch.json", {"qa_pairs": [GENERATED], "document_id": "d", "total_pairs": 1}),
    ],
)
def test_what_the_generator_writes_is_taken(store: Store, tmp_path: Path, name: str, content: Any) -> None:
    path = tmp_path / name
    path.write_text(json.dumps(content, indent=2 if name.endswith(".json") else None))
    account = import_jsonl(store, path, "qa_pairs")
    assert (account.created, account.rejected) == (1, 0)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (
            "export_alpaca.json",
            '[{"instruction": "Why?", "input": "", "output": "So"}]',
            "an Alpaca record .*: convert",
        ),
        ("export.csv", "Question,Answer,Thinking,Type,Validated\nWhy?,So,,,\n", "looks like CSV: convert it"),
        ("export.csv", "question,answer,thinking,question_type,confidence\n", "looks like CSV: convert it"),
        ("batches.jsonl", '{"document_id": "d", "qa_pairs": []}', r"a batch of Q&A documents: put it .* \.json"),
    ],
)
def test_what_the_generator_writes_for_others_is_refused_with_what_to_do(
    store: Store, tmp_path: Path, name: str, content: str, reason: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(InputError, match=reason):
        import_jsonl(store, path, "qa_pairs")
    assert not store.has_collection("qa_pairs")
