"""ISO 8601 durations."""

from __future__ import annotations

import pytest

from arango_thinking.embedded.aql.clauses.durations import LAST, Duration, moved, parse_duration

DAY = 86_400_000


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("P1Y6M", (18, 0)),
        ("PT12H30M", (0, 45_000_000)),
        ("P1W2D", (0, 9 * DAY)),
        ("P1M1WT1H", (1, 7 * DAY + 3_600_000)),
        ("PT0.123S", (0, 123)),
        ("PT1.5S", (0, 1500)),
        ("P", None),
        ("PT", None),
        ("PT0.5H", None),
        ("PT0.1234S", None),
        ("1D", None),
    ],
)
def test_parse(text: str, duration: Duration | None) -> None:
    assert parse_duration(text) == duration


def test_moved() -> None:
    assert moved(0, (0, 5), -1) == -5
    assert moved(0, (12, DAY), 1) == 366 * DAY
    assert moved(30 * DAY, (1, 0), 1) == 61 * DAY  # 31 January is followed, a month later, by 3 March
    assert moved(LAST, (12, 0), 1) == LAST
