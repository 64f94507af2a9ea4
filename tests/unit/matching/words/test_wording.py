import pytest
from hypothesis import given
from hypothesis import strategies as st

from arango_thinking.matching.words.wording import located_words, plain, position, sentences, visible, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("１２ and ٣٤", "12 and 34"),
        ("−5 – 6", "-5 - 6"),
        ("2½", "2 1/2"),
        ("10²", "10^2"),
        (r"\frac{3}{4}", "3/4"),
        (r"$x = 5$", "x = 5"),
        (r"costs \$5", "costs $5"),
        ("zero\u200bwidth", "zerowidth"),
    ],
)
def test_plain_writes_everything_in_one_notation(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_plain_leaves_amounts_of_money_alone() -> None:
    assert plain("from $5 to $6") == "from $5 to $6"


def test_visible_drops_what_shows_nothing() -> None:
    assert visible("\u200b \u2800\ufeff\t") == ""


def test_words_are_compared_without_case_accents_separators_and_possessives() -> None:
    assert words("The Café's 1,234.50 guests") == ["the", "cafe", "1234.5", "guests"]


def test_scripts_without_spaces_give_a_word_a_character() -> None:
    assert words("答案是北京")[-2:] == ["北", "京"]


def test_located_words_point_into_the_text() -> None:
    text = "Two Words"
    assert [text[word.start : word.end] for word in located_words(text)] == ["Two", "Words"]


def test_position_finds_consecutive_words_only() -> None:
    assert position(["b", "c"], ["a", "b", "c"]) == 1
    assert position(["a", "c"], ["a", "b", "c"]) == -1
    assert position([], ["a"]) == -1


def test_sentences_are_cut_at_ends_and_lines_but_not_after_abbreviations() -> None:
    assert sentences("Dr. Who left. He ran!\nWhere? e.g. here.") == [
        "Dr. Who left. ",
        "He ran!\n",
        "Where? ",
        "e.g. here.",
    ]


@given(st.text())
def test_sentences_add_up_to_the_text(text: str) -> None:
    assert "".join(sentences(text)) == text
