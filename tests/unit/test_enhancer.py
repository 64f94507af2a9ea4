"""The façade end to end over a real HTTP model server; the same with the real small LLM is in tests/e2e."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from arango_thinking import Selection, StudentTeacherConfig, ThinkingEnhancer
from arango_thinking.choices import OnDuplicate
from arango_thinking.errors import ConfigurationError, InputError
from arango_thinking.settings import database_settings
from arango_thinking.store import Store
from tests.chat_api import Body, ChatAPI, review

SEED: dict[str, Any] = {
    "messages": [
        {"role": "system", "content": "Document: space_cybersecurity. Section: introduction"},
        {"role": "user", "content": "What are the main vulnerabilities in satellite communications?"},
        {
            "role": "assistant",
            "content": "The main vulnerabilities include signal interception, jamming, and spoofing attacks.",
        },
    ],
    "metadata": {"thinking": "Basic single-pass reasoning", "question_type": "FACTUAL", "confidence": 0.95},
}


def question(number: int) -> dict[str, Any]:
    """A document whose answer is its number, so that results can be told apart."""
    return {
        "_key": f"q{number:03}",
        "messages": [
            {"role": "user", "content": f"Which number has item {number:03} of the list?"},
            {"role": "assistant", "content": str(1000 + number)},
        ],
        "metadata": {"thinking": f"thin {number}", "kept": [number]},
    }


def number_asked(body: Body) -> int:
    text = str(body["messages"])
    return int(text.split("has item ")[1][:3])


def solves_at_second(body: Body) -> str:
    """A student that is wrong at first and right after the hint; later documents answer sooner."""
    number = number_asked(body)
    tried = "Aha! " in str(body["messages"])
    return f"I look at item {number}.\nAnswer: {1000 + number if tried else 7}"


def config(api: ChatAPI, **values: Any) -> StudentTeacherConfig:
    return StudentTeacherConfig(**({"student_model": "student", "student_url": api.url} | values))


def write(path: Path, *lines: object) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" if not isinstance(line, str) else line for line in lines))
    return path


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


async def test_the_seeds_line_comes_out_in_the_seeds_format(api: ChatAPI, tmp_path: Path) -> None:
    api.script(
        "Let me go step by step. Signals travel far.\nAnswer: hackers",
        "Operational aspects count too.\nAnswer: signal interception, jamming and spoofing attacks",
    )
    out = tmp_path / "out.jsonl"
    stats = await ThinkingEnhancer(config(api)).enhance_dataset(write(tmp_path / "in.jsonl", SEED), out, max_samples=10)
    (line,) = read(out)
    assert line["messages"] == SEED["messages"]
    metadata = line["metadata"]
    assert {name: metadata[name] for name in ("question_type", "confidence")} == {
        "question_type": "FACTUAL",
        "confidence": 0.95,
    }
    assert metadata["original_thinking"] == "Basic single-pass reasoning"
    assert "\n\nAha! " in metadata["thinking"]
    assert (metadata["thinking_iterations"], metadata["thinking_converged"]) == (2, True)
    assert (stats["total_examples"], stats["enhanced_examples"]) == (1, 1)
    assert (stats["average_iterations"], stats["convergence_rate"]) == (2.0, 1.0)


async def test_order_is_kept_whatever_ends_first(api: ChatAPI, tmp_path: Path) -> None:
    api.reply = solves_at_second
    source = write(tmp_path / "in.jsonl", *(question(number) for number in range(40)))
    stats = await ThinkingEnhancer(config(api, batch_size=16)).enhance_dataset(source, tmp_path / "out.jsonl")
    lines = read(tmp_path / "out.jsonl")
    assert [line["_key"] for line in lines] == [f"q{number:03}" for number in range(40)]
    assert all(f"item {int(line['_key'][1:])}." in line["metadata"]["thinking"] for line in lines)
    assert stats["written"] == 40


async def test_a_bad_line_is_reported_with_its_number_and_the_rest_go_on(api: ChatAPI, tmp_path: Path) -> None:
    api.reply = solves_at_second
    source = write(tmp_path / "in.jsonl", question(1), "{broken\n", "\n", question(2), '{"instruction": "x"}\n')
    stats = await ThinkingEnhancer(config(api)).enhance_dataset(source, tmp_path / "out.jsonl")
    assert stats["rejected_lines"] == 2
    assert [reason["source"] for reason in stats["reasons"]] == ["line 2", "line 5"]
    assert "not JSON" in stats["reasons"][0]["reason"]
    assert len(read(tmp_path / "out.jsonl")) == 2


async def test_what_is_enhanced_or_cannot_be_comes_out_as_it_went_in(api: ChatAPI, tmp_path: Path) -> None:
    api.reply = solves_at_second
    done = question(1)
    done["metadata"] |= {"original_thinking": "first", "thinking_iterations": 2, "thinking_converged": False}
    two_turns = question(2)
    two_turns["messages"] = two_turns["messages"] * 2
    source = write(tmp_path / "in.jsonl", done, two_turns, question(3))
    stats = await ThinkingEnhancer(config(api)).enhance_dataset(source, tmp_path / "out.jsonl")
    assert read(tmp_path / "out.jsonl")[:2] == [done, two_turns]
    assert (stats["total_examples"], stats["unchanged"], stats["written"]) == (1, 2, 1)


async def test_the_output_appears_whole_or_not_at_all(api: ChatAPI, tmp_path: Path) -> None:
    old = tmp_path / "out.jsonl"
    old.write_text("old\n")
    enhancer = ThinkingEnhancer(config(api))
    with pytest.raises(InputError):
        await enhancer.enhance_dataset(tmp_path / "nowhere.jsonl", old)
    task = asyncio.create_task(enhancer.enhance_dataset(write(tmp_path / "in.jsonl", question(1)), old))
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert old.read_text() == "old\n"
    assert {path.name for path in tmp_path.iterdir()} == {"in.jsonl", "out.jsonl"}


async def test_max_samples(api: ChatAPI, tmp_path: Path) -> None:
    api.reply = solves_at_second
    source = write(tmp_path / "in.jsonl", *(question(number) for number in range(9)))
    stats = await ThinkingEnhancer(config(api)).enhance_dataset(source, tmp_path / "out.jsonl", max_samples=4)
    assert stats["total_examples"] == len(read(tmp_path / "out.jsonl")) == 4


async def test_a_teacher_that_writes_garbage_fails_the_document_and_nothing_is_enhanced(
    api: ChatAPI, tmp_path: Path
) -> None:
    api.reply = lambda body: "garbage" if body["model"] == "gpt-teacher" else "Hm.\nAnswer: 7"
    given = config(api, teacher_model="gpt-teacher", teacher_url=api.url)
    source = write(tmp_path / "in.jsonl", question(1))
    stats = await ThinkingEnhancer(given).enhance_dataset(source, tmp_path / "out.jsonl")
    assert (stats["failed"], stats["written"], stats["enhanced_examples"]) == (1, 0, 0)
    assert read(tmp_path / "out.jsonl") == [question(1)]
    assert "ReviewReply" in stats["reasons"][0]["reason"]


async def test_unconverged_examples_are_written_or_left(api: ChatAPI, tmp_path: Path) -> None:
    api.reply = lambda body: f"Round {len(str(body['messages']))}.\nAnswer: 7"
    source = write(tmp_path / "in.jsonl", question(1))
    stats = await ThinkingEnhancer(config(api)).enhance_dataset(source, tmp_path / "out.jsonl")
    assert read(tmp_path / "out.jsonl")[0]["metadata"]["thinking_converged"] is False
    assert stats["convergence_rate"] == 0.0
    skipping = ThinkingEnhancer(config(api, on_unconverged="skip"))
    stats = await skipping.enhance_dataset(source, tmp_path / "out.jsonl")
    assert read(tmp_path / "out.jsonl") == [question(1)]
    assert (stats["unchanged"], stats["convergence_rate"]) == (1, 0.0)


async def test_save_iterations_adds_the_turns(api: ChatAPI, tmp_path: Path) -> None:
    api.reply = solves_at_second
    source = write(tmp_path / "in.jsonl", question(1))
    await ThinkingEnhancer(config(api, save_iterations=True)).enhance_dataset(source, tmp_path / "out.jsonl")
    details = read(tmp_path / "out.jsonl")[0]["metadata"]["thinking_iterations_detail"]
    assert [detail["correct"] for detail in details] == [False, True]


# ---------------------------------------------------------------------- the twin on ArangoDB


@pytest.fixture
def questions(store: Store) -> Store:
    store.create_collection("qa_pairs", edge=False)
    store.import_documents("qa_pairs", [question(number) for number in range(12)], OnDuplicate.ERROR)
    return store


def documents(store: Store) -> dict[str, dict[str, Any]]:
    return {document["_key"]: document for document in store.export(Selection("qa_pairs"))}


async def test_a_collection_is_enhanced_in_place(api: ChatAPI, questions: Store, url: str) -> None:
    api.reply = solves_at_second
    enhancer = ThinkingEnhancer(config(api), database_settings(url))
    stats = await enhancer.enhance_collection("qa_pairs")
    assert (stats["selected"], stats["written"], stats["failed"]) == (12, 12, 0)
    for key, document in documents(questions).items():
        before = question(int(key[1:]))
        assert document["messages"] == before["messages"]
        metadata = document["metadata"]
        assert metadata["original_thinking"] == before["metadata"]["thinking"]
        assert metadata["kept"] == before["metadata"]["kept"]
        assert metadata["thinking_iterations"] == 2
    again = await enhancer.enhance_collection("qa_pairs")
    assert (again["selected"], again["written"]) == (0, 0)


async def test_every_selected_document_is_accounted_for(api: ChatAPI, questions: Store, url: str) -> None:
    two_turns = question(900)
    two_turns["messages"] = two_turns["messages"] * 2
    questions.import_documents("qa_pairs", [two_turns], OnDuplicate.ERROR)

    def reply(body: Body) -> str:
        return "" if number_asked(body) == 3 else solves_at_second(body)

    api.reply = reply
    stats = await ThinkingEnhancer(config(api), database_settings(url)).enhance_collection("qa_pairs")
    ended = [stats[name] for name in ("written", "unchanged", "conflicted", "failed", "deferred")]
    assert ended == [11, 1, 0, 1, 0]
    assert stats["selected"] == sum(ended) == 13
    assert {reason["source"] for reason in stats["reasons"]} == {"qa_pairs/q003", "qa_pairs/q900"}
    (failure,) = questions._database.collection("thinking_failures")
    assert (failure["document"], failure["error"], failure["attempts"]) == ("qa_pairs/q003", "BadReplyError", 1)


async def test_an_edit_during_the_dialogue_is_never_overwritten(api: ChatAPI, questions: Store, url: str) -> None:
    """The question of one document and another field of a second one change while the model thinks."""
    other = Store.connect(database_settings(url))
    edited: set[int] = set()

    def reply(body: Body) -> str:
        number = number_asked(body)
        if number in (4, 5) and number not in edited:
            edited.add(number)
            change = {"messages": [*question(4)["messages"][:1], {"role": "assistant", "content": "changed"}]}
            other._database.collection("qa_pairs").update(
                {"_key": f"q{number:03}", **(change if number == 4 else {"reviewed": True})}
            )
        return solves_at_second(body)

    api.reply = reply
    stats = await ThinkingEnhancer(config(api), database_settings(url)).enhance_collection("qa_pairs")
    other.close()
    assert (stats["written"], stats["conflicted"]) == (11, 1)
    now = documents(questions)
    assert now["q004"]["messages"][1]["content"] == "changed"
    assert "thinking_iterations" not in now["q004"]["metadata"]
    assert now["q005"]["reviewed"] is True
    assert now["q005"]["metadata"]["thinking_iterations"] == 2


async def test_limit_filter_and_dry_run(api: ChatAPI, questions: Store, url: str) -> None:
    api.reply = solves_at_second
    enhancer = ThinkingEnhancer(config(api), database_settings(url))
    dry = await enhancer.enhance_collection("qa_pairs", dry_run=True)
    assert (dry["selected"], dry["deferred"], dry["written"]) == (12, 12, 0)
    assert api.requests == []
    assert (await enhancer.enhance_collection("qa_pairs", limit=2))["written"] == 2
    filtered = await enhancer.enhance_collection(Selection("qa_pairs", filter="doc._key >= 'q010'"))
    assert filtered["written"] == 2
    assert sum("thinking_iterations" in document["metadata"] for document in documents(questions).values()) == 4


async def test_what_is_finished_is_written_when_the_run_is_cut(api: ChatAPI, questions: Store, url: str) -> None:
    def reply(body: Body) -> str:
        if number_asked(body) >= 6:
            raise RuntimeError("the server breaks down")
        return solves_at_second(body)

    api.reply = reply
    enhancer = ThinkingEnhancer(config(api, batch_size=2, request_timeout=5.0), database_settings(url))
    run = asyncio.create_task(enhancer.enhance_collection("qa_pairs"))
    while sum(number_asked(body) >= 6 for body in api.requests) < 2:
        await asyncio.sleep(0.05)
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    enhanced = [key for key, document in documents(questions).items() if "original_thinking" in document["metadata"]]
    assert enhanced == [f"q{number:03}" for number in range(6)]
    (last,) = questions.last_runs("qa_pairs", 1)
    assert last["status"] == "interrupted"
    assert last["statistics"]["deferred"] == last["statistics"]["selected"] - 6


async def test_an_unknown_collection_is_refused(api: ChatAPI, url: str) -> None:
    with pytest.raises(ConfigurationError, match="no collection 'nowhere'"):
        await ThinkingEnhancer(config(api), database_settings(url)).enhance_collection("nowhere")


async def test_a_separate_judge_is_asked_in_calls_of_its_own(api: ChatAPI, tmp_path: Path) -> None:
    api.reply = lambda body: (
        review("incorrect", "Aha! Look at the list again.")
        if body["model"] in ("gpt-judge", "gpt-teacher")
        else f"Round {len(str(body['messages']))}.\nAnswer: 7"
    )
    given = config(api, teacher_model="gpt-teacher", judge_model="gpt-judge", teacher_url=api.url, max_iterations=2)
    await ThinkingEnhancer(given).enhance_dataset(write(tmp_path / "in.jsonl", question(1)), tmp_path / "out.jsonl")
    asked = [body["model"] for body in api.requests]
    assert asked.count("gpt-judge") == 2
    assert asked.count("gpt-teacher") == 2
    temperatures = {body["model"]: body["temperature"] for body in api.requests}
    assert temperatures == {"student": 0.7, "gpt-judge": 0.0, "gpt-teacher": 0.8}


async def test_batch_size_bounds_what_is_in_flight(api: ChatAPI, tmp_path: Path) -> None:
    api.reply = solves_at_second
    source = write(tmp_path / "in.jsonl", *(question(number) for number in range(20)))
    await ThinkingEnhancer(config(api, batch_size=3)).enhance_dataset(source, tmp_path / "out.jsonl")
    assert api.most_in_flight <= 3
