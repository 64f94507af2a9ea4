import pytest

from arango_thinking.teaching.trial.families import same_family


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("unsloth/Llama-3.2-1B-Instruct", "meta-llama/Meta-Llama-3.1-70B"),
        ("Qwen/Qwen3-0.6B", "qwen2.5:14b"),
        ("gpt-4o-mini", "openai:o3-mini"),
        ("models/smollm2-q4.gguf", "gguf:SmolLM2-135M-Instruct"),
        ("mistralai/Mixtral-8x7B", "mistral-small"),
        ("in-house", "in-house"),
    ],
)
def test_relatives(one: str, other: str) -> None:
    assert same_family(one, other)
    assert same_family(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("unsloth/Phi-3.5-mini-instruct", "gpt-4o-mini"),
        ("gguf:SmolLM2-135M-Instruct", "gemma-3"),
        ("student", "teacher"),
        ("dolphin", "sophia"),
        ("in-house", "gpt-4o"),
        ("foo1", "bar-o1"),
    ],
)
def test_strangers(one: str, other: str) -> None:
    assert not same_family(one, other)
