"""Order, equality, casts and arithmetic of values."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arango_thinking.embedded.aql import values as v

#: In AQL's order.
ORDERED: list[Any] = [
    None, False, True, -1, 0, 0.5, 1, 10**20, "", "A", "Z", "a", "aa", "ä", "😀",
    [], [0], [False, 2], [False, ""], [True], [1], [1, 2], [2], ["a"], [[]], [{}],
    {}, {"b": 1}, {"a": 0}, {"a": 1}, {"a": {"c": True}}, {"a": {"c": 0}},
]  # fmt: skip

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=6,
)


def test_order_of_types_and_values() -> None:
    expected = sorted(range(len(ORDERED)), key=lambda place: v.sort_key(ORDERED[place]))
    scalars = [place for place in range(len(ORDERED)) if not isinstance(ORDERED[place], list | dict)]
    assert [place for place in expected if place in scalars] == scalars
    for low, high in [
        ([], [0]), ([1], [2]), ([1, 2], [2]), ([99, 99], [100]), ([False], [True]), ([False, 1], [False, ""]),
        ({}, {"a": 1}), ({"b": 1}, {"a": 0}), ({"a": {"c": True}}, {"a": {"c": 0}}), ("z", []), ([9], {}),
    ]:  # fmt: skip
        assert v.compare(low, high) < 0
        assert v.compare(high, low) > 0


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [(1, 1.0, True), (1, True, False), ("1", 1, False), ([1, [2]], [1.0, [2]], True), ({"a": 1}, {"a": 1.0}, True),
     ({}, {"a": None}, True), ([], [None], True), (0, None, False), (False, 0, False), ([True], [1], False)],
)  # fmt: skip
def test_equality(one: Any, other: Any, expected: bool) -> None:
    assert v.equal(one, other) is expected
    assert v.equal(other, one) is expected


@given(JSON, JSON)
def test_order_is_antisymmetric_and_agrees_with_keys(one: Any, other: Any) -> None:
    order = v.compare(one, other)
    assert (order > 0) == (v.compare(other, one) < 0)
    assert (order < 0) == (v.sort_key(one) < v.sort_key(other))
    assert (order == 0) == v.equal(one, other)


@given(JSON, JSON, JSON)
def test_order_is_transitive(one: Any, two: Any, three: Any) -> None:
    low, middle, high = sorted([one, two, three], key=v.sort_key)
    assert v.compare(low, middle) <= 0
    assert v.compare(middle, high) <= 0
    assert v.compare(low, high) <= 0


@given(JSON, JSON)
def test_same_identity_means_equal(one: Any, other: Any) -> None:
    if v.identity(one) == v.identity(other):
        assert v.equal(one, other)
    assert v.identity(one) == v.identity(orjson.loads(orjson.dumps(one)))


@pytest.mark.parametrize(
    ("value", "number"),
    [(None, 0), (True, 1), ("12", 12), (" 1.5e1 ", 15), ("x", 0), ("", 0), ([], 0), ([["7"]], 7), ([1, 2], 0), ({}, 0)],
)
def test_to_number(value: Any, number: float) -> None:
    assert v.to_number(value) == number


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "true"), (1, "1"), (2.0, "2"), (0.1, "0.1"), ("a", "a"), ([1, {"a": None}], '[1,{"a":null}]')],
)
def test_to_string(value: Any, text: str) -> None:
    assert v.to_string(value) == text


@pytest.mark.parametrize(
    ("value", "is_true"), [(None, False), (0, False), ("", False), ("0", True), ([], True), ({}, True)]
)
def test_truth(value: Any, is_true: bool) -> None:
    assert v.truth(value) is is_true


def test_arithmetic_keeps_integers_and_has_no_infinity() -> None:
    assert v.divide(4, 2) == 2
    assert type(v.divide(4, 2)) is int
    assert v.modulo(-7, 2) == -1
    assert v.modulo(5.5, 2) == 1.5
    assert type(v.multiply(2**63, 4)) is float
    assert v.multiply(1e308, 10) is None
    assert list(v.range_values(3, 1)) == [3, 2, 1]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"), (-0.0, "0"), (1.0, "1"), (-2.5, "-2.5"), (0.001, "0.001"), (0.00001, "0.00001"), (2e-7, "2e-7"),
        (0.0000123, "1.23e-5"), (12345.678901, "12345.678901"), (1e7, "10000000"), (1e8, "1e+8"), (1.5e21, "1.5e+21"),
        (123456789012345680000.0, "123456789012345680000"), (5e-324, "5e-324"),
    ],
)  # fmt: skip
def test_text_of_floats(number: float, text: str) -> None:
    assert v.to_string(number) == text
    assert float(text) == number
