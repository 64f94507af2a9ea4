"""Compressed files: named by their suffix when written, told by their first bytes when read."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

#: What reading a damaged file raises: each says how it is damaged.
DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile, zstd.ZstdError)
# A sum in each frame, as the command line tool writes it: without one a changed byte may go unnoticed.
_CHECKED: dict[int, int] = {zstd.CompressionParameter.checksum_flag: 1}


@dataclass(frozen=True, slots=True)
class Compression:
    """One way to compress. `reader` and `writer` take the file beneath, and leave it open when they are closed.

    What is written depends on the content alone, not on the name or the time.
    """

    name: str
    suffix: str
    magic: bytes
    reader: Callable[[BinaryIO], BinaryIO]
    writer: Callable[[BinaryIO], BinaryIO]


GZIP = Compression(
    "gzip",
    ".gz",
    b"\x1f\x8b",
    lambda file: cast(BinaryIO, gzip.GzipFile(fileobj=file)),
    lambda file: cast(BinaryIO, gzip.GzipFile("", "wb", 6, file, mtime=0)),
)
ZSTANDARD = Compression(
    "Zstandard",
    ".zst",
    b"\x28\xb5\x2f\xfd",
    lambda file: cast(BinaryIO, zstd.ZstdFile(file)),
    lambda file: cast(BinaryIO, zstd.ZstdFile(file, "w", options=_CHECKED)),
)
COMPRESSIONS = (GZIP, ZSTANDARD)
#: Enough of a file to tell how it is compressed.
MAGIC_BYTES = max(len(compression.magic) for compression in COMPRESSIONS)


def by_name(path: Path) -> Compression | None:
    """How a file of this name is compressed."""
    return next((found for found in COMPRESSIONS if path.suffix.lower() == found.suffix), None)


def by_content(head: bytes) -> Compression | None:
    """How a file that begins so is compressed."""
    return next((found for found in COMPRESSIONS if head.startswith(found.magic)), None)


def uncompressed_name(path: Path) -> str:
    """The name without the suffix that says how the file is compressed."""
    compression = by_name(path)
    return path.name[: -len(compression.suffix)] if compression else path.name
