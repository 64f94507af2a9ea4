from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from arango_thinking.store.key_list import IN_MEMORY, KeyList


@pytest.mark.parametrize(("size", "sizes"), [(1, [1, 1, 1]), (2, [2, 1]), (3, [3]), (100, [3])])
def test_pages_hold_all_keys_in_their_order(size: int, sizes: list[int]) -> None:
    with closing(KeyList(["b", "Z99", "a:1"])) as keys:
        pages = list(keys.pages(size))
    assert [len(page) for page in pages] == sizes
    assert [key for page in pages for key in page] == ["b", "Z99", "a:1"]


def test_no_keys_are_no_page() -> None:
    with closing(KeyList()) as keys:
        assert list(keys.pages(10)) == []


def test_two_may_read_at_once() -> None:
    with closing(KeyList("abc")) as keys:
        one, other = keys.pages(1), keys.pages(2)
        assert [next(one), next(other), next(one), next(other), next(one)] == [["a"], ["a", "b"], ["b"], ["c"], ["c"]]


def test_more_than_fits_in_memory_is_read_as_well() -> None:
    many = [f"{number:07}" for number in range(IN_MEMORY // 8 + 10)]
    with closing(KeyList(many)) as keys:
        assert [key for page in keys.pages(1000) for key in page] == many


def test_what_goes_wrong_while_keys_come_leaves_no_file_open() -> None:
    def broken() -> Iterator[str]:
        yield from (f"{number:07}" for number in range(IN_MEMORY // 8 + 10))
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):  # an open file would be a warning, which is an error here
        KeyList(broken())
