"""The bundled sample: Q&A documents written for this project, each with its evidence paragraphs."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

import orjson


class Sample(NamedTuple):
    """The sample as three collections: Q&A documents, their paragraphs, and the edges between them."""

    qa_pairs: list[dict[str, Any]]
    document_objects: list[dict[str, Any]]
    qa_relationships: list[dict[str, Any]]


def sample_path() -> Path:
    """The sample as one JSONL file, with the evidence inside each line's metadata."""
    return Path(__file__).parent / "qa_pairs.jsonl"


def load_sample() -> Sample:
    """The sample as a Q&A generator stores it: the evidence in a collection of its own, joined by edges."""
    sample = Sample([], [], [])
    paragraphs: dict[str, str] = {}
    for line in sample_path().read_bytes().splitlines():
        document = orjson.loads(line)
        for number, text in enumerate(document["metadata"].pop("evidence")):
            key = paragraphs.setdefault(text, f"text_{hashlib.sha256(text.encode()).hexdigest()[:12]}")
            sample.qa_relationships.append(
                {
                    "_key": f"{document['_key']}_{number}",
                    "_from": f"qa_pairs/{document['_key']}",
                    "_to": f"document_objects/{key}",
                    "relationship_type": "SOURCED_FROM",
                    "confidence": document["metadata"]["confidence"],
                }
            )
        sample.qa_pairs.append(document)
    sample.document_objects.extend({"_key": key, "text": text} for text, key in paragraphs.items())
    return sample
