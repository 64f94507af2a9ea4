"""`status`, `runs` and `show`, through the command line."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from arango_thinking.documents.layouts import Document
from arango_thinking.settings import database_settings
from arango_thinking.store.leases import Lease
from arango_thinking.store.records import key_of
from arango_thinking.store.store import Store
from tests.chat_api import ChatAPI
from tests.unit.cli.commands.conftest import BASRA, edit, said_by
from tests.unit.cli.conftest import (
    ANSWER,
    HINT,
    QUESTION,
    RIGHT,
    WRONG,
    Call,
    fill,
    messages_document,
    models,
    numbered,
)

# ---------------------------------------------------------------- status


def test_status_of_documents_that_no_run_has_seen(cli: Call, url: str) -> None:
    done = {"original_thinking": "thin", "thinking_iterations": 2}
    fill(
        url,
        "qa_pairs",
        messages_document("a"),
        messages_document("b", **done, thinking_converged=True),
        {"_key": "c", "question": "Why?", "answer": "So.", **done, "thinking_converged": False},
    )
    said = said_by(cli, url, "status")
    counted = {name: said[name] for name in ("documents", "pending", "due", "waiting", "given_up")}
    assert counted == {"documents": 3, "pending": 1, "due": 1, "waiting": 0, "given_up": 0}
    assert [said[name] for name in ("enhanced", "converged", "unconverged", "stale", "elsewhere")] == [2, 1, 1, 0, 2]
    assert (said["lease"], said["runs"], said["totals"]["runs"], said["average_iterations"]) == (None, [], 0, 2.0)
    shown = cli("status", "--url", url)
    assert re.search(r"pending +│ +1 ", shown.stdout)
    assert re.search(r"enhanced elsewhere +│ +2 │ no trace of it here", shown.stdout)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "latest runs" not in shown.stdout


def test_status_tells_failures_and_stale_documents_and_costs(cli: Call, url: str, enhanced: str) -> None:
    edit(url, "qa_pairs", "a", messages=messages_document("a", "Which river is it?")["messages"])
    edit(url, "qa_pairs", "c", reviewed=True)
    said = said_by(cli, url, "status")
    assert [said[name] for name in ("pending", "due", "waiting", "given_up")] == [1, 0, 1, 0]
    assert said["next_attempt_at"] > time.time() * 1000
    assert [said[name] for name in ("enhanced", "stale", "elsewhere")] == [2, 1, 0]
    (run,) = said["runs"]
    assert (run["_key"], run["command"], run["status"]) == (enhanced, "enhance", "finished")
    assert (run["statistics"]["written"], run["statistics"]["failed"]) == (2, 1)
    assert said["totals"] == {"runs": 1, "cost": run["statistics"]["cost"], "cost_unknown": 0}
    shown = cli("status", "--url", url).stdout
    assert re.search(r"waiting after a failure +│ +1 │ the next at 20\d\d-\d\d-\d\d \d\d:\d\d UTC", shown)
    assert re.search(r"of them stale +│ +1 │", shown)
    cost = re.escape(f"${run['statistics']['cost']:.2f}")
    assert re.search(rf"{enhanced} +enhance +finished +2 +100% +1 +{cost} +\ds\n1 run in all, cost {cost}\n", shown)


def test_status_tells_what_was_given_up_and_what_is_due_again(cli: Call, url: str, enhanced: str) -> None:
    failure = key_of("qa_pairs/b")
    edit(url, "thinking_failures", failure, next_attempt_at=None)
    said = said_by(cli, url, "status")
    assert [said[name] for name in ("due", "waiting", "given_up")] == [0, 0, 1]
    assert re.search(r"given up after failures +│ +1 │ see retry-failed", cli("status", "--url", url).stdout)
    edit(url, "qa_pairs", "b", messages=messages_document("b", "Which river is it?")["messages"])
    said = said_by(cli, url, "status")
    assert [said[name] for name in ("due", "waiting", "given_up")] == [1, 0, 0]


def test_status_tells_who_works_now(cli: Call, url: str, enhanced: str) -> None:
    store = Store.connect(database_settings(url))
    lease = Lease(store.connection, "qa_pairs", "somebody", 60)
    lease.take()
    assert said_by(cli, url, "status")["lease"]["run"] == "somebody"
    assert "Working now: somebody on " in cli("status", "--url", url).stdout
    lease.release({})
    store.close()
    assert said_by(cli, url, "status")["lease"] is None


def test_a_cost_that_is_not_known_is_not_counted_as_none(cli: Call, url: str, api: ChatAPI) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    cli("enhance", "--url", url, *models(api))
    assert said_by(cli, url, "status")["totals"] == {"runs": 1, "cost": 0, "cost_unknown": 1}
    assert "1 run in all, cost $0.0000, not known for 1 of them" in cli("status", "--url", url).stdout
    assert re.search(r"100% +0 +\? ", cli("runs", "--url", url).stdout)


def test_status_of_another_collection(cli: Call, url: str) -> None:
    fill(url, "others", messages_document("a"))
    assert cli("status", "--url", url).returncode == 2
    assert said_by(cli, url, "status", "-c", "others")["pending"] == 1


COMMANDS = [["status"], ["runs"], ["runs", "one"], ["show", "a"], ["revert", "--all"], ["retry-failed", "--all"]]


@pytest.mark.parametrize("command", COMMANDS)
def test_none_of_these_makes_a_database(cli: Call, tmp_path: Path, command: list[str]) -> None:
    done = cli(*command, "--url", f"embedded:{tmp_path / 'nowhere.db'}")
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no database file" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_each_of_these_takes_the_database_by_name(cli: Call, url: str, command: list[str]) -> None:
    fill(url, "qa_pairs")
    done = cli(*command, "--url", url, "--database", "elsewhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert "database not found" in done.stderr


# ---------------------------------------------------------------- runs


def test_runs_are_listed_newest_first(cli: Call, url: str, api: ChatAPI, enhanced: str) -> None:
    fill(url, "others", messages_document("z"))
    time.sleep(1)  # they are told apart by the second
    cli("enhance", "--url", url, "-c", "others", *models(api))
    assert [run["collection"] for run in said_by(cli, url, "runs")["runs"]] == ["others", "qa_pairs"]
    assert [run["collection"] for run in said_by(cli, url, "runs", "--limit", 1)["runs"]] == ["others"]
    assert [run["_key"] for run in said_by(cli, url, "runs", "-c", "qa_pairs")["runs"]] == [enhanced]
    shown = cli("runs", "--url", url).stdout.splitlines()
    assert shown[0].split() == [
        *("run", "(UTC)", "command", "status", "collection"),
        *("written", "converged", "failed", "cost", "time"),
    ]
    assert [line.split()[3] for line in shown[2:]] == ["others", "qa_pairs"]
    assert all(line == line.rstrip() for line in shown)


def test_no_run_yet(cli: Call, url: str) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    done = cli("runs", "--url", url)
    assert (done.returncode, done.stdout) == (0, "")
    assert "no run yet" in done.stderr
    assert said_by(cli, url, "runs") == {"runs": []}


def test_a_run_in_full(cli: Call, url: str, enhanced: str) -> None:
    shown = cli("runs", enhanced, "--url", url)
    assert (shown.returncode, shown.stderr) == (0, "")
    for told in (
        r"status +│ finished",
        r"versions +│ arango-thinking \d+\.\d+\.\d+, python 3\.\d+\.\d+, prompts \w+",
        r"  written +│ 2",
        r"  failed +│ 1",
        r"teacher_model +│ teacher",
        r"qa_pairs/b: The reply is not a ReviewReply",
    ):
        assert re.search(told, shown.stdout), told
    said = said_by(cli, url, "runs", enhanced)
    assert (said["_key"], said["config"]["max_iterations"]) == (enhanced, 3)
    assert said["statistics"]["reasons"][0]["source"] == "qa_pairs/b"


def test_a_login_in_a_url_is_not_shown(cli: Call, url: str, enhanced: str) -> None:
    edit(url, "thinking_runs", enhanced, config={"teacher_url": "https://user:hidden@example.com/v1"})
    for flags in ([], ["--json"]):
        said = cli("runs", enhanced, "--url", url, *flags).stdout
        assert "https://***@example.com/v1" in said
        assert "hidden" not in said


@pytest.mark.parametrize("status", ["running", "killed", "failed"])
def test_a_run_that_did_not_end_well(cli: Call, url: str, enhanced: str, status: str) -> None:
    store = Store.connect(database_settings(url))
    run: Document = {"_key": "odd", "status": status, "command": "sync", "collection": "qa_pairs"}
    run["started_at"] = "2026-01-01T00:00:00+00:00"
    if status == "killed":
        run["statistics"] = {"selected": 3, "written": 1, "conflicted": 0, "failed": 0, "gone": 0, "lost": 2}
    if status == "failed":
        run["error"] = "The database cannot be reached."
    store.rows("start_run", {"record": run})
    store.close()
    said = cli("runs", "odd", "--url", url)
    assert said.returncode == 0
    assert status in said.stdout
    assert ("cannot be reached" in said.stdout) is (status == "failed")
    assert ("written" in said.stdout) is (status == "killed")
    assert status in cli("runs", "--url", url).stdout


def test_an_unknown_run(cli: Call, url: str, enhanced: str) -> None:
    done = cli("runs", "nothing", "--url", url)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: There is no run 'nothing'. `arango-thinking runs` lists them.\n"


# ---------------------------------------------------------------- show


def sections(shown: str) -> dict[str, str]:
    """What stands under each heading."""
    parts = re.split(r"\n\n(?=\S)", shown)[1:]
    headed = (part.partition("\n") for part in parts)
    return {heading: re.sub(r"(?m)^  ", "", text).strip() for heading, _, text in headed}


def test_the_dialogue_of_a_document(cli: Call, url: str, enhanced: str) -> None:
    shown = cli("show", "a", "--url", url)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.startswith("qa_pairs/a\nThe document holds the thinking of this dialogue.\n")
    told = sections(shown.stdout)
    assert list(told) == [
        *("Question", "Reference answer", "Context", "Attempt 1", "Hint (teacher)", "Attempt 2"),
        *("Outcome", "Thinking before", "Thinking after"),
    ]
    assert (told["Question"], told["Reference answer"], told["Context"]) == (QUESTION, ANSWER, "Document: rivers")
    assert told["Attempt 1"] == f"{WRONG}\n→ incorrect, score 0.50, by teacher"
    assert told["Attempt 2"].startswith(f"{RIGHT}\n→ correct, score 1.00, by matching\n  reason: ")
    assert told["Hint (teacher)"] == HINT
    assert told["Outcome"].startswith(
        f"ended by correct\nrun {enhanced} (enhance finished)\ntrace {enhanced}-0000001, "
    )
    assert told["Outcome"].endswith("cost $0.4500; student 2 calls, 30 tokens; teacher 1 calls, 15 tokens")
    assert (told["Thinking before"], told["Thinking after"]) == ("thin", f"{WRONG}\n\n{HINT}\n\n{RIGHT}")
    assert all(line == line.rstrip() and len(line) <= 100 for line in shown.stdout.splitlines())


def test_a_dialogue_as_json(cli: Call, url: str, enhanced: str) -> None:
    said = said_by(cli, url, "show", "qa_pairs/a", "-c", "elsewhere")
    assert (said["document"]["_key"], said["asked"]["question"]) == ("a", QUESTION)
    assert (said["holds_thinking"], said["source_changed"], said["failure"]) == (True, False, None)
    assert said["run"]["_key"] == said["trace"]["run"] == enhanced
    assert [turn["verdict"]["correct"] for turn in said["trace"]["turns"]] == [False, True]
    assert (said["thinking_before"], said["thinking_after"]) == ("thin", f"{WRONG}\n\n{HINT}\n\n{RIGHT}")


def test_a_document_that_failed(cli: Call, url: str, enhanced: str) -> None:
    shown = cli("show", "b", "--url", url).stdout
    assert shown.startswith("qa_pairs/b\nPending: no run has written it yet.\n")
    failure = sections(shown)["Failure"]
    assert failure.startswith("BadReplyError: The reply is not a ReviewReply")
    assert "attempts: 1; next attempt from 20" in failure
    edit(url, "thinking_failures", key_of("qa_pairs/b"), next_attempt_at=None)
    assert "given up; retry-failed makes it due again" in cli("show", "b", "--url", url).stdout


def test_long_lines_are_broken_and_hostile_ones_shown_as_text(cli: Call, url: str, api: ChatAPI) -> None:
    long = "word " * 100
    api.reply = numbered("Nile")
    fill(url, "qa_pairs", messages_document("a", f"[red]{long}\x1b[31m :smile:?"))
    cli("enhance", "--url", url, *models(api), "--iterations", 1)
    shown = cli("show", "a", "--url", url).stdout
    assert "[red]word" in shown
    assert ":smile:" in shown
    assert "\x1b" not in shown
    assert max(map(len, shown.splitlines())) <= 100
    assert sections(shown)["Question"].replace("\n", " ").count("word") == 100


def test_a_document_that_was_edited_or_removed(cli: Call, url: str, enhanced: str) -> None:
    edit(url, "qa_pairs", "a", metadata={"thinking": "mine"})
    shown = cli("show", "a", "--url", url).stdout
    assert "does not hold the thinking of this dialogue: it was edited since." in shown
    assert sections(shown)["Thinking after"] == "(not kept: nothing holds it any more)"
    edit(url, "qa_pairs", "c", messages=messages_document("c", BASRA)["messages"])
    assert "changed since: the next sync enhances it again." in cli("show", "c", "--url", url).stdout
    store = Store.connect(database_settings(url))
    store.connection.database.collection("qa_pairs").delete("c")
    store.close()
    shown = cli("show", "c", "--url", url).stdout
    assert shown.startswith("qa_pairs/c\nThe document was removed.\n")
    assert "Attempt 2" in shown


def test_a_document_that_was_enhanced_elsewhere(cli: Call, url: str) -> None:
    fill(url, "qa_pairs", messages_document("a", thinking_iterations=2), {"_key": "odd", "text": "no question"})
    assert "Enhanced elsewhere: there is no trace of it here." in cli("show", "a", "--url", url).stdout
    odd = cli("show", "odd", "--url", url)
    assert odd.returncode == 0
    assert "(looks like a source paragraph" in odd.stdout


def test_earlier_traces(cli: Call, url: str, api: ChatAPI, enhanced: str) -> None:
    assert cli("revert", "--run", enhanced, "--url", url).returncode == 0
    cli("enhance", "--url", url, *models(api), "--iterations", 2)
    shown = cli("show", "a", "--url", url).stdout
    assert "All its traces (--trace KEY shows one)" in shown
    assert re.search(rf"{enhanced}-0000001 +│ 20\S+ \S+ +│ reverted +│ correct +│ 2", shown)
    assert re.search(r"written \(shown\)", shown)
    earlier = cli("show", "a", "--trace", f"{enhanced}-0000001", "--url", url).stdout
    assert re.search(rf"trace {enhanced}-0000001", earlier)
    assert re.search(r"taken back by run 20", earlier)
    assert said_by(cli, url, "show", "a", "--trace", f"{enhanced}-0000001")["trace"]["outcome"] == "reverted"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "There is no document 'qa_pairs/nothing'."),
        (["nowhere/a"], "no collection 'nowhere'"),
        (["a", "--collection", "nowhere"], "no collection 'nowhere'"),
        (["a", "--trace", "nothing"], "'qa_pairs/a' has no trace 'nothing'. Its traces: "),
    ],
)
def test_what_cannot_be_shown(cli: Call, url: str, enhanced: str, arguments: list[str], said: str) -> None:
    done = cli("show", *arguments, "--url", url)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_failed_documents_are_listed_with_the_reason(cli: Call, url: str, enhanced: str) -> None:
    said = cli("show", "--failed", "--url", url).stdout
    assert said.splitlines()[0] == "qa_pairs, failed"
    assert "b" in said.split()
    assert "again at" in said
    [row] = said_by(cli, url, "show", "--failed")["documents"]
    assert (row["_key"], row["attempts"]) == ("b", 1)
    assert row["reason"].startswith("BadReplyError: ")


def test_unconverged_documents_are_listed_with_the_reason(cli: Call, url: str, api: ChatAPI) -> None:
    api.reply = numbered("Nile")
    fill(url, "qa_pairs", messages_document("a"))
    assert cli("enhance", "--url", url, *models(api)).returncode == 0
    [row] = said_by(cli, url, "show", "--unconverged")["documents"]
    assert (row["_key"], row["iterations"], row["stop_reason"]) == ("a", 3, "max_iterations")
    assert "max_iterations" in cli("show", "--unconverged", "--url", url).stdout


def test_a_list_may_be_empty_or_cut(cli: Call, url: str, enhanced: str) -> None:
    assert "No document of qa_pairs is enhanced and not right." in cli("show", "--unconverged", "--url", url).stderr
    assert "raise --limit" in cli("show", "--failed", "--limit", "1", "--url", url).stderr


@pytest.mark.parametrize("arguments", [(), ("a", "--failed"), ("--failed", "--unconverged")])
def test_one_thing_is_shown(cli: Call, url: str, enhanced: str, arguments: tuple[str, ...]) -> None:
    done = cli("show", *arguments, "--url", url)
    assert (done.returncode, "Name a document, or give one of --failed" in done.stderr) == (2, True)
