"""The order that a server's language gives to strings: that of ICU, from the library in the wheel of icu4py."""

from __future__ import annotations

import ctypes
import re
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import pytest

from arango_thinking.embedded.collation import Collation

#: Attributes of ICU's collators, and the values that ArangoDB sets for the language of a server.
_SETTINGS = {
    2: 25,  # case first: upper
    4: 16,  # normalization: off
    5: 15,  # strength: identical
}


@cache
def _library() -> tuple[ctypes.CDLL, str]:
    """ICU's library and the version at the end of the names in it."""
    try:
        found = [path for path in files("icu4py") or () if path.name.startswith("libicui18n")]
    except PackageNotFoundError:
        found = []
    version = re.search(r"\.(?:so\.)?(\d\d)", found[0].name) if found else None
    if version is None:
        pytest.skip("the wheel of icu4py brings no ICU library here")
    return ctypes.CDLL(str(Path(str(found[0].locate())))), version[1]


def collation(language: str) -> Collation:
    """ICU's sort keys, with the settings of ArangoDB. Skips the test where the library is not to be had."""
    library, version = _library()
    status = ctypes.c_int(0)
    open_ = library[f"ucol_open_{version}"]
    open_.restype = ctypes.c_void_p
    collator = ctypes.c_void_p(open_(language.encode(), ctypes.byref(status)))
    for attribute, value in _SETTINGS.items():
        library[f"ucol_setAttribute_{version}"](collator, attribute, value, ctypes.byref(status))
    assert status.value <= 0, f"ICU error {status.value}"
    sort_key = library[f"ucol_getSortKey_{version}"]

    def key(text: str) -> bytes:
        characters = text.encode(f"utf-16-{sys.byteorder[0]}e", "surrogatepass")
        room = ctypes.create_string_buffer(8 * len(characters) + 64)
        length = sort_key(collator, characters, len(characters) // 2, room, len(room))
        assert length <= len(room)
        return room.raw[:length]

    return key
