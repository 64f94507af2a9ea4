"""A JSONL file through dialogues over a real HTTP model server."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from arango_thinking import ThinkingEnhancer
from arango_thinking.errors import ConfigurationError, InputError
from tests.chat_api import ChatAPI
from tests.numbered import config, question, read, solves_at_second, write


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
    api.delay = 0.2
    with pytest.raises(InputError):
        await enhancer.enhance_dataset(tmp_path / "nowhere.jsonl", old)
    api.delay = 0.3
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
    given = config(api, teacher_model="gpt-teacher", teacher_url=api.url, check_judge=False)
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


async def test_the_input_is_never_replaced(api: ChatAPI, tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", question(1), question(2))
    before = source.read_bytes()
    with pytest.raises(ConfigurationError, match="is the input"):
        await ThinkingEnhancer(config(api)).enhance_dataset(source, tmp_path / "." / "in.jsonl", max_samples=1)
    assert source.read_bytes() == before


async def test_progress_moves_from_the_first_call_on(api: ChatAPI, tmp_path: Path) -> None:
    api.reply = solves_at_second
    source = write(tmp_path / "in.jsonl", question(1))
    seen: list[tuple[int, int]] = []
    await ThinkingEnhancer(config(api)).enhance_dataset(
        source,
        tmp_path / "out.jsonl",
        progress=lambda statistics: seen.append((statistics.done, statistics.under_way.calls)),
    )
    assert seen[0] == (0, 1)
    assert seen[-1] == (1, len(api.requests))
