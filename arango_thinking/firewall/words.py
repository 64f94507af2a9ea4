"""Decide whether a text gives an answer in words away: as it stands, by another name, letter by letter, in parts."""

from __future__ import annotations

import re

from arango_thinking.firewall.assertions import asserted
from arango_thinking.matching.phrases.lists import list_items, pair_items
from arango_thinking.matching.phrases.names import GENERIC, asks_for_a_person, is_name
from arango_thinking.matching.words.aliases import other_names
from arango_thinking.matching.words.terms import (
    ARTICLES,
    STOP_WORDS,
    key_terms,
    split_terms,
    stem,
    stems,
    without_articles,
)
from arango_thinking.matching.words.wording import folded, located_words, plain, position, word_list, words

#: A text reveals an answer when it holds this share of the key terms that the question does not hold.
_REVEALING = 0.6
#: When there are at least this many such terms, half of them is enough.
_PROSE = 4
_HALF = 0.5
_RUN = 4
#: Only a word of about this many letters or more is given away by its root or by its two halves.
_LONG = 6
_ENDINGS = tuple(
    sorted(
        word_list(
            "s es ed ing ion ions ation ations ive or ors er ers ly al ally ic ical ity ness ment ments e y ies ance"
            " ence able ible ous ist ists ism ize izes ized ise ises ised izing ising n an ian ish"
        ),
        key=len,
        reverse=True,
    )
)
_SPELLED = re.compile(r"\b(?:\w[\s.,\-_*·]{1,3}){2,}\w\b")
_FOLLOWED = re.compile(r"\b(\w),? (?:followed by|and then|then) (?:an? )?(?:the letter )?(\w)\b")
_JOINTS = re.compile(r"[-·.*_‧]+")
_MASKS = re.compile(r"[_*]+")
#: Words of more characters than this are not searched for gaps and joints.
_LONGEST = 60
#: The share of a word's letters that a masked word may show without giving the word away.
_SHOWN = 0.6


def repeated(reference: str, text: str) -> bool:
    """Whether the text holds the reference, in any form of its words."""
    wanted, said = without_articles(reference), without_articles(text)
    return position(wanted, said) >= 0 or position([stem(word) for word in wanted], [stem(word) for word in said]) >= 0


def asserted_whole(reference: str, text: str) -> bool:
    """Whether the text says that the answer is just this reference."""
    found = re.search(rf"{re.escape(plain(reference).strip(' .'))}(?=\W*(?:$|[.!?;,]))", plain(text), re.IGNORECASE)
    return found is not None and asserted(plain(text), found.start())


def stated(reference: str, text: str, question: str) -> bool:
    """Whether the text holds the reference, or another name of it that the question does not hold."""
    if repeated(reference, text):
        return True
    return any(_holds_name(text, name) for name in other_names(reference) if not _holds_name(question, name))


def letter_stated(reference: str, text: str, question: str) -> bool:
    """Whether the text holds the one letter that the reference adds to words of the question ("vitamin C")."""
    asked = set(words(question))
    new = [word for word in words(reference) if word not in asked]
    if len(new) != 1 or len(new[0]) != 1 or not new[0].isalpha() or new[0] in "ai":
        return False
    return len(words(reference)) > 1 and re.search(rf"(?<![\w'.]){new[0].upper()}(?![\w'])", plain(text)) is not None


def _holds_name(text: str, name: str) -> bool:
    short = re.sub(r"\W", "", name)
    if len(short) <= 8 and sum(letter.isupper() for letter in short) > 1 and " " not in name:
        return re.search(rf"(?<!\w){re.escape(short)}(?!\w)", plain(text).replace(".", "")) is not None
    return position(without_articles(name), without_articles(text)) >= 0


def disguised(reference: str, text: str) -> bool:
    """Whether the text holds the reference taken apart, with gaps, backwards or in another form of the word."""
    letters = "".join(without_articles(reference))
    if len(letters) < 2:
        return False
    if is_name(reference) and len(reference.split()) > 1:
        return any(
            _disguised("".join(part), text, whole=False) for part in [words(reference)[-1], letters] if len(part) > 3
        )
    return _disguised(letters, text, whole=len(without_articles(reference)) == 1)


def _disguised(letters: str, text: str, *, whole: bool) -> bool:
    text = folded(plain(text))
    if len(letters) == 2:
        return any(first + second == letters for first, second in _FOLLOWED.findall(text))
    tokens = [token.strip("\"'()[]{}.,;:!?*") for token in text.split() if len(token) <= _LONGEST]
    broken = [token for token in tokens if _JOINTS.search(token)]
    if any(letters in re.sub(r"[\W_]", "", run) for run in (*_SPELLED.findall(text), *broken)):
        return True
    return _masked(letters, broken) or _in_halves(letters, text) or (whole and _in_other_form(letters, text))


def _masked(letters: str, tokens: list[str]) -> bool:
    for token in tokens:
        parts = _MASKS.split(token)
        shown = sum(map(len, parts))
        if len(parts) > 1 and shown > _SHOWN * len(letters):
            pattern = r"\w+".join(re.escape(part) for part in parts)
            if re.fullmatch(pattern, letters):
                return True
    return False


def _in_halves(letters: str, text: str) -> bool:
    """Whether two words of the text joined together, or one read backwards, are the word."""
    spoken = words(text)
    if len(letters) < _LONG:
        return len(letters) > 3 and letters[::-1] in spoken
    heads = [place for place, word in enumerate(spoken) if len(word) > 2 and letters.startswith(word)]
    tails = {letters[len(spoken[place]) :]: place for place in heads}
    return any(len(rest) > 2 and rest in spoken[place:] for rest, place in tails.items()) or letters[::-1] in spoken


def _in_other_form(letters: str, text: str) -> bool:
    if len(letters) <= _LONG or not letters.isalpha():
        return False
    return any(same_root(letters, word) or _begins_alike(letters, word) for word in words(text))


def _begins_alike(word: str, other: str) -> bool:
    """Whether most of the word's letters begin the other too ("gravity", "gravitational")."""
    enough = max(_LONG, -(-3 * len(word) // 4))
    return other != word and len(other) >= enough and other[:enough] == word[:enough]


def same_root(left: str, right: str) -> bool:
    """Whether two words are one root with different endings ("interception", "intercepted")."""
    return bool(_roots(left) & _roots(right))


def _roots(word: str) -> set[str]:
    trunks = [word, *(word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending))]
    return {trunk for trunk in trunks if len(trunk) >= _LONG - 1}


def prose_leak(text: str, question: str, reference: str) -> str | None:
    """Why the text gives most of an answer of several words away; `None` when it does not."""
    terms = [term for term in key_terms(reference) if term not in ("after", "before")]
    _, new = split_terms(terms, question)
    if not new:
        return None
    here = _told(new, text)
    if len(here) / len(new) >= (_HALF if len(new) >= _PROSE else _REVEALING):
        return "It uses most of the words that make up the answer."
    if _names_part(text, question, reference):
        return "It gives a part of the name that is asked for."
    if _lists_items(text, question, reference):
        return "It tells several items of the list that is asked for."
    if _shared_run(text, question, reference, new):
        return "It repeats a run of words of the answer."
    return None


def _told(terms: list[str], text: str) -> list[str]:
    here, missing = split_terms(terms, text)
    spoken = words(text)
    return here + [term for term in missing if any(same_root(term, word) for word in spoken)]


def _names_part(text: str, question: str, reference: str) -> bool:
    """Whether the text gives a part of a short name away.

    The last part of the name always does so. Any other part does only when it is written as a name.
    """
    if not is_name(reference) or not 2 <= len(reference.split()) <= 4:
        return False
    parts = [part for part in words(reference) if part not in STOP_WORDS | GENERIC | ARTICLES and len(part) > 3]
    asked = set(words(question))
    person = asks_for_a_person(question)
    text = plain(text)
    for word in located_words(text):
        capital = text[word.start].isupper()
        last = parts and word.form == parts[-1] == words(reference)[-1]
        if (
            word.form in parts
            and word.form not in asked
            and (last or (capital and (person or _mid_sentence(text, word.start))))
        ):
            return True
    return False


def _mid_sentence(text: str, place: int) -> bool:
    """Whether a capital at this place marks a name, and not only the first word of a sentence.

    A first word before a comma counts too, because it may begin a list of names.
    """
    before = text[:place].rstrip(" \"'(*")
    return (bool(before) and before[-1] not in ".!?:\n") or text[place:].split(",")[0].isalpha()


def _lists_items(text: str, question: str, reference: str) -> bool:
    items = pair_items(reference) or list_items(reference)
    if len(items) > 2 and re.search(rf"\b{''.join(item[0] for item in items).upper()}\b", plain(text)):
        return True
    _, new = split_terms(key_terms(reference), question)
    special = [[term for term in key_terms(item) if term in new] for item in items]
    told = [terms for terms in special if terms and _told_item(terms, text)]
    return len(told) > 1 and 2 * len(told) > len(items)


def _told_item(terms: list[str], text: str) -> bool:
    """Whether the text holds more than half of an item's terms, or half of them with the longest.

    The longest term usually identifies the item.
    """
    here = _told(terms, text)
    return 2 * len(here) > len(terms) or (2 * len(here) == len(terms) and max(terms, key=len) in here)


def _shared_run(text: str, question: str, reference: str, new: list[str]) -> bool:
    telling = {stem(term) for term in new}
    spoken, asked, wanted = stems(text), _runs(stems(question)), _runs(stems(reference))
    return any(run in wanted and run not in asked and len(telling & set(run)) > 1 for run in _runs(spoken))


def _runs(spoken: list[str]) -> set[tuple[str, ...]]:
    return {tuple(spoken[start : start + _RUN]) for start in range(len(spoken) - _RUN + 1)}
