"""Data shown to a person must not act on the terminal it is shown on."""

import pytest

from arango_thinking.printable import printable


@pytest.mark.parametrize("text", ["", "two moons", "café", "cafe\u0301", "日本", "👨‍👩‍👧‍👦 🇫🇮 1️⃣ 👍🏽", "a\\x1b"])
def test_plain_text_stays(text):
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\x1b[31mTwo\b\a", r"\x1b[2J\x1b[31mTwo\x08\x07"),
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("siht\u202e", r"siht\u202e"),
        ("\u2066x\u2069", r"\u2066x\u2069"),
        ("a\u2028b\u0085c\u00a0", r"a\u2028b\x85c\xa0"),
        ("\0\ufeff\u200b\u00ad", r"\x00\ufeff\u200b\xad"),
        ("\U000e0041\ud83d", r"\U000e0041\ud83d"),
    ],
)
def test_what_could_act_is_an_escape(text, shown):
    assert printable(text) == shown


def test_right_to_left_text_is_isolated():
    assert printable("שני ירחים") == "\u2068שני ירחים\u2069"


def test_a_long_text_is_cut_with_a_mark():
    assert printable("x" * 1000, limit=10) == "x" * 10 + "…"
    assert printable("x" * 10, limit=10) == "x" * 10
    assert printable("\x1b" * 10, limit=10) == r"\x1b\x1b…"


@pytest.mark.parametrize("cluster", ["e\u0301", "👨‍👩‍👧", "🇫🇮", "1\ufe0f\u20e3", "👍🏽"])
def test_the_cut_does_not_split_what_is_seen_as_one(cluster):
    for limit in range(1, 3 * len(cluster)):
        shown = printable(cluster * 3, limit)
        assert shown.removesuffix("…") in ("", cluster, cluster * 2)


def test_flags_in_a_row_stay_flags():
    assert printable("🇫🇮🇸🇪🇩🇪", limit=4) == "🇫🇮🇸🇪…"


def test_stacked_marks_are_bounded():
    assert len(printable("Z" + "\u0351" * 100_000, limit=50)) <= 51
