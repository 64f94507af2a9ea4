"""What a batch of outcomes leaves in a database: documents, traces, failures, and the account."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from arango_thinking.choices import OnDuplicate
from arango_thinking.documents.layouts import Document, read_example
from arango_thinking.documents.trace import Attempt, StopReason, Trace, Turn, Verdict
from arango_thinking.errors import BadReplyError, BudgetError, ConfigurationError
from arango_thinking.runs.account import Statistics
from arango_thinking.runs.batch_writer import ALL_REFUSED, BatchWriter
from arango_thinking.runs.dialogues.outcomes import Outcome, Task
from arango_thinking.settings import StudentTeacherConfig
from arango_thinking.store.audit import Audit
from arango_thinking.store.leases import Lease
from arango_thinking.store.records import Pending, Selection
from arango_thinking.store.store import Store
from arango_thinking.store.write_back import WriteBack
from tests.enhancing import a_trace
from tests.pending import all_pending

QA = "qa_pairs"
UNCONVERGED = Trace((Turn(Attempt("A guess.", "Nile"), Verdict(False, 0.1, "matching")),), StopReason.MAX_ITERATIONS)
Writer = Callable[..., tuple[BatchWriter, Statistics]]


def flat(key: str, **fields: Any) -> Document:
    return {"_key": key, "question": f"What is {key}?", "answer": key, "thinking": "old", **fields}


@pytest.fixture
def database(store: Store) -> Store:
    store.create_collection(QA, edge=False)
    store.import_documents(QA, [flat(key) for key in "abc"], OnDuplicate.ERROR)
    store.initialise(QA)
    return store


@pytest.fixture
def writer(database: Store) -> Writer:
    """A writer of the run "r" and its account, under the lease."""

    def made(**settings: Any) -> tuple[BatchWriter, Statistics]:
        lease = Lease(database.connection, QA, "r", 60)
        lease.take()
        statistics = Statistics()
        write_back = WriteBack(database.connection, QA, lease)
        config = StudentTeacherConfig(**settings)
        return BatchWriter(Audit(database.connection), write_back, "r", statistics, config), statistics

    return made


def pending(store: Store) -> list[Pending]:
    return all_pending(store, Selection(QA), "", store.iterations_path(QA))


def outcome(number: int, found: Pending, trace: Trace | None = None, **fields: Any) -> Outcome:
    example = read_example(found.document, source=found.document["_id"])
    return Outcome(Task(number, example, found), trace, "rich" if trace else "", **fields)


def outcomes(store: Store, trace: Trace | None = None) -> list[Outcome]:
    trace = trace or a_trace("rich")
    return [outcome(number, found, trace) for number, found in enumerate(pending(store), start=1)]


def rows(store: Store, collection: str) -> dict[str, Document]:
    return {row["_key"]: row for row in store.connection.database.collection(collection)}  # type: ignore[union-attr, misc, index]


def refuse(store: Store) -> None:
    """The collection takes no document with thinking of ours from now on."""
    rule = {"properties": {"thinking": {"enum": ["old"]}}}
    store.connection.database.collection(QA).configure(schema={"rule": rule, "level": "strict", "message": "only old"})


def refuse_traces_of(store: Store, key: str) -> None:
    rule = {"properties": {"document": {"not": {"enum": [f"{QA}/{key}"]}}}}
    traces = store.connection.database.collection("thinking_traces")
    traces.configure(schema={"rule": rule, "level": "strict", "message": f"no traces of {key}"})


def test_documents_and_their_traces_are_written_and_counted(database: Store, writer: Writer) -> None:
    before = pending(database)
    batch_writer, statistics = writer()
    batch_writer.write(outcomes(database))
    assert (statistics.written, statistics.unchanged, statistics.failed) == (3, 0, 0)
    assert statistics.reasons == []
    documents, traces = rows(database, QA), rows(database, "thinking_traces")
    assert {document["thinking"] for document in documents.values()} == {"rich"}
    assert list(traces) == ["r-0000001", "r-0000002", "r-0000003"]
    trace = traces["r-0000001"]
    assert (trace["document"], trace["collection"], trace["run"]) == ("qa_pairs/a", QA, "r")
    assert (trace["outcome"], trace["revision"]) == ("written", documents["a"]["_rev"])
    assert trace["thinking_sha256"] == hashlib.sha256(b"rich").hexdigest()
    assert trace["source_hash"] == before[0].source_hash
    assert trace["before"] == {"place": "object", "values": {"thinking": "old"}}


def test_an_empty_batch_touches_nothing(database: Store, writer: Writer) -> None:
    batch_writer, statistics = writer()
    database.close()  # whatever was asked of the database would fail
    batch_writer.write([])
    assert statistics.counts() == Statistics().counts()


def test_a_document_that_holds_it_all_already_is_unchanged_and_its_trace_stands(
    database: Store, writer: Writer
) -> None:
    batch = outcomes(database)
    same = {"original_thinking": "old", "thinking": "rich", "thinking_iterations": 2, "thinking_converged": True}
    database.connection.database.collection(QA).update({"_key": "a", **same})
    revision = rows(database, QA)["a"]["_rev"]
    held = replace(batch[0].task.origin, document={**batch[0].task.origin.document, **same, "_rev": revision})
    batch_writer, statistics = writer()
    batch_writer.write([replace(batch[0], task=replace(batch[0].task, origin=held))])
    assert (statistics.written, statistics.unchanged) == (0, 1)
    assert rows(database, QA)["a"]["_rev"] == revision
    trace = rows(database, "thinking_traces")["r-0000001"]
    assert (trace["outcome"], trace["revision"]) == ("written", revision)


def test_what_was_changed_or_removed_meanwhile_is_conflicted_with_its_reason(database: Store, writer: Writer) -> None:
    batch = outcomes(database)
    collection = database.connection.database.collection(QA)
    collection.update({"_key": "a", "question": "What else?"})
    collection.delete("b")
    batch_writer, statistics = writer()
    batch_writer.write(batch)
    assert (statistics.written, statistics.conflicted, statistics.failed) == (1, 2, 0)
    reasons = dict(statistics.reasons)
    assert "changed since it was read" in reasons["qa_pairs/a"]
    assert "removed" in reasons["qa_pairs/b"]
    ended = {key: trace["outcome"] for key, trace in rows(database, "thinking_traces").items()}
    assert ended == {"r-0000001": "conflicted", "r-0000002": "gone", "r-0000003": "written"}
    assert rows(database, "thinking_failures") == {}


def test_what_the_model_failed_is_recorded_and_later_forgotten(database: Store, writer: Writer) -> None:
    [a, b, _] = pending(database)
    batch_writer, statistics = writer()
    batch_writer.write([outcome(1, a, error=BadReplyError("gibberish " * 200)), outcome(2, b, a_trace("rich"))])
    assert (statistics.written, statistics.failed) == (1, 1)
    [failure] = rows(database, "thinking_failures").values()
    assert (failure["document"], failure["error"], failure["run"]) == ("qa_pairs/a", "BadReplyError", "r")
    assert (failure["collection"], len(failure["message"]), failure["source_hash"]) == (QA, 1000, a.source_hash)
    assert failure["config"] == StudentTeacherConfig().fingerprint
    batch_writer.write([outcome(3, a, a_trace("rich"))])
    assert rows(database, "thinking_failures") == {}


@pytest.mark.parametrize(("on_unconverged", "recorded"), [("skip", 1), ("write", 0), ("rationalize", 0)])
def test_one_that_did_not_converge_is_a_failure_where_it_is_skipped(
    database: Store, writer: Writer, on_unconverged: str, recorded: int
) -> None:
    a, b, c = pending(database)
    batch_writer, statistics = writer(on_unconverged=on_unconverged)
    stopped = outcome(3, c, stopped=BudgetError("All is spent."))
    batch_writer.write([outcome(1, a, UNCONVERGED), outcome(2, b, a_trace("rich")), stopped])
    assert (statistics.written, statistics.unchanged, statistics.deferred) == (2 - recorded, recorded, 1)
    failures = rows(database, "thinking_failures").values()
    assert [(f["document"], f["error"], f["message"]) for f in failures] == [
        ("qa_pairs/a", "Unconverged", "not converged: max_iterations")
    ] * recorded


def test_what_the_database_refuses_is_a_failure_and_says_why(database: Store, writer: Writer) -> None:
    batch = outcomes(database)
    refuse(database)
    batch_writer, statistics = writer()
    batch_writer.write(batch[:1])
    assert (statistics.written, statistics.failed) == (0, 1)
    [(source, reason)] = statistics.reasons
    assert (source, "only old" in reason) == ("qa_pairs/a", True)
    [failure] = rows(database, "thinking_failures").values()
    assert (failure["error"], failure["message"]) == ("WriteError", reason)
    assert rows(database, "thinking_traces")["r-0000001"]["outcome"] == "failed"


@pytest.mark.parametrize(("refused", "ends"), [(19, False), (20, True)])
def test_a_database_that_takes_none_of_many_ends_the_run(
    database: Store, writer: Writer, refused: int, ends: bool
) -> None:
    more = [flat(f"m{number:02}") for number in range(refused - 3)]
    database.import_documents(QA, more, OnDuplicate.ERROR)
    batch = outcomes(database)
    refuse(database)
    batch_writer, statistics = writer()
    batch_writer.write(batch[:5])
    if ends:
        with pytest.raises(ConfigurationError, match=r"refuses every document. .*only old.*`arango-thinking doctor`"):
            batch_writer.write(batch[5:])
    else:
        batch_writer.write(batch[5:])
    assert (statistics.failed, len(rows(database, "thinking_failures"))) == (refused, refused)


def test_the_error_tells_why_the_last_of_them_was_refused(database: Store, writer: Writer) -> None:
    database.import_documents(QA, [flat(f"m{number:02}") for number in range(ALL_REFUSED - 3)], OnDuplicate.ERROR)
    batch = outcomes(database)
    refuse(database)
    refuse_traces_of(database, "b")
    with pytest.raises(ConfigurationError, match="Of the last one it says: its trace cannot be kept: "):
        writer()[0].write(batch)


def test_one_document_that_was_taken_keeps_the_run_going(database: Store, writer: Writer) -> None:
    batch_writer, statistics = writer()
    batch_writer.write(outcomes(database)[:1])
    database.import_documents(QA, [flat(f"m{number:02}") for number in range(ALL_REFUSED)], OnDuplicate.ERROR)
    batch = [replace(found, task=replace(found.task, position=100 + n)) for n, found in enumerate(outcomes(database))]
    refuse(database)
    batch_writer.write(batch)
    assert (statistics.written, statistics.failed) == (1, ALL_REFUSED + 2)


def test_a_document_whose_trace_cannot_be_kept_fails_alone(database: Store, writer: Writer) -> None:
    batch = outcomes(database)
    refuse_traces_of(database, "b")
    batch_writer, statistics = writer()
    batch_writer.write(batch)
    assert (statistics.written, statistics.failed) == (2, 1)
    [(source, reason)] = statistics.reasons
    assert (source, reason.startswith("its trace cannot be kept: ")) == ("qa_pairs/b", True)
    assert rows(database, QA)["b"]["thinking"] == "old"
    assert sorted(rows(database, "thinking_traces")) == ["r-0000001", "r-0000003"]
    [failure] = rows(database, "thinking_failures").values()
    assert (failure["document"], failure["error"]) == ("qa_pairs/b", "WriteError")
