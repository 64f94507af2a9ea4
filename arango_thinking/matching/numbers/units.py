"""Units of measurement and money: what each one measures, and its size."""

from __future__ import annotations

import re
from fractions import Fraction

_NAMES: tuple[tuple[str, str, Fraction | int, str], ...] = (
    ("ratio", "%", Fraction(1, 100), ""),
    ("length", "nm", Fraction(1, 10**9), "nm nanometre nanometres nanometer nanometers"),
    ("length", "mm", Fraction(1, 1000), "mm millimetre millimetres millimeter millimeters"),
    ("length", "cm", Fraction(1, 100), "cm centimetre centimetres centimeter centimeters"),
    ("length", "m", 1, "m metre metres meter meters"),
    ("length", "km", 1000, "km kms kilometre kilometres kilometer kilometers"),
    ("length", "inch", Fraction(254, 10000), "inch inches"),
    ("length", "foot", Fraction(3048, 10000), "ft foot feet"),
    ("length", "yard", Fraction(9144, 10000), "yd yard yards"),
    ("length", "mile", Fraction(1609344, 1000), "mi mile miles"),
    ("mass", "mg", Fraction(1, 1000), "mg milligram milligrams"),
    ("mass", "g", 1, "g gram grams gramme grammes"),
    ("mass", "kg", 1000, "kg kgs kilogram kilograms kilo kilos"),
    ("mass", "ounce", Fraction(28349523125, 10**9), "oz ounce ounces"),
    ("mass", "pound", Fraction(45359237, 10**5), "lb lbs"),
    ("mass", "tonne", 10**6, "tonne tonnes"),
    ("length^3", "ml", Fraction(1, 10**6), "ml millilitre millilitres milliliter milliliters"),
    ("length^3", "l", Fraction(1, 1000), "l litre litres liter liters"),
    ("length^2", "hectare", 10**4, "ha hectare hectares"),
    ("length^2", "acre", Fraction(40468564224, 10**7), "acre acres"),
    ("time", "second", 1, "s sec secs second seconds"),
    ("time", "minute", 60, "min mins minute minutes"),
    ("time", "hour", 3600, "h hr hrs hour hours"),
    ("time", "day", 86400, "day days"),
    ("time", "week", 7 * 86400, "week weeks wk wks"),
    ("months", "month", 1, "month months"),
    ("months", "year", 12, "yr yrs year years"),
    ("months", "decade", 120, "decade decades"),
    ("months", "century", 1200, "century centuries"),
    ("temperature", "°c", 1, "°c celsius centigrade"),
    ("temperature", "°f", Fraction(5, 9), "°f fahrenheit"),
    ("temperature", "kelvin", 1, "kelvin kelvins"),
    ("data", "byte", 1, "byte bytes"),
    ("data", "kilobyte", 10**3, "kb kilobyte kilobytes"),
    ("data", "megabyte", 10**6, "mb megabyte megabytes"),
    ("data", "gigabyte", 10**9, "gb gigabyte gigabytes"),
    ("data", "terabyte", 10**12, "tb terabyte terabytes"),
    ("frequency", "hertz", 1, "hz hertz"),
    ("frequency", "kilohertz", 10**3, "khz kilohertz"),
    ("frequency", "megahertz", 10**6, "mhz megahertz"),
    ("frequency", "gigahertz", 10**9, "ghz gigahertz"),
    ("power", "watt", 1, "watt watts"),
    ("power", "kilowatt", 10**3, "kw kilowatt kilowatts"),
    ("power", "megawatt", 10**6, "mw megawatt megawatts"),
    ("voltage", "volt", 1, "volt volts"),
    ("voltage", "kilovolt", 1000, "kv kilovolt kilovolts"),
    ("pressure", "pascal", 1, "pascal pascals"),
    ("pressure", "hectopascal", 100, "hpa hectopascal hectopascals mbar millibar millibars"),
    ("pressure", "kilopascal", 1000, "kpa kilopascal kilopascals"),
    ("pressure", "bar", 10**5, "bar bars"),
    ("dollar", "dollar", 1, "dollar dollars usd"),
    ("dollar", "cent", Fraction(1, 100), "cent cents"),
    ("euro", "euro", 1, "euro euros eur"),
    ("sterling", "sterling", 1, "gbp"),
    ("sterling", "penny", Fraction(1, 100), "pence"),
    ("rupee", "rupee", 1, "rupee rupees rs inr"),
    ("yen", "yen", 1, "yen jpy"),
)

_LENGTHS = [(name, Fraction(size)) for dimension, name, size, _ in _NAMES if dimension == "length"]
#: Maps each canonical unit to what it measures and its size.
UNITS: dict[str, tuple[str, Fraction]] = {name: (dimension, Fraction(size)) for dimension, name, size, _ in _NAMES} | {
    f"{name}^{power}": (f"length^{power}", size**power) for name, size in _LENGTHS for power in (2, 3)
}
_SPELLINGS = {spelling: name for _, name, _, spellings in _NAMES for spelling in spellings.split()}
_SPEEDS = {"kmh": "km/hour", "kph": "km/hour", "mph": "mile/hour"}
#: The zero points of the other temperature scales, in degrees Celsius.
_ZERO = {"°f": Fraction(-160, 9), "kelvin": Fraction(-27315, 100)}

#: Signs that stand before an amount.
CURRENCIES = {
    "$": "dollar",
    "US$": "dollar",
    "USD": "dollar",
    "€": "euro",
    "EUR": "euro",
    "£": "sterling",
    "GBP": "sterling",
    "¥": "yen",
    "₹": "rupee",
    "Rs.": "rupee",
    "Rs": "rupee",
}

_ASKED = re.compile(
    r"\bhow (?:many|much)(?: (?:more|fewer|less|total|additional|extra|full|whole|square|cubic))* (?P<many>[a-z]+)"
    r"|\b(?:in|of) (?P<scale>[a-z]+)\W*$|\bnumber of (?P<number>[a-z]+)",
    re.IGNORECASE,
)

_AGE = re.compile(r"\bhow old\b|\bwhat age\b", re.IGNORECASE)


def unit_of(word: str, currency: str = "") -> str:
    """The unit that the word after a number names, else `currency`.

    After a currency sign, only a unit of the same currency counts.
    """
    unit = "kelvin" if word == "K" else _SPELLINGS.get(word.lower(), "")
    if currency and (not unit or UNITS[unit][0] != UNITS[currency][0]):
        return currency
    return unit


def speed_of(word: str) -> tuple[str, str]:
    """The units of length and time in a word such as "mph"; two empty strings for any other word."""
    unit, _, time = _SPEEDS.get(word.lower(), "").partition("/")
    return unit, time


def powered(unit: str, power: int) -> str:
    """The unit of area or volume made from a unit of length; any other unit unchanged."""
    return f"{unit}^{power}" if f"{unit}^{power}" in UNITS else unit


def measured(value: Fraction, unit: str) -> tuple[str, Fraction]:
    """What a unit measures, and the amount in the basic unit of that."""
    dimension, size = UNITS[unit]
    return dimension, value * size + _ZERO.get(unit, 0)


def rate(value: Fraction, unit: str, per: str) -> tuple[str, str, Fraction]:
    """What the two units of a rate such as "80 km per hour" measure, and the amount in their basic units."""
    dimension, amount = measured(value, unit)
    per_dimension, size = UNITS[per]
    return dimension, per_dimension, amount / size


def asked_unit(question: str) -> str:
    """The unit that the question asks for ("How many minutes ..."); `""` when it names none, or several."""
    asked = [found[found.lastgroup or 0] for found in _ASKED.finditer(question)]
    units = {unit for word in asked if len(word) > 1 and (unit := unit_of(word))}
    if not units and _AGE.search(question):
        return "year"
    return units.pop() if len(units) == 1 else ""
