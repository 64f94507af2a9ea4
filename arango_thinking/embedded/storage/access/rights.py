"""What a user may do in a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from arango_thinking.embedded.errors import ArangoError

Level = Literal["none", "ro", "rw"]
LEVELS: tuple[Level, ...] = get_args(Level)
#: Stands for every database or collection that is not named.
ANY = "*"


@dataclass(frozen=True, slots=True)
class Rights:
    """A user's rights in one database.

    The most specific grant counts: first that of the collection, then that of all collections, then the database's.
    """

    database: Level = "rw"
    collections: Mapping[str, Level] = field(default_factory=dict)

    def collection(self, name: str) -> Level:
        if self.database == "none":
            return "none"
        return self.collections.get(name) or self.collections.get(ANY) or self.database

    def check_read(self, name: str) -> None:
        """Raises 11 when the user may not read the collection."""
        if self.collection(name) == "none":
            raise ArangoError(11, f"no access to collection '{name}'")

    def check_write(self, name: str) -> None:
        """Raises 1004 when the user may only read the collection, and 11 when the user may not read it either."""
        self.check_read(name)
        if self.collection(name) != "rw":
            raise ArangoError(1004, f"collection '{name}'")

    def check_administration(self) -> None:
        """Raises 11 when the user may not create, change or drop collections and indexes."""
        if self.database != "rw":
            raise ArangoError(11, "administrate access to the database is needed")


@dataclass(frozen=True, slots=True)
class Grants:
    """A user's rights in all databases: database -> level, and database -> collection -> level."""

    databases: Mapping[str, Level] = field(default_factory=dict)
    collections: Mapping[str, Mapping[str, Level]] = field(default_factory=dict)

    def database(self, name: str) -> Level:
        return self.databases.get(name) or self.databases.get(ANY) or "none"

    def within(self, database: str) -> Rights:
        named = database if database in self.collections else ANY
        return Rights(self.database(database), self.collections.get(named, {}))

    def with_database(self, name: str, level: Level | None) -> Grants:
        """The grants with that level for one database. `None` removes the grant for the database."""
        return Grants(_changed(self.databases, name, level), self.collections)

    def with_collection(self, database: str, name: str, level: Level | None) -> Grants:
        inner = _changed(self.collections.get(database, {}), name, level)
        return Grants(self.databases, {**self.collections, database: inner})

    def to_json(self) -> dict[str, Any]:
        return {
            "databases": dict(self.databases),
            "collections": {name: dict(inner) for name, inner in self.collections.items()},
        }


EVERYTHING = Grants({ANY: "rw"}, {ANY: {ANY: "rw"}})


def _changed(levels: Mapping[str, Level], name: str, level: Level | None) -> dict[str, Level]:
    changed = {**levels, name: level}
    return {key: value for key, value in changed.items() if value is not None}


def checked_level(given: Any) -> Level:
    if given not in LEVELS:
        raise ArangoError(10, "the grant has to be 'rw', 'ro' or 'none'")
    level: Level = given
    return level
