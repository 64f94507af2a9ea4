from __future__ import annotations

from arango_thinking.embedded.storage.checksums import checksum_of

PAGES = [{"_key": "a", "_id": "p/a", "_rev": "1", "n": {"x": 1, "y": 2}}, {"_key": "b", "_id": "p/b", "_rev": "2"}]


def test_no_order_counts() -> None:
    turned = [{"_rev": "2", "_id": "q/b", "_key": "b"}, {**PAGES[0], "n": {"y": 2, "x": 1}}]
    for with_revisions in (False, True):
        given = checksum_of(PAGES, with_revisions=with_revisions, with_data=True)
        assert given == checksum_of(turned, with_revisions=with_revisions, with_data=True)


def test_nothing_has_the_checksum_zero() -> None:
    assert checksum_of([], with_revisions=True, with_data=True) == "0"


def test_the_ends_of_edges_count_always() -> None:
    one, other = ({"_key": "a", "_from": "p/a", "_to": end} for end in ("p/b", "p/c"))
    first, second = (checksum_of([edge], with_revisions=False, with_data=False) for edge in (one, other))
    assert first != second
