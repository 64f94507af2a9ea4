"""What all tests share: a clean environment, the embedded database, a real HTTP server, the real small LLM."""

from __future__ import annotations

import itertools
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from arango_thinking.errors import UnavailableError
from arango_thinking.llm.local.default_student import default_student
from arango_thinking.settings import Environment, database_settings
from arango_thinking.store.store import Store
from tests.chat_api import ChatAPI

# No test fetches a model from the Hugging Face hub, whose library reads this once, when it is imported.
os.environ["HF_HUB_OFFLINE"] = "1"

_JOURNALS = itertools.count()
_OURS = ("ARANGO_", "ARANGODB_", "OPENAI_", "STUDENT_", "TEACHER_", "JUDGE_")


def pytest_configure() -> None:
    """Each worker of pytest-xdist keeps to one core: llama.cpp slows tenfold where it shares its cores.

    What is compiled is kept, for the processes that tests start: each would compile the package anew.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    if worker and hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[int(worker) % len(cores)]})


@pytest.fixture(scope="session")
def _empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("empty")


@pytest.fixture(autouse=True)
def _clean_environment(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    _empty_folder: Path,
) -> Iterator[None]:
    """No test sees the user's variables or writes into the user's folders.

    A test runs in its `tmp_path` when it asks for one. Thousands of others write nothing: they share an empty folder.
    """
    for name in list(os.environ):
        if (
            name.startswith(("ARANGO_", "ARANGODB_", "OPENAI_", "STUDENT_", "TEACHER_", "JUDGE_"))
            and name != "ARANGO_THINKING_CACHE"
        ):
            monkeypatch.delenv(name)
    journal = tmp_path_factory.getbasetemp() / "journals" / f"{next(_JOURNALS)}.db"
    monkeypatch.setenv("ARANGO_THINKING_JOURNAL", str(journal))
    monkeypatch.chdir(request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else _empty_folder)
    yield
    left = list(_empty_folder.iterdir())
    for path in left:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert not left, f"the test wrote {left} and did not ask for tmp_path"


@pytest.fixture(scope="session")
def model_file() -> Path:
    """The default student's GGUF file, fetched once into the user's cache."""
    try:
        return default_student(Environment().cache_folder)
    except UnavailableError as error:
        pytest.skip(f"the small LLM is not to be had: {error}")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"embedded:{tmp_path / 'test.db'}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store.connect(database_settings(url))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def _chat_api() -> Iterator[ChatAPI]:
    """One server for all tests of a module: stopping one takes longer than most of them."""
    with ChatAPI() as server:
        yield server


@pytest.fixture
def api(_chat_api: ChatAPI) -> ChatAPI:
    """An OpenAI-compatible server on loopback that nobody has asked yet; a test scripts its replies."""
    _chat_api.reset()
    return _chat_api
