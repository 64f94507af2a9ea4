import pytest

from arango_thinking.matching.numbers.dates import as_date, covers, dates_in


@pytest.mark.parametrize(
    "text", ["5 October 1968", "October 5th, 1968", "Oct. 5, 1968", "1968-10-05", "Saturday, 5th of October 1968"]
)
def test_a_day_is_read_in_any_notation(text: str) -> None:
    date = as_date(text)
    assert date is not None
    assert date.parts == {"year": 1968, "month": 10, "day": 5}


def test_a_date_is_as_exact_as_it_is_given() -> None:
    day, month = dates_in("5 October 1968")[0], dates_in("October 1968")[0]
    assert covers(day, month)
    assert not covers(month, day)


def test_figures_that_can_be_read_two_ways_give_both() -> None:
    assert [date.parts["month"] for date in dates_in("05/10/1968")] == [10, 5]


@pytest.mark.parametrize("text", ["the end of October 2006", "1968", "May I?", "31/31/1999"])
def test_other_texts_are_no_dates(text: str) -> None:
    assert as_date(text) is None
