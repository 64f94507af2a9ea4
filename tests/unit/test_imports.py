"""The map of the package, held: who may import whom, who reads the environment, who prints."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import arango_thinking

ROOT = Path(arango_thinking.__file__).parent
PACKAGE = "arango_thinking"
#: From the top down: a module imports from its own layer and from those below it.
LAYERS = (
    {"__main__"},
    {"cli"},
    {"syncing"},
    {"doctor", "enhancer", "sample"},
    {"collection_run", "dataset_run", "exporting", "importing", "metrics", "reverting", "retrying"},
    {"history"},
    {"estimating", "intake", "batch_writer"},
    {"pipeline", "call_store"},
    {"dialogue", "store", "thinking", "write_back"},
    {"audit", "leases", "stale_search", "reversal", "threads"},
    {"bookkeeping", "ours"},
    {"connection"},
    {"rejects"},
    {"teaching", "queries", "embedded", "jsonl"},
    {"llm", "file_formats", "atomic_files", "splits"},
    {"documents", "trace", "settings", "selection", "printable", "contents"},
    {"addresses", "choices", "errors", "details", "faults", "processes", "compression"},
)
MODULES = sorted(path for path in ROOT.rglob("*.py"))


@cache
def nodes(path: Path) -> list[ast.AST]:
    """Everything in a file, as Python reads it."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def top(module: str) -> str:
    return module.split(".")[0]


def imports(path: Path) -> Iterator[str]:
    """The full names of the modules that a file imports, wherever in it."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            if node.module == PACKAGE:
                yield from (f"{PACKAGE}.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""


def own_imports(path: Path) -> set[str]:
    """The parts of the package that a file imports from, without their prefix."""
    names = {name.removeprefix(f"{PACKAGE}.") for name in imports(path) if name.startswith(f"{PACKAGE}.")}
    return {top(name) for name in names} - {"__version__"}


def layer(name: str) -> int:
    return next(number for number, names in enumerate(LAYERS) if name in names)


def users_of(*names: str) -> set[str]:
    """The modules that import one of these packages."""
    return {module_of(path) for path in MODULES if any(top(name) in names for name in imports(path))}


def uses(path: Path, *expressions: str) -> bool:
    """Whether one of these names or attributes, written so, stands in a file."""
    named = (node for node in nodes(path) if isinstance(node, ast.Name | ast.Attribute))
    return any(ast.unparse(node) in expressions for node in named)


def test_every_part_of_the_package_has_its_layer() -> None:
    parts = {top(module_of(path)) for path in MODULES} - {"__init__"}
    assert parts == set().union(*LAYERS)


@pytest.mark.parametrize("path", [path for path in MODULES if path != ROOT / "__init__.py"], ids=module_of)
def test_imports_point_one_way(path: Path) -> None:
    here = top(module_of(path))
    upward = {name for name in own_imports(path) if layer(name) < layer(here)}
    assert not upward, f"{module_of(path)} imports {upward} from above"


def test_no_two_parts_import_each_other() -> None:
    imported: dict[str, set[str]] = {}
    for path in MODULES:
        here = top(module_of(path))
        imported.setdefault(here, set()).update(own_imports(path) - {here})
    mutual = {(one, other) for one, others in imported.items() for other in others if one in imported.get(other, set())}
    assert mutual == set()


def test_the_embedded_database_knows_nothing_of_the_rest() -> None:
    for path in (ROOT / "embedded").rglob("*.py"):
        assert own_imports(path) <= {"embedded", "errors", "choices"}, module_of(path)


def test_the_driver_is_imported_by_the_store_and_its_connection_alone() -> None:
    assert users_of("arango") == {"connection", "store", "embedded.transport"}


def test_each_model_library_has_one_home() -> None:
    assert users_of("aiohttp") == {"llm.transport"}
    assert users_of("xllamacpp") == {"llm.llamacpp"}
    assert users_of("torch", "transformers") == {"llm.generation", "llm.torch_loading"}
    assert users_of("unsloth", "peft") == {"llm.torch_loading"}


def test_only_settings_reads_the_environment() -> None:
    assert users_of("pydantic_settings") == {"settings"}
    reading = {module_of(path) for path in MODULES if uses(path, "os.environ", "os.getenv", "environ", "getenv")}
    assert reading <= {"settings"}


def test_only_the_console_prints() -> None:
    printing = {
        module_of(path)
        for path in MODULES
        if uses(path, "print", "typer.echo", "typer.secho", "sys.stdout", "sys.stderr")
    }
    assert printing == set()
    assert users_of("rich") == {"cli.console", "cli.screens"}
