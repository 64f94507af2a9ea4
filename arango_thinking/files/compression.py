"""Compressed files. When written, their suffix says how they are compressed; when read, their first bytes do."""

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

#: The errors that reading a damaged file raises. Each says how the file is damaged.
DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile, zstd.ZstdError)
# A checksum in each frame, as the command line tool writes it. Without one, a changed byte may go unnoticed.
_CHECKED: dict[int, int] = {zstd.CompressionParameter.checksum_flag: 1}


@dataclass(frozen=True, slots=True)
class Compression:
    """One way to compress. `reader` and `writer` take the underlying file, and leave it open when they are closed.

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
#: How many first bytes of a file are needed to recognise its compression.
MAGIC_BYTES = max(len(compression.magic) for compression in COMPRESSIONS)


def by_name(path: Path) -> Compression | None:
    """How a file of this name is compressed; `None` when it is not."""
    return next((found for found in COMPRESSIONS if path.suffix.lower() == found.suffix), None)


def by_content(head: bytes) -> Compression | None:
    """How a file that begins with `head` is compressed; `None` when it is not."""
    return next((found for found in COMPRESSIONS if head.startswith(found.magic)), None)


def uncompressed_name(path: Path) -> str:
    """The name without the suffix that says how the file is compressed."""
    compression = by_name(path)
    return path.name[: -len(compression.suffix)] if compression else path.name
