from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import pytest

import arango_thinking
from arango_thinking import errors


def test_every_public_name_is_there() -> None:
    for name in arango_thinking.__all__:
        assert getattr(arango_thinking, name) is not None
    assert len(arango_thinking.__all__) <= 15
    assert arango_thinking.__all__ == sorted(arango_thinking.__all__)


def test_public_names_and_loaded_names_are_the_same() -> None:
    assert set(arango_thinking._HOMES) | {"__version__"} == set(arango_thinking.__all__)


def test_star_imports_the_public_names() -> None:
    module = ModuleType("star")
    exec("from arango_thinking import *", module.__dict__)
    assert set(arango_thinking.__all__) <= module.__dict__.keys()


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = arango_thinking.nonsense


def test_public_errors_have_their_exit_codes() -> None:
    assert (errors.ArangoThinkingError.exit_code, errors.ConfigurationError.exit_code) == (1, 2)
    assert errors.UnavailableError.exit_code == 69
    assert issubclass(arango_thinking.ConfigurationError, arango_thinking.ArangoThinkingError)
    assert issubclass(arango_thinking.UnavailableError, arango_thinking.ArangoThinkingError)


@pytest.mark.parametrize("module", ["arango_thinking", "arango_thinking.cli.app", "arango_thinking.choices"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    program = (
        f"import sys, {module}\n"
        "heavy = {'torch', 'openai', 'arango', 'pydantic', 'lark', 'xllamacpp'} & sys.modules.keys()\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
