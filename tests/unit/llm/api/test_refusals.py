"""What providers refuse for good: the wordings are those of public error reports."""

from __future__ import annotations

import pytest

from arango_thinking.errors import ConfigurationError
from arango_thinking.llm.api.refusals import Refusal, RequestRefusedError


def met(status: int, message: str, code: str = "") -> Exception:
    return Refusal(status, {}, message, code, "http://api/v1", "small").error()


@pytest.mark.parametrize(
    ("status", "message", "code", "says"),
    [
        (401, "Incorrect API key", "", "refuses the key for small (Incorrect API key): set OPENAI_API_KEY"),
        (400, "API key not valid. Please pass a valid API key.", "", "does not let this account use small"),
        (400, "Invalid credentials", "", "does not let this account use small"),
        (403, "Country, region, or territory not supported", "", "where it may be used from"),
        (403, "Project does not have access to model", "", "does not let this account use small"),
        (403, "Permission denied: Consumer has been suspended", "", "does not let this account use small"),
        (403, "", "unsupported_country_region_territory", "(unsupported_country_region_territory)"),
        (400, "The model `small` does not exist or you do not have access to it.", "", "does not know the model small"),
        (400, "model small is not supported", "", "does not know the model small"),
        (422, "Invalid model: small", "", "does not know the model small"),
        (404, "The model `small` does not exist", "model_not_found", "does not know the model small"),
        (404, "The API deployment for this resource does not exist.", "DeploymentNotFound", "does not know the model"),
        (404, "", "DeploymentNotFound", "does not know the model small (DeploymentNotFound)"),
        (404, "Not Found", "", "There is no chat API at http://api/v1 (Not Found)"),
    ],
)
def test_what_is_refused_for_all(status: int, message: str, code: str, says: str) -> None:
    found = met(status, message, code)
    assert isinstance(found, ConfigurationError)
    assert says in str(found)


@pytest.mark.parametrize(
    ("status", "message", "code"),
    [
        (400, "This model's maximum context length is 4096 tokens, however you requested 5012", ""),
        (400, "prompt is too long: 210000 tokens > 200000 maximum", ""),
        (400, "the request exceeds the available context size", "exceed_context_size_error"),
        (413, "Request too large: it exceeds the limit of 4 MB", ""),
        (400, "The response was filtered due to the prompt triggering content management policy.", "content_filter"),
        (403, "Your chosen model requires moderation and your input was flagged for violence", ""),
        (400, "Input data may contain inappropriate content.", "data_inspection_failed"),
    ],
)
def test_what_is_refused_for_the_text_of_one_document(status: int, message: str, code: str) -> None:
    found = met(status, message, code)
    assert isinstance(found, RequestRefusedError)
    assert found.is_of_document


@pytest.mark.parametrize(
    "message",
    [
        "The model produced invalid content",
        "model small: response_format json_schema is not supported",
        "This model is not available with tools",
    ],
)
def test_what_is_refused_of_a_request_is_not_the_model(message: str) -> None:
    assert isinstance(met(400, message), RequestRefusedError)


@pytest.mark.parametrize(("status", "message"), [(400, "no"), (403, "no"), (422, "extra fields"), (418, "no tea")])
def test_what_is_not_clear(status: int, message: str) -> None:
    found = met(status, message)
    assert isinstance(found, RequestRefusedError)
    assert not found.is_of_document
