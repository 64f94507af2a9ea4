"""AQL values as bytes that sort as AQL orders the values, and are equal where AQL calls them equal.

Types come in the order null, bool, number, string, array, object. In arrays and objects a missing member
counts as null, so trailing nulls and attributes that are null are not encoded. No encoding is the
beginning of another one, so the encodings of several values can be joined into one key.
"""

from __future__ import annotations

import struct

from arango_thinking.embedded import collation
from arango_thinking.embedded.storage.records import JSON

_NULL = b"\x01"
_FALSE = b"\x02"
_TRUE = b"\x03"
_NUMBER = b"\x04"
_STRING = b"\x05"
_ARRAY = b"\x06"
_OBJECT = b"\x07"
_END = b"\x00"
_MORE = b"\x02"

#: Sorts after everything that can follow an encoded value.
AFTER = b"\xff"

_COMPLEMENT = bytes(255 - byte for byte in range(256))
_SIGN = 1 << 63
_ALL_BITS = (1 << 64) - 1
_PACK_FLOAT = struct.Struct(">d").pack
_UNPACK_BITS = struct.Struct(">Q").unpack
_PACK_NUMBER = struct.Struct(">QH").pack


def encode(value: JSON) -> bytes:
    """The value's sort key."""
    if isinstance(value, str):
        language = collation.language
        return _STRING + (_text(value) if language is None else language(value) + _text(value))
    if value is None:
        return _NULL
    if isinstance(value, bool):
        return _TRUE if value else _FALSE
    if isinstance(value, int | float):
        return _NUMBER + _number(value)
    if isinstance(value, list | tuple):
        return _ARRAY + _array(value)
    return _OBJECT + _object(value)


def encode_all(values: tuple[JSON, ...]) -> bytes:
    """The sort key of several values. The first value counts most."""
    return b"".join(map(encode, values))


def _text(text: str) -> bytes:
    # UTF-8 sorts as code points do; a NUL is escaped so that the end mark cannot be mistaken for one.
    return text.encode("utf-8", "surrogatepass").replace(b"\0", b"\0\xff") + b"\0\1"


def _number(number: float) -> bytes:
    try:
        nearest = float(number) + 0.0  # turns -0.0 into 0.0
    except OverflowError:
        return _number(float("inf") if number > 0 else float("-inf"))
    # Integers beyond 2**53 share a float with their neighbours. The remainder keeps them different.
    remainder = number - int(nearest) if isinstance(number, int) else 0
    bits: int = _UNPACK_BITS(_PACK_FLOAT(nearest))[0]
    ordered = bits ^ (_ALL_BITS if bits & _SIGN else _SIGN)
    return _PACK_NUMBER(ordered, max(0, min(0xFFFF, remainder + 0x8000)))


def _array(values: list[JSON] | tuple[JSON, ...]) -> bytes:
    length = len(values)
    while length and values[length - 1] is None:
        length -= 1
    return b"".join(map(encode, values[:length])) + _END


def _object(value: dict[str, JSON]) -> bytes:
    # Take the lowest name that only one of two objects has. The other object counts as having null there, so it must
    # sort first. This means that a lower name makes a greater key, so the bytes of names are complemented.
    names = sorted(name for name, member in value.items() if member is not None)
    members = (_MORE + _text(name).translate(_COMPLEMENT) + encode(value[name]) for name in names)
    return b"".join(members) + _END
