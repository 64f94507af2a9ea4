from __future__ import annotations

import shutil
from importlib.resources import as_file
from pathlib import Path

import pytest

from arango_thinking.prompt_files import fill, folder_of, phrases, prompt, version_of

PACKAGES = ["arango_thinking.teaching", "arango_thinking.llm"]
PROMPTS = [
    (package, file.name.removesuffix(".md"))
    for package in PACKAGES
    for file in sorted(folder_of(package).iterdir(), key=lambda file: file.name)
    if file.name.endswith(".md")
]


@pytest.mark.parametrize(("package", "name"), PROMPTS)
def test_every_prompt_says_something(package: str, name: str) -> None:
    assert prompt(package, name).template
    assert prompt(package, name).is_valid()


def test_data_is_never_taken_for_a_template() -> None:
    nasty = "{0} %s ${HOME} $question {{7*7}} $$"
    assert fill(PACKAGES[0], "question", question=nasty) == f"Question: {nasty}"


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill(PACKAGES[0], "question")


def test_phrases_are_found_by_their_table() -> None:
    assert phrases(PACKAGES[0], "student")["answer"] == "Answer:"
    with pytest.raises(KeyError):
        phrases(PACKAGES[0], "nonsense")


@pytest.mark.parametrize("package", PACKAGES)
def test_the_version_changes_with_the_wording_of_any_file(package: str, tmp_path: Path) -> None:
    with as_file(folder_of(package)) as folder:
        copy = Path(shutil.copytree(folder, tmp_path / "prompts"))
    seen = {version_of(copy)}
    assert seen == {version_of(folder_of(package))}
    assert all(len(version) == 12 for version in seen)
    texts = sorted(copy.iterdir())
    for file in texts:
        file.write_text(file.read_text() + "# Be brief.")
        seen.add(version_of(copy))
    assert len(seen) == 1 + len(texts)


def test_the_version_covers_all_folders() -> None:
    one, other = map(folder_of, PACKAGES)
    assert len({version_of(one), version_of(other), version_of(one, other)}) == 3
