"""Checks of the user's rights, and of the collections, indexes and graph of this package.

The checks ask the server; where it does not tell, they try without changing anything.
"""

from __future__ import annotations

from urllib.parse import quote

from arango_thinking.doctor.findings import Finding, ok, warning, wrong
from arango_thinking.doctor.patient import Patient
from arango_thinking.errors import ConfigurationError
from arango_thinking.store import schema

_ASKED = "as the server says"
_TRIED = "as a test shows: reading a document, and beginning and aborting a write"
_EVERYTHING = "no login, or a superuser's: everything is permitted"
#: How ArangoDB writes what a user may do.
_MEANING = {"rw": "read and write", "ro": "only read", "none": "neither read nor write"}


def rights(patient: Patient) -> list[Finding]:
    """Whether the user has the rights that `enhance` needs on the source, the evidence and our collections."""
    if patient.user is None:
        return [ok("rights", _EVERYTHING)]
    needed = {patient.selection.collection: "rw"}
    if patient.selection.evidence_edges is not None:
        needed[patient.selection.evidence_edges] = "ro"
    needed |= {name: "rw" for name in schema.COLLECTIONS if name in patient.names}
    return [_right(patient, name, level) for name, level in needed.items()]


def _right(patient: Patient, name: str, needed: str) -> Finding:
    level, how = _level(patient, name)
    found = f"{patient.user} may {_MEANING.get(level, level)}, {how}"
    if level == "rw" or level == needed:
        return ok(f"rights on {name}", found)
    return wrong(f"rights on {name}", found, f"Grant {patient.user} '{needed}' on it.")


def _level(patient: Patient, name: str) -> tuple[str, str]:
    """The level, and how it was found out."""
    try:
        return _told(patient, name), _ASKED
    except ConfigurationError:  # not every user may ask this
        return _tried(patient, name), _TRIED


def _told(patient: Patient, *names: str) -> str:
    place = "/".join(quote(part, safe="") for part in (patient.settings.database, *names))
    user = quote(patient.user or "", safe="")
    return str(patient.connection.get(f"/_api/user/{user}/database/{place}")["result"])


def _tried(patient: Patient, name: str) -> str:
    try:
        patient.connection.rows("layout_sample", {"@collection": name, "limit": 1})
    except ConfigurationError:
        return "none"
    try:
        patient.connection.try_writing(name)
    except ConfigurationError:
        return "ro"
    return "rw"


def own_collections(patient: Patient) -> Finding:
    """Whether the collections, indexes and graph of this package exist, or can be made."""
    clash = _clash(patient)
    if clash is not None:
        return clash
    absent = [thing.what for thing in schema.missing(patient.connection, patient.selection.collection)]
    if not absent:
        return ok("own collections", "all collections, their indexes, the graph and the index on the source exist")
    what = f"not there yet: {', '.join(absent)}"
    if patient.user is not None and not _administrates(patient):
        return wrong("own collections", what, "Let somebody who may administrate the database run init.")
    return warning("own collections", what, "enhance makes it; init makes it now.")


def _administrates(patient: Patient) -> bool:
    """Whether the user may make collections and indexes; `True` when the server does not tell."""
    try:
        return _told(patient) == "rw"
    except ConfigurationError:
        return True


def _clash(patient: Patient) -> Finding | None:
    """A finding when another index has the name of one of this package, which then cannot be made; else `None`."""
    source = patient.selection.collection
    wanted = dict(schema.COLLECTIONS)
    if source in patient.names:
        wanted[source] = (schema.source_index(patient.connection, source),)
    for name in wanted.keys() & patient.names:
        known = {index["name"]: index for index in schema.indexes_of(patient.connection, name)}
        for index in wanted[name]:
            other = known.get(index.name)
            if other is not None and not index.is_like(other):
                what = f"the index {index.name} on {name} has other fields: {', '.join(other['fields'])}"
                return wrong("own collections", what, f"Drop it; init makes it on {', '.join(index.fields)}.")
    return None
