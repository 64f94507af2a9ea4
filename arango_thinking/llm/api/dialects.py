"""What servers take in a request. One refusal teaches what a server does not take; then it is asked otherwise."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

logger = logging.getLogger(__name__)


class Adaptation(StrEnum):
    """A way in which requests are changed for a server; the text completes "... is asked "."""

    COMPLETION_TOKENS = "for max_completion_tokens in place of max_tokens"
    MAX_TOKENS = "for max_tokens in place of max_completion_tokens"
    NO_TEMPERATURE = "without a temperature: replies are drawn as the server does"
    NO_SEED = "without a seed: replies are not repeatable"
    NO_STOP = "without stop strings"
    NO_SYSTEM = "without a system message: its text begins the first message of the user"
    STREAM = "for streamed replies"
    NO_STREAM_OPTIONS = "for streamed replies without their usage"


_REFUSED = (
    r"(?:not? (?:be )?(?:supported?|allowed|permitted|enabled|recogni[sz]ed|expected|accepted|available)|unsupported"
    r"|unknown|unrecogni[sz]ed|unexpected|(?:does not|doesn.t) (?:support|accept|allow)|deprecated"
    r"|extra (?:inputs|fields))"
)
#: What is said of a parameter whose value is refused: it is left to the server then.
_VALUE = rf"(?:{_REFUSED}|only (?:the )?(?:default|1|one)|must be|should be|may only|invalid)"
_FLAGS = re.IGNORECASE | re.DOTALL


def _about(name: str, refused: str = _REFUSED) -> re.Pattern[str]:
    """Text that says that something of this name is refused."""
    named = rf"(?<![\w.])(?:{name})(?!\w)"
    return re.compile(rf"{named}.{{0,160}}?{refused}|{refused}.{{0,80}}?{named}", _FLAGS)


#: What refusals say, the more special before the more general.
_SAYINGS: tuple[tuple[re.Pattern[str], Adaptation], ...] = (
    (
        re.compile(r"use .{0,3}max_completion_tokens|max_completion_tokens.{0,3} instead", _FLAGS),
        Adaptation.COMPLETION_TOKENS,
    ),
    (_about("max_completion_tokens"), Adaptation.MAX_TOKENS),
    (_about("max_tokens"), Adaptation.COMPLETION_TOKENS),
    (_about("stream_options"), Adaptation.NO_STREAM_OPTIONS),
    (
        re.compile(
            r"stream.{0,40}(?:must be (?:set to )?true|only|required|is mandatory)|only.{0,30}stream"
            r"|non-?streaming.{0,60}(?:not supported|unsupported)|for non-?streaming calls|stream=false",
            _FLAGS,
        ),
        Adaptation.STREAM,
    ),
    (_about("temperature", _VALUE), Adaptation.NO_TEMPERATURE),
    (_about("seed", _VALUE), Adaptation.NO_SEED),
    (_about("stop", _VALUE), Adaptation.NO_STOP),
    (_about(r"system|system.?(?:role|message|prompt|instruction)s?|developer instruction"), Adaptation.NO_SYSTEM),
)


def recognised(refusal: str) -> Adaptation | None:
    """What a server would rather be asked, by the text of its refusal; `None` when it is about something else."""
    return next((adaptation for pattern, adaptation in _SAYINGS if pattern.search(refusal)), None)


class Dialect:
    """How one model behind one API is asked. All its calls share what one of them learns."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._learnt: frozenset[Adaptation] = frozenset()

    def spoken(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The request in the form that the server takes, as far as that is known."""
        adapted = dict(body)
        for adaptation in Adaptation:
            if adaptation in self._learnt:
                _adapt(adapted, adaptation)
        return adapted

    def learn(self, refusal: str, sent: Mapping[str, Any]) -> bool:
        """Whether another request than `sent` may be taken. What is new is told once."""
        found = recognised(refusal)
        if found is None or not _changes(sent, found):
            return False
        if found not in self._learnt:
            opposite = {Adaptation.MAX_TOKENS, Adaptation.COMPLETION_TOKENS} - {found}
            if found in (Adaptation.MAX_TOKENS, Adaptation.COMPLETION_TOKENS) and opposite & self._learnt:
                return False  # it takes neither
            self._learnt |= {found}
            logger.warning("%s is asked %s. The server said: %s", self._model, found, refusal)
        return True


def _changes(body: Mapping[str, Any], adaptation: Adaptation) -> bool:
    adapted = dict(body)
    _adapt(adapted, adaptation)
    return adapted != body


def _adapt(body: dict[str, Any], adaptation: Adaptation) -> None:
    match adaptation:
        case Adaptation.COMPLETION_TOKENS:
            _rename(body, "max_tokens", "max_completion_tokens")
        case Adaptation.MAX_TOKENS:
            _rename(body, "max_completion_tokens", "max_tokens")
        case Adaptation.NO_TEMPERATURE:
            body.pop("temperature", None)
        case Adaptation.NO_SEED:
            body.pop("seed", None)
        case Adaptation.NO_STOP:
            body.pop("stop", None)
        case Adaptation.NO_SYSTEM:
            body["messages"] = _without_system(body["messages"])
        case Adaptation.STREAM:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        case Adaptation.NO_STREAM_OPTIONS:
            body.pop("stream_options", None)


def _rename(body: dict[str, Any], name: str, other: str) -> None:
    if name in body:
        body[other] = body.pop(name)


def _without_system(messages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The messages with what the system message says at the beginning of the first message of the user."""
    said = [message["content"] for message in messages if message["role"] == "system"]
    rest = [dict(message) for message in messages if message["role"] != "system"]
    if said and rest and rest[0]["role"] == "user":
        rest[0]["content"] = "\n\n".join([*said, rest[0]["content"]])
    return rest
