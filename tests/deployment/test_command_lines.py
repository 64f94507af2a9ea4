"""Each command line of the deployment files runs: on the embedded database, with a scripted API for the models.

Only what a deployment must set anyway is changed, by variables: the database's and the models' URLs, and where secrets
lie.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePath

import pytest

from arango_thinking.cli import app
from arango_thinking.sample import sample_path
from tests.chat_api import Body, ChatAPI
from tests.deployment.command_lines import PROGRAM, ROOT, CommandLine, Variables, compose, read_all
from tests.judges import fair
from tests.unit.cli.conftest import RIGHT, WRONG, fill, messages_document, stored

#: One model of one's own in both parts: it costs nothing, as the command lines say of the student.
MODEL = "gpt-of-our-own"
NAMES = list(read_all({}))
SYNCS = [name for name, line in read_all({}).items() if line.command == "sync"]
HEALTH = {str(replace(line, file="")): name for name, line in read_all({}).items() if name.endswith("health")}


def dialogue(body: Body) -> str:
    """A student that is right after a hint, and a teacher that judges fairly."""
    said = json.dumps(body["messages"])
    if "the student never sees it" in said:
        return fair(body)
    return RIGHT if "Aha!" in said else WRONG


@pytest.fixture
def settings(api: ChatAPI) -> Variables:
    """What a user sets: the models, and where they are served."""
    api.reply = dialogue
    return {"STUDENT": MODEL, "STUDENT_URL": api.url, "TEACHER": MODEL}


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"embedded:{tmp_path / 'deployed.db'}"


class Host:
    """A machine with the program on its path, secrets in a folder, and a working folder."""

    def __init__(self, folder: Path, url: str) -> None:
        self._secrets, programs = folder / "secrets", folder / "bin"
        self.home = folder / "home"
        for made in (self._secrets, programs, self.home):
            made.mkdir()
        for name in ("arango_password", "openai_api_key"):
            (self._secrets / name).write_text("secret\n")
        program = programs / PROGRAM
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m arango_thinking "$@"\n')
        program.chmod(0o755)
        self._path = os.pathsep.join([str(programs), "/usr/bin", "/bin"])
        self._url = url

    @contextmanager
    def started(self, line: CommandLine, api_url: str = "") -> Iterator[subprocess.Popen[str]]:
        """A command line that runs, with the variables of its file and no others."""
        variables = {name: self._moved(name, value) for name, value in line.variables.items()}
        variables |= {"PATH": self._path, "HOME": str(self.home), "PYTHONPATH": str(Path(__file__).parents[2])}
        variables |= {"ARANGO_URL": self._url, "OPENAI_BASE_URL": api_url}
        words = ["/bin/sh", "-c", line.shell] if line.shell else [PROGRAM, *line.arguments]
        with subprocess.Popen(
            words, cwd=self.home, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as running:
            try:
                yield running
            finally:
                running.kill()

    def run(self, line: CommandLine, api_url: str = "") -> tuple[int, str, str]:
        """A command line to its end; what a shell put into files stands for what it did not print."""
        with self.started(line, api_url) as running:
            out, err = running.communicate(timeout=60)
        return running.returncode, out + self._file("sync.jsonl"), err + self._file("sync.log")

    def _moved(self, name: str, value: str) -> str:
        if name.endswith("_FILE"):
            return str(self._secrets / PurePath(value).name)
        cache = os.environ.get("ARANGO_THINKING_CACHE", str(self.home / "cache"))
        return cache if name == "ARANGO_THINKING_CACHE" else value

    def _file(self, name: str) -> str:
        return (self.home / name).read_text() if (self.home / name).exists() else ""


@pytest.fixture
def host(tmp_path: Path, url: str) -> Host:
    return Host(tmp_path, url)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("settings", [{}, {"STUDENT": "a", "STUDENT_URL": "http://b/v1", "TEACHER": "c"}], ids=str)
def test_every_command_line_is_one_of_the_command_line_interface(name: str, settings: Variables) -> None:
    command, *arguments = read_all(settings)[name].arguments
    with app.command(command).make_context(command, arguments):
        pass


def test_so_is_what_is_run_in_the_composed_service_by_hand() -> None:
    texts = ((ROOT / "docker/README.md").read_text(encoding="utf-8"), (ROOT / "docker/smoke-test").read_text())
    lines = [
        line for text in texts for line in re.findall(r"compose.* run --rm .*?\bsync (\w.+?)\)?$", text, re.MULTILINE)
    ]
    assert [line.split()[0] for line in lines] == ["import", "import", "sync", "status"]
    for line in lines:
        command, *arguments = line.replace("/qa.jsonl", str(sample_path())).split()
        app.command(command).make_context(command, arguments)


def test_init_makes_what_is_missing_and_may_be_repeated(host: Host, settings: Variables) -> None:
    line = compose(settings)["compose init"]
    code, out, err = host.run(line)
    assert (code, "made collection qa_pairs" in out) == (0, True), err
    code, out, _ = host.run(line)
    assert (code, out) == (0, "Nothing to do: everything is there.\n")


@pytest.mark.parametrize("name", HEALTH.values())
def test_healthy_is_a_database_that_answers(name: str, host: Host, settings: Variables) -> None:
    lines = read_all(settings)
    assert host.run(lines[name])[0] == 2, "no database"
    assert host.run(lines["compose init"])[0] == 0
    code, out, err = host.run(lines[name])
    assert (code, json.loads(out)) == (0, {"runs": []}), err


def test_a_database_that_does_not_answer_is_not_healthy(tmp_path: Path, settings: Variables) -> None:
    host = Host(tmp_path, "http://127.0.0.1:9")
    assert host.run(compose(settings)["compose health"])[0] == 69


@pytest.mark.parametrize("name", [name for name in SYNCS if not name.startswith("compose")])
def test_a_scheduled_run_enhances_what_is_pending(
    name: str, host: Host, settings: Variables, url: str, api: ChatAPI
) -> None:
    fill(url, "qa_pairs", messages_document("baghdad"))
    line = read_all(settings)[name]
    code, out, err = host.run(line, api.url)
    assert code == 0, err
    (summary,) = out.splitlines()
    assert json.loads(summary)["written"] == 1
    assert stored(url)[0]["metadata"]["thinking_converged"] is True
    assert {body["model"] for body in api.requests} == {MODEL}
    if "--metrics-file" in line.arguments:
        assert (host.home / "sync.prom").read_text().startswith("# HELP")


def first_summary(running: subprocess.Popen[str], seconds: float) -> dict[str, object]:
    """The first summary line of a service that goes on."""
    assert running.stdout is not None
    deadline = threading.Timer(seconds, running.kill)
    deadline.start()
    line = running.stdout.readline()
    deadline.cancel()
    assert line, f"no summary within {seconds} s"
    return dict(json.loads(line))


def test_the_composed_service_goes_on_until_it_is_stopped(
    host: Host, settings: Variables, url: str, api: ChatAPI
) -> None:
    fill(url, "qa_pairs", messages_document("baghdad"))
    with host.started(compose(settings)["compose sync"], api.url) as running:
        assert first_summary(running, 30)["written"] == 1
        assert running.poll() is None
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=10)
    assert running.returncode == 130
    assert stored(url)[0]["metadata"]["thinking_converged"] is True


@pytest.mark.slow
def test_the_composed_service_works_as_it_is_delivered(host: Host, url: str, model_file: Path) -> None:
    fill(url, "qa_pairs", messages_document("baghdad"))
    line = compose({})["compose sync"]
    line.variables["ARANGO_THINKING_CACHE"] = str(model_file.parent)
    with host.started(line) as running:
        assert first_summary(running, 120)["written"] == 1
        running.terminate()
        running.communicate(timeout=30)
