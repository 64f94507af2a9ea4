from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from arango_thinking.files.features import Features


def seen(*lines: dict[str, Any]) -> Features:
    features = Features()
    for line in lines:
        features.see(line)
    return features


def value(dtype: str) -> dict[str, str]:
    return {"dtype": dtype, "_type": "Value"}


def test_types_of_values_lists_and_objects() -> None:
    line = {
        "messages": [{"role": "user", "content": "Why?"}],
        "metadata": {"n": 1, "share": 0.5, "ok": True, "no": None},
    }
    assert seen(line).to_dict() == {
        "messages": [{"role": value("string"), "content": value("string")}],
        "metadata": {"n": value("int64"), "share": value("float64"), "ok": value("bool"), "no": value("null")},
    }


@pytest.mark.parametrize(
    ("first", "later", "kind"),
    [
        (None, "old", value("string")),
        ("old", None, value("string")),
        (1, 0.5, value("float64")),
        (0.5, 1, value("float64")),
        (1, 2**70, value("float64")),
        ([], ["a"], [value("string")]),
        ([None], [1], [value("int64")]),
        ({"a": 1}, {"b": "x"}, {"a": value("int64"), "b": value("string")}),
    ],
    ids=str,
)
def test_later_lines_complete_the_types(first: Any, later: Any, kind: Any) -> None:
    assert seen({"a": first}, {"a": later}).to_dict() == {"a": kind}


def test_a_field_may_come_late() -> None:
    assert seen({"a": 1}, {"b": "x"}).to_dict() == {"a": value("int64"), "b": value("string")}


@pytest.mark.parametrize(
    ("first", "later", "path"),
    [
        ("1", 1, "a"),
        (True, 1, "a"),
        ("x", ["x"], "a"),
        (["x"], {"b": 1}, "a"),
        (["x"], [1], "a[]"),
        ({"b": "x"}, {"b": 1}, "a.b"),
    ],
    ids=str,
)
def test_types_in_conflict_are_named_and_give_none(first: Any, later: Any, path: str) -> None:
    features = seen({"a": first}, {"a": later})
    assert (features.to_dict(), features.conflicts) == (None, {path})


@pytest.mark.parametrize("line", [{"a": {}}, {"a": [{}]}, {"a": {"b": {}, "c": 1}}], ids=str)
def test_an_object_that_never_has_an_attribute_has_no_type(line: dict[str, Any]) -> None:
    assert seen(line).to_dict() is None


def test_one_that_has_one_later_does() -> None:
    assert seen({"a": {}}, {"a": {"b": 1}}).to_dict() == {"a": {"b": value("int64")}}


def test_datasets_loads_a_file_whose_fields_come_late(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets", reason="datasets is not installed")
    early = {"messages": [{"role": "user", "content": "x" * 900}], "metadata": {"n": 1, "was": None}}
    late = {"messages": [{"role": "user", "content": "y"}], "metadata": {"n": 2, "was": "old", "more": [0.5]}}
    lines = [early] * 13_000 + [late]
    path = tmp_path / "data.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    features = datasets.Features.from_dict(seen(*lines).to_dict())
    loaded = datasets.load_dataset(
        "json", data_files=str(path), split="train", features=features, cache_dir=str(tmp_path / "cache")
    )
    assert (loaded[0]["metadata"]["was"], loaded[13_000]["metadata"]["was"]) == (None, "old")
    assert loaded[13_000]["metadata"]["more"] == [0.5]
