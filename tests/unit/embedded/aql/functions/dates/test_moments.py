"""Moments in time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arango_thinking.embedded.aql.functions.dates import moments


@given(st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31)))
def test_agrees_with_the_calendar_of_python(when: datetime) -> None:
    when = when.replace(microsecond=when.microsecond // 1000 * 1000, tzinfo=UTC)
    text = when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    moment = moments.parse(text)
    assert moment is not None
    assert moments.iso(moment) == text
    assert moments.day_of_year(moment) == when.timetuple().tm_yday
    assert moments.iso_week(moment) == when.isocalendar()[:2]


@given(st.integers(moments.EARLIEST, moments.LATEST))
def test_text_and_number_agree(moment: int) -> None:
    text = moments.iso(moment)
    assert text is not None
    assert moments.parse(text) == moment


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024", "2024-01-01T00:00:00.000Z"),
        ("2024-3", "2024-03-01T00:00:00.000Z"),
        (" 2024-03-04 ", "2024-03-04T00:00:00.000Z"),
        ("2024-03-04 05:06", "2024-03-04T05:06:00.000Z"),
        ("2024-03-04T05:06:07.8+02:00", "2024-03-04T03:06:07.800Z"),
        ("2024-02-31", "2024-03-02T00:00:00.000Z"),
        ("0000-01-01", "0000-01-01T00:00:00.000Z"),
        ("2024-03-04T05:06:07.123456Z", "2024-03-04T05:06:07.123Z"),
    ],
)
def test_parse(text: str, iso: str) -> None:
    moment = moments.parse(text)
    assert moment is not None
    assert moments.iso(moment) == iso


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "2024-13",
        "2024-00",
        "2024-01-32",
        "2024-01-01T24:00",
        "2024-01-01T5",
        "-2024",
        "20240",
        "2024-01-01T00:00:60",
    ],
)
def test_no_dates(text: str) -> None:
    assert moments.parse(text) is None
