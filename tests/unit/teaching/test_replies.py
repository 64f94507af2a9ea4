from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from arango_thinking.teaching.replies import HintReply, JudgeReply, ReviewReply, hint_of


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ({"verdict": "correct"}, "correct"),
        ({"verdict": "Incorrect."}, "incorrect"),
        ({"verdict": "cannot tell"}, "cannot_tell"),
        ({"verdict": "reference-suspect"}, "reference_suspect"),
        ({"verdict": "wrong"}, "incorrect"),
        ({"verdict": True}, "correct"),
        ({"verdict": "false"}, "incorrect"),
        ({"correct": True, "hint": "Aha! ..."}, "correct"),
        ({"correct": False, "hint": "Aha! ..."}, "incorrect"),
        ({"is_correct": "yes"}, "correct"),
        ({"correct": None}, "cannot_tell"),
        ({"correct": False, "abstain": False, "reference_suspect": False}, "incorrect"),
        ({"correct": False, "reference_suspect": True}, "reference_suspect"),
        ({"correct": None, "abstain": True, "reference_suspect": True}, "reference_suspect"),
        ({"abstain": True}, "cannot_tell"),
    ],
)
def test_words_and_booleans_are_read(said: dict[str, Any], verdict: str) -> None:
    assert ReviewReply.model_validate(said).verdict == verdict


@pytest.mark.parametrize(
    "said",
    [
        {"correct": True, "abstain": True},
        {"correct": False, "abstain": True},
        {"correct": True, "reference_suspect": True},
        {"verdict": "correct", "correct": False},
        {"verdict": "incorrect", "is_correct": True},
        {"verdict": "correct", "reference_suspect": True},
        {"correct": True, "is_correct": False},
    ],
)
def test_a_reply_that_contradicts_itself_cannot_tell(said: dict[str, Any]) -> None:
    assert ReviewReply.model_validate(said).verdict == "cannot_tell"


@pytest.mark.parametrize(
    "said",
    [
        {},
        None,
        [],
        "correct",
        {"verdict": "maybe"},
        {"verdict": ""},
        {"verdict": 1},
        {"verdict": ["correct"]},
        {"verdict": "maybe", "correct": True},
        {"correct": "perhaps"},
        {"hint": "Aha! Look again."},
        {"score": 1.0},
    ],
)
def test_a_reply_without_a_verdict_is_none(said: Any) -> None:
    with pytest.raises(ValidationError):
        ReviewReply.model_validate(said)


@pytest.mark.parametrize(
    ("score", "read"), [(0.4, 0.4), ("0.4", 0.4), (7, 1.0), (-1, 0.0), ("most", 0.0), (None, 0.0), (True, 0.0)]
)
def test_a_score_that_cannot_be_read_spoils_no_verdict(score: Any, read: float) -> None:
    assert JudgeReply.model_validate({"verdict": "incorrect", "score": score}).as_verdict("judge").score == read


def test_what_is_left_out_is_empty() -> None:
    reply = ReviewReply.model_validate({"correct": True})
    assert (reply.score, reply.where_wrong, reply.missing, reply.hint) == (1.0, "", [], "")
    one = ReviewReply.model_validate({"correct": False, "missing": "the year", "where_wrong": None})
    assert (one.missing, one.where_wrong) == (["the year"], "")


def test_a_verdict_is_marked_as_rescued_only_when_matching_refused() -> None:
    right, wrong = (JudgeReply.model_validate({"verdict": said}) for said in ("correct", "incorrect"))
    assert right.as_verdict("judge", matched_wrong=True).rescued
    assert not right.as_verdict("judge").rescued
    assert not wrong.as_verdict("judge", matched_wrong=True).rescued


@pytest.mark.parametrize("schema", [JudgeReply, ReviewReply, HintReply])
def test_the_schema_that_is_asked_for_is_strict(schema: type[JudgeReply | HintReply]) -> None:
    asked = schema.model_json_schema()
    assert asked["additionalProperties"] is False
    assert asked["required"] == list(asked["properties"])
    assert not any("default" in asked_for for asked_for in asked["properties"].values())


def test_a_judge_is_asked_for_no_hint() -> None:
    assert "hint" not in JudgeReply.model_json_schema()["properties"]
    assert list(HintReply.model_json_schema()["properties"]) == ["hint"]


@pytest.mark.parametrize("text", ["Aha! Look again.", "Look  again.", "Aha!\nLook again.", "aha! Look again."])
def test_a_hint_has_its_opening_once(text: str) -> None:
    hint = hint_of(text)
    assert hint is not None
    assert hint.text == "Aha! Look again."


@pytest.mark.parametrize("text", ["", "Aha!", "  \n"])
def test_an_empty_hint_is_none(text: str) -> None:
    assert hint_of(text) is None
