from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pydantic import BaseModel

from arango_thinking.errors import BadReplyError, BudgetError, ModelError
from arango_thinking.llm.api.openai import Connection, OpenAIModel
from arango_thinking.llm.base import Completion, Message, Sampling
from arango_thinking.llm.paid import ledger
from arango_thinking.llm.paid.budget import Budget
from arango_thinking.llm.paid.journal import Journal, schema_text
from arango_thinking.llm.paid.paid import PaidModel, Terms
from arango_thinking.llm.prices import Price
from arango_thinking.runs.database_journal import DatabaseCalls
from arango_thinking.settings import DatabaseSettings
from tests.chat_api import ChatAPI, refusal, replied

IDENTITY = {"backend": "openai", "model": "m"}
PRICE = Price(1.0, 10.0)
SAMPLING = Sampling(100, 0.0)
Paid = Callable[..., PaidModel]


class Shape(BaseModel):
    answer: str


def ask(text: str) -> list[Message]:
    return [{"role": "user", "content": text}]


@pytest.fixture
def api() -> Iterator[ChatAPI]:
    with ChatAPI() as running:
        yield running


def open_journal(folder: Path, kept_for: timedelta = timedelta(days=1)) -> Journal:
    return Journal(DatabaseCalls(DatabaseSettings(url=f"embedded:{folder / 'journal.db'}"), kept_for))


@pytest_asyncio.fixture
async def paid(api: ChatAPI) -> AsyncIterator[Callable[..., PaidModel]]:
    """Makes models on the API, on the terms given."""
    models: list[PaidModel] = []

    def paid(**terms: Any) -> PaidModel:
        defaults = {"role": "student", "identity": IDENTITY, "price": PRICE, "budget": Budget()}
        model = PaidModel(OpenAIModel("m", Connection(url=api.url)), Terms(**{**defaults, **terms}))
        models.append(model)
        return model

    yield paid
    for model in models:
        await model.aclose()


async def test_calls_are_priced_and_entered(paid: Paid, api: ChatAPI) -> None:
    budget = Budget()
    with ledger.opened() as book:
        completion = await paid(budget=budget).complete(ask("a"), SAMPLING)
    assert api.requests[0]["messages"] == ask("a")
    assert completion.usage.cost == pytest.approx((10 * 1.0 + 5 * 10.0) / 1e6)
    assert book.paid == {"student": completion.usage}
    assert (budget.spent.tokens, budget.spent.cost) == (15, completion.usage.cost)


async def test_an_unknown_price_is_no_price_of_zero(paid: Paid) -> None:
    budget = Budget(max_cost=0.001)
    completion = await paid(price=None, budget=budget).complete(ask("a"), SAMPLING)
    assert completion.usage.cost is None
    assert (budget.spent.cost, budget.spent.tokens) == (0.0, 15)
    assert (completion.usage + completion.usage).cost is None


@pytest.mark.parametrize(
    ("schema", "most"),
    [
        (None, (5 + 16) + (8 + 16) + 16 + 100),
        (Shape, (5 + 16) + (8 + 16) + len(schema_text(Shape)) + 16 + 100),
    ],
)
async def test_what_a_call_may_cost_at_most_is_a_token_a_byte_and_some_around_each_message(
    paid: Paid, api: ChatAPI, schema: type[Shape] | None, most: int
) -> None:
    api.reply = lambda _: '{"answer": "two"}'
    messages: list[Message] = [{"role": "system", "content": "hello"}, {"role": "user", "content": "grüß a"}]
    with pytest.raises(BudgetError, match=f"may take {most:,} tokens"):
        await paid(budget=Budget(max_tokens=most - 1)).complete(messages, SAMPLING, schema=schema)
    await paid(budget=Budget(max_tokens=most)).complete(messages, SAMPLING, schema=schema)
    cost = ((most - 100) * 1.0 + 100 * 10.0) / 1e6
    with pytest.raises(BudgetError, match="--max-cost"):
        await paid(budget=Budget(max_cost=cost - 1e-9)).complete(messages, SAMPLING, schema=schema)
    await paid(budget=Budget(max_cost=cost + 1e-9)).complete(messages, SAMPLING, schema=schema)


async def test_the_journal_answers_the_second_time(api: ChatAPI, paid: Paid, tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    first = await paid(journal=journal).complete(ask("a"), SAMPLING)
    await journal.aclose()
    journal = open_journal(tmp_path)
    with ledger.opened() as book:
        second = await paid(journal=journal).complete(ask("a"), SAMPLING)
        await paid(journal=journal).complete(ask("b"), SAMPLING)
    assert second == first
    assert len(api.requests) == 2
    assert (book.replayed, book.paid["student"].calls, book.total["student"].calls) == (1, 1, 2)
    await journal.aclose()


async def test_calls_expire(api: ChatAPI, paid: Paid, tmp_path: Path) -> None:
    journal = open_journal(tmp_path, timedelta(seconds=-1))
    for _ in range(2):
        await paid(journal=journal).complete(ask("a"), SAMPLING)
    assert len(api.requests) == 2
    await journal.aclose()


async def test_forms_are_filled_in_from_the_journal_too(api: ChatAPI, paid: Paid, tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    api.reply = lambda _: '{"answer": "two"}'
    for _ in range(2):
        completion = await paid(journal=journal).complete(ask("a"), SAMPLING, schema=Shape)
        assert completion.parsed == Shape(answer="two")
    assert len(api.requests) == 1
    await journal.aclose()


async def test_a_useless_reply_is_paid_kept_and_useless_again(api: ChatAPI, paid: Paid, tmp_path: Path) -> None:
    journal, budget = open_journal(tmp_path), Budget()
    api.reply = lambda _: "no form at all"
    for _ in range(2):
        with ledger.opened() as book, pytest.raises(BadReplyError, match="not a Shape"):
            await paid(journal=journal, budget=budget).complete(ask("a"), SAMPLING, schema=Shape)
        assert book.total["student"].calls == 1
    assert (len(api.requests), budget.spent.tokens) == (1, 15)
    await journal.forget(book.keys)
    with pytest.raises(BadReplyError):
        await paid(journal=journal).complete(ask("a"), SAMPLING, schema=Shape)
    assert len(api.requests) == 2
    await journal.aclose()


async def test_a_call_that_costs_nothing_makes_no_room_for_others(api: ChatAPI, paid: Paid) -> None:
    api.delay = 0.2
    budget = Budget(max_cost=1e-6)
    free = asyncio.ensure_future(paid(budget=budget, price=None).complete(ask("one"), SAMPLING))
    await asyncio.sleep(0.05)
    with pytest.raises(BudgetError, match="--max-cost"):
        await paid(budget=budget).complete(ask("two"), SAMPLING)
    await free
    assert len(api.requests) == 1


async def test_the_cap_holds_with_hundreds_in_flight(api: ChatAPI, paid: Paid) -> None:
    api.delay = 0.01
    budget = Budget(max_cost=0.05)
    model = paid(budget=budget)

    async def call(number: int) -> bool:
        try:
            await model.complete(ask(f"question {number}"), SAMPLING)
        except BudgetError:
            return False
        return True

    results = await asyncio.gather(*[call(number) for number in range(1000)])
    cost_of_one = (10 * 1.0 + 5 * 10.0) / 1e6
    assert len(api.requests) == sum(results) < 1000
    assert len(api.requests) * cost_of_one <= 0.05
    assert budget.spent.cost <= 0.05


class Stuck:
    """A model that is broken off."""

    name, continues = "stuck", False

    async def complete(self, *_: Any, **__: Any) -> Completion:
        await asyncio.sleep(60)
        raise AssertionError

    async def aclose(self) -> None:
        """Nothing to close."""


async def test_a_call_that_is_broken_off_counts_as_the_most_it_may_cost() -> None:
    budget = Budget()
    model = PaidModel(Stuck(), Terms("student", IDENTITY, PRICE, budget))
    call = asyncio.create_task(model.complete(ask("a"), SAMPLING))
    await asyncio.sleep(0.01)
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    assert budget.spent.tokens >= 100


async def test_a_call_that_is_refused_costs_nothing(api: ChatAPI, paid: Paid) -> None:
    api.reply = lambda _: refusal(400)
    budget = Budget(max_cost=0.002)
    model = paid(budget=budget)
    for _ in range(5):
        with pytest.raises(ModelError):
            await model.complete(ask("a"), SAMPLING)
    assert budget.spent.cost == 0


@pytest.mark.parametrize("usage", [None, {"total_tokens": 15}, {"prompt_tokens": -900, "completion_tokens": -900}])
async def test_a_server_that_does_not_tell_its_tokens_cannot_weaken_a_cap(
    api: ChatAPI, paid: Paid, usage: dict[str, Any] | None
) -> None:
    api.reply = lambda _: replied("42", usage)
    budget = Budget(max_cost=0.003)
    model = paid(budget=budget)
    for number in range(2):
        completion = await model.complete(ask(f"How much is {number}?"), SAMPLING)
        assert (completion.usage.cost, completion.usage.unmetered) == (None, 1)
    assert 0.002 < budget.spent.cost <= 0.003
    with pytest.raises(BudgetError):
        await model.complete(ask("How much is 3?"), SAMPLING)
    assert len(api.requests) == 2


async def test_what_costs_nothing_costs_nothing_though_tokens_are_not_told(api: ChatAPI, paid: Paid) -> None:
    api.reply = lambda _: replied("42", None)
    completion = await paid(price=Price(0, 0)).complete(ask("How much?"), SAMPLING)
    assert completion.usage.cost == 0.0


async def test_cached_tokens_have_their_price(api: ChatAPI, paid: Paid) -> None:
    told = {"prompt_tokens": 100, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 80}}
    api.reply = lambda _: replied("42", told)
    completion = await paid(price=Price(1.0, 10.0, 0.5)).complete(ask("How much?"), SAMPLING)
    assert completion.usage.cost == pytest.approx((20 * 1.0 + 80 * 0.5 + 10 * 10.0) / 1e6)
    dear = await paid(price=Price(1.0, 10.0)).complete(ask("How much?"), SAMPLING)
    assert dear.usage.cost == pytest.approx((100 * 1.0 + 10 * 10.0) / 1e6)
