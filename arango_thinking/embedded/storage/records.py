"""The types of what the embedded engine's storage takes and returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

#: A value of AQL: `None`, a bool, int, float or str, or a list or dict of such values.
JSON = Any
#: A document as read: first the system attributes, then the user's attributes in their own order.
Document = dict[str, Any]

OverwriteMode = Literal["conflict", "ignore", "replace", "update"]
Direction = Literal["OUTBOUND", "INBOUND", "ANY"]
#: "hash" and "skiplist" are older names for "persistent".
IndexType = Literal["primary", "edge", "persistent", "hash", "skiplist", "ttl"]

#: The ids of the indexes that every collection, and every edge collection, has.
PRIMARY_INDEX = "0"
EDGE_INDEX = "1"
#: Stands after the name of an array attribute in an index that has one entry for each member of the array.
EACH_MEMBER = "[*]"


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """How a write treats a document that exists already, and what it checks."""

    overwrite_mode: OverwriteMode = "conflict"
    keep_null: bool = True
    merge_objects: bool = True
    #: `False`: a `_rev` in the given document must equal the stored one.
    ignore_revs: bool = True
    #: A top-level attribute that holds a version number. The write is skipped, without an error, when the stored
    #: number is equal to the given one or higher.
    version_attribute: str | None = None
    #: `False`: the collection's schema is not checked.
    validate: bool = True


@dataclass(frozen=True, slots=True)
class Written:
    """A document before and after a write.

    `old` is `None` when the document did not exist before. `new` is `None` after a removal, and after an insert that
    overwrite mode "ignore" skipped.
    """

    old: Document | None
    new: Document | None


@dataclass(frozen=True, slots=True)
class CollectionInfo:
    """A collection of documents (type 2) or edges (type 3)."""

    id: str
    name: str
    is_edge: bool
    #: The stored ones of ArangoDB's properties of collections (keyOptions, waitForSync, ...).
    properties: dict[str, Any]

    @property
    def is_system(self) -> bool:
        return self.name.startswith("_")


@dataclass(frozen=True, slots=True)
class IndexTuning:
    """Options of an index that do not matter when two indexes are compared: they may differ in equal indexes."""

    stored_values: tuple[str, ...] = ()
    #: `False`: a unique index of arrays refuses an array that holds a value twice.
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
    #: For a ttl index: a document expires this many seconds after the time in its attribute.
    expire_after: float | None = None
    tuning: IndexTuning = IndexTuning()

    @property
    def is_of_arrays(self) -> bool:
        """Whether the index has an entry for each member of an array, as with the path ("tags[*]",)."""
        return any(name.endswith(EACH_MEMBER) for path in self.fields for name in path)


@dataclass(frozen=True, slots=True)
class Lookup:
    """The part of an index that a scan reads. A bound that is `None` is open. Values compare in AQL's type order.

    Results come in the index's order (all its fields, then `_key`), or reversed. The edge index takes
    `equal=(from,)`; for `_to` use `Transaction.edges`. A ttl index takes no lookup.
    """

    index: str
    #: Values for the leading fields.
    equal: tuple[JSON, ...] = ()
    #: Bounds for the next field: (value, inclusive).
    lower: tuple[JSON, bool] | None = None
    upper: tuple[JSON, bool] | None = None
    reverse: bool = False
