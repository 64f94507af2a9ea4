from __future__ import annotations

import pytest

from arango_thinking.runs.estimating import Estimate
from arango_thinking.usage import Usage


def test_what_the_sample_took_is_scaled_to_all() -> None:
    used = {"student": Usage(100, 50, 10, 0.25), "teacher": Usage(200, 50, 5, 0.75)}
    figures = Estimate(sample=5, failed=1, documents=50, used=used, seconds=2.0).to_dict()
    assert (figures["calls"], figures["tokens"], figures["seconds"]) == (150, 4000, 20.0)
    assert figures["cost"] == pytest.approx(10.0)


def test_a_price_that_is_not_known_makes_no_cost() -> None:
    figures = Estimate(5, 0, 50, {"student": Usage(100, 50, 10, None)}, 2.0).to_dict()
    assert (figures["tokens"], figures["cost"]) == (1500, None)


def test_without_a_sample_nothing_is_told() -> None:
    figures = Estimate(0, 0, 0, {}, 0.1).to_dict()
    assert (figures["calls"], figures["tokens"], figures["cost"], figures["seconds"]) == (None, None, None, None)
