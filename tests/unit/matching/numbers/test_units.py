from arango_thinking.matching.numbers.units import UNITS, asked_unit, unit_of


def test_spellings_of_a_unit_are_one_unit() -> None:
    assert unit_of("Kilometres") == unit_of("km") == "km"
    assert unit_of("apples") == ""


def test_only_money_follows_a_currency_sign() -> None:
    assert unit_of("m", "dollar") == "dollar"
    assert unit_of("cents", "dollar") == "cent"


def test_a_kilometre_is_a_thousand_metres() -> None:
    assert UNITS["km"] == ("length", 1000)


def test_a_question_may_name_the_unit_it_wants() -> None:
    assert asked_unit("How many more minutes does she need?") == "minute"
    assert asked_unit("How far is it in kilometres?") == "km"
    assert asked_unit("How old is Anna?") == "year"
    assert asked_unit("How many apples are in the basket?") == ""
