"""What the READMEs say is true. `python -m tests.unit.test_readme` writes the tables made from the code anew."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

import pytest

from arango_thinking.choices import OnDuplicate
from arango_thinking.cli import app
from arango_thinking.cli.option_groups import DATABASE, dialogue
from arango_thinking.dialogue_options import Declared, declared
from arango_thinking.settings import DATABASE_VARIABLES, Environment
from arango_thinking.store.store import Store
from tests.enhancing import enhance

ROOT = Path(__file__).parents[2]
#: The README of the whole, and of each folder that has one.
READMES = sorted(
    path
    for pattern in ("*.md", ".github/*.md", "aql/*.md", "docker/*.md", "tests/*.md", "arango_thinking/**/README.md")
    for path in ROOT.glob(pattern)
)
TEXTS = {path: path.read_text(encoding="utf-8") for path in READMES}
ALL = "\n".join(TEXTS.values())
REFERENCE = ROOT / "arango_thinking/cli/README.md"
COMMANDS = {name: app.command(name) for name in app.COMMANDS}
EACH = pytest.mark.parametrize("path", READMES, ids=lambda path: str(path.relative_to(ROOT)))


def settings_table() -> str:
    rows = ["| field | flag | default | values | meaning |", "|---|---|---|---|---|"]
    for name, found in declared().items():
        flags = ", ".join(f"`{flag}`" for flags in found.option.flags for flag in flags.split("/"))
        default = "" if found.default is None else f"`{found.default}`"
        rows.append(f"| `{name}` | {flags} | {default} | {values(found)} | {found.option.help} |")
    return "\n".join(rows)


def values(found: Declared) -> str:
    """The choices of an option, or the bounds of its numbers."""
    if isinstance(found.default, StrEnum):
        return ", ".join(f"`{choice}`" for choice in type(found.default))
    option = found.option
    if option.le is not None:
        return f"{option.ge:g} to {option.le:g}"
    if option.gt is not None:
        return f"above {option.gt:g}"
    return "" if option.ge is None else f"{option.ge:g} or more"


def command_tables() -> str:
    return "\n\n".join("\n".join(_command(name)) for name in COMMANDS)


def _command(name: str) -> Iterator[str]:
    command = COMMANDS[name]
    yield f"### {name}"
    yield ""
    yield " ".join(command.help.split())
    names = {parameter.name for parameter in command.params}
    shared = {name for group in (dialogue(), DATABASE) if group.keys() <= names for name in group}
    own = [parameter for parameter in command.params if parameter.name not in shared | {"help"}]
    if own:
        yield ""
        yield "| option | meaning |"
        yield "|---|---|"
        for parameter in own:
            flags = [*parameter.opts, *parameter.secondary_opts]
            said = parameter.help or ""
            yield f"| {', '.join(f'`{flag}`' for flag in flags)} | {said} |"


GENERATED = {"settings": settings_table, "commands": command_tables}


def with_tables(text: str) -> str:
    """The reference with its generated tables as they are now."""
    for name, made in GENERATED.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        head, _, rest = text.partition(begin)
        text = f"{head}{begin}\n{made()}\n{end}{rest.partition(end)[2]}"
    return text


def test_the_tables_are_those_of_the_code() -> None:
    assert TEXTS[REFERENCE] == with_tables(TEXTS[REFERENCE])


def test_the_first_readme_is_short() -> None:
    assert TEXTS[ROOT / "README.md"].count("\n") <= 150


def test_every_command_is_shown_in_use() -> None:
    for name in COMMANDS:
        assert f"arango-thinking {name}" in ALL, name


def test_every_variable_is_listed() -> None:
    for names in DATABASE_VARIABLES.values():
        for name in names:
            assert f"`{name}`" in ALL, name
    for name in Environment.model_fields:
        assert f"`{name.upper()}`" in ALL, name


@EACH
def test_every_flag_in_an_example_exists(path: Path) -> None:
    known = {"--version", "--verbose", "--help"}
    for command in COMMANDS.values():
        for parameter in command.params:
            known |= {*parameter.opts, *parameter.secondary_opts}
    for block in re.findall(r"```bash\n(.*?)```", TEXTS[path], re.DOTALL):
        for line in block.splitlines():
            if line.startswith(("arango-thinking", "unsloth-cli")):
                assert set(re.findall(r"--[a-z-]+", line.partition("#")[0])) <= known, line


@EACH
def test_python_examples_compile(path: Path) -> None:
    for block in re.findall(r"```python\n(.*?)```", TEXTS[path], re.DOTALL):
        compile(block, path.name, "exec")


def anchors(path: Path) -> set[str]:
    """The headings of a file as links name them."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@EACH
def test_every_link_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXTS[path]):
        if target.startswith(("http://", "https://")):
            continue
        file, _, anchor = target.partition("#")
        place = (path.parent / file).resolve() if file else path
        assert place.exists(), target
        assert not anchor or anchor in anchors(place), target


@EACH
def test_every_path_in_backquotes_exists(path: Path) -> None:
    """Files and folders of the repository that are named from its root."""
    for named in re.findall(r"`((?:arango_thinking|tests|docker|aql|\.ci|\.github)/[\w./-]*)`", TEXTS[path]):
        assert (ROOT / named).exists() or named == "docker/.env", named


def audited(store: Store, number: int, **binds: Any) -> list[Any]:
    """What an AQL example gives on three documents, two of which a run has written and one another."""
    store.create_collection("qa_pairs", edge=False)
    documents = [{"_key": key, "question": "What?", "answer": key} for key in "abc"]
    store.import_documents("qa_pairs", documents[:2], OnDuplicate.ERROR)
    enhance(store, "qa_pairs", "first", turns=1)
    store.import_documents("qa_pairs", documents[2:], OnDuplicate.ERROR)
    enhance(store, "qa_pairs", "second")
    store.connection.database.collection("qa_pairs").update({"_key": "a", "answer": "changed"})
    enhance(store, "qa_pairs", "third")
    example = re.findall(r"```aql\n(.*?)```", TEXTS[ROOT / "aql/README.md"], re.DOTALL)[number]
    return list(cast(Any, store.connection.database.aql.execute(example, bind_vars=binds)))


def test_the_example_of_what_a_teacher_did_in_one_iteration(store: Store) -> None:
    assert audited(store, 0, teacher="reference") == [{"document": "qa_pairs/b", "run": "first"}]


def test_the_example_of_what_a_run_wrote(store: Store) -> None:
    assert audited(store, 1, run="second") == [{"document": "qa_pairs/c", "ended_by": "correct", "turns": 2}]


def test_the_example_of_what_documents_cost(store: Store) -> None:
    assert audited(store, 2) == [
        {"document": "qa_pairs/a", "traces": 2, "cost": 1.5, "unknown": 0},
        {"document": "qa_pairs/b", "traces": 1, "cost": 0.75, "unknown": 0},
        {"document": "qa_pairs/c", "traces": 1, "cost": 0.75, "unknown": 0},
    ]


def test_the_example_of_training_puts_thinking_before_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    messages = [{"role": "user", "content": "What?"}, {"role": "assistant", "content": "That."}]
    row = {"messages": messages, "metadata": {"thinking": "Let me see."}}
    (tmp_path / "data.train.jsonl").write_text(json.dumps(row) + "\n")
    *_, example = re.findall(r"```python\n(.*?)```", TEXTS[ROOT / "arango_thinking/files/README.md"], re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)
    assert names["prompt"] == [
        messages[0],
        {"role": "assistant", "content": "<think>\nLet me see.\n</think>\n\nThat."},
    ]


if __name__ == "__main__":
    REFERENCE.write_text(with_tables(TEXTS[REFERENCE]), encoding="utf-8")
