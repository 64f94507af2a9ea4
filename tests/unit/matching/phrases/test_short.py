import pytest

from arango_thinking.matching.phrases.lists import list_items
from arango_thinking.matching.phrases.prose import in_prose
from arango_thinking.matching.phrases.short import in_short


def test_a_list_is_told_from_prose() -> None:
    assert list_items("ice, wind, and moving water") == ["ice", "wind", "moving water"]
    assert list_items("When the ice had melted, the long river, which was wide, began to run") == []


def test_more_items_than_asked_for_decide_nothing() -> None:
    assert in_prose("Which?", "ice, wind and water", "ice, wind, fire and water").correct is None


def test_initials_stand_for_a_name_that_has_no_other_words() -> None:
    assert in_short("Which?", "National Weather Service Office", "NWSO").correct is True
    assert in_short("Which?", "members of the National Weather Service Office", "NWSO").correct is None
    assert in_short("Which?", "World Health Organization", "WTO").correct is False


def test_a_number_of_the_prose_has_to_agree() -> None:
    reference = "The tower lost 30 tiles during the great storm of that winter"
    assert in_prose("Why?", reference, "The tower lost 40 tiles during the great winter storm").correct is False
    assert in_prose("Why?", reference, "The tower lost thirty tiles during the great winter storm").correct


def test_a_lead_that_repeats_the_question_is_no_part_of_the_answer() -> None:
    question = "What are the main causes of erosion?"
    reference = "The main causes include wind, running water, and moving ice."
    assert in_prose(question, reference, "wind, running water and moving ice").correct is True
    assert in_prose(question, reference, "wind and running water").correct is False


def test_a_negation_repeated_from_the_question_denies_nothing() -> None:
    question = "Which illness comes from a lack of sleep?"
    assert in_short(question, "Fatigue", "The illness that comes from a lack of sleep is fatigue.").correct is True
    assert in_short("Which city is not in France?", "Rome", "It is not Rome.").correct is not True


@pytest.mark.parametrize(
    ("question", "reference", "answer", "expected"),
    [
        ("Which city?", "Lisbon", "Lisbon, Portugal", True),
        ("Which city?", "Lisbon", "Lisbon, Porto", None),
        ("Where?", "from west to east", "west to east", True),
        ("Where?", "to Paris", "from Paris", None),
        ("What?", "photosynthesis", "respiration", False),
        ("What?", "photosynthesis", "making sugar", None),
        ("What?", "ammonia", "anything but ammonia", False),
        ("What?", "light", "light bulb", None),
        ("Which country?", "Korea", "South Korea", None),
        ("What happens?", "it freezes", "It does not freeze", False),
        ("What happens to water?", "it freezes", "water freezes", True),
        ("What?", "a hidden safe", "nothing", False),
        ("Where and when?", "in Oslo in 1923", "in Oslo in 1932", False),
        ("Where and when?", "in Oslo in 1923", "in Bergen in 1923", False),
        ("What is the symbol of gold?", "Au", "gold", False),
        ("Which is not needed?", "salt", "Salt is not needed.", True),
        ("What colour?", "light grey", "dark gray", False),
        ("What causes tides?", "the gravity of the Moon", "the Moon's gravity", True),
        ("What kind of rock?", "metamorphic rock", "metamorphic", True),
        ("What of?", "hydrogen and oxygen", "H and O", None),
        ("What?", "order", "disorder", False),
    ],
)
def test_short_answers_near_the_reference(question: str, reference: str, answer: str, expected: bool | None) -> None:
    assert in_short(question, reference, answer).correct is expected
