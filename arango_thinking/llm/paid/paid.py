"""A model whose calls are looked up in the journal, kept within the budget, priced and entered in the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from arango_thinking.errors import ModelError, UnavailableError
from arango_thinking.llm.base import ChatModel, Completion, Message, Sampling
from arango_thinking.llm.checking import Asked, checked
from arango_thinking.llm.paid import ledger
from arango_thinking.llm.paid.budget import NOTHING, Amount, Budget
from arango_thinking.llm.paid.journal import Journal, Record, call_key, schema_text
from arango_thinking.llm.prices import Price
from arango_thinking.usage import Usage

#: Tokens that a chat format adds to a message, at most.
_AROUND_MESSAGE = 16


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms on which a model is used.

    `identity` holds everything about the model that may change its replies; `price` is `None` when it is not known.
    """

    role: str
    identity: Mapping[str, Any]
    price: Price | None
    budget: Budget
    journal: Journal | None = None


class PaidModel:
    """A `ChatModel` that wraps another one."""

    def __init__(self, model: ChatModel, terms: Terms) -> None:
        self.name = model.name
        self.continues = model.continues
        self._model = model
        self._terms = terms

    @property
    def price(self) -> Price | None:
        """The price in the terms."""
        return self._terms.price

    async def complete(
        self,
        messages: Sequence[Message],
        sampling: Sampling,
        *,
        schema: type[BaseModel] | None = None,
        continue_final: bool = False,
    ) -> Completion:
        """See `ChatModel.complete`. Raises `BudgetError` when the call could exceed the budget."""
        key = call_key(self._terms.identity, messages, sampling, schema, continue_final)
        kept = await self._terms.journal.find(key) if self._terms.journal else None
        if kept is not None:
            return self._replayed(kept, schema, Asked(self.name, sampling.max_tokens))
        most = self._most(messages, sampling, schema)
        await self._terms.budget.reserve(most)
        actual = most  # the cost of a call that is broken off is not known
        try:
            completion = await self._model.complete(messages, sampling, schema=schema, continue_final=continue_final)
            actual = await self._enter(key, completion, most)
        except (ModelError, UnavailableError) as error:
            reply = getattr(error, "completion", None)
            actual = await self._enter(key, reply, most) if reply is not None else NOTHING
            raise
        finally:
            await self._terms.budget.settle(most, actual)
        return replace(completion, usage=self._priced(completion.usage))

    async def aclose(self) -> None:
        await self._model.aclose()

    async def _enter(self, key: str, completion: Completion, most: Amount) -> Amount:
        """Enter the reply in the ledger and the journal; returns what it cost, `most` when the server did not tell."""
        usage = self._priced(completion.usage)
        ledger.enter(ledger.Entry(self._terms.role, usage, key, replayed=False))
        if self._terms.journal is not None:
            await self._terms.journal.keep(_record(key, self._terms, completion, usage))
        if usage.unmetered:
            return most  # never weaker than what was set aside
        return Amount(usage.cost or 0.0, usage.total_tokens)

    def _priced(self, usage: Usage) -> Usage:
        return replace(usage, cost=None if self._terms.price is None else self._terms.price.of(usage))

    def _most(self, messages: Sequence[Message], sampling: Sampling, schema: type[BaseModel] | None) -> Amount:
        """The most that the call may cost: a token is at least one byte of the text."""
        texts = sum(len(message["content"].encode()) + _AROUND_MESSAGE for message in messages)
        asked = len(schema_text(schema)) if schema else 0
        most = Usage(texts + asked + _AROUND_MESSAGE, sampling.max_tokens, 1)
        return Amount((self._terms.price.of(most) if self._terms.price else None) or 0.0, most.total_tokens)

    def _replayed(self, kept: Record, schema: type[BaseModel] | None, asked: Asked) -> Completion:
        usage = Usage(**kept["usage"])
        ledger.enter(ledger.Entry(self._terms.role, usage, kept["_key"], replayed=True))
        completion = Completion(kept["text"], None, usage, kept["finish_reason"], kept["reasoning"])
        return checked(completion, schema, asked)


def _record(key: str, terms: Terms, completion: Completion, usage: Usage) -> Record:
    return {
        "_key": key,
        "role": terms.role,
        "model": terms.identity.get("model"),
        "text": completion.text,
        "finish_reason": completion.finish_reason,
        "reasoning": completion.reasoning,
        "usage": usage.to_dict(),
    }
