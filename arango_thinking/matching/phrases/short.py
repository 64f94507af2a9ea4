"""Comparing an answer with a reference of a few words."""

from __future__ import annotations

import re
from itertools import pairwise

from arango_thinking.matching.case import some_will_do
from arango_thinking.matching.numbers.dates import dates_in
from arango_thinking.matching.numbers.numbers import as_number
from arango_thinking.matching.phrases.lists import listed_beside, lists_agree
from arango_thinking.matching.phrases.names import GENERIC, is_name, names_agree
from arango_thinking.matching.result import Match, correct, incorrect, undecided
from arango_thinking.matching.words.aliases import initials_agree, is_country, one_name, two_names
from arango_thinking.matching.words.opposites import exclude
from arango_thinking.matching.words.terms import (
    ARTICLES,
    NEGATIONS,
    STOP_WORDS,
    coverage,
    denies,
    key_terms,
    same_words,
    split_terms,
    stem,
    stems,
    without_articles,
)
from arango_thinking.matching.words.wording import located_words, plain, word_list, words

#: A short answer may hold this many content words beside those of the reference and the question.
_EXTRA = 10
_VERY_FEW = 0.25
#: A negation applies to the reference when it stands at most this many words before it.
_REACH = 6
#: When a reference has at least this many key terms, an answer that shares none of them is another answer.
_TELLING = 3

_SUBJECTS = frozenset({"it", "they", "he", "she"})
_DIRECTED = frozenset({"to", "from", "than", "before", "after", "over", "by", "into", "of"})
# Words that the answer may begin with when the reference does not, or the other way round.
_LEADING = frozenset(
    word_list("to in at on by of for from because it is was are were they into via with through during")
)
_EXCLUDED = tuple(
    pair.split()
    for pair in (
        "rather than",
        "instead of",
        "other than",
        "anything but",
        "all but",
        "everything but",
        "everything except",
        "apart from",
    )
)
_NOTHING = re.compile(r"\W*(?:nothing|nobody|none|no one|nowhere)\W*$", re.IGNORECASE)
# These words do not change what is said.
_ADVERBS = frozenset(word_list("already really just then also simply actually indeed"))
# Before a name, these words make it the name of another place.
_OTHER_PLACE = frozenset(word_list("new north south east west northern southern eastern western upper lower"))


def in_short(question: str, reference: str, answer: str) -> Match:
    """Compare with a reference of a few words."""
    said_before = set(words(answer)) <= set(words(question)) and without_articles(answer) != without_articles(reference)
    if not said_before and (one_name(reference, answer) or one_name(reference, _bare(answer))):
        return correct("The answer is another name of the same thing.")
    if two_names(reference, answer) and not some_will_do(question):
        return incorrect("The answer is the name of something else.", tuple(key_terms(reference)))
    if initials_agree(reference, answer):
        return undecided("One of the two may be the initials of the other.")
    found = lists_agree(question, reference, answer) or _by_place(question, reference, answer)
    if found:
        return found
    if listed_beside(reference, answer):
        return undecided("The answer lists the reference beside something else.")
    wanted, said = without_articles(reference), without_articles(answer)
    if same_words(wanted, said) or _same_but_for_lead(wanted, said) or _same_but_for_of(wanted, said):
        return correct("The answer is the same but for the forms of its words.")
    place = _place(wanted, said)
    if place >= 0 and _goes_on(question, wanted, answer):
        return undecided("The reference is only the beginning of what the answer names.")
    if place >= 0:
        return _contained(question, wanted, said, place)
    return names_agree(question, reference, answer) or _by_terms(question, reference, answer)


def _bare(answer: str) -> str:
    """The answer without the little words that it begins with."""
    spoken = answer.split()
    start = next((place for place, word in enumerate(spoken) if word.lower() not in _LEADING | ARTICLES), 0)
    return " ".join(spoken[start:])


def _by_place(question: str, reference: str, answer: str) -> Match | None:
    """Judge an answer that is the reference's town with its country or state; `None` for any other answer."""
    town, comma, rest = answer.strip(" .").partition(",")
    if not comma or not is_name(rest) or not same_words(without_articles(town), without_articles(reference)):
        return None
    if re.search(r"\b(?:city|town|capital|village|place|where|port)\b", question, re.IGNORECASE) and is_name(reference):
        known = set(words(rest)) <= set(words(question))
        return correct("The answer also says where the place lies.") if known or is_country(rest) else None
    return None


def _same_but_for_lead(wanted: list[str], said: list[str]) -> bool:
    """Whether the two are the same once one of them loses the little words that it begins with."""
    bare_wanted, bare_said = _without_lead(wanted), _without_lead(said)
    return same_words(bare_wanted, said) or same_words(wanted, bare_said)


def _same_but_for_of(wanted: list[str], said: list[str]) -> bool:
    """Whether one says "the gravity of the Moon" and the other "the Moon's gravity"."""
    for one, other in ((wanted, said), (said, wanted)):
        if one.count("of") == 1 and "of" not in other:
            place = one.index("of")
            return same_words([*one[place + 1 :], *one[:place]], other)
    return False


def _without_lead(spoken: list[str]) -> list[str]:
    start = next((place for place, word in enumerate(spoken) if word not in _LEADING), 0)
    return spoken[start:]


def _place(wanted: list[str], said: list[str]) -> int:
    for start in range(len(said) - len(wanted) + 1):
        if same_words(wanted, said[start : start + len(wanted)]):
            return start
    return -1


def _contained(question: str, wanted: list[str], said: list[str], place: int) -> Match:
    """Judge an answer that holds the reference.

    It is correct unless it denies the reference, offers something else beside it, or says much more.
    """
    before, after = said[:place], said[place + len(wanted) :]
    asked = set(words(question))
    echoed = without_articles(question)
    if _negated(_without_echo(before, echoed), [] if tuple(after[:2]) in set(pairwise(echoed)) else after):
        if asked & NEGATIONS:
            return undecided("The answer holds the reference beside a negation.")
        return incorrect("The answer denies the reference.")
    if _beside(before, after, "or"):
        return incorrect("The answer names several alternatives.")
    if _beside(before, after, "and"):
        return undecided("The answer holds more than the reference.")
    if before[-1:] and before[-1] in _OTHER_PLACE - asked:
        return undecided("The answer may name another place.")
    extra = [word for word in (*before, *after) if word not in STOP_WORDS and word not in asked]
    if len(extra) > _EXTRA:
        return undecided("The answer holds the reference among much else.")
    if "or" in before + after or "but" in after:
        return undecided("The answer holds the reference beside something else.")
    return correct("The answer holds the reference.")


def _goes_on(question: str, wanted: list[str], answer: str) -> bool:
    """Whether a content word follows the reference directly, as in "light bulb" for "light"."""
    text = plain(answer)
    located = [word for word in located_words(text) if word.form not in ARTICLES]
    place = _place(wanted, [word.form for word in located])
    if place < 0 or place + len(wanted) >= len(located):
        return False
    last, follows = located[place + len(wanted) - 1], located[place + len(wanted)]
    if text[last.end : follows.start].strip() or follows.form in STOP_WORDS | NEGATIONS | GENERIC:
        return False
    return stem(follows.form) not in stems(question) and not follows.form.endswith("ly")


def _without_echo(before: list[str], question: list[str]) -> list[str]:
    """The words without the negations that the answer only repeats, with the next word, from the question."""
    asked = set(pairwise(question))
    return [
        word
        for place, word in enumerate(before)
        if word not in NEGATIONS or tuple(before[place : place + 2]) not in asked
    ]


def _negated(before: list[str], after: list[str]) -> bool:
    reach = before[-_REACH:]
    if reach[-2:] in _EXCLUDED or reach[-1:] == ["except"]:
        return True
    if "but" in reach:
        reach = reach[reach.index("but") + 1 :]
    denied = any(word in NEGATIONS and word != "no" for word in reach) or reach[-1:] == ["no"]
    if denied and "only" in reach:
        return False
    follows = " ".join(after[:3])
    return denied or bool(
        re.match(
            r"(?:is|was|are|were|does|did|do|would|could|can) (?:not|never|wrong|incorrect|false)\b|\w+n't\b|cannot\b",
            follows,
        )
    )


def _beside(before: list[str], after: list[str], joint: str) -> bool:
    return before[-1:] == [joint] or after[:1] == [joint]


def _by_terms(question: str, reference: str, answer: str) -> Match:
    """Judge by key terms an answer that does not hold the short reference word for word."""
    wanted = key_terms(reference)
    here, missing = split_terms(wanted, answer)
    if not wanted or not here:
        return _nothing_shared(question, reference, answer)
    covered = coverage(question, here, missing)
    if not missing and _denied_alike(reference, answer):
        return incorrect("One of the two denies what the other says.")
    if _replaced(question, reference, answer, missing):
        return Match(False, covered, "A part of the reference is another one.", tuple(missing))
    if not missing and _free_order(question, reference, answer):
        return correct("The answer holds every word of the reference.")
    if missing and _said_in_question(question, reference, answer, missing):
        return correct("The answer holds all of the reference that the question does not.")
    if _exchanged(reference, answer, missing):
        return Match(False, covered, "The answer says the opposite of a word of the reference.", tuple(missing))
    if covered < _VERY_FEW:
        return Match(False, covered, "The answer holds almost nothing of the reference.", tuple(missing))
    return undecided("The answer holds a part of the reference.", covered, tuple(missing))


def _nothing_shared(question: str, reference: str, answer: str) -> Match:
    """Judge an answer that has no word in common with the reference.

    It is wrong when the reference is a name, or when only one of the two can be right. Else it may be a synonym.
    """
    missing = tuple(key_terms(reference))
    said = key_terms(answer)
    _, new = split_terms(said, question)
    figures = any(term[0].isdigit() for term in missing) and any(term[0].isdigit() for term in said)
    nothing = bool(_NOTHING.match(answer)) and not denies(reference)
    of_its_own = bool(said and not new) or as_number(answer) is not None or bool(dates_in(answer)) or figures or nothing
    if some_will_do(question):
        return undecided("The question lets more than one answer be right.", 0.0, missing)
    certain = is_name(reference) or len(missing) >= _TELLING or of_its_own or not missing
    if certain or any(exclude(one, other) for one in missing for other in said):
        return incorrect("The answer holds nothing of the reference.", missing)
    return undecided("The answer holds no word of the reference, but may say it in others.", 0.0, missing)


def _said_in_question(question: str, reference: str, answer: str, missing: list[str]) -> bool:
    """Whether only words of the question are missing ("metamorphic" where the question asks for a kind of rock)."""
    _, new = split_terms(missing, question)
    _, foreign = split_terms(key_terms(answer), reference)
    _, telling = split_terms(key_terms(reference), question)
    related = _DIRECTED & set(words(reference)) or re.search(r"\b(?:and|or)\b|,", reference)
    return not new and not foreign and bool(telling) and not related and denies(reference) == denies(answer)


def _denied_alike(reference: str, answer: str) -> bool:
    """Whether the two hold the same content words, and only one of them holds a negation."""
    _, foreign = split_terms(key_terms(answer), reference)
    return not foreign and denies(reference) != denies(answer)


def _replaced(question: str, reference: str, answer: str, missing: list[str]) -> bool:
    """Whether a number or a name stands in the answer where the reference has another."""
    _, foreign = split_terms(key_terms(answer), f"{reference} {question}")
    lacking, instead = ({term for term in terms if term.isdigit()} for terms in (missing, foreign))
    if len(lacking) == 1 == len(instead):
        return True
    return bool(_names_in(reference) & set(missing)) and bool(_names_in(answer) & set(foreign))


def _names_in(text: str) -> set[str]:
    """The words after the first that a capital letter marks as names."""
    return {words(word)[0] for word in plain(text).split()[1:] if word[:1].isupper() and words(word)}


def _exchanged(reference: str, answer: str, missing: list[str]) -> bool:
    """Whether the answer has, in place of a missing word, a word that excludes it."""
    _, foreign = split_terms(key_terms(answer), reference)
    return any(exclude(one, other) for one in missing for other in foreign)


def _free_order(question: str, reference: str, answer: str) -> bool:
    """Whether the answer adds nothing to the reference's words, so that it means the same in another order."""
    said = words(answer)
    known = {stem(word) for word in (*words(reference), *words(question))}
    extra = [word for word in said if word not in STOP_WORDS | _ADVERBS and stem(word) not in known]
    directed = _DIRECTED & set(words(reference))
    enough = len(key_terms(reference)) > 1 or words(reference)[0] in _SUBJECTS
    return not extra and not directed and not denies(answer) and "or" not in said and enough
