"""Load a model with transformers, or in 4 bits with unsloth where there is a CUDA GPU."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from arango_thinking.errors import ArangoThinkingError, ConfigurationError, UnavailableError
from arango_thinking.llm.local.torch_names import Source

logger = logging.getLogger(__name__)

#: The context length that unsloth prepares; a dialogue needs it for evidence, attempts and hints.
UNSLOTH_TOKENS = 4096


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model and its tokenizer, and how many tokens it holds."""

    name: str
    model: Any
    tokenizer: Any
    context_tokens: int

    @property
    def ends(self) -> frozenset[int]:
        """The tokens with which the model ends a reply, as its own configuration names them."""
        tokens = self.model.generation_config.eos_token_id
        if tokens is None:
            return frozenset()
        return frozenset(tokens if isinstance(tokens, list) else [tokens])


def load(source: Source) -> Loaded:
    """Load the model on the best device there is.

    Raises `ConfigurationError` when a package is missing or there is no such model, and `UnavailableError` when the hub
    cannot be reached or the model does not fit into memory.
    """
    check(source)
    with _explained(source):
        return _load_unsloth(source) if _by_unsloth(source) else _load_plain(source)


def check(source: Source) -> None:
    """Check without loading. Raises `ConfigurationError` when a package is missing or there is no such model."""
    _check_installed(source)
    _check_folder(source)


def _check_installed(source: Source) -> None:
    needed = ["torch", "transformers", "accelerate"]
    needed += ["gguf"] if source.is_gguf else []
    needed += ["peft"] if source.is_adapter else []
    missing = [package for package in needed if find_spec(package) is None]
    if missing:
        extra = "unsloth" if source.unsloth else "torch"
        raise ConfigurationError(
            f"{source.name} needs {' and '.join(missing)}: pip install 'arango-thinking[{extra}]'. "
            "Or serve it with vLLM or Ollama and give the URL (--student-url), or give a .gguf file (extra 'local')."
        )


def _check_folder(source: Source) -> None:
    path = source.path
    if path is not None and path.is_dir() and not (source.is_adapter or (path / "config.json").is_file()):
        raise ConfigurationError(f"The folder {path} holds no model: there is no config.json in it.")


def device() -> str:
    """The kind of device that models run on."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _by_unsloth(source: Source) -> bool:
    """Whether to load with unsloth. Logs a warning when unsloth is wanted but cannot run."""
    if not source.unsloth:
        return False
    lacking = lacking_for_unsloth()
    if lacking:
        logger.warning("%s is not loaded in 4 bits: that needs %s.", source.name, " and ".join(lacking))
    return not lacking


def lacking_for_unsloth() -> list[str]:
    """What this machine lacks to load a model in 4 bits, in words."""
    lacking = [] if device() == "cuda" else ["a CUDA GPU"]
    return lacking + ([] if _has_unsloth() else ["unsloth (pip install 'arango-thinking[unsloth]')"])


def _has_unsloth() -> bool:
    # Look in the list of installed packages: importing unsloth fails where there is no GPU.
    try:
        return bool(version("unsloth"))
    except PackageNotFoundError:
        return False


def _load_unsloth(source: Source) -> Loaded:
    """Load in 4 bits. unsloth loads the folder of an adapter like any other, with its base model."""
    with _quiet():
        # Import it before transformers, which it changes.
        from unsloth import FastLanguageModel

        tokens = min(UNSLOTH_TOKENS, _context_tokens(_config(source)))
        model, tokenizer = FastLanguageModel.from_pretrained(
            model_name=source.place, max_seq_length=tokens, dtype=None, load_in_4bit=True
        )
        FastLanguageModel.for_inference(model)
    return Loaded(source.name, model, tokenizer, tokens)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what unsloth prints out of stdout, which a program may read."""
    said = io.StringIO()
    with redirect_stdout(said):
        yield
    logger.debug("unsloth: %s", said.getvalue().strip())


def _config(source: Source) -> Any:
    from transformers import AutoConfig

    return AutoConfig.from_pretrained(_base(source) if source.is_adapter else source.place)


def _base(source: Source) -> str:
    """The name of the base model of an adapter."""
    described = json.loads((Path(source.place) / "adapter_config.json").read_text(encoding="utf-8"))
    return str(described["base_model_name_or_path"])


def _context_tokens(config: Any) -> int:
    text = getattr(config, "text_config", config)
    return int(getattr(text, "max_position_embeddings", None) or UNSLOTH_TOKENS)


def _load_plain(source: Source) -> Loaded:
    if source.is_adapter:
        return _load_adapter(source)
    place, options = source.place, {}
    if source.is_gguf:
        place, options = str(Path(place).parent), {"gguf_file": Path(place).name}
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(place, **options)
    model = AutoModelForCausalLM.from_pretrained(place, dtype=_dtype(), device_map=_device_map(), **options)
    return Loaded(source.name, model.eval(), tokenizer, _context_tokens(model.config))


def _load_adapter(source: Source) -> Loaded:
    from peft import PeftModel
    from transformers import AutoTokenizer

    base = _load_plain(Source(_base(source)))
    own = (Path(source.place) / "tokenizer_config.json").is_file()
    tokenizer = AutoTokenizer.from_pretrained(source.place) if own else base.tokenizer
    model = PeftModel.from_pretrained(base.model, source.place).merge_and_unload()
    return Loaded(source.name, model.eval(), tokenizer, base.context_tokens)


def _dtype() -> Any:
    """The number type of the weights: half precision saves memory on a GPU, but most CPUs are slow in it or lack it."""
    import torch

    kind = device()
    if kind == "cpu":
        return torch.float32
    return torch.bfloat16 if kind == "cuda" and torch.cuda.is_bf16_supported() else torch.float16


def _device_map() -> Any:
    """One device, or "auto", which spreads the model over several GPUs."""
    import torch

    kind = device()
    return "auto" if kind == "cuda" and torch.cuda.device_count() > 1 else {"": kind}


@contextmanager
def _explained(source: Source) -> Iterator[None]:
    """Turn what the libraries raise while they load into an error that says what to do."""
    from safetensors import SafetensorError

    try:
        yield
    except (ImportError, OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise _explanation(error, source) from error


def _explanation(error: Exception, source: Source) -> ArangoThinkingError:
    from huggingface_hub.errors import GatedRepoError, HFValidationError, RepositoryNotFoundError

    from arango_thinking.llm.local.generation import ran_out_of_memory

    causes = tuple(_causes(error))
    told = " ".join(str(cause) for cause in causes)
    name = source.name
    if ran_out_of_memory(error):
        return UnavailableError(f"{name} does not fit into memory: use a smaller or quantized model, or a .gguf file.")
    if any(isinstance(cause, GatedRepoError) for cause in causes) or "access a gated repo" in told:
        return ConfigurationError(
            f"{name} is gated: accept its terms at https://huggingface.co/{name}, then log in with 'hf auth login'."
        )
    if any(isinstance(cause, RepositoryNotFoundError) for cause in causes):
        return ConfigurationError(
            f"The Hugging Face hub has no model {name}: correct the name, or log in with 'hf auth login' "
            "if it is private. Give a folder of your own as ./folder."
        )
    if any(isinstance(cause, HFValidationError) for cause in causes):
        return ConfigurationError(f"'{name}' is neither an existing folder nor a name of the form owner/model.")
    if "bitsandbytes" in told or "GPU is needed for quantization" in told:
        return ConfigurationError(
            f"{name} is stored in 4 bits, which needs bitsandbytes (pip install bitsandbytes) and usually a CUDA GPU: "
            "use the same model without '-bnb-4bit' in its name, or a .gguf file."
        )
    return _other_explanation(error, causes, source)


def _other_explanation(error: Exception, causes: tuple[BaseException, ...], source: Source) -> ArangoThinkingError:
    first = str(error).strip().split("\n")[0][:300].rstrip(": ")
    if isinstance(error, ImportError):
        return ConfigurationError(f"{source.name} cannot be loaded: a package is missing or does not fit. {first}")
    if source.path is None and (isinstance(error, OSError) or any(isinstance(c, ConnectionError) for c in causes)):
        return UnavailableError(
            f"{source.name} cannot be fetched from the Hugging Face hub: {first} "
            "Where there is no network, give a folder that holds the model."
        )
    return UnavailableError(f"{source.name} cannot be loaded: {first or type(error).__name__}")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error and the errors that led to it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
