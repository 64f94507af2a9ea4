from __future__ import annotations

import pytest

from arango_thinking.firewall.numbers import number_leak
from arango_thinking.matching.numbers.numbers import as_number

STATED = "It states the number that is asked for."
CALCULATED = "It tells a calculation that gives the number."
HINTED = "It tells the number in a roundabout way."
TRAIN = "A train of 8 coaches and 400 seats goes 240 km in 3 hours. How fast is it?"


def told(text: str, reference: str, question: str = "How much is it?") -> str | None:
    wanted = as_number(reference)
    assert wanted is not None
    return number_leak(text, question, wanted)


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("It is 48", "48"),
        ("forty-eight", "48"),
        ("below zero, at -48", "48"),
        ("48", "-48"),
        ("four dozen", "48"),
        ("1,234 men", "1234"),
        ("100 cm", "1 m"),
        ("1 km", "1 m"),
        ("0.33", "1/3"),
        ("33%", "1/3"),
        ("0.3333", "a third"),
        ("50%", "0.5"),
        ("one in three", "1/3"),
        ("3 out of 4", "75%"),
        ("third", "3rd"),
        ("3", "3rd"),
        ("$\\frac{3}{4}$", "0.75"),
    ],
)
def test_the_number_is_stated_in_any_notation(text: str, reference: str) -> None:
    assert told(text, reference) == STATED


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("It is 49", "48"),
        ("4.8", "48"),
        ("48th", "48"),
        ("third", "3"),
        ("0.34", "1/3"),
        ("0.3", "1/3"),
        ("0.5001", "0.5"),
        ("two in three", "1/3"),
        ("48th or 49", "48"),
    ],
)
def test_another_number_or_an_ordinal_reveals_nothing(text: str, reference: str) -> None:
    assert told(text, reference) is None


@pytest.mark.parametrize(
    ("text", "reference"),
    [("1.234", "1234"), ("1,234", "1.234"), ("48,000", "48"), ("48.000", "48000"), ("-1.234", "1234")],
)
def test_a_point_or_comma_may_be_read_the_other_way(text: str, reference: str) -> None:
    assert told(text, reference) == STATED


@pytest.mark.parametrize(
    ("text", "reference"),
    [("half a century", "50"), ("five decades", "50"), ("two centuries", "200")],
)
def test_a_span_of_time_tells_its_years(text: str, reference: str) -> None:
    assert told(text, reference) == STATED


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("25m people", "25 million"),
        ("25mn people", "25 million"),
        ("2.5m", "2.5 million"),
        ("0.025bn", "25 million"),
        ("3b years", "3 billion"),
        ("3bn", "3 billion"),
        ("123456m", "123456000000"),
        ("1.125m", "1125000"),
    ],
)
def test_a_short_million_or_billion_is_read_as_one(text: str, reference: str) -> None:
    assert told(text, reference) == STATED


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("25m/s", "25 million"),
        ("x25m", "25 million"),
        ("7.25m", "25 million"),
        ("25ml", "25 million"),
        ("25bs", "25 billion"),
        ("1234567m", "1234567 million"),
        ("1.1255m", "1125500"),
    ],
)
def test_a_letter_that_is_no_short_million_is_left_alone(text: str, reference: str) -> None:
    assert told(text, reference) is None


def test_the_unit_that_the_question_wants_is_understood() -> None:
    assert told("an hour and a half", "90", "How many minutes does it take?") == STATED
    assert told("an hour and a half", "90", "How many pages has it?") is None
    assert told("an hour and a half", "90 seconds", "How many minutes does it take?") is None


def test_a_number_of_the_question_is_revealed_only_as_the_answer() -> None:
    question = "He counts 5 ducks and 8 geese. How many ducks does he count?"
    assert told("there are 5 ducks", "5", question) is None
    assert told("the answer is 5", "5", question) == STATED
    assert told("He counts five ducks. So it is five", "5", question) == STATED
    assert told("the answer is 8", "5", question) is None
    assert told("five times 1", "5", question) is None
    assert told("the answer is 5 m", "5", "The rope is 5 m long. How long?") == STATED


@pytest.mark.parametrize(
    "text",
    [
        "step 7",
        "steps 7",
        "Line 7",
        "in part 7",
        "sentence 7",
        "paragraph 7",
        "question 7",
        "equation 7",
        "section 7",
        "row 7",
        "item 7",
        "point 7",
        "case 7",
        "question no. 7",
        "question no 7",
        "question no.7",
        "Look\u00ad at\u00ad step 7",
        "item number 7",
        "7 steps",
        "seven things",
        "7 parts",
        "7 quantities",
        "7 numbers",
        "7 values",
        "7 facts",
        "7 sentences",
        "7 words",
        "7 ways",
        "7 cases",
        "7 conditions",
        "7 mistakes",
        "7 errors",
        "7 calculations",
        "7 operations",
        "7 terms",
        "7 clues",
        "7 pieces",
        "7 statements",
        "7 questions",
        "7 possibilities",
        "7 figures",
        "7 amounts",
        "7 results",
        "7 small mistakes",
    ],
)
def test_a_small_number_that_counts_or_names_parts_of_the_work_is_no_matter(text: str) -> None:
    assert told(text, "7") is None


@pytest.mark.parametrize(
    "text",
    [
        "7 ducks",
        "7 km of steps",
        "7 rather bad mistakes",
        "footstep of 7",
        "in a bookcase 7",
        "steps, 7",
        "step it 7",
        "the stepson 7",
        "number 7",
    ],
)
def test_a_small_number_of_anything_else_is_stated(text: str) -> None:
    assert told(text, "7") == STATED


def test_only_the_numbers_from_one_to_ten_are_small() -> None:
    assert told("step 1", "1") is None
    assert told("step 10", "10") is None
    assert told("step 11", "11") == STATED
    assert told("step 0", "0") == STATED
    assert told("step 0.5", "0.5") == STATED
    assert told("step 1.5", "1.5") is None


def test_what_the_question_counts_is_no_part_of_the_work() -> None:
    assert told("7 steps", "7", "How many steps has the stair?") == STATED
    assert told("7 terms", "7", "How many steps has the stair?") is None
    assert told("7 question words", "7", "How many words has the poem?") is None


def test_a_division_of_known_numbers_is_a_step_to_take() -> None:
    assert told("240 / 3 is what I should work out", "80 km/h", TRAIN) is None
    assert told("240/3 is what I should work out", "80 km/h", TRAIN) is None
    assert told("the answer is 240 / 3", "80 km/h", TRAIN) == STATED
    assert told("240 / 3 is to be worked out", "80 km/h", "It goes 240 km in 3 hours. How fast?") is None
    assert told("First 240 / 3 is to be worked out", "80 km/h", TRAIN) is None
    assert told("160 / 2 is what I should work out", "80 km/h", TRAIN) == STATED
    assert told("640 / 8 is what I should work out", "80 km/h", TRAIN) == STATED
    assert told("400 / 5 is what I should work out", "80 km/h", TRAIN) == STATED
    assert told("240 / 3, which makes 80", "80 km/h", TRAIN) == STATED


def test_a_fraction_of_known_numbers_that_is_no_whole_is_the_answer() -> None:
    question = "Of 4 eggs 3 are brown. What share is brown?"
    assert told("3/4", "0.75", question) == STATED


@pytest.mark.parametrize(
    "text",
    [
        "so x = one",
        "x=one",
        "it has one stepson",
        "it has o\u00adne side",
        "it is one",
        "they are one",
        "the rest was one",
        "it should be one",
        "x equals one",
        "both equal one",
        "it gives one",
        "both give one",
        "that makes one",
        "these make one",
        "I get one",
        "exactly one side",
        "it leaves one",
        "these leave one",
        "it has one side",
        "they have one side",
        "just one side",
        "only one side",
        "it has a single side",
        "IT HAS ONE SIDE",
    ],
)
def test_the_word_one_is_stated_as_a_result(text: str) -> None:
    assert told(text, "1") == STATED


@pytest.mark.parametrize(
    "text",
    [
        "one side or another",
        "a single side",
        "this one side",
        "he was alone",
        "it has ones",
        "it has a singles court",
        "it is one of them",
        "there is one more",
        "it is one by one",
        "it gives one at most",
        "is one step on",
        "just one thing",
        "only one way",
        "that is one mistake",
        "it is one slip",
        "it has a single error",
        "a thesis one",
    ],
)
def test_the_word_one_is_mostly_no_number(text: str) -> None:
    assert told(text, "1") is None


def test_one_in_figures_or_with_another_number_is_a_number() -> None:
    assert told("1 side", "1") == STATED
    assert told("it has one side", "2") is None


@pytest.mark.parametrize(
    ("text", "reference"),
    [("two less than fifty", "48"), ("twice 24", "48"), ("12 x 4", "48"), ("a third of 9", "3")],
)
def test_a_calculation_that_gives_the_number_tells_it(text: str, reference: str) -> None:
    assert told(text, reference) == CALCULATED


def test_a_calculation_that_gives_another_number_tells_nothing() -> None:
    assert told("two less than fifty", "47") is None
    assert told("twice 24", "48", "He has 24 pens and buys as many again. How many has he?") is None


@pytest.mark.parametrize(
    "text", ["between 47 and 49", "It lies Between 47.5 and 49.5", "between forty-seven and forty-nine"]
)
def test_narrow_bounds_tell_the_number(text: str) -> None:
    assert told(text, "48") == HINTED


@pytest.mark.parametrize(
    "text",
    [
        "between 47 and 50",
        "between 47.5 and 49.6",
        "between 46 and 47",
        "of 47 and 49",
        "between them 47 and 49",
        "between 49 and 50",
    ],
)
def test_wide_bounds_or_others_tell_nothing(text: str) -> None:
    assert told(text, "48") is None


@pytest.mark.parametrize(
    ("text", "reference"),
    [("in '89", "1989"), ("’89", "1989"), ("in '05", "2005"), ("in '00", "1000"), ("in '99", "2099")],
)
def test_a_year_may_be_told_in_short(text: str, reference: str) -> None:
    assert told(text, reference) == HINTED


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("in '88", "1989"),
        ("in '890", "1989"),
        ("a'89", "1989"),
        ("in '5", "2005"),
        ("in '99", "999"),
        ("in '00", "2100"),
        ("in '89", "1989.5"),
    ],
)
def test_what_is_no_short_year_tells_nothing(text: str, reference: str) -> None:
    assert told(text, reference) is None


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("I", 1),
        ("IV", 4),
        ("IX", 9),
        ("XIV", 14),
        ("XL", 40),
        ("L", 50),
        ("XC", 90),
        ("CD", 400),
        ("D", 500),
        ("CM", 900),
        ("MDCLXVI", 1666),
        ("MCMXCIX", 1999),
    ],
)
def test_a_roman_numeral_tells_the_number(numeral: str, value: int) -> None:
    assert told(f"{numeral} in Roman numerals", str(value)) == HINTED
    assert told(f"{numeral} in Roman numerals", str(value + 1)) is None
    assert told(f"the letters {numeral}", str(value)) is None


def test_letters_inside_a_word_are_no_roman_numeral() -> None:
    assert told("A MILD roman way", "1499") is None
    assert told("The Roman XLs", "40") is None
    assert told("a Roman TAXI", "11") is None


@pytest.mark.parametrize(
    "text",
    ["6, then 2, then 4", "6 2 4", "6-2-4", "first 6 and later 2 and then 4", "6 abcdefghij 2, 4", "a 6, a 2, a 4."],
)
def test_digits_told_one_by_one_tell_the_number(text: str) -> None:
    assert told(text, "624") == HINTED


@pytest.mark.parametrize("text", ["6, 2", "6, 2, 5", "62, 4", "16, 2, 4", "6, 2, 42", "6-2-4-5", "6 abcdefghijk 2, 4"])
def test_other_digits_tell_nothing(text: str) -> None:
    assert told(text, "624") is None


def test_only_whole_numbers_of_three_digits_are_told_one_by_one() -> None:
    assert told("1, 0, 0", "100") == HINTED
    assert told("9, 9", "99") is None
    assert told("1, 0, 5", "100.5") is None
    assert told("1, 0, 0, 5", "1005/10") is None
