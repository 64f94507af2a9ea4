from __future__ import annotations

import pytest

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.http.query_settings import QuerySettings


def test_values_of_the_wrong_kind_and_unknown_names_are_passed_over() -> None:
    settings = QuerySettings()
    settings.set_tracking({"slowQueryThreshold": 0.5, "maxSlowQueries": True, "enabled": 1, "colour": "red"})
    assert (settings.tracking["slowQueryThreshold"], settings.tracking["maxSlowQueries"]) == (0.5, 64)
    assert settings.tracking["enabled"] is True
    assert "colour" not in settings.tracking


def test_servers_have_settings_of_their_own() -> None:
    QuerySettings().set_caching({"mode": "on", "maxResults": 1})
    assert QuerySettings().caching["mode"] == "off"


def test_a_mode_that_is_none() -> None:
    with pytest.raises(ArangoError) as caught:
        QuerySettings().set_caching({"mode": "sometimes"})
    assert caught.value.number == 10
