from __future__ import annotations

import pytest

from arango_thinking.addresses import endpoints, is_model_url
from arango_thinking.errors import ConfigurationError


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("http://db:8529", ["http://db:8529"]),
        ("https://db", ["https://db:8529"]),
        ("http+tcp://db:1", ["http://db:1"]),
        ("http+ssl://db", ["https://db:8529"]),
        ("tcp://[::1]:8530/", ["http://[::1]:8530"]),
        ("ssl://[::1]", ["https://[::1]:8529"]),
        ("HTTP://db:80/arango/", ["http://db:80/arango"]),
        ("tcp://a, http://b:1 ,http://a:8529", ["http://a:8529", "http://b:1"]),
        ("embedded:data.db", []),
        ("embedded:a,b.db", []),
    ],
)
def test_every_form_is_understood(url: str, found: list[str]) -> None:
    assert list(endpoints(url)) == found


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("db:8529", "'db:8529' is not a database URL"),
        ("vst://db", "'vst://db' is not a database URL"),
        ("unix:///tmp/arangodb.sock", "is not a database URL"),
        ("http://a,,http://b", "'' is not a database URL"),
        ("http://a?x=1", "'http://a' is not a database URL"),
        ("http://a#x", "is not a database URL"),
        ("http://a:0", "is not a database URL"),
        ("http://a/_db/memory", "use --database"),
        ("http://a,https://b", "some without"),
        ("tcp://a,ssl://b", "some without"),
        ("http://a,embedded:b.db", "stands alone"),
        ("embedded:a.db,http://b", "stands alone"),
        ("embedded:a.db,embedded:b.db", "stands alone"),
        ("embedded:", "not a database URL"),
    ],
)
def test_anything_else_is_refused_with_what_to_write(url: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        endpoints(url)
    assert says in str(caught.value)


@pytest.mark.parametrize("url", ["http://root:hunter2@db", "http://hunter2@db", "ftp://a:hunter2@b", "db?p=hunter2"])
def test_a_secret_in_a_database_url_is_not_shown(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        endpoints(url)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://user:hunter2@host/v1",
        "https://host/v1?api_key=hunter2",
        "https://host/v1?subscription-key=hunter2",
        "https://host/v1?Token=hunter2&x=1",
        "ftp://user:hunter2@host",
        "http://user:hunter2@[bad",
    ],
)
def test_a_secret_in_a_models_url_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY") as caught:
        is_model_url(url)
    assert "hunter2" not in str(caught.value)


def test_what_is_no_secret_may_stand_in_a_models_url() -> None:
    assert is_model_url("https://host/openai/v1?api-version=2024-10-21")
    assert is_model_url("http://localhost:8000/v1/@beta")
    assert not is_model_url("localhost:8000")
