from __future__ import annotations

from typing import Any

import pytest

from arango_thinking.documents.beside import meant_by, options_of, passages_of, refuse_media, with_options
from arango_thinking.errors import DocumentError

PLANETS = {"A": "Mars", "B": "Venus", "C": "Jupiter"}


@pytest.mark.parametrize(
    "document",
    [
        {"choices": ["Mars", "Venus", "Jupiter"]},
        {"options": ["Mars", "Venus", "Jupiter"]},
        {"metadata": {"options": ["Mars", "Venus", "Jupiter"]}},
        {"options": {"A": "Mars", "B": "Venus", "C": "Jupiter"}},
        {"choices": {"text": ["Mars", "Venus", "Jupiter"], "label": ["A", "B", "C"]}},
        {"choices": {"text": ["Mars", "Venus", "Jupiter"]}},
        {
            "choices": [
                {"label": "A", "text": "Mars"},
                {"label": "B", "text": "Venus"},
                {"label": "C", "text": "Jupiter"},
            ]
        },
        {"choices": [{"text": "Mars"}, {"text": "Venus"}, {"text": "Jupiter"}]},
        {"A": "Mars", "B": "Venus", "C": "Jupiter"},
    ],
    ids=str,
)
def test_options_in_the_forms_that_data_sets_have(document: dict[str, Any]) -> None:
    assert options_of(document) == PLANETS


@pytest.mark.parametrize(
    "document",
    [{}, {"choices": None}, {"A": "Mars"}, {"B": "x", "C": "y"}, {"A": 1, "B": 2}, {"metadata": ["options"]}],
)
def test_no_options(document: dict[str, Any]) -> None:
    assert options_of(document) == {}


@pytest.mark.parametrize(
    "value", ["Mars or Venus", 3, [None, "Mars"], ["", "Mars"], [["Mars"]], {"A": None}, list("abcdefghijk")], ids=str
)
def test_what_no_options_can_be_read_in_names_its_field(value: Any) -> None:
    with pytest.raises(DocumentError, match="the question needs its `choices`"):
        options_of({"choices": value})


def test_numbers_are_options_too() -> None:
    assert options_of({"options": [4, 6.5]}) == {"A": "4", "B": "6.5"}


def test_options_stand_below_the_question() -> None:
    assert with_options("Which is largest? ", PLANETS) == "Which is largest?\nA) Mars\nB) Venus\nC) Jupiter"


def test_unless_it_tells_them_itself() -> None:
    question = "Which is largest: Mars, Venus or Jupiter?"
    assert with_options(question, PLANETS) == question
    assert with_options("Why?", {}) == "Why?"


@pytest.mark.parametrize(
    ("answer", "option"),
    [(2, "C) Jupiter"), (0, "A) Mars"), ("C", "C) Jupiter"), (" B ", "B) Venus"), ("Jupiter", None), (None, None)],
)
def test_the_option_that_an_answer_means(answer: Any, option: str | None) -> None:
    assert meant_by(answer, PLANETS) == option


def test_labels_may_be_numbers() -> None:
    options = options_of({"choices": {"text": ["Mars", "Venus"], "label": ["1", "2"]}})
    assert meant_by("2", options) == "B) Venus"


@pytest.mark.parametrize("answer", [3, -1, 0.5])
def test_a_place_without_an_option_is_refused(answer: float) -> None:
    with pytest.raises(DocumentError, match="there are 3 options, from 0"):
        meant_by(answer, PLANETS)


def test_a_number_without_options_is_an_answer() -> None:
    assert meant_by(3, {}) is None


@pytest.mark.parametrize(
    ("document", "passages"),
    [
        ({"context": "The boat is red."}, ["The boat is red."]),
        ({"contexts": ["The boat is red.", "It is old."]}, ["The boat is red.", "It is old."]),
        ({"passage": "The boat is red.", "context": None}, ["The boat is red."]),
        ({"evidence_blocks": ["The boat is red.", "b1f2"]}, ["The boat is red."]),
        ({"evidence_blocks": {"a": 1}, "context": " "}, []),
        ({"context": 0.8}, []),
    ],
    ids=str,
)
def test_passages(document: dict[str, Any], passages: list[str]) -> None:
    assert passages_of(document) == passages


@pytest.mark.parametrize("value", [{"title": ["Boats"]}, ["red", 3]], ids=str)
def test_passages_that_are_no_text_name_their_field(value: Any) -> None:
    with pytest.raises(DocumentError, match="the question needs its `context`, which is"):
        passages_of({"context": value})


@pytest.mark.parametrize(
    ("document", "question", "says"),
    [
        ({"images": ["boat.png"]}, "What colour?", "`images`"),
        ({"video": "boat.mp4"}, "What colour?", "`video`"),
        ({}, "<image>What colour?", "<image>"),
        ({}, "What is in <IMAGE>?", "<image>"),
    ],
)
def test_what_models_are_not_shown_is_refused(document: dict[str, Any], question: str, says: str) -> None:
    with pytest.raises(DocumentError, match=says):
        refuse_media(document, question)


def test_no_media() -> None:
    refuse_media({"images": [], "image": None}, "What is an <img> tag?")
