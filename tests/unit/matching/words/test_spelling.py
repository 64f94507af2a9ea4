import pytest

from arango_thinking.matching.words.spelling import american


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("colour", "color"),
        ("centre", "center"),
        ("organisation", "organization"),
        ("analyse", "analyze"),
        ("travelled", "traveled"),
        ("grey", "gray"),
        ("haemoglobin", "hemoglobin"),
        ("defence", "defense"),
        ("froze", "freeze"),
        ("children", "child"),
        ("four", "four"),
        ("rise", "rise"),
    ],
)
def test_one_spelling_for_each_word(word: str, expected: str) -> None:
    assert american(word) == expected
