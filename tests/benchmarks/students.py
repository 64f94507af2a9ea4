"""Tokens a second of the default student, SmolLM2-135M-Instruct, by each local backend that is installed.

    python tests/benchmarks/students.py [--tokens 64] [--json]

The same questions, of mixed lengths, are asked 1, 4 and 16 at once, greedily; the tokens of all replies are divided
by the time until the last one is there, the reading of the prompts included; the best of three rounds counts. torch
computes in 32 bits on a CPU and llama.cpp in the 4 bits of the file, with at most 4 slots, as `enhance` opens it.
`torch_..._over_one` says what batches gain, `torch_over_llama_...` compares the backends. A backend that is not
installed is named with the reason.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from importlib.util import find_spec

from arango_thinking.choices import DEFAULT_STUDENT
from arango_thinking.llm.base import ChatModel, Message, Sampling
from arango_thinking.llm.resolve import ModelChoice, open_model
from arango_thinking.settings import Environment

TOGETHER = (1, 4, 16)
ROUNDS = 3
#: How a student is named for each backend, and the packages that it takes.
STUDENTS = {
    "torch": (f"torch:{DEFAULT_STUDENT}", ("torch", "transformers", "accelerate", "gguf")),
    "llama": (DEFAULT_STUDENT, ("xllamacpp",)),
}
EXTRAS = {"torch": "torch", "llama": "local"}
SENTENCE = "The river rises in the mountains and flows past the old town to the sea. "


def question(number: int) -> list[Message]:
    """One of up to 16 questions with passages of one to eight sentences."""
    passage = SENTENCE * (1 + number % 8)
    return [{"role": "user", "content": f"{passage}\n\nTell all that is known of river number {number}."}]


async def tokens_per_second(model: ChatModel, together: int, tokens: int) -> float:
    """Of `together` questions asked at once."""
    started = time.perf_counter()
    asked = (model.complete(question(number), Sampling(tokens, 0.0)) for number in range(together))
    replies = await asyncio.gather(*asked)
    return sum(reply.usage.completion_tokens for reply in replies) / (time.perf_counter() - started)


async def opened(backend: str) -> tuple[ChatModel, float]:
    """The student by one backend, warm, and the seconds it took to load."""
    started = time.perf_counter()
    choice = ModelChoice(STUDENTS[backend][0], slots=max(TOGETHER))
    model = await asyncio.to_thread(open_model, choice, Environment())
    seconds = time.perf_counter() - started
    await tokens_per_second(model, 1, 4)  # the first call pays for what is made once
    return model, seconds


async def measure(backends: Sequence[str], tokens: int) -> dict[str, float]:
    """Seconds to load, and the best speed of each number of questions."""
    models = {backend: await opened(backend) for backend in backends}
    numbers = {f"{backend}_load_seconds": round(seconds, 1) for backend, (_, seconds) in models.items()}
    for together in TOGETHER:
        # In turns, so that other work on the machine slows all alike.
        for backend, (model, _) in list(models.items()) * ROUNDS:
            name = f"{backend}_at_{together}"
            speed = await tokens_per_second(model, together, tokens)
            numbers[name] = max(numbers.get(name, 0.0), round(speed, 1))
    for model, _ in models.values():
        await model.aclose()
    return numbers


def missing(backend: str) -> str:
    """Why a backend cannot be measured, or nothing."""
    lacking = [package for package in STUDENTS[backend][1] if find_spec(package) is None]
    return f"{' and '.join(lacking)} not installed (extra '{EXTRAS[backend]}')" if lacking else ""


def ratios(numbers: dict[str, float]) -> dict[str, float]:
    """What batches gain, and one backend over the other."""
    pairs = {
        f"{backend}_{together}_over_one": (f"{backend}_at_{together}", f"{backend}_at_1")
        for backend in STUDENTS
        for together in TOGETHER[1:]
    }
    pairs |= {
        f"torch_over_llama_at_{together}": (f"torch_at_{together}", f"llama_at_{together}") for together in TOGETHER
    }
    return {
        name: round(numbers[one] / numbers[other], 2)
        for name, (one, other) in pairs.items()
        if one in numbers and other in numbers
    }


def main() -> None:
    """Measure what is installed, say what is not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, default=64, help="most tokens of one reply")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    skipped = {backend: reason for backend in STUDENTS if (reason := missing(backend))}
    numbers = asyncio.run(measure([backend for backend in STUDENTS if backend not in skipped], options.tokens))
    report: dict[str, object] = {**numbers, **ratios(numbers), "skipped": skipped}
    if options.json:
        print(json.dumps(report))
        return
    for name, value in report.items():
        print(f"{name:24} {value!s:>12}")


if __name__ == "__main__":
    main()
