"""Numbers in any notation: digits, words, fractions, percent, currency, units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from arango_thinking.teaching.dates import dates_in
from arango_thinking.teaching.terms import STOP_WORDS
from arango_thinking.teaching.units import CURRENCIES, UNITS, unit_of
from arango_thinking.teaching.wording import plain, word_list

_SMALL = {
    word: value
    for value, word in enumerate(
        word_list(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
            " seventeen eighteen nineteen"
        )
    )
} | {
    word: value * 10
    for value, word in enumerate(word_list("twenty thirty forty fifty sixty seventy eighty ninety"), start=2)
}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12}
_ORDINALS = {
    word: value
    for value, word in enumerate(
        word_list(
            "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
            " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
        )
    )
}
_PARTS = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7}
_PARTS |= {"eighth": 8, "ninth": 9, "tenth": 10, "hundredth": 100}

_CURRENCY = "|".join(sorted((re.escape(sign) for sign in CURRENCIES), key=len, reverse=True))
# Long runs of digits are identifiers, not quantities, and would be slow to compute with.
_DIGITS = r"\d{1,3}(?:,\d{3}){1,12}|\d{1,3}(?:[ '_]\d{3}){1,12}|\d{1,40}"
_NUMERAL = re.compile(
    rf"(?<![\w.])(?<!\d[:,/])(?P<sign>-|\+)?(?:(?P<currency>{_CURRENCY})\s?)?(?P<inner>-)?"
    r"(?:(?P<whole>\d{1,9})\s+(?=\d{1,9}/\d))?"
    rf"(?:(?P<over>\d{{1,20}}(?:\.\d{{1,20}})?)\s?/\s?(?P<under>\d{{1,20}}(?:\.\d{{1,20}})?)"
    rf"|(?P<digits>{_DIGITS})(?P<decimals>\.\d{{1,40}})?|(?P<point>\.\d{{1,40}}))"
    r"(?:[eE](?P<exponent>[+-]?\d{1,3})|\s?[x×*]\s?10\^\{?(?P<tens>-?\d{1,3})\}?|\^\{?(?P<power>\d{1,2})\}?)?"
    r"(?![\d:]\d|\d|[.,/]\d)"
)
_EUROPEAN = re.compile(r"(?<![\d.,])(\d{1,3}(?:\.\d{3})+),(\d{1,2})(?![\d,])")
_DECIMAL_COMMA = re.compile(r"([^\w(\[]*)(\d{1,9}),(\d{1,2})(\s?[^\W\d]*\W*)")
_SUFFIX_SCALE = re.compile(r"[\s-]?(hundred|thousand|million|billion|trillion|dozen|bn|k)\b", re.IGNORECASE)
# After a currency sign, "m" is no metre.
_SUFFIX_MONEY_SCALE = re.compile(rf"(?:{_SUFFIX_SCALE.pattern})|(?P<short>[mb]n?\b)", re.IGNORECASE)
_SUFFIX_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b", re.IGNORECASE)
_SUFFIX_PERCENT = re.compile(r"\s?(?:%|per\s?cent\b|percent\b|percentage points?\b|pct\b)", re.IGNORECASE)
_SUFFIX_UNIT = re.compile(r"([\s-]?)([A-Za-z°][A-Za-z°]*(?:/[A-Za-z]+)?)")

_COUNTED = "|".join([*_SMALL, r"an?", r"\d{1,4}"])
_PART_WORDS = re.compile(
    rf"\b(?:(?P<whole>{'|'.join(_SMALL)}|\d{{1,6}})\s+and\s+)?(?P<count>{_COUNTED})[\s-]+"
    rf"(?P<part>{'|'.join(_PARTS)})s?\b(?P<of>\s+(?:of\s+)?an?\s+(?=(?:{'|'.join(_SCALES)}|hundred)\b))?",
    re.IGNORECASE,
)
_HALF = re.compile(rf"\bhalf\b(?P<of>\s+(?:of\s+)?an?\s+(?=(?:{'|'.join(_SCALES)}|hundred)\b))?", re.IGNORECASE)
_WORDS = re.compile(
    rf"\b(?:{'|'.join(sorted([*_SMALL, *_SCALES, *_ORDINALS, 'hundred'], key=len, reverse=True))})\b", re.IGNORECASE
)
_MINUS = re.compile(r"\b(?:minus|negative)\s+$", re.IGNORECASE)
_GAP = re.compile(r"[\s-]+|\s+and\s+", re.IGNORECASE)
_ABOUT = frozenset(
    word_list("about around approximately approx nearly almost roughly exactly circa over under than least most")
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as stated, and where it stands in `plain(text)`."""

    value: Fraction
    start: int
    end: int
    unit: str = ""
    ordinal: bool = False
    word: str = ""


def same(left: Number, right: Number) -> bool:
    """Whether two numbers state one quantity; a missing unit agrees with any."""
    if not left.unit or not right.unit or left.unit == right.unit:
        return left.value == right.value or _same_share(left, right)
    dimension, factor = UNITS[left.unit]
    other_dimension, other_factor = UNITS[right.unit]
    return dimension == other_dimension and left.value * factor == right.value * other_factor


def _same_share(left: Number, right: Number) -> bool:
    if (left.unit == "%") == (right.unit == "%"):
        return False
    share, bare = (left, right) if left.unit == "%" else (right, left)
    return not bare.unit and share.value == bare.value * 100


def rounded(left: Number, right: Number) -> bool:
    """Whether the two agree once the more precise is rounded to the other's decimals (two at least)."""
    for precise, coarse in ((left, right), (right, left)):
        for decimals in range(2, 7):
            if coarse.value * 10**decimals % 1 == 0:
                if precise.value != coarse.value and round(precise.value, decimals) == coarse.value:
                    return True
                break
    return False


def endless(number: Number) -> bool:
    """Whether no decimal notation is exact, as for a third."""
    rest = number.value.denominator
    for factor in (2, 5):
        while rest % factor == 0:
            rest //= factor
    return rest != 1


def numbers_in(text: str) -> list[Number]:
    """Every number of the text in order of its place in `plain(text)`."""
    text = _decimal_points(plain(text))
    taken = bytearray(len(text))
    found: list[Number] = []
    for reader in (_parts, _numerals, _spelled):
        for number in reader(text):
            if not any(taken[number.start : number.end]):
                taken[number.start : number.end] = b"x" * (number.end - number.start)
                found.append(number)
    return sorted(found, key=lambda number: number.start)


def as_number(text: str) -> Number | None:
    """The number that the text is, with its unit or what it counts; None for any other text."""
    found = [number for number in numbers_in(text) if number.word != "one" or text.strip().lower().startswith("one")]
    if not found or dates_in(text) or any(not same(found[0], other) for other in found[1:]):
        return None
    number, text = found[0], plain(text)
    before = re.findall(r"[^\W\d_]+", text[: number.start].lower())
    after = re.findall(r"[^\W\d_]+", text[found[-1].end :])
    counted = [word for word in after if word.lower() not in STOP_WORDS]
    if any(word not in _ABOUT and word not in STOP_WORDS for word in before):
        return None
    if len(counted) > 2 or len(after) > 4 or any(not word.islower() for word in counted):
        return None
    return number


def _decimal_points(text: str) -> str:
    text = _EUROPEAN.sub(lambda found: found[1].replace(".", "") + "." + found[2], text)
    comma = _DECIMAL_COMMA.fullmatch(text)
    return f"{comma[1]}{comma[2]}.{comma[3]}{comma[4]}" if comma else text


def _numerals(text: str) -> Iterator[Number]:
    for found in _NUMERAL.finditer(text):
        value = _numeral_value(found)
        if value is None:
            continue
        sign = -1 if "-" in (found["sign"], found["inner"]) or _minus(text, found.start()) else 1
        number = Number(sign * value, found.start(), found.end(), CURRENCIES.get(found["currency"] or "", ""))
        completed = _with_suffix(text, number, found.end())
        if completed is not None:
            yield completed


def _minus(text: str, place: int) -> bool:
    return _MINUS.search(text[max(0, place - len("negative  ")) : place]) is not None


def _numeral_value(found: re.Match[str]) -> Fraction | None:
    if found["over"]:
        under = Fraction(found["under"])
        if not under:
            return None
        value = Fraction(found["over"]) / under + int(found["whole"] or 0)
    else:
        digits = re.sub(r"[, '_]", "", found["digits"] or "0")
        value = Fraction(digits + (found["decimals"] or found["point"] or ""))
    exponent = found["exponent"] or found["tens"]
    if exponent:
        value *= Fraction(10) ** int(exponent)
    return value ** int(found["power"]) if found["power"] else value


def _with_suffix(text: str, number: Number, end: int) -> Number | None:
    """The number with the scale and unit that follow; None when the letters that follow make it a name ("3D")."""
    ordinal = _SUFFIX_ORDINAL.match(text, end)
    if ordinal:
        return replace(number, end=ordinal.end(), ordinal=True)
    scales = _SUFFIX_MONEY_SCALE if number.unit else _SUFFIX_SCALE
    while scale := scales.match(text, end):
        end = scale.end()
        number = replace(number, value=number.value * _scale(scale[scale.lastindex or 1].lower()), end=end)
    percent = _SUFFIX_PERCENT.match(text, end)
    if percent:
        return replace(number, end=percent.end(), unit="%")
    suffix = _SUFFIX_UNIT.match(text, end)
    if suffix is None:
        return number
    if suffix[0] == "s" and _is_decade(number.value):
        return None
    unit = unit_of(suffix[2], number.unit)
    if unit != number.unit:
        return replace(number, end=suffix.end(), unit=unit)
    if unit:
        return number
    attached = not suffix[1]
    return None if attached and (len(suffix[2]) == 1 or not suffix[2].islower()) else number


def _is_decade(value: Fraction) -> bool:
    return value % 10 == 0 and 1000 <= value < 2100


def _scale(word: str) -> int:
    short = {"hundred": 100, "k": 1000, "m": 10**6, "mn": 10**6, "b": 10**9, "bn": 10**9}
    return short.get(word) or _SCALES[word]


def _parts(text: str) -> Iterator[Number]:
    for found in _PART_WORDS.finditer(text):
        whole = _small(found["whole"]) if found["whole"] else 0
        value = whole + Fraction(_small(found["count"]), _PARTS[found["part"].lower()])
        yield _with_suffix(text, Number(value, found.start(), found.end()), found.end()) or Number(
            value, found.start(), found.end()
        )
    for found in _HALF.finditer(text):
        number = Number(Fraction(1, 2), found.start(), found.end())
        yield _with_suffix(text, number, found.end()) or number


def _small(word: str) -> int:
    word = word.lower()
    if word in ("a", "an"):
        return 1
    return _SMALL[word] if word in _SMALL else int(word)


def _spelled(text: str) -> Iterator[Number]:
    for run in _runs(text):
        ordinal = run[-1][0] in _ORDINALS
        number = Number(Fraction(_run_value(run)), run[0][1], run[-1][2], ordinal=ordinal, word=run[0][0])
        if len(run) > 1:
            number = replace(number, word="")
        if _minus(text, number.start):
            number = replace(number, value=-number.value)
        yield number if ordinal else _with_suffix(text, number, number.end) or number


_Token = tuple[str, int, int]


def _runs(text: str) -> Iterator[list[_Token]]:
    """Number words that belong together: "two hundred and five", not "five and six"."""
    run: list[_Token] = []
    for found in _WORDS.finditer(text):
        token = (found.group().lower(), found.start(), found.end())
        if run and not _continues(run, token, text[run[-1][2] : token[1]]):
            yield run
            run = []
        run.append(token)
    if run:
        yield run


def _continues(run: list[_Token], token: _Token, gap: str) -> bool:
    last, word = run[-1][0], token[0]
    if not _GAP.fullmatch(gap) or last in _ORDINALS:
        return False
    large = last in _SCALES or last == "hundred"
    if "and" in gap.lower():
        return large and (word in _SMALL or word in _ORDINALS)
    if word in _SCALES or word == "hundred" or large:
        return True
    value = _ORDINALS.get(word, _SMALL.get(word, 0))
    tens = _SMALL[last] >= 20 and 0 < value < 10
    year = _SMALL[last] >= 10 and value >= 10 and len(run) == 1
    return tens or (year and word in _SMALL)


def _run_value(run: list[_Token]) -> int:
    total = current = 0
    for word, _, _ in run:
        if word in _SCALES:
            total, current = total + (current or 1) * _SCALES[word], 0
        elif word == "hundred":
            current = (current or 1) * 100
        else:
            value = _SMALL.get(word, _ORDINALS.get(word, 0))
            current = current * 100 + value if 10 <= current < 100 and value >= 10 else current + value
    return total + current
