"""Hashes, identifiers and random text."""

from __future__ import annotations

import hashlib

import pytest

from arango_thinking.embedded.errors import ArangoError
from tests.unit.embedded.aql.conftest import Database


def test_known_hashes(db: Database) -> None:
    assert db.value('CRC32("foobar")') == "D5F5C7F"
    assert db.value('FNV64("foobar")') == "85944171F73967E8"
    assert db.value('MD5("foobar")') == "3858f62230ac3c915f300c664312c63f"
    assert db.value('SHA1("foobar")') == "8843d7f92416211de9ebb963ff4ce28125932878"
    assert db.value('SHA256("foobar")') == hashlib.sha256(b"foobar").hexdigest()
    assert db.value('SHA512(["a", 1])') == hashlib.sha512(b'["a",1]').hexdigest()


def test_hash_is_of_the_value(db: Database) -> None:
    same, other = db.value("[HASH({ a: 1, b: [2] }) == HASH({ b: [2.0], a: 1 }), HASH(1) == HASH('1')]")
    assert same
    assert not other
    assert 0 <= db.value("HASH('x')") < 2**51


def test_sizes_of_signatures(db: Database) -> None:
    assert db.value("[MINHASH_ERROR(100), MINHASH_COUNT(0.1), MINHASH_COUNT(0.3)]") == [0.1, 100, 12]
    assert db.warnings("MINHASH_ERROR(0)") == [1542]
    assert db.warnings("MINHASH_COUNT(1)") == [1542]


def test_random_text(db: Database) -> None:
    assert len(db.value("UUID()")) == 36
    tokens = db.rows("FOR i IN 1..5 RETURN RANDOM_TOKEN(8)")
    assert len(set(tokens)) == 5
    assert {len(token) for token in tokens} == {8}
    with pytest.raises(ArangoError):
        db.value("RANDOM_TOKEN(-1)")
