"""Type checks and casts."""

from __future__ import annotations

import re
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.functions.registry import ANY_NUMBER, function

KEY = re.compile(r"[A-Za-z0-9_:.@()+,=;$!*'%\-]{1,254}")


@function("IS_NULL", 1)
def is_null(value: Any) -> bool:
    return value is None


@function("IS_BOOL", 1)
def is_bool(value: Any) -> bool:
    return isinstance(value, bool)


@function("IS_NUMBER", 1)
def is_number(value: Any) -> bool:
    return v.is_number(value)


@function("IS_STRING", 1)
def is_string(value: Any) -> bool:
    return isinstance(value, str)


@function("IS_ARRAY IS_LIST", 1)
def is_array(value: Any) -> bool:
    return isinstance(value, list)


@function("IS_OBJECT IS_DOCUMENT", 1)
def is_object(value: Any) -> bool:
    return isinstance(value, dict)


@function("IS_KEY", 1)
def is_key(value: Any) -> bool:
    return isinstance(value, str) and KEY.fullmatch(value) is not None


@function("TYPENAME", 1)
def typename(value: Any) -> str:
    return v.type_name(value)


@function("TO_BOOL", 1)
def to_bool(value: Any) -> bool:
    return v.truth(value)


@function("TO_NUMBER", 1)
def to_number(value: Any) -> Any:
    return v.normalized(v.to_number(value))


@function("TO_STRING", 1)
def to_string(value: Any) -> str:
    return v.to_string(value)


@function("TO_ARRAY TO_LIST", 1)
def to_array(value: Any) -> list[Any]:
    return v.to_array(value)


@function("NOT_NULL", 1, ANY_NUMBER)
def not_null(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


@function("FIRST_LIST", 1, ANY_NUMBER)
def first_list(*values: Any) -> Any:
    return next((value for value in values if isinstance(value, list)), None)


@function("FIRST_DOCUMENT", 1, ANY_NUMBER)
def first_document(*values: Any) -> Any:
    return next((value for value in values if isinstance(value, dict)), None)
