from __future__ import annotations

import pytest

from arango_thinking.firewall.words import (
    asserted_whole,
    disguised,
    letter_stated,
    prose_leak,
    repeated,
    same_root,
    stated,
)

MOST = "It uses most of the words that make up the answer."
NAME = "It gives a part of the name that is asked for."
ITEMS = "It tells several items of the list that is asked for."
RUN = "It repeats a run of words of the answer."

GRANITE = "slow cooling of molten rock"
LIGHTS = "The lights of the old harbour town went out for good one windy night"
THREATS = "signal interception, jamming, and spoofing"
WEATHER = "bright sun, cold drizzle, thick fog, and ice"
STORMS = "long warm wind, short cold rain, and deep white snow"


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("Lisbon", "think of LISBON!"),
        ("the red fox", "red foxes ran"),
        ("red fox", "a red, the fox"),
        ("jammed", "they are jamming it"),
        ("The", "the"),
    ],
)
def test_a_text_repeats_an_answer_in_any_form_of_its_words(reference: str, text: str) -> None:
    assert repeated(reference, text)


@pytest.mark.parametrize(
    ("reference", "text"), [("Lisbon", "think of Lisbonite"), ("red fox", "fox red"), ("red fox", "red old fox")]
)
def test_a_text_without_the_answer_does_not_repeat_it(reference: str, text: str) -> None:
    assert not repeated(reference, text)


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("Lisbon", "The answer is Lisbon"),
        ("Lisbon", "So the answer is LISBON, I think"),
        ("Lisbon", "The answer is “Lisbon”!"),
        ("Lisbon", "The an\u00adswer is Lis\u00adbon."),
        ("Lisbon.", "The answer is Lisbon; fine"),
        ("C++", "The answer is C++."),
        ("ﬁve cats", "The answer is five cats."),
    ],
)
def test_an_answer_is_asserted_whole(reference: str, text: str) -> None:
    assert asserted_whole(reference, text)


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("Lisbon", "The answer is Lisbon airport"),
        ("Lisbon", "The answer is Lisbonite."),
        ("Lisbon", "I went to Lisbon."),
        ("C++", "The answer is CC."),
        ("Lisbon", "The answer is Porto."),
    ],
)
def test_an_answer_inside_a_longer_one_is_not_asserted(reference: str, text: str) -> None:
    assert not asserted_whole(reference, text)


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("Norway", "It is Norway"),
        ("United Kingdom", "in the UK"),
        ("United Kingdom", "in the U.K."),
        ("United Kingdom", "in the ＵＫ"),
        ("United Kingdom", "in great britain"),
        ("United Kingdom", "britain, then"),
        ("The Hague", "in den haag"),
        ("Soviet Union", "in the USSR"),
        ("water", "some H2O"),
        ("World Health Organization", "it is the WHO"),
        ("Saint Petersburg", "in St. Petersburg"),
    ],
)
def test_an_answer_may_be_stated_by_another_name(reference: str, text: str) -> None:
    assert stated(reference, text, "Which one is it?")


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("Norway", "It is Sweden"),
        ("United Kingdom", "a uk accent"),
        ("United Kingdom", "the UKIP"),
        ("United Kingdom", "the xUK"),
        ("water", "the h2o"),
        ("World Health Organization", "it is the one who knows"),
    ],
)
def test_an_abbreviation_is_told_from_a_word_by_its_case(reference: str, text: str) -> None:
    assert not stated(reference, text, "Which one is it?")


def test_another_name_that_the_question_holds_may_be_repeated() -> None:
    assert not stated("United Kingdom", "in the UK", "Is the UK its home, and by what long name?")
    assert stated("United Kingdom", "in Britain", "Is the UK its home, and by what long name?")
    assert stated("United Kingdom", "in the United Kingdom", "What is the long name of the United Kingdom?")


def test_the_one_letter_that_the_answer_adds_is_stated() -> None:
    assert letter_stated("vitamin C", "The letter C", "Which vitamin?")
    assert letter_stated("vitamin C", "(Ｃ)", "Which vitamin?")
    assert letter_stated("hepatitis B", "B", "Which kind of hepatitis?")


@pytest.mark.parametrize(
    ("reference", "text", "question"),
    [
        ("vitamin C", "see me", "Which vitamin?"),
        ("vitamin C", "vitamin c", "Which vitamin?"),
        ("vitamin C", "a Can of C3", "Which vitamin?"),
        ("vitamin C", "J.C", "Which vitamin?"),
        ("vitamin C", "C's", "Which vitamin?"),
        ("vitamin C", "C", "Which one?"),
        ("vitamin C", "C", "Is it vitamin C or D?"),
        ("C", "C", "Which vitamin?"),
        ("vitamin A", "A", "Which vitamin?"),
        ("vitamin I", "I", "Which vitamin?"),
        ("vitamin 5", "5", "Which vitamin?"),
        ("vitamin DE", "DE", "Which vitamin?"),
    ],
)
def test_other_letters_state_nothing(reference: str, text: str, question: str) -> None:
    assert not letter_stated(reference, text, question)


@pytest.mark.parametrize(
    "text",
    [
        "C-a-n-b-e-r-r-a",
        "c a n b e r r a",
        "C. a. n. b. e. r. r. a.",
        "c,a,n,b,e,r,r,a",
        "c _ a _ n _ b _ e _ r _ r _ a",
        "c * a * n * b * e * r * r * a",
        "c - a - n - b - e - r - r - a",
        "ca-nberra",
        "ca.nberra",
        "ca*nberra",
        "ca_nberra",
        "ca‧nberra",
        "(“Ca--nberra”)",
        "C̀a-nberra",
        "from ca-nberra-city",
    ],
)
def test_an_answer_taken_apart_is_disguised(text: str) -> None:
    assert disguised("Canberra", text)


@pytest.mark.parametrize("text", ["c a n", "can-berry", "c a n b e r r at", "arc a n b e r r a"])
def test_other_pieces_disguise_nothing(text: str) -> None:
    assert not disguised("Canberra", text)


def test_very_long_tokens_are_not_searched() -> None:
    assert disguised("Canberra", f"{'x' * 50}-ca-nberra")
    assert not disguised("Canberra", f"{'x' * 51}-ca-nberra")


def test_three_letters_may_be_spelled_and_two_told_one_after_the_other() -> None:
    assert disguised("Rio", "r i o")
    assert disguised("Rio", "r-i-o")


@pytest.mark.parametrize(
    "text",
    [
        "A followed by u",
        "a, followed by u",
        "a then u",
        "A and then u",
        "a then a u",
        "a then an u",
        "a then the letter u",
        "a followed by an u",
    ],
)
def test_two_letters_in_turn_tell_a_symbol(text: str) -> None:
    assert disguised("Au", text)


@pytest.mark.parametrize("text", ["u then a", "a then us", "la then u", "a followed u", "a or u", "Au"])
def test_other_letters_tell_no_symbol(text: str) -> None:
    assert not disguised("Au", text)


def test_a_single_letter_has_no_disguise() -> None:
    assert not disguised("A", "a-a then a")


@pytest.mark.parametrize(
    "text", ["Copenha___", "C_penh_gen", "C*penhagen", "“_openhagen”.", "Copen_agen", "Co**nhagen"]
)
def test_a_mask_that_shows_most_of_the_letters_gives_the_word_away(text: str) -> None:
    assert disguised("Copenhagen", text)


@pytest.mark.parametrize(
    "text",
    ["Copenh____", "C________n", "Copenha___x", "Copenh_gan", "xCopenha___", "Copenha+++"],
)
def test_a_mask_that_shows_little_or_other_letters_does_not(text: str) -> None:
    assert not disguised("Copenhagen", text)


def test_a_mask_must_show_more_than_three_fifths_of_the_letters() -> None:
    assert disguised("Canberra", "Canbe___")
    assert not disguised("Canberra", "Canb____")


@pytest.mark.parametrize(
    "text", ["haemo and then globin", "Haemo, globin", "haemog lobin", "nibolgomeah backwards", "haemoglo bin"]
)
def test_two_halves_in_order_or_the_word_backwards_tell_it(text: str) -> None:
    assert disguised("haemoglobin", text)


@pytest.mark.parametrize("text", ["globin haemo", "haemo glob", "haemo obin", "ha emoglobin", "house globin"])
def test_other_halves_do_not(text: str) -> None:
    assert not disguised("haemoglobin", text)


def test_halves_have_three_letters_at_least() -> None:
    assert disguised("Johannes Kepler", "kep ler")
    assert not disguised("Johannes Kepler", "ke pler")
    assert not disguised("Johannes Kepler", "kepl er")


def test_short_words_are_told_backwards_but_not_in_halves() -> None:
    assert disguised("Oslo", "olso fjord")
    assert disguised("Lagos", "sogal")
    assert not disguised("basin", "bas in")
    assert not disguised("Rio", "oir")
    assert disguised("planet", "pla net")


def test_the_last_name_alone_may_be_disguised() -> None:
    assert disguised("Johannes Kepler", "K-e-p-l-e-r")
    assert disguised("Johannes Kepler", "johannesk-epler")
    assert disguised("Johann Sebastian Bach", "b-a-c-h")
    assert not disguised("Johann Sebastian Bach", "s-e-b-a-s-t-i-a-n")
    assert disguised("Ada King", "k-i-n-g")
    assert not disguised("Lao Tse", "t-s-e")
    assert disguised("Lao Tse", "laot-se")


def test_only_a_name_is_told_by_its_last_word() -> None:
    assert not disguised("black kettle", "k-e-t-t-l-e")
    assert disguised("black kettle", "black-kettle")


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("gravity", "gravitational"),
        ("gravity", "gravitas"),
        ("Canberra", "it begins with canber"),
        ("interception", "they intercepted it"),
        ("the planets", "planetary"),
        ("Galaxies", "a GALAXY far away"),
        ("temperature", "temperatures"),
    ],
)
def test_a_long_word_is_told_by_another_form(reference: str, text: str) -> None:
    assert disguised(reference, text)


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("gravity", "gravel"),
        ("gravity", "gravi"),
        ("interception", "intercom"),
        ("temperature", "temperate"),
        ("Windows95", "windows"),
    ],
)
def test_a_word_that_only_begins_alike_tells_nothing(reference: str, text: str) -> None:
    assert not disguised(reference, text)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("planet", "planets"),
        ("branch", "branches"),
        ("plant", "planted"),
        ("plant", "planting"),
        ("correct", "correction"),
        ("correct", "corrections"),
        ("inform", "information"),
        ("observe", "observations"),
        ("object", "objective"),
        ("conduct", "conductor"),
        ("create", "creators"),
        ("plant", "planter"),
        ("plant", "planters"),
        ("quick", "quickly"),
        ("comic", "comical"),
        ("comic", "comically"),
        ("angel", "angelic"),
        ("method", "methodical"),
        ("human", "humanity"),
        ("bright", "brightness"),
        ("state", "statement"),
        ("state", "statements"),
        ("create", "creation"),
        ("cloud", "cloudy"),
        ("colony", "colonies"),
        ("perform", "performance"),
        ("differ", "difference"),
        ("break", "breakable"),
        ("convert", "convertible"),
        ("danger", "dangerous"),
        ("violin", "violinist"),
        ("violin", "violinists"),
        ("magnet", "magnetism"),
        ("modern", "modernize"),
        ("modern", "modernizes"),
        ("modern", "modernized"),
        ("modern", "modernise"),
        ("modern", "modernises"),
        ("modern", "modernised"),
        ("modern", "modernizing"),
        ("modern", "modernising"),
        ("russia", "russian"),
        ("chile", "chilean"),
        ("brazil", "brazilian"),
        ("fever", "feverish"),
        ("interception", "intercepted"),
        ("fever", "fever"),
    ],
)
def test_words_of_one_root(left: str, right: str) -> None:
    assert same_root(left, right)
    assert same_root(right, left)


@pytest.mark.parametrize(
    ("left", "right"), [("plan", "plans"), ("jump", "jumped"), ("river", "rivet"), ("happy", "happiness")]
)
def test_short_or_changed_words_are_of_no_common_root(left: str, right: str) -> None:
    assert not same_root(left, right)


@pytest.mark.parametrize(
    ("text", "reference", "expected"),
    [
        ("slow or deep", GRANITE, None),
        ("a slow rock", GRANITE, MOST),
        ("slow", "slow molten rock", None),
        ("a slow rock", "slow molten rock", MOST),
        ("cool molten rocks", GRANITE, MOST),
        ("rock in motion", "rock and movement", None),
        ("rock and moves", "rock of the movement", None),
        ("slow wet rock dust", "slow cooling of molten rock in deep wet layers of dust under hills", None),
        ("slow wet rock dust hills", "slow cooling of molten rock in deep wet layers of dust under hills", MOST),
        ("an interceptor of signals", "intercepted signal traffic", MOST),
        ("before", "before noon", None),
        ("noon", "before noon", MOST),
        ("after and old", "after very old age", None),
    ],
)
def test_most_of_the_new_words_tell_an_answer(text: str, reference: str, expected: str | None) -> None:
    assert prose_leak(text, "How does it form?", reference) == expected


def test_words_of_the_question_are_not_new() -> None:
    question = "How does molten rock form slow layers?"
    assert prose_leak("molten rock, slow", question, GRANITE) is None
    assert prose_leak("by cooling", question, GRANITE) == MOST
    assert prose_leak("molten rock", question, "slow molten rock") is None
    assert prose_leak("anything", question, "after it, before it") is None


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("Hopper wrote it", "Who wrote it?", NAME),
        ("a note by hopper", "Who wrote it?", NAME),
        ("Hop\u00adper wrote it", "Who wrote it?", NAME),
        ("Grace wrote it", "Who wrote it?", NAME),
        ("It was Grace", "What is it called?", NAME),
        ("Grace is needed", "What is it called?", None),
        ("a woman of grace", "Who wrote it?", None),
        ("It was Giovanni", "Who wrote it?", None),
        ("Hopper wrote it", "Who was Hopper by her full name?", None),
    ],
)
def test_a_part_of_a_name_is_nearly_the_name(text: str, question: str, expected: str | None) -> None:
    assert prose_leak(text, question, "Grace Hopper") == expected


@pytest.mark.parametrize(
    ("text", "reference", "expected"),
    [
        ("in some park", "Blue Ridge Park", NAME),
        ("in a Blue one", "Blue Ridge Park", NAME),
        ("in a blue one", "Blue Ridge Park", None),
        ("Blue skies are there", "Blue Ridge Park", None),
        ("It is far. Blue skies are there", "Blue Ridge Park", None),
        ("It is far! Blue skies are there", "Blue Ridge Park", None),
        ("Is it far? Blue skies are there", "Blue Ridge Park", None),
        ("It is so: Blue skies are there", "Blue Ridge Park", None),
        ('It is far. "Blue skies are there', "Blue Ridge Park", None),
        ("It is (Blue skies are there)", "Blue Ridge Park", NAME),
        ("*Blue skies are there", "Blue Ridge Park", None),
        ("Blue, Green or Red", "Blue Ridge Park", NAME),
        ("It is so: Blue, Green or Red", "Blue Ridge Park", NAME),
        ("Blue", "Blue Ridge Park", NAME),
        ("Blue.", "Blue Ridge Park", None),
        ("it is Very warm", "Very Blue Ridge", None),
        ("it is a Lake there", "Lake Eyre Basin", None),
        ("it is an Eyre", "Lake Eyre Basin", NAME),
        ("it is Red there", "Red Sand Basin", None),
        ("it is Sand there", "Red Sand Basin", NAME),
        ("a sandy creek", "Sand Creek City", None),
        ("a sandy Creek", "Sand Creek City", NAME),
        ("a great city", "Sand Creek City", None),
        ("a great bay", "Lake City", None),
        ("in some park", "Great Blue Ridge Park", NAME),
        ("on some trail", "Great Blue Ridge Park Trail", None),
        ("some kettle", "black iron kettle", None),
    ],
)
def test_a_capital_inside_a_sentence_tells_a_part_of_a_name(text: str, reference: str, expected: str | None) -> None:
    assert prose_leak(text, "Which place is it?", reference) == expected


@pytest.mark.parametrize(
    ("text", "reference", "expected"),
    [
        ("think of RGB", "red, green and blue", ITEMS),
        ("think of ＲＧＢ", "red, green and blue", ITEMS),
        ("think of rgb", "red, green and blue", None),
        ("think of RGBA", "red, green and blue", None),
        ("think of ARGB", "red, green and blue", None),
        ("think of SP", "salt and pepper", None),
        ("think of SJS", THREATS, ITEMS),
        ("bright, drizzle and thick", WEATHER, ITEMS),
        ("bright, thick and ice", WEATHER, ITEMS),
        ("bright and thick", WEATHER, None),
        ("sun, cold and fog", WEATHER, None),
        ("grapes", "red grapes and old grapes", ITEMS),
        ("long warm days, short cold ones", STORMS, ITEMS),
        ("warm days, cold ones", STORMS, None),
        ("long warm wind, cold", STORMS, None),
        ("long, short and white", STORMS, None),
    ],
)
def test_several_items_of_a_list_are_told(text: str, reference: str, expected: str | None) -> None:
    assert prose_leak(text, "Which ones are there?", reference) == expected


def test_an_item_that_the_question_holds_is_not_told() -> None:
    assert prose_leak("wind", "Is it rain, or what else is it?", "rain, warm wind, and deep snow") is None


def test_an_item_is_told_by_what_the_question_does_not_hold() -> None:
    question = "Which kinds of warm and of cold weather are there?"
    assert prose_leak("wind and rain", question, "warm wind, cold rain, wet deep snow, and hard bright ice") is None
    assert prose_leak("wind and rain", question, "warm wind, cold rain, and wet deep bright snow") == ITEMS
    assert prose_leak("warm and cold", question, "warm wind, cold rain, and wet deep bright snow") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in the old harbour town", RUN),
        ("lights of the old kind", RUN),
        ("harbour towns went out", RUN),
        ("good one windy nights", RUN),
        ("the old harbour", None),
        ("old harbour the town", None),
        ("the lights of the sea", None),
        ("went out for bad", None),
        ("it was one windy night", None),
    ],
)
def test_a_run_of_four_words_of_the_answer_tells_it(text: str, expected: str | None) -> None:
    assert prose_leak(text, "Why did the ship run aground?", LIGHTS) == expected


def test_a_run_of_words_that_the_question_holds_tells_nothing() -> None:
    assert prose_leak("harbour town went out", "Why say that the harbour town went out?", LIGHTS) is None
    assert prose_leak("old harbour town went", "Why did the harbour town go out?", LIGHTS) is None
