"""Whatever is sent as a query, parsed and run: an answer or an ArangoError, never anything else."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from arango_thinking.embedded import aql
from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.storage.storage import Storage

VOCABULARY = (
    "FOR LET FILTER SORT LIMIT RETURN COLLECT WINDOW AGGREGATE INTO IN WITH COUNT KEEP INSERT UPDATE REPLACE REMOVE "
    "UPSERT OPTIONS DISTINCT GRAPH OUTBOUND INBOUND ANY ALL NONE AT LEAST ( ( ) ) [ [ ] ] { { } } * ** .. . , , : :: ? "
    "?: == != < <= > >= =~ !~ + - / % ! NOT AND OR && || LIKE ASC DESC null true 0 1 2.5 1e400 'a' \"b\" `c` x y x y "
    "items links other @v @@c = SUM LENGTH PUSH CURRENT OLD NEW PRUNE SEARCH _key 'links' 'items/k00' preceding"
)
WORDS = VOCABULARY.split()
QUERIES = [
    "FOR d IN items FILTER d.number > 3 && d.group == @v SORT d.number DESC LIMIT 1, 2 RETURN { d, [d._key]: 1 }",
    "FOR d IN items COLLECT g = d.group AGGREGATE s = SUM(d.number) INTO m RETURN [g, s, m[* RETURN CURRENT.d]]",
    "FOR x IN [1, 2] WINDOW { preceding: 1, following: 'unbounded' } AGGREGATE s = PUSH(x), c = COUNT() RETURN [s, c]",
    "FOR x IN [1, 2] WINDOW x WITH { preceding: 1 } AGGREGATE s = AVG(x) RETURN s",
    "FOR v, e, p IN 1..2 ANY 'items/k00' links PRUNE c = v.number > 1 OPTIONS { order: 'bfs' } FILTER c RETURN p",
    "WITH items FOR v IN OUTBOUND 'items/k00' GRAPH 'g' RETURN v",
    "LET [a, { b: [c] }] = @v LET x = (FOR y IN 1..3 RETURN y) RETURN [a, c, x[** FILTER CURRENT > 1 LIMIT 1]]",
    "LET x = [1, 2] RETURN x[? 2 FILTER true]",
    "UPSERT { _key: 'u' } INSERT { _key: 'u', n: 1 } UPDATE { n: OLD.n + 1 } IN other RETURN NEW",
    "FOR i IN 1..2 INSERT { n: i } INTO other LET k = NEW._key RETURN k",
    "FOR d IN other UPDATE d WITH { a: [1, 2] } IN other OPTIONS { keepNull: false } RETURN [OLD, NEW]",
    "FOR d IN other REMOVE d._key IN other",
    "RETURN [1, 2] AT LEAST (1) IN [2] ? -@v : (1 NOT IN [1] || 'a' NOT LIKE 'b%') ?: 1 % 0",
]


def _opened() -> Storage:
    storage = Storage(":memory:")
    with storage.write("_system") as transaction:
        for name in ("items", "other"):
            transaction.create_collection(name)
        transaction.create_collection("links", is_edge=True)
    return storage


STORAGE = _opened()


def outcome(text: str) -> str:
    """What becomes of the query. Anything but an ArangoError gets through."""
    try:
        query = aql.parse(text)
        known: dict[str, Any] = {"v": [1, {"b": [2]}], "@c": "items"}
        bound = {name: known.get(name, 1) for name in query.bind_parameters}
        with STORAGE.write("_system") as transaction:
            result = aql.execute(query, bound, transaction, aql.ExecuteOptions(max_runtime=0.5))
            return f"{len([row for row, _ in zip(result.rows, range(1000), strict=False)])} rows"
    except ArangoError as error:
        return f"error {error.number}"


def test_the_queries_that_are_changed_below_do_run() -> None:
    outcomes = [outcome(text) for text in QUERIES]
    assert [one for one in outcomes if one.startswith("error")] == ["error 1924"]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40))
def test_any_text(text: str) -> None:
    assert outcome(text)
    assert outcome(f"RETURN {text}")


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), max_size=12), st.sampled_from(["", "RETURN ", "FOR x IN [1, 'a'] ", "LET x = "])
)
def test_any_words(words: list[str], before: str) -> None:
    assert outcome(before + " ".join(words))
    assert outcome(f"{before}{' '.join(words)} RETURN x")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(QUERIES), st.data())
def test_changed_queries(text: str, data: st.DataObject) -> None:
    words = text.split(" ")
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(words) - 1))
        how = data.draw(st.sampled_from(["leave out", "twice", "other", "more"]))
        word = data.draw(st.sampled_from(WORDS))
        words[place : place + 1] = {
            "leave out": [], "twice": [words[place]] * 2, "other": [word], "more": [word, words[place]],
        }[how] or [""]  # fmt: skip
    assert outcome(" ".join(words))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(QUERIES), st.data())
def test_queries_with_a_character_changed(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    character = data.draw(st.sampled_from(" '\"`()[]{}*?@$.,;\\\n-é´0") | st.characters())
    assert outcome(text[:place] + character + text[place + 1 :])
