"""What the embedded engine's storage takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

#: A value of AQL: None, bool, int, float, str, or a list or dict of such.
JSON = Any
#: A document as read: system attributes in front, the user's after them in their own order.
Document = dict[str, Any]

OverwriteMode = Literal["conflict", "ignore", "replace", "update"]
Direction = Literal["OUTBOUND", "INBOUND", "ANY"]
#: "hash" and "skiplist" are older names for what is persistent.
IndexType = Literal["primary", "edge", "persistent", "hash", "skiplist", "ttl"]

#: The ids of the indexes that every collection, and every edge collection, has.
PRIMARY_INDEX = "0"
EDGE_INDEX = "1"
#: What follows the name of an attribute whose members an index holds one by one.
EACH_MEMBER = "[*]"


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """How a write treats what is there already."""

    overwrite_mode: OverwriteMode = "conflict"
    keep_null: bool = True
    merge_objects: bool = True
    #: False: a `_rev` in the document given must be the stored one.
    ignore_revs: bool = True
    #: A top-level attribute: the write is skipped, without error, when the stored number is not lower.
    version_attribute: str | None = None
    #: False: the collection's schema is passed over.
    validate: bool = True


@dataclass(frozen=True, slots=True)
class Written:
    """A document before and after a write; None where there is none.

    `new` is None after a removal, and after an insert that overwrite mode "ignore" left undone.
    """

    old: Document | None
    new: Document | None


@dataclass(frozen=True, slots=True)
class CollectionInfo:
    """A collection of documents (type 2) or edges (type 3)."""

    id: str
    name: str
    is_edge: bool
    #: What the collection was created with, as far as it is kept (keyOptions, waitForSync, ...).
    properties: dict[str, Any]

    @property
    def is_system(self) -> bool:
        return self.name.startswith("_")


@dataclass(frozen=True, slots=True)
class IndexTuning:
    """What an index may be created with that does not make it another index."""

    stored_values: tuple[str, ...] = ()
    #: False: a unique index of arrays refuses an array that holds a value twice.
    deduplicate: bool = True
    estimates: bool = True
    cache_enabled: bool = False


@dataclass(frozen=True, slots=True)
class IndexDescription:
    """An index. `fields` are attribute paths, e.g. (("metadata", "rank"), ("_key",))."""

    id: str
    name: str
    type: IndexType
    fields: tuple[tuple[str, ...], ...]
    unique: bool
    sparse: bool
    #: Of a ttl index: seconds after the time in the attribute at which a document expires.
    expire_after: float | None = None
    tuning: IndexTuning = IndexTuning()

    @property
    def is_of_arrays(self) -> bool:
        """Whether it has an entry for each member of an array: a path such as ("tags[*]",)."""
        return any(name.endswith(EACH_MEMBER) for path in self.fields for name in path)


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a scan is narrowed to; bounds that are None are open, values compare in AQL's type order.

    Results come in the index's order (all its fields, then `_key`), or reversed. The edge index takes
    `equal=(from,)`; for `_to` use `Transaction.edges`. A ttl index takes no lookup.
    """

    index: str
    #: Values for the leading fields.
    equal: tuple[JSON, ...] = ()
    #: (value, inclusive) on the field after those.
    lower: tuple[JSON, bool] | None = None
    upper: tuple[JSON, bool] | None = None
    reverse: bool = False
