from arango_thinking.teaching.units import UNITS, unit_of


def test_spellings_of_a_unit_are_one_unit() -> None:
    assert unit_of("Kilometres") == unit_of("km") == "km"
    assert unit_of("apples") == ""


def test_only_money_follows_a_currency_sign() -> None:
    assert unit_of("m", "dollar") == "dollar"
    assert unit_of("cents", "dollar") == "cent"


def test_a_kilometre_is_a_thousand_metres() -> None:
    assert UNITS["km"] == ("length", 1000)
