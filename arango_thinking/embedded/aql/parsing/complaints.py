"""Messages about syntax errors, in the words of ArangoDB's parser: the token it met and the tokens it expected.

Bison generates that parser. Before it reports an error, it applies the rules that do not depend on the offending
token. It names the expected tokens only if there are at most four kinds of them.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from lark import Token

MOST_EXPECTED = 4

#: Kind of token -> its names. There are several if Bison distinguishes tokens that this grammar treats alike.
NAMES: dict[str, tuple[str, ...]] = {
    "$END": ("end of query string",),
    **{
        word: (f"{word} declaration",)
        for word in ("FOR", "LET", "FILTER", "RETURN", "COLLECT", "SORT", "LIMIT", "WINDOW")
    },
    "ORDER": ("ASC keyword", "DESC keyword"),
    "IN": ("IN keyword",),
    "WITH": ("WITH keyword",),
    "INTO": ("INTO keyword",),
    "AGGREGATE": ("AGGREGATE keyword",),
    "GRAPH": ("GRAPH keyword",),
    "DISTINCT": ("DISTINCT modifier",),
    **{word: (f"{word} command",) for word in ("REMOVE", "INSERT", "UPDATE", "REPLACE", "UPSERT")},
    "CONSTANT": ("null", "true", "false"),
    **dict.fromkeys(("NAME", "KEEP", "COUNT", "OPTIONS", "PRUNE", "SEARCH"), ("identifier",)),
    "STRING": ("quoted string",),
    "NUMBER": ("integer number", "number"),
    "PARAMETER": ("bind parameter",),
    "COLLECTION_PARAMETER": ("bind data source parameter",),
    "ASSIGN": ("assignment",),
    "NOT": ("not operator",),
    "AND": ("and operator",),
    "OR": ("or operator",),
    "NOT_IN": ("not in operator",),
    "MATCH": ("~= operator", "~! operator"),
    "EQUALITY": ("== operator", "!= operator"),
    "RELATION": ("< operator", "> operator", "<= operator", ">= operator"),
    "LIKE": ("like operator",),
    "SIGN": ("+ operator", "- operator"),
    "TIMES": ("* operator",),
    "FACTOR": ("/ operator", "% operator"),
    "QUESTION": ("?",),
    "COLON": (":",),
    "SCOPE": ("::",),
    "RANGE": ("..",),
    "COMMA": ('","',),
    "LPAR": ("(",),
    "RPAR": (")",),
    "LBRACE": ("{",),
    "RBRACE": ("}",),
    "LSQB": ("[",),
    "RSQB": ("]",),
    "DIRECTION": ("outbound modifier", "inbound modifier"),
    "ANY": ("any modifier",),
    "ALL": ("all modifier",),
    "NONE": ("none modifier",),
    "ARRAY_OF": (),
    "AT_LEAST": ("at least modifier",),
    "DOT": (".",),
}
#: The order in which Bison lists the expected tokens.
ORDER = {name: place for place, name in enumerate(dict.fromkeys(name for names in NAMES.values() for name in names))}
#: Token -> its own name, for kinds that have several names.
OWN = {
    "=~": "~= operator", "!~": "~! operator", ",": '","', "&&": "and operator", "||": "or operator",
}  # fmt: skip


def described(token: Token) -> str:
    """The name of the token that the parser met."""
    kind, value = token.type, token.upper()
    if kind in ("$END", "NOT_ASCII"):
        return "end of query string"
    if kind == "UNKNOWN":
        return "invalid token"
    if kind == "NUMBER":
        return "integer number" if value.isdigit() or value[:2] in ("0X", "0B") else "number"
    if kind == "ARRAY_OF":
        return f"{value.lower()} modifier"
    names = NAMES[kind]
    if len(names) == 1:
        return names[0]
    return OWN.get(value) or next(name for name in names if name.upper().startswith(value))


def expected(state: Any) -> list[str]:
    """The names of the tokens that could follow in a parser state of lark; empty if they are more than Bison names."""
    table, stack = state.parse_conf.parse_table.states, list(state.state_stack)
    while (rule := _default_reduction(table[stack[-1]])) is not None:
        del stack[len(stack) - len(rule.expansion) :]
        stack.append(table[stack[-1]][rule.origin.name][1])
    if not table[stack[-1]]:
        return ["end of query string"]
    if any(actions.get("expression", ("", -1))[1] == stack[-1] for actions in table.values()):
        return []  # After an expression, any operator could follow, too.
    names = {name for kind in table[stack[-1]] for name in NAMES.get(kind, ())}
    return sorted(names, key=ORDER.__getitem__) if len(names) <= MOST_EXPECTED else []


def _default_reduction(actions: dict[str, tuple[Any, Any]]) -> Any:
    """The rule that Bison would apply here whatever token comes next; `None` if there is no such rule."""
    rules = Counter(rule for action, rule in actions.values() if str(action) == "Reduce")
    return rules.most_common(1)[0][0] if rules else None


def complaint(token: Token, state: Any) -> str:
    """The message about an unexpected token, without the place."""
    text, wanted = f"syntax error, unexpected {described(token)}", expected(state)
    return f"{text}, expecting {' or '.join(wanted)}" if wanted else text
