import pytest

from arango_thinking.teaching.chatter import without_chatter


@pytest.mark.parametrize(
    "text",
    [
        "That's a great answer.",
        "That's a great way to start. I'll just add another step. I'll keep going.",
        "Great question!",
        "That's a great summary.",
        "You've got it right.",
        "Sure! Here is what I think:",
        "I hope this helps!",
        "Let me know if anything is unclear.",
    ],
)
def test_talk_to_a_listener_is_dropped(text: str) -> None:
    assert without_chatter(f"It is 5. {text}").strip() == "It is 5."


@pytest.mark.parametrize(
    "text",
    [
        "That is a great river in Iraq.",
        "What a good answer needs is a number.",
        "I will add 5 and 7.",
        "That is a good conductor.",
        "Great Britain is an island.",
        "The question is great in number.",
    ],
)
def test_ordinary_sentences_stay(text: str) -> None:
    assert without_chatter(text) == text
