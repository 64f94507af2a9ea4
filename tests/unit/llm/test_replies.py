from __future__ import annotations

import pytest
from pydantic import BaseModel

from arango_thinking.errors import BadReplyError
from arango_thinking.llm.base import Completion
from arango_thinking.llm.replies import checked, parsed
from arango_thinking.trace import NO_USAGE


class Shape(BaseModel):
    answer: str


def completion(text: str, finish_reason: str = "stop") -> Completion:
    return Completion(text, None, NO_USAGE, finish_reason)


@pytest.mark.parametrize(
    "text",
    [
        '{"answer": "two"}',
        'Sure! ```json\n{"answer": "two"}\n``` I hope it helps {really}.',
        '{not json} {"answer": "two"}',
    ],
)
def test_the_first_object_in_a_reply_counts(text: str) -> None:
    assert parsed(text, Shape) == Shape(answer="two")
    assert checked(completion(text), Shape).parsed == Shape(answer="two")


@pytest.mark.parametrize("text", ["", "two", "{", '{"answer": NaN}', '{"other": 1}', "[" * 100_000, '{"a":' * 5000])
def test_everything_else_is_a_bad_reply_that_holds_what_was_said(text: str) -> None:
    with pytest.raises(BadReplyError) as caught:
        checked(completion(text), Shape)
    assert caught.value.completion == completion(text)


@pytest.mark.parametrize("reason", ["length", "content_filter"])
def test_nothing_said_for_a_reason(reason: str) -> None:
    with pytest.raises(BadReplyError, match=f"empty because of {reason}") as caught:
        checked(completion(" \n", reason), None)
    assert caught.value.completion is not None
    assert checked(completion("cut sho", reason), None).text == "cut sho"
    assert checked(completion(""), None).text == ""
