"""Which split a document goes into."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arango_thinking.errors import ConfigurationError
from arango_thinking.files.splits import QuestionGroups, Split, digest, question_digest, read_splits, split_number

SPLITS = read_splits("train=0.9,validation=0.1")


def test_splits_are_read_exactly() -> None:
    assert (Split("train", Fraction(9, 10)), Split("validation", Fraction(1, 10))) == SPLITS
    assert [split.name for split in read_splits(" a=1/3, b=1/3 ,c=1/3")] == ["a", "b", "c"]
    assert read_splits("all=1") == (Split("all", Fraction(1)),)
    assert sum(split.share for split in read_splits("a=0.7,b=0.2,c=0.1")) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("train=0.9", "the shares sum to 0.9, not to 1"),
        ("train=0.9,validation=0.2", "the shares sum to 1.1, not to 1"),
        ("train=0.9,train=0.1", "a name occurs twice"),
        ("train=0.9,Train=0.1", "a name occurs twice"),
        ("train=0.9,validation", "the share in 'validation' is not a number"),
        ("train=0.9,validation=1/0", "is not a number"),
        ("train=1,validation=0", "is not between 0 and 1"),
        ("train=1.5,validation=-0.5", "is not between 0 and 1"),
        ("train=90%,validation=10%", "is not a number such as"),
        ("../up=1", "is not NAME=SHARE"),
        ("=1", "is not NAME=SHARE"),
        ("train=1,", "'' is not NAME=SHARE"),
    ],
)
def test_what_is_no_split_is_told(text: str, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason.replace("(", r"\(")):
        read_splits(text)


def asked(question: object, role: str = "user") -> dict[str, object]:
    return {"messages": [{"role": "system", "content": "x"}, {"role": role, "content": question}]}


@pytest.mark.parametrize(
    "same",
    [
        {"question": "Who built it?"},
        {"question": "  WHO built\n it ?", "answer": "another"},
        asked("who built it?"),
        asked([{"type": "text", "text": "Who built"}, {"type": "text", "text": " it?"}], "User"),
    ],
)
def test_the_same_question_in_other_clothes(same: dict[str, object]) -> None:
    assert question_digest(same) == question_digest({"question": "Who built it?", "answer": "She"})


def test_other_questions_are_told_apart() -> None:
    picture = [{"type": "image_url", "image_url": {"url": "a"}}]
    documents = [{"question": "a"}, {"question": "b"}, asked("c"), asked(picture), asked("x", "assistant"), asked(None)]
    assert len({question_digest(document) for document in documents}) == len(documents)


def test_shares_are_kept_nearly_and_numbers_stay() -> None:
    numbers = [split_number(digest(f"question {number}"), SPLITS) for number in range(5_000)]
    assert 430 < sum(numbers) < 570
    # A change here sends the users' documents to other splits: it must not happen by accident.
    assert [number for number, found in enumerate(numbers) if found][:5] == [3, 7, 30, 34, 38]


def test_a_group_is_named_after_the_question_it_was_made_from() -> None:
    original, reversal, again, alone = map(digest, ("original", "reversal", "reversal of the reversal", "alone"))
    groups = QuestionGroups([(again, reversal), (reversal, original)])
    assert {groups.group(question) for question in (original, reversal, again)} == {original}
    assert groups.group(alone) == alone


def test_variants_of_a_question_that_is_gone_stay_together_whichever_are_left() -> None:
    gone, one, other = digest("key gone"), digest("one"), digest("other")
    assert QuestionGroups([(one, gone), (other, gone)]).group(one) == QuestionGroups([(one, gone)]).group(one) == gone


def test_a_circle_of_variants_is_one_group() -> None:
    one, other = digest("one"), digest("other")
    groups = QuestionGroups([(one, other), (other, one), (one, one)])
    assert groups.group(one) == groups.group(other) == min(one, other)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=20), st.randoms())
def test_groups_do_not_depend_on_the_order(pairs: list[tuple[int, int]], random: object) -> None:
    edges = [(digest(str(variant)), digest(str(original))) for variant, original in pairs]
    groups = QuestionGroups(edges)
    shuffled = list(edges)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    others = QuestionGroups(shuffled)
    for variant, original in edges:
        assert groups.group(variant) == groups.group(original) == others.group(original)
