"""Compare two formulas by computing both for a few sample values of their letters."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from arango_thinking.matching.result import Match, correct, incorrect, undecided
from arango_thinking.matching.words.wording import plain

_LATEX = (
    (re.compile(r"\\(?:left|right|displaystyle)(?![a-z])|\\[,;:! ()\[\]]|\$"), ""),
    (re.compile(r"\\(?:text|mathrm|boxed)\s*\{((?:[^{}]|\{[^{}]*\})*)\}"), r"\1"),
    (re.compile(r"\\[dt]?frac\s*\{((?:[^{}]|\{[^{}]*\})*)\}\s*\{((?:[^{}]|\{[^{}]*\})*)\}"), r"((\1)/(\2))"),
    (re.compile(r"\\[dt]?frac\s*(\d)\s*(\d)"), r"(\1/\2)"),
    (re.compile(r"\\?sqrt\s*\{((?:[^{}]|\{[^{}]*\})*)\}"), r"sqrt(\1)"),
    (re.compile(r"\\(?:times|cdot)(?![a-z])|·|×"), "*"),
    (re.compile(r"\\(pi|sqrt|sin|cos|tan|ln|log|exp)(?![a-z])"), r" \1"),
    (re.compile(r"\*\*"), "^"),
    (re.compile(r"÷"), "/"),
    (re.compile(r"[{]"), "("),
    (re.compile(r"[}]"), ")"),
)
_ROOT = re.compile(r"√\s*\(|√\s*(\w+)")
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?|\.\d+)|(pi|π|sqrt|sin|cos|tan|ln|log|exp|[a-zA-Z])|([-+*/^()]))")
_LEAD = re.compile(r"^[A-Za-z][A-Za-z ,']*\b(?:is|equals|gives|are|be)\b:?\s+")
_FUNCTIONS: dict[str, Callable[[float], float]] = {
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "ln": math.log,
    "log": math.log10,
    "exp": math.exp,
}
# What stands on the left of "f'(x) = ..." says nothing about the value.
_FUNCTION = re.compile(r"[A-Za-z]'{0,2}\([a-z]\)|[a-z]'|d[a-z]?/d[a-z]")
_LONGEST = 200
_DEEPEST = 30
#: The values of the letters are built from these numbers, which are arbitrary.
_SAMPLES = (0.7310585, 1.3862943, 2.2360679)


class NotAFormulaError(ValueError):
    """The text is not an expression that can be computed."""


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression, and the letter whose value it gives: "y" in "y = 2x + 1", else empty."""

    expression: str
    letter: str = ""


def formulas_agree(reference: str, answer: str) -> Match | None:
    """Compare a reference and an answer that are both formulas; `None` when one of them is not."""
    wanted, said = as_formula(reference), as_formula(answer)
    if wanted is None or said is None:
        return None
    if wanted.letter and said.letter and wanted.letter != said.letter:
        return undecided("The two are said of different letters.")
    if _value_of(wanted) == _value_of(said):
        return correct("The two come to the same.")
    return incorrect("The two come to different values.")


def as_formula(text: str) -> Formula | None:
    """The formula that the whole text is; `None` when it is not a formula, or consists of letters only."""
    text = _LEAD.sub("", _linear(text)).strip(" .;")
    left, equals, right = text.partition("=")
    formula = Formula(text)
    if equals and re.fullmatch(r"[A-Za-z]", left.strip()):
        formula = Formula(right, left.strip())
    elif equals and _FUNCTION.fullmatch(left.strip()):
        formula = Formula(right)
    if "=" in formula.expression or not _telling(formula) or len(text) > _LONGEST:
        return None
    try:
        _value_of(formula)
    except NotAFormulaError:
        return None
    return formula


def _telling(formula: Formula) -> bool:
    """Whether the formula is more than a word: it gives a letter's value, or holds an operator, a digit or pi."""
    expression = formula.expression.strip()
    return bool(formula.letter) or bool(re.search(r"[-+*/^()]|\d|pi|π", expression))


def _linear(text: str) -> str:
    """The text with LaTeX and special signs written as ordinary signs on one line."""
    for pattern, replacement in _LATEX:
        text = pattern.sub(replacement, text)
    text = _ROOT.sub(lambda found: f"sqrt({found[1]})" if found[1] else "sqrt(", text)
    return plain(text)


def _value_of(formula: Formula) -> tuple[float | None, ...]:
    """The value of the formula for each shift of the sample values; `None` where it has no real value.

    Raises `NotAFormulaError` when the expression cannot be computed.
    """
    tokens = _tokens(formula.expression)
    return tuple(_value(tokens, shift) for shift in range(len(_SAMPLES)))


def _value(tokens: list[str], shift: int) -> float | None:
    reader = _Reader(tokens, shift)
    try:
        value = reader.sum()
    except (ZeroDivisionError, OverflowError, ValueError) as error:
        if isinstance(error, NotAFormulaError):
            raise
        return None
    if reader.place < len(tokens):
        raise NotAFormulaError
    return None if isinstance(value, complex) else float(f"{value:.9e}")


def _tokens(expression: str) -> list[str]:
    tokens: list[str] = []
    place = 0
    expression = expression.strip()
    while place < len(expression):
        found = _TOKEN.match(expression, place)
        if found is None or (found[2] and len(found[2]) == 1 and expression[found.end() : found.end() + 2].isalpha()):
            raise NotAFormulaError
        tokens.append(found.group().strip())
        place = found.end()
    return tokens


class _Reader:
    """Computes the value of an expression from its tokens. Numbers and letters side by side are multiplied."""

    def __init__(self, tokens: list[str], shift: int) -> None:
        self._tokens = tokens
        self._shift = shift
        self._depth = 0
        self.place = 0

    def sum(self) -> float:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NotAFormulaError
        value = self._product()
        while self._next() in ("+", "-"):
            sign = 1 if self._take() == "+" else -1
            value += sign * self._product()
        self._depth -= 1
        return value

    def _product(self) -> float:
        value = self._signed()
        while (token := self._next()) is not None and token not in ("+", "-", ")"):
            if token in ("*", "/"):
                self._take()
            factor = self._signed()
            value = value / factor if token == "/" else value * factor
        return value

    def _signed(self) -> float:
        if self._next() in ("+", "-"):
            return self._signed() if self._take() == "+" else -self._signed()
        return self._power()

    def _power(self) -> float:
        value = self._single()
        if self._next() == "^":
            self._take()
            exponent = self._signed()
            if abs(exponent) > _LONGEST:
                raise NotAFormulaError
            return float(value**exponent)
        return value

    def _single(self) -> float:
        token = self._take()
        if token == "(":
            value = self.sum()
            if self._take() != ")":
                raise NotAFormulaError
            return value
        if token in ("pi", "π"):
            return math.pi
        if token in _FUNCTIONS:
            return _FUNCTIONS[token](self._single())
        if token.isalpha():
            return _SAMPLES[(ord(token) + self._shift) % len(_SAMPLES)] + ord(token) / 100
        if token[:1].isdigit() or token[:1] == ".":
            return float(token)
        raise NotAFormulaError

    def _next(self) -> str | None:
        return self._tokens[self.place] if self.place < len(self._tokens) else None

    def _take(self) -> str:
        token = self._next()
        if token is None:
            raise NotAFormulaError
        self.place += 1
        return token
