from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from arango_thinking.errors import ConfigurationError, UnavailableError
from arango_thinking.llm.api.limits import Limits
from arango_thinking.llm.api.openai import Connection, OpenAIModel
from arango_thinking.llm.api.retry import RetryPolicy
from arango_thinking.teaching.review import Candidate
from arango_thinking.teaching.teacher import LLMJudge, LLMTeacher, TeacherOptions
from arango_thinking.teaching.trial.trial import try_judge
from tests import judges
from tests.chat_api import Body, ChatAPI, refusal, review
from tests.unit.teaching.trial.test_controls import NUMBERS, PROSE

#: Nothing is tried twice.
ONCE = Limits(retry=RetryPolicy(attempts=1))


@pytest.fixture(params=[LLMTeacher, LLMJudge])
async def judge(api: ChatAPI, request: pytest.FixtureRequest) -> AsyncIterator[Candidate]:
    model = OpenAIModel("wise", Connection(url=api.url, limits=ONCE))
    yield request.param(model, TeacherOptions())
    await model.aclose()


@pytest.mark.parametrize("reply", [judges.fair, judges.in_booleans])
@pytest.mark.parametrize("own", [PROSE, NUMBERS, []])
async def test_a_fair_judge_passes(reply: Callable[[Body], str], own: list, api: ChatAPI, judge: Candidate) -> None:  # type: ignore[type-arg]
    api.reply = reply
    trial = await try_judge(judge, own, 10)
    counts = trial.counts()
    assert (counts["wrong_accepted"], counts["right_accepted"]) == (0, 5)
    assert (counts["judge"], counts["abstained"], counts["unusable"]) == ("wise", 0, 0)
    assert len(api.requests) == counts["wrong_answers"] + counts["right_answers"] <= 16


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (judges.kind, "accepted 11 of 11 wrong answers"),
        (judges.harsh, "0 of 5 right ones"),
        (judges.undecided, "16 abstentions"),
        (judges.prose, "16 unusable replies"),
        (judges.gullible, "a verdict in the answer"),
        (lambda _: refusal(400), "16 unusable replies"),
    ],
)
async def test_a_judge_that_is_not_to_be_trusted_is_refused(
    reply: Callable[[Body], str], said: str, api: ChatAPI, judge: Candidate
) -> None:
    api.reply = reply
    with pytest.raises(ConfigurationError) as refused:
        await try_judge(judge, PROSE, 10)
    assert "The judge wise failed its trial" in str(refused.value)
    assert said in str(refused.value)
    assert "--skip-judge-check (check_judge=False)" in str(refused.value)
    assert len(api.requests) == 16


async def test_one_slip_is_forgiven(api: ChatAPI, judge: Candidate) -> None:
    slips = iter([review("correct")])

    def reply(body: Body) -> str:
        fair = judges.fair(body)
        return next(slips, fair) if "incorrect" in fair else fair

    api.reply = reply
    trial = await try_judge(judge, PROSE, 10)
    assert trial.counts()["wrong_accepted"] == 1


@pytest.mark.parametrize("in_flight", [1, 3])
async def test_so_many_calls_are_in_flight(in_flight: int, api: ChatAPI, judge: Candidate) -> None:
    api.reply = judges.fair
    api.delay = 0.01
    await try_judge(judge, PROSE, in_flight)
    assert api.most_in_flight == in_flight


async def test_a_judge_that_cannot_be_reached_is_no_failed_trial() -> None:
    model = OpenAIModel("wise", Connection(url="http://127.0.0.1:1/v1", limits=ONCE))
    with pytest.raises(UnavailableError):
        await try_judge(LLMJudge(model, TeacherOptions()), PROSE, 10)
    await model.aclose()
