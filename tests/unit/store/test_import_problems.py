from __future__ import annotations

from arango_thinking.store.import_problems import import_problems


def test_both_ways_of_counting() -> None:
    details = [
        "at position 1: missing '_from' or '_to' attribute, offending document: {}",
        "at position 0: creating document failed with error 'unique constraint violated', offending document: {}",
    ]
    assert [position for position, _ in import_problems(details, 3)] == [0, 1]


def test_a_detail_without_a_position() -> None:
    assert import_problems(["the disk is full"], 3) == ((-1, "the disk is full"),)
