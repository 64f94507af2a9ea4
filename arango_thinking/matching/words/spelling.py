"""Turn British spellings into American ones, and irregular forms into their base words."""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS = {
    "grey": "gray",
    "aluminium": "aluminum",
    "programme": "program",
    "plough": "plow",
    "tyre": "tire",
    "cheque": "check",
    "storey": "story",
    "aeroplane": "airplane",
    "jewellery": "jewelry",
    "moustache": "mustache",
    "sceptic": "skeptic",
    "sceptical": "skeptical",
    "towards": "toward",
    "amongst": "among",
    "whilst": "while",
    "kerb": "curb",
    "mould": "mold",
    "gaol": "jail",
    "practise": "practice",
    "licence": "license",
}
_FORMS = """
won win, lost lose, grew grow, grown grow, gave give, given give, took take, taken take, made make, built build,
wrote write, written write, began begin, begun begin, fell fall, fallen fall, held hold, sold sell, bought buy,
brought bring, kept keep, paid pay, ran run, sent send, spoke speak, spoken speak, spent spend, stood stand,
taught teach, told tell, knew know, known know, seen see, sang sing, swam swim, drank drink, ate eat, eaten eat,
flew fly, flown fly, drove drive, driven drive, broke break, broken break, chose choose, chosen choose, froze freeze,
frozen freeze, hid hide, hidden hide, shrank shrink, struck strike, threw throw, thrown throw, wore wear, worn wear,
became become, came come, caught catch, went go, gone go, slept sleep, fought fight, used use, men man, women woman,
children child, mice mouse, teeth tooth, geese goose, wolves wolf, knives knife, leaves leaf, lives life
"""
_IRREGULAR = dict(forms.split() for forms in _FORMS.split(","))
_ENDINGS = (
    (re.compile(r"(?<=[a-z]{3})is(e|ed|es|er|ers|ing|ation|ations)$"), r"iz\1"),
    (re.compile(r"(?<=[a-z]{3})ys(e|ed|es|er|ing)$"), r"yz\1"),
    (re.compile(r"(?<=^cent)re(d?s?)$|(?<=met)re(s?)$|(?<=^lit)re(s?)$|(?<=^theat)re(s?)$|(?<=^fib)re(s?)$"), "er"),
    (
        re.compile(
            r"^(un|dis)?(col|fav|behavi|hon|lab|neighb|harb|flav|hum|rum|vap|od|tum|arm|endeav|sav|vig|splend)our"
        ),
        r"\1\2or",
    ),
    (re.compile(r"^(def|off|pret)ence(s?)$"), r"\1ense\2"),
    (re.compile(r"(?<=[a-z]{2}[aeiou]l)l(ed|ing|er|ers)$"), r"\1"),
    (re.compile(r"(?<=[a-z]{2}log)ue(s?)$"), r"\1"),
    (re.compile(r"^sulph"), "sulf"),
    (re.compile(r"ae|oe"), "e"),
)


@lru_cache(maxsize=8192)
def american(word: str) -> str:
    """The lower-case word in its American spelling. An irregular form gives its base word ("win" for "won")."""
    word = _IRREGULAR.get(word, word)
    if len(word) < 4:
        return word
    if word in _WORDS:
        return _WORDS[word]
    for pattern, replacement in _ENDINGS:
        word = pattern.sub(replacement, word)
    return word
