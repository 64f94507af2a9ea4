from __future__ import annotations

import pytest

from arango_thinking.firewall.dates import date_leak, span_leak, span_of_years, time_leak
from arango_thinking.matching.numbers.dates import as_date
from arango_thinking.matching.numbers.times import as_time

WHOLE = "It states the date that is asked for."
PART = "It states a part of the date."


def date_told(text: str, reference: str = "17 December 1903", question: str = "When did they fly?") -> str | None:
    wanted = as_date(reference)
    assert wanted is not None
    return date_leak(text, question, wanted)


def time_told(text: str, reference: str = "3:30 PM", question: str = "When does the train leave?") -> str | None:
    wanted = as_time(reference)
    assert wanted is not None
    return time_leak(text, question, wanted)


@pytest.mark.parametrize(
    "text",
    ["17 December 1903", "on the 17th of December 1903", "Dec. 17, 1903", "1903-12-17", "17/12/1903", "17.12.1903"],
)
def test_the_whole_date_is_revealed_in_any_notation(text: str) -> None:
    assert date_told(text) == WHOLE


@pytest.mark.parametrize(
    "text",
    [
        "it was in 1903",
        "in nineteen hundred and three",
        "in December",
        "Dec was cold",
        "17 December",
        "December 1903",
        "17 December 1905",
        "in 12/1903",
        "dated 12/1899",
        "in the twelfth month",
        "in the 12th Month",
        "in １９０３",
        "in Dec\u00adember",
    ],
)
def test_a_year_or_a_month_alone_reveals_part_of_a_date(text: str) -> None:
    assert date_told(text) == PART


@pytest.mark.parametrize(
    "text",
    [
        "in 1904",
        "in November",
        "May 1904",
        "on the 17th",
        "17 May 1904",
        "it may decline",
        "a decent machine",
        "number 19031",
        "number 51903",
        "twelve months later",
        "the 12 month course",
        "the twelve month course",
        "the twelfth monthly report",
        "km/1899",
        "the final month",
        "the fourth month",
        "12/19034",
        "5/12/19",
        "112/1899",
        "11/12/189",
    ],
)
def test_another_date_or_a_day_alone_reveals_nothing(text: str) -> None:
    assert date_told(text) is None


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("the 1st month", "January 1990"),
        ("the 2nd month", "February 1990"),
        ("the 3rd month", "March 1990"),
        ("the 5th month", "May 1990"),
        ("the tenth month", "October 1990"),
        ("5/1988", "May 1990"),
        ("in Sept.", "September 1990"),
    ],
)
def test_a_month_may_be_told_by_its_number_or_in_short(text: str, reference: str) -> None:
    assert date_told(text, reference=reference) == PART


def test_a_name_that_begins_like_a_month_is_none() -> None:
    assert date_told("the Mayor, Mr Mayer", reference="May 1990") is None


def test_a_month_written_small_is_taken_for_another_word() -> None:
    assert date_told("it may march on", reference="May 1990") is None
    assert date_told("May was warm", reference="May 1990") == PART


def test_any_four_figures_are_a_year() -> None:
    assert date_told("in 2150", reference="May 2150") == PART


def test_a_number_in_words_is_a_year_from_1000_to_2099() -> None:
    assert date_told("one thousand", reference="May 1000") == PART
    assert date_told("nine hundred and ninety-nine", reference="May 0999") is None
    assert date_told("two thousand and ninety-nine", reference="May 2099") == PART
    assert date_told("two thousand one hundred", reference="May 2100") is None


def test_what_the_question_tells_may_be_repeated() -> None:
    assert date_told("in 1903", question="When in 1903 did they fly?") is None
    assert date_told("in December", question="When in 1903 did they fly?") == PART
    assert date_told("17 December", question="When in 1903 did they fly?") == WHOLE
    assert date_told("in December", reference="December 1903", question="When in 1903 did they fly?") == WHOLE


def test_the_day_is_revealed_where_only_the_day_is_asked_for() -> None:
    question = "On which day of December 1903 did they fly?"
    assert date_told("17 December 1903", question=question) == WHOLE
    assert date_told("December 1903", question=question) is None
    assert date_told("15 December 1903", question=question) is None


def test_a_text_that_tells_nothing_new_reveals_no_date_that_the_question_holds() -> None:
    question = "They flew on 17 December 1903. When was that?"
    assert date_told("17 December 1903", question=question) is None
    assert date_told("a Thursday", question=question) is None


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("1930s", (1930, 1939)),
        ("the 1930s", (1930, 1939)),
        ("In the 1930s.", (1930, 1939)),
        ("in 1930s", (1930, 1939)),
        ("the 2010s", (2010, 2019)),
        ("the 1100s", (1100, 1109)),
        ("the 20\u200b20s", (2020, 2029)),
        ("15th century", (1401, 1500)),
        ("the fifteenth century", (1401, 1500)),
        ("In The Nineteenth Century.", (1801, 1900)),
        ("in 1st century", (1, 100)),
        ("the twenty-first century", (2001, 2100)),
        ("the ２１st century", (2001, 2100)),
    ],
)
def test_a_decade_and_a_century_are_a_span_of_years(text: str, years: tuple[int, int]) -> None:
    assert span_of_years(text) == years


@pytest.mark.parametrize(
    "text",
    [
        "1930",
        "the 1935s",
        "the 900s",
        "the 2110s",
        "the 1930s and later",
        "early in the 1930s",
        "an early century",
        "the early century",
        "the five-six century",
        "the 15th century and later",
        "the late 15th century",
        "15 centuries",
    ],
)
def test_other_texts_are_no_span_of_years(text: str) -> None:
    assert span_of_years(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "in 1930",
        "in 1934",
        "by 1939",
        "the 1930s",
        "nineteen thirty-five",
        "in the thirties",
        "in the Thirties",
        "in the '30s",
        "in the ’30s",
        "from 1920 to 1931",
    ],
)
def test_a_year_of_the_decade_reveals_it(text: str) -> None:
    assert span_leak(text, "In which decade?", (1930, 1939)) == "It states a year of the time that is asked for."


@pytest.mark.parametrize(
    "text",
    [
        "in 1929",
        "in 1940",
        "in 19355",
        "in 51935",
        "the twenties",
        "the forties",
        "the '40s",
        "in the twentieth century",
        "ends in 0s",
        "nothing",
    ],
)
def test_another_time_reveals_no_decade(text: str) -> None:
    assert span_leak(text, "In which decade?", (1930, 1939)) is None


@pytest.mark.parametrize(
    ("text", "decade"),
    [
        ("the twenties", 1920),
        ("the thirties", 1930),
        ("the forties", 1940),
        ("the fifties", 1950),
        ("the sixties", 1960),
        ("the seventies", 1970),
        ("the eighties", 1980),
        ("the nineties", 1990),
        ("the '90s", 1990),
    ],
)
def test_a_decade_without_its_century_is_of_the_last_two(text: str, decade: int) -> None:
    assert span_leak(text, "When?", (decade, decade + 9)) is not None
    assert span_leak(text, "When?", (decade - 100, decade - 91)) is not None
    assert span_leak(text, "When?", (decade - 200, decade - 191)) is None
    assert span_leak(text, "When?", (decade + 10, decade + 19)) is None
    assert span_leak(text, "When?", (decade - 10, decade - 1)) is None


@pytest.mark.parametrize("text", ["the 15th century", "the Fifteenth Century", "1450", "in 1401", "fourteen fifty"])
def test_a_year_of_the_century_or_its_name_reveals_it(text: str) -> None:
    assert span_leak(text, "In which century?", (1401, 1500)) is not None


@pytest.mark.parametrize("text", ["the 14th century", "the sixteenth century", "1400", "1501", "the 15th house", "999"])
def test_another_century_does_not(text: str) -> None:
    assert span_leak(text, "In which century?", (1401, 1500)) is None


def test_years_are_read_from_1000_to_2099() -> None:
    assert span_leak("1000", "When?", (1000, 1009)) is not None
    assert span_leak("one thousand", "When?", (1000, 1009)) is not None
    assert span_leak("999", "When?", (901, 1000)) is None
    assert span_leak("the 1000s", "When?", (1000, 1009)) is not None
    assert span_leak("the 2010s", "When?", (2010, 2019)) is not None
    assert span_leak("2099", "When?", (2001, 2100)) is not None
    assert span_leak("two thousand and ninety-nine", "When?", (2001, 2100)) is not None
    assert span_leak("2100", "When?", (2001, 2100)) is None
    assert span_leak("two thousand one hundred", "When?", (2001, 2100)) is None


def test_a_year_of_the_question_may_be_repeated() -> None:
    question = "The bridge of 1934 fell. In which decade?"
    assert span_leak("look at 1934 again", question, (1930, 1939)) is None
    assert span_leak("1934 or 1935", question, (1930, 1939)) is not None


@pytest.mark.parametrize("text", ["at 3:30 PM", "at 15:30", "at 3:30", "half past three", "2 pm or 3:30 p.m."])
def test_the_time_of_day_is_revealed_in_any_notation(text: str) -> None:
    assert time_told(text) == "It states the time that is asked for."


@pytest.mark.parametrize("text", ["at 3:30 AM", "at 3:31 PM", "at 4 pm", "3.30 metres", "soon"])
def test_another_time_of_day_reveals_nothing(text: str) -> None:
    assert time_told(text) is None


def test_a_time_that_the_question_holds_may_be_repeated() -> None:
    assert time_told("at 3:30 PM", question="It is half past three. When does the train leave?") is None
    assert time_told("at 3:30 PM", question="It is 3:30 AM. When does the train leave?") is not None
    assert time_told("at 3:30 PM", question="It is 2 pm, and then 3:30 pm. When does the train leave?") is None
