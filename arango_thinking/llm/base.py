"""The interface of every chat model, and the types that it uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypedDict

from pydantic import BaseModel

from arango_thinking.llm.prices import Price
from arango_thinking.usage import Usage


class Message(TypedDict):
    """One message in OpenAI's chat format."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a reply is drawn. `sample` numbers the draws from one prompt; a new number gives another reply."""

    max_tokens: int
    temperature: float
    sample: int = 0
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Completion:
    """A reply. `parsed` is set when a schema was asked for; `text` never repeats a continued prefix.

    `reasoning` is what the model thought before it said `text`, where its API shows that. `finish_reason` is "length"
    when the tokens were used up, whatever word the server has for it.
    """

    text: str
    parsed: BaseModel | None
    usage: Usage
    finish_reason: str
    reasoning: str = ""


class ChatModel(Protocol):
    """A model that answers chat messages."""

    name: str
    #: Whether `continue_final` is native: the reply continues the text of the last assistant message.
    continues: bool

    @property
    def price(self) -> Price | None:
        """What tokens cost: `FREE` for a model that runs on this machine, `None` when the price is not known."""
        ...

    async def complete(
        self,
        messages: Sequence[Message],
        sampling: Sampling,
        *,
        schema: type[BaseModel] | None = None,
        continue_final: bool = False,
    ) -> Completion:
        """Return one reply to `messages`.

        With `continue_final` the last message is the assistant's own unfinished text, and the reply continues it.
        Raises `ModelError` when the model gives no reply to these messages, `BadReplyError` when the reply does not
        match the schema, and `UnavailableError` when the model cannot be reached at all.
        """
        ...

    async def aclose(self) -> None:
        """Free connections and memory."""
        ...
