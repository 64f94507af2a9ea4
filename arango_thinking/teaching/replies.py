"""The schemas that a judge and a teacher fill in: strict in what they ask for, lenient in what they accept.

A schema asks for one verdict, because several booleans in a reply could contradict each other. Simple servers still
answer in booleans (`{"correct": true, "hint": "Aha! ..."}`). These are read too; a contradiction is "cannot_tell".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, model_validator

from arango_thinking.documents.trace import AHA, Hint, Verdict
from arango_thinking.teaching.prompting import phrases, without_role_tokens

Said = Literal["correct", "incorrect", "cannot_tell", "reference_suspect"]

_WORDS: dict[str, Said] = {word: word for word in get_args(Said)} | {
    "right": "correct",
    "wrong": "incorrect",
    "partially_correct": "incorrect",
    "abstain": "cannot_tell",
    "unknown": "cannot_tell",
}
_OPENING = re.compile(rf"^(?:{AHA.strip()}\s*)+", re.IGNORECASE)
_BOOLEANS = {"true": True, "yes": True, "false": False, "no": False}
_SCORES: dict[Said, float] = {"correct": 1.0, "incorrect": 0.0, "cannot_tell": 0.5, "reference_suspect": 0.5}


def _form(name: str) -> ConfigDict:
    """The configuration of a reply's form. Models see the description, so it is one of the phrases."""
    described = {"additionalProperties": False, "description": phrases("replies")[name]}
    return ConfigDict(extra="ignore", json_schema_extra=described)


class JudgeReply(BaseModel):
    """A judgement alone."""

    model_config = _form("judge")

    verdict: Said
    score: float
    where_wrong: str
    missing: list[str]

    @model_validator(mode="before")
    @classmethod
    def _as_asked(cls, said: Any) -> Any:
        return _completed(said) if isinstance(said, Mapping) else said

    def as_verdict(self, method: str, *, matched_wrong: bool = False) -> Verdict:
        """The verdict. `matched_wrong` says that matching refused the answer before."""
        correct = {"correct": True, "incorrect": False}.get(self.verdict)
        return Verdict(
            correct=correct,
            score=min(1.0, max(0.0, self.score)),
            method=method,
            where_wrong=self.where_wrong,
            missing=tuple(self.missing),
            reference_suspect=self.verdict == "reference_suspect",
            rescued=bool(correct) and matched_wrong,
        )


class ReviewReply(JudgeReply):
    """A judgement and a hint in one."""

    model_config = _form("review")

    hint: str


class HintReply(BaseModel):
    """A hint alone."""

    model_config = _form("hint")

    hint: str


def hint_of(text: str) -> Hint | None:
    """The hint with its opening; `None` for an empty one, which the dialogue replaces with a generic hint."""
    said = _OPENING.sub("", " ".join(without_role_tokens(text).split()))
    return Hint(AHA + said, "teacher") if said else None


def _completed(said: Mapping[Any, Any]) -> dict[Any, Any]:
    """The reply in the form that the schema asks for, without `verdict` when the reply gives no verdict."""
    verdict = _verdict(said)
    if verdict is None:
        return {name: value for name, value in said.items() if name != "verdict"}
    return {
        **said,
        "verdict": verdict,
        "score": _number(said.get("score"), _SCORES[verdict]),
        "where_wrong": _text(said.get("where_wrong")),
        "missing": _list(said.get("missing")),
        "hint": _text(said.get("hint")),
    }


def _verdict(said: Mapping[Any, Any]) -> Said | None:
    """The verdict of all fields of the reply together; `None` when they give none, or one that cannot be read."""
    stated = {*_in_words(said), *_in_booleans(said)}
    if None in stated or not stated:
        return None
    if "reference_suspect" in stated:
        # When the reference is wrong, an answer that differs from it is neither right nor wrong.
        stated -= {"incorrect", "cannot_tell"}
    return stated.pop() if len(stated) == 1 else "cannot_tell"


def _in_words(said: Mapping[Any, Any]) -> Iterator[Said | None]:
    verdict = said.get("verdict")
    if isinstance(verdict, str) and _boolean(verdict) is None:
        yield _WORDS.get(_word(verdict))


def _in_booleans(said: Mapping[Any, Any]) -> Iterator[Said]:
    for correct in (_boolean(said.get(name)) for name in ("verdict", "correct", "is_correct")):
        if correct is not None:
            yield "correct" if correct else "incorrect"
    if _boolean(said.get("abstain")) or said.get("correct", False) is None:
        yield "cannot_tell"
    if _boolean(said.get("reference_suspect")):
        yield "reference_suspect"


def _word(text: str) -> str:
    return text.strip(" .!*\"'").casefold().replace(" ", "_").replace("-", "_")


def _boolean(value: Any) -> bool | None:
    if isinstance(value, str):
        return _BOOLEANS.get(_word(value))
    return value if isinstance(value, bool) else None


def _number(value: Any, otherwise: float) -> float:
    """The value as a number, or `otherwise` when it cannot be read.

    A score decides nothing, so an unreadable one must not spoil the verdict.
    """
    try:
        return otherwise if isinstance(value, bool) or value is None else float(value)
    except (TypeError, ValueError, OverflowError):
        return otherwise


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None or value is False else str(value)


def _list(value: Any) -> list[str]:
    if isinstance(value, list):
        return [_text(part) for part in value if part is not None]
    return [_text(value)] if value else []
