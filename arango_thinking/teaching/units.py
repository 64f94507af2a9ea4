"""Units of measurement and money: what they measure, and how much of it."""

from __future__ import annotations

from fractions import Fraction

_NAMES: tuple[tuple[str, str, Fraction | int, str], ...] = (
    ("ratio", "%", Fraction(1, 100), ""),
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
    ("mass", "kg", 1000, "kg kgs kilogram kilograms"),
    ("mass", "ounce", Fraction(28349523125, 10**9), "oz ounce ounces"),
    ("mass", "pound", Fraction(45359237, 10**5), "lb lbs"),
    ("mass", "tonne", 10**6, "tonne tonnes"),
    ("volume", "ml", Fraction(1, 1000), "ml millilitre millilitres milliliter milliliters"),
    ("volume", "l", 1, "l litre litres liter liters"),
    ("time", "second", 1, "s sec secs second seconds"),
    ("time", "minute", 60, "min mins minute minutes"),
    ("time", "hour", 3600, "h hr hrs hour hours"),
    ("time", "day", 86400, "day days"),
    ("time", "week", 7 * 86400, "week weeks wk wks"),
    ("months", "month", 1, "month months"),
    ("months", "year", 12, "yr yrs year years"),
    ("speed", "km/h", Fraction(5, 18), "kmh kph km/h km/hr"),
    ("speed", "m/s", 1, "m/s m/sec"),
    ("speed", "mph", Fraction(44704, 100000), "mph miles/hour"),
    ("celsius", "°c", 1, "°c celsius"),
    ("fahrenheit", "°f", 1, "°f fahrenheit"),
    ("dollar", "dollar", 1, "dollar dollars usd"),
    ("dollar", "cent", Fraction(1, 100), "cent cents"),
    ("euro", "euro", 1, "euro euros eur"),
    ("sterling", "sterling", 1, "gbp"),
    ("rupee", "rupee", 1, "rupee rupees rs inr"),
    ("yen", "yen", 1, "yen jpy"),
)

#: Canonical unit to what it measures and its size.
UNITS: dict[str, tuple[str, Fraction]] = {name: (dimension, Fraction(size)) for dimension, name, size, _ in _NAMES}
_SPELLINGS = {spelling: name for _, name, _, spellings in _NAMES for spelling in spellings.split()}

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


def unit_of(word: str, currency: str = "") -> str:
    """The unit that the word after a number names; after a currency sign only money can follow."""
    unit = _SPELLINGS.get(word.lower(), "")
    if currency and (not unit or UNITS[unit][0] != UNITS[currency][0]):
        return currency
    return unit
