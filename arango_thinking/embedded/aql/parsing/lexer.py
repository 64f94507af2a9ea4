"""Splitting AQL text into tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lark import Token
from lark.lexer import Lexer

from arango_thinking.embedded.errors import ArangoError, not_supported

CLAUSES = frozenset({
    "FOR", "FILTER", "LET", "SORT", "LIMIT", "RETURN", "COLLECT", "WINDOW", "INSERT", "UPDATE", "REPLACE", "REMOVE",
    "UPSERT", "WITH",
})  # fmt: skip
WRITING = frozenset({"INSERT", "UPDATE", "REPLACE", "REMOVE", "UPSERT"})
#: Words that are keywords in some places and names elsewhere; the grammar knows where.
SOFT = frozenset({"KEEP", "COUNT", "OPTIONS", "PRUNE", "SEARCH"})
#: Word or sign -> kind of token. Tokens that the grammar treats alike are of one kind.
WORDS = {
    **{word: word for word in CLAUSES | SOFT},
    **{word: word for word in ("IN", "INTO", "DISTINCT", "AGGREGATE", "ANY", "ALL", "NONE", "GRAPH", "LIKE")},
    "NOT": "NOT", "OR": "OR", "AND": "AND", "ASC": "ORDER", "DESC": "ORDER", "OUTBOUND": "DIRECTION",
    "INBOUND": "DIRECTION", "NULL": "CONSTANT", "TRUE": "CONSTANT", "FALSE": "CONSTANT",
}  # fmt: skip
SIGNS = {
    "==": "EQUALITY", "!=": "EQUALITY", "=~": "MATCH", "!~": "MATCH", "<": "RELATION", "<=": "RELATION",
    ">": "RELATION", ">=": "RELATION", "||": "OR", "&&": "AND", "!": "NOT", "..": "RANGE", "::": "SCOPE",
    "=": "ASSIGN", "+": "SIGN", "-": "SIGN", "*": "TIMES", "/": "FACTOR", "%": "FACTOR", "?": "QUESTION",
    ":": "COLON", ",": "COMMA", ".": "DOT", "(": "LPAR", ")": "RPAR", "[": "LSQB", "]": "RSQB", "{": "LBRACE",
    "}": "RBRACE",
}  # fmt: skip
#: Keywords of features that ArangoDB has and this engine does not.
REFUSED = frozenset({"SHORTEST_PATH", "K_SHORTEST_PATHS", "ALL_SHORTEST_PATHS", "K_PATHS"})
COMPARISONS = frozenset({"EQUALITY", "RELATION", "IN", "NOT_IN"})
OPENING, CLOSING = frozenset({"LPAR", "LSQB", "LBRACE"}), frozenset({"RPAR", "RSQB", "RBRACE"})
END = "$END"
DEEPEST = 200
#: How many bytes of a query a message shows.
SHOWN = 32

PATTERN = re.compile(
    r"""(?P<newline>\n)
    |(?P<space>[ \t\r]+|//[^\n]*|/\*.*?\*/)
    |(?P<number>0[xX][0-9a-fA-F]+|0[bB][01]+|(?:(?:0|[1-9][0-9]*)(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<word>(?:\$?[a-zA-Z]|_+[a-zA-Z])[_a-zA-Z0-9]*)
    |(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<quoted>`(?:[^`\\]|\\.)*`|´(?:[^´\\]|\\.)*´)
    |(?P<collection>@@_*[a-zA-Z0-9][_a-zA-Z0-9]*)
    |(?P<parameter>@_*[a-zA-Z0-9][_a-zA-Z0-9]*)
    |(?P<operator>==|!=|<=|>=|=~|!~|\|\||&&|\.\.|::|/(?!\*)|[-<>!=+*%?:,.()\[\]{}])""",
    re.VERBOSE | re.DOTALL,
)
#: Opening characters -> what they open, for messages when the closing characters are missing.
UNTERMINATED = {
    '"': "string literal", "'": "string literal", "`": "identifier", "´": "identifier", "/*": "multi-line comment",
}  # fmt: skip
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a query, for messages. Like ArangoDB, it counts bytes and shows 32 of them."""

    text: str
    offset: int

    def __str__(self) -> str:
        before = self.text[: self.offset]
        line, column = before.count("\n") + 1, len(_bytes(before[before.rfind("\n") + 1 :])) + 1
        rest = _bytes(self.text[self.offset :])
        near = rest if len(rest) < SHOWN else rest[:SHOWN] + b"..."
        return f"near '{near.decode(errors='replace')}' at position {line}:{column}"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def parse_error(problem: str, text: str, offset: int) -> ArangoError:
    """Error 1501 with its place."""
    return ArangoError(1501, f"{problem} {Place(text, offset)}")


def unescape(quoted: str) -> str:
    """The text between the quotes, with its escapes resolved."""
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
    """The tokens, followed by an end token. As in ArangoDB, its position is where the last token or space begins."""
    offset = last = 0
    while offset < len(text):
        match = PATTERN.match(text, offset)
        if match is None:
            yield _unknown(text, offset)
            return
        last = offset
        if match.lastgroup not in ("space", "newline"):
            yield _token(match)
        offset = match.end()
    yield Token(END, "", start_pos=last)


def _unknown(text: str, offset: int) -> Token:
    """A token for a character that begins no valid token. Beyond ASCII it counts as the end, as in ArangoDB.

    Raises `ArangoError` 1501 when a string, a quoted name or a comment does not end.
    """
    for opening, what in UNTERMINATED.items():
        if text.startswith(opening, offset):
            raise parse_error(f"unexpected unterminated {what}", text, len(text) - 1)
    return Token("UNKNOWN" if text[offset].isascii() else "NOT_ASCII", text[offset], start_pos=offset)


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
    """All tokens, including the end token. The kinds of IN, NOT, ANY, ALL, NONE and AT depend on the next tokens."""
    found = list(_raw_tokens(text))
    kinds = [*(token.type for token in found), END, END]
    enclosing: list[str] = [""]
    result: list[Token] = []
    position = 0
    while position < len(found):
        token = found[position]
        kind, after = token.type, kinds[position + 1]
        _track(enclosing, kind)
        if kind == "IN" and enclosing[-1] in WRITING and _names_collection(after, kinds[position + 2]):
            kind = "INTO"
        elif kind in ("ANY", "ALL", "NONE") and _compares(kinds, position + 1):
            kind = "ARRAY_OF"
        elif (kind == "NOT" and after == "IN") or _is_at_least(found[position : position + 3]):
            kind = "NOT_IN" if kind == "NOT" else "AT_LEAST"
            position += 1
        result.append(Token(kind, token.value, start_pos=token.start_pos))
        position += 1
    return result


def _compares(kinds: list[str], position: int) -> bool:
    return kinds[position] in COMPARISONS or kinds[position : position + 2] == ["NOT", "IN"]


def _track(enclosing: list[str], kind: str) -> None:
    """Record the current clause inside each open bracket. Raises `ArangoError` 1524 when too many are open."""
    if kind in CLAUSES and kind != "WITH":
        enclosing[-1] = kind
    elif kind in OPENING:
        enclosing.append("")
        if len(enclosing) > DEEPEST:
            raise ArangoError(1524)
    elif kind in CLOSING and len(enclosing) > 1:
        enclosing.pop()


def _names_collection(kind: str, following: str) -> bool:
    named = kind in ("NAME", "STRING", "COLLECTION_PARAMETER") or kind in SOFT
    return named and (following in CLAUSES or following in ("OPTIONS", "RPAR", "COMMA", END)) and following != "WITH"


def _is_at_least(three: list[Token]) -> bool:
    return (
        len(three) == 3
        and three[0].type == three[1].type == "NAME"
        and (three[0].upper(), three[1].upper(), three[2].type) == ("AT", "LEAST", "LPAR")
    )


class NoLexer(Lexer):
    """The parser is fed tokens one by one; lark nevertheless asks for a lexer."""

    def __init__(self, lexer_conf: Any) -> None:
        """Ignore the configuration that lark passes."""

    def lex(self, lexer_state: Any, parser_state: Any) -> Iterator[Token]:
        raise NotImplementedError
