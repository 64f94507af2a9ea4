import pytest

from arango_thinking.teaching.leaks import leak, without_leaks

OPTIONS = "How long?\nOptions: A) 70 m; B) 95 m; C) 160 m; D) 340 m; E) None of these"
SEVERAL = "signal interception, jamming, and spoofing attacks"


@pytest.mark.parametrize(
    ("text", "question", "reference"),
    [
        ("It is one half", "How much?", "0.5"),
        ("about 1,234", "How much?", "1234"),
        ("a dozen", "How much?", "12"),
        ("the result is one", "How much?", "1"),
        ("in 1968-10", "When?", "October 1968"),
        ("It began in October", "When in 1968?", "October 1968"),
        ("Think of PARIS!", "Where?", "Paris"),
        ("P-a-r-i-s", "Where?", "Paris"),
        ("Lovelace wrote it", "Who?", "Ada Lovelace"),
        ("答案是北京吗", "首都?", "北京"),
        ("Option D", OPTIONS, "D) 340 m"),
        ("a third of a kilometre, 0.34 km", OPTIONS, "D) 340 m"),
        ("It is not A, B, C or E", OPTIONS, "D) 340 m"),
        ("none of the options fits", OPTIONS, "E) None of these"),
        ("Aha! Yes, that is it.", "Is it?", "Yes"),
        ("So the answer should be no", "Is it?", "Yes"),
        ("It is true that it is", "Is it?", "Yes"),
        ("interception, then jamming and spoofing", "Name threats", SEVERAL),
    ],
)
def test_what_reveals_the_reference_is_a_leak(text: str, question: str, reference: str) -> None:
    reason = leak(text, question=question, reference=reference)
    assert reason is not None
    assert leak(reason, question=question, reference=reference) is None


@pytest.mark.parametrize(
    ("text", "question", "reference"),
    [
        ("It is 50", "How much?", "5"),
        ("look again at the first step", "How much?", "1"),
        ("One of my steps is off", "How much?", "1"),
        ("Use the 5 again", "There are 5. How many?", "5"),
        ("the crisis of 1968", "When in 1968?", "October 1968"),
        ("A comparison is on", "Where?", "Paris"),
        ("Paris again", "Is it Paris, or what?", "Paris"),
        ("B is not right", OPTIONS, "D) 340 m"),
        ("compare with A, B, C, D and E", OPTIONS, "D) 340 m"),
        ("A second look", OPTIONS, "A) 70 m"),
        ("There is no evidence that it is", "Is it?", "No"),
        ("I should decide yes or no afterwards", "Is it?", "No"),
        ("consider jamming", "Name threats", SEVERAL),
        ("anything", "Where?", ""),
    ],
)
def test_what_reveals_nothing_passes(text: str, question: str, reference: str) -> None:
    assert leak(text, question=question, reference=reference) is None


def test_leaking_sentences_are_dropped_and_the_rest_kept_verbatim() -> None:
    text = "Look again.  It is 12.\nThen count. "
    assert without_leaks(text, question="How many?", reference="12") == "Look again.  Then count. "
    assert without_leaks("It is 12.", question="How many?", reference="12") == ""


def test_a_leak_spread_over_sentences_is_stopped() -> None:
    kept = without_leaks("Think of interception. Think of jamming. Then spoofing.", question="Name", reference=SEVERAL)
    assert leak(kept, question="Name", reference=SEVERAL) is None
    assert kept.startswith("Think of interception. ")
