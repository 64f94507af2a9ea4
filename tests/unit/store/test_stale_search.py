from __future__ import annotations

import pytest

from arango_thinking.store.stale_search import StaleSearch, mark_of

DAY = 24 * 60 * 60


def search(notes: dict[str, object], mark: str = "r1", limit: int = 10, now: float = 0.0) -> StaleSearch:
    return StaleSearch.resume(notes, mark, limit, now)


def test_a_search_that_finds_nothing_is_not_made_again_until_something_changes() -> None:
    first = search({})
    first.advance(4, "t4", found=False, is_last=True, now=0.0)
    assert search(first.notes()).left == 0
    assert search(first.notes(), "r2").left == 10


@pytest.mark.parametrize(("later", "left"), [(DAY - 1, 0), (DAY, 10), (DAY + 1, 10)])
def test_a_clean_collection_is_not_trusted_for_more_than_a_day(later: float, left: int) -> None:
    first = search({}, now=1000.0)
    first.advance(4, "t4", found=False, is_last=True, now=1000.0)
    assert search(first.notes(), now=1000.0 + later).left == left


def test_without_notes_there_is_nothing_to_search_and_nothing_is_known() -> None:
    none = StaleSearch()
    assert (none.limit, none.left, none.run) == (0, 0, "")
    assert none.notes() == {"after": "", "began": "", "found": False, "clean": "", "clean_at": 0.0}
    assert search({}).notes() == {**none.notes(), "began": "r1"}


def test_a_search_that_is_through_has_nothing_left() -> None:
    one = search({}, limit=10)
    one.advance(4, "t4", found=False, is_last=True, now=5.0)
    assert (one.after, one.left) == ("", 0)
    assert one.notes() == {"after": "", "began": "r1", "found": False, "clean": "r1", "clean_at": 5.0}


def test_a_new_search_has_found_nothing_yet() -> None:
    first = search({})
    first.advance(4, "t4", found=True, is_last=True, now=0.0)
    assert search(first.notes(), "r2").found is False


def test_one_that_found_something_is_made_again() -> None:
    first = search({})
    first.advance(4, "t4", found=True, is_last=True, now=0.0)
    assert search(first.notes()).left == 10


def test_a_long_one_goes_on_in_the_next_run() -> None:
    first = search({}, limit=10)
    first.advance(10, "t10", found=False, is_last=False, now=0.0)
    assert first.left == 0
    second = search(first.notes(), limit=10)
    assert (second.after, second.left) == ("t10", 10)
    second.advance(5, "t15", found=False, is_last=True, now=0.0)
    assert search(second.notes()).left == 0


def test_what_changed_since_a_long_one_began_is_not_lost() -> None:
    first = search({}, "r1")
    first.advance(10, "t10", found=False, is_last=False, now=0.0)
    second = search(first.notes(), "r2")  # somebody wrote, perhaps behind t10 where the search has been
    second.advance(5, "t15", found=False, is_last=True, now=0.0)
    assert search(second.notes(), "r2").left == 10


def test_what_a_long_one_found_early_counts_at_its_end() -> None:
    first = search({})
    first.advance(10, "t10", found=True, is_last=False, now=0.0)
    second = search(first.notes())
    second.advance(5, "t15", found=False, is_last=True, now=0.0)
    assert search(second.notes()).left == 10


def test_the_limit_holds_over_pages() -> None:
    one = search({}, limit=10)
    one.advance(6, "t6", found=False, is_last=False, now=0.0)
    assert one.left == 4


def test_another_filter_begins_at_the_first() -> None:
    """Else the first half of the traces would be searched for one filter, the second for another, and both be clean."""
    first = search({}, mark_of("r1", "doc.a == 1"))
    first.advance(10, "t10", found=False, is_last=False, now=0.0)
    assert search(first.notes(), mark_of("r2", "doc.a == 1")).after == "t10"
    for other in (mark_of("r1", None), mark_of("r1", "doc.a == 2")):
        second = search(first.notes(), other)
        assert (second.after, second.began) == ("", other)
