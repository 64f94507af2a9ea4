from __future__ import annotations

import pytest

from arango_thinking import choices
from arango_thinking.errors import ConfigurationError
from arango_thinking.llm.resolve import Backend, ModelChoice, backend_of
from arango_thinking.settings import StudentTeacherConfig


def test_the_words_are_the_ones_that_settings_take() -> None:
    for first_try in ("deepen", "keep"):
        assert StudentTeacherConfig(first_try=first_try).first_try == first_try
    for on_unconverged in ("write", "skip"):
        assert StudentTeacherConfig(on_unconverged=on_unconverged).on_unconverged == on_unconverged
    for thinking_format in ("iterative", "consolidated"):
        assert StudentTeacherConfig(thinking_format=thinking_format).thinking_format == thinking_format
    with pytest.raises(ConfigurationError):
        StudentTeacherConfig(first_try="other")


def test_duplicates_are_treated_in_the_words_of_the_database() -> None:
    assert [str(choice) for choice in choices.OnDuplicate] == ["ignore", "update", "replace", "error"]


def test_the_default_models_need_no_key_and_no_server() -> None:
    assert backend_of(ModelChoice(choices.DEFAULT_STUDENT)) is Backend.LLAMA
    assert backend_of(ModelChoice(choices.DEFAULT_TEACHER)) is Backend.REFERENCE
