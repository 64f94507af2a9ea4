"""Recognise the format of a file by how it begins, and split a JSON array into its items."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from arango_thinking.errors import InputError
from arango_thinking.files.compression import COMPRESSIONS
from arango_thinking.printable import printable

#: What JSON takes for white space, and the byte order mark that some programs write before UTF-8.
SPACE = b" \t\r\n"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_OTHER_FORMATS = {
    b"\xff\xfe": "UTF-16 text: convert it to UTF-8",
    b"\xfe\xff": "UTF-16 text: convert it to UTF-8",
    b"PK\x03\x04": "a ZIP archive: unpack it",
    b"PAR1": "a Parquet file: convert it to JSON Lines",
    b"BZh": "compressed with bzip2: unpack it, or use gzip or Zstandard",
    b"\xfd7zXZ": "compressed with xz: unpack it, or use gzip or Zstandard",
    **{compression.magic: "compressed twice: unpack it once" for compression in COMPRESSIONS},
}
#: How a batch of the Q&A generator begins.
_BATCH = re.compile(rb'\{\s*"qa_pairs"\s*:\s*\[')
_COLUMNS = {"question", "answer", "thinking", "instruction", "output", "prompt", "text", "messages", "_key"}


def refuse_file(path: Path, reason: str) -> NoReturn:
    """Raise `InputError` for the whole file."""
    raise InputError(f"{printable(str(path))}: {reason}")


def is_array(head: bytes) -> bool:
    """Whether a text that begins with `head` is a JSON array, or a batch of the generator (an object around one)."""
    return _after_mark(head).startswith(b"[") or _is_batch(head)


def _is_batch(head: bytes) -> bool:
    return _BATCH.match(_after_mark(head)) is not None


def _after_mark(head: bytes) -> bytes:
    return head.removeprefix(BYTE_ORDER_MARK).lstrip(SPACE)


def refuse_other_formats(head: bytes, path: Path) -> None:
    """Raise `InputError` for what is not UTF-8 text in lines. `head` is how the file begins, unpacked."""
    for magic, name in _OTHER_FORMATS.items():
        if head.startswith(magic):
            refuse_file(path, f"is {name}")
    if b"\0" in head[:4]:
        refuse_file(path, "is UTF-16 or UTF-32 text, or not text at all: UTF-8 is expected")
    if b"\n" not in head and re.search(rb"\r\s*[^\s]", head):
        refuse_file(path, "its lines end in carriage returns: convert them to line feeds")


def refuse_other_json(head: bytes, path: Path) -> None:
    """Raise `InputError` for text that would give an error for each of its lines."""
    first = _after_mark(head).split(b"\n", 1)[0].strip()
    if _is_batch(head):
        refuse_file(path, "is a batch of Q&A documents: name it .json, or write the documents in it one a line")
    if first == b"{":
        refuse_file(path, "is an object over many lines: JSON Lines has one object a line")
    if first.startswith(b"[") and not _is_json(first):
        refuse_file(path, "looks like a JSON array: name it .json, or write one object a line")
    if not first.startswith((b"{", b"[", b'"{')) and _is_csv_header(first[:1000]):
        refuse_file(path, "looks like CSV: convert it to JSON Lines")


def _is_json(text: bytes | str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_csv_header(first: bytes) -> bool:
    text = first.decode("utf-8", "replace").split("\r")[0]
    for delimiter in ",;\t":
        cells = next(csv.reader([text], delimiter=delimiter), [])
        if len(cells) > 1 and {cell.strip().lower() for cell in cells} & _COLUMNS:
            return True
    return False


def array_items(raw: bytes, path: Path) -> Iterator[tuple[int, bytes]]:
    """The items of the array as written, each with the line on which it begins. They are judged like lines.

    What a batch holds beside its documents is left out. Raises `InputError` when the array cannot be read.
    """
    try:
        text = raw.decode("utf-8-sig")
        spans = list(_item_spans(text))
    except UnicodeDecodeError as error:
        refuse_file(path, f"not UTF-8 at byte offset {error.start}")
    except json.JSONDecodeError as error:
        refuse_file(path, f"not a JSON array: {error.msg} in line {error.lineno}, column {error.colno}")
    except RecursionError:
        refuse_file(path, "nested too deeply")
    number, last = 1, 0
    for start, end in spans:
        number += text.count("\n", last, start)
        last = start
        yield number, text[start:end].encode()


def _item_spans(text: str) -> Iterator[tuple[int, int]]:
    start = text.index("[")
    decoder, position = json.JSONDecoder(parse_int=str, parse_float=str), _after_space(text, start + 1)
    while text[position : position + 1] != "]":
        _, end = decoder.raw_decode(text, position)
        yield position, end
        position = _after_space(text, end)
        if text[position : position + 1] == ",":
            position = _after_space(text, position + 1)
            if text[position : position + 1] == "]":
                raise json.JSONDecodeError("comma before the end", text, position)
        elif text[position : position + 1] != "]":
            raise json.JSONDecodeError("comma or end expected", text, position)
    if not _is_json(f"{text[:start]}0{text[position + 1 :]}"):  # the rest of a batch, or only the 0
        raise json.JSONDecodeError("more after the end", text, position + 1)


def _after_space(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return position
