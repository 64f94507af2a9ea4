"""A provider that misbehaves at every third call: each document is enhanced, or recorded as failed with its reason."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import Any

import pytest

from arango_thinking import Selection, StudentTeacherConfig, ThinkingEnhancer
from arango_thinking.choices import OnDuplicate
from arango_thinking.settings import database_settings
from arango_thinking.store.store import Store
from tests.dialogues import CALLS, TURNS, document, is_review, number_of, react, turn_of
from tests.raw_api import Body, RawAPI, Reaction, failed, said

DOCUMENTS = 300
RATE = 0.3
FAULTS = {
    "429": failed(429, "slow down", Retry_After="0.2"),
    "500": failed(500, "oops"),
    "503": failed(503, "overloaded"),
    "reset": said("42", ending="reset"),
    "cut": said("42", ending="cut"),
    "stall": said("42", ending="stall"),
    "garbled": Reaction(b'{"choices": [{"index": 0, "mess'),
    "empty": Reaction(b'{"object": "chat.completion", "choices": []}'),
}
#: Documents that no try helps, and what is to be recorded of them.
HOPELESS = {
    7: (failed(500, "always"), "answers 500 (always)"),
    77: (failed(400, "context too long"), "context too long"),
    177: (Reaction(b"{}"), "answers without a choice"),
}


class Misbehaving:
    """The dialogues of `tests.dialogues`, with faults drawn anew for each try."""

    def __init__(self) -> None:
        self.met: Counter[str] = Counter()
        self._tries: Counter[tuple[int, bool, int]] = Counter()

    def __call__(self, body: Body) -> Reaction:
        number = number_of(body)
        if number in HOPELESS:
            self.met["hopeless"] += 1
            return HOPELESS[number][0]
        call = (number, is_review(body), turn_of(body))
        self._tries[call] += 1
        drawn = random.Random(f"{call} {self._tries[call]}")
        if drawn.random() >= RATE:
            self.met["answered"] += 1
            return react(body, delay=0.005)
        fault = drawn.choice(list(FAULTS))
        self.met[fault] += 1
        return FAULTS[fault]


@pytest.mark.slow
async def test_every_document_is_accounted_for(store: Store, url: str) -> None:
    store.create_collection("qa_pairs", edge=False)
    store.import_documents("qa_pairs", [document(number) for number in range(DOCUMENTS)], OnDuplicate.ERROR)
    provider = Misbehaving()
    with RawAPI(provider) as api:
        config = StudentTeacherConfig(
            student_model="student",
            student_url=api.url,
            teacher_model="teacher",
            teacher_url=api.url,
            check_judge=False,
            batch_size=32,
            request_timeout=0.5,
        )
        async with asyncio.timeout(300):
            stats = await ThinkingEnhancer(config, database_settings(url)).enhance_collection("qa_pairs")

    good = DOCUMENTS - len(HOPELESS)
    assert (stats["selected"], stats["written"], stats["failed"]) == (DOCUMENTS, good, len(HOPELESS))
    assert stats["unchanged"] == stats["conflicted"] == stats["deferred"] == 0
    assert stats["stop_reasons"] == {"correct": good}
    assert all(provider.met[fault] for fault in FAULTS)
    # What was answered was paid once, and counted once.
    assert provider.met["answered"] == good * CALLS
    assert sum(usage["calls"] for usage in stats["usage"].values()) == good * CALLS
    assert sum(usage["completion_tokens"] for usage in stats["usage"].values()) == 5 * good * CALLS
    _check_documents(store)
    _check_failures(store, stats)


def _check_documents(store: Store) -> None:
    for stored in store.export(Selection("qa_pairs")):
        metadata = stored["metadata"]
        number = int(stored["_key"][1:])
        if number in HOPELESS:
            assert metadata == {"thinking": f"thin {number}"}
        else:
            assert (metadata["thinking_iterations"], metadata["thinking_converged"]) == (TURNS, True)
            assert metadata["original_thinking"] == f"thin {number}"
            assert f"of {number}" in metadata["thinking"]


def _check_failures(store: Store, stats: dict[str, Any]) -> None:
    told = {reason["source"]: reason["reason"] for reason in stats["reasons"]}
    recorded = {
        record["document"]: record for record in store.connection.database.collection("thinking_failures").all()
    }
    assert len(told) == len(HOPELESS)
    for number, (_, reason) in HOPELESS.items():
        source = f"qa_pairs/q{number:05}"
        assert reason in told[source]
        assert reason in str(recorded[source])
