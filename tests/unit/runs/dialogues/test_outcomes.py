from __future__ import annotations

import pytest

from arango_thinking.runs.dialogues.outcomes import patch_of
from arango_thinking.settings import StudentTeacherConfig
from tests.unit.runs.test_account import CONVERGED, outcome


def test_a_patch_holds_the_details_only_when_asked() -> None:
    plain = patch_of(outcome(CONVERGED), {"thinking": "thin"}, StudentTeacherConfig())
    assert plain == {
        "original_thinking": "thin",
        "thinking": "rich",
        "thinking_iterations": 2,
        "thinking_converged": True,
    }
    detailed = patch_of(outcome(CONVERGED), {}, StudentTeacherConfig(save_iterations=True))
    assert [turn["answer"] for turn in detailed["thinking_iterations_detail"]] == ["7", "12"]
    with pytest.raises(ValueError, match="without a trace"):
        patch_of(outcome(None), {}, StudentTeacherConfig())
