"""A cap on money and tokens that holds with any number of calls in flight."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from arango_thinking.errors import BudgetError


@dataclass(frozen=True, slots=True)
class Amount:
    """What a call costs, or may cost at most."""

    cost: float = 0.0
    tokens: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.cost + other.cost, self.tokens + other.tokens)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.cost - other.cost, self.tokens - other.tokens)


NOTHING = Amount()


class Budget:
    """The spending of one run. Each call reserves the most it may cost, and settles what it did cost."""

    def __init__(self, max_cost: float | None = None, max_tokens: int | None = None) -> None:
        self._max_cost = max_cost
        self._max_tokens = max_tokens
        self.spent = NOTHING
        self._reserved = NOTHING
        self._in_flight = 0
        self._changed = asyncio.Condition()

    async def reserve(self, most: Amount) -> None:
        """Reserve the amount. Waits for calls in flight, which mostly cost less than what they reserved.

        Raises `BudgetError` when it does not fit even then.
        """
        async with self._changed:
            while not self._fits(most):
                if not self._in_flight:
                    raise BudgetError(self._explanation(most))
                await self._changed.wait()
            self._reserved += most
            self._in_flight += 1

    async def settle(self, most: Amount, actual: Amount) -> None:
        """Replace the reserved amount by what the call did cost."""
        async with self._changed:
            self._reserved -= most
            self._in_flight -= 1
            self.spent += actual
            self._changed.notify_all()

    def _fits(self, most: Amount) -> bool:
        total = self.spent + self._reserved + most
        cost_fits = self._max_cost is None or total.cost <= self._max_cost
        return cost_fits and (self._max_tokens is None or total.tokens <= self._max_tokens)

    def _explanation(self, most: Amount) -> str:
        spent = self.spent
        if self._max_cost is not None and (spent + most).cost > self._max_cost:
            spendings = f"${spent.cost:.4f} of ${self._max_cost:g} are spent"
            return f"The next call may cost ${most.cost:.4f}, and {spendings} (--max-cost)."
        used = f"{spent.tokens:,} of {self._max_tokens:,} are used"
        return f"The next call may take {most.tokens:,} tokens, and {used} (--max-tokens)."
