import pytest

from arango_thinking.matching.words.aliases import initials_of, one_name, other_names, two_names


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("United States", "the U.S."),
        ("carbon dioxide", "CO₂"),
        ("World War I", "the First World War"),
        ("World Health Organization", "WHO"),
        ("N.A.S.A.", "NASA"),
        ("hyper text", "hypertext"),
        ("Wien", "Vienna"),
    ],
)
def test_two_names_of_one_thing(left: str, right: str) -> None:
    assert one_name(left, right)
    assert one_name(right, left)


@pytest.mark.parametrize(
    ("left", "right"), [("us", "United States"), ("WTO", "World Health Organization"), ("12", "1 2")]
)
def test_no_names_of_one_thing(left: str, right: str) -> None:
    assert not one_name(left, right)


def test_names_of_two_things() -> None:
    assert two_names("carbon dioxide", "carbon monoxide")
    assert not two_names("carbon dioxide", "a gas")


def test_initials_and_other_names() -> None:
    assert initials_of("Organization of the Petroleum Exporting Countries") == "OPEC"
    assert initials_of("a big thing") == ""
    assert "USA" in other_names("America")
