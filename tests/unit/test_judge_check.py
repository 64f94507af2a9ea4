"""A judge is tried before the first document, in a file and in a collection."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from arango_thinking import StudentTeacherConfig, ThinkingEnhancer
from arango_thinking.choices import OnDuplicate
from arango_thinking.errors import ConfigurationError
from arango_thinking.runs.dialogues.models import opened_dialogue
from arango_thinking.settings import database_settings
from arango_thinking.store.store import Store
from tests import judges
from tests.chat_api import Body, ChatAPI
from tests.numbered import config, question, solves_at_second, write
from tests.unit.cli.conftest import stored

Figures = dict[str, Any]
#: Enhances so many documents, at most `limit` of them, in a file or a collection.
Run = Callable[..., Awaitable[Figures]]


@pytest.fixture(params=["file", "collection"])
def run(request: pytest.FixtureRequest, tmp_path: Path, store: Store, url: str) -> Run:
    async def enhance(given: StudentTeacherConfig, number: int = 5, limit: int | None = None) -> Figures:
        rows = [question(row) for row in range(number)]
        if request.param == "file":
            source = write(tmp_path / "in.jsonl", "broken\n", *rows)
            return await ThinkingEnhancer(given).enhance_dataset(source, tmp_path / "out.jsonl", limit)
        store.create_collection("qa_pairs", edge=False)
        store.import_documents("qa_pairs", rows, OnDuplicate.IGNORE)
        return await ThinkingEnhancer(given, database_settings(url)).enhance_collection("qa_pairs", limit=limit)

    return enhance


def with_judge(judge: Callable[[Body], str]) -> Callable[[Body], str]:
    """A student that learns from hints, and this judge and teacher."""
    return lambda body: solves_at_second(body) if body["model"] == "student" else judge(body)


def given(api: ChatAPI, **values: Any) -> StudentTeacherConfig:
    return config(api, **({"teacher_model": "wise", "teacher_url": api.url} | values))


def controls(api: ChatAPI) -> list[Body]:
    """The calls made before the student was first asked anything."""
    models = [body["model"] for body in api.requests]
    return api.requests[: models.index("student") if "student" in models else len(models)]


async def test_a_fair_judge_is_tried_on_the_runs_own_documents(api: ChatAPI, run: Run) -> None:
    api.reply = with_judge(judges.fair)
    stats = await run(given(api))
    assert stats["written"] == 5
    tried = stats["judge_check"]
    assert (tried["judge"], tried["wrong_accepted"], tried["right_accepted"]) == ("wise", 0, 5)
    assert stats["usage"]["judge_check"]["calls"] == len(controls(api)) <= 16
    assert any("item 000" in json.dumps(body["messages"]) for body in controls(api))
    assert not any("item 004" in json.dumps(body["messages"]) for body in controls(api))


@pytest.mark.parametrize("judge", [judges.kind, judges.harsh, judges.prose])
async def test_a_judge_that_fails_is_refused_before_anything_is_done(
    judge: Callable[[Body], str], api: ChatAPI, run: Run, tmp_path: Path, url: str
) -> None:
    api.reply = with_judge(judge)
    with pytest.raises(ConfigurationError, match="The judge wise failed its trial"):
        await run(given(api))
    assert all(body["model"] == "wise" for body in api.requests)
    assert not (tmp_path / "out.jsonl").exists()
    if not (tmp_path / "in.jsonl").exists():
        assert [row["metadata"] for row in stored(url)] == [question(row)["metadata"] for row in range(5)]


async def test_the_check_can_be_left_out(api: ChatAPI, run: Run) -> None:
    api.reply = with_judge(judges.harsh)
    stats = await run(given(api, check_judge=False))
    assert stats["judge_check"] is None
    assert "judge_check" not in stats["usage"]
    assert controls(api) == []


async def test_a_separate_judge_is_tried_in_the_teachers_place(api: ChatAPI, run: Run) -> None:
    api.reply = with_judge(judges.fair)
    stats = await run(given(api, judge_model="just"))
    assert stats["judge_check"]["judge"] == "just"
    assert {body["model"] for body in controls(api)} == {"just"}


@pytest.mark.parametrize("values", [{"teacher_model": "reference"}, {"judge_model": "reference"}])
async def test_comparing_needs_no_trial(values: dict[str, Any], api: ChatAPI, run: Run) -> None:
    api.reply = with_judge(lambda _: json.dumps({"hint": judges.HINT}))
    stats = await run(given(api, **values))
    assert stats["judge_check"] is None
    assert stats["written"] == 5


@pytest.mark.parametrize(("number", "limit"), [(1, None), (5, 1)])
async def test_one_document_alone_is_not_enough_to_make_controls_of(
    number: int, limit: int | None, api: ChatAPI, run: Run
) -> None:
    api.reply = with_judge(judges.fair)
    assert (await run(given(api), number, limit))["judge_check"]["right_accepted"] == 5
    assert "leap year" in json.dumps([body["messages"] for body in controls(api)])
    assert "item 0" not in json.dumps([body["messages"] for body in controls(api)])


async def test_where_nothing_is_to_be_done_nobody_is_tried(api: ChatAPI, run: Run) -> None:
    api.reply = with_judge(judges.harsh)
    stats = await run(given(api), 0)
    assert stats["judge_check"] is None
    assert api.requests == []


async def test_the_run_is_recorded_with_the_trial_and_the_prompts(api: ChatAPI, store: Store, url: str) -> None:
    from arango_thinking.teaching.prompting import prompt_version

    api.reply = with_judge(judges.fair)
    store.create_collection("qa_pairs", edge=False)
    store.import_documents("qa_pairs", [question(row) for row in range(2)], OnDuplicate.ERROR)
    await ThinkingEnhancer(given(api), database_settings(url)).enhance_collection("qa_pairs")
    (recorded,) = stored(url, "thinking_runs")
    assert recorded["statistics"]["judge_check"]["right_accepted"] == 5
    assert recorded["prompt_version"] == prompt_version()
    assert {trace["prompt_version"] for trace in stored(url, "thinking_traces")} == {prompt_version()}


@pytest.mark.parametrize(
    ("models", "warned"),
    [
        ({"student_model": "qwen3-0.6b", "teacher_model": "Qwen/Qwen3-32B"}, True),
        ({"student_model": "qwen3-0.6b", "teacher_model": "Qwen/Qwen3-32B", "judge_model": "gpt-4o"}, False),
        ({"student_model": "qwen3-0.6b", "teacher_model": "reference"}, False),
    ],
)
async def test_a_judge_of_the_students_family_is_warned_of(
    models: dict[str, str], warned: bool, api: ChatAPI, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        async with opened_dialogue(given(api, **models)):
            pass
    assert ("of one family" in caplog.text) is warned
