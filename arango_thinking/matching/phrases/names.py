"""Compare names. Middle names and initials may be missing; another first or last name means another person."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from arango_thinking.matching.case import some_will_do
from arango_thinking.matching.result import Match, correct, incorrect, undecided
from arango_thinking.matching.words.terms import same_word, stem
from arango_thinking.matching.words.wording import folded, plain, word_list

_MOST_WORDS = 6
_PERSONS = (
    "author|writer|poet|painter|artist|composer|scientist|physicist|chemist|astronomer|mathematician|inventor"
    "|philosopher|explorer|general|president|person|man|woman|actor|actress|singer|player|director"
)
_ASKS_FOR_A_PERSON = re.compile(
    rf"\W*(?:by |to |with |from )?(?:who(?:m|se)?|(?:which|what) (?:[\w-]+ )?(?:{_PERSONS}))\b", re.IGNORECASE
)
_NO_PERSON = re.compile(r"\b(?:the|of|and|for)\b", re.IGNORECASE)
#: Names of at least this similarity (0 to 100) may be two spellings of one name.
_ALIKE = 72
_PARTICLES = frozenset(
    word_list("the of de la le du del della di da von van der den and al el bin ibn for in upon y e")
)
_TITLES = frozenset(
    word_list(
        "mr mrs ms miss dr prof professor sir lord lady dame king queen prince princess president emperor empress pope"
        " saint st general colonel captain major madame monsieur mayor chancellor senator governor judge father jr sr"
        " phd minister prime secretary reverend bishop"
    )
)
GENERIC = frozenset(
    word_list(
        "river mount mountain mountains lake city town county state province island islands sea ocean republic kingdom"
        " inc ltd llc corporation corp company co war battle treaty"
    )
)
_NICKNAMES = (
    "william bill will billy liam",
    "robert bob rob bobby",
    "richard dick rick",
    "james jim jimmy",
    "john jack johnny",
    "thomas tom",
    "michael mike",
    "edward ed ted eddie",
    "elizabeth liz beth betty eliza",
    "margaret maggie peggy meg",
    "katherine catherine kate kathy",
    "charles charlie chuck",
    "joseph joe josef giuseppe",
    "alexander alex sasha",
    "anthony tony",
    "theodore ted teddy",
    "franklin frank",
    "henry harry hank",
    "samuel sam",
    "daniel dan",
    "benjamin ben",
    "abraham abe",
    "muhammad mohammed mohammad muhammed",
)
_REGNAL = re.compile(r"(?:x{0,2}(?:ix|iv|v?i{1,3}|v)|x{1,2})", re.IGNORECASE)
# Kinds of water and land. An answer may leave such a word out when the question holds it.
_SAID_KINDS = frozenset(word_list("river sea ocean lake mountains mountain mount desert"))
_CALLED = [frozenset(word_list(names)) for names in _NICKNAMES]


def is_name(text: str) -> bool:
    """Whether the text is a name of at least one word: nothing in it but capitalised words and particles."""
    spoken = _spoken(text)
    telling = [word for word in spoken if word.lower() not in _PARTICLES]
    return len(telling) > 0 and len(spoken) <= _MOST_WORDS and all(word[0].isupper() for word in telling)


def _spoken(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", plain(text).replace("'s", "").replace("'", ""))


def _parts(text: str) -> list[str]:
    parts = [folded(word) for word in _spoken(text) if word.lower() not in _PARTICLES]
    telling = [part for part in parts if part not in _TITLES]
    return telling or parts


def names_agree(question: str, reference: str, answer: str) -> Match | None:
    """Compare two names whose words differ; `None` when that decides nothing."""
    if not is_name(reference) or not is_name(answer):
        return None
    wanted, said = _in_order(reference), _in_order(answer)
    if _number_of(wanted) != _number_of(said) and _number_of(wanted) and _number_of(said):
        return incorrect("The name is another one of its kind.", (wanted[-1],))
    if len(wanted) > 1 and len(said) > 1 and _one_person(wanted, said):
        return correct("The name is the same but for middle names or initials.")
    if len(said) < len(wanted) and said == wanted[-len(said) :] and _is_last_name(question, reference, said[-1]):
        return correct("The answer is the last name.")
    lacking = [part for part in wanted if not any(_one_part(part, other) for other in said)]
    foreign = [part for part in said if not any(_one_part(part, other) for other in wanted)]
    if not foreign and lacking and set(lacking) <= _SAID_KINDS & set(_parts(question)):
        return correct("The name is the same but for a word that the question holds.")
    if len(foreign) == 1 and len(lacking) > 1 and foreign[0] == "".join(part[0] for part in lacking):
        return correct("The name is the same but for an abbreviation.")
    if not lacking or not foreign or set(foreign) <= GENERIC:
        return None
    if some_will_do(question):
        return undecided("The question lets more than one name be right.")
    if _alike(wanted[-1], said[-1]) and any(_alike(one, other) for one in lacking for other in foreign):
        return undecided("The names may be two spellings of one.")
    return incorrect("The name is another one.", tuple(lacking))


def _in_order(name: str) -> list[str]:
    """The parts of a name in their usual order: "Shelley, Mary" is Mary Shelley."""
    last, comma, first = name.partition(",")
    return _parts(f"{first} {last}" if comma and len(_parts(last)) == 1 and _parts(first) else name)


def _one_person(wanted: list[str], said: list[str]) -> bool:
    """Whether the first and the last parts agree, and the parts between do not contradict each other."""
    if not _one_part(wanted[-1], said[-1]) or not _one_part(wanted[0], said[0]) or len(said[-1]) == 1:
        return False
    between, others = wanted[1:-1], said[1:-1]
    return not between or not others or all(any(_one_part(one, other) for other in others) for one in between)


def asks_for_a_person(question: str) -> bool:
    """Whether the question asks for a person."""
    return _ASKS_FOR_A_PERSON.match(question) is not None


def _number_of(parts: list[str]) -> str:
    """The last part when it is a Roman numeral, as in the names of kings or wars; else `""`."""
    return parts[-1] if len(parts) > 1 and _REGNAL.fullmatch(parts[-1]) else ""


def _is_last_name(question: str, reference: str, last: str) -> bool:
    """Whether the question asks for a person, and `last` is a last name that the question does not hold."""
    if not asks_for_a_person(question) or len(reference.split()) > 3:
        return False
    person = not (GENERIC & set(_parts(reference))) and not re.search(
        r"\b(?:the|of|and|for)\b", reference, re.IGNORECASE
    )
    return person and len(last) > 2 and not _REGNAL.fullmatch(last) and last not in _parts(question)


def _one_part(left: str, right: str) -> bool:
    if (len(left) == 1 or len(right) == 1) and left[0] == right[0]:
        return not (_REGNAL.fullmatch(left) and _REGNAL.fullmatch(right))
    return stem(left) == stem(right) or same_word(left, right)


def _alike(left: str, right: str) -> bool:
    if _REGNAL.fullmatch(left) and _REGNAL.fullmatch(right):
        return False
    if _one_part(left, right) or any(left in names and right in names for names in _CALLED):
        return True
    return fuzz.ratio(left, right) >= _ALIKE
