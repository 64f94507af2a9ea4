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
    #: For tokens of the prompt that the provider had in its cache; `None`: as the others.
    cached: float | None = None

    def of(self, usage: Usage) -> float | None:
        """US dollars for the tokens. `None` when the server did not tell them, unless they cost nothing."""
        if not (self.prompt or self.completion or self.cached):
            return 0.0
        if usage.unmetered:
            return None
        cached = usage.cached_tokens * (self.prompt if self.cached is None else self.cached)
        prompt = (usage.prompt_tokens - usage.cached_tokens) * self.prompt + cached
        return (prompt + usage.completion_tokens * self.completion) / _MILLION


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
            dollars(Tokens(input_tokens=_MILLION // 1000, cache_read_tokens=_MILLION // 1000, output_tokens=0)),
        )
    except LookupError:
        return None
