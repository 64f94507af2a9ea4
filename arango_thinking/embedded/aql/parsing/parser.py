"""Parsing AQL text into a syntax tree."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

from lark import Lark, Token, UnexpectedToken

from arango_thinking.embedded.aql.parsing import syntax as s
from arango_thinking.embedded.aql.parsing.clause_tree import Clauses
from arango_thinking.embedded.aql.parsing.complaints import complaint
from arango_thinking.embedded.aql.parsing.lexer import NoLexer, parse_error, tokens
from arango_thinking.embedded.aql.parsing.tree import MisuseError
from arango_thinking.embedded.errors import ArangoError

MAX_QUERIES = 512


@lru_cache(maxsize=1)
def grammar() -> Lark:
    """The grammar. Its tables take longer to make than most commands take: they are kept where bytecode is kept."""
    text = files("arango_thinking.embedded.aql.parsing").joinpath("grammar.lark").read_text(encoding="utf-8")
    tables = str(Path(cache_from_source(__file__)).with_name("grammar.tables"))
    return Lark(
        text, parser="lalr", lexer=NoLexer, start="query", keep_all_tokens=True, transformer=Clauses(), cache=tables
    )


@lru_cache(maxsize=MAX_QUERIES)
def parse_tree(text: str) -> s.Body:
    """The tree of a query. Its names are not yet resolved.

    Raises `ArangoError`: 1501 with the place of a syntax error, 1502 for an empty text, 1524 for too much nesting.
    """
    if not text:
        raise ArangoError(1502)
    try:
        return _parsed(text)
    except RecursionError:
        raise ArangoError(1524) from None


def _parsed(text: str) -> s.Body:
    # The parser gets the tokens one by one, because an error must say which token caused it.
    parser: Any = grammar().parse_interactive("")
    body: Any = None
    for token in tokens(text):
        body = _fed(parser, token, text)
    assert isinstance(body, s.Body)
    return body


def _fed(parser: Any, token: Token, text: str) -> Any:
    offset = token.start_pos or 0
    try:
        return parser.feed_token(token)
    except UnexpectedToken:
        raise parse_error(complaint(token, parser.parser_state), text, offset) from None
    except MisuseError as misuse:
        place = offset if misuse.offset is None else misuse.offset
        raise parse_error(misuse.problem, text, place) from None
