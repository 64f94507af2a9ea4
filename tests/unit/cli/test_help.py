"""The headings of `--help` and what stands under each."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import pytest
import typer
from typer.testing import CliRunner

from arango_thinking.cli.app import COMMANDS, command
from arango_thinking.cli.help import GroupedCommand
from arango_thinking.dialogue_options import Panel
from tests.unit.cli.conftest import Call

Headings = dict[str, list[str]]


def headings(text: str) -> Headings:
    """The headings in their order, and under each what its lines begin with."""
    found: Headings = {}
    for line in text.splitlines():
        if line.endswith(":") and not line.startswith(" "):
            found[line[:-1]] = listed = []
        elif found and line.startswith("  ") and line[2] != " ":
            listed.append(line.split()[0].strip("[],"))
    return found


def help_of(command: Callable[..., Any]) -> str:
    """What `--help` says where this is the only command."""
    alone = typer.Typer(rich_markup_mode=None, add_completion=False)
    alone.command(cls=GroupedCommand)(command)
    done = CliRunner().invoke(alone, ["--help"])
    assert done.exit_code == 0
    return done.stdout


def option(flag: str, panel: str | None = None, **rest: Any) -> Any:
    return typer.Option(flag, rich_help_panel=panel, help=f"What {flag} means.", **rest)


# ---------------------------------------------------------------- any command


def test_arguments_come_first_then_the_panels_then_options_of_no_panel() -> None:
    def command(
        plain: Annotated[bool, option("--plain")] = False,
        output: Annotated[bool, option("--output", Panel.OUTPUT)] = False,
        cluster: Annotated[bool, option("--cluster", "Cluster")] = False,
        run: Annotated[bool, option("--run", Panel.RUN)] = False,
        source: Annotated[str, typer.Argument(help="What is read.")] = "",
    ) -> None:
        """Does nothing."""

    said = help_of(command)
    assert headings(said) == {
        "Arguments": ["source"],
        "Run": ["--run"],
        "Output": ["--output"],
        "Cluster": ["--cluster"],
        "Options": ["--plain", "--help"],
    }
    assert list(headings(said)) == ["Arguments", "Run", "Output", "Cluster", "Options"]


def test_all_panels_come_in_their_order_whatever_the_order_of_the_options() -> None:
    def command(**_: bool) -> None:
        """Does nothing."""

    parameters = [
        inspect.Parameter(
            panel.name.lower(),
            inspect.Parameter.KEYWORD_ONLY,
            default=False,
            annotation=Annotated[bool, option(f"--{panel.name.lower()}", panel)],
        )
        for panel in reversed(Panel)
    ]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    assert list(headings(help_of(command))) == [*map(str, Panel), "Options"]


def test_options_under_one_heading_keep_their_order() -> None:
    def command(
        zebra: Annotated[bool, option("--zebra", Panel.RUN)] = False,
        middle: Annotated[bool, option("--middle", Panel.COST)] = False,
        apple: Annotated[bool, option("--apple", Panel.RUN)] = False,
    ) -> None:
        """Does nothing."""

    assert headings(help_of(command))["Run"] == ["--zebra", "--apple"]


def test_a_heading_with_nothing_under_it_is_left_out() -> None:
    def command() -> None:
        """Does nothing."""

    assert headings(help_of(command)) == {"Options": ["--help"]}


def test_a_hidden_option_is_not_listed() -> None:
    def command(secret: Annotated[bool, option("--secret", Panel.RUN, hidden=True)] = False) -> None:
        """Does nothing."""

    assert headings(help_of(command)) == {"Options": ["--help"]}


def test_an_argument_may_have_a_panel_of_its_own() -> None:
    def command(
        source: Annotated[str, typer.Argument(help="What is read.", rich_help_panel=Panel.DOCUMENTS)] = "",
        target: Annotated[str, typer.Argument(help="What is written.")] = "",
    ) -> None:
        """Does nothing."""

    assert headings(help_of(command)) == {"Arguments": ["target"], "Documents": ["source"], "Options": ["--help"]}


def test_each_line_says_what_it_means() -> None:
    def command(
        source: Annotated[str, typer.Argument(help="What is read.")],
        run: Annotated[int, option("--run", Panel.RUN)] = 3,
    ) -> None:
        """Does nothing."""

    said = " ".join(help_of(command).split())
    assert "source <str> What is read. [required]" in said
    assert "--run <int> What --run means. [default: 3]" in said
    assert "Does nothing." in said


# ---------------------------------------------------------------- our commands


def commands() -> dict[str, Any]:
    return {name: command(name) for name in COMMANDS}


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_flag_of_every_command_is_listed_once(cli: Call, command: str) -> None:
    said = cli(command, "--help").stdout
    listed = [first for lines in headings(said).values() for first in lines]
    assert len(listed) == len(set(listed)) == len(commands()[command].params) + 1
    for parameter in commands()[command].params:
        if parameter.param_type_name == "option":
            assert all(flag in said for flag in (*parameter.opts, *parameter.secondary_opts))


@pytest.mark.parametrize("command", sorted(commands()))
def test_the_headings_are_in_one_order(cli: Call, command: str) -> None:
    found = list(headings(cli(command, "--help").stdout))
    others = [heading for heading in found if heading not in ("Arguments", *Panel, "Options")]
    order = ["Arguments", *map(str, Panel), *others, "Options"]
    assert found == [heading for heading in order if heading in found]
    assert bool(others) is (command == "init")


@pytest.mark.parametrize("command", ["enhance", "enhance-thinking", "sync", "init", "demo"])
def test_every_option_but_help_stands_under_a_heading_of_its_own(cli: Call, command: str) -> None:
    assert headings(cli(command, "--help").stdout)["Options"] == ["-h"]


def test_what_stands_where_for_enhance(cli: Call) -> None:
    found = headings(cli("enhance", "--help").stdout)
    assert list(found) == [*(str(panel) for panel in Panel if panel is not Panel.SCHEDULE), "Options"]
    assert found["Documents"] == ["-c", "--limit", "--filter", "--evidence-edges", "--layout"]
    assert found["Run"] == ["--dry-run", "--config"]
    assert found["Database"] == ["--url", "--database", "--insecure", "--database-timeout"]
    assert found["Output"] == ["--json"]
    assert {"--student", "--teacher", "--judge"} <= set(found["Models"])
    assert {"-n", "--format", "--seed"} <= set(found["Dialogue"])
    assert {"--estimate", "--max-cost", "--price"} <= set(found["Cost"])
    assert {"--max-runtime", "--concurrency", "--rpm"} <= set(found["Limits"])


def test_what_sync_has_beside_it(cli: Call) -> None:
    found = headings(cli("sync", "--help").stdout)
    assert list(found) == [*map(str, Panel), "Options"]
    assert found["Schedule"] == ["--every", "--jitter"]
    assert found["Run"] == ["--lease", "--patience", "--config"]
    assert found["Output"] == ["--export", "--metrics-file", "--json"]
    assert "--stale-limit" in found["Documents"]


def test_files_are_arguments(cli: Call) -> None:
    found = headings(cli("enhance-thinking", "--help").stdout)
    assert next(iter(found)) == "Arguments"
    assert [name.lower() for name in found["Arguments"]] == ["input_path", "output_path"]


def test_the_list_of_commands_is_whole_at_80_columns_and_in_the_order_of_the_work(
    cli: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    listed = cli("--help").stdout.partition("Commands:")[2].splitlines()[1:]
    assert [line.split()[0] for line in listed] == list(COMMANDS)
    assert all(line.endswith(".") and "..." not in line for line in listed)


def test_a_command_that_is_misspelt_is_told_with_the_nearest(cli: Call) -> None:
    ended = cli("enhanc")
    assert ended.returncode == 2
    assert "No such command 'enhanc'. Did you mean 'enhance'?" in ended.stderr
