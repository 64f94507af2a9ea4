"""What the parser says it met, and what it would rather have met, in the words of ArangoDB's parser.

That one is made by Bison: before it complains it reduces what it can without a look at the offending token,
and it names what it expects only if that is at most four kinds of tokens.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from lark import Token

MOST_EXPECTED = 4

#: Kind of token -> its names; several where the grammar does not tell apart what Bison does.
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
#: In this order Bison lists what it expects.
ORDER = {name: place for place, name in enumerate(dict.fromkeys(name for names in NAMES.values() for name in names))}
#: Of the kinds that have several names: the token's own.
OWN = {
    "=~": "~= operator", "!~": "~! operator", ",": '","', "&&": "and operator", "||": "or operator",
}  # fmt: skip


def described(token: Token) -> str:
    """What the parser says it met."""
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
    """What a parser state of lark could go on with; nothing if that is too much to tell."""
    table, stack = state.parse_conf.parse_table.states, list(state.state_stack)
    while (rule := _default_reduction(table[stack[-1]])) is not None:
        del stack[len(stack) - len(rule.expansion) :]
        stack.append(table[stack[-1]][rule.origin.name][1])
    if not table[stack[-1]]:
        return ["end of query string"]
    if any(actions.get("expression", ("", -1))[1] == stack[-1] for actions in table.values()):
        return []  # behind an expression any operator would do as well
    names = {name for kind in table[stack[-1]] for name in NAMES.get(kind, ())}
    return sorted(names, key=ORDER.__getitem__) if len(names) <= MOST_EXPECTED else []


def _default_reduction(actions: dict[str, tuple[Any, Any]]) -> Any:
    """The rule that Bison would apply here whatever comes next."""
    rules = Counter(rule for action, rule in actions.values() if str(action) == "Reduce")
    return rules.most_common(1)[0][0] if rules else None


def complaint(token: Token, state: Any) -> str:
    """The whole text, up to the place."""
    text, wanted = f"syntax error, unexpected {described(token)}", expected(state)
    return f"{text}, expecting {' or '.join(wanted)}" if wanted else text
