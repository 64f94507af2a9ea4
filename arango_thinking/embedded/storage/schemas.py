"""Schemas of collections, in JSON Schema draft 4. The documents of a collection must match its schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from arango_thinking.embedded.errors import ArangoError, said
from arango_thinking.embedded.storage.records import JSON

_LEVELS = ("none", "new", "moderate", "strict")

IsValid = Callable[[JSON], bool]


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema ready to check the user's attributes of documents."""

    level: str
    message: str
    is_valid: IsValid

    def check_new(self, attributes: dict[str, Any]) -> None:
        """Raises 1620, with the schema's own message, for a new document that it does not allow."""
        if not self.is_valid(attributes):
            raise said(1620, self.message) if self.message else ArangoError(1620)

    def check_change(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        """Raises 1620 for a change that the schema does not allow. Only the levels "strict" and "moderate" check it."""
        if self.level == "strict" or (self.level == "moderate" and self.is_valid(before)):
            self.check_new(after)


def schema_property(given: Any) -> dict[str, Any] | None:
    """A collection's property `schema`, checked and completed, or `None` when there is no schema.

    Raises 1621 when the property is invalid.
    """
    if given is None or given == {}:
        return None
    if not isinstance(given, dict) or not isinstance(given.get("rule"), dict):
        raise said(1621, "invalid schema validation parameter: the schema needs an object in its attribute rule")
    level, message = given.get("level", "strict"), given.get("message", "")
    if level not in _LEVELS or not isinstance(message, str) or given.get("type", "json") != "json":
        raise said(
            1621,
            "invalid schema validation parameter: "
            f"level must be one of {', '.join(_LEVELS)}, message a string, and type json",
        )
    _compiled(orjson.dumps(given["rule"]))
    return {"rule": given["rule"], "level": level, "message": message, "type": "json"}


def schema_of(properties: dict[str, Any]) -> Schema | None:
    """The schema that checks the documents of a collection, or `None` when nothing checks them."""
    found = properties.get("schema")
    if not found or found["level"] == "none":
        return None
    return Schema(found["level"], found["message"], _compiled(orjson.dumps(found["rule"])))


@lru_cache(maxsize=64)
def _compiled(rule_text: bytes) -> IsValid:
    """The check that a rule describes. Raises 1621 when the rule is not a valid schema."""
    import jsonschema  # imported here because it is slow, and few collections have a schema

    rule = orjson.loads(rule_text)
    draft = jsonschema.Draft4Validator
    try:
        draft.check_schema(rule)
    except jsonschema.SchemaError as error:
        raise said(1621, f"invalid schema validation parameter: {error.message}") from error
    for reference in _references(rule):
        _check_reference(rule, reference)
    is_valid: IsValid = draft(rule).is_valid
    return is_valid


def _references(rule: JSON) -> Iterator[str]:
    if isinstance(rule, dict):
        if isinstance(rule.get("$ref"), str):
            yield rule["$ref"]
        for member in rule.values():
            yield from _references(member)
    elif isinstance(rule, list):
        for member in rule:
            yield from _references(member)


def _check_reference(rule: JSON, reference: str) -> None:
    """Raise 1621 unless the reference leads to a part of the schema itself: nothing is fetched from elsewhere."""
    start, *path = reference.split("/")
    for name in path:
        name = name.replace("~1", "/").replace("~0", "~")
        rule = rule.get(name) if isinstance(rule, dict) else None
    if start != "#" or not isinstance(rule, dict):
        raise said(1621, f"invalid schema validation parameter: cannot resolve the reference {reference}")
