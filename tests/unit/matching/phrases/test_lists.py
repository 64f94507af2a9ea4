import pytest

from arango_thinking.matching.phrases.lists import list_items, lists_agree, pair_items


@pytest.mark.parametrize(
    ("question", "reference", "answer", "expected"),
    [
        ("Which?", "red, green and blue", "blue, green and red", True),
        ("Which?", "red, green and blue", "red/green/blue", True),
        ("Which?", "red, green and blue", "red and green", False),
        ("Which?", "red, green and blue", "red, yellow and blue", False),
        ("Which?", "red, green and blue", "red, green, blue and yellow", None),
        ("Which vitamins?", "A, D, E and K", "vitamins K, E, D, A", True),
        ("What borders Andorra?", "France and Spain", "Andorra borders Spain and France", True),
        ("Who?", "Larry Page and Sergey Brin", "Larry Page and Steve Jobs", False),
        ("Which?", "jamming, spoofing and theft", "jamming, spoofing and robbery", None),
        ("Name some of them", "Phobos and Deimos", "Phobos", None),
        ("Which?", "Phobos or Deimos", "Phobos", None),
    ],
)
def test_lists(question: str, reference: str, answer: str, expected: bool | None) -> None:
    found = lists_agree(question, reference, answer)
    assert (found.correct if found else None) is expected


def test_a_pair_is_told_from_a_phrase() -> None:
    assert pair_items("salt and pepper") == ["salt", "pepper"]
    assert pair_items("the long and winding road that leads nowhere") == []
    assert list_items("salt and pepper") == []
