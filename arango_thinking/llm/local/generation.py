"""Generate batches with a model of transformers or unsloth; each row has its own sampling, seed and stop strings."""

from __future__ import annotations

import gc
import hashlib
import random
from collections.abc import Callable, Sequence
from typing import Any

import torch
from transformers import GenerationConfig, LogitsProcessorList, StoppingCriteriaList
from transformers.generation.logits_process import TopKLogitsWarper, TopPLogitsWarper

from arango_thinking.errors import ModelError
from arango_thinking.llm.base import Sampling
from arango_thinking.llm.local.batching import BatchTooLargeError, Reply, Request, Row
from arango_thinking.llm.local.chat_tokens import HALF, ChatTokens

#: How torch says that memory ran out where it raises no `OutOfMemoryError`: Apple's GPUs, the CPU, cuBLAS.
_MEMORY = ("out of memory", "not enough memory", "can't allocate memory", "alloc_failed")
#: Below 1, also after rounding to 32 bits.
_LARGEST_DRAW = 1 - 2**-23

Processor = Callable[[Any, Any], Any]


def ran_out_of_memory(error: BaseException) -> bool:
    """Whether torch failed because memory ran out."""
    told = str(error).lower()
    return isinstance(error, torch.OutOfMemoryError) or any(words in told for words in _MEMORY)


class TorchEngine:
    """Generates with a transformers model. Only one thread may use it at a time."""

    def __init__(self, model: Any, chat: ChatTokens, name: str, seed: int) -> None:
        self._model = model
        self._chat = chat
        self._name = name
        self._seed = seed
        self._narrowing = narrowing(model.generation_config)
        model.generation_config = _plain_config(model.generation_config, chat)

    def generate(self, rows: Sequence[Row]) -> None:
        """See `Engine.generate`. Raises `ModelError` when torch fails for another reason than memory."""
        requests = [row.request for row in rows]
        draw = Draw(requests, self._seed, self._narrowing)
        self._run([request.prompt for request in requests], longest(requests), draw, Watch(rows, self._chat))

    def greedy(self, prompts: Sequence[Sequence[int]], steps: int) -> tuple[list[list[int]], Record]:
        """The likeliest tokens after each prompt, without the one that ends the reply, and the scores of each step."""
        record = Record()
        generated = self._run(prompts, steps, record)
        return [self._until_end(row) for row in generated], record

    def _until_end(self, tokens: list[int]) -> list[int]:
        ends = [place for place, token in enumerate(tokens) if token in self._chat.ends]
        return tokens[: ends[0]] if ends else tokens

    def _run(
        self, prompts: Sequence[Sequence[int]], steps: int, processor: Processor, watch: Processor | None = None
    ) -> list[list[int]]:
        """At most `steps` tokens after each prompt."""
        generated = self._run_in_memory(prompts, steps, processor, watch)
        if generated is not None:
            return generated
        # Memory is freed only here: the error, which held tensors, is gone now.
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        raise BatchTooLargeError(
            f"{self._name} runs out of memory on a prompt of {len(prompts[0])} tokens: "
            "use a smaller or quantized model, a lower max_new_tokens, or shorter evidence."
        )

    def _run_in_memory(
        self, prompts: Sequence[Sequence[int]], steps: int, processor: Processor, watch: Processor | None
    ) -> list[list[int]] | None:
        """What `_run` returns, or `None` when memory ran out."""
        try:
            tokens, mask = padded(prompts, self._chat.padding)
            with torch.inference_mode():
                generated = self._model.generate(
                    input_ids=tokens.to(self._model.device),
                    attention_mask=mask.to(self._model.device),
                    max_new_tokens=steps,
                    logits_processor=LogitsProcessorList([processor]),
                    stopping_criteria=StoppingCriteriaList([] if watch is None else [watch]),
                )
            return [list(map(int, row)) for row in generated[:, tokens.shape[1] :].tolist()]
        except RuntimeError as error:
            if ran_out_of_memory(error):
                return None
            raise ModelError(f"{self._name} fails to generate: {str(error)[:300]}") from error


def longest(requests: Sequence[Request]) -> int:
    """The number of steps that the longest reply may take."""
    return max(request.sampling.max_tokens for request in requests)


def padded(prompts: Sequence[Sequence[int]], padding: int) -> tuple[Any, Any]:
    """Tokens and attention mask, padded on the left, since replies continue on the right.

    Made here and not by the tokenizer, whose `padding_side` unsloth sets back to the right while it generates.
    """
    width = max(map(len, prompts))
    tokens = [[padding] * (width - len(prompt)) + list(prompt) for prompt in prompts]
    mask = [[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in prompts]
    return torch.tensor(tokens), torch.tensor(mask)


def narrowing(config: Any) -> list[Any]:
    """The filters that the configuration of the model asks for, which leave only the likeliest tokens in a draw."""
    top_k, top_p = getattr(config, "top_k", None), getattr(config, "top_p", None)
    by_count = [TopKLogitsWarper(top_k)] if top_k else []
    by_weight = [TopPLogitsWarper(top_p)] if top_p and top_p < 1 else []
    return [*by_count, *by_weight]


def _plain_config(config: Any, chat: ChatTokens) -> Any:
    """A configuration for greedy generation, since `Draw` chooses the tokens. It keeps the repetition penalty."""
    penalty = getattr(config, "repetition_penalty", None)
    kept = {} if penalty is None else {"repetition_penalty": penalty}
    return GenerationConfig(
        bos_token_id=getattr(config, "bos_token_id", None),
        eos_token_id=sorted(chat.ends) or None,
        pad_token_id=chat.padding,
        do_sample=False,
        **kept,
    )


class Record:
    """A logits processor that changes nothing and keeps the scores of each step."""

    def __init__(self) -> None:
        self.scores: list[Any] = []

    def __call__(self, input_ids: Any, scores: Any) -> Any:  # noqa: ARG002
        self.scores.append(scores.float().cpu())
        return scores


class Draw:
    """A logits processor that leaves one token a row: the likeliest at temperature 0, else one drawn at random.

    The random numbers of a row, one for each step, depend only on the seed, its prompt and its sample number. The rest
    of the batch affects only how the scores are rounded.
    """

    def __init__(self, requests: Sequence[Request], seed: int, narrowed: Sequence[Any]) -> None:
        self._narrowed = narrowed
        temperatures = [request.sampling.temperature for request in requests]
        self._drawn = torch.tensor([[temperature > 0] for temperature in temperatures])
        self._temperatures = torch.tensor([[temperature or 1.0] for temperature in temperatures])
        steps = longest(requests)
        self._numbers = torch.tensor([draws(seed, request, steps) for request in requests])
        self._step = 0

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        chosen = scores.argmax(dim=-1, keepdim=True)
        if self._drawn.any():
            chosen = torch.where(self._drawn.to(scores.device), self._draw(input_ids, scores), chosen)
        self._step += 1
        return torch.full_like(scores, -torch.inf).scatter(1, chosen, 0.0)

    def _draw(self, input_ids: Any, scores: Any) -> Any:
        scores = scores.float() / self._temperatures.to(scores.device)
        for narrow in self._narrowed:
            scores = narrow(input_ids, scores)
        weights = scores.softmax(dim=-1).cumsum(dim=-1)
        numbers = self._numbers[:, self._step, None].to(scores.device) * weights[:, -1:]
        return torch.searchsorted(weights, numbers, right=True).clamp(max=scores.shape[-1] - 1)


def draws(seed: int, request: Request, steps: int) -> list[float]:
    """One random number for each step, the same for the same seed, prompt and sample number on every machine."""
    named = f"{seed} {request.sampling.sample} {request.prompt}".encode()
    numbers = random.Random(int.from_bytes(hashlib.blake2b(named, digest_size=16).digest()))
    return [numbers.random() * _LARGEST_DRAW for _ in range(steps)]


class Watch:
    """A stopping criterion that ends each row by its own limits, and delivers its reply at once."""

    def __init__(self, rows: Sequence[Row], chat: ChatTokens) -> None:
        self._rows = rows
        self._chat = chat
        self._tokens: list[list[int]] = [[] for _ in rows]
        self._done = [False] * len(rows)

    def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:  # noqa: ARG002
        for number, token in enumerate(input_ids[:, -1].tolist()):
            if not self._done[number]:
                self._tokens[number].append(token)
                self._done[number] = self._ends(self._rows[number], self._tokens[number])
        return torch.tensor(self._done, device=input_ids.device)

    def _ends(self, row: Row, tokens: list[int]) -> bool:
        """Whether the row is done. Its reply is delivered then, unless nobody waits for it any more."""
        if not row.wanted:
            return True
        sampling = row.request.sampling
        if tokens[-1] in self._chat.ends or self._says_stop(row.request, tokens):
            row.deliver(self._reply(row.request, tokens, "stop"))
        elif len(tokens) >= sampling.max_tokens:
            row.deliver(self._reply(row.request, tokens, "length"))
        return row.delivered

    def _says_stop(self, request: Request, tokens: list[int]) -> bool:
        """Whether the last token completes a stop string. A stop string of n bytes lies in the last n tokens."""
        stops = request.sampling.stop
        if not stops:
            return False
        reach = max(len(stop.encode()) for stop in stops)
        everything = [*request.prompt[-reach:], *tokens[:-reach]]
        return _cut(self._chat.text(everything, tokens[-reach:]), request.sampling) is not None

    def _reply(self, request: Request, tokens: list[int], reason: str) -> Reply:
        said = tokens[:-1] if tokens[-1] in self._chat.ends else tokens
        text = self._chat.text(request.prompt, said)
        cut = _cut(text, request.sampling)
        return Reply(text.rstrip(HALF) if cut is None else cut, len(tokens), reason)


def _cut(text: str, sampling: Sampling) -> str | None:
    """The text before the first stop string, or `None` when there is no stop string."""
    places = [place for stop in sampling.stop if (place := text.find(stop)) >= 0]
    return text[: min(places)] if places else None
