"""A collection through dialogues over a real HTTP model server, on the embedded database."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from arango_thinking import Selection, ThinkingEnhancer
from arango_thinking.choices import OnDuplicate
from arango_thinking.errors import ConfigurationError
from arango_thinking.settings import database_settings
from arango_thinking.store.history import History
from arango_thinking.store.store import Store
from tests.chat_api import Body, ChatAPI
from tests.numbered import config, number_asked, question, solves_at_second


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
    (failure,) = questions.connection.database.collection("thinking_failures")
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
            other.connection.database.collection("qa_pairs").update(
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
    (last,) = History(questions).runs(1, "qa_pairs")
    assert last["status"] == "interrupted"
    assert last["statistics"]["deferred"] == last["statistics"]["selected"] - 6


async def test_an_unknown_collection_is_refused(api: ChatAPI, url: str) -> None:
    with pytest.raises(ConfigurationError, match="no collection 'nowhere'"):
        await ThinkingEnhancer(config(api), database_settings(url)).enhance_collection("nowhere")
