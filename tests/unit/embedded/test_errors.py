from __future__ import annotations

import pytest

from arango_thinking.embedded.errors import ERRORS, ArangoError, RevisionMismatchError, not_supported, said


@pytest.mark.parametrize(
    ("number", "detail", "status", "message"),
    [
        (1202, "", 404, "document not found"),
        (1203, "pages", 404, "collection or view not found: pages"),
        (1540, "NOPE", 400, "usage of unknown function 'NOPE()'"),
        (1210, "in index primary", 409, "unique constraint violated - in index primary"),
        (1501, "syntax error near 'x'", 400, "syntax error near 'x'"),
    ],
)
def test_an_error_has_arangodbs_status_and_text(number: int, detail: str, status: int, message: str) -> None:
    error = ArangoError(number, detail)
    assert (error.number, error.status, error.message) == (number, status, message)


def test_a_detail_may_hold_percent_signs() -> None:
    assert ArangoError(1551, "50%s").message == "no value specified for declared bind parameter '50%s'"


def test_every_error_has_a_failing_status() -> None:
    assert all(400 <= status < 600 and text for status, text in ERRORS.values())


def test_a_refusal_names_what_is_refused() -> None:
    error = not_supported("geo indexes")
    assert (error.number, error.status) == (9, 501)
    assert "geo indexes" in error.message


def test_a_revision_mismatch_tells_the_current_revision() -> None:
    error = RevisionMismatchError({"_id": "pages/a", "_key": "a", "_rev": "_r"})
    assert error.message == "conflict, _rev values do not match"
    assert error.current["_rev"] == "_r"


def test_an_error_in_words_of_its_own() -> None:
    error = said(1203, "expecting more")
    assert (error.number, error.status, error.message, str(error)) == (
        1203,
        404,
        "expecting more",
        "[1203] expecting more",
    )
