from arango_thinking.teaching.reference.cloze import (
    Sought,
    answering_sentence,
    bounded,
    first_letter,
    gapped,
    related_sentences,
)

EVIDENCE = ("The link is old. Satellite links suffer from interception, jamming and spoofing. They cost $12 million.",)
SOUGHT = Sought("What do satellite links suffer from?", "interception, jamming and spoofing")


def test_the_answering_sentence_is_quoted_with_gaps() -> None:
    sentence = answering_sentence(EVIDENCE, SOUGHT)
    assert sentence is not None
    assert gapped(sentence, SOUGHT) == "Satellite links suffer from ____, ____ and ____."
    assert gapped(sentence, SOUGHT, first_letter) == "Satellite links suffer from i____, j____ and s____."


def test_a_number_is_left_out_in_whatever_notation() -> None:
    sought = Sought("What do they cost?", "12,000,000 dollars")
    sentence = answering_sentence(EVIDENCE, sought)
    assert sentence == "They cost $12 million."
    assert gapped("They now cost $12 million.", sought) == "They now cost ____."


def test_evidence_that_does_not_answer_gives_no_sentence() -> None:
    assert answering_sentence(("The sky is blue.",), SOUGHT) is None


def test_words_of_the_question_are_not_covered() -> None:
    assert (
        gapped("The river Rhine flows north here", Sought("Which river?", "the river Rhine"))
        == "The river ____ flows north here"
    )


def test_a_long_quote_is_cut_around_its_gap() -> None:
    quote = bounded("word " * 60 + "____ end")
    assert quote.startswith("… ")
    assert "____" in quote
    assert len(quote.split()) <= 42


def test_related_sentences_come_nearest_first() -> None:
    assert related_sentences(EVIDENCE, "Which satellite links are old?")[0].startswith("The link is old")
