from __future__ import annotations

import pytest

from arango_thinking.firewall.verdicts import verdict_leak
from arango_thinking.matching.decisions.polarity import Polarity

STATED = "It states or excludes a verdict."
ANSWERED = "It answers the question in a sentence."
WHALE = "Is a whale a fish?"
LION = "Would a lion beat a hyena?"
BEARS = "Do brown bears catch salmon?"
BRIDGE = "Did the old stone bridge collapse under heavy autumn rain storms?"


def told(text: str, question: str = WHALE, wanted: Polarity = "no") -> str | None:
    return verdict_leak(text, question, wanted)


@pytest.mark.parametrize(
    "text",
    [
        "No.",
        "no",
        "False!",
        "True; I see",
        "Yes",
        "'No', then",
        "No: it differs",
        "No - it differs",
        "(no) then",
        'He says. No" then',
        "Look again. No, it differs",
        "Look again! False, it differs",
        "Really? No, it differs",
        "My view: false, all in all",
        "Lungs; no, it differs",
        "and so no",
        "and thus false",
        "and therefore true",
        "and therefore, no; it differs",
        "Aha! No.",
        "Ｎｏ.",
    ],
)
def test_a_verdict_alone_is_stated(text: str) -> None:
    assert told(text) == STATED


@pytest.mark.parametrize(
    "text",
    [
        "No evidence is left",
        "True lungs differ",
        "So no evidence is left",
        "Nobody knows",
        "with no gills",
        "no-one knows",
    ],
)
def test_a_verdict_word_that_belongs_to_another_word_is_none(text: str) -> None:
    assert told(text) is None


@pytest.mark.parametrize("noun", ["answer", "conclusion", "verdict", "reply", "result", "statement", "claim"])
def test_what_is_said_of_an_answer_is_a_verdict(noun: str) -> None:
    assert told(f"My {noun} has to be wrong here") == STATED
    assert told(f"My {noun} has lungs. Wrong idea") is None
    assert told(f"My {noun} {'a' * 38} wrong") == STATED
    assert told(f"My {noun} {'a' * 39} wrong") is None
    assert told(f"My {noun}ing has to be wrong here") is None


@pytest.mark.parametrize(
    "word", ["yes", "no", "true", "false", "maybe", "uncertain", "wrong", "right", "affirmative", "negative"]
)
def test_an_answer_may_be_called_many_things(word: str) -> None:
    assert told(f"My answer has to be {word} here") == STATED
    assert told(f"My answer has to be un{word} here") is None
    assert told(f"My answer has to be {word}ly here") is None


@pytest.mark.parametrize(
    "text",
    [
        "and it is true here",
        "and it's false here",
        "and it was true here",
        "and it is indeed true here",
        "and it is actually false here",
        "and it is clearly true here",
        "and it is not true here",
        "and it is clearly not false here",
    ],
)
def test_that_it_is_true_or_false_is_a_verdict(text: str) -> None:
    assert told(text) == STATED


@pytest.mark.parametrize(
    "text", ["and it is truest here", "and it seems true here", "a bit is true here", "and it has false ribs"]
)
def test_something_else_may_be_true(text: str) -> None:
    assert told(text) is None


@pytest.mark.parametrize("verb", ["say", "said", "answer", "answered", "conclude", "reply", "choose", "pick"])
@pytest.mark.parametrize("word", ["no", "maybe", "true", "false"])
def test_a_verdict_may_be_said(verb: str, word: str) -> None:
    assert told(f"Now I {verb} {word} to it") == STATED
    assert told(f'Now I {verb} with "{word} to it') == STATED


@pytest.mark.parametrize(
    "text",
    [
        "They say no one swims",
        "They say no less",
        "They say true more often",
        "They say nobody swims",
        "They essay no task",
    ],
)
def test_saying_no_of_something_else_is_no_verdict(text: str) -> None:
    assert told(text) is None


@pytest.mark.parametrize(
    "text",
    [
        'the "no" of it',
        "the *maybe* of it",
        "the 'true' of it",
        "the *false, of it",
        "the 'no. of it",
        "gills, no",
        "gills,no",
        "gills, no!",
        "gills, so no. ",
        "that makes a no, in all",
        "that makes a maybe.",
        "that makes an no",
        "hence a clear no!",
        "with firm no; well",
        "with plain maybe",
        "oh yes indeed",
        "definitely no",
        "clearly no, in all",
        "certainly no.",
        "simply no;",
        "surely no!",
        "rather the opposite",
        "rather the exact opposite",
        "rather the other way round",
        "rather the other way around",
        "so maybe is best",
        "neither yes nor no",
        "that remains uncertain",
        "they remain unclear",
        "that remains open",
        "that remains undecided",
        "the studies are inconclusive",
    ],
)
def test_a_verdict_may_be_told_in_passing(text: str) -> None:
    assert told(text) == STATED


@pytest.mark.parametrize(
    "text",
    [
        "the no-man's-land",
        "gills, no lungs",
        "that makes a no man",
        "surely no lung",
        "both eyes, yesterday",
        "on the sofa no, on the bed",
        "on opposite sides",
        "the opposites attract",
        "the other way out",
        "the other way roundabouts turn",
        "flip my answering machine",
        "maybe islands of it",
        "they may be",
        "that remains openly so",
    ],
)
def test_words_like_those_of_a_verdict_tell_none(text: str) -> None:
    assert told(text) is None


@pytest.mark.parametrize("verb", ["flip", "reverse", "switch", "invert", "turn around"])
@pytest.mark.parametrize("noun", ["answer", "verdict", "conclusion", "decision"])
def test_turning_the_answer_round_tells_the_verdict(verb: str, noun: str) -> None:
    assert told(f"I have to {verb} my {noun}") == STATED
    assert told(f"I have to explain my {noun}") is None
    assert told(f"I have to {verb} the page") is None


@pytest.mark.parametrize(
    "pair",
    [
        "yes or no",
        "yes/no",
        "yes and no",
        "yes versus no",
        "yes vs no",
        "yes vs. no",
        "true or false",
        "true / false",
        "YES or NO",
        "no or yes",
        "no/yes",
        "false or true",
    ],
)
def test_both_verdicts_together_decide_nothing(pair: str) -> None:
    assert told(f"The answer is to be {pair}") is None
    assert told(f"The answer is to be {pair}, so false") == STATED


@pytest.mark.parametrize(
    "text",
    [
        "The claim asks whether it is true",
        "The claim asks whether this is false",
        "The claim asks whether that is true",
        "The claim is this: is it true",
        "The claim is this: is this false",
        "The claim is this: is that really true",
        "Weigh it, if my answer is wrong",
        "Weigh it, if the answer is wrong",
        "Weigh it, if this claim is wrong",
        "Weigh it, if that claim is wrong",
        "Weigh it, if it is true",
        "The answer has no more to it",
        "The answer has no less to it",
        "The answer has no fewer parts",
        "The answer is no longer here",
        "The answer has no other part",
        "The answer, no matter what",
        "The answer is no doubt here",
        "The answer, no idea of it",
        "The answer is no wonder",
        "The answer: a no would be bold",
        "The answer: my no needs proof",
        "The answer: my no need of it",
        "The answer: the no requires proof",
        "The answer: the no require proof",
        "The answer: each yes means work",
        "The answer: each yes mean work",
        "The answer: each yes depends on proof",
        "The answer: each no depend on proof",
        "The answer, if yes",
        "The answer, if no",
        "Weigh lungs and if so it is.",
    ],
)
def test_speaking_of_a_verdict_decides_nothing(text: str) -> None:
    assert told(text) is None


def test_a_condition_reaches_to_the_next_sign_and_not_too_far() -> None:
    assert told("If my answer is wrong, no gills are left") is None
    assert told("If my lungs grow, it is true") == STATED
    assert told(f"Weigh it, if my {'a' * 38} it is true") is None
    assert told(f"Weigh it, if my {'a' * 39} it is true") == STATED


@pytest.mark.parametrize(
    "text",
    [
        "all is unclear",
        "all is uncertain",
        "all is undecided",
        "all is unknown",
        "all is unresolved",
        "all is unsettled",
        "all is indeterminate",
        "the data are insufficient",
        "the results are Mixed",
        "conflicting results",
        "we cannot be sure",
        "we can't say",
        "it could not be said",
        "not possible to tell",
        "impossible to be told",
        "we cannot decide",
        "it cannot be decided",
        "we cannot conclude",
        "it cannot be concluded",
        "we cannot know",
        "it cannot be known",
        "nothing for sure",
        "maybe gills",
        "perhaps gills",
        "neither way",
        "all told, it depends",
    ],
)
def test_a_doubt_tells_a_verdict_of_maybe(text: str) -> None:
    assert told(text, wanted="maybe") == STATED
    assert told(text, wanted="no") is None


@pytest.mark.parametrize(
    "text",
    ["all is clear", "we cannot swim", "they depend on it", "neither gill", "premixed food", "every bit depends on it"],
)
def test_without_a_doubt_no_maybe_is_told(text: str) -> None:
    assert told(text, wanted="maybe") is None


@pytest.mark.parametrize(
    "text",
    [
        "of course not with gills",
        "and certainly not so",
        "and surely, not so",
        "and definitely not so",
        "and clearly not so",
        "and obviously not so",
        "and indeed not so",
        "and absolutely, not so",
        "and surely it swims",
        "It is.",
        "They don't!",
        "it does not",
        "She cannot.",
        "He really is.",
        "it indeed was",
        "this certainly would",
        "that definitely has",
        "these surely are",
        "those most likely do",
        "it probably might",
        "It is so.",
        "It is indeed!",
        "Lungs. It isn't.",
        "Lungs! It isn't.",
        "Lungs? It isn't.",
        "with lungs, it isn't.",
        "with lungs; it isn't.",
        "with lungs;it isn't.",
        "with lungs: it isn't.",
        "with lungs so it isn't",
        "that is why it isn't",
    ],
)
def test_a_short_verdict_is_stated(text: str) -> None:
    assert told(text) == STATED


@pytest.mark.parametrize(
    "text",
    [
        "of course lungs",
        "It is small.",
        "as it is",
        "of course nothing swims",
        "of course items differ",
        "it is, small or not",
        "and precisely it swims",
    ],
)
def test_what_goes_on_is_no_short_verdict(text: str) -> None:
    assert told(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "A lion would beat a hyena",
        "A lion would never beat a hyena.",
        "Hyenas lose to a lion",
        "First weigh them. A lion would beat a hyena.",
    ],
)
def test_a_sentence_that_says_what_is_asked_answers_it(text: str) -> None:
    assert told(text, LION) == ANSWERED


@pytest.mark.parametrize(
    "opening",
    [
        "whether",
        "if",
        "check:",
        "ask:",
        "he asks:",
        "asking:",
        "consider:",
        "should",
        "I need:",
        "it needs that",
        "I think",
        "look:",
        "verify:",
        "compare:",
        "find out:",
        "test:",
        "suppose",
        "assume",
        "I wonder:",
        "decide:",
        "before I go,",
        "unless",
        "they depend:",
        "it depends:",
        "I said",
        "I thought",
        "I took it that",
        "I claimed",
        "I concluded",
        "I assumed",
        "I wrote",
        "I read",
        "I missed:",
        "I overlooked:",
        "I mixed it:",
        "I confused it:",
        "I treated it:",
        "I answered:",
        "I looked:",
    ],
)
def test_a_sentence_that_asks_weighs_or_looks_back_answers_nothing(opening: str) -> None:
    assert told(f"{opening} a lion would beat a hyena", LION) is None


def test_a_question_answers_nothing() -> None:
    assert told("Would a lion beat a hyena? ", LION) is None
    assert told("A lion would beat a hyena?", LION) is None


def test_words_like_those_of_an_open_sentence_do_not_open_it() -> None:
    assert told("In life a lion would beat a hyena", LION) == ANSWERED
    assert told("In motifs or a motif a lion would beat a hyena", LION) == ANSWERED
    assert told("A tested lion would beat a hyena", LION) == ANSWERED


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("A lion beats it", LION, ANSWERED),
        ("A lion roars", LION, None),
        ("A strong lion beats a spotted hyena", LION, ANSWERED),
        ("Lions and hyenas beat dusty paths daily", LION, None),
        ("A lion beats small drums", LION, None),
        ("A strong lion beats it", LION, ANSWERED),
        ("A whale is a fish", WHALE, ANSWERED),
        ("A whale is warm", WHALE, None),
        ("Rain falls", "Does it rain?", None),
        ("Rain hails", "Does it rain or hail?", ANSWERED),
        ("Brown bears of the coast catch trout", BEARS, ANSWERED),
        ("Brown bears of the coast eat trout", BEARS, None),
        ("Old stone walls collapse in heavy autumn gales", BRIDGE.replace(" storms", ""), None),
        ("An old stone bridge may well crumble", "Did the old stone bridge quickly crack?", None),
        ("An old stone bridge may crack", "Did the old stone bridge quickly crack?", ANSWERED),
    ],
)
def test_most_of_the_words_of_the_question_and_few_others_answer_it(
    text: str, question: str, expected: str | None
) -> None:
    assert told(text, question) == expected


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("It is a fish", WHALE, ANSWERED),
        ("It is a warm fish", WHALE, ANSWERED),
        ("It does eat fresh fish", WHALE, None),
        ("It is a warm animal", WHALE, None),
        ("It eats fish", WHALE, None),
        ("It would beat snakes", LION, ANSWERED),
        ("It would beat young snakes", LION, None),
        ("They do catch", BEARS, ANSWERED),
        ("They do catch trout", BEARS, None),
        ("They do catch young salmon in rivers", BEARS, ANSWERED),
        ("They do catch trout in rivers", BEARS, None),
        ("It did collapse under heavy autumn rain", BRIDGE, ANSWERED),
        ("It did suddenly collapse under heavy autumn rain", BRIDGE, ANSWERED),
        ("It did sag under heavy autumn rain", BRIDGE, None),
        ("It did stand in heavy autumn rain storms for decades", BRIDGE, None),
        ("It did collapse suddenly with noise under heavy autumn rain", BRIDGE.replace(" storms", ""), ANSWERED),
        ("Water did suddenly collapse under heavy autumn rain", BRIDGE, None),
    ],
)
def test_a_pronoun_stands_for_the_subject_of_the_question(text: str, question: str, expected: str | None) -> None:
    assert told(text, question) == expected


@pytest.mark.parametrize(
    "joint",
    [
        "so",
        "thus",
        "hence",
        "therefore",
        "so,",
        "which means",
        "which means that",
        "that shows",
        "this proves that",
        "which implies",
        "it follows that",
        "SO",
    ],
)
def test_a_conclusion_answers_the_question(joint: str) -> None:
    assert told(f"Teeth, weight and speed count, {joint} a lion would beat it", LION) == ANSWERED


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("so it would beat them", ANSWERED),
        ("so it would sleep", None),
        ("so that hyena", None),
        ("so not a hyena", ANSWERED),
        ("so Not a hyena", ANSWERED),
        ("so not a tiger", None),
        ("so nothing for a hyena would fit", None),
        ("so a lion would sleep on it", None),
        ("so a lion would beat it", ANSWERED),
        ("so far for a lion or a hyena", None),
        ("so a lion would", ANSWERED),
        ("so a lion WOULD", ANSWERED),
        ("so a lion wouldn't", ANSWERED),
        ("so a lion would not.", ANSWERED),
        ("so a lion cannot", ANSWERED),
        ("so a tiger would", None),
        ("and a lion can beat drums", None),
        ("and also a lion can beat drums", None),
        ("so", None),
    ],
)
def test_a_clause_concludes_with_enough_words_of_the_question(clause: str, expected: str | None) -> None:
    assert told(f"Teeth, weight and speed count, {clause}", LION) == expected


def test_of_a_short_question_two_words_conclude() -> None:
    assert told("Teeth, weight and speed count, so a whale is never a fish") == ANSWERED
    assert told("Teeth, weight and speed count, so a whale would swim") is None


def test_of_a_long_question_half_the_words_conclude() -> None:
    start = "Winds, floods, frost and cracks count, so"
    assert told(f"{start} stone would collapse in heavy autumn", BRIDGE) == ANSWERED
    assert told(f"{start} timber would collapse in heavy autumn", BRIDGE) is None
