from __future__ import annotations

import asyncio
import random

import pytest

from arango_thinking.errors import BudgetError
from arango_thinking.llm.paid.budget import Amount, Budget


async def test_without_a_cap_everything_fits() -> None:
    budget = Budget()
    await budget.reserve(Amount(1e9, 10**12))


async def test_a_call_that_does_not_fit_is_refused_with_the_figures() -> None:
    budget = Budget(max_cost=1.0)
    await budget.reserve(Amount(0.6, 10))
    await budget.settle(Amount(0.6, 10), Amount(0.5, 8))
    with pytest.raises(BudgetError, match=r"\$0.6000, and \$0.5000 of \$1 are spent") as caught:
        await budget.reserve(Amount(0.6, 10))
    assert caught.value.exit_code == 3
    tokens = Budget(max_tokens=1000)
    with pytest.raises(BudgetError, match=r"1,001 tokens, and 0 of 1,000"):
        await tokens.reserve(Amount(0.0, 1001))


async def test_a_call_waits_for_what_the_others_give_back() -> None:
    budget = Budget(max_tokens=100)
    await budget.reserve(Amount(0, 80))
    waiting = asyncio.create_task(budget.reserve(Amount(0, 60)))
    await asyncio.sleep(0)
    assert not waiting.done()
    await budget.settle(Amount(0, 80), Amount(0, 20))
    await waiting
    assert budget.spent == Amount(0, 20)


async def test_a_call_that_waited_in_vain_is_refused() -> None:
    budget = Budget(max_tokens=100)
    await budget.reserve(Amount(0, 80))
    waiting = asyncio.create_task(budget.reserve(Amount(0, 60)))
    await asyncio.sleep(0)
    await budget.settle(Amount(0, 80), Amount(0, 80))
    with pytest.raises(BudgetError):
        await waiting


async def test_the_cap_holds_with_hundreds_in_flight() -> None:
    budget, chance = Budget(max_cost=1.0, max_tokens=50_000), random.Random(7)
    refused = 0

    async def call() -> None:
        nonlocal refused
        most = Amount(chance.uniform(0.001, 0.02), chance.randrange(10, 500))
        try:
            await budget.reserve(most)
        except BudgetError:
            refused += 1
            return
        await asyncio.sleep(0)
        share = chance.random()
        await budget.settle(most, Amount(most.cost * share, int(most.tokens * share)))

    await asyncio.gather(*[call() for _ in range(500)])
    assert refused > 0
    assert budget.spent.cost <= 1.0
    assert budget.spent.tokens <= 50_000
