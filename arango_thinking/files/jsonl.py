"""Read JSON Lines, plain or compressed, strictly and as a stream.

A line that cannot be read is returned with its number and the reason, and reading continues. A damaged file, or one of
another format, raises `InputError` before its first line.
"""

from __future__ import annotations

import json
import math
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, cast

from arango_thinking.documents.checking import check_document, doubts
from arango_thinking.documents.contents import kind_of
from arango_thinking.documents.layouts import Document, Layout, detect_layout
from arango_thinking.errors import DocumentError, InputError
from arango_thinking.files.compression import DAMAGE, MAGIC_BYTES, Compression, by_content, by_name, uncompressed_name
from arango_thinking.files.sniffing import (
    BYTE_ORDER_MARK,
    SPACE,
    array_items,
    is_array,
    refuse_file,
    refuse_other_formats,
    refuse_other_json,
)
from arango_thinking.printable import printable as printable

#: The longest line that is read, and the largest file that is one JSON array.
MAX_LINE_BYTES = 64 * 1024 * 1024
MAX_ARRAY_BYTES = 256 * 1024 * 1024
#: ArangoDB refuses documents at slightly under 200 levels; enhancement and `metadata` add some.
MAX_LEVELS = 190
#: A file whose first lines, up to this many, hold no Q&A document is refused.
FIRST_DOCUMENTS = 20

_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank: a document, or the reason why there is none."""

    number: int
    document: Document | None = None
    error: str | None = None
    doubts: tuple[str, ...] = ()
    #: The line as it was read.
    raw: bytes = field(default=b"", compare=False, repr=False)


def read_documents(path: Path) -> Iterator[Line]:
    """Read Q&A documents. A document that must not be stored gives an error, and anything odd gives a doubt.

    A file without a Q&A document among its first ones is refused as a whole. See also `read_lines`.
    """
    return as_documents(read_lines(path), path)


def as_documents(lines: Iterator[Line], path: Path) -> Iterator[Line]:
    """The same as `read_documents`, for lines that were read from `path` already."""
    with closing(_Keys()) as keys:
        check = _QuestionCheck(keys)
        for line in _refuse_foreign(lines, path):
            yield check.apply(line)


def read_lines(path: Path) -> Iterator[Line]:
    """The JSON objects in a file of JSON Lines, plain or compressed.

    When its name ends in `.json`, the file may also be an array, or a batch of the Q&A generator. Memory stays a small
    multiple of the longest line (an array is read whole). Nothing is opened before the first line is asked for.
    """
    with _open(path) as stream:
        head = stream.read(MAGIC_BYTES)
        stream.seek(0)
        compression = by_content(head)
        remark = _name_remark(path, compression)
        for line in _packed_lines(stream, path, compression) if compression else _plain_lines(stream, path):
            yield replace(line, doubts=(*remark, *line.doubts)) if remark else line
            remark = ()


class _Keys:
    """The keys seen so far. SQLite spills them to a temporary file, so that memory stays flat."""

    def __init__(self) -> None:
        self._table = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._table.execute("PRAGMA journal_mode = OFF")
        self._table.execute("CREATE TABLE seen (key TEXT PRIMARY KEY) WITHOUT ROWID")
        self._table.execute("BEGIN")

    def is_new(self, key: str) -> bool:
        """Whether the key was not seen before. From now on it counts as seen."""
        return self._table.execute("INSERT OR IGNORE INTO seen VALUES (?)", (key,)).rowcount == 1

    def close(self) -> None:
        self._table.close()


@dataclass(slots=True)
class _QuestionCheck:
    """Judges the lines of one file as Q&A documents."""

    keys: _Keys
    told_flat: bool = False

    def apply(self, line: Line) -> Line:
        document = line.document
        if document is None:
            return line
        key = document.get("_key")
        try:
            check_document(document)
        except DocumentError as error:
            return replace(line, document=None, error=str(error))
        if key is not None and not self.keys.is_new(key):
            return replace(line, document=None, error=f"`_key` {printable(key)} was used before in this file")
        return replace(line, doubts=(*line.doubts, *doubts(document), *self._flat_remark(document)))

    def _flat_remark(self, document: Document) -> Iterator[str]:
        if not self.told_flat and detect_layout(document) is not Layout.MESSAGES:
            self.told_flat = True
            yield "a flat document: thinking is at the top level (reported once for the file)"


def _refuse_foreign(lines: Iterator[Line], path: Path) -> Iterator[Line]:
    first: list[Line] = []
    for line in islice(lines, FIRST_DOCUMENTS):
        first.append(line)
        if line.document and line.document.keys() & {"messages", "question", "answer"}:
            break
    else:
        _refuse_documents([line for line in first if line.document is not None], path)
    yield from first
    yield from lines


def _refuse_documents(lines: list[Line], path: Path) -> None:
    for line in lines:
        try:
            detect_layout(line.document or {})
        except DocumentError as error:
            refuse_file(path, f"no Q&A documents in it; line {line.number}: {error}")


def line_count(path: Path) -> int:
    """How many lines a plain file has, to show progress; 0 when counting line ends is not enough to know."""
    if not path.is_file() or path.suffix != ".jsonl":
        return 0
    with path.open("rb") as stream:
        if by_content(stream.read(MAGIC_BYTES)):
            return 0
        stream.seek(0)
        return sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(_CHUNK), b""))


def _open(path: Path) -> BinaryIO:
    try:
        stream: BinaryIO = path.open("rb")
    except OSError as error:
        raise InputError(f"{printable(str(path))} cannot be read: {error.strerror}") from error
    if stream.seekable():
        return stream
    with stream:  # a pipe can be read only once, but the start of the file is read twice
        spool = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - closed by the caller
        shutil.copyfileobj(stream, spool)
    spool.seek(0)
    return spool


def _name_remark(path: Path, compression: Compression | None) -> tuple[str, ...]:
    named = by_name(path)
    if compression is named or not path.is_file():
        return ()
    if compression is not None:
        return (f"the file is {compression.name}, though its name does not say so",)
    return (f"the file is named {path.suffix}, but it is not compressed",)


def _packed_lines(stream: BinaryIO, path: Path, compression: Compression) -> Iterator[Line]:
    """Unpack the file twice, first to find damage: the lines before it must not be taken for the whole file."""
    try:
        with compression.reader(stream) as whole:
            while whole.read(_CHUNK):
                pass
    except DAMAGE as error:
        raise InputError(f"{printable(str(path))}: damaged {compression.name}: {error}") from error
    stream.seek(0)
    with compression.reader(stream) as unpacked:
        yield from _plain_lines(unpacked, path)


def _plain_lines(stream: BinaryIO, path: Path) -> Iterator[Line]:
    head = stream.read(_CHUNK)
    stream.seek(0)
    refuse_other_formats(head, path)
    if uncompressed_name(path).lower().endswith(".json") and is_array(head):
        raw = stream.read(MAX_ARRAY_BYTES + 1)
        if len(raw) > MAX_ARRAY_BYTES:
            refuse_file(path, f"an array of more than {MAX_ARRAY_BYTES >> 20} MiB: write one object a line")
        numbered = array_items(raw, path)
    else:
        refuse_other_json(head, path)
        numbered = _split_lines(stream)
    for number, raw in numbered:
        yield read_line(number, raw)


def _split_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, with their numbers. A line that is too long is cut, but stays too long."""
    number, rest = 1, bytearray()
    while chunk := stream.read(_CHUNK):
        if not rest and not chunk.strip(SPACE):
            number += chunk.count(b"\n")
            continue
        *lines, tail = chunk.split(b"\n")
        for line in lines:
            whole = bytes(rest + line) if rest else line
            rest.clear()
            if not _is_blank(whole):
                yield number, whole
            number += 1
        rest += tail[: MAX_LINE_BYTES + 1 - len(rest)]
    if not _is_blank(rest):
        yield number, bytes(rest)


def _is_blank(raw: bytes | bytearray) -> bool:
    return not raw.removeprefix(BYTE_ORDER_MARK).strip(SPACE)


def read_line(number: int, raw: bytes) -> Line:
    """Read one line as `read_lines` does."""
    doubtful: list[str] = []
    if raw.startswith(BYTE_ORDER_MARK):
        raw = raw.removeprefix(BYTE_ORDER_MARK)
        doubtful += ["a byte order mark at the start of the line was taken off"] if number > 1 else []
    try:
        return Line(number, _decode(raw, doubtful), doubts=tuple(doubtful), raw=raw)
    except InputError as error:
        return Line(number, error=str(error), raw=raw)


def _decode(raw: bytes, doubtful: list[str]) -> Document:
    """The object in the line. What is odd about its numbers is added to `doubtful`.

    Raises `InputError` when the line is not an object.
    """
    if len(raw) > MAX_LINE_BYTES:
        raise InputError(f"longer than {MAX_LINE_BYTES >> 20} MiB")
    try:
        text = raw.decode()
        value = _parse(text, doubtful)
        if "\\u" in text:  # only an escape can bring in a surrogate without its other half
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8: byte 0x{raw[error.start]:02x} at byte offset {error.start}") from None
    except UnicodeEncodeError:
        raise InputError("half of a surrogate pair stands alone: it is not a character") from None
    except json.JSONDecodeError as error:
        raise InputError(f"not JSON, column {error.colno}: {error.msg}") from None
    if not isinstance(value, dict):
        raise InputError(f"{kind_of(value)}, not an object")
    return value


def _parse(text: str, doubtful: list[str]) -> Any:
    """Parse JSON more strictly than Python: NaN, overflow, repeated names and deep nesting are errors."""
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique_names,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=lambda digits: _exact_integer(digits, doubtful),
        )
    except RecursionError:
        raise InputError(f"nested more than {MAX_LEVELS} levels deep") from None
    if _is_too_deep(value):
        raise InputError(f"nested more than {MAX_LEVELS} levels deep")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise InputError(f"not JSON: {name}")


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise InputError(f"the number {printable(digits, 40)} is beyond the range of a double")
    return value


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_LEVELS):
        level = [child for parent in level for child in _children(parent) if isinstance(child, dict | list)]
        if not level:
            return False
    return True


def _children(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) == len(pairs):
        return result
    repeated, _ = Counter(name for name, _ in pairs).most_common(1)[0]
    raise InputError(f"the name `{printable(repeated)}` occurs twice in one object")


def _exact_integer(digits: str, doubtful: list[str]) -> int:
    _finite(digits)
    value = int(digits)
    if not -(2**63) <= value < 2**64:
        doubtful.append(f"the integer {printable(digits)} does not fit 64 bits: ArangoDB will round it")
    elif abs(value) > 2**53:
        doubtful.append(f"the integer {digits} is beyond 2^53: programs that use doubles will round it")
    return value
