import pytest

from arango_thinking.matching.numbers.times import agree, as_time, times_in


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("3:30 PM", "15:30", True),
        ("3:30 PM", "half past three in the afternoon", True),
        ("3.30 p.m.", "3:30 pm", True),
        ("quarter to six", "5:45", True),
        ("noon", "12 pm", True),
        ("midnight", "12 am", True),
        ("10 o'clock", "10:00", True),
        ("3:30 PM", "3:30", None),
        ("3:30 PM", "3:30 AM", False),
        ("3:30 PM", "3:45 PM", False),
    ],
)
def test_times_of_day(left: str, right: str, expected: bool | None) -> None:
    one, other = as_time(left), as_time(right)
    assert one is not None
    assert other is not None
    assert agree(one, other) is expected


@pytest.mark.parametrize("text", ["3.30", "5 to 10", "25:00", "$3.30 pm was paid", "half a day"])
def test_what_is_no_time_of_day(text: str) -> None:
    assert as_time(text) is None


def test_times_are_found_in_a_text() -> None:
    assert [time.minutes for time in times_in("from 9 am to 17:15")] == [540, 1035]
