from arango_thinking.teaching.phrases import in_prose, in_short, list_items


def test_a_list_is_told_from_prose() -> None:
    assert list_items("ice, wind, and moving water") == ["ice", "wind", "moving water"]
    assert list_items("When the ice had melted, the long river, which was wide, began to run") == []


def test_more_items_than_asked_for_decide_nothing() -> None:
    assert in_prose("Which?", "ice, wind and water", "ice, wind, fire and water").correct is None


def test_initials_decide_nothing() -> None:
    assert in_short("Which?", "National Weather Service Office", "NWSO").correct is None


def test_a_number_of_the_prose_has_to_agree() -> None:
    reference = "The tower lost 30 tiles during the great storm of that winter"
    assert in_prose("Why?", reference, "The tower lost 40 tiles during the great winter storm").correct is None
    assert in_prose("Why?", reference, "The tower lost thirty tiles during the great winter storm").correct
