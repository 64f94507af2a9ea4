"""Read what a text is about: its key terms and its negations, and whether two words are the same word."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz

from arango_thinking.matching.words.spelling import american
from arango_thinking.matching.words.wording import word_list, words

ARTICLES = frozenset({"a", "an", "the"})

STOP_WORDS = frozenset(
    word_list(
        """a an the and or but nor so yet if then than that this these those there here it its he him his she her hers
        they
    them their theirs we us our ours you your yours i me my mine who whom whose which what when where why how is are was
    were be been being am do does did done doing have has had having will would shall should can could may might must of
    in on at by for with from to into onto upon about as over under out up down off through during between among within
    via per also too very just only both each all any some such own same other another one ones while because since
    although though however therefore thus hence not no never none neither cannot don't doesn't didn't isn't aren't
    wasn't weren't won't wouldn't can't couldn't shouldn't hasn't haven't hadn't s t"""
    )
)

NEGATIONS = frozenset(
    word_list(
        """not no never none neither nor cannot without don't doesn't didn't isn't aren't wasn't weren't won't wouldn't
    can't couldn't shouldn't hasn't haven't hadn't fail fails failed lack lacks lacked nobody nothing"""
    )
)

_NUMBER_WORDS = {
    word: str(value)
    for value, word in enumerate(
        word_list(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
            " seventeen eighteen nineteen twenty"
        )
    )
    if word != "one"
}

#: The weight of a key term that the question already holds. Any other key term weighs 1.
_GIVEN = 0.2
#: A word of at least this length may hold a small spelling mistake.
_TYPO_LENGTH = 6
_TYPO_RATIO = 92


@lru_cache(maxsize=32768)
def stem(word: str) -> str:
    """The word without the endings of plural and verb forms; good enough to recognise two forms of one word."""
    word = american(word)
    if not word.isalpha() or len(word) <= 3:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    for ending in ("ing", "ed"):
        trunk = word.removesuffix(ending)
        if trunk != word and len(trunk) >= 3 and any(vowel in trunk for vowel in "aeiouy"):
            return _undoubled(trunk).removesuffix("e")
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-2] if word.endswith(("sses", "ches", "shes", "xes", "zes")) else word[:-1]
    return word.removesuffix("e") if len(word) > 3 else word


def _undoubled(trunk: str) -> str:
    return trunk[:-1] if len(trunk) > 3 and trunk[-1] == trunk[-2] and trunk[-1] not in "lsz" else trunk


def stems(text: str) -> list[str]:
    """Every word of the text by its stem, in order."""
    return [stem(_NUMBER_WORDS.get(word, word)) for word in words(text)]


def key_terms(text: str) -> list[str]:
    """The content words, names and numbers of the text, each once, in order."""
    found: dict[str, str] = {}
    for word in words(text):
        term = _NUMBER_WORDS.get(word, word)
        if word not in STOP_WORDS and (len(term) > 1 or not term.isascii() or term.isdigit()):
            found.setdefault(stem(term), term)
    return list(found.values())


def split_terms(terms: Iterable[str], text: str) -> tuple[list[str], list[str]]:
    """The terms that the text holds, and those it does not."""
    present = stems(text)
    known = set(present)
    here: list[str] = []
    missing: list[str] = []
    for term in terms:
        holds = stem(term) in known or any(same_word(stem(term), word) for word in known)
        (here if holds else missing).append(term)
    return here, missing


def same_word(left: str, right: str) -> bool:
    """Whether two words (or stems) are the same word, apart from a small spelling mistake. Numbers must be equal."""
    if left == right:
        return True
    if min(len(left), len(right)) < _TYPO_LENGTH or not (left.isalpha() and right.isalpha()):
        return False
    if american(left) == american(right):
        return True
    # A different beginning is more often a prefix that reverses the meaning ("atypical") than a spelling mistake.
    return left[:2] == right[:2] and fuzz.ratio(left, right) >= _TYPO_RATIO


def same_words(left: list[str], right: list[str]) -> bool:
    """Whether two word lists are the same text, word for word, in any form of each word."""
    return len(left) == len(right) and all(
        one == other or stem(one) == stem(other) or same_word(one, other)
        for one, other in zip(left, right, strict=True)
    )


def without_articles(text: str) -> list[str]:
    """The words of the text without its articles, unless it holds nothing else."""
    every = words(text)
    return [word for word in every if word not in ARTICLES] or every


def denies(text: str) -> bool:
    """Whether the text holds a negation."""
    return any(word in NEGATIONS for word in words(text))


def coverage(question: str, here: list[str], missing: list[str]) -> float:
    """The share of the reference's key terms that is in `here`. Terms that the question holds count little."""
    given, _ = split_terms([*here, *missing], question)
    weight = {term: _GIVEN if term in given else 1.0 for term in (*here, *missing)}
    return round(sum(weight[term] for term in here) / sum(weight.values()), 3)
