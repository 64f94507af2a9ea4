"""The command lines that the deployment files hold, read out of them as their schedulers would."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
PROGRAM = "arango-thinking"
Variables = dict[str, str]


@dataclass(frozen=True)
class CommandLine:
    """One command line: arguments, or text for a shell, and the variables that its file sets."""

    file: str
    arguments: tuple[str, ...]
    variables: Variables
    shell: str | None = None

    @property
    def command(self) -> str:
        return self.arguments[0]


def read_all(settings: Mapping[str, str]) -> dict[str, CommandLine]:
    """All of them by name, with `settings` for the variables that a user would set: models and URLs."""
    found = {**compose(settings), "crontab": crontab(settings), "service": service(settings)}
    found |= {"cronjob": cronjob(settings), "airflow": airflow(settings)}
    found |= {f"{name} health": health(name) for name in ("Dockerfile", "Dockerfile.cuda")}
    return found


def compose(settings: Mapping[str, str]) -> dict[str, CommandLine]:
    """What init and sync run, and sync's health check."""
    text = re.sub(
        r"\$\{(\w+):-([^}]*)\}",
        lambda variable: settings.get(variable[1]) or variable[2],
        (DOCKER / "compose.yaml").read_text(),
    )
    services = yaml.safe_load(text)["services"]
    environment = services["sync"]["environment"]
    words = {"init": services["init"]["command"], "sync": services["sync"]["command"]}
    words["health"] = _without_program(services["sync"]["healthcheck"]["test"][1:])
    return {
        f"compose {name}": CommandLine("compose.yaml", tuple(arguments), environment)
        for name, arguments in words.items()
    }


def health(name: str) -> CommandLine:
    """The HEALTHCHECK of a Dockerfile."""
    said = re.search(r"^HEALTHCHECK .*\\\n\s+CMD (\[.*\])$", (DOCKER / name).read_text(), re.MULTILINE)
    assert said is not None, f"{name} has no HEALTHCHECK in the exec form"
    return CommandLine(name, _without_program(json.loads(said[1])), {})


def crontab(settings: Mapping[str, str]) -> CommandLine:
    """The one entry, with the settings above it."""
    text = (DOCKER / "crontab").read_text()
    (entry,) = (line for line in text.splitlines() if re.match(r"[\d*]", line))
    return _of_shell("crontab", entry.split(maxsplit=5)[5], _assignments(text) | settings)


def service(settings: Mapping[str, str]) -> CommandLine:
    """ExecStart, with the unit's Environment and the EnvironmentFile beside it."""
    lines = (DOCKER / "arango-thinking.service").read_text().splitlines()
    variables = dict(line.split("=", 2)[1:] for line in lines if line.startswith("Environment="))
    variables |= _assignments((DOCKER / "environment").read_text())
    (start,) = (line.removeprefix("ExecStart=") for line in lines if line.startswith("ExecStart="))
    path, *words = shlex.split(_expanded(start, r"\$\{(\w+)\}", variables | settings))
    assert Path(path).name == PROGRAM
    return CommandLine("arango-thinking.service", tuple(words), variables | settings)


def cronjob(settings: Mapping[str, str]) -> CommandLine:
    """The container's arguments and variables."""
    manifest = yaml.safe_load((DOCKER / "cronjob.yaml").read_text())
    (container,) = manifest["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    variables = {variable["name"]: variable["value"] for variable in container["env"]} | settings
    arguments = tuple(_expanded(word, r"\$\((\w+)\)", variables) for word in container["args"])
    return CommandLine("cronjob.yaml", arguments, variables)


def airflow(settings: Mapping[str, str]) -> CommandLine:
    """The BashOperator of the example in docker/README.md."""
    blocks = re.findall(r"```python\n(.*?)```", (DOCKER / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    (example,) = (block for block in blocks if "BashOperator" in block)
    calls = (node for node in ast.walk(ast.parse(example)) if isinstance(node, ast.Call))
    (operator,) = (call for call in calls if getattr(call.func, "id", "") == "BashOperator")
    given: dict[str, Any] = {str(word.arg): word.value for word in operator.keywords}
    variables = ast.literal_eval(given["env"])
    return _of_shell("docker/README.md", ast.literal_eval(given["bash_command"]), variables | settings)


def _assignments(text: str) -> Variables:
    return dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))


def _of_shell(file: str, text: str, variables: Variables) -> CommandLine:
    words = [_expanded(word, r"\$(\w+)", variables) for word in shlex.split(text)]
    arguments = [word for word in words if not re.match(r"\d?>", word)]
    return CommandLine(file, _without_program(arguments), variables, text)


def _without_program(words: list[str]) -> tuple[str, ...]:
    assert words[0] == PROGRAM, words
    return tuple(words[1:])


def _expanded(text: str, pattern: str, variables: Mapping[str, str]) -> str:
    return re.sub(pattern, lambda variable: variables[variable[1]], text)
