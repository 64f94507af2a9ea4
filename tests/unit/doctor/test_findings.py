from __future__ import annotations

import pytest

from arango_thinking.doctor.findings import Finding, Level, exit_code, failed, ok, skipped, unavailable, warning, wrong
from arango_thinking.errors import ConfigurationError, InputError, UnavailableError


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ([], 0),
        ([ok("a", ""), warning("b", "", ""), skipped("c", "")], 0),
        ([ok("a", ""), unavailable("b", "", "")], 69),
        ([wrong("a", "", "")], 2),
        ([unavailable("a", "", ""), wrong("b", "", "")], 2),
    ],
)
def test_what_has_to_be_corrected_counts_before_what_may_pass(findings: list[Finding], code: int) -> None:
    assert exit_code(findings) == code


@pytest.mark.parametrize(
    ("error", "code"), [(ConfigurationError("no"), 2), (UnavailableError("no"), 69), (InputError("no"), 2)]
)
def test_a_check_that_cannot_go_on_is_an_error_of_its_kind(error: InputError, code: int) -> None:
    assert failed("a", error) == Finding("a", Level.ERROR, "no", "", code)
