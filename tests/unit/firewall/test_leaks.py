import pytest

from arango_thinking.firewall.leaks import leak, without_leaks

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
        ("two less than fifty", "How many?", "48"),
        ("between 623 and 625", "How many?", "624"),
        ("6, then 2, then 4", "How many?", "624"),
        ("in '89", "When?", "1989"),
        ("L in Roman numerals", "How many?", "50"),
        ("half a century", "How many?", "50"),
        ("an hour and a half", "How many minutes?", "90"),
        ("it has a single side", "How many sides?", "1"),
        ("so the answer is 7", "He counts 7 ducks. How many?", "7"),
        ("the answer is Paris", "Paris or Lyon?", "Paris"),
        ("at half past three", "When?", "3:30 PM"),
        ("between 3 and 5 hours", "How long?", "3 to 5 hours"),
        ("it was in 1903", "When?", "17 December 1903"),
        ("in the tenth month", "When in 1973?", "October 1973"),
        ("in the thirties", "In which decade?", "the 1930s"),
        ("about 1450", "In which century?", "the 15th century"),
        ("x is four", "Solve", "x = 4"),
        ("it becomes x^2+1", "Expand", "x^2 + 1"),
        ("the UK", "Which country?", "United Kingdom"),
        ("Can-berra", "Where?", "Canberra"),
        ("C, a-n-b-e-r-r-a", "Where?", "Canberra"),
        ("C_nberr_", "Where?", "Canberra"),
        ("arrebnac backwards", "Where?", "Canberra"),
        ("haemo and then globin", "Which protein?", "haemoglobin"),
        ("A followed by u", "Which symbol?", "Au"),
        ("gravitational force", "What pulls?", "gravity"),
        ("K-e-p-l-e-r", "Who?", "Johannes Kepler"),
        ("It was Christiaan, not Giovanni", "Who?", "Christiaan Huygens"),
        ("Jamming and spoofing belong to it", "Name threats", SEVERAL),
        ("RGB", "Which colours?", "red, green and blue"),
        ("The letter C", "Which vitamin?", "vitamin C"),
        ("the fourth option", OPTIONS, "D) 340 m"),
        ("the letter after C", OPTIONS, "D) 340 m"),
        ("I should choose (d)", OPTIONS, "D) 340 m"),
        ("Not A, not B, not C and not E", OPTIONS, "D) 340 m"),
        ("A lion would beat a hyena.", "Would a lion beat a hyena?", "Yes"),
        ("Of course it would.", "Would a lion beat a hyena?", "Yes"),
        ("A whale is a mammal, so it can't be a fish.", "Is a whale a fish?", "No"),
        ("Pluto is smaller than the Moon.", "Is Pluto larger than the Moon?", "No"),
        ("It remains unclear.", "Does it work?", "Maybe. The study was small."),
        ("I should flip my answer", "Is it?", "Yes"),
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
        ("in step 2 I mixed up two facts", "How many?", "2"),
        ("240 / 3 is the step to take", "It goes 240 km in 3 hours. How fast?", "80 km/h"),
        ("He counts 7 ducks and no geese", "He counts 7 ducks. How many?", "7"),
        ("The year I gave is too early", "When?", "17 December 1903"),
        ("it may march on", "When?", "3 May 1990"),
        ("P____ begins like this", "Where?", "Paris"),
        ("the last option makes no sense", OPTIONS, "D) 340 m"),
        ("Which of them fits? I should test B and C.", OPTIONS, "D) 340 m"),
        ("A comparison of weights decides", "Would a lion beat a hyena?", "Yes"),
        ("How does a whale breathe?", "Is a whale a fish?", "No"),
        ("I should settle whether a whale is a fish", "Is a whale a fish?", "No"),
        ("if my answer is right, all fits, and no more is needed", "Is it?", "No"),
        ("Vitamin D is for the bones", "Which vitamin?", "vitamin C"),
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


@pytest.mark.parametrize(
    ("text", "leaks"),
    [("Aha! The answer is 7.", True), ("Aha! I should add what she finds to what she has.", False)],
)
def test_the_marked_answer_of_a_worked_solution_is_guarded(text: str, leaks: bool) -> None:
    reference = "She has 3 and 4, so 3 + 4 = <<3+4=7>>7.\n#### 7"
    found = leak(text, question="She has 3 shells and finds 4 more. How many has she?", reference=reference)
    assert (found is not None) is leaks
