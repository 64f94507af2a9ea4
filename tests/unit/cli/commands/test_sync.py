"""`sync` as schedulers call it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from arango_thinking.documents.layouts import Document
from arango_thinking.settings import database_settings
from arango_thinking.store.history import History
from arango_thinking.store.leases import Lease
from arango_thinking.store.store import Store
from tests.chat_api import Body, ChatAPI
from tests.unit.cli.conftest import Call, fill, garbage, learner, messages_document, models, stored, write_jsonl
from tests.unit.runs.test_metrics import samples

Edit = Callable[[str, Document], None]


@pytest.fixture
def edit(url: str) -> Edit:
    """Another program changes a document."""

    def edit(key: str, change: Document) -> None:
        store = Store.connect(database_settings(url))
        store.connection.database.collection("qa_pairs").update({"_key": key, **change}, silent=True)
        store.close()

    return edit


@pytest.fixture
def sync(cli: Call, api: ChatAPI, url: str) -> Call:
    def call(*arguments: object) -> CompletedProcess[str]:
        return cli("sync", "--url", url, *models(api), *arguments)

    return call


def summaries(done: CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def summary(done: CompletedProcess[str]) -> dict[str, Any]:
    """The one line on stdout, whose exit code is the process's."""
    [only] = summaries(done)
    assert only["exit_code"] == done.returncode
    return only


def test_it_enhances_what_is_pending_and_tells_in_one_line(sync: Call, url: str) -> None:
    fill(url, "qa_pairs", *(messages_document(key) for key in "abc"))
    done = sync()
    told = summary(done)
    assert done.returncode == 0
    assert (told["command"], told["collection"], told["error"]) == ("sync", "qa_pairs", None)
    assert (told["selected"], told["written"], told["pending"], told["failures"]) == (3, 3, 0, 0)
    assert told["tokens"] > 0
    assert told["started_at"] <= told["finished_at"]
    assert "qa_pairs: 3 selected, 3 written, 0 still pending" in done.stderr


def test_nothing_to_do_asks_no_model_and_leaves_no_run(sync: Call, url: str, api: ChatAPI) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    sync()
    api.requests.clear()
    done = sync()
    told = summary(done)
    assert (done.returncode, told["selected"], told["run"]) == (0, 0, None)
    assert "nothing to do" in done.stderr
    assert api.requests == []
    store = Store.connect(database_settings(url))
    assert len(History(store).runs(10, "qa_pairs")) == 1
    store.close()


@pytest.mark.parametrize("what", ["question", "answer"])
def test_a_changed_source_is_enhanced_again_and_the_first_original_kept(
    sync: Call, url: str, edit: Edit, what: str
) -> None:
    fill(url, "qa_pairs", messages_document("a"), messages_document("b"))
    sync()
    messages = messages_document("a")["messages"]
    messages[1 if what == "question" else 2]["content"] = "Which river flows through Baghdad now?"
    edit("a", {"messages": messages})
    told = summary(sync())
    assert (told["stale"], told["selected"]) == (1, 1)
    assert told["written"] + told["unchanged"] == 1
    [a, b] = stored(url)
    assert a["metadata"]["original_thinking"] == b["metadata"]["original_thinking"] == "thin"
    assert summary(sync())["selected"] == 0


def test_a_change_of_anything_else_is_none(sync: Call, url: str, edit: Edit) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    sync()
    edit("a", {"metadata": {"reviewed": True}, "note": "seen"})
    assert summary(sync())["selected"] == 0


def test_stale_limit_is_how_many_are_looked_at_and_the_next_run_goes_on(sync: Call, url: str, edit: Edit) -> None:
    fill(url, "qa_pairs", *(messages_document(key) for key in "abcd"))
    sync()
    for key in "abcd":
        edit(key, {"messages": messages_document(key, "Which river flows through Baghdad, please?")["messages"]})
    assert summary(sync("--stale-limit", 0))["stale"] == 0
    assert [summary(sync("--stale-limit", 2))["stale"] for _ in range(2)] == [2, 2]
    assert summary(sync())["selected"] == 0


def test_what_failed_waits_and_a_new_configuration_tries_again(sync: Call, url: str, api: ChatAPI) -> None:
    fill(url, "qa_pairs", messages_document("a"), messages_document("b", "Which river flows through Basra?"))
    api.reply = garbage
    told = summary(sync())
    assert (told["exit_code"], told["written"], told["failed"], told["pending"], told["failures"]) == (1, 1, 1, 1, 1)
    told = summary(sync())
    assert (told["exit_code"], told["selected"], told["pending"], told["failures"]) == (0, 0, 1, 1)
    api.reply = learner
    told = summary(sync("--iterations", 4))
    assert (told["written"], told["pending"], told["failures"]) == (1, 0, 0)


def test_unconverged_documents_left_alone_are_not_paid_for_each_night(sync: Call, url: str, api: ChatAPI) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    api.reply = lambda body: "I am not sure.\nAnswer: Nile" if body["model"] == "student" else learner(body)
    flags = ["--on-unconverged", "skip"]
    assert summary(sync(*flags))["unchanged"] == 1
    assert summary(sync(*flags))["selected"] == 0


def test_while_another_run_holds_the_lease_it_gives_75(sync: Call, url: str, tmp_path: Path) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    store = Store.connect(database_settings(url))
    store.initialise("qa_pairs")
    held = Lease(store.connection, "qa_pairs", "the-other", 600)
    held.take()
    metrics = tmp_path / "metrics.prom"
    done = sync("--metrics-file", metrics)
    told = summary(done)
    assert done.returncode == 75
    assert "Another run works on 'qa_pairs': the-other" in done.stderr
    assert told["written"] == 0
    assert samples(metrics)["last_run_exit_code", "qa_pairs"] == 75
    held.release({})
    store.close()
    assert summary(sync())["written"] == 1


def test_a_lease_that_ran_out_is_taken_over(sync: Call, url: str) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    store = Store.connect(database_settings(url))
    store.initialise("qa_pairs")
    Lease(store.connection, "qa_pairs", "the-other", 0.05).take()
    store.close()
    time.sleep(0.1)
    assert summary(sync())["written"] == 1


def test_enhance_holds_the_same_lease(cli: Call, url: str, api: ChatAPI) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    store = Store.connect(database_settings(url))
    store.initialise("qa_pairs")
    Lease(store.connection, "qa_pairs", "the-other", 600).take()
    store.close()
    done = cli("enhance", "--url", url, *models(api))
    assert (done.returncode, done.stdout) == (75, "")
    assert "the-other" in done.stderr


def test_export_and_metrics(sync: Call, url: str, tmp_path: Path) -> None:
    fill(url, "qa_pairs", messages_document("a"), messages_document("b"))
    out, metrics = tmp_path / "out.jsonl", tmp_path / "sync.prom"
    told = summary(sync("--export", out, "--metrics-file", metrics))
    assert told["exported"] == 2
    assert [json.loads(line)["metadata"]["thinking_iterations"] for line in out.read_text().splitlines()] == [2, 2]
    found = samples(metrics)
    assert (found["last_run_documents", "qa_pairs written"], found["pending_documents", "qa_pairs"]) == (2, 0)
    assert found["last_success_timestamp_seconds", "qa_pairs"] == pytest.approx(time.time(), abs=60)
    out.write_text("kept when nothing was written")
    assert "exported" not in summary(sync("--export", out))
    assert out.read_text() == "kept when nothing was written"


@pytest.mark.parametrize("flag", ["--export", "--metrics-file"])
def test_a_folder_that_is_not_there_is_told_first(sync: Call, url: str, api: ChatAPI, flag: str) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    done = sync(flag, "nowhere/file")
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no folder nowhere for file." in done.stderr
    assert api.requests == []


@pytest.mark.parametrize("command", ["sync", "enhance"])
def test_max_runtime_leaves_the_rest_and_gives_3(cli: Call, url: str, api: ChatAPI, command: str) -> None:
    fill(url, "qa_pairs", *(messages_document(key, f"Which river flows through Baghdad, {key}?") for key in "abcdef"))
    flags = ["--max-runtime", "0.3s", "--concurrency", 1]

    def slow(body: Body) -> str:
        time.sleep(0.1)
        return learner(body)

    api.reply = slow
    done = cli(command, "--url", url, *models(api), *flags, "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 3
    assert "(--max-runtime)" in told["stopped"]
    assert 1 <= told["written"] == told["selected"] < 6
    assert told["remaining"] == 6 - told["written"]


def test_limit_filter_layout(sync: Call, url: str) -> None:
    fill(url, "qa_pairs", *(messages_document(key) for key in "abcd"))
    assert summary(sync("--limit", 1))["written"] == 1
    assert summary(sync("--filter", "doc._key == 'c'"))["written"] == 1
    assert summary(sync("--layout", "flat"))["unchanged"] == 2
    assert [document["_key"] for document in stored(url) if "thinking_iterations" in document["metadata"]] == ["a", "c"]


def test_rounds_until_a_wrong_configuration(sync: Call, url: str, edit: Edit) -> None:
    """A round that reaches nothing is followed by the next one; one that cannot become better is the last."""
    fill(url, "another")
    done = sync("--every", "1s", "--jitter", "0.01s")
    assert done.returncode == 2
    assert "There is no collection 'qa_pairs'" in summary(done)["error"]


@pytest.mark.parametrize("duration", ["soon", "-1s", "10x", "", "inf", "nan"])
@pytest.mark.parametrize("flag", ["--every", "--jitter", "--max-runtime", "--lease", "--patience"])
def test_what_is_no_duration(sync: Call, flag: str, duration: str) -> None:
    done = sync(f"{flag}={duration}")
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not a duration" in done.stderr


def test_quiet(sync: Call, url: str) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    assert sync("--json").stderr == ""


@pytest.fixture
def started(api: ChatAPI, url: str) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    processes: list[subprocess.Popen[str]] = []

    def started(*arguments: object) -> subprocess.Popen[str]:
        argv = [sys.executable, "-m", "arango_thinking", "sync", "--url", url, *models(api), *map(str, arguments)]
        processes.append(subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return processes[-1]

    yield started
    for process in processes:
        process.kill()
        process.communicate()


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_again_and_again_until_a_signal(
    started: Callable[..., subprocess.Popen[str]], url: str, edit: Edit, api: ChatAPI
) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    process = started("--every", "1s")
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["written"] == 1
    assert json.loads(process.stdout.readline())["written"] == 0
    fill(url, "qa_pairs", messages_document("b"))
    wait_for(lambda: any(json.loads(process.stdout.readline())["written"] == 1 for _ in range(10)))  # type: ignore[union-attr]
    process.send_signal(signal.SIGTERM)
    _, talk = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "interrupted" in talk


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(
    started: Callable[..., subprocess.Popen[str]], sync: Call, url: str, api: ChatAPI, number: signal.Signals
) -> None:
    """What is finished is written and told, the lease is given back, the next run goes on."""
    fill(url, "qa_pairs", *(messages_document(key, f"Which river flows through Baghdad, {key}?") for key in "abcdef"))
    asked = iter(range(1000))

    def reply(body: Body) -> str:
        api.delay = 3.0 if next(asked) == 6 else 0.0  # the eighth call hangs
        return learner(body)

    api.reply = reply
    process = started("--concurrency", 1)
    wait_for(lambda: len(api.requests) >= 8)
    process.send_signal(number)
    out, talk = process.communicate(timeout=30)
    told = json.loads(out)
    assert process.returncode == told["exit_code"] == 130
    assert told["written"] == 2
    assert told["selected"] == told["written"] + told["deferred"]
    assert "Stopping: what is finished is being written." in talk
    assert sum("thinking_iterations" in document["metadata"] for document in stored(url)) == 2
    api.delay = 0.0
    assert summary(sync())["written"] == 4


def test_a_second_signal_aborts(
    started: Callable[..., subprocess.Popen[str]], url: str, api: ChatAPI, tmp_path: Path
) -> None:
    fill(url, "qa_pairs", messages_document("a"))

    api.delay = 1.5
    process = started()
    wait_for(lambda: len(api.requests) >= 1)
    # The file is locked from outside, so that the orderly end takes long.
    store = Store.connect(database_settings(url))
    transaction = store.connection.database.begin_transaction(write="qa_pairs")
    process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    os.kill(process.pid, signal.SIGTERM)
    _, talk = process.communicate(timeout=5)
    transaction.abort_transaction()
    store.close()
    assert process.returncode == 130
    assert "Aborted." in talk


def test_rounds_do_not_follow_without_a_pause(sync: Call) -> None:
    done = sync("--every", "0s")
    assert (done.returncode, done.stdout) == (2, "")
    assert "at most once a second" in done.stderr


@pytest.mark.parametrize("command", ["sync", "enhance"])
def test_a_database_that_takes_nothing_ends_the_run(cli: Call, api: ChatAPI, url: str, command: str) -> None:
    keys = [f"{number:02}" for number in range(80)]
    fill(url, "qa_pairs", *(messages_document(key, f"Which river flows through Baghdad, {key}?") for key in keys))
    store = Store.connect(database_settings(url))
    rule = {"properties": {"metadata": {"additionalProperties": False, "properties": {"thinking": {}}}}}
    store.connection.database.collection("qa_pairs").configure(
        schema={"rule": rule, "level": "strict", "message": "no"}
    )
    store.close()
    done = cli(command, "--url", url, *models(api), "--json")
    assert done.returncode == 2
    told = done.stderr + done.stdout  # a summary of sync holds it too
    assert "The database refuses every document." in told
    assert "`arango-thinking doctor` shows" in told
    assert len(api.requests) < 3 * len(keys)


@pytest.mark.parametrize("command", ["sync", "enhance", "import", "init"])
def test_our_own_collections_hold_no_questions(cli: Call, url: str, tmp_path: Path, command: str) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    file = write_jsonl(tmp_path / "in.jsonl", messages_document("a"))
    done = cli(command, *([file] if command == "import" else []), "-c", "thinking_runs", "--url", url)
    assert done.returncode == 2
    assert "'thinking_runs' belongs to arango-thinking" in done.stderr


def test_evidence_edges_are_edges(sync: Call, url: str) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    done = sync("--evidence-edges", "qa_pairs")
    assert done.returncode == 2
    assert "'qa_pairs' holds documents, not edges" in done.stderr


def test_metrics_that_cannot_be_written_any_more_do_not_end_it(
    sync: Call, url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    (tmp_path / "m.prom").mkdir()
    done = sync("--metrics-file", tmp_path / "m.prom")
    assert summary(done)["written"] == 1
    assert done.returncode == 0
    assert "The metrics cannot be written" in caplog.text


@pytest.mark.parametrize(
    "arguments", [["sync"], ["enhance"], ["enhance", "--dry-run"], ["init", "--dry-run"]], ids=" ".join
)
def test_no_database_file_is_made_by_what_has_nothing_to_work_on(
    cli: Call, tmp_path: Path, arguments: list[str]
) -> None:
    done = cli(*arguments, "--url", f"embedded:{tmp_path / 'none.db'}")
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no database file" in done.stderr
    assert not (tmp_path / "none.db").exists()
