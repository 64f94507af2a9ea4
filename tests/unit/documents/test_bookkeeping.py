"""What enhancement overwrites, kept before it and put back after it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from arango_thinking.documents.bookkeeping import ATTRIBUTES, before, restored
from arango_thinking.documents.layouts import Document, Layout, enhanced_copy, enhancement, read_example

MESSAGES = [{"role": "user", "content": "How many moons has Mars?"}, {"role": "assistant", "content": "Two."}]
DONE = {
    "thinking": "One. Aha! Two.",
    "original_thinking": None,
    "thinking_iterations": 2,
    "thinking_converged": True,
    "thinking_iterations_detail": [{"iteration": 1}],
}


def chat(*rest: Any, **more: Any) -> Document:
    """Messages, with what is given as `metadata`, or without any."""
    return {"_key": "k", "messages": MESSAGES, **({"metadata": rest[0]} if rest else {}), **more}


def flat(**more: Any) -> Document:
    return {"_key": "k", "question": "How many moons has Mars?", "answer": "Two.", **more}


def edge(**more: Any) -> Document:
    return flat(_from="moons/a", _to="planets/b", **more)


#: As they may lie in a collection before the first run.
PENDING = [
    chat(),
    chat(None),
    chat({}),
    chat({"thinking": "thin"}),
    chat({"thinking": None, "confidence": 0.9}),
    chat({"confidence": 0.9, "thinking": "thin", "topic": "moons"}, validated=True),
    chat({"original_thinking": "thin", "thinking": "half-way"}),
    flat(),
    flat(thinking="thin"),
    flat(thinking=None, metadata={"thinking": "another's"}),
    flat(thinking="thin", metadata=None, topic="moons"),
    edge(),
    edge(thinking="thin", weight=1),
]


def enhanced(document: Document) -> Document:
    """As a run leaves it that writes all it can write."""
    layout = layout_of(document)
    patch = enhancement(document, layout, thinking="One. Aha! Two.", iterations=2, converged=True)
    place = patch["metadata"] if layout is Layout.MESSAGES else patch
    place["thinking_iterations_detail"] = [{"iteration": 1}]
    return enhanced_copy(document, patch)


def layout_of(document: Document) -> Layout:
    return read_example(document, source="k").layout


def as_it_lies(document: Document) -> str:
    """The document with the order of its names."""
    return json.dumps(document)


@pytest.mark.parametrize("document", PENDING)
def test_an_enhanced_document_is_again_as_it_was_down_to_the_order_of_names(document: Document) -> None:
    done, layout = enhanced(document), layout_of(document)
    assert done != document
    assert as_it_lies(restored(done, layout, before(document, layout))) == as_it_lies(document)


@pytest.mark.parametrize("document", PENDING)
def test_a_document_that_is_as_it_was_stays_so(document: Document) -> None:
    layout = layout_of(document)
    assert as_it_lies(restored(document, layout, before(document, layout))) == as_it_lies(document)


@pytest.mark.parametrize("document", PENDING)
def test_a_second_enhancement_is_taken_back_to_the_first(document: Document) -> None:
    first, layout = enhanced(document), layout_of(document)
    second = json.loads(json.dumps(first).replace("Aha! Two.", "Aha! Three."))
    assert second != first
    assert as_it_lies(restored(second, layout, before(first, layout))) == as_it_lies(first)


@pytest.mark.parametrize(
    ("document", "layout", "place", "values"),
    [
        (chat(), Layout.MESSAGES, "none", {}),
        (chat(None), Layout.MESSAGES, "null", {}),
        (chat({}), Layout.MESSAGES, "object", {}),
        (chat({"thinking": "thin", "topic": "moons"}), Layout.MESSAGES, "object", {"thinking": "thin"}),
        (chat({"thinking": None}), Layout.MESSAGES, "object", {"thinking": None}),
        (chat({**DONE, "topic": "moons"}, thinking="of others"), Layout.MESSAGES, "object", DONE),
        (flat(topic="moons"), Layout.FLAT, "object", {}),
        (flat(**DONE, metadata={"thinking": "of others"}), Layout.FLAT, "object", DONE),
        (edge(thinking=None), Layout.EDGE, "object", {"thinking": None}),
    ],
)
def test_only_what_enhancement_writes_and_its_place_are_kept(
    document: Document, layout: Layout, place: str, values: Document
) -> None:
    assert before(document, layout) == {"place": place, "values": values}


def test_all_that_enhancement_writes_is_kept() -> None:
    for document in (chat({}), flat()):
        done = enhanced(document)
        written = done.get("metadata", done).keys() - document.keys()
        assert written == set(ATTRIBUTES)
        assert before(done, layout_of(done))["values"].keys() == written


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        (chat(), chat({**DONE, "topic": "moons"}, checked=True), chat({"topic": "moons"}, checked=True)),
        (chat(None), chat({"topic": "moons", **DONE}), chat({"topic": "moons"})),
        (chat({"topic": "moons"}), chat(DONE), chat({})),
        (chat({"thinking": "thin"}), chat({**DONE, "topic": "moons"}), chat({"thinking": "thin", "topic": "moons"})),
        (flat(), flat(**DONE, topic="moons"), flat(topic="moons")),
        (
            flat(thinking="thin"),
            {**flat(topic=1), "answer": "2", **DONE},
            {**flat(topic=1, thinking="thin"), "answer": "2"},
        ),
        (flat(), flat(metadata={"thinking": "of others"}, **DONE), flat(metadata={"thinking": "of others"})),
        (edge(), edge(weight=2, **DONE), edge(weight=2)),
    ],
)
def test_what_others_changed_since_stays(was: Document, now: Document, expected: Document) -> None:
    layout = layout_of(was)
    assert as_it_lies(restored(now, layout, before(was, layout))) == as_it_lies(expected)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (chat({"thinking": "thin"}), chat({})),
        (chat({"thinking": "thin"}), chat(None)),
        (chat({"thinking": "thin"}), chat()),
        (chat({}), chat()),
        (chat(None), chat()),
        (flat(thinking="thin"), flat()),
        (edge(thinking=None), edge()),
    ],
)
def test_what_was_removed_since_is_there_again(was: Document, now: Document) -> None:
    layout = layout_of(was)
    assert restored(now, layout, before(was, layout)) == was


@pytest.mark.parametrize("document", PENDING)
def test_what_is_kept_is_json_and_no_document_is_changed(document: Document) -> None:
    layout, text = layout_of(document), as_it_lies(document)
    kept = json.loads(json.dumps(before(document, layout)))
    done = enhanced(document)
    done_text = as_it_lies(done)
    assert restored(done, layout, kept) == document
    assert (as_it_lies(document), as_it_lies(done)) == (text, done_text)
