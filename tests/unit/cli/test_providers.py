"""A run, and `doctor`, with each of the providers as student and teacher."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.chat_api import ChatAPI
from tests.providers import PROVIDERS, THOUGHT
from tests.unit.cli.conftest import Call, messages_document, models, read_jsonl, write_jsonl

#: Those that show what they thought.
THINKING = {"OpenRouter", "DeepSeek", "Mistral", "Groq", "Ollama", "llama-server", "DashScope"}
UNMETERED = {"LM Studio"}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_run(cli: Call, api: ChatAPI, tmp_path: Path, provider: str) -> None:
    api.reply = PROVIDERS[provider]()
    question = write_jsonl(tmp_path / "in.jsonl", *(messages_document(key) for key in "ab"))
    out = tmp_path / "out.jsonl"
    done = cli("enhance-thinking", question, out, *models(api), "--first-try", "keep", "--no-journal", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["written"], told["converged_examples"]) == (2, 2)
    assert (told["usage"]["student"]["unmetered"] > 0) is (provider in UNMETERED)
    for document in read_jsonl(out):
        thinking = document["metadata"]["thinking"]
        assert thinking.endswith("The river of Baghdad is no other.\nAnswer: The Tigris")
        assert (THOUGHT in thinking) is (provider in THINKING)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_doctor(cli: Call, url: str, api: ChatAPI, provider: str) -> None:
    api.reply = PROVIDERS[provider]()
    done = cli("doctor", "--url", url, *models(api)[:-1], "--json")
    found = {one["name"]: one["level"] for one in json.loads(done.stdout)["findings"]}
    assert (found["student"], found["teacher"]) == ("ok", "ok"), done.stdout


def test_what_they_count_is_counted(cli: Call, api: ChatAPI, tmp_path: Path) -> None:
    question = write_jsonl(tmp_path / "in.jsonl", messages_document("a"))
    used = {}
    for provider in ("OpenAI, reasoning", "Gemini", "DeepSeek"):
        api.reply = PROVIDERS[provider]()
        done = cli("enhance-thinking", question, tmp_path / "out.jsonl", *models(api), "--first-try", "keep",
                   "--no-journal", "--json")  # fmt: skip
        used[provider] = json.loads(done.stdout)["usage"]["student"]
    names = ("completion_tokens", "cached_tokens", "reasoning_tokens")
    assert {provider: tuple(usage[name] for name in names) for provider, usage in used.items()} == {
        "OpenAI, reasoning": (40, 256, 30),
        "Gemini": (640, 0, 0),
        "DeepSeek": (40, 256, 0),
    }
