"""The plan of the package, held: who imports whom, how large a room is, who reads the environment, who prints."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import arango_thinking

ROOT = Path(arango_thinking.__file__).parent
PACKAGE = "arango_thinking"
#: From the top down: a room imports from its own layer and from the layers below it.
LAYERS = (
    {"__main__"},
    {"cli"},
    {"doctor", "runs"},
    {"files", "teaching"},
    {"store", "llm", "firewall", "sample"},
    {"documents", "settings", "settings_file", "matching", "embedded"},
    {"addresses", "choices", "dialogue_options", "printable", "prompt_files", "reasoning_marks", "usage"},
    {"errors", "version"},
)
#: What others may use of `matching` besides its door: the modules that only read a text.
READS_TEXTS = ("matching.words.", "matching.numbers.", "matching.options.", "matching.decisions.", "matching.phrases.")
#: The modules of `matching` that compare an answer with the reference; only its door leads to them.
COMPARES = {
    "matching.matching",
    "matching.answers",
    "matching.case",
    "matching.result",
    "matching.numbers.amounts",
    "matching.options.picks",
    "matching.phrases.short",
    "matching.phrases.prose",
}
#: Bounds of the house.
MODULES_OF_A_FOLDER, LINES_OF_A_MODULE, LINES_OF_A_FUNCTION = 15, 400, 60
#: A module of fewer lines needs no test file of its own.
SMALL = 25
MODULES = sorted(path for path in ROOT.rglob("*.py"))
FOLDERS = sorted({path.parent for path in MODULES})


@cache
def nodes(path: Path) -> list[ast.AST]:
    """Everything in a file, as Python reads it."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def module_of(path: Path) -> str:
    """The name of a module or package without that of the whole package; "" for that one."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {module_of(path): path for path in MODULES}


def top(module: str) -> str:
    return module.split(".")[0]


def imports(path: Path) -> Iterator[str]:
    """The full names of the modules that a file imports, wherever in it."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (_imported(node.module or "", alias.name) for alias in node.names)


def _imported(module: str, name: str) -> str:
    """The module that `from module import name` takes: `module.name` if that is one, else `module`."""
    whole = f"{module}.{name}"
    return whole if whole.removeprefix(f"{PACKAGE}.") in NAMES else module


@cache
def own_imports(path: Path) -> frozenset[str]:
    """The modules of the package that a file imports, without the package's name."""
    return frozenset(name.removeprefix(f"{PACKAGE}.") for name in imports(path) if name.startswith(f"{PACKAGE}."))


def layer(room: str) -> int:
    return next(number for number, rooms in enumerate(LAYERS) if room in rooms)


def users_of(*names: str) -> set[str]:
    """The modules that import one of these libraries."""
    return {module_of(path) for path in MODULES if any(top(name) in names for name in imports(path))}


def uses(path: Path, *expressions: str) -> bool:
    """Whether one of these names or attributes, written so, stands in a file."""
    named = (node for node in nodes(path) if isinstance(node, ast.Name | ast.Attribute))
    return any(ast.unparse(node) in expressions for node in named)


def test_ten_lines_describe_the_package() -> None:
    assert len(LAYERS) <= 10
    assert {top(module) for module in NAMES} - {""} == set().union(*LAYERS)


@pytest.mark.parametrize("module", sorted(NAMES.keys() - {""}))
def test_imports_point_one_way(module: str) -> None:
    upward = {name for name in own_imports(NAMES[module]) if layer(top(name)) < layer(top(module))}
    assert not upward, f"{module} imports {upward} from above"


def test_no_two_rooms_import_each_other() -> None:
    imported: dict[str, set[str]] = {}
    for module, path in NAMES.items():
        if module:
            imported.setdefault(top(module), set()).update(top(name) for name in own_imports(path))
    mutual = {(a, b) for a, others in imported.items() for b in others if a != b and a in imported.get(b, ())}
    assert mutual == set()


def test_no_modules_import_each_other_in_a_circle() -> None:
    left = {module: set(own_imports(path)) - {module} for module, path in NAMES.items()}
    # A package's face hands on what its modules offer, so that these do not depend on it.
    left = {module: {name for name in names if NAMES[name].name != "__init__.py"} for module, names in left.items()}
    while free := {module for module, names in left.items() if not names & left.keys()}:
        left = {module: names for module, names in left.items() if module not in free}
    assert left == {}


def test_the_embedded_database_knows_nothing_of_the_rest_and_has_one_door() -> None:
    for module, path in NAMES.items():
        inside = {name for name in own_imports(path) if top(name) == "embedded"}
        if top(module) == "embedded":
            assert own_imports(path) == inside, module
        else:
            assert inside <= {"embedded"}, f"{module} enters by a window: {inside}"


def test_matching_knows_nothing_of_the_rest_and_compares_behind_its_door() -> None:
    assert NAMES.keys() >= COMPARES
    for module, path in NAMES.items():
        inside = {name for name in own_imports(path) if top(name) == "matching"}
        if top(module) == "matching":
            assert own_imports(path) == inside, module
        else:
            assert all(name == "matching" or name.startswith(READS_TEXTS) for name in inside - COMPARES), module
            assert not inside & COMPARES, f"{module} compares without the door: {inside & COMPARES}"


def test_the_firewall_knows_matching_alone_and_has_one_door() -> None:
    for module, path in NAMES.items():
        inside = {name for name in own_imports(path) if top(name) == "firewall"}
        if top(module) == "firewall":
            assert {top(name) for name in own_imports(path)} <= {"firewall", "matching"}, module
        else:
            assert inside <= {"firewall"}, f"{module} enters by a window: {inside}"


def test_the_driver_is_imported_by_the_connection_alone() -> None:
    assert users_of("arango") == {"store.connection", "embedded.http.transport"}


def test_each_model_library_has_one_home() -> None:
    assert users_of("aiohttp") == {"llm.api.transport"}
    assert users_of("xllamacpp") == {"llm.local.llamacpp"}
    assert users_of("torch", "transformers") == {"llm.local.generation", "llm.local.torch_loading"}
    assert users_of("unsloth", "peft") == {"llm.local.torch_loading"}


def test_only_settings_reads_the_environment() -> None:
    reading = {module_of(path) for path in MODULES if uses(path, "os.environ", "os.getenv", "environ", "getenv")}
    assert reading == {"settings"}


def test_only_the_console_prints() -> None:
    printing = {
        module_of(path)
        for path in MODULES
        if uses(path, "print", "typer.echo", "typer.secho", "sys.stdout", "sys.stderr")
    }
    assert printing == {"cli.streams"}  # which prints nothing
    assert users_of("rich") == {"cli.console", "cli.screens"}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_a_folder_has_few_modules(folder: Path) -> None:
    assert len([path for path in folder.glob("*.py") if not path.name.startswith("__")]) <= MODULES_OF_A_FOLDER


@pytest.mark.parametrize("path", MODULES, ids=module_of)
def test_modules_and_functions_are_short(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("\n") <= LINES_OF_A_MODULE
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < LINES_OF_A_FUNCTION, node.name


def only_declares(path: Path) -> bool:
    """Whether no function of the module does anything: protocols, and classes of data."""
    functions = [node for node in nodes(path) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return all(
        isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant) for one in functions for part in one.body
    )


def test_the_tests_mirror_the_rooms() -> None:
    """What the store does to a database is tested on every kind of server, in tests/contract."""
    unit, contract = Path(__file__).parent, Path(__file__).parents[1] / "contract"
    missing = []
    for module, path in NAMES.items():
        is_small = path.read_text(encoding="utf-8").count("\n") <= SMALL
        if path.name.startswith("__") or is_small or only_declares(path):
            continue
        name = f"test_{path.name}"
        mirrored = (unit / path.relative_to(ROOT)).with_name(name).exists()
        if not mirrored and not (top(module) == "store" and (contract / name).exists()):
            missing.append(module)
    assert missing == []
