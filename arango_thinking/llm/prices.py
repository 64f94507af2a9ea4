"""What models cost. Prices come from `genai-prices`, a dated table that its maintainers update, or from the user."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from arango_thinking.usage import Usage

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens."""

    prompt: float
    completion: float

    def of(self, usage: Usage) -> float:
        return (usage.prompt_tokens * self.prompt + usage.completion_tokens * self.completion) / _MILLION


#: A model that runs on this machine costs nothing per token.
FREE = Price(0.0, 0.0)


def listed_price(name: str, url: str | None) -> Price | None:
    """The list price of a model, at the provider behind the URL if one is given; `None` when it is not listed.

    Tiers and discounts are left out: the price is that of a short prompt without a discount.
    """
    from genai_prices import Usage as Tokens
    from genai_prices import calc_price

    def dollars(tokens: Tokens) -> float:
        price: Decimal = calc_price(tokens, model_ref=name, provider_api_url=url).total_price
        return float(price) * 1000

    try:
        return Price(
            dollars(Tokens(input_tokens=_MILLION // 1000, output_tokens=0)),
            dollars(Tokens(input_tokens=0, output_tokens=_MILLION // 1000)),
        )
    except LookupError:
        return None
