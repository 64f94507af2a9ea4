import pytest

from arango_thinking.matching.words.opposites import turned_round
from arango_thinking.matching.words.terms import denies, key_terms, same_word, split_terms, stem


@pytest.mark.parametrize(
    ("one", "other"), [("jellies", "jelly"), ("jammed", "jamming"), ("causes", "cause"), ("boxes", "box")]
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_key_terms_are_content_words_names_and_numbers_each_once() -> None:
    assert key_terms("The three rivers of Asia, and three River deltas") == ["3", "rivers", "asia", "deltas"]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("photosynthesis", "photosynthessis", True),
        ("typical", "atypical", False),
        ("nitrate", "nitrite", False),
        ("cat", "cats", False),
        ("1234567", "12345678", False),
    ],
)
def test_only_a_small_slip_in_a_long_word_is_forgiven(left: str, right: str, expected: bool) -> None:
    assert same_word(left, right) is expected


def test_split_terms_tells_what_a_text_holds() -> None:
    assert split_terms(["oceans", "wind"], "The ocean is calm") == (["oceans"], ["wind"])


def test_negations_are_seen() -> None:
    assert denies("It does not work")
    assert not denies("It works")


def test_a_word_replaced_by_its_opposite_is_seen() -> None:
    assert turned_round("prices were higher", "prices were lower")
    assert not turned_round("prices were higher", "prices were higher, not lower")


def test_british_and_american_spellings_are_one_word() -> None:
    assert same_word("haemoglobin", "hemoglobin")
    assert not same_word("anaemia", "academia")
