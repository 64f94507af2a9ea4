"""What `enhance` does about each fault of the database: one list, which is the test and the table.

python -m tests.e2e.test_database_faults      # prints the table
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

import pytest
from arango.client import ArangoClient
from arango.database import StandardDatabase

from arango_thinking.cli import main
from arango_thinking.errors import BusyError, UnavailableError
from arango_thinking.settings import DatabaseSettings
from arango_thinking.store.connection import Connection, Patience
from arango_thinking.store.records import key_of
from tests.chat_api import Body, ChatAPI
from tests.faulty_proxy import Fault, FaultyProxy
from tests.numbered import number_asked, question, solves_at_second
from tests.served import Server, serving

DOCUMENTS = 4
COLLECTION = "qa_pairs"
#: What another program does to the database: before the run, or while the models work on the first document.
Meddling = Callable[[StandardDatabase], object]


def edited(database: StandardDatabase) -> None:
    database.collection(COLLECTION).update({"_key": "q001", "reviewed": True})


def asked_otherwise(database: StandardDatabase) -> None:
    database.collection(COLLECTION).update({"_key": "q001", "messages": question(7)["messages"]})


def removed(database: StandardDatabase) -> None:
    database.collection(COLLECTION).delete("q001")


def taken_over(database: StandardDatabase) -> None:
    locks = database.collection("thinking_locks")
    lock = cast(Any, locks.get(key_of(COLLECTION)))
    locks.update({"_key": lock["_key"], "run": "another", "fence": lock["fence"] + 1})


def free_lease(database: StandardDatabase) -> None:
    lease = {"_key": key_of(COLLECTION), "collection": COLLECTION, "fence": 7, "run": None, "expires_at": 0}
    database.create_collection("thinking_locks")
    database.collection("thinking_locks").insert(lease)


def schema(database: StandardDatabase) -> None:
    metadata = {"properties": {"thinking": {"type": "string", "not": {"pattern": "item 1"}}}}
    rule = {"rule": {"properties": {"metadata": metadata}}, "level": "strict", "message": "refused by our schema"}
    database.collection(COLLECTION).configure(schema=rule)


def unique(database: StandardDatabase) -> None:
    fields = ["metadata.thinking_iterations"]
    index = {"type": "persistent", "fields": fields, "unique": True, "sparse": True}
    database.collection(COLLECTION).add_index(index)


@dataclass(frozen=True)
class Case:
    """A fault, and what becomes of a run over four documents that meets it."""

    fault: str
    provoked: Fault | None = None
    before: Meddling | None = None
    meanwhile: Meddling | None = None
    written: int = DOCUMENTS
    conflicted: int = 0
    failed: int = 0
    #: Requests made once more, of the query that met the fault.
    again: int = 0
    code: int = 0
    #: In what the command says.
    says: str = ""


def lost(query: str, when: Literal["before", "after"] = "after", before: Meddling | None = None) -> Case:
    fault = Fault(reset=when, query=query, times=2)
    return Case(f"reset {when} the server did it ({query}), twice", fault, before, again=2)


CASES = (
    Case("409/1200 write-write conflict, twice", Fault(409, 1200, times=2), again=2),
    Case("409/18 lock timeout, twice", Fault(409, 18, times=2), again=2),
    Case("503/503 starting, 3 times", Fault(503, 503, times=3), again=3),
    Case("503/21003 queue full, 3 times", Fault(503, 21003, times=3), again=3),
    Case("412/21004 queue time too long, 3 times", Fault(412, 21004, times=3), again=3),
    Case("503/1429 not enough replicas, twice", Fault(503, 1429, times=2), again=2),
    Case("412/1200 the batch, once", Fault(412, 1200, times=1)),
    Case("500/32 too much memory for the batch", Fault(500, 32)),
    Case("413 from a proxy, for batches of traces", Fault(413, query="record_traces", least_bytes=3000)),
    Case("413 from a proxy, for batches of documents", Fault(413, least_bytes=1400)),
    Case(
        "400/1216 a document too large",
        Fault(400, 1216, query="write_one", containing="q001"),
        before=schema,
        written=3,
        failed=1,
        code=1,
        says="1216",
    ),
    Case("413 a trace too large", Fault(413, query="record_traces", containing="item 1"), written=3, failed=1, code=1,
         says="its trace cannot be kept"),
    Case("1620 refused by a strict schema", before=schema, written=3, failed=1, code=1, says="refused by our schema"),
    Case("1210 a unique index", before=unique, written=1, failed=3, code=1, says="1210"),
    Case("1200 another field edited meanwhile", meanwhile=edited),
    Case("1200 the question edited meanwhile", meanwhile=asked_otherwise, written=3, conflicted=1, says="changed"),
    Case("1202 removed meanwhile", meanwhile=removed, written=3, conflicted=1, says="removed since it was read"),
    Case("lease taken over meanwhile", meanwhile=taken_over, written=0, code=75, says="Nothing more is written"),
    Case("403/1004 read-only", Fault(403, 1004), written=0, code=2, says="does not permit this"),
    Case("403/11 no right to write", Fault(403, 11), written=0, code=2, says="does not permit this"),
    Case("401 login refused", Fault(401, 401), written=0, code=2, says="refuses the login"),
    Case("404/1203 collection dropped", Fault(404, 1203), written=0, code=2, says="1203"),
    Case("500/1104 disk full", Fault(500, 1104), written=0, code=69, says="1104"),
    Case("500/4 internal error", Fault(500, 4), written=0, code=69, says="error 4: provoked"),
    lost("write_back", "before"),
    lost("write_back"),
    lost("lease_take", before=free_lease),
    lost("lease_release"),
    lost("record_traces"),
    lost("settle_traces"),
    lost("finish_run"),
)  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("served") / "data.db", "--no-auth") as server:
        yield server


@pytest.fixture(scope="module")
def proxy(served: Server) -> Iterator[FaultyProxy]:
    with FaultyProxy(served.url) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def student() -> Iterator[ChatAPI]:
    with ChatAPI() as api:
        yield api


@pytest.fixture
def database(served: Server) -> Iterator[StandardDatabase]:
    """One of the test's own, with four documents, by the way that has no faults."""
    client = ArangoClient(hosts=served.url)
    name = f"faults_{uuid.uuid4().hex[:8]}"
    client.db("_system").create_database(name)
    database = client.db(name)
    database.create_collection(COLLECTION)
    database.collection(COLLECTION).insert_many([question(number) for number in range(DOCUMENTS)])
    yield database
    client.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.fault)
def test_each_fault(
    case: Case,
    database: StandardDatabase,
    proxy: FaultyProxy,
    student: ChatAPI,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    left = [case.meanwhile] if case.meanwhile else []

    def reply(body: Body) -> str:
        if left and number_asked(body) == 1:
            left.pop()(database)
        return solves_at_second(body)

    student.reply = reply
    if case.before:
        case.before(database)
    proxy.provoke(case.provoked)
    models = ["--student", "student", "--student-url", student.url]
    place = ["--url", proxy.url, "--database", database.name]
    monkeypatch.setattr(sys, "argv", ["arango-thinking", "enhance", *place, *models, "--no-journal", "--json"])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()

    assert (int(ended.value.code or 0), case.says in told.out + told.err) == (case.code, True), told.err
    assert proxy.met or case.provoked is None
    if case.provoked:
        assert proxy.repeated(case.provoked.query) == case.again
    _check_documents(database, case)
    figures = json.loads(told.out)
    if "error" in figures:
        assert (figures["exit_code"], case.says in figures["error"]) == (case.code, True)
    else:
        ended_as = {name: figures[name] for name in ("written", "conflicted", "failed", "unchanged", "deferred")}
        expected = {"written": case.written, "conflicted": case.conflicted, "failed": case.failed}
        assert ended_as == {**expected, "unchanged": 0, "deferred": 0}
        assert figures["selected"] == DOCUMENTS
    _check_account(database, case)


def _check_documents(database: StandardDatabase, case: Case) -> None:
    """Each is as before, or written once: it has the revision that its trace says."""
    revisions = {row["document"]: row["revision"] for row in _rows(database, "thinking_traces", "written")}
    written = 0
    for document in cast(Any, database.collection(COLLECTION).all()):
        metadata = document["metadata"]
        if "thinking_iterations" not in metadata:
            assert metadata == question(int(document["_key"][1:]))["metadata"]
            continue
        written += 1
        assert metadata["original_thinking"] == f"thin {int(document['_key'][1:])}"
        assert revisions.pop(document["_id"]) == document["_rev"]
    assert (written, revisions) == (case.written, {})


def _check_account(database: StandardDatabase, case: Case) -> None:
    """The record says the same, and no trace is left open."""
    [run] = cast(Any, database.collection("thinking_runs").all())
    assert _rows(database, "thinking_traces", None) == []
    if case.code == 75:
        return
    figures = run["statistics"]
    assert run["status"] == ("finished" if case.code in (0, 1) else "failed")
    ended = [figures[name] for name in ("written", "conflicted", "failed", "deferred")]
    left = DOCUMENTS - case.written - case.conflicted - case.failed
    assert ended == [case.written, case.conflicted, case.failed, left]


def _rows(database: StandardDatabase, collection: str, outcome: str | None) -> list[dict[str, Any]]:
    return [row for row in cast(Any, database.collection(collection).all()) if row["outcome"] == outcome]


# ---------------------------------------------------------------------- how long it is waited


@pytest.fixture
def connect(database: StandardDatabase, proxy: FaultyProxy) -> Iterator[Callable[[float], Connection]]:
    opened = []

    def connect(patience: float) -> Connection:
        settings = DatabaseSettings(url=proxy.url, database=database.name)
        opened.append(Connection.open(settings, Patience(patience)))
        return opened[-1]

    database.create_collection("thinking_locks")
    yield connect
    for connection in opened:
        connection.close()


def ask(connection: Connection) -> float:
    """Seconds until the database is given up."""
    started = time.monotonic()
    with pytest.raises(UnavailableError):
        connection.rows("read_lease", {"key": "a"})
    return time.monotonic() - started


def test_a_database_that_stays_away_is_waited_for_once(proxy: FaultyProxy, connect: Any) -> None:
    """What is still to be told when a run ends is not waited for again, and again."""
    connection = connect(1.0)
    proxy.provoke(Fault(503, 503, query="read_lease"))
    assert 1.0 <= ask(connection) < 8
    met = proxy.met
    assert ask(connection) < 0.5
    assert proxy.met == met + 1


def test_without_patience_it_is_not_waited_for(proxy: FaultyProxy, connect: Any) -> None:
    connection = connect(0.0)
    proxy.provoke(Fault(503, 503, query="read_lease"))
    ask(connection)
    assert proxy.met == 1


def test_whoever_can_come_back_later_is_told_at_once(proxy: FaultyProxy, connect: Any) -> None:
    connection = connect(60.0)
    proxy.provoke(Fault(409, 1200, query="read_lease", times=3))
    with pytest.raises(BusyError):
        connection.rows_unless_busy("read_lease", {"key": "a"})
    assert proxy.met == 1
    assert connection.rows("read_lease", {"key": "a"}) == []
    assert proxy.met == 3
    proxy.provoke(Fault(503, 503, query="read_lease", times=2))
    assert connection.rows_unless_busy("read_lease", {"key": "a"}) == []


def test_an_error_that_does_not_pass_is_not_waited_for(proxy: FaultyProxy, connect: Any) -> None:
    connection = connect(60.0)
    proxy.provoke(Fault(500, 4, query="read_lease"))
    ask(connection)
    assert proxy.met == 1


def table() -> str:
    """The cases, for people."""
    lines = ["| fault | written | conflicted | failed | asked again | exit code |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {case.fault} | {case.written} of {DOCUMENTS} | {case.conflicted} | {case.failed} | {case.again} "
        f"| {case.code} |"
        for case in CASES
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
