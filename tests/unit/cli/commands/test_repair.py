"""`revert` and `retry-failed`, through the command line."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from arango_thinking.settings import database_settings
from arango_thinking.store.leases import Lease
from arango_thinking.store.records import key_of
from arango_thinking.store.store import Store
from tests.chat_api import ChatAPI
from tests.unit.cli.commands.conftest import BASRA, edit, said_by
from tests.unit.cli.conftest import Call, fill, garbage, learner, messages_document, models, stored


def metadata(url: str) -> dict[str, Any]:
    return {document["_key"]: document["metadata"] for document in stored(url)}


THIN = {"thinking": "thin"}


# ---------------------------------------------------------------- revert


def test_a_run_is_taken_back(cli: Call, url: str, enhanced: str) -> None:
    done = cli("revert", "--run", enhanced, "--url", url)
    assert done.returncode == 0
    assert done.stderr.startswith("Those without thinking of an earlier run are pending again")
    assert re.search(r"taken back +│ 2", done.stdout)
    assert metadata(url) == {"a": THIN, "b": THIN, "c": THIN}
    assert said_by(cli, url, "status")["pending"] == 3


@pytest.mark.parametrize(
    ("flags", "left"),
    [
        (["--key", "a"], {"c"}),
        (["--key", "a", "--key", "c"], set()),
        (["--where", "doc._key == 'c'"], {"a"}),
        (["--filter", "doc._key == 'c'"], {"a"}),
        (["--all"], set()),
    ],
)
def test_what_is_chosen(cli: Call, url: str, enhanced: str, flags: list[str], left: set[str]) -> None:
    done = cli("revert", *flags, "--url", url)
    assert (done.returncode, done.stderr.partition(":")[0]) == (0, "They are pending again")
    assert {key for key, values in metadata(url).items() if values != THIN} == left


def test_another_collection(cli: Call, url: str, api: ChatAPI) -> None:
    fill(url, "others", messages_document("z"))
    cli("enhance", "--url", url, "-c", "others", *models(api))
    assert cli("revert", "--all", "--url", url).returncode == 2
    assert cli("revert", "--all", "--url", url, "-c", "others").returncode == 0
    assert stored(url, "others")[0]["metadata"] == THIN


def test_a_dry_run(cli: Call, url: str, enhanced: str) -> None:
    before = stored(url)
    done = cli("revert", "--all", "--dry-run", "--url", url)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"would be taken back +│ 2", done.stdout)
    said = said_by(cli, url, "revert", "--all", "--dry-run")
    assert (said["dry_run"], said["deferred"], said["written"]) == (True, 2, 0)
    assert stored(url) == before
    assert len(said_by(cli, url, "runs")["runs"]) == 1


def test_what_was_edited_since_gives_1_and_the_reason(cli: Call, url: str, enhanced: str) -> None:
    edit(url, "qa_pairs", "a", metadata={"thinking": "mine"})
    done = cli("revert", "--all", "--url", url)
    assert done.returncode == 1
    assert done.stderr.startswith("qa_pairs/a: its thinking was edited since\n")
    assert metadata(url)["a"]["thinking"] == "mine"
    assert metadata(url)["c"] == THIN


def test_a_key_that_is_not_there_gives_1(cli: Call, url: str, enhanced: str) -> None:
    done = cli("revert", "--key", "a", "--key", "nothing", "--url", url, "--json")
    said = json.loads(done.stdout)
    assert (done.returncode, said["selected"], said["written"], said["failed"]) == (1, 2, 1, 1)
    assert said["reasons"] == [{"source": "qa_pairs/nothing", "reason": "there is no such document"}]


def test_a_second_time_there_is_nothing_to_do(cli: Call, url: str, enhanced: str) -> None:
    cli("revert", "--all", "--url", url)
    done = cli("revert", "--all", "--url", url)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "Nothing to do: there is nothing to take back in any of these documents.\n"


@pytest.mark.parametrize("flags", [[], ["--all", "--key", "a"], ["--run", "one", "--where", "true"], ["--dry-run"]])
def test_documents_must_be_chosen_in_one_way(cli: Call, url: str, enhanced: str, flags: list[str]) -> None:
    before = stored(url)
    done = cli("revert", *flags, "--url", url)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: Choose the documents by exactly one of --run, --key, --where or --all.\n"
    assert stored(url) == before


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--run", "nothing"], "no run 'nothing'"),
        (["--where", "doc.a >"], "is not an AQL expression"),
        (["--where", "LENGTH(FOR d IN qa_pairs REMOVE d IN qa_pairs RETURN 1) > 0"], "--filter"),
        (["--all", "-c", "nowhere"], "no collection 'nowhere'"),
    ],
)
def test_a_wrong_choice_gives_2(cli: Call, url: str, enhanced: str, flags: list[str], said: str) -> None:
    done = cli("revert", *flags, "--url", url)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_another_run_works_there(cli: Call, url: str, enhanced: str) -> None:
    store = Store.connect(database_settings(url))
    Lease(store.connection, "qa_pairs", "somebody", 60).take()
    store.close()
    done = cli("revert", "--all", "--url", url)
    assert (done.returncode, done.stdout) == (75, "")
    assert "Another run works on 'qa_pairs': somebody" in done.stderr


def test_it_is_among_the_runs(cli: Call, url: str, enhanced: str) -> None:
    cli("revert", "--run", enhanced, "--url", url)
    (run,) = (run for run in said_by(cli, url, "runs")["runs"] if run["command"] == "revert")
    shown = cli("runs", run["_key"], "--url", url)
    assert re.search(rf"took back, by run +│ {enhanced}", shown.stdout)
    assert (shown.returncode, shown.stderr) == (0, "")


def test_a_reverted_document_is_enhanced_again(cli: Call, url: str, api: ChatAPI, enhanced: str) -> None:
    cli("revert", "--key", "a", "--url", url)
    assert said_by(cli, url, "enhance", *models(api))["written"] == 1
    assert metadata(url)["a"]["original_thinking"] == "thin"


# ---------------------------------------------------------------- retry-failed


@pytest.fixture
def given_up(url: str, enhanced: str) -> None:
    edit(url, "thinking_failures", key_of("qa_pairs/b"), next_attempt_at=None, attempts=3)


def test_enhance_names_what_waits(cli: Call, url: str, api: ChatAPI, enhanced: str) -> None:
    prices = ["--price", "student=1,1", "--price", "teacher=1,1"]
    done = cli("enhance", "--url", url, *models(api), *prices)
    assert (done.returncode, done.stdout) == (0, "")
    assert re.fullmatch(
        r"Nothing to do: no document is due, but 1 waiting after a failure, until 20\S+ \S+ UTC\. "
        r"`arango-thinking retry-failed --all` makes them due\.\n",
        done.stderr,
    )


def test_enhance_names_what_was_given_up(cli: Call, url: str, api: ChatAPI, given_up: None) -> None:
    done = cli("enhance", "--url", url, *models(api))
    assert "no document is due, but 1 given up after failures. `arango-thinking retry-failed --all`" in done.stderr


@pytest.mark.parametrize("flags", [["--all"], ["--key", "b"], ["--where", "doc._key == 'b'"]])
def test_failed_documents_are_due_again(cli: Call, url: str, api: ChatAPI, given_up: None, flags: list[str]) -> None:
    done = cli("retry-failed", *flags, "--url", url)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 document of qa_pairs due again\n", "")
    assert said_by(cli, url, "status")["due"] == 1
    api.reply = learner
    assert said_by(cli, url, "enhance", *models(api))["written"] == 1


def test_attempts_start_anew(cli: Call, url: str, api: ChatAPI, given_up: None) -> None:
    cli("retry-failed", "--all", "--url", url)
    api.reply = garbage
    assert cli("enhance", "--url", url, *models(api)).returncode == 1
    failure = said_by(cli, url, "show", "b")["failure"]
    assert failure["attempts"] == 1
    assert failure["next_attempt_at"] is not None


@pytest.mark.parametrize("flags", [["--key", "a"], ["--where", "doc._key == 'a'"]])
def test_others_stay_as_they_are(cli: Call, url: str, given_up: None, flags: list[str]) -> None:
    done = cli("retry-failed", *flags, "--url", url)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "Nothing to do: none of these documents has failed.\n"
    assert said_by(cli, url, "status")["given_up"] == 1


def test_retrying_as_json_in_another_collection(cli: Call, url: str, given_up: None) -> None:
    fill(url, "others", messages_document("b", BASRA))
    assert said_by(cli, url, "retry-failed", "--all", "-c", "others") == {"collection": "others", "due": 0}
    assert said_by(cli, url, "retry-failed", "--all") == {"collection": "qa_pairs", "due": 1}


def test_where_no_run_ever_was(cli: Call, url: str) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    assert said_by(cli, url, "retry-failed", "--all")["due"] == 0
    done = cli("revert", "--all", "--url", url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "nothing to take back" in done.stderr


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ([], "exactly one of --key, --where or --all"),
        (["--all", "--key", "b"], "exactly one of"),
        (["--where", "doc.a >"], "is not an AQL expression"),
        (["--all", "-c", "nowhere"], "no collection 'nowhere'"),
    ],
)
def test_a_wrong_request_to_retry_gives_2(cli: Call, url: str, given_up: None, flags: list[str], said: str) -> None:
    done = cli("retry-failed", *flags, "--url", url)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
