"""The files in docker/ and .github/ are what their readers take: a validator of its format reads each.

Validators that are Python packages come with the extra `deployment`, the others with the system; a test is skipped
where its own is missing.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import arango_thinking
from arango_thinking.cli import app

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
CONFIG = ROOT / ".pre-commit-config.yaml"
PROGRAM_FOLDERS = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
DOCKERFILES = [DOCKER / "Dockerfile", DOCKER / "Dockerfile.cuda"]
SERVICE, TIMER = DOCKER / "arango-thinking.service", DOCKER / "arango-thinking.timer"
WORKFLOWS = sorted((ROOT / ".github/workflows").iterdir())
EACH_WORKFLOW = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)


def accept(program: str, *arguments: object) -> str:
    """Run a validator over what it must accept."""
    path = shutil.which(program, path=PROGRAM_FOLDERS)
    if path is None:
        pytest.skip(f"{program} is not installed")
    done = subprocess.run([path, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("file", DOCKERFILES, ids=lambda file: file.name)
def test_hadolint_finds_nothing_in_the_dockerfiles(file: Path) -> None:
    accept("hadolint", "--failure-threshold", "style", file)


def test_the_compose_file_follows_its_specification() -> None:
    accept("check-jsonschema", "--builtin-schema", "vendor.compose-spec", DOCKER / "compose.yaml")


@EACH_WORKFLOW
def test_the_workflow_follows_its_schema(workflow: Path) -> None:
    accept("check-jsonschema", "--builtin-schema", "vendor.github-workflows", workflow)


def test_the_dependabot_file_follows_its_schema() -> None:
    accept("check-jsonschema", "--builtin-schema", "vendor.dependabot", ROOT / ".github/dependabot.yml")


@EACH_WORKFLOW
def test_actionlint_finds_nothing_in_the_workflow(workflow: Path) -> None:
    accept("actionlint", workflow)


@EACH_WORKFLOW
def test_zizmor_finds_nothing_unsafe_in_the_workflow(workflow: Path) -> None:
    accept("zizmor", "--offline", "--no-progress", workflow)


def test_pre_commit_takes_its_configuration_and_runs_what_ci_runs() -> None:
    accept("pre-commit", "validate-config", CONFIG)
    hooks = [hook for repo in yaml.safe_load(CONFIG.read_text())["repos"] for hook in repo["hooks"]]
    ci = (ROOT / ".ci/run").read_text()
    for hook in hooks:
        program, *arguments = hook["entry"].split()
        assert f'bin/{program}"' in ci
        assert all(argument in ci for argument in arguments if not argument.startswith("--fix"))


def test_the_commands_that_the_release_runs_are_those_of_the_wheel() -> None:
    """Those after the installation in an empty environment, in which there is nothing but the wheel."""
    release = (ROOT / ".github/workflows/release.yml").read_text()
    for line in re.findall(r"empty/bin/arango-thinking (\w.+)$", release, re.MULTILINE):
        command, *arguments = line.replace('"$sample"', str(arango_thinking.sample_path())).split()
        with app.command(command).make_context(command, arguments):
            pass


@pytest.mark.parametrize("version", ["1.31", "1.37"])
def test_kubernetes_takes_the_cronjob(version: str) -> None:
    accept("kubernetes-validate", "--strict", "--kubernetes-version", version, DOCKER / "cronjob.yaml")


@pytest.mark.parametrize("script", [DOCKER / "make-secrets", DOCKER / "smoke-test", ROOT / ".ci/run"], ids=str)
def test_shellcheck_finds_nothing_in_the_scripts(script: Path) -> None:
    accept("shellcheck", script)


def test_cron_takes_the_crontab() -> None:
    program = shutil.which("crontab", path=PROGRAM_FOLDERS) or pytest.skip("crontab is not installed")
    usage = subprocess.run([program, "-h"], capture_output=True, text=True, check=False)
    only_check = "-n" if "[-n] file" in usage.stderr + usage.stdout else "-T"  # Debian's cron, and cronie
    accept("crontab", only_check, DOCKER / "crontab")


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    installed = SERVICE.read_text().replace("/opt/arango-thinking/bin/arango-thinking", "/bin/true")
    (tmp_path / SERVICE.name).write_text(installed)
    shutil.copy(TIMER, tmp_path)
    assert accept("systemd-analyze", "verify", tmp_path / SERVICE.name, tmp_path / TIMER.name) == ""


def test_systemd_finds_the_service_shut_off() -> None:
    accept("systemd-analyze", "security", "--offline=yes", "--threshold=20", SERVICE)


def test_secrets_are_made_once_and_only_for_their_owner_and_the_containers(tmp_path: Path) -> None:
    shutil.copy(DOCKER / "make-secrets", tmp_path)
    (tmp_path / "secrets").mkdir()
    make = ["sh", str(tmp_path / "make-secrets")]
    subprocess.run(make, env={**os.environ, "OPENAI_API_KEY": "key"}, check=True)
    password = (tmp_path / "secrets/arango_password").read_text()
    assert re.fullmatch(r"[0-9a-f]{48}", password)
    assert (tmp_path / "secrets/openai_api_key").read_text() == "key"
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "secrets/arango_password").stat().st_mode) == 0o644

    subprocess.run(make, check=True)
    assert (tmp_path / "secrets/arango_password").read_text() == password
    assert (tmp_path / "secrets/openai_api_key").read_text() == "key"


def test_the_version_is_said_in_one_place() -> None:
    """Beside the changelog, which tells what each version brought."""
    folders = (ROOT, DOCKER, ROOT / ".github", ROOT / ".github/workflows", ROOT / ".ci", ROOT / "arango_thinking")
    files = [path for folder in folders for path in folder.iterdir() if path.is_file() and path.suffix != ".db"]
    said = {
        path.name for path in files if arango_thinking.__version__ in path.read_text(encoding="utf-8", errors="replace")
    }
    assert said == {"version.py", "CHANGELOG.md"}


@pytest.mark.parametrize("file", DOCKERFILES, ids=lambda file: file.name)
def test_the_extras_of_the_images_exist(file: Path) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    named = re.search(r"^ARG EXTRAS=(.+)$", file.read_text(), re.MULTILINE)
    assert named is not None
    assert set(named[1].split(",")) <= set(extras)


@pytest.mark.parametrize("file", DOCKERFILES, ids=lambda file: file.name)
def test_what_an_image_copies_is_let_through_to_its_build(file: Path) -> None:
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [line.split()[1:-1] for line in file.read_text().splitlines() if line.startswith("COPY ")]
    from_here = {name for names in copied if not names[0].startswith("--from") for name in names}
    assert from_here == let_through
    assert all((ROOT / name).exists() for name in let_through)


def test_no_secret_is_in_the_repository() -> None:
    accept("git", "-C", ROOT, "rev-parse", "--git-dir")
    assert accept("git", "-C", ROOT, "ls-files", "docker/secrets").split() == ["docker/secrets/.gitignore"]
