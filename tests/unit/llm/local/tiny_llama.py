"""A Llama of a few thousand random weights with a tokenizer and a chat template, made in a folder."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

START, END = "<|im_start|>", "<|im_end|>"
CHAT = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
#: Like Gemma's: no system role.
CHAT_WITHOUT_SYSTEM = (
    "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}" + CHAT
)
WORDS = [
    "The Tigris flows through Baghdad, and the Euphrates joins it further south.",
    "What is the capital of France? It is Paris, a city on the Seine.",
    "Count from one to nine: one, two, three, four, five, six, seven, eight, nine.",
]
CONTEXT = 2048
VOCABULARY = 400


def make_tokenizer(chat_template: str | None = CHAT) -> PreTrainedTokenizerFast:
    """Byte pairs of a few sentences; every byte is in it, so any text can be read."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[END, START],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(WORDS, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        additional_special_tokens=[START],
        chat_template=chat_template,
    )


def make_model() -> LlamaForCausalLM:
    """Weights so large that the likeliest token is clearly so, as in a model that was trained."""
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=CONTEXT,
        initializer_range=0.3,
        bos_token_id=None,
        eos_token_id=0,
        pad_token_id=None,
    )
    model = LlamaForCausalLM(config).eval()
    tokenizer = make_tokenizer()
    for token in range(VOCABULARY):
        text = tokenizer.decode([token])
        if not (text.isascii() and text.isprintable()):
            model.lm_head.weight.data[token] = 0  # seldom said: half characters cannot be put together again
    return model


def save_tiny_llama(folder: Path, chat_template: str | None = CHAT) -> Path:
    """The model as `from_pretrained` reads it."""
    make_model().save_pretrained(folder)
    make_tokenizer(chat_template).save_pretrained(folder)
    return folder
