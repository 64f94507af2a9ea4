"""Hashes, identifiers and random text."""

from __future__ import annotations

import hashlib
import math
import secrets
import string
import uuid
from functools import lru_cache
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.functions.registry import NoResultError, function
from arango_thinking.embedded.errors import ArangoError

CASTAGNOLI = 0x82F63B78
FNV_OFFSET, FNV_PRIME = 0xCBF29CE484222325, 0x100000001B3
LONGEST_TOKEN = 65536


def _bytes(value: Any) -> bytes:
    return v.to_string(value).encode()


@function("MD5", 1)
def md5(value: Any) -> str:
    return hashlib.md5(_bytes(value), usedforsecurity=False).hexdigest()


@function("SHA1", 1)
def sha1(value: Any) -> str:
    return hashlib.sha1(_bytes(value), usedforsecurity=False).hexdigest()


@function("SHA256", 1)
def sha256(value: Any) -> str:
    return hashlib.sha256(_bytes(value)).hexdigest()


@function("SHA512", 1)
def sha512(value: Any) -> str:
    return hashlib.sha512(_bytes(value)).hexdigest()


@lru_cache(maxsize=1)
def _castagnoli_table() -> tuple[int, ...]:
    table = []
    for number in range(256):
        for _ in range(8):
            number = number >> 1 ^ (CASTAGNOLI if number & 1 else 0)
        table.append(number)
    return tuple(table)


@function("CRC32", 1)
def crc32(value: Any) -> str:
    """The CRC-32C checksum in hexadecimal digits, without leading zeros."""
    table, checksum = _castagnoli_table(), 0xFFFFFFFF
    for byte in _bytes(value):
        checksum = checksum >> 8 ^ table[(checksum ^ byte) & 0xFF]
    return f"{checksum ^ 0xFFFFFFFF:X}"


@function("FNV64", 1)
def fnv64(value: Any) -> str:
    """The FNV-1a hash in hexadecimal digits, without leading zeros."""
    checksum = FNV_OFFSET
    for byte in _bytes(value):
        checksum = (checksum ^ byte) * FNV_PRIME % 2**64
    return f"{checksum:X}"


@function("HASH", 1)
def hash_of(value: Any) -> int:
    """A number of at most 51 bits, the same for equal values."""
    return int.from_bytes(hashlib.sha256(_canonical(value).encode()).digest()[:8], "big") >> 13


def _canonical(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{v.to_json(key)}:{_canonical(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_canonical, value)) + "]"
    return v.to_json(v.normalized(value) if v.is_number(value) else value)


@function("MINHASH_ERROR", 1)
def minhash_error(hashes: Any) -> Any:
    """The expected error of MinHash signatures with this number of hashes."""
    if not v.is_number(hashes) or hashes < 1:
        raise NoResultError
    return v.normalized(1 / math.sqrt(int(hashes)))


@function("MINHASH_COUNT", 1)
def minhash_count(error: Any) -> Any:
    """The number of hashes that a MinHash signature needs so that its expected error is not greater than `error`."""
    if not v.is_number(error) or not 0 < error < 1:
        raise NoResultError
    return math.ceil(1 / (error * error))


@function("RANDOM_TOKEN", 1)
def random_token(length: Any) -> str:
    count = v.to_integer(length)
    if not 0 <= count <= LONGEST_TOKEN:
        raise ArangoError(1542, "RANDOM_TOKEN")
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(count))


@function("UUID", 0)
def new_uuid() -> str:
    return str(uuid.uuid4())
