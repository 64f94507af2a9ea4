import pytest

from arango_thinking.matching.phrases.names import is_name, names_agree


@pytest.mark.parametrize(
    ("question", "reference", "answer", "expected"),
    [
        ("Who?", "Mary Shelley", "Mary Wollstonecraft Shelley", True),
        ("Who?", "Mary Shelley", "Shelley, Mary", True),
        ("Who?", "John F. Kennedy", "President John Fitzgerald Kennedy", True),
        ("Who?", "Mary Shelley", "Shelley", True),
        ("Which book?", "Mary Shelley", "Shelley", None),
        ("Who?", "Mary Shelley", "Percy Shelley", False),
        ("Who?", "Christiaan Huygens", "Christiaan Barnard", False),
        ("Who?", "Bill Clinton", "William Clinton", None),
        ("Who?", "Édouard Manet", "Monet", None),
        ("Which king?", "Edward VII", "Edward VIII", False),
        ("Which war?", "World War I", "World War II", False),
        ("Which sea is it?", "Adriatic Sea", "the Adriatic", True),
        ("Which body?", "United Nations Security Council", "UN Security Council", True),
        ("Name one country.", "Germany", "Norway", None),
        ("Who?", "a tall man", "Percy Shelley", None),
    ],
)
def test_names(question: str, reference: str, answer: str, expected: bool | None) -> None:
    found = names_agree(question, reference, answer)
    assert (found.correct if found else None) is expected


def test_a_name_is_capitalised_throughout() -> None:
    assert is_name("Ludwig van Beethoven")
    assert not is_name("Ludwig the composer of songs")
