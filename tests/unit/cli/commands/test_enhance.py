from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from arango_thinking.documents.layouts import Document
from tests import judges
from tests.chat_api import Body, ChatAPI, chat, refusal, review
from tests.raw_api import RawAPI, said
from tests.unit.cli.conftest import (
    ANSWER,
    HINT,
    QUESTION,
    RIGHT,
    WRONG,
    Call,
    fill,
    garbage,
    learner,
    messages_document,
    models,
    numbered,
    read_jsonl,
    stored,
    write_jsonl,
)

UNREACHABLE = "http://127.0.0.1:1/v1"


@dataclass(frozen=True)
class Result:
    code: int
    figures: dict[str, Any]
    documents: list[Document]
    out: str
    err: str

    @property
    def metadata(self) -> dict[str, Any]:
        found = self.documents[0]["metadata"]
        assert isinstance(found, dict)
        return found


Enhance = Callable[..., Result]


@pytest.fixture
def enhance(cli: Call, url: str, api: ChatAPI) -> Enhance:
    """`enhance` on a collection of these documents."""

    def run(documents: list[Document], *flags: object) -> Result:
        fill(url, "qa_pairs", *documents)
        done = cli("enhance", "--url", url, "--json", *models(api), *flags)
        figures = json.loads(done.stdout) if done.stdout else {}
        return Result(done.returncode, figures, stored(url), done.stdout, done.stderr)

    return run


@pytest.fixture
def enhance_file(cli: Call, tmp_path: Path, api: ChatAPI) -> Enhance:
    """`enhance-thinking` on a file of these documents."""

    def run(documents: list[Document], *flags: object) -> Result:
        source, target = write_jsonl(tmp_path / "in.jsonl", *documents), tmp_path / "out.jsonl"
        done = cli("enhance-thinking", source, target, "--json", *models(api), *flags)
        figures = json.loads(done.stdout) if done.stdout else {}
        return Result(done.returncode, figures, read_jsonl(target) if target.exists() else [], done.stdout, done.stderr)

    return run


@pytest.fixture(params=["enhance", "enhance_file"])
def either(request: pytest.FixtureRequest) -> Enhance:
    """Both commands, one after the other."""
    chosen: Enhance = request.getfixturevalue(request.param)
    return chosen


class Counted(Response):
    """A reply that takes a while, and counts how many are under way."""

    running = 0
    most = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        Counted.running += 1
        Counted.most = max(Counted.most, Counted.running)
        await asyncio.sleep(0.1)
        Counted.running -= 1
        await chat(RIGHT)(scope, receive, send)


def asked(api: ChatAPI, model: str) -> list[str]:
    return [json.dumps(body["messages"]) for body in api.requests if body["model"] == model]


# ---------------------------------------------------------------- the dialogue's flags, in both commands


def test_a_document_comes_out_with_its_dialogue(api: ChatAPI, either: Enhance) -> None:
    api.reply = learner
    done = either([messages_document("a")])
    assert (done.code, done.figures["written"], done.figures["average_iterations"]) == (0, 1, 2.0)
    assert done.metadata["original_thinking"] == "thin"
    assert done.metadata["thinking"] == f"{WRONG}\n\n{HINT}\n\n{RIGHT}"
    assert (done.metadata["thinking_iterations"], done.metadata["thinking_converged"]) == (2, True)


@pytest.mark.parametrize("iterations", [1, 3, 5])
def test_iterations(api: ChatAPI, either: Enhance, iterations: int) -> None:
    api.reply = numbered("Nile")
    done = either([messages_document("a")], "--iterations", iterations)
    assert done.metadata["thinking_iterations"] == iterations
    assert done.metadata["thinking_converged"] is False


@pytest.mark.parametrize("least", [1, 3])
def test_min_iterations(api: ChatAPI, either: Enhance, least: int) -> None:
    api.reply = numbered(ANSWER)
    done = either([messages_document("a")], "--first-try", "keep", "--min-iterations", least)
    assert done.metadata["thinking_iterations"] == least


@pytest.mark.parametrize(("choice", "iterations"), [("deepen", 2), ("keep", 1)])
def test_first_try(api: ChatAPI, either: Enhance, choice: str, iterations: int) -> None:
    api.reply = numbered(ANSWER)
    assert either([messages_document("a")], "--first-try", choice).metadata["thinking_iterations"] == iterations


def test_on_unconverged(api: ChatAPI, either: Enhance) -> None:
    api.reply = numbered("Nile")
    skipped = either([messages_document("a")], "--on-unconverged", "skip")
    assert (skipped.code, skipped.figures["written"], skipped.figures["unchanged"]) == (0, 0, 1)
    assert skipped.metadata == {"thinking": "thin"}


def test_unconverged_documents_can_be_rationalized(api: ChatAPI, either: Enhance) -> None:
    said = iter(range(100))

    def reply(body: Body) -> str:
        if body["model"] != "student":
            return review("incorrect", HINT)
        if f"The answer is: {ANSWER}" in json.dumps(body["messages"]):
            return "Baghdad lies in Iraq. The given answer is the Tigris."
        found = "Baghdad lies in Iraq" in json.dumps(body["messages"])
        return f"Thought number {next(said)}.\nAnswer: {ANSWER if found else 'Nile'}"

    api.reply = reply
    flags = ["--on-unconverged", "rationalize", "--iterations", 2, "--save-iterations"]
    done = either([messages_document("a")], *flags)
    assert (done.figures["rationalized"], done.figures["converged_examples"]) == (1, 0)
    assert (done.metadata["thinking_iterations"], done.metadata["thinking_converged"]) == (2, False)
    assert done.metadata["thinking"].endswith(f"Answer: {ANSWER}")
    assert "given answer" not in done.metadata["thinking"]
    details = done.metadata["thinking_iterations_detail"]
    assert [detail.get("rationalized", False) for detail in details] == [False, False, True]


def test_max_thinking_length(api: ChatAPI, either: Enhance) -> None:
    api.reply = learner
    done = either([messages_document("a")], "--max-thinking-length", len(RIGHT) + 5)
    assert done.metadata["thinking"] == RIGHT
    assert done.metadata["thinking_iterations"] == 2


def test_thinking_that_is_too_long_fails_the_document(api: ChatAPI, either: Enhance) -> None:
    api.reply = learner
    done = either([messages_document("a")], "--max-thinking-length", 10)
    assert (done.code, done.figures["failed"]) == (1, 1)
    assert "10 are allowed" in done.figures["reasons"][0]["reason"]
    assert done.metadata == {"thinking": "thin"}


@pytest.mark.parametrize(("flag", "code"), [("--skip-judge-check", 0), ("--check-judge", 2)])
def test_the_check_of_the_judge_can_be_skipped(api: ChatAPI, either: Enhance, flag: str, code: int) -> None:
    api.reply = learner
    done = either([messages_document("a")], flag)
    assert done.code == code
    assert ("failed its trial" in done.err) is (code == 2)


def test_the_trial_and_suspect_references_are_shown(cli: Call, url: str, api: ChatAPI) -> None:
    doubting = "Which river flows through Basra?"

    def reply(body: Body) -> str:
        if body["model"] == "student":
            return learner(body)
        if doubting in str(body["messages"]) and "the longest river" in str(body["messages"]):
            return review("reference_suspect")
        return judges.fair(body)

    api.reply = reply
    suspect = messages_document("b", doubting)
    suspect["messages"][-1]["content"] = "Shatt al-Arab"
    fill(url, "qa_pairs", messages_document("a"), suspect, messages_document("c"))
    done = cli("enhance", "--url", url, *models(api), "--check-judge")
    assert "judge, on trial" in done.stdout
    assert "accepted 5 of 5 right answers and 0 of" in done.stdout
    assert "reference_suspect 1" in done.stdout
    assert "qa_pairs/b: the judge doubts the reference answer" in done.stderr


def test_format(api: ChatAPI, either: Enhance) -> None:
    api.reply = learner
    done = either([messages_document("a")], "--format", "consolidated")
    assert done.metadata["thinking"] == f"{HINT}\n\n{RIGHT}"


def test_save_iterations(api: ChatAPI, either: Enhance) -> None:
    api.reply = learner
    first, second = either([messages_document("a")], "--save-iterations").metadata["thinking_iterations_detail"]
    assert (first["thinking"], first["correct"], first["hint"]) == (WRONG, False, HINT)
    assert (second["thinking"], second["correct"], second["hint"]) == (RIGHT, True, None)


@pytest.mark.parametrize(("flag", "seen"), [("--show-evidence", True), ("--hide-evidence", False)])
def test_evidence_is_shown_or_hidden(api: ChatAPI, either: Enhance, flag: str, seen: bool) -> None:
    api.reply = learner
    either([messages_document("a", evidence=["Baghdad lies on that other river."])], flag)
    assert all(("that other river" in text) is seen for text in asked(api, "student"))
    assert "that other river" in asked(api, "teacher")[0]


def test_tokens_and_temperature(api: ChatAPI, either: Enhance) -> None:
    api.reply = learner
    either([messages_document("a")], "--max-new-tokens", 77, "--temperature", 0.25)
    assert {body["max_tokens"] for body in api.requests} == {77}
    assert {body["temperature"] for body in api.requests if body["model"] == "student"} == {0.25}


@pytest.mark.parametrize("most", [1, 4])
def test_concurrency(api: ChatAPI, either: Enhance, most: int) -> None:
    Counted.most = 0
    api.reply = lambda _: Counted()
    documents = [messages_document(f"a{number}") for number in range(8)]
    done = either(documents, "--concurrency", most, "--first-try", "keep")
    assert done.figures["written"] == 8
    assert Counted.most == most


def test_batch_delay(api: ChatAPI, either: Enhance) -> None:
    api.reply = numbered(ANSWER)
    documents = [messages_document(f"a{number}") for number in range(4)]
    done = either(documents, "--concurrency", 1, "--batch-delay", 0.25, "--first-try", "keep")
    assert done.figures["seconds"] >= 3 * 0.25


@pytest.mark.parametrize(("flag", "value"), [("--rpm", 120), ("--tpm", 1800)])
def test_rates(api: ChatAPI, either: Enhance, flag: str, value: int) -> None:
    """Two calls of at most 20 tokens and a few words each, half a second apart at least."""
    api.reply = numbered(ANSWER)
    documents = [messages_document("a"), messages_document("b")]
    done = either(documents, flag, value, "--first-try", "keep", "--max-new-tokens", 20)
    assert done.figures["written"] == 2
    assert done.figures["seconds"] >= 0.4


def test_request_timeout(cli: Call, tmp_path: Path) -> None:
    """A call that never ends is begun anew when its time is over."""
    source = write_jsonl(tmp_path / "in.jsonl", messages_document("a"))
    with RawAPI() as stalling:
        stalling.script(said(RIGHT, ending="stall"), said(RIGHT))
        student = ["--student", "student", "--student-url", stalling.url, "--first-try", "keep"]
        done = cli("enhance-thinking", source, tmp_path / "out.jsonl", *student, "--request-timeout", 0.2)
        assert (done.returncode, len(stalling.requests)) == (0, 2)


@pytest.mark.parametrize(("choice", "flags"), [("emulated", set()), ("vllm", {"continue_final_message"})])
def test_continuation(api: ChatAPI, either: Enhance, choice: str, flags: set[str]) -> None:
    api.reply = learner
    either([messages_document("a")], "--continuation", choice)
    asked = [body for body in api.requests if body["model"] == "student"]
    assert flags == {name for body in asked for name in body if name == "continue_final_message"}


def test_a_judge_of_its_own(api: ChatAPI, either: Enhance) -> None:
    api.reply = learner
    either([messages_document("a")], "--judge", "judge")
    assert [body["model"] for body in api.requests] == ["student", "judge", "teacher", "student"]


def test_each_url_is_for_its_own_model(api: ChatAPI, either: Enhance) -> None:
    api.reply = learner
    with ChatAPI() as other:
        other.reply = learner
        either([messages_document("a")], "--teacher-url", other.url)
        assert {body["model"] for body in other.requests} == {"teacher"}
    assert {body["model"] for body in api.requests} == {"student"}


def test_the_reference_teacher_needs_no_api(api: ChatAPI, either: Enhance) -> None:
    api.reply = numbered("Nile")
    assert either([messages_document("a")], "--teacher", "reference").figures["written"] == 1
    assert asked(api, "teacher") == []


def test_limit(api: ChatAPI, either: Enhance) -> None:
    api.reply = learner
    done = either([messages_document(f"a{number}") for number in range(5)], "--limit", 2)
    assert done.figures["written"] == 2


def test_max_samples_is_the_limit_of_a_file(api: ChatAPI, enhance_file: Enhance) -> None:
    api.reply = learner
    done = enhance_file([messages_document(f"a{number}") for number in range(5)], "--max-samples", 3)
    assert len(done.documents) == 3


# ---------------------------------------------------------------- the flags of `enhance` alone


def test_collection_and_filter(cli: Call, url: str, api: ChatAPI) -> None:
    api.reply = learner
    fill(url, "others", messages_document("a", confidence=0.5), messages_document("b", confidence=0.9))
    chosen = ["--collection", "others", "--filter", "doc.metadata.confidence > 0.8"]
    assert cli("enhance", "--url", url, *models(api), *chosen).returncode == 0
    assert ["thinking_iterations" in document["metadata"] for document in stored(url, "others")] == [False, True]


def test_evidence_edges(cli: Call, url: str, api: ChatAPI) -> None:
    api.reply = learner
    fill(url, "qa_pairs", messages_document("a"))
    fill(url, "paragraphs", {"_key": "p", "text": "Baghdad lies on that other river."})
    fill(url, "drawn_from", {"_from": "qa_pairs/a", "_to": "paragraphs/p"}, edge=True)
    assert cli("enhance", "--url", url, *models(api), "--evidence-edges", "drawn_from").returncode == 0
    assert "that other river" in asked(api, "student")[0]


def test_edges_that_are_not_followed_are_noticed(cli: Call, url: str, api: ChatAPI) -> None:
    fill(url, "qa_pairs", messages_document("a"), messages_document("b"))
    fill(url, "links", {"_from": "qa_pairs/a", "_to": "paragraphs/p"}, edge=True)
    fill(url, "paragraphs", {"_key": "p", "text": "The Tigris flows through Baghdad."})
    notice = "with --evidence-edges links the models see the paragraphs"
    assert notice in cli("enhance", "--url", url, *models(api), "--limit", "1").stderr
    assert notice not in cli("enhance", "--url", url, *models(api), "--evidence-edges", "links").stderr


def test_layout(api: ChatAPI, enhance: Enhance) -> None:
    api.reply = learner
    both = messages_document("a") | {"question": "Which river flows through Mosul?", "answer": ANSWER}
    assert enhance([both]).figures["unchanged"] == 1
    assert enhance([], "--layout", "flat").documents[0]["thinking_iterations"] == 2
    assert "Mosul" in asked(api, "student")[0]


def test_a_dry_run_asks_and_writes_nothing(api: ChatAPI, enhance: Enhance) -> None:
    done = enhance([messages_document("a"), messages_document("b")], "--dry-run")
    assert (done.code, done.figures["selected"], done.figures["deferred"], api.requests) == (0, 2, 2, [])
    assert done.metadata == {"thinking": "thin"}


def test_seed_is_part_of_the_recorded_run(api: ChatAPI, enhance: Enhance, url: str) -> None:
    api.reply = learner
    enhance([messages_document("a")], "--seed", 7)
    assert stored(url, "thinking_runs")[0]["config"]["seed"] == 7


def test_database(cli: Call, url: str, api: ChatAPI) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    done = cli("enhance", "--url", url, "--database", "elsewhere", *models(api))
    assert (done.returncode, done.stdout) == (2, "")
    assert "database not found" in done.stderr


def test_a_second_run_has_nothing_to_do(api: ChatAPI, enhance: Enhance, cli: Call, url: str) -> None:
    api.reply = learner
    enhance([messages_document("a")])
    before = stored(url)
    done = cli("enhance", "--url", url, *models(api))
    assert (done.returncode, done.stdout) == (0, "")
    assert "Nothing to do" in done.stderr
    assert stored(url) == before


# ---------------------------------------------------------------- what is printed, and exit codes


def test_a_filter_that_nothing_fits_says_so(cli: Call, url: str, api: ChatAPI, tmp_path: Path) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    wrong = ("--filter", "doc.metadata.topik == 'rivers'")
    done = cli("enhance", "--url", url, *models(api), *wrong)
    assert "Nothing to do: no document fits the filter: none has doc.metadata.topik." in done.stderr
    done = cli("export", tmp_path / "out.jsonl", "--url", url, *wrong)
    assert "Nothing is exported: no document fits the filter: none has doc.metadata.topik." in done.stderr


def test_the_key_of_the_run_is_told(cli: Call, url: str, api: ChatAPI) -> None:
    fill(url, "qa_pairs", messages_document("a"))
    run = json.loads(cli("enhance", "--url", url, *models(api), "--json").stdout)["run"]
    assert json.loads(cli("runs", run, "--url", url, "--json").stdout)["_key"] == run
    assert json.loads(cli("enhance", "--url", url, *models(api), "--json").stdout)["run"] is None
    assert json.loads(cli("enhance", "--url", url, *models(api), "--dry-run", "--json").stdout)["run"] is None


@pytest.mark.parametrize("command", ["enhance", "status", "runs", "export"])
def test_an_error_is_json_where_json_is_asked_for(cli: Call, tmp_path: Path, command: str) -> None:
    file = [tmp_path / "out.jsonl"] if command == "export" else []
    done = cli(command, *file, "--url", "ftp://nowhere", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["exit_code"]) == (2, 2)
    assert f"error: {told['error']}" in done.stderr
    assert cli(command, *file, "--url", "ftp://nowhere").stdout == ""


def test_json_is_one_object_and_nothing_else(api: ChatAPI, either: Enhance) -> None:
    api.reply = learner
    done = either([messages_document("a")])
    assert done.out.count("\n") == 1
    assert json.loads(done.out)["total_examples"] == 1
    assert "─" not in done.err


def test_without_json_there_is_a_table_on_stdout(cli: Call, url: str, api: ChatAPI) -> None:
    api.reply = learner
    fill(url, "qa_pairs", messages_document("a"))
    done = cli("enhance", "--url", url, *models(api))
    assert "converged" in done.stdout
    assert "1 (100%)" in done.stdout
    assert not done.stdout.startswith("{")
    assert done.stderr == ""


def test_failed_documents_give_1_and_the_others_are_written(api: ChatAPI, either: Enhance) -> None:
    api.reply = garbage
    done = either([messages_document("a"), messages_document("b", "Which river flows through Basra?")])
    assert (done.code, done.figures["written"], done.figures["failed"]) == (1, 1, 1)
    assert "thinking_iterations" in done.documents[0]["metadata"]
    assert done.documents[1]["metadata"] == {"thinking": "thin"}
    assert "not a ReviewReply" in done.figures["reasons"][0]["reason"]


def test_rejected_lines_give_1(cli: Call, tmp_path: Path, api: ChatAPI) -> None:
    api.reply = learner
    source = write_jsonl(tmp_path / "in.jsonl", messages_document("a"), "{broken", messages_document("b"))
    done = cli("enhance-thinking", source, tmp_path / "out.jsonl", *models(api))
    assert done.returncode == 1
    assert "line 2: not JSON" in done.stderr
    assert [document["_key"] for document in read_jsonl(tmp_path / "out.jsonl")] == ["a", "b"]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--collection", "nowhere"], "no collection 'nowhere'"),
        (["--evidence-edges", "nowhere"], "no collection 'nowhere'"),
        (["--filter", "doc.a >"], "--filter"),
        (["--filter", "LENGTH(FOR d IN qa_pairs REMOVE d IN qa_pairs RETURN 1) > 0"], "--filter"),
        (["--student", "reference", "--student-url", ""], "is a teacher, not a student"),
        (["--student", "mystery", "--student-url", ""], "fits no backend"),
        (["--teacher", "mystery", "--teacher-url", ""], "fits no backend"),
        (["--student", "torch:./nowhere", "--student-url", ""], "no model folder ./nowhere"),
        (["--student", "gpt-4o-mini", "--student-url", ""], "OPENAI_API_KEY"),
        (["--student", "nowhere.gguf", "--student-url", ""], "nowhere.gguf"),
        (["--min-iterations", "9"], "greater than max_iterations"),
    ],
)
def test_a_wrong_request_gives_2_and_changes_nothing(
    cli: Call, url: str, api: ChatAPI, flags: list[str], said: str
) -> None:
    document = messages_document("a")
    fill(url, "qa_pairs", document)
    done = cli("enhance", "--url", url, *models(api), *flags)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert said in done.stderr
    assert [left["metadata"] for left in stored(url)] == [document["metadata"]]


@pytest.mark.parametrize(
    ("status", "message"),
    [(403, "Country, region, or territory not supported"), (400, "API key not valid"), (400, "Bad frobnication 17")],
)
def test_what_an_api_refuses_for_all_is_charged_to_no_document(
    cli: Call, url: str, api: ChatAPI, status: int, message: str
) -> None:
    api.reply = lambda _: refusal(status, message)
    fill(url, "qa_pairs", *(messages_document(f"{number:02}") for number in range(14)))
    done = cli("enhance", "--url", url, *models(api), "--concurrency", "3", "--json")
    assert done.returncode == 2
    assert message in done.stderr
    assert len(api.requests) < 14
    state = json.loads(cli("status", "--url", url, "--json").stdout)
    assert (state["pending"], state["due"], state["waiting"], state["given_up"]) == (14, 14, 0, 0)


def test_what_it_refuses_for_some_documents_is_theirs(cli: Call, url: str, api: ChatAPI) -> None:
    api.reply = lambda body: refusal(400, "no") if "Basra" in json.dumps(body["messages"]) else learner(body)
    documents = [
        messages_document(f"{n:02}", "Which river flows through Basra?" if n % 2 else QUESTION) for n in range(8)
    ]
    fill(url, "qa_pairs", *documents)
    assert cli("enhance", "--url", url, *models(api), "--concurrency", "3").returncode == 1
    state = json.loads(cli("status", "--url", url, "--json").stdout)
    assert (state["enhanced"], state["waiting"]) == (4, 4)


def test_a_student_that_cannot_be_reached_gives_69(api: ChatAPI, either: Enhance) -> None:
    done = either([messages_document("a")], "--student-url", UNREACHABLE)
    assert done.code == 69
    assert "error: http://127.0.0.1:1/v1 cannot be reached (connection refused). Is the URL right" in done.err
    assert all(document["metadata"] == {"thinking": "thin"} for document in done.documents)


def test_an_output_that_cannot_be_written_gives_2(cli: Call, tmp_path: Path, api: ChatAPI) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", messages_document("a"))
    done = cli("enhance-thinking", source, tmp_path / "no" / "folder.jsonl", *models(api))
    assert done.returncode == 2
    assert "cannot write" in done.stderr
    assert api.requests == []


def test_hostile_text_is_shown_as_text(cli: Call, tmp_path: Path, api: ChatAPI) -> None:
    api.reply = lambda body: "[red]\x1b[31mno JSON" if body["model"] == "teacher" else learner(body)
    source = write_jsonl(tmp_path / "[bold].jsonl", messages_document("a", QUESTION))
    done = cli("enhance-thinking", source, tmp_path / "out.jsonl", *models(api))
    assert done.returncode == 1
    assert "[red]" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert "[bold].jsonl" in done.stdout
