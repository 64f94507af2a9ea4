"""Compressed files: told by their names and first bytes, written alike each time, and damaged ones noticed."""

from __future__ import annotations

import gzip
import io
import random
import sys
import time
import zlib
from pathlib import Path

import pytest

from arango_thinking.files.compression import (
    COMPRESSIONS,
    DAMAGE,
    GZIP,
    MAGIC_BYTES,
    ZSTANDARD,
    Compression,
    by_content,
    by_name,
    uncompressed_name,
)

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = b'{"question": "How many moons has Mars?", "answer": "Two."}\n' * 50
#: Nothing in it can be made shorter, so that it lies in the file as it is.
NOISE = random.Random(7).randbytes(2000)
BOTH = pytest.mark.parametrize("compression", COMPRESSIONS, ids=lambda compression: compression.name)


def packed(compression: Compression, content: bytes = TEXT) -> bytes:
    file = io.BytesIO()
    with compression.writer(file) as stream:
        stream.write(content)
    return file.getvalue()


def unpacked(compression: Compression, content: bytes) -> bytes:
    with compression.reader(io.BytesIO(content)) as stream:
        return stream.read()


@BOTH
@pytest.mark.parametrize("content", [TEXT, b"", NOISE], ids=["text", "nothing", "noise"])
def test_what_was_written_is_read(compression: Compression, content: bytes) -> None:
    assert unpacked(compression, packed(compression, content)) == content


@BOTH
def test_text_takes_less_room(compression: Compression) -> None:
    assert len(packed(compression)) < len(TEXT) / 5


@BOTH
def test_files_of_two_parts_are_read_whole(compression: Compression) -> None:
    assert unpacked(compression, packed(compression, b"one\n") + packed(compression, b"two\n")) == b"one\ntwo\n"


@BOTH
def test_the_file_beneath_stays_open(compression: Compression) -> None:
    file = io.BytesIO()
    with compression.writer(file) as stream:
        stream.write(TEXT)
    assert not file.closed
    file.seek(0)
    with compression.reader(file) as stream:
        assert stream.read(8) == TEXT[:8]
    assert not file.closed


def test_other_programs_read_what_is_written() -> None:
    assert gzip.decompress(packed(GZIP)) == TEXT
    assert zstd.decompress(packed(ZSTANDARD)) == TEXT


def test_what_other_programs_wrote_is_read() -> None:
    assert unpacked(GZIP, gzip.compress(TEXT, 9)) == TEXT
    assert unpacked(ZSTANDARD, zstd.compress(TEXT, 19)) == TEXT


@BOTH
def test_what_is_written_depends_on_the_content_alone(compression: Compression, tmp_path: Path) -> None:
    written = set()
    for name in ("one", "other.jsonl.gz"):
        with (tmp_path / name).open("wb") as file, compression.writer(file) as stream:
            stream.write(TEXT)
        written.add((tmp_path / name).read_bytes())
        time.sleep(0.001)
    assert written == {packed(compression)}


def test_gzip_tells_neither_name_nor_time() -> None:
    flags, time_of_writing = packed(GZIP)[3], packed(GZIP)[4:8]
    assert (flags, time_of_writing) == (0, b"\0\0\0\0")


# ---------------------------------------------------------------- damage


@BOTH
@pytest.mark.parametrize("left", [3, 15, -9, -1])
def test_a_file_that_ends_early_is_damaged(compression: Compression, left: int) -> None:
    with pytest.raises(DAMAGE):
        unpacked(compression, packed(compression, NOISE)[:left])


@BOTH
def test_a_byte_that_changed_is_noticed_even_where_nothing_is_compressed(compression: Compression) -> None:
    content = bytearray(packed(compression, NOISE))
    place = content.index(NOISE[1000:1010])
    content[place] ^= 1
    with pytest.raises(DAMAGE):
        unpacked(compression, bytes(content))


@BOTH
def test_something_else_after_the_first_bytes_is_damage(compression: Compression) -> None:
    with pytest.raises(DAMAGE):
        unpacked(compression, compression.magic + TEXT)


@pytest.mark.parametrize(
    ("compression", "content", "kind"),
    [
        (GZIP, packed(GZIP)[:-1], EOFError),
        (GZIP, packed(GZIP)[:10] + b"\xff" * 40, zlib.error),
        (GZIP, packed(GZIP)[:-8] + b"\0" * 8, gzip.BadGzipFile),
        (ZSTANDARD, packed(ZSTANDARD)[:-1], EOFError),
        (ZSTANDARD, packed(ZSTANDARD)[:-4] + b"\0" * 4, zstd.ZstdError),
    ],
)
def test_each_kind_of_damage_is_known_and_says_what_it_is(
    compression: Compression, content: bytes, kind: type[Exception]
) -> None:
    with pytest.raises(DAMAGE) as caught:
        unpacked(compression, content)
    assert caught.type is kind
    assert str(caught.value)


# ---------------------------------------------------------------- names and first bytes


@pytest.mark.parametrize(
    ("name", "compression", "plain"),
    [
        ("train.jsonl.gz", GZIP, "train.jsonl"),
        ("train.jsonl.GZ", GZIP, "train.jsonl"),
        ("train.jsonl.zst", ZSTANDARD, "train.jsonl"),
        ("train.jsonl.Zst", ZSTANDARD, "train.jsonl"),
        ("folder.gz/train.gz", GZIP, "train"),
        ("train.gz.zst", ZSTANDARD, "train.gz"),
        ("train.jsonl", None, "train.jsonl"),
        ("train.gz.jsonl", None, "train.gz.jsonl"),
        ("train.tgz", None, "train.tgz"),
        ("train.gzip", None, "train.gzip"),
        ("folder.gz/train.jsonl", None, "train.jsonl"),
        (".gz", None, ".gz"),
        ("gz", None, "gz"),
    ],
)
def test_the_suffix_says_how_a_file_is_compressed(name: str, compression: Compression | None, plain: str) -> None:
    assert by_name(Path(name)) is compression
    assert uncompressed_name(Path(name)) == plain


@BOTH
@pytest.mark.parametrize("content", [TEXT, b""], ids=["text", "nothing"])
def test_the_first_bytes_say_how_a_file_is_compressed(compression: Compression, content: bytes) -> None:
    assert by_content(packed(compression, content)[:MAGIC_BYTES]) is compression
    assert by_content(compression.magic) is compression


@pytest.mark.parametrize("head", [b"", b"\x1f", b"\x28\xb5\x2f", b"{}", b"\n\x1f\x8b", b"PK\x03\x04", b"BZh9"])
def test_other_first_bytes_say_nothing(head: bytes) -> None:
    assert by_content(head) is None


def test_each_compression_is_called_by_its_name() -> None:
    assert {compression.name: compression.suffix for compression in COMPRESSIONS} == {
        "gzip": ".gz",
        "Zstandard": ".zst",
    }
