"""Turn messages into tokens with a model's own chat template, and tokens back into text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jinja2 import TemplateError

from arango_thinking.errors import ConfigurationError
from arango_thinking.llm.base import Message

#: How many earlier tokens are decoded with a text: some tokenizers drop the space before the first word.
_BEFORE = 4
#: What decoding gives for a character of several tokens that is not complete yet.
HALF = "\ufffd"


class ChatTokens:
    """The chat format of one tokenizer. `ends` are the tokens that end a reply, `padding` fills shorter prompts.

    Raises `ConfigurationError` for a model without a chat template.
    """

    def __init__(self, tokenizer: Any, name: str, ends: frozenset[int]) -> None:
        # The "tokenizer" of a multimodal model also takes images; the tokenizer for text is inside it.
        self._tokenizer = getattr(tokenizer, "tokenizer", tokenizer)
        if not self._tokenizer.chat_template:
            raise ConfigurationError(f"{name} has no chat template: give an instruct model, or a model tuned for chat.")
        own_end = self._tokenizer.eos_token_id
        self.ends = ends if own_end is None else ends | {own_end}
        self.padding = self._padding()
        self._takes_system = self._renders_system()

    def prompt(self, messages: Sequence[Message], continue_final: bool = False) -> tuple[int, ...]:
        """The tokens that the reply follows; with `continue_final` they end inside the last message."""
        said = [self._harmless(message) for message in messages]
        # Appended here: templates strip the blank line at the end of a text, or all of its thinking.
        begun = said.pop()["content"] if continue_final else ""
        text = self._render(said) + begun
        return tuple(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def text(self, before: Sequence[int], tokens: Sequence[int]) -> str:
        """The text that `tokens` add to the text of the tokens before them."""
        known = self._decode(before[-_BEFORE:]).rstrip(HALF)
        whole = self._decode([*before[-_BEFORE:], *tokens])
        return whole[len(known) :]

    def _padding(self) -> int:
        padding = self._tokenizer.pad_token_id
        return int(padding if padding is not None else min(self.ends, default=0))

    def _decode(self, tokens: Sequence[int]) -> str:
        text = self._tokenizer.decode(list(tokens), skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return str(text)

    def _harmless(self, message: Message) -> Message:
        """The message with the marks of the chat format broken up, since they would end it and begin another one."""
        content = message["content"]
        for mark in self._tokenizer.all_special_tokens:
            content = content.replace(mark, f"{mark[:1]} {mark[1:]}")
        return {"role": message["role"], "content": content}

    def _renders_system(self) -> bool:
        try:
            self._template([{"role": "system", "content": "-"}, {"role": "user", "content": "-"}])
        except TemplateError:  # Gemma's and early Mistral's templates refuse the role
            return False
        return True

    def _render(self, messages: Sequence[Message]) -> str:
        return self._template(messages if self._takes_system else _without_system(messages))

    def _template(self, messages: Sequence[Message]) -> str:
        chat = [dict(message) for message in messages]
        return str(self._tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True))


def _without_system(messages: Sequence[Message]) -> list[Message]:
    """The messages with the system text at the start of the first other message."""
    said = [message["content"] for message in messages if message["role"] == "system"]
    first, *others = [message for message in messages if message["role"] != "system"]
    return [{"role": first["role"], "content": "\n\n".join([*said, first["content"]])}, *others]
