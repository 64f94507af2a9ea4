"""The models of a run: which are opened, what they share, and what they are asked, seen from the APIs behind them."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from arango_thinking.choices import Continuation, FirstTry, OnUnconverged
from arango_thinking.documents.layouts import Document, Example, Layout
from arango_thinking.documents.trace import StopReason, Trace
from arango_thinking.errors import BudgetError, ConfigurationError, UnavailableError
from arango_thinking.llm.paid import ledger
from arango_thinking.runs.dialogues.models import file_journal, opened_dialogue
from arango_thinking.settings import DatabaseSettings, StudentTeacherConfig
from arango_thinking.store.connection import Patience
from arango_thinking.store.records import Selection
from arango_thinking.store.store import Store
from arango_thinking.usage import Usage
from tests.chat_api import Body, ChatAPI, chat, review
from tests.pretending import pretending

EXAMPLE = Example(
    source="line 1",
    layout=Layout.FLAT,
    question="Which river flows through Baghdad?",
    answer="The Tigris",
    evidence=("Baghdad lies on a river that rises in Turkey.",),
)
HINT = "Aha! I should look again at which country this is about."
RIGHT, WRONG = "The Tigris", "The Nile"
LLM_TEACHER = {"teacher_model": "teacher"}
LLM_JUDGE = {"judge_model": "judge"}
BOTH = {**LLM_TEACHER, **LLM_JUDGE}


def given(api: ChatAPI, **values: Any) -> StudentTeacherConfig:
    """A configuration whose models are all behind the scripted API, for two attempts."""
    urls = {"student_url": api.url, "teacher_url": api.url}
    return StudentTeacherConfig(**{"student_model": "student", **urls, "max_iterations": 2, **values})


def played(answer: str = WRONG) -> Callable[[Body], str]:
    """A student that never says the same twice but always answers the same, and who judges and hints at it."""
    numbers = itertools.count()

    def reply(body: Body) -> str:
        if _schema(body):
            return review("incorrect", HINT)
        return f"Thought number {next(numbers)} is of a river.\nAnswer: {answer}"

    return reply


@pytest.fixture
def api(api: ChatAPI) -> ChatAPI:
    api.reply = played()
    return api


async def run(config: StudentTeacherConfig, journal: DatabaseSettings | None = None, times: int = 1) -> list[Trace]:
    """Dialogues about the example, all at once."""
    async with opened_dialogue(config, journal) as dialogue:
        return list(await asyncio.gather(*(dialogue.run(EXAMPLE) for _ in range(times))))


def asked(api: ChatAPI) -> list[str]:
    """Who was asked, and for a reply of which schema."""
    return [" ".join(part for part in (body["model"], _schema(body)) if part) for body in api.requests]


def _schema(body: Body) -> str:
    name: str = body.get("response_format", {}).get("json_schema", {}).get("name", "")
    return name


def of(api: ChatAPI, model: str) -> list[Body]:
    return [body for body in api.requests if body["model"] == model]


# ---------------------------------------------------------------- which models are opened


@pytest.mark.parametrize(
    ("models", "turn"),
    [
        ({}, ["student"]),
        (LLM_TEACHER, ["student", "teacher ReviewReply"]),
        (BOTH, ["student", "judge JudgeReply", "teacher HintReply"]),
        ({**LLM_TEACHER, "judge_model": "teacher"}, ["student", "teacher ReviewReply"]),
        ({**LLM_TEACHER, "judge_model": "reference"}, ["student", "teacher HintReply"]),
        (LLM_JUDGE, ["student", "judge JudgeReply"]),
        ({"judge_model": "reference"}, ["student"]),
    ],
)
async def test_those_are_asked_that_are_configured(api: ChatAPI, models: dict[str, str], turn: list[str]) -> None:
    [trace] = await run(given(api, **models))
    assert trace.stop_reason is StopReason.MAX_ITERATIONS
    assert asked(api) == turn * 2


@pytest.mark.parametrize(
    ("models", "candidate"),
    [
        ({}, None),
        (LLM_TEACHER, "teacher"),
        (BOTH, "judge"),
        ({**LLM_TEACHER, "judge_model": "teacher"}, "teacher"),
        ({**LLM_TEACHER, "judge_model": "reference"}, None),
        (LLM_JUDGE, "judge"),
    ],
)
async def test_the_one_that_judges_is_the_one_to_be_tried(
    api: ChatAPI, models: dict[str, str], candidate: str | None
) -> None:
    async with opened_dialogue(given(api, **models)) as dialogue:
        assert (dialogue.candidate.name if dialogue.candidate else None) == candidate
    assert api.requests == []


@pytest.mark.parametrize(
    ("models", "method", "kinds"),
    [
        ({}, "matching", {"evidence", "cue"}),
        (LLM_TEACHER, "teacher", {"teacher"}),
        (BOTH, "judge", {"teacher"}),
        ({**LLM_TEACHER, "judge_model": "reference"}, "matching", {"teacher"}),
        (LLM_JUDGE, "judge", {"evidence", "cue"}),
    ],
)
async def test_the_judge_decides_and_the_teacher_hints(
    api: ChatAPI, models: dict[str, str], method: str, kinds: set[str]
) -> None:
    [trace] = await run(given(api, **models))
    assert {turn.verdict.method for turn in trace.turns} == {method}
    hint = trace.turns[0].hint
    assert hint is not None
    assert hint.kind in kinds


async def test_each_is_asked_in_its_own_way(api: ChatAPI) -> None:
    temperatures = {"student_temperature": 0.1, "teacher_temperature": 0.2, "judge_temperature": 0.3}
    await run(given(api, **BOTH, **temperatures, max_new_tokens=77))
    ways = {(body["model"], body["temperature"], body["max_tokens"]) for body in api.requests}
    assert ways == {("student", 0.1, 77), ("teacher", 0.2, 77), ("judge", 0.3, 77)}


async def test_a_teacher_that_judges_too_is_asked_in_the_teachers_way(api: ChatAPI) -> None:
    await run(given(api, **LLM_TEACHER, teacher_temperature=0.2, judge_temperature=0.3))
    assert {body["temperature"] for body in of(api, "teacher")} == {0.2}


async def test_calls_are_entered_for_the_part_that_a_model_plays(api: ChatAPI) -> None:
    with ledger.opened() as book:
        await run(given(api, **BOTH))
    assert {role: usage.calls for role, usage in book.total.items()} == {"student": 2, "judge": 2, "teacher": 2}


async def test_a_student_of_another_server_is_asked_there(api: ChatAPI) -> None:
    with ChatAPI() as students:
        students.reply = played()
        await run(given(api, **BOTH, student_url=students.url))
        assert set(asked(students)) == {"student"}
    assert {body["model"] for body in api.requests} == {"judge", "teacher"}


async def test_without_urls_all_are_asked_where_the_environment_says(
    api: ChatAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", api.url)
    names = {"student_model": "gpt-s", "teacher_model": "gpt-t", "judge_model": "gpt-j"}
    await run(given(api, **names, student_url=None, teacher_url=None))
    assert {body["model"] for body in api.requests} == {"gpt-s", "gpt-t", "gpt-j"}


async def test_a_students_name_may_be_a_local_models_where_an_api_serves_it(
    api: ChatAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", api.url)
    config = given(api, student_model="phi.gguf", student_url=None, use_local_student=False)
    await run(config)
    assert set(asked(api)) == {"phi.gguf"}
    with pytest.raises(ConfigurationError, match=r"no model file phi\.gguf"):
        await run(config.model_copy(update={"use_local_student": True}))


@pytest.mark.slow
async def test_a_local_student_is_loaded_and_needs_no_price(model_file: Path) -> None:
    config = StudentTeacherConfig(student_model=f"gguf:{model_file}", batch_size=1, max_cost=0.01)
    async with opened_dialogue(config) as dialogue:
        assert dialogue.candidate is None


@pytest.mark.parametrize(
    ("models", "says"),
    [
        ({"student_model": "reference"}, "'reference' is a teacher, not a student"),
        ({"student_model": "mystery", "student_url": None}, "'mystery' fits no backend"),
        ({"teacher_model": "mystery", "teacher_url": None}, "'mystery' fits no backend"),
        ({"judge_model": "mystery", "teacher_url": None}, "'mystery' fits no backend"),
        ({"teacher_model": "gpt-4o", "teacher_url": None}, "gpt-4o needs a key in OPENAI_API_KEY or TEACHER_API_KEY"),
    ],
)
async def test_a_model_that_cannot_be_opened_is_told_before_any_is_asked(
    api: ChatAPI, models: dict[str, Any], says: str
) -> None:
    with pytest.raises(ConfigurationError, match=says):
        await run(given(api, **models))
    assert api.requests == []


# ---------------------------------------------------------------- how the dialogue goes


@pytest.mark.parametrize(
    ("answer", "options", "attempts"),
    [
        (WRONG, {"max_iterations": 1}, 1),
        (WRONG, {"max_iterations": 3}, 3),
        (RIGHT, {"max_iterations": 3}, 2),
        (RIGHT, {"max_iterations": 3, "first_try": FirstTry.KEEP}, 1),
        (RIGHT, {"max_iterations": 3, "first_try": FirstTry.KEEP, "min_iterations": 3}, 3),
    ],
)
async def test_there_are_as_many_attempts_as_configured(
    api: ChatAPI, answer: str, options: dict[str, Any], attempts: int
) -> None:
    api.reply = played(answer)
    [trace] = await run(given(api, **options))
    assert len(of(api, "student")) == trace.iterations == attempts


@pytest.mark.parametrize("on_unconverged", OnUnconverged)
async def test_the_answer_is_shown_only_to_rationalize(api: ChatAPI, on_unconverged: OnUnconverged) -> None:
    await run(given(api, on_unconverged=on_unconverged))
    shown = [body for body in api.requests if EXAMPLE.answer in str(body["messages"])]
    assert bool(shown) is (on_unconverged is OnUnconverged.RATIONALIZE)


@pytest.mark.parametrize("sees_evidence", [True, False])
async def test_the_student_sees_the_evidence_if_it_may(api: ChatAPI, sees_evidence: bool) -> None:
    await run(given(api, student_sees_evidence=sees_evidence))
    assert ("rises in Turkey" in str(api.requests[0]["messages"])) is sees_evidence


async def test_only_the_student_goes_on_from_its_own_text_in_the_way_of_its_server(api: ChatAPI) -> None:
    await run(given(api, **BOTH, continuation=Continuation.VLLM))
    continued = {body["model"] for body in api.requests if "continue_final_message" in body}
    assert continued == {"student"}


# ---------------------------------------------------------------- what they share


@pytest.mark.parametrize("models", [{}, LLM_TEACHER, BOTH])
async def test_models_behind_one_url_keep_its_limits_together(api: ChatAPI, models: dict[str, str]) -> None:
    api.delay = 0.005
    await run(given(api, **models, batch_size=2), times=6)
    assert api.most_in_flight == 2


async def test_a_url_is_one_with_or_without_a_slash_at_its_end(api: ChatAPI) -> None:
    api.delay = 0.005
    await run(given(api, **LLM_TEACHER, batch_size=1, teacher_url=f"{api.url}/"), times=4)
    assert api.most_in_flight == 1


async def test_another_url_has_limits_of_its_own(api: ChatAPI) -> None:
    with ChatAPI() as students:
        students.reply = played()
        students.delay = api.delay = 0.05  # long enough that calls to the two meet, however slow the machine
        both_at_once: list[int] = []
        reply = played()
        students.reply = lambda body: both_at_once.append(api._in_flight) or reply(body)  # type: ignore[func-returns-value]
        await run(given(api, **LLM_TEACHER, student_url=students.url, batch_size=1), times=4)
        assert (students.most_in_flight, api.most_in_flight, max(both_at_once)) == (1, 1, 1)


async def test_calls_a_minute_are_of_all_models_together(api: ChatAPI) -> None:
    started = time.monotonic()
    await run(given(api, **LLM_TEACHER, max_iterations=1, requests_per_minute=600))
    assert len(api.requests) == 2
    assert time.monotonic() - started >= 0.1


async def test_tokens_a_minute_are_kept(api: ChatAPI) -> None:
    """The first call sets aside a second's tokens: the second one waits until its reply tells how few it took."""
    api.delay = 0.1
    await run(given(api, tokens_per_minute=60_000, max_new_tokens=1000, max_iterations=1), times=2)
    assert (len(api.requests), api.most_in_flight) == (2, 1)


class Endless(Response):
    """A reply that does not come."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        while (await receive())["type"] != "http.disconnect":
            pass


@pytest.mark.parametrize("slow", ["student", "judge", "teacher"])
async def test_a_call_that_takes_too_long_is_made_again(api: ChatAPI, slow: str) -> None:
    reply = played()
    api.reply = lambda body: Endless() if body["model"] == slow and len(of(api, slow)) == 1 else reply(body)
    await asyncio.wait_for(run(given(api, **BOTH, request_timeout=0.05, max_iterations=1)), 20)
    assert {model: len(of(api, model)) for model in ("student", "judge", "teacher")} == {
        **dict.fromkeys(("student", "judge", "teacher"), 1),
        slow: 2,
    }


async def test_all_models_spend_of_one_budget_of_tokens(api: ChatAPI) -> None:
    reply = played()

    def costly(body: Body) -> Any:
        said = chat(reply(body))
        said.body = said.body.replace(b'"total_tokens":15', b'"total_tokens":3000').replace(
            b'"prompt_tokens":10', b'"prompt_tokens":2995'
        )
        said.headers["content-length"] = str(len(said.body))
        return said

    api.reply = costly
    with pytest.raises(BudgetError, match="--max-tokens"):
        await run(given(api, **LLM_TEACHER, max_iterations=5, max_tokens=9000))
    assert asked(api) == ["student", "teacher ReviewReply", "student"]


async def test_all_models_spend_of_one_budget_of_money(api: ChatAPI) -> None:
    prices = {"student": (1.0, 1.0), "teacher": (1.0, 1.0)}
    with pytest.raises(BudgetError, match="--max-cost"):
        await run(given(api, **LLM_TEACHER, max_cost=0.000001, prices=prices))
    assert api.requests == []


@pytest.mark.parametrize(
    ("models", "priced", "lacking"),
    [
        ({}, [], "student"),
        (LLM_TEACHER, ["student"], "teacher"),
        (LLM_TEACHER, ["teacher"], "student"),
        (BOTH, ["student", "teacher"], "judge"),
    ],
)
async def test_a_most_that_a_run_may_cost_needs_the_price_of_every_model(
    api: ChatAPI, models: dict[str, str], priced: list[str], lacking: str
) -> None:
    prices = dict.fromkeys(priced, (1.0, 2.0))
    with pytest.raises(ConfigurationError, match=f"The price of {lacking} is not known"):
        await run(given(api, **models, max_cost=1.0, prices=prices))
    assert api.requests == []


async def test_each_model_has_the_price_that_was_given(api: ChatAPI) -> None:
    prices = {"student": (1.0, 0.0), "teacher": (0.0, 2.0)}
    with ledger.opened() as book:
        await run(given(api, **LLM_TEACHER, max_iterations=1, max_cost=1.0, prices=prices))
    assert book.total == {"student": Usage(10, 5, 1, 1e-5), "teacher": Usage(10, 5, 1, 1e-5)}


async def test_without_a_most_a_price_may_be_unknown(api: ChatAPI) -> None:
    with ledger.opened() as book:
        await run(given(api, max_iterations=1))
    assert book.total["student"].cost is None


# ---------------------------------------------------------------- families


@pytest.mark.parametrize(
    ("models", "judge"),
    [
        ({"student_model": "qwen3-0.6b", "teacher_model": "Qwen/Qwen3-32B"}, "Qwen/Qwen3-32B"),
        ({"student_model": "qwen3-0.6b", "judge_model": "Qwen/Qwen3-32B"}, "Qwen/Qwen3-32B"),
        ({"student_model": "gpt-4o-mini", "teacher_model": "phi-4", "judge_model": "gpt-4o"}, "gpt-4o"),
        ({"student_model": "qwen3-0.6b", "teacher_model": "Qwen/Qwen3-32B", "judge_model": "gpt-4o"}, None),
        ({"student_model": "qwen3-0.6b", "teacher_model": "Qwen/Qwen3-32B", "judge_model": "reference"}, None),
        ({"student_model": "qwen3-0.6b", "teacher_model": "gpt-4o"}, None),
        ({"student_model": "qwen3-0.6b"}, None),
    ],
)
async def test_a_judge_of_the_students_family_is_warned_of(
    api: ChatAPI, caplog: pytest.LogCaptureFixture, models: dict[str, str], judge: str | None
) -> None:
    with caplog.at_level(logging.WARNING):
        async with opened_dialogue(given(api, **models)):
            pass
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == (judge is not None)
    assert all("of one family" in one and models["student_model"] in one and f" {judge} " in one for one in said)


# ---------------------------------------------------------------- the journal


@pytest.fixture
def journal(tmp_path: Path) -> DatabaseSettings:
    """A file in a folder that is still to be made."""
    return DatabaseSettings(url=f"embedded:{tmp_path / 'deep' / 'down' / 'journal.db'}")


def calls(journal: DatabaseSettings) -> list[Document]:
    store = Store.connect(journal)
    found = list(store.export(Selection("thinking_calls")))
    store.close()
    return found


async def test_what_was_replied_is_not_paid_for_twice(api: ChatAPI, journal: DatabaseSettings) -> None:
    [first] = await run(given(api, **BOTH), journal)
    api.requests.clear()
    [second] = await run(given(api, **BOTH), journal)
    assert (second, api.requests) == (first, [])
    assert sorted(call["role"] for call in calls(journal)) == [
        "judge",
        "judge",
        "student",
        "student",
        "teacher",
        "teacher",
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"seed": 1},
        {"student_model": "another"},
        {"student_temperature": 0.1},
        {"continuation": Continuation.LLAMA},
        {"max_new_tokens": 77},
    ],
)
async def test_what_another_student_replied_does_not_count(
    api: ChatAPI, journal: DatabaseSettings, changed: dict[str, Any]
) -> None:
    await run(given(api, max_iterations=1), journal)
    await run(given(api, max_iterations=1, **changed), journal)
    assert len(calls(journal)) == len(api.requests) > 1


async def test_the_seed_is_the_teachers_too(api: ChatAPI, journal: DatabaseSettings) -> None:
    for seed in (0, 1):
        api.reply = lambda body: review("correct") if body["model"] == "teacher" else "A river.\nAnswer: The Nile"
        await run(given(api, **LLM_TEACHER, max_iterations=1, seed=seed), journal)
    assert len(of(api, "teacher")) == 2


async def test_without_a_journal_all_is_asked_again(api: ChatAPI, journal: DatabaseSettings, tmp_path: Path) -> None:
    for config, place in ((given(api), None), (given(api), None), (given(api, journal=False), journal)):
        await run(config, place)
    assert len(api.requests) == 6
    assert list(tmp_path.iterdir()) == []


async def test_calls_that_are_forgotten_are_made_anew(api: ChatAPI, journal: DatabaseSettings) -> None:
    async with opened_dialogue(given(api, max_iterations=1), journal) as dialogue:
        with ledger.opened() as book:
            await dialogue.run(EXAMPLE)
        await dialogue.run(EXAMPLE)
        assert len(api.requests) == 1
        await dialogue.forget(book.keys)
        await dialogue.run(EXAMPLE)
    assert len(api.requests) == 2


async def test_without_a_journal_there_is_nothing_to_forget(api: ChatAPI) -> None:
    async with opened_dialogue(given(api)) as dialogue:
        await dialogue.forget(["a"])


@pytest.mark.parametrize("days", [1, 30])
async def test_calls_are_kept_for_so_many_days(api: ChatAPI, journal: DatabaseSettings, days: int) -> None:
    await run(given(api, max_iterations=1, journal_days=days), journal)
    [call] = calls(journal)
    assert call["expires_at"] - time.time() == pytest.approx(days * 24 * 3600, abs=60)


async def test_a_journal_that_cannot_be_made_is_told_before_any_model_is_opened(api: ChatAPI, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no database")
    for place, problem in (("file/journal.db", "exists|Not a directory"), ("file", "not a database"), (".", "unable")):
        settings = DatabaseSettings(url=f"embedded:{tmp_path / place}")
        with pytest.raises(ConfigurationError, match=problem) as caught:
            await run(given(api, student_model="reference"), settings)
        said = str(caught.value)
        assert said.startswith(f"The journal cannot be kept in {settings.url}: ")
        assert "ARANGO_THINKING_JOURNAL" in said
        assert "--no-journal" in said


async def test_the_journal_is_closed_at_the_end(api: ChatAPI, journal: DatabaseSettings) -> None:
    folder = Path(journal.embedded_path or "").parent
    async with opened_dialogue(given(api), journal):
        assert len(list(folder.iterdir())) > 1
    assert [path.name for path in folder.iterdir()] == ["journal.db"]


async def test_a_journal_is_kept_in_a_server_too(api: ChatAPI, tmp_path: Path) -> None:
    with pretending(tmp_path) as (_, url):
        journal = DatabaseSettings(url=url)
        for _ in range(2):
            await run(given(api, max_iterations=1), journal)
        assert len(calls(journal)) == len(api.requests) == 1


async def test_a_journal_that_cannot_answer_is_waited_for_with_the_patience_given(api: ChatAPI, tmp_path: Path) -> None:
    patience = Patience(0.01)
    with pretending(tmp_path) as (server, url):
        async with opened_dialogue(given(api), DatabaseSettings(url=url), patience) as dialogue:
            away = {"code": 500, "error": True, "errorNum": 1457, "errorMessage": "timeout in cluster"}
            server.replies["POST /_api/cursor"] = away
            with pytest.raises(UnavailableError, match="timeout in cluster"):
                await dialogue.run(EXAMPLE)
    assert patience.stopping.is_set()
    assert api.requests == []


def test_runs_on_files_keep_their_journal_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ARANGO_THINKING_JOURNAL", str(tmp_path / "calls.db"))
    assert file_journal(StudentTeacherConfig()) == DatabaseSettings(url=f"embedded:{tmp_path / 'calls.db'}")
    monkeypatch.delenv("ARANGO_THINKING_JOURNAL")
    monkeypatch.setenv("ARANGO_THINKING_CACHE", str(tmp_path))
    kept = file_journal(StudentTeacherConfig())
    assert kept is not None
    assert kept.embedded_path == str(tmp_path / "journal.db")
