from __future__ import annotations

from fractions import Fraction

import pytest

from arango_thinking.matching.numbers.quantities import Number
from arango_thinking.matching.numbers.suffixes import SCALES, scale_of, with_suffix


def completed(figures: str, rest: str, unit: str = "") -> Number | None:
    """What `with_suffix` makes of the figures when the rest follows them."""
    return with_suffix(figures + rest, Number(Fraction(figures), 0, len(figures), unit=unit))


def test_a_number_that_nothing_follows_stays_as_it_is() -> None:
    assert completed("12", "") == Number(Fraction(12), 0, 2)
    assert completed("12", " apples") == Number(Fraction(12), 0, 2)
    assert completed("12", ", 14 €") == Number(Fraction(12), 0, 2)


@pytest.mark.parametrize(("figures", "ending"), [("1", "st"), ("2", "nd"), ("3", "rd"), ("4", "th"), ("4", "TH")])
def test_an_ending_makes_the_number_an_ordinal(figures: str, ending: str) -> None:
    number = completed(figures, f"{ending} hour")
    assert number == Number(Fraction(figures), 0, 3, ordinal=True)


def test_a_longer_word_is_no_ordinal_ending() -> None:
    assert completed("4", "the") == Number(Fraction(4), 0, 1)


@pytest.mark.parametrize(
    ("rest", "value", "length"),
    [
        (" hundred", 300, 8),
        ("-thousand", 3000, 9),
        (" million", 3_000_000, 8),
        (" Billion", 3_000_000_000, 8),
        (" trillion", 3_000_000_000_000, 9),
        (" dozen", 36, 6),
        ("bn", 3_000_000_000, 2),
        ("k", 3000, 1),
        (" k", 3000, 2),
        ("K", 3000, 1),
        (" hundred thousand", 300_000, 17),
        (" million million", 3_000_000_000_000, 16),
        (" millionaires", 3, 0),
        (" kilts", 3, 0),
        ("  million", 3, 0),
    ],
)
def test_a_scale_multiplies_the_number(rest: str, value: int, length: int) -> None:
    assert completed("3", rest) == Number(Fraction(value), 0, 1 + length)


def test_a_large_k_after_a_space_is_the_kelvin() -> None:
    assert completed("300", " K") == Number(Fraction(300), 0, 5, unit="kelvin")


def test_a_small_letter_is_a_scale_only_after_a_currency_sign() -> None:
    assert completed("3", "m", unit="dollar") == Number(Fraction(3_000_000), 0, 2, unit="dollar")
    assert completed("3", "mn", unit="dollar") == Number(Fraction(3_000_000), 0, 3, unit="dollar")
    assert completed("3", "b", unit="euro") == Number(Fraction(3_000_000_000), 0, 2, unit="euro")
    assert completed("3", "bn", unit="euro") == Number(Fraction(3_000_000_000), 0, 3, unit="euro")
    assert completed("3", " k", unit="euro") == Number(Fraction(3000), 0, 3, unit="euro")
    assert completed("3", "K", unit="euro") == Number(Fraction(3000), 0, 2, unit="euro")
    assert completed("3", "-hundred", unit="euro") == Number(Fraction(300), 0, 9, unit="euro")
    assert completed("3", " thousand", unit="euro") == Number(Fraction(3000), 0, 10, unit="euro")
    assert completed("3", " million", unit="euro") == Number(Fraction(3_000_000), 0, 9, unit="euro")
    assert completed("3", " billion", unit="euro") == Number(Fraction(3_000_000_000), 0, 9, unit="euro")
    assert completed("3", " trillion", unit="euro") == Number(Fraction(3_000_000_000_000), 0, 10, unit="euro")
    assert completed("3", " dozen", unit="euro") == Number(Fraction(36), 0, 7, unit="euro")
    assert completed("3", " bn", unit="euro") == Number(Fraction(3_000_000_000), 0, 4, unit="euro")
    assert completed("3", "bonds", unit="dollar") == Number(Fraction(3), 0, 1, unit="dollar")
    assert completed("3", " m", unit="dollar") == Number(Fraction(3), 0, 1, unit="dollar")
    assert completed("3", "m") == Number(Fraction(3), 0, 2, unit="m")
    assert completed("3", "b") is None


def test_a_scale_may_be_told_in_short() -> None:
    assert [scale_of(word) for word in ("hundred", "k", "m", "mn", "b", "bn")] == [
        100,
        10**3,
        10**6,
        10**6,
        10**9,
        10**9,
    ]
    assert {word: scale_of(word) for word in SCALES} == {
        "thousand": 10**3,
        "million": 10**6,
        "billion": 10**9,
        "trillion": 10**12,
        "dozen": 12,
    }


@pytest.mark.parametrize(
    "rest", ["%", " %", " percent", " per cent", " percentage point", " percentage points", " pct", " Percent"]
)
def test_percent_is_told_in_many_ways(rest: str) -> None:
    assert completed("40", f"{rest} of them") == Number(Fraction(40), 0, 2 + len(rest), unit="%")


@pytest.mark.parametrize("rest", [" per", "  %", " percentile", " percents"])
def test_what_only_begins_like_percent_is_none(rest: str) -> None:
    assert completed("40", rest) == Number(Fraction(40), 0, 2)


@pytest.mark.parametrize(
    ("rest", "unit"),
    [(" $", "dollar"), ("€", "euro"), (" £", "sterling"), ("¥", "yen"), ("₹", "rupee"), (" €.", "euro")],
)
def test_a_currency_sign_may_stand_after_the_number(rest: str, unit: str) -> None:
    assert completed("40", rest) == Number(Fraction(40), 0, 2 + len(rest.rstrip(".")), unit=unit)


def test_a_currency_sign_before_the_next_number_belongs_to_that() -> None:
    assert completed("40", " $15") == completed("40", " $ 15") == Number(Fraction(40), 0, 2)


def test_a_number_has_one_currency_only() -> None:
    assert completed("40", "€", unit="dollar") == Number(Fraction(40), 0, 2, unit="dollar")


@pytest.mark.parametrize(
    ("rest", "unit"),
    [
        (" km", "km"),
        ("km", "km"),
        ("-km", "km"),
        (" Kilometres", "km"),
        (" h", "hour"),
        ("s", "second"),
        (" degrees Celsius", "°c"),
        (" degrees C", "°c"),
        (" degree c", "°c"),
        (" degrees F", "°f"),
        (" degrees fahrenheit", "°f"),
        (" degrees K", "kelvin"),
        (" degrees k", "kelvin"),
        ("°C", "°c"),
        (" °F", "°f"),
        (" celsius", "°c"),
        (" Fahrenheit", "°f"),
    ],
)
def test_a_unit_may_follow(rest: str, unit: str) -> None:
    assert completed("30", rest) == Number(Fraction(30), 0, 2 + len(rest), unit=unit)


@pytest.mark.parametrize(
    ("rest", "unit"),
    [
        (" square metres", "m^2"),
        (" square foot", "foot^2"),
        (" sq km", "km^2"),
        (" sq. km", "km^2"),
        (" cubic cm", "cm^3"),
        (" cu feet", "foot^3"),
        (" cu. feet", "foot^3"),
        (" cm^2", "cm^2"),
        (" cm2", "cm^2"),
        (" m^3", "m^3"),
        (" m3", "m^3"),
        (" metres squared", "m^2"),
        (" metres cubed", "m^3"),
    ],
)
def test_a_power_makes_a_length_an_area_or_a_volume(rest: str, unit: str) -> None:
    assert completed("30", rest) == Number(Fraction(30), 0, 2 + len(rest), unit=unit)


@pytest.mark.parametrize(
    ("rest", "length"),
    [(" litres cubed", 13), (" square litres", 14), (" cm squaredly", 3), (" cm23", 3)],
)
def test_what_is_no_power_of_a_length_leaves_the_unit(rest: str, length: int) -> None:
    number = completed("30", rest)
    assert number is not None
    assert number.unit in ("l", "cm")
    assert number.end == 2 + length


@pytest.mark.parametrize("rest", [" D", "-D", "apples", " degrees", " degrees East", " C", " F", "  km", "-kmx"])
def test_letters_that_are_no_unit_are_left_alone(rest: str) -> None:
    assert completed("30", rest) == Number(Fraction(30), 0, 2)


@pytest.mark.parametrize("rest", ["D", "x", "mTc", "kmX"])
def test_letters_joined_to_the_figures_make_it_a_name(rest: str) -> None:
    assert completed("3", rest) is None


def test_letters_joined_to_an_amount_of_money_make_no_name_of_it() -> None:
    assert completed("3", "D", unit="dollar") == Number(Fraction(3), 0, 1, unit="dollar")


def test_an_amount_of_money_takes_no_other_unit_than_its_own() -> None:
    assert completed("30", " km", unit="dollar") == Number(Fraction(30), 0, 2, unit="dollar")
    assert completed("30", " cents", unit="euro") == Number(Fraction(30), 0, 2, unit="euro")
    assert completed("30", " cents", unit="dollar") == Number(Fraction(30), 0, 8, unit="cent")


@pytest.mark.parametrize("year", ["1000", "1980", "2090"])
def test_a_round_year_with_an_s_is_a_decade_and_no_number(year: str) -> None:
    assert completed(year, "s") is None


@pytest.mark.parametrize(("figures", "rest"), [("990", "s"), ("2100", "s"), ("1985", "s"), ("1980", " s"), ("30", "s")])
def test_an_s_after_any_other_number_is_a_second(figures: str, rest: str) -> None:
    number = completed(figures, rest)
    assert number == Number(Fraction(figures), 0, len(figures + rest), unit="second")


def test_a_round_year_may_count_metres() -> None:
    assert completed("1980", "m") == Number(Fraction(1980), 0, 5, unit="m")


@pytest.mark.parametrize(("rest", "unit"), [("mph", "mile"), (" mph", "mile"), (" km/h", "km"), (" kph", "km")])
def test_a_speed_is_a_length_an_hour(rest: str, unit: str) -> None:
    assert completed("30", rest) == Number(Fraction(30), 0, 2 + len(rest), unit=unit, per="hour")


@pytest.mark.parametrize(
    ("rest", "per"),
    [
        (" km per hour", "hour"),
        (" km/min", "minute"),
        (" km / s", "second"),
        (" km an hour", "hour"),
        (" km a day", "day"),
        (" km each week", "week"),
        (" km every month", "month"),
        (" km PER YEAR", "year"),
    ],
)
def test_a_unit_may_be_told_as_a_rate(rest: str, per: str) -> None:
    assert completed("30", f"{rest}, or less") == Number(Fraction(30), 0, 2 + len(rest), unit="km", per=per)


def test_an_amount_of_money_may_be_a_rate_too() -> None:
    assert completed("30", "/hour", unit="dollar") == Number(Fraction(30), 0, 7, unit="dollar", per="hour")


RUN_TOGETHER = [" km perhour", " km anhour", " km ahour", " km eachday", " km everyday"]


@pytest.mark.parametrize(
    "rest", [" km per apple", " km another hour", " km a", " km hour", " km, 5 per hour", *RUN_TOGETHER]
)
def test_what_is_no_unit_after_per_makes_no_rate(rest: str) -> None:
    assert completed("30", rest) == Number(Fraction(30), 0, 5, unit="km")


def test_a_bare_number_is_no_rate() -> None:
    assert completed("30", " per hour") == Number(Fraction(30), 0, 2)


def test_a_speed_is_not_divided_again() -> None:
    assert completed("30", " mph per second") == Number(Fraction(30), 0, 6, unit="mile", per="hour")
