"""Servers that behave as providers of chat completions do, each in one way that differs from the others.

What they refuse and answer was taken from their documentation and from public reports of errors.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.chat_api import Body, refusal, replied, review

Answer = Callable[[Body], Any]
USAGE = {"prompt_tokens": 300, "completion_tokens": 40, "total_tokens": 340}
SAID = "The river of Baghdad is no other.\nAnswer: The Tigris"
THOUGHT = "Baghdad lies in Iraq."


def said(body: Body) -> str:
    """What any of them says: a right answer of the student, a verdict of the teacher."""
    return SAID if body["model"] == "student" else review("correct")


def message(fields: dict[str, Any], usage: Any = USAGE, finish_reason: str | None = "stop", **choice: Any) -> Response:
    """A completion with these fields in its message."""
    one = {"index": 0, "message": {"role": "assistant", **fields}, "finish_reason": finish_reason, **choice}
    return JSONResponse({"object": "chat.completion", "choices": [one], "usage": usage})


def openai_reasoning(body: Body) -> Any:
    """o-series and gpt-5 behind a name of one's own: another name for the limit, no temperature."""
    if "max_tokens" in body:
        return refusal(
            400,
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens'.",
        )
    if "temperature" in body:
        return refusal(
            400,
            "Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is "
            "supported.",
        )
    details = {"completion_tokens_details": {"reasoning_tokens": 30}, "prompt_tokens_details": {"cached_tokens": 256}}
    return replied(said(body), {**USAGE, **details})


def azure(body: Body) -> Any:
    """Azure: filters beside each choice, and their results."""
    filters = {"hate": {"filtered": False, "severity": "safe"}}
    return message({"content": said(body)}, content_filter_results=filters)


def anthropic(body: Body) -> Any:
    """Anthropic's compatible endpoint ignores response_format: the object stands in a code fence."""
    text = said(body)
    return replied(text if body["model"] == "student" else f"Here it is:\n```json\n{text}\n```", USAGE)


def gemini(body: Body) -> Any:
    """Gemini's compatible endpoint: errors in a list, thoughts counted in the sum alone."""
    if "seed" in body:
        error = {"code": 400, "message": "Invalid value at 'seed'", "status": "INVALID_ARGUMENT"}
        return JSONResponse([{"error": error}], 400)
    return replied(said(body), {"prompt_tokens": 300, "completion_tokens": 40, "total_tokens": 940})


def gemma(body: Body) -> Any:
    """Gemma behind Gemini's endpoint: no system message."""
    if any(one["role"] == "system" for one in body["messages"]):
        return refusal(400, "Developer instruction is not enabled for models/gemma-3-27b-it")
    return replied(said(body), USAGE)


def openrouter() -> Answer:
    """OpenRouter: white space before a slow reply, errors inside a success, reasoning in two fields."""
    calls = itertools.count()

    def answer(body: Body) -> Any:
        if next(calls) == 0:
            return JSONResponse({"error": {"code": 502, "message": "Provider returned error"}})
        fields = {"content": said(body), "reasoning": THOUGHT, "refusal": None}
        details = [{"type": "reasoning.text", "text": THOUGHT}]
        whole = message({**fields, "reasoning_details": details}, native_finish_reason="STOP")
        return Response(b"\n         \n" + bytes(whole.body), media_type="application/json")

    return answer


def litellm(body: Body) -> Any:
    """LiteLLM's proxy names what the model behind it does not take."""
    if "temperature" in body:
        return refusal(
            400,
            "litellm.UnsupportedParamsError: gpt-5 models don't support temperature=0.7. Only temperature=1 is "
            "supported. To drop unsupported params set `litellm.drop_params = True`",
        )
    return replied(said(body), USAGE)


def deepseek(body: Body) -> Any:
    """DeepSeek: reasoning in a field of its own, no json_schema, the cache told by its own names."""
    if body.get("response_format", {}).get("type") == "json_schema":
        return refusal(400, "This response_format type is unavailable now")
    cache = {"prompt_cache_hit_tokens": 256, "prompt_cache_miss_tokens": 44}
    return message({"content": said(body), "reasoning_content": THOUGHT}, {**USAGE, **cache})


def mistral(body: Body) -> Any:
    """Mistral: content in parts, thinking among them; strict about names, told in a list of details."""
    if "seed" in body:
        detail = [{"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}]
        return JSONResponse({"object": "error", "detail": detail}, 422)
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]}
    return message({"content": [thinking, {"type": "text", "text": said(body)}]})


def groq(body: Body) -> Any:
    """Groq: an object that it cannot make is a refusal; reasoning in `reasoning`."""
    if "response_format" in body:
        return JSONResponse(
            {
                "error": {
                    "message": "Failed to validate JSON. Please adjust your prompt. See 'failed_generation'.",
                    "type": "invalid_request_error",
                    "code": "json_validate_failed",
                    "failed_generation": "{",
                }
            },
            400,
        )
    return message({"content": said(body), "reasoning": THOUGHT})


def together(body: Body) -> Any:
    """Together: another word for the end."""
    return message({"content": said(body), "tool_calls": []}, finish_reason="eos")


def ollama(body: Body) -> Any:
    """Ollama: takes what it does not know, tells no finish reason of ours."""
    return message({"content": said(body), "reasoning": THOUGHT}, finish_reason=None)


def lm_studio(body: Body) -> Any:
    """LM Studio: json_schema or nothing; no usage of some models."""
    if body.get("response_format", {}).get("type") == "json_object":
        return refusal(400, "'response_format.type' must be 'json_schema' or 'text'")
    return message({"content": said(body)}, usage={})


def llama_server() -> Answer:
    """llama-server: 503 while it loads, reasoning beside the text."""
    calls = itertools.count()

    def answer(body: Body) -> Any:
        if next(calls) == 0:
            return refusal(503, "Loading model")
        return message({"content": said(body), "reasoning_content": THOUGHT})

    return answer


def vllm(body: Body) -> Any:
    """vLLM: fields of null beside the text, and a stop reason of its own."""
    return message({"content": said(body), "reasoning": None, "tool_calls": []}, stop_reason=None, token_ids=None)


def sglang(body: Body) -> Any:
    """SGLang: details of null in the usage."""
    return message({"content": said(body), "reasoning_content": None}, {**USAGE, "prompt_tokens_details": None})


def dashscope(body: Body) -> Any:
    """DashScope: thinking models only stream."""
    if not body.get("stream"):
        return refusal(400, "parameter.enable_thinking must be set to false for non-streaming calls")
    pieces: list[Any] = [{"choices": [{"delta": {"reasoning_content": THOUGHT}, "finish_reason": None}]}]
    pieces += [{"choices": [{"delta": {"content": part}}]} for part in said(body).splitlines(keepends=True)]
    pieces += [{"choices": [{"delta": {}, "finish_reason": "stop"}]}, {"choices": [], "usage": USAGE}]
    lines = "".join(f"data: {json.dumps(piece)}\n\n" for piece in pieces)
    return Response(lines + "data: [DONE]\n\n", media_type="text/event-stream")


#: How to make each of them: those with a memory anew for each test.
PROVIDERS: dict[str, Callable[[], Answer]] = {
    "OpenAI, reasoning": lambda: openai_reasoning,
    "Azure": lambda: azure,
    "Anthropic": lambda: anthropic,
    "Gemini": lambda: gemini,
    "Gemma": lambda: gemma,
    "OpenRouter": openrouter,
    "LiteLLM": lambda: litellm,
    "DeepSeek": lambda: deepseek,
    "Mistral": lambda: mistral,
    "Groq": lambda: groq,
    "Together": lambda: together,
    "Ollama": lambda: ollama,
    "LM Studio": lambda: lm_studio,
    "llama-server": llama_server,
    "vLLM": lambda: vllm,
    "SGLang": lambda: sglang,
    "DashScope": lambda: dashscope,
}
