import pytest

from arango_thinking.matching.words.opposites import exclude, turned_round


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("increases", "decrease"),
        ("grey", "red"),
        ("geology", "seismology"),
        ("igneous", "metamorphic"),
        ("all", "none"),
    ],
)
def test_of_these_only_one_can_be_right(left: str, right: str) -> None:
    assert exclude(left, right)
    assert exclude(right, left)


def test_forms_of_one_word_exclude_nothing() -> None:
    assert not exclude("increases", "increased")
    assert not exclude("car", "automobile")


def test_a_text_is_turned_round_by_an_opposite() -> None:
    assert turned_round("prices were higher", "prices were lower")
    assert not turned_round("prices were higher", "prices were higher, not lower")
