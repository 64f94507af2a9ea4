"""Date functions."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.unit.embedded.aql.conftest import Database

D = "'2016-08-22T12:34:56.789Z'"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (f"DATE_TIMESTAMP({D})", 1471869296789),
        ("DATE_ISO8601(1471869296789)", "2016-08-22T12:34:56.789Z"),
        ("DATE_ISO8601(0)", "1970-01-01T00:00:00.000Z"),
        ("DATE_ISO8601(2016, 12, 25, 5)", "2016-12-25T05:00:00.000Z"),
        ("DATE_TIMESTAMP(1970, 1, 1, 0, 0, 1, 5)", 1005),
        ("IS_DATESTRING('2016')", True),
        ("IS_DATESTRING('x')", False),
        ("IS_DATESTRING(0)", False),
        (f"DATE_YEAR({D})", 2016),
        (f"DATE_MONTH({D})", 8),
        (f"DATE_DAY({D})", 22),
        (f"DATE_HOUR({D})", 12),
        (f"DATE_MINUTE({D})", 34),
        (f"DATE_SECOND({D})", 56),
        (f"DATE_MILLISECOND({D})", 789),
        (f"DATE_DAYOFWEEK({D})", 1),
        ("DATE_DAYOFYEAR('2016-12-31')", 366),
        ("DATE_ISOWEEK('2016-01-01')", 53),
        ("DATE_ISOWEEKYEAR('2016-01-01')", {"week": 53, "year": 2015}),
        ("DATE_LEAPYEAR('1900')", False),
        ("DATE_LEAPYEAR('2000')", True),
        ("DATE_QUARTER('2016-05')", 2),
        ("DATE_DAYS_IN_MONTH('2016-02')", 29),
        ("DATE_ADD('2006-01-01', 3, 'months')", "2006-04-01T00:00:00.000Z"),
        ("DATE_ADD('2016-01-31', 1, 'month')", "2016-03-02T00:00:00.000Z"),
        ("DATE_ADD('2006-01-01', 'P1Y2M3DT4H')", "2007-03-04T04:00:00.000Z"),
        ("DATE_ADD('2006-01-01', 1.5, 'days')", "2006-01-02T12:00:00.000Z"),
        ("DATE_ADD('2006-01-01', -1, 'f')", "2005-12-31T23:59:59.999Z"),
        ("DATE_SUBTRACT('2006-01-01', 1, 'y')", "2005-01-01T00:00:00.000Z"),
        ("DATE_SUBTRACT('2006-01-01', 'PT1.5S')", "2005-12-31T23:59:58.500Z"),
        ("DATE_DIFF('2000-01-01', '2000-01-02', 'h')", 24),
        ("DATE_DIFF('2000-01-02', '2000-01-01', 'weeks', true)", -1 / 7),
        ("DATE_DIFF('2000-01-01', '2000-02-01', 'm')", 1),
        ("DATE_COMPARE('1985-04-04', '2016-04-04', 'months', 'days')", True),
        ("DATE_COMPARE('1984-02-29', '1985-02-28', 'months', 'days')", False),
        ("DATE_COMPARE('2001-01-01T15:30:45', '2001-01-01T08:08:08', 'years', 'days')", True),
        (f"DATE_TRUNC({D}, 'hour')", "2016-08-22T12:00:00.000Z"),
        (f"DATE_TRUNC({D}, 'month')", "2016-08-01T00:00:00.000Z"),
        (f"DATE_ROUND({D}, 15, 'minutes')", "2016-08-22T12:30:00.000Z"),
        (f"DATE_FORMAT({D}, '%yyyy-%mm-%dd %hh:%ii:%ss.%fff')", "2016-08-22 12:34:56.789"),
        (f"DATE_FORMAT({D}, '%mmmm %d, %wwww %q %l %%%x')", "August 22, Monday 3 1 %235"),
        (f"DATE_FORMAT({D}, '%m%&m')", "8m"),
        (f"DATE_HOUR({D}, 'Asia/Kathmandu')", 18),
        (f"DATE_DAYOFWEEK({D}, 'Pacific/Auckland')", 2),
        (f"DATE_FORMAT({D}, '%dd %hh', 'Pacific/Auckland')", "23 00"),
        (f"DATE_TRUNC({D}, 'DAY', 'Pacific/Auckland')", "2016-08-22T12:00:00.000Z"),
        (f"DATE_ROUND({D}, 1, 'days', 'Pacific/Auckland')", "2016-08-22T12:00:00.000Z"),
        ("DATE_ADD('2024-03-30T12:00:00Z', 1, 'd', 'Europe/Paris')", "2024-03-31T11:00:00.000Z"),
        ("DATE_ADD('2024-03-30T12:00:00Z', 'P1D', 'Europe/Paris')", "2024-03-31T11:00:00.000Z"),
        ("DATE_SUBTRACT('2024-03-31T12:00:00Z', 1, 'd', 'Europe/Paris')", "2024-03-30T13:00:00.000Z"),
        ("DATE_DIFF('2024-03-30T12:00:00Z', '2024-03-31T12:00:00Z', 'h', 'Europe/Paris')", 25),
        ("DATE_DIFF(0, 0, 'h', true, 'Asia/Tokyo', 'UTC')", -9),
        ("DATE_DIFF(0, 0, 'h', 'Asia/Tokyo', 'UTC')", -9),
        ("DATE_COMPARE('2024-01-01T23:30:00Z', '2024-01-02T00:15:00Z', 'day', 'Europe/Paris')", True),
        ("DATE_COMPARE('2024-01-01T00:00:00Z', '2024-01-01T09:00:00Z', 'h', 'h', 'Asia/Tokyo', 'UTC')", True),
        ("DATE_COMPARE('2024-01-01', '2024-01-02', 'years', 'weeks')", True),
        ("DATE_COMPARE('2024-01-01', '2023-01-02', 'weeks')", True),
        ("DATE_COMPARE('2024-01-01', '2023-02-02', 'day', 'year')", True),
    ],
)
def test_dates(db: Database, call: str, expected: Any) -> None:
    assert db.value(call) == (pytest.approx(expected) if isinstance(expected, float) else expected)


@pytest.mark.parametrize(
    ("call", "codes"),
    [
        ("DATE_YEAR('x')", [1572]),
        ("DATE_YEAR(null)", [1542]),
        ("DATE_ISO8601(1e18)", [1572]),
        ("DATE_ADD('2006', 1, 'q')", [1572]),
        ("DATE_ADD('2006', 'x')", [1572]),
        ("DATE_ADD('2006', null, 'd')", [1542]),
        ("DATE_ADD('2006', 'day', 1)", [1542]),
        ("DATE_TRUNC('2006', 'week')", [1572]),
        ("DATE_COMPARE('2006', '2006', 'x')", [1542]),
        ("DATE_ROUND('2006', 1, 'DAY')", [1542]),
        ("DATE_ROUND('2006', 0, 'day')", [1542]),
        ("DATE_HOUR('2006', 5)", [1542]),
        ("DATE_DIFF('2006', '2006', 'd', 5)", [1542]),
        ("DATE_ISO8601(2016, 1)", [1542]),
    ],
)
def test_warnings(db: Database, call: str, codes: list[int]) -> None:
    assert db.value(call) is None
    assert db.warnings(call) == codes


def test_now_is_the_same_in_all_of_a_query(db: Database) -> None:
    before = int(time.time() * 1000)
    first, last = db.rows("FOR i IN 1..2 LET x = SLEEP(0.002) RETURN DATE_NOW()")
    assert first == last
    assert before <= first <= time.time() * 1000
