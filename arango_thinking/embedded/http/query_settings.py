"""The settings for tracking queries and for caching their results. They last as long as the server runs.

They have no effect: a query ends before another request could see it, and nothing is cached, as a cache may always
miss. They are kept so that a client can read back what it has set.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from arango_thinking.embedded.errors import ArangoError

_MODES = ("off", "on", "demand")


@dataclass(slots=True)
class QuerySettings:
    """The settings, with ArangoDB's names and defaults."""

    tracking: dict[str, Any] = field(
        default_factory=lambda: {
            "enabled": True,
            "trackSlowQueries": True,
            "trackBindVars": True,
            "maxSlowQueries": 64,
            "slowQueryThreshold": 10,
            "slowStreamingQueryThreshold": 10,
            "maxQueryStringLength": 4096,
        }
    )
    caching: dict[str, Any] = field(
        default_factory=lambda: {
            "mode": "off",
            "maxResults": 128,
            "maxResultsSize": 268435456,
            "maxEntrySize": 16777216,
            "includeSystem": False,
        }
    )

    def set_tracking(self, given: dict[str, Any]) -> None:
        _set(self.tracking, given)

    def set_caching(self, given: dict[str, Any]) -> None:
        mode = given.get("mode", "off")
        if mode not in _MODES:
            raise ArangoError(10, f"mode must be one of {', '.join(_MODES)}")
        _set(self.caching, given)


def _set(settings: dict[str, Any], given: dict[str, Any]) -> None:
    """Change the settings. As in ArangoDB, unknown names and values of the wrong type are ignored."""
    for name, value in given.items():
        if name in settings and _kind(settings[name]) == _kind(value):
            settings[name] = value


def _kind(value: Any) -> type:
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)
