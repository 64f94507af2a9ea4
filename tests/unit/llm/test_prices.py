from __future__ import annotations

import pytest

from arango_thinking.llm.prices import FREE, Price, listed_price
from arango_thinking.usage import Usage


def test_a_price_is_for_a_million_tokens() -> None:
    assert Price(0.15, 0.6).of(Usage(1_000_000, 500_000, 1)) == pytest.approx(0.45)
    assert FREE.of(Usage(10, 10, 1)) == 0.0


def test_list_prices() -> None:
    price = listed_price("gpt-4o-mini", None)
    assert price is not None
    assert (price.prompt, price.completion) == (pytest.approx(0.15), pytest.approx(0.6))
    assert listed_price("gpt-4o-mini", "https://api.openai.com/v1") == price


@pytest.mark.parametrize(("name", "url"), [("my-own-model", None), ("gpt-4o-mini", "http://localhost:8000/v1")])
def test_what_is_not_listed_has_no_price(name: str, url: str | None) -> None:
    assert listed_price(name, url) is None
