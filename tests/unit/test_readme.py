"""What the README says is true."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

from arango_thinking.choices import OnDuplicate
from arango_thinking.cli.app import app
from arango_thinking.dialogue_options import declared
from arango_thinking.settings import DATABASE_VARIABLES
from arango_thinking.store.store import Store
from tests.enhancing import enhance

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def settings_table() -> str:
    rows = ["| field | flag | default | meaning |", "|---|---|---|---|"]
    for name, found in declared().items():
        flag = f"`{found.option.flags[0].partition('/')[0]}`" if found.option.flags else ""
        default = "" if found.default is None else f"`{found.default}`"
        rows.append(f"| `{name}` | {flag} | {default} | {found.option.help} |")
    return "\n".join(rows)


def test_the_settings_table_is_that_of_the_code() -> None:
    stated = re.search(r"<!-- settings: begin -->\n(.*?)\n<!-- settings: end -->", README, re.DOTALL)
    assert stated is not None
    assert stated[1] == settings_table()


def test_every_command_is_mentioned() -> None:
    from typer.main import get_command

    for name in get_command(app).commands:  # type: ignore[attr-defined]
        assert f"arango-thinking {name}" in README, name


def test_every_variable_is_listed() -> None:
    for names in DATABASE_VARIABLES.values():
        for name in names:
            assert f"`{name}`" in README, name


def test_every_flag_in_an_example_exists() -> None:
    from typer.main import get_command

    known = {"--version", "--verbose", "--help"}
    for command in get_command(app).commands.values():  # type: ignore[attr-defined]
        for parameter in command.params:
            known |= {*parameter.opts, *parameter.secondary_opts}
    for block in re.findall(r"```bash\n(.*?)```", README, re.DOTALL):
        for line in block.splitlines():
            if line.startswith(("arango-thinking", "unsloth-cli")):
                assert set(re.findall(r"--[a-z-]+", line.partition("#")[0])) <= known, line


def test_the_python_example_compiles() -> None:
    for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL):
        compile(block, "README.md", "exec")


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
    example = re.findall(r"```aql\n(.*?)```", README, re.DOTALL)[number]
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
