"""What is paid for is kept: after `kill -9` a run pays again for what was in flight at most; caps hold."""

from __future__ import annotations

import json
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from arango_thinking.choices import OnDuplicate
from arango_thinking.settings import database_settings
from arango_thinking.store.records import Selection
from arango_thinking.store.store import Store
from tests.chat_api import Body, ChatAPI, review

IN_FLIGHT = 64
#: Attempts until a student of this API is right: a dialogue takes this many calls of each side, and a verification.
RIGHT_AT = 3


def reply(body: Body) -> str:
    """A student that is right at its third attempt; a teacher that sees it."""
    said = json.dumps(body["messages"])
    number = re.search(r"question number (\d+)", said)
    assert number is not None
    attempts = said.count("Aha!") + 1
    if body["model"] == "student":
        answer = "right" if attempts >= RIGHT_AT else "wrong"
        return f"Attempt {attempts} at {number[1]}, thought over once more.\nAnswer: {answer}"
    return review("correct" if "Answer: right" in said else "incorrect", "Aha! I should count the steps again.")


@pytest.fixture
def counting(api: ChatAPI) -> ChatAPI:
    api.reply = reply
    api.delay = 0.05
    return api


def question(number: int) -> dict[str, str]:
    asked = f"What is question number {number}?"
    return {"_key": f"q{number:04}", "question": asked, "answer": "the full statement of it", "thinking": "thin"}


def fill(url: str, count: int) -> None:
    store = Store.connect(database_settings(url))
    store.create_collection("qa_pairs", edge=False)
    asked = [
        {
            "_key": f"q{number:04}",
            "question": f"What is question number {number}?",
            "answer": "the full statement of it",
        }
        for number in range(count)
    ]
    store.import_documents("qa_pairs", [{**one, "thinking": "thin"} for one in asked], OnDuplicate.ERROR)
    store.close()


def command(url: str, api: ChatAPI, *more: str) -> list[str]:
    student = ["--student", "student", "--student-url", api.url]
    teacher = ["--teacher", "teacher", "--teacher-url", api.url, "--skip-judge-check", "--first-try", "keep"]
    flags = ["--json", "--concurrency", str(IN_FLIGHT), "--url", url, *more]
    return [sys.executable, "-m", "arango_thinking", "enhance", *student, *teacher, *flags]


def enhance(url: str, api: ChatAPI, *more: str) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(command(url, api, *more), capture_output=True, text=True, timeout=300, check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def killed(url: str, api: ChatAPI, after_calls: int) -> bool:
    """Start a run and kill it once the API was called so many times more; False when it ended before."""
    before = len(api.requests)
    process = subprocess.Popen(command(url, api), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        if len(api.requests) - before >= after_calls:
            process.send_signal(signal.SIGKILL)
            process.wait()
            time.sleep(2 * api.delay)  # the API still answers what was in flight
            return True
        time.sleep(0.002)
    return False


def documents(url: str) -> list[dict[str, Any]]:
    store = Store.connect(database_settings(url))
    found = list(store.export(Selection("qa_pairs")))
    store.close()
    return found


@pytest.mark.slow
def test_kill_9_costs_what_was_in_flight_at_most(counting: ChatAPI, tmp_path: Path) -> None:
    count, kills = 200, 30
    undisturbed_url, url = (f"embedded:{tmp_path / name}.db" for name in ("undisturbed", "killed"))
    fill(undisturbed_url, count)
    code, figures = enhance(undisturbed_url, counting)
    assert (code, figures["written"]) == (0, count)
    undisturbed = len(counting.requests)
    assert undisturbed == 2 * RIGHT_AT * count

    counting.requests.clear()
    fill(url, count)
    chance = random.Random(count)
    done = sum(killed(url, counting, chance.randrange(1, 2 * undisturbed // (kills + 1))) for _ in range(kills))
    code, _ = enhance(url, counting)
    assert code == 0
    paid = len(counting.requests)
    print(f"{undisturbed} calls undisturbed, {paid} with {done} kills and {IN_FLIGHT} in flight")
    assert undisturbed <= paid <= undisturbed + IN_FLIGHT * done
    assert done > 0
    for document in documents(url):
        assert (document["thinking_iterations"], document["thinking_converged"]) == (RIGHT_AT, True)
        assert document["original_thinking"] == "thin"


def test_a_cap_on_cost_is_kept_and_the_rest_is_left(counting: ChatAPI, tmp_path: Path) -> None:
    """A call costs 10 + 5 * 10 = 60 millionths of a dollar here."""
    url = f"embedded:{tmp_path / 'capped'}.db"
    fill(url, 20)
    prices = ["--price", "student=1,10", "--price", "teacher=1,10", "--concurrency", "128", "--max-new-tokens", "16"]
    code, figures = enhance(url, counting, "--max-cost", "0.004", *prices)
    assert code == 3
    assert len(counting.requests) * 60e-6 <= 0.004
    assert figures["cost"] == pytest.approx(len(counting.requests) * 60e-6)
    assert figures["selected"] == figures["written"] + figures["deferred"]
    assert figures["remaining"] == 20 - figures["written"] > 0
    code, figures = enhance(url, counting, "--max-cost", "1", *prices)
    assert (code, figures["remaining"]) == (0, None)
    assert figures["replayed_calls"] > 0
    assert len(counting.requests) == 2 * RIGHT_AT * 20


def test_a_cap_on_tokens(counting: ChatAPI, tmp_path: Path) -> None:
    url = f"embedded:{tmp_path / 'capped'}.db"
    fill(url, 10)
    code, figures = enhance(url, counting, "--max-tokens", "600", "--max-new-tokens", "16")
    assert code == 3
    assert len(counting.requests) * 15 <= 600
    assert figures["deferred"] > 0


def test_a_cap_needs_prices(counting: ChatAPI, tmp_path: Path) -> None:
    url = f"embedded:{tmp_path / 'capped'}.db"
    fill(url, 1)
    refused = subprocess.run(command(url, counting, "--max-cost", "1"), capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "--price 'teacher=PROMPT,COMPLETION'" in refused.stderr


def test_an_estimate_writes_nothing_and_its_calls_are_not_paid_again(counting: ChatAPI, tmp_path: Path) -> None:
    url = f"embedded:{tmp_path / 'estimated'}.db"
    fill(url, 12)
    prices = ["--price", "student=1,10", "--price", "teacher=1,10"]
    code, figures = enhance(url, counting, "--estimate", "4", *prices)
    assert code == 0
    assert (figures["sampled"], figures["documents"], figures["calls"]) == (4, 12, 2 * RIGHT_AT * 12)
    assert figures["cost"] == pytest.approx(2 * RIGHT_AT * 12 * 60e-6)
    assert all(document.get("thinking_iterations") is None for document in documents(url))
    enhance(url, counting, *prices)
    assert len(counting.requests) == 2 * RIGHT_AT * 12


def test_without_a_journal_calls_are_paid_again(counting: ChatAPI, tmp_path: Path) -> None:
    url = f"embedded:{tmp_path / 'estimated'}.db"
    fill(url, 4)
    for _ in range(2):
        enhance(url, counting, "--estimate", "4", "--no-journal")
    assert len(counting.requests) == 2 * 2 * RIGHT_AT * 4
