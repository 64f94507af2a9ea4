"""Time zones."""

from __future__ import annotations

from typing import Any

import pytest

from arango_thinking.embedded.aql.functions.dates import moments, zones
from arango_thinking.embedded.errors import ArangoError
from tests.unit.embedded.aql.conftest import Database


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("DATE_UTCTOLOCAL('2024-07-01T12:00:00Z', 'Europe/Paris')", "2024-07-01T14:00:00.000"),
        ("DATE_UTCTOLOCAL(0, 'Etc/UTC')", "1970-01-01T00:00:00.000Z"),
        ("DATE_UTCTOLOCAL('2024-01-01T12:00:00Z', 'Europe/London')", "2024-01-01T12:00:00.000Z"),
        ("DATE_UTCTOLOCAL('0001-01-01', 'Europe/Paris', false)", "0001-01-01T00:09:21.000"),
        ("DATE_LOCALTOUTC('2024-07-01T14:00:00', 'Europe/Paris')", "2024-07-01T12:00:00.000Z"),
        ("DATE_LOCALTOUTC('9999-12-31T12:00:00', 'Asia/Tokyo')", "9999-12-31T03:00:00.000Z"),
        ("DATE_TIMEZONE()", "Etc/UTC"),
        ("'Asia/Tokyo' IN DATE_TIMEZONES()", True),
    ],
)
def test_conversions(db: Database, call: str, expected: Any) -> None:
    assert db.value(call) == expected


@pytest.mark.parametrize(
    ("date", "zone", "expected"),
    [
        (
            "2024-07-01T12:00:00Z",
            "Europe/Paris",
            {"name": "CEST", "begin": "2024-03-31T01:00:00.000Z", "end": "2024-10-27T01:00:00.000Z", "dst": True,
             "offset": 7200},
        ),
        (
            "2024-03-31T01:00:00Z",
            "Europe/Paris",
            {"name": "CEST", "begin": "2024-03-31T01:00:00.000Z", "end": "2024-10-27T01:00:00.000Z", "dst": True,
             "offset": 7200},
        ),
        (
            "2024-07-01T12:00:00Z",
            "Asia/Tokyo",
            {"name": "JST", "begin": "1951-09-08T15:00:00.000Z", "end": None, "dst": False, "offset": 32400},
        ),
        ("2024-07-01", "UTC", {"name": "UTC", "begin": None, "end": None, "dst": False, "offset": 0}),
    ],
)  # fmt: skip
def test_zone_info(db: Database, date: str, zone: str, expected: Any) -> None:
    found = db.value("DATE_UTCTOLOCAL(@date, @zone, true)", {"date": date, "zone": zone})
    assert found["zoneInfo"] == expected
    assert isinstance(found["tzdb"], str)
    back = db.value("DATE_LOCALTOUTC(@date, @zone, true)", {"date": found["local"], "zone": zone})
    assert back["zoneInfo"] == expected
    assert moments.parse(back["utc"]) == moments.parse(date)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("DATE_UTCTOLOCAL(0, 'Mars/Olympus')", "Mars/Olympus not found"),
        ("DATE_UTCTOLOCAL(0, '')", "not found"),
        ("DATE_LOCALTOUTC('2024-03-31T02:30:00', 'Europe/Paris')", "does not exist"),
        ("DATE_LOCALTOUTC('2024-10-27T02:30:00', 'Europe/Paris')", "is ambiguous"),
    ],
)
def test_errors(db: Database, call: str, text: str) -> None:
    with pytest.raises(ArangoError, match=text) as caught:
        db.value(call)
    assert caught.value.number == 4


@pytest.mark.parametrize(
    ("call", "code"),
    [("DATE_UTCTOLOCAL(0, 1)", 1542), ("DATE_LOCALTOUTC(0, 'UTC', 1)", 1542), ("DATE_UTCTOLOCAL('x', 'UTC')", 1572)],
)
def test_warnings(db: Database, call: str, code: int) -> None:
    assert db.value(call) is None
    assert db.warnings(call) == [code]


def test_utc_needs_no_time_zone_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoneinfo.available_timezones", set)
    zones.names.cache_clear()
    try:
        assert zones.to_local(5, zones.zone_of("UTC")) == 5
    finally:
        zones.names.cache_clear()
