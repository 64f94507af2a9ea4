from __future__ import annotations

import pytest

from arango_thinking.firewall.options import option_leak

METALS = {"A": "copper", "B": "zinc", "C": "iron", "D": "tin", "E": "lead"}
SOME = {"A": "copper", "B": "zinc", "C": "iron", "D": "None of these"}
TEN = {letter: f"metal {letter.lower() * 2}" for letter in "ABCDEFGHIJ"}

SINGLED_OUT = "It singles out the right option."
ONE_LEFT = "It leaves only one option by naming all the others."
RULED_OUT = "It rules the options out all at once."


def held(text: str, question: str, answer: str) -> bool:
    return answer in text and answer not in question


def told(text: str, right: str, offered: dict[str, str] = METALS, question: str = "Which metal rusts?") -> str | None:
    return option_leak(text, question, offered, right, held)


@pytest.mark.parametrize(
    "text",
    [
        "C",
        "c",
        "C.",
        "c) because it rusts",
        "(C) fits",
        "look at C)",
        "option C",
        "options C and D",
        "Choice C",
        "the answer C",
        "the answer is C",
        "the answer must be C",
        "LETTER C",
        'option "C"',
        "I believe C fits",
        "is it C?",
        "(c) fits",
        "and option c",
        "look at choice c.",
        "I choose c).",
        "I choose (c.",
        "I choose c",
        "I pick c!",
        "I take c, then",
        "look at letter c",
        "so the answer is c",
        "so it is c",
        "so it's c;",
        "so it's (c)",
        "so it is Ｃ",
    ],
)
def test_the_letter_of_the_right_option_singles_it_out(text: str) -> None:
    assert told(text, "C") == SINGLED_OUT


@pytest.mark.parametrize(
    "text",
    [
        "D",
        "it is c metal",
        "the cell C3",
        "the U.S.C code",
        "is it cold?",
        "a c. elegans",
        "they take cakes",
        "anoption c",
    ],
)
def test_what_is_not_the_letter_names_nothing(text: str) -> None:
    assert told(text, "C") is None


@pytest.mark.parametrize(
    "text",
    [
        "A",
        "A.",
        "(A)",
        "look at A)",
        "look at option A again",
        "look at Options A again",
        "look at choice A again",
        "look at answer A again",
        "look at letter A again",
        "so the answer is A again",
        "so the answer must be A again",
        'look at option "A" again',
        "test A or B",
        "test A and B",
        "test A nor B",
        "test A, B",
        "test A/B",
        "test A or (B)",
        "so it is A",
        "so it's A.",
        "that IS A",
        "it must be A",
        "I choose A",
        "I pick A, then B",
        "I take A!",
        "I chose A",
        "I picked A",
        "surely not A",
        "surely not (A)",
        "it is (A, then",
        "it is A or none",
        "it is A and none",
        "it is A nor none",
        "(a)",
        "I choose a",
        "the letter a",
        "so it is a",
    ],
)
def test_a_as_a_letter_is_told_from_the_article(text: str) -> None:
    assert told(text, "A") == SINGLED_OUT


@pytest.mark.parametrize(
    "text",
    [
        "A metal that rusts",
        "that is A metal",
        "take a metal",
        "so it is a metal.",
        "this A that",
        "look at this A.",
        "I choose a, then stop",
        "as in DNA) again",
        "look at adoption A again",
        "IA or B",
        "test A or Both",
        "that is A orderly way",
        "that is A andante",
        "that is A normal way",
    ],
)
def test_the_article_is_no_letter(text: str) -> None:
    assert told(text, "A") is None


def test_the_letter_i_is_told_from_the_pronoun() -> None:
    assert told("I should look again", "I", TEN) is None
    assert told("so it is I think", "I", TEN) is None
    assert told("take i think", "I", TEN) is None
    assert told("so it is i.", "I", TEN) is None
    assert told("test I or J", "I", TEN) == SINGLED_OUT
    assert told("so it is I.", "I", TEN) == SINGLED_OUT


def test_the_text_of_the_right_option_singles_it_out() -> None:
    assert told("think of iron", "C") == SINGLED_OUT
    assert told("think of iron or zinc", "C") == SINGLED_OUT
    assert told("think of zinc", "C") is None
    assert told("think of iron", "C", question="Which metal rusts, iron or another?") is None


@pytest.mark.parametrize(
    "text", ["copper, zinc, tin and lead do not", "not A, not B, not D, nor E", "zinc, (A), (d), the last option"]
)
def test_naming_all_the_other_options_leaves_one(text: str) -> None:
    assert told(text, "C") == ONE_LEFT


@pytest.mark.parametrize(
    "text", ["A, B, C, D, E", "copper, zinc, iron, tin or lead", "A, B and D", "copper, tin and lead", "B"]
)
def test_naming_all_options_or_some_of_the_others_leaves_several(text: str) -> None:
    assert told(text, "C") is None


@pytest.mark.parametrize(
    ("word", "letter"),
    [
        ("first", "A"),
        ("second", "B"),
        ("third", "C"),
        ("fourth", "D"),
        ("fifth", "E"),
        ("sixth", "F"),
        ("seventh", "G"),
        ("eighth", "H"),
        ("ninth", "I"),
        ("tenth", "J"),
    ],
)
def test_an_option_may_be_told_by_its_place(word: str, letter: str) -> None:
    assert told(f"look at the {word} option", letter, TEN) == SINGLED_OUT
    assert told(f"so it is the {word}", letter, TEN) == SINGLED_OUT
    assert told(f"look at the {word} option", "E" if letter != "E" else "F", TEN) is None


@pytest.mark.parametrize(
    "text",
    [
        "the fourth option",
        "the Fourth choice",
        "the fourth answer",
        "the fourth alternative",
        "the fourth one",
        "the fourth statement",
        "the fourth possibility",
        "option 4",
        "option number 4",
        "Option 4",
        "it's the fourth",
        "choose the fourth",
        "pick the fourth",
        "take the fourth",
    ],
)
def test_a_place_is_told_in_many_ways(text: str) -> None:
    assert told(text, "D") == SINGLED_OUT
    assert told(text, "C") is None


@pytest.mark.parametrize(
    "text",
    [
        "the fourth metal",
        "option 3",
        "option 5",
        "option 44",
        "option 9",
        "option 0",
        "the fourth onestep",
        "choose the fourthly",
        "the tenth option",
        "misfourth option",
        "adoption 4",
        "the rabbit is the fourth",
    ],
)
def test_another_place_names_nothing(text: str) -> None:
    assert told(text, "D") is None


@pytest.mark.parametrize("text", ["the last option", "the final answer", "it is the last", "the Last one"])
def test_the_last_option_is_told_by_its_place(text: str) -> None:
    assert told(text, "E") == SINGLED_OUT
    assert told(text, "D") is None


def test_only_an_odd_number_of_options_has_a_middle() -> None:
    assert told("the middle option", "C") == SINGLED_OUT
    assert told("the middle option", "B") is None
    assert told("the middle option", "B", SOME) is None
    assert told("the middle option", "C", SOME) is None


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("the first two", "AB"),
        ("the First Three", "ABC"),
        ("the last two", "DE"),
        ("the last three", "CDE"),
        ("the first five", ""),
        ("the first fourteen", ""),
        ("headfirst two", ""),
        ("neither the first nor any", "A"),
        ("Neither the last nor any", "E"),
        ("Neither the Last nor any", "E"),
        ("either the first", ""),
        ("neither the firstborn", ""),
    ],
)
def test_several_options_may_be_told_by_their_place(text: str, letters: str) -> None:
    expected = [(SINGLED_OUT if letter in letters else None) for letter in "ABCDE"]
    assert [told(text, letter) for letter in METALS] == expected


def test_four_places_of_five_leave_the_fifth() -> None:
    assert [told("the first four", letter) for letter in METALS] == [*[SINGLED_OUT] * 4, ONE_LEFT]
    assert [told("the last four", letter) for letter in METALS] == [ONE_LEFT, *[SINGLED_OUT] * 4]


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("the letter after C", "D"),
        ("the letter right after C", "D"),
        ("the letter just after C", "D"),
        ("the letter directly following (C", "D"),
        ("the letter before C", "B"),
        ("the letter preceding C", "B"),
    ],
)
def test_a_neighbour_in_the_alphabet_names_the_letter(text: str, letter: str) -> None:
    others = [other for other in METALS if other not in (letter, "C")]
    assert told(text, letter) == SINGLED_OUT
    assert [told(text, other) for other in others] == [None, None, None]


def test_a_letter_before_an_apostrophe_is_a_part_of_a_word() -> None:
    assert told("D'Artagnan", "D") is None


def test_a_neighbour_outside_the_options_is_none() -> None:
    assert told("the letter after E", "D") is None
    assert told("the letter after Care", "D") is None
    assert told("the newsletter after C", "D") is None


@pytest.mark.parametrize(
    "text", ["so none of them rusts", "NONE of it", "not any of them", "no option fits", "no choice fits"]
)
def test_ruling_all_options_out_tells_that_none_is_right(text: str) -> None:
    assert told(text, "D", SOME) == RULED_OUT
    assert told(text, "C", SOME) is None
    assert told(text, "C") is None


@pytest.mark.parametrize("text", ["no optional part", "none offers help", "a piano choice", "not anything", "no zinc"])
def test_a_negation_of_something_else_rules_no_option_out(text: str) -> None:
    assert told(text, "D", SOME) is None


def test_the_option_that_none_is_right_is_not_told_by_its_text() -> None:
    offered = {"A": "copper", "B": "zinc", "C": "none"}
    assert told("none the less zinc", "B", offered) == SINGLED_OUT
    assert told("none the less", "C", offered) is None
    assert told("copper or none the less", "B", offered) is None
    assert told("copper or zinc", "C", offered) == ONE_LEFT
    assert told("it is C", "C", offered) == SINGLED_OUT
