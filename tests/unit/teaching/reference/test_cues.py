from arango_thinking.documents.layouts import Example, Layout
from arango_thinking.documents.trace import Attempt
from arango_thinking.teaching.reference.cues import Situation, hints_for


def hints(question: str, reference: str, answer: str, evidence: tuple[str, ...] = ()) -> list[str]:
    example = Example(source="line 1", layout=Layout.FLAT, question=question, answer=reference, evidence=evidence)
    situation = Situation(example, Attempt(f"I think so. Answer: {answer}", answer), ())
    return [hint.text for hint in hints_for(situation)]


def test_a_wrong_number_is_told_what_it_left_out_and_its_direction() -> None:
    given = hints("A box holds 12 eggs. How many eggs are in 4 boxes?", "48", "12")
    assert given[0] == "Aha! I have not used 4 from the question yet. What does that tell me?"
    assert any("too small" in hint for hint in given)
    assert any("whole factor" in hint for hint in given)


def test_an_answer_without_a_number_is_told_so() -> None:
    assert "not settled on any" in hints("How many?", "48", "many")[0]


def test_a_list_is_told_how_much_of_it_is_there() -> None:
    assert "covered 1 of 3 points" in hints("Which threats?", "rain, wind and frost", "wind")[0]


def test_a_verdict_quotes_related_evidence_first() -> None:
    given = hints("Do owls hunt at night?", "Yes", "No", ("Owls see well in the dark and hunt at night.",))
    assert "Owls see well" in given[0]
    assert len(given) == len(set(given))


def test_choices_are_sent_back_to_the_options() -> None:
    assert "each option" in hints("Which?\nOptions: A) 1; B) 2", "B) 2", "A")[0]


def test_prose_names_the_kind_and_the_topic() -> None:
    given = " ".join(hints("Who wrote the Zauberberg?", "Thomas Mann", "Goethe"))
    assert "a name" in given
    assert "zauberberg" in given
