"""Checksums that show whether two collections hold the same documents."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import orjson

from arango_thinking.embedded.storage.records import Document

_SYSTEM_ATTRIBUTES = {"_key", "_rev", "_from", "_to"}


def checksum_of(documents: Iterable[Document], *, with_revisions: bool, with_data: bool) -> str:
    """The checksum, a decimal number. It does not depend on the order of documents or attributes.

    It covers the keys and the ends of edges and, when asked for, the revisions and all other attributes.
    """
    total, left_out = 0, {"_id"} if with_revisions else {"_id", "_rev"}
    for document in documents:
        names = document.keys() if with_data else _SYSTEM_ATTRIBUTES & document.keys()
        covered = {name: document[name] for name in names if name not in left_out}
        text = orjson.dumps(covered, option=orjson.OPT_SORT_KEYS)
        total ^= int.from_bytes(blake2b(text, digest_size=8).digest())
    return str(total)
