"""AQL text as tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lark import Token
from lark.lexer import Lexer

from arango_thinking.embedded.errors import ArangoError, not_supported

CLAUSES = frozenset({
    "FOR", "FILTER", "LET", "SORT", "LIMIT", "RETURN", "COLLECT", "INSERT", "UPDATE", "REPLACE", "REMOVE",
    "UPSERT", "WITH",
})  # fmt: skip
WRITING = frozenset({"INSERT", "UPDATE", "REPLACE", "REMOVE", "UPSERT"})
#: Words that are keywords in some places and names elsewhere; the grammar knows where.
SOFT = frozenset({"KEEP", "COUNT", "OPTIONS", "PRUNE", "SEARCH"})
#: Word or sign -> kind of token. What the grammar treats alike is of one kind.
WORDS = {
    **{word: word for word in CLAUSES | SOFT},
    **{word: word for word in ("IN", "INTO", "DISTINCT", "AGGREGATE", "ANY", "ALL", "NONE", "GRAPH", "LIKE")},
    "NOT": "NOT", "OR": "OR", "AND": "AND", "ASC": "ORDER", "DESC": "ORDER", "OUTBOUND": "DIRECTION",
    "INBOUND": "DIRECTION", "NULL": "CONSTANT", "TRUE": "CONSTANT", "FALSE": "CONSTANT",
}  # fmt: skip
SIGNS = {
    "==": "EQUALITY", "!=": "EQUALITY", "=~": "EQUALITY", "!~": "EQUALITY", "<": "RELATION", "<=": "RELATION",
    ">": "RELATION", ">=": "RELATION", "||": "OR", "&&": "AND", "!": "NOT", "..": "RANGE", "::": "SCOPE",
    "=": "ASSIGN", "+": "SIGN", "-": "SIGN", "*": "TIMES", "/": "FACTOR", "%": "FACTOR", "?": "QUESTION",
    ":": "COLON", ",": "COMMA", ".": "DOT", "(": "LPAR", ")": "RPAR", "[": "LSQB", "]": "RSQB", "{": "LBRACE",
    "}": "RBRACE",
}  # fmt: skip
#: What ArangoDB has and this engine has not.
REFUSED = frozenset({"SHORTEST_PATH", "K_SHORTEST_PATHS", "ALL_SHORTEST_PATHS", "K_PATHS", "WINDOW"})
COMPARISONS = frozenset({"EQUALITY", "RELATION", "IN", "NOT"})
OPENING, CLOSING = frozenset({"LPAR", "LSQB", "LBRACE"}), frozenset({"RPAR", "RSQB", "RBRACE"})
END = "$END"
DEEPEST = 200

PATTERN = re.compile(
    r"""(?P<space>(?:\s+|//[^\n]*|/\*.*?\*/)+)
    |(?P<number>0[xX][0-9a-fA-F]+|0[bB][01]+|(?:(?:0|[1-9][0-9]*)(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<word>\$?_*[a-zA-Z][_a-zA-Z0-9]*)
    |(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<quoted>`(?:[^`\\]|\\.)*`|´(?:[^´\\]|\\.)*´)
    |(?P<collection>@@_*[a-zA-Z0-9][_a-zA-Z0-9]*)
    |(?P<parameter>@_*[a-zA-Z0-9][_a-zA-Z0-9]*)
    |(?P<operator>==|!=|<=|>=|=~|!~|\|\||&&|\.\.|::|[-<>!=+*/%?:,.()\[\]{}])""",
    re.VERBOSE | re.DOTALL,
)
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a query, for messages."""

    text: str
    offset: int

    def __str__(self) -> str:
        before = self.text[: self.offset]
        line, column = before.count("\n") + 1, self.offset - (before.rfind("\n") + 1) + 1
        rest = self.text[self.offset :].split("\n", 1)[0]
        near = rest if len(rest) <= 32 else rest[:29] + "..."
        return f"near '{near}' at position {line}:{column}"


def syntax_error(problem: str, text: str, offset: int) -> ArangoError:
    """Error 1501 with its place."""
    return ArangoError(1501, f"syntax error, {problem} {Place(text, offset)}")


def unescape(quoted: str) -> str:
    """The text between the quotes, its escapes resolved."""
    inner = quoted[1:-1]
    if "\\" not in inner:
        return inner
    return SURROGATES.sub(_joined, ESCAPE.sub(_escaped, inner))


def _escaped(match: re.Match[str]) -> str:
    escape = match[1]
    return chr(int(escape[1:], 16)) if len(escape) == 5 else ESCAPES.get(escape, escape)


def _joined(match: re.Match[str]) -> str:
    return match[0].encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _raw_tokens(text: str) -> Iterator[Token]:
    offset = 0
    while offset < len(text):
        match = PATTERN.match(text, offset)
        if match is None:
            raise syntax_error("unexpected character", text, offset)
        if match.lastgroup != "space":
            yield _token(match)
        offset = match.end()


def _token(match: re.Match[str]) -> Token:
    group, text = match.lastgroup, match[0]
    if group == "word":
        word = text.upper()
        if word in REFUSED:
            raise not_supported(word)
        kind = WORDS.get(word, "NAME")
    elif group == "operator":
        kind = SIGNS[text]
    elif group == "quoted":
        kind, text = "NAME", unescape(text)
    elif group == "string":
        kind, text = "STRING", unescape(text)
    else:
        kind = {"number": "NUMBER", "collection": "COLLECTION_PARAMETER", "parameter": "PARAMETER"}[str(group)]
    return Token(kind, text, start_pos=match.start())


def tokens(text: str) -> list[Token]:
    """All tokens; IN, ANY, ALL, NONE and AT LEAST already told apart by what follows them."""
    found = list(_raw_tokens(text))
    kinds = [*(token.type for token in found), END, END, END]
    enclosing: list[str] = [""]
    result: list[Token] = []
    position = 0
    while position < len(found):
        token = found[position]
        kind, after = token.type, kinds[position + 1]
        _track(enclosing, kind, text, token)
        if kind == "IN" and enclosing[-1] in WRITING and _names_collection(after, kinds[position + 2]):
            kind = "INTO"
        elif kind in ("ANY", "ALL", "NONE") and after in COMPARISONS:
            kind = "ARRAY_OF"
        elif _is_at_least(found[position : position + 3]):
            kind = "AT_LEAST"
            position += 1
        result.append(Token(kind, token.value, start_pos=token.start_pos))
        position += 1
    return result


def _track(enclosing: list[str], kind: str, text: str, token: Token) -> None:
    """Keep, for each open bracket, the clause that we are in."""
    if kind in CLAUSES and kind != "WITH":
        enclosing[-1] = kind
    elif kind in OPENING:
        enclosing.append("")
        if len(enclosing) > DEEPEST:
            raise ArangoError(1524)
    elif kind in CLOSING:
        enclosing.pop()
        if not enclosing:
            raise syntax_error(f"unexpected {described(token)}", text, token.start_pos or 0)


def _names_collection(kind: str, following: str) -> bool:
    named = kind in ("NAME", "STRING", "COLLECTION_PARAMETER") or kind in SOFT
    return named and (following in CLAUSES or following in ("OPTIONS", "RPAR", END)) and following != "WITH"


def _is_at_least(three: list[Token]) -> bool:
    return (
        len(three) == 3
        and three[0].type == three[1].type == "NAME"
        and (three[0].upper(), three[1].upper(), three[2].type) == ("AT", "LEAST", "LPAR")
    )


def described(token: Token) -> str:
    """What the parser says it met."""
    if token.type == END:
        return "end of query string"
    names = {
        "NAME": "identifier",
        "STRING": "quoted string",
        "NUMBER": "number",
        "PARAMETER": "bind parameter",
        "COLLECTION_PARAMETER": "bind data source parameter",
        "ASSIGN": "assignment",
    }
    if token.type in names:
        return names[token.type]
    if token.type in CLAUSES:
        return f"{token.type} declaration"
    return f"{token.value}"


class AqlLexer(Lexer):
    """`tokens` in the form that lark asks for."""

    def __init__(self, lexer_conf: Any) -> None:
        """Lark passes its configuration, of which nothing is needed."""

    def lex(self, lexer_state: Any, _parser_state: Any = None) -> Iterator[Token]:
        # Of a lexer of this simple kind lark asks the tokens of the plain text.
        return iter(tokens(str(lexer_state)))
