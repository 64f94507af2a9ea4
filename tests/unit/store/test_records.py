from __future__ import annotations

import re

from arango_thinking.store.records import Selection, key_of


def test_a_key_is_legal_the_same_for_a_name_and_another_for_another() -> None:
    keys = {key_of(name) for name in ("qa_pairs/1", "qa_pairs/2", "qa_pairs", "")}
    assert len(keys) == 4
    assert all(re.fullmatch(r"[0-9a-f]{32}", key) for key in keys)


def test_keys_stay_what_they_are_in_databases_that_exist() -> None:
    """They are stored: made in another way, every failure and lease would be lost."""
    assert key_of("qa_pairs") == "6da436d57df0a736c79d8818eba10d62"


def test_a_selection_is_of_a_whole_collection_unless_told_otherwise() -> None:
    selection = Selection("qa_pairs")
    assert (selection.filter, selection.evidence_edges, selection.layout) == (None, None, None)
