"""Files that appear whole or not at all: alone, or several together with a manifest beside each."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from arango_thinking.documents.layouts import Document
from arango_thinking.errors import ConfigurationError, InputError
from arango_thinking.files.compression import by_name
from arango_thinking.printable import printable

#: A manifest has the name of its file, followed by this.
MANIFEST = ".manifest.json"


class Part:
    """A JSON Lines file under a hidden name. The suffix of its final name says how it is compressed."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.count = 0
        self.hidden = _hidden(self.path)
        with _writing(self.path):
            if self.path.exists() and not self.path.is_file():
                raise ConfigurationError(f"{printable(str(self.path))} is not a regular file: it is not replaced")
            self._file: BinaryIO = self.hidden.open("xb")
        compression = by_name(self.path)
        self._stream = compression.writer(self._file) if compression else self._file

    def write(self, document: Document) -> None:
        """Write the document as one line. Raises `InputError` for what JSON cannot hold: NaN, a lone surrogate."""
        try:
            line = json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
        except (TypeError, ValueError) as error:
            raise InputError(f"document {self.count + 1} cannot be written as JSON: {error}") from error
        with _writing(self.path):
            self._stream.write(line + b"\n")
        self.count += 1

    def finish(self) -> None:
        """Complete the file and make it durable, still under its hidden name."""
        with _writing(self.path), self._file:
            self._stream.flush() if self._stream is self._file else self._stream.close()
            self._file.flush()
            os.fsync(self._file.fileno())

    def discard(self) -> None:
        """Close the file, and delete it unless it has taken its final name."""
        for file in (self._stream, self._file):
            with suppress(OSError):  # closing writes what is left in memory, which fails again on a full disk
                file.close()
        self.hidden.unlink(missing_ok=True)


@contextmanager
def parts(paths: Iterable[Path]) -> Iterator[list[Part]]:
    """Open a part for each path. A part that is not published when the block ends is deleted."""
    with ExitStack() as opened:
        made = []
        for path in paths:
            made.append(Part(path))
            opened.callback(made[-1].discard)
        yield made


@contextmanager
def atomic_file(path: Path, *, keep_empty: bool = True) -> Iterator[Part]:
    """A JSON Lines file that takes its name only when the block ends without an error.

    Without `keep_empty`, it must also hold a line.
    """
    with parts([path]) as [part]:
        yield part
        part.finish()
        if part.count or keep_empty:
            publish([part])


def manifest_path(path: Path) -> Path:
    """Where the manifest of a file lies."""
    return path.with_name(path.name + MANIFEST)


def publish(finished: Sequence[Part], manifests: Sequence[Document] = ()) -> None:
    """Give the parts their final names, and then write their manifests, which are given in the same order.

    On an error, everything is restored. A crash on the way can leave files without a manifest, but never a manifest
    beside a file that it does not describe: older manifests are removed first, and new ones are written last.
    """
    with ExitStack() as cleaning, ExitStack() as undoing:
        places = [manifest_path(part.path) for part in finished]
        written = [
            _write_manifest(manifest, place, cleaning) for manifest, place in zip(manifests, places, strict=False)
        ]
        steps: tuple[Iterable[tuple[Path | None, Path]], ...] = (
            [(None, place) for place in places],
            [(part.hidden, part.path) for part in finished],
            zip(written, places, strict=False),
        )
        for step in steps:
            for source, target in step:
                with _writing(target):
                    _replace(source, target, undoing, cleaning)
            _make_durable({part.path.parent for part in finished})
        undoing.pop_all()


def _replace(source: Path | None, target: Path, undoing: ExitStack, cleaning: ExitStack) -> None:
    """Replace `target` with `source`, or remove it when that is `None`. `undoing` then restores what was there."""
    if not target.exists():
        undoing.callback(target.unlink, missing_ok=True)
    else:
        if source is not None:
            shutil.copymode(target, source)
        kept = _hidden(target)
        cleaning.callback(kept.unlink, missing_ok=True)
        with suppress(OSError):  # without hard links in the file system, the older file cannot be restored
            kept.hardlink_to(target)
            undoing.callback(kept.replace, target)
    if source is None:
        target.unlink(missing_ok=True)
    else:
        source.replace(target)


def _write_manifest(manifest: Document, place: Path, cleaning: ExitStack) -> Path:
    hidden = _hidden(place)
    cleaning.callback(hidden.unlink, missing_ok=True)
    with _writing(place), hidden.open("x", encoding="utf-8") as file:
        file.write(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return hidden


def _hidden(path: Path) -> Path:
    return path.with_name(f".{secrets.token_hex(8)}.part")


def _make_durable(folders: Iterable[Path]) -> None:
    """Sync the folders, which hold the names of files. Without this a power cut may undo new names, in any order."""
    if os.name != "posix":
        return
    for folder in folders:
        descriptor = os.open(folder, os.O_RDONLY)
        with suppress(OSError):  # some network file systems cannot sync a folder
            os.fsync(descriptor)
        os.close(descriptor)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigurationError(f"cannot write {printable(str(path))}: {error.strerror or error}") from error
