"""The order in which paths are found."""

from __future__ import annotations

from arango_thinking.embedded.aql.clauses.paths import Path, Waiting


def test_paths_grow_and_add_up_their_weights() -> None:
    path = Path(("v/a",)).longer({"_id": "e/1"}, "v/b", 1.5).longer({"_id": "e/2"}, "v/c", 2)
    assert path.vertices == ("v/a", "v/b", "v/c")
    assert [edge["_id"] for edge in path.edges] == ["e/1", "e/2"]
    assert path.weights == (0, 1.5, 3.5)


def test_who_comes_next() -> None:
    paths = [Path((name,), (), (weight,)) for name, weight in (("a", 2.0), ("b", 1.0), ("c", 2.0))]
    for order, expected in (("dfs", "cba"), ("bfs", "abc"), ("weighted", "bac")):
        waiting = Waiting(order)
        for path in paths:
            waiting.put(path)
        found = [waiting.take() for _ in range(4)]
        assert "".join(path.vertices[0] for path in found if path) == expected
        assert found[-1] is None
