"""The built wheel holds everything that the package reads at run time."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from arango_thinking.store import queries

ROOT = Path(__file__).parents[2]


def test_the_wheel_holds_queries_prompts_grammar_and_sample(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    beside_code = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "arango_thinking").rglob("*")
        if path.suffix in {".md", ".lark", ".jsonl", ".typed", ".py"}
    }
    assert {name for name in beside_code if not name.endswith("README.md")} <= held
    assert {f"arango_thinking/aql/{path.parent.name}/{path.name}" for path in queries.files().values()} <= held
    assert not any(name.startswith("tests") for name in held)
