"""What one execution keeps."""

from __future__ import annotations

from typing import Any

import pytest

from arango_thinking.embedded.aql.clauses.clauses import compile_body
from arango_thinking.embedded.aql.context import ExecuteOptions, Execution, Statistics, document_by_id
from arango_thinking.embedded.aql.parsing import syntax as s
from arango_thinking.embedded.errors import ArangoError
from tests.unit.embedded.aql.conftest import Database


def execution(db: Database, bind_vars: dict[str, Any]) -> Execution:
    return Execution(db.storage.read("_system"), bind_vars, ExecuteOptions(), compile_body)


def test_names_and_paths(db: Database) -> None:
    run = execution(db, {"@c": "items", "path": ["a", "b"]})
    assert run.collection_name(s.Collection("@c", bound=True)) == "items"
    assert run.attribute_path("x") == ("x",)
    assert run.attribute_path(s.Parameter("path")) == ("a", "b")
    with pytest.raises(ArangoError):
        run.attribute_path(s.Parameter("unset"))
    run.transaction.rollback()


def test_warnings_of_functions_name_them(db: Database) -> None:
    run = execution(db, {})
    run.warn(1563, function="FIRST")
    assert run.warnings == [{"code": 1563, "message": "in function 'FIRST()': array expected"}]
    run.transaction.rollback()


def test_documents_by_id(db: Database) -> None:
    run = execution(db, {})
    assert document_by_id(run, "items/k01")["number"] == 1
    assert document_by_id(run, "items/none") is None
    assert document_by_id(run, "missing/k01") is None
    run.transaction.rollback()


def test_full_count_is_shown_only_if_known() -> None:
    assert "fullCount" not in Statistics().to_dict()
    assert Statistics(full_count=0).to_dict()["fullCount"] == 0
