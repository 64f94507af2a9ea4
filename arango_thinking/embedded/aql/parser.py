"""AQL text to a syntax tree."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from lark import Lark, UnexpectedToken
from lark.exceptions import VisitError

from arango_thinking.embedded.aql import syntax as s
from arango_thinking.embedded.aql.lexer import AqlLexer, described, syntax_error
from arango_thinking.embedded.aql.tree import Clauses
from arango_thinking.embedded.errors import ArangoError

MAX_QUERIES = 512


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    text = files("arango_thinking.embedded.aql").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(
        text, parser="lalr", lexer=AqlLexer, start="query", keep_all_tokens=True, transformer=Clauses()
    )  # fmt: skip


@lru_cache(maxsize=MAX_QUERIES)
def parse_tree(text: str) -> s.Body:
    """The tree of a query, names not yet resolved. Raises `ArangoError` 1501 with the place, 1502 or 1524."""
    if not text.strip():
        raise ArangoError(1502)
    try:
        body = _grammar().parse(text)
    except UnexpectedToken as error:
        token = error.token
        offset = token.start_pos if token.type != "$END" and token.start_pos is not None else len(text)
        raise syntax_error(f"unexpected {described(token)}", text, offset) from None
    except VisitError as error:
        raise error.orig_exc from None
    except RecursionError:
        raise ArangoError(1524) from None
    assert isinstance(body, s.Body)
    return body
