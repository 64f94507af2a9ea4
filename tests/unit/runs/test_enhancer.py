"""The façade; with the real small LLM it is in tests/e2e."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from arango_thinking import ThinkingEnhancer
from tests.chat_api import ChatAPI, review
from tests.numbered import config, question, read, solves_at_second, write

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


async def test_a_separate_judge_is_asked_in_calls_of_its_own(api: ChatAPI, tmp_path: Path) -> None:
    api.reply = lambda body: (
        review("incorrect", "Aha! Look at the list again.")
        if body["model"] in ("gpt-judge", "gpt-teacher")
        else f"Round {len(str(body['messages']))}.\nAnswer: 7"
    )
    models = {"teacher_model": "gpt-teacher", "judge_model": "gpt-judge", "teacher_url": api.url}
    given = config(api, **models, max_iterations=2, check_judge=False)
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


async def test_requests_a_minute_are_of_student_and_teacher_together(api: ChatAPI, tmp_path: Path) -> None:
    """Four calls at 300 a minute: each but the first waits a fifth of a second."""
    api.reply = lambda body: review("correct") if body["model"] == "gpt-teacher" else "Thought.\nAnswer: 7"
    given = config(
        api,
        teacher_model="gpt-teacher",
        teacher_url=api.url,
        check_judge=False,
        first_try="keep",
        requests_per_minute=300,
        batch_size=4,
    )
    source = write(tmp_path / "in.jsonl", question(1), question(2))
    stats = await ThinkingEnhancer(given).enhance_dataset(source, tmp_path / "out.jsonl")
    assert len(api.requests) == 4
    assert 0.6 <= stats["seconds"] < 1.5


async def test_tokens_a_minute_are_kept(api: ChatAPI, tmp_path: Path) -> None:
    api.reply = lambda _: "Thought.\nAnswer: 7"
    api.delay = 0.3
    given = config(api, tokens_per_minute=60_000, max_iterations=1, max_new_tokens=400)
    source = write(tmp_path / "in.jsonl", question(1), question(2))
    stats = await ThinkingEnhancer(given).enhance_dataset(source, tmp_path / "out.jsonl")
    api.delay = 0.0
    assert stats["seconds"] >= 0.5  # the second waits until what the first reserved is settled


async def test_what_a_reasoning_model_thinks_is_part_of_the_thinking(api: ChatAPI, tmp_path: Path) -> None:
    api.reply = lambda _: "<think>The list begins at 1000.</think>The item is found.\nAnswer: 1001"
    out = tmp_path / "out.jsonl"
    await ThinkingEnhancer(config(api, first_try="keep")).enhance_dataset(
        write(tmp_path / "in.jsonl", question(1)), out
    )
    (line,) = read(out)
    assert line["metadata"]["thinking"] == "The list begins at 1000.\n\nThe item is found.\nAnswer: 1001"
