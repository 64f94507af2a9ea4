from __future__ import annotations

import pytest

from arango_thinking.matching.phrases.prose import in_prose
from arango_thinking.matching.words.wording import word_list

OTTERS = "Cunning otters often build quiet dens near muddy river banks"
STORKS = "Young storks leave the nest after nine weeks of feeding"
WAGES = "Wages rise when firms compete for skilled workers in busy towns"
TOWER = "The tower lost 30 slates during the great storm of that winter"
WEAVERS = "Skilled village weavers dyed soft wool"
CAUSES = "What are the main causes of erosion?"
FORCES = "strong dry desert wind, fast running river water, and ice"
NOUNS = word_list(
    "anvil bucket cradle drawer easel funnel goblet hammer inkwell jacket kettle ladder mirror needle oven pillow quilt"
    " ribbon"
)

ALL = (True, "The answer holds what the reference says.")
A_PART = (None, "The answer holds a part of what the reference says.")
ALMOST_NOTHING = (False, "The answer holds almost nothing of the reference.")
NOTHING = (False, "The answer holds nothing of the reference.")
OPPOSITE = (False, "The answer says the opposite of a word of the reference.")
DENIED = (False, "One of the two denies what the other says.")
NUMBER_REPLACED = (False, "A number of the reference is another one.")
NUMBER_DOUBTED = (None, "A number of the reference is missing or another one.")
DENIAL_DOUBTED = (None, "One of the two denies something, the other does not.")
TURNED = (None, "The answer turns a word of the reference round.")
SIDES = (None, "What the answer compares or joins has changed sides.")
ITEM_MISSING = (None, "A part of the list is missing.")
LISTS_MORE = (None, "The answer lists more than the reference.")
SAYS_MORE = (None, "The answer says much more than the reference.")


def judged(reference: str, answer: str, question: str = "What is known?") -> tuple[bool | None, str]:
    found = in_prose(question, reference, answer)
    return found.correct, found.reason


@pytest.mark.parametrize(
    ("answer", "expected", "score"),
    [
        (OTTERS, ALL, 1.0),
        ("Otters build quiet dens near muddy banks", ALL, 0.7),
        ("Otters build quiet dens near banks", A_PART, 0.6),
        ("Otters build dens", A_PART, 0.3),
        ("otters and dens", ALMOST_NOTHING, 0.2),
        ("lynxes", NOTHING, 0.0),
    ],
)
def test_the_share_of_the_key_terms_decides(answer: str, expected: tuple[bool | None, str], score: float) -> None:
    assert judged(OTTERS, answer) == expected
    assert in_prose("What is known?", OTTERS, answer).score == score


def test_two_thirds_of_the_key_terms_are_not_enough_and_a_quarter_is_something() -> None:
    assert judged(OTTERS.removeprefix("Cunning "), "otters build quiet dens near banks") == A_PART
    assert judged("Otters build quiet dens near river banks again", "Otters near it") == A_PART


def test_terms_that_the_question_gives_away_count_little() -> None:
    question = "Where do cunning otters build dens?"
    assert judged(OTTERS, "cunning otters build dens", question) == ALMOST_NOTHING
    assert judged(OTTERS, "often near muddy river banks, in quiet", question) == ALL


def test_the_terms_that_the_answer_lacks_are_told() -> None:
    reference = "Quiet otters build dens near rivers"
    assert in_prose("Where?", reference, "otters build dens near rivers").missing == ("quiet",)
    assert in_prose("Where?", reference, "otters build dens").missing == ("quiet", "near", "rivers")
    assert in_prose("Where?", reference, "otters").missing == ("quiet", "build", "dens", "near", "rivers")
    assert in_prose("Where?", reference, "lynxes").missing == ("quiet", "otters", "build", "dens", "near", "rivers")
    assert in_prose("Where?", reference, "otters build no dens near rivers").missing == ("quiet",)


def test_initials_of_names_in_the_reference_decide_nothing() -> None:
    reason = "One of the two may be the initials of the other."
    assert judged("the World Trade Board and its many friends", "WTB") == (None, reason)


def test_a_list_of_short_items_is_judged_as_a_list() -> None:
    assert judged("wind, water, and ice", "ice, water and wind") == (True, "The list is the same.")
    assert judged("wind, water, and ice", "ice and water") == (False, "A part of the list is missing.")


def test_the_little_words_and_signs_before_the_verb_are_no_matter() -> None:
    reference = "The main causes - of erosion - are wind that carries sand"
    found = in_prose("Name main causes of erosion.", reference, "main causes of erosion")
    assert (found.reason, found.missing) == (NOTHING[1], ("wind", "carries", "sand"))


@pytest.mark.parametrize(
    "verb", ["is", "are", "was", "were", "include", "includes", "included", "comprise", "comprises", "Are:"]
)
def test_a_beginning_that_repeats_the_question_does_not_count(verb: str) -> None:
    reference = f"The main causes of erosion {verb} wind that carries sand across bare fields"
    assert judged(reference, "The main causes of erosion", CAUSES) == NOTHING
    assert judged(reference, "wind that carries sand across bare fields", CAUSES) == ALL
    assert in_prose(CAUSES, reference, "wind that carries sand across bare fields").missing == ()


def test_a_beginning_that_says_something_itself_counts() -> None:
    answer = "sand that the wind carries"
    assert judged("Bare fields are where wind carries the sand", answer, CAUSES) == A_PART
    assert in_prose(CAUSES, "The dry causes are sand that the wind carries", answer).missing == ("dry", "causes")
    assert in_prose(CAUSES, "The dry-erosion causes are sand that the wind carries", answer).missing[:1] == ("dry",)


def test_a_reference_that_begins_with_the_verb_is_kept_whole() -> None:
    question = "What should the broth include?"
    assert in_prose(question, "Include roasted onions with thyme", "roasted onions with thyme").missing == ("include",)


def test_a_reference_that_only_repeats_the_question_is_kept_whole() -> None:
    assert in_prose(CAUSES, "The main causes include", "The main causes").missing == ("include",)


@pytest.mark.parametrize(
    ("reference", "answer", "expected"),
    [
        (WAGES, WAGES.replace("rise", "fall"), OPPOSITE),
        (WAGES, WAGES.replace("rise", "do not fall"), DENIAL_DOUBTED),
        (WAGES, WAGES.replace("rise", "never rise"), DENIED),
        (WAGES.replace("rise", "never rise"), WAGES, DENIED),
        (WAGES.replace("rise", "never rise"), WAGES.replace("rise", "fall"), DENIAL_DOUBTED),
        (WAGES.replace("rise", "never rise"), WAGES.replace("rise", "never fall"), TURNED),
        (WAGES.replace("rise", "never rise"), WAGES.replace("rise", "do not rise"), ALL),
        (WAGES, "Wages fall when firms compete for workers in towns", TURNED),
        (WAGES, "Wages do not rise when firms compete for workers", DENIAL_DOUBTED),
    ],
)
def test_an_opposite_or_a_denial_in_the_words_of_the_reference(
    reference: str, answer: str, expected: tuple[bool | None, str]
) -> None:
    assert judged(reference, answer) == expected


@pytest.mark.parametrize(
    "answer",
    [
        "Young storks do not leave the nest after nine weeks of feeding",
        "Young storks do not leave the nest suddenly after nine weeks of feeding",
        "Not young storks leave the nest after nine weeks of feeding",
        "Young storks leave the nest after nine weeks, without the feeding",
    ],
)
def test_the_words_after_a_negation_are_what_it_denies(answer: str) -> None:
    assert judged(STORKS, answer) == DENIED


@pytest.mark.parametrize(
    "addition",
    [
        ", never at night",
        ", never the nest at night",
        ", but never leave the nest at night",
        ", and never leave marshes",
        " and not",
        ", and no crow may leave the nest",
    ],
)
def test_a_negation_of_something_added_denies_nothing_for_certain(addition: str) -> None:
    assert judged(STORKS, STORKS + addition) == DENIAL_DOUBTED
    assert judged(STORKS + addition, STORKS) == DENIAL_DOUBTED


def test_an_answer_of_just_enough_words_may_contradict() -> None:
    assert judged(OTTERS, "Otters never build quiet dens near muddy banks") == DENIED


def test_a_denial_beside_an_opposite_decides_nothing() -> None:
    assert judged(WAGES, "Wages fall and firms do not compete for skilled workers in busy towns") == DENIAL_DOUBTED


def test_a_slip_of_the_pen_after_a_negation_is_forgiven() -> None:
    assert judged("Scholars translated the scrolls", "Scholars have not translatted scrolls") == DENIED


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("The tower lost 30 slates during the great winter storm", ALL),
        ("The tower lost thirty slates during the great winter storm", ALL),
        ("The tower lost 30 slates during the third great winter storm", ALL),
        ("The tower lost 30 slates during one great winter storm", ALL),
        ("The tower lost 40 slates during the great winter storm", NUMBER_REPLACED),
        ("The tower lost 30.001 slates during the great winter storm", NUMBER_DOUBTED),
        ("The tower lost slates during the great winter storm", NUMBER_DOUBTED),
        ("The tower lost 40 slates and 2 bells during the great winter storm", NUMBER_DOUBTED),
        ("The tower lost 30 slates and 2 bells during the great winter storm", NUMBER_DOUBTED),
        ("The tower did not lose 40 slates during the great winter storm", NUMBER_DOUBTED),
        ("The tower lost 40 slates during the small storm of that winter", NUMBER_REPLACED),
        ("The tower lost 40 slates that winter", NUMBER_DOUBTED),
    ],
)
def test_the_numbers_of_the_prose_have_to_agree(answer: str, expected: tuple[bool | None, str]) -> None:
    assert judged(TOWER, answer) == expected


def test_a_number_is_not_certainly_another_one_where_words_are_turned_round_too() -> None:
    reference = "Wages never rise in the 30 busy market towns of Wales"
    assert judged(reference, "Wages never fall in the 40 busy market towns of Wales") == NUMBER_DOUBTED


def test_of_two_missing_numbers_none_is_certainly_another_one() -> None:
    reference = "The 30 slates and 4 doors of the old tower fell"
    assert judged(reference, "The 30 slates and 5 doors of the old tower fell") == NUMBER_REPLACED
    assert judged(reference, "The 35 slates and doors of the old tower fell") == NUMBER_DOUBTED


def test_the_numbers_of_the_question_may_come_or_go() -> None:
    question = "Why did the 12 bells of the tower fall silent in 1790?"
    reference = "Hungry foreign soldiers melted all 12 bells for 3 cannon"
    assert judged(reference, "Hungry foreign soldiers melted the bells for 3 cannon", question) == ALL
    assert judged(reference, "In 1790 hungry foreign soldiers melted 12 bells for 3 cannon", question) == ALL
    assert judged(reference, "Hungry foreign soldiers melted the bells for 4 cannon", question) == NUMBER_REPLACED
    assert judged(reference, "Hungry foreign soldiers melted 12 bells for 1790 cannon", question) == NUMBER_DOUBTED


def test_an_answer_may_add_a_number_where_the_reference_has_none_of_its_own() -> None:
    question = "Why did the 12 bells of the tower fall silent?"
    assert judged("Foreign soldiers melted the bells", "5 foreign soldiers melted the bells") == ALL
    assert judged("Foreign soldiers melted all 12 bells", "5 foreign soldiers melted the bells", question) == ALL


def test_one_is_a_number_only_with_a_unit() -> None:
    beans = "Careful cooks soak dried beans for one hour"
    assert judged(beans, "Careful cooks soak dried beans for two hours") == NUMBER_REPLACED
    assert judged(beans, "Careful cooks soak dried beans for 60 minutes") == ALL
    assert judged("Careful cooks soak one dried bean", "Careful cooks soak a dried bean") == ALL


@pytest.mark.parametrize(
    ("one", "pivot", "other"),
    [
        ("oak", "is denser than", "young pine"),
        ("drought", "causes", "failed harvests"),
        ("droughts", "cause", "failed harvests"),
        ("drought", "caused", "failed harvests"),
        ("drought", "leads to", "failed harvests"),
        ("droughts", "lead to", "failed harvests"),
        ("drought", "led to", "failed harvests"),
        ("drought", "results in", "failed harvests"),
        ("droughts", "result in", "failed harvests"),
        ("frost", "before", "heavy snow"),
        ("frost", "after", "heavy snow"),
        ("starch", "turns into", "malt sugar"),
        ("yeast", "produces", "sour dough"),
        ("yeasts", "produce", "sour dough"),
        ("rye", "replaced", "winter wheat"),
        ("Venice", "defeated", "proud Genoa"),
        ("Venice", "beat", "proud Genoa"),
        ("tin", "exceeds", "molten zinc"),
        ("tins", "exceed", "molten zinc"),
        ("frost", "precedes", "heavy snow"),
        ("frosts", "precede", "heavy snow"),
        ("frost", "follows", "heavy snow"),
        ("frosts", "follow", "heavy snow"),
        ("bile", "contains", "brown pigment"),
        ("salts", "contain", "brown pigment"),
        ("Titan", "orbits", "ringed Saturn"),
        ("moons", "orbit", "ringed Saturn"),
        ("cider", "comes from", "ripe apples"),
        ("Venice", "attacked", "proud Genoa"),
        ("Bell", "invented", "spoken telegraphy"),
        ("Cook", "discovered", "stranded sailors"),
        ("growth", "depends on", "steady rain"),
        ("crops", "depend on", "steady rain"),
        ("frost", "PRECEDES", "heavy snow"),
    ],
)
def test_what_is_compared_or_joined_must_not_change_sides(one: str, pivot: str, other: str) -> None:
    assert judged(f"{one} {pivot} {other}", f"{other} {pivot.lower()} {one}") == SIDES
    assert judged(f"{one} {pivot} {other}", f"the {one} {pivot} the {other}") == ALL


def test_a_word_that_joins_without_a_direction_may_be_turned() -> None:
    assert judged("frost meets heavy snow", "heavy snow meets frost") == ALL
    assert judged("brine becomes table salt", "table salt becomes brine") == ALL


def test_one_subject_exchanged_for_another_changes_sides_too() -> None:
    wires = "Copper wires carry current better than iron wires of equal thickness"
    assert judged(wires, "Iron wires carry current better than copper wires of equal thickness") == SIDES
    assert judged(wires, "Copper wires of equal thickness carry current better than iron wires") == ALL


def test_most_of_the_words_must_keep_their_side() -> None:
    assert judged("Cold frost precedes heavy snow", "It precedes frost") == SIDES
    assert judged("Cold frost precedes heavy snow", "Frost precedes the cold") == A_PART


def test_a_form_of_a_word_that_changes_sides_is_that_word() -> None:
    assert judged("Drought causes floods", "A flood causes droughts") == SIDES


def test_an_answer_without_the_joining_word_changes_no_sides() -> None:
    assert judged("Droughts cause failed harvests", "Failed harvests, because of droughts") == ALL
    assert judged("Venice beat proud Genoa", "Proud Genoa was beaten by Venice") == ALL
    assert judged("Frost precedes heavy snow", "Heavy snow succeeds frost") == ALL


def test_each_of_several_joining_words_is_looked_at() -> None:
    reference = "Frost before winter precedes heavy snow"
    assert judged(reference, "Heavy snow precedes the winter frost") == SIDES


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Skilled village weavers dyed soft wool", ALL),
        ("Wool skilled weavers village dyed soft", ALL),
        ("Wool skilled weavers dyed village soft", SIDES),
        ("Skilled wool village soft dyed weavers", SIDES),
        ("Soft wool skilled village weavers dyed", SIDES),
    ],
)
def test_words_mostly_in_reverse_order_are_in_doubt(answer: str, expected: tuple[bool | None, str]) -> None:
    assert judged(WEAVERS, answer) == expected


def test_four_words_are_too_few_to_tell_an_order() -> None:
    assert judged("Weavers dyed soft wool", "Wool soft dyed weavers") == ALL
    assert judged("The weavers dyed the soft wool and us", "And the wool, soft, dyed us, the weavers") == ALL
    assert judged("Weavers dyed soft lamb wool", "Wool lamb soft dyed weavers") == SIDES
    assert judged("Weavers dyed soft lamb wool", "Wool soft dyed weavers") == ALL


@pytest.mark.parametrize(
    "word", ["by", "when", "since", "because", "as", "if", "after", "before", "due", "of", "once", "while", "By"]
)
def test_a_passive_or_a_clause_put_first_accounts_for_the_order(word: str) -> None:
    assert judged(WEAVERS, f"Soft wool {word} skilled village weavers dyed") == ALL


def test_a_word_that_the_reference_has_too_accounts_for_no_order() -> None:
    assert judged(f"{WEAVERS} by us", "Soft wool skilled village weavers dyed by us") == SIDES
    assert judged(WEAVERS, "Soft wool, baby, skilled village weavers dyed") == SIDES
    assert judged(WEAVERS, "Soft wool skilled village weavers dyed often") == SIDES


def test_every_item_of_a_list_has_to_be_held() -> None:
    some = "strong dry desert wind that blows all day and fast running river water"
    assert judged(FORCES, f"{some} and ice") == ALL
    assert judged(FORCES, some) == ITEM_MISSING


def test_an_answer_must_not_list_more_than_the_reference() -> None:
    some = "strong dry desert wind over fields, fast running river water, ice"
    assert judged(FORCES, some) == ALL
    assert judged(FORCES, f"{some}, fire") == LISTS_MORE
    assert judged(WEAVERS, "skilled village weavers dyed soft wool, red yarn, silk, flax") == ALL


def test_an_answer_may_add_three_words_for_one_of_the_reference_and_five_more() -> None:
    reference = "Weavers dyed soft wool"
    assert judged(reference, f"{reference} {' '.join(NOUNS[:17])}") == ALL
    assert judged(reference, f"{reference} {' '.join(NOUNS[:18])}") == SAYS_MORE
    assert judged(reference, f"{reference} {' '.join(NOUNS[:18])}", "What of the anvil?") == ALL


def test_an_answer_may_add_one_word_for_one_of_a_list_and_five_more() -> None:
    reference = "grey wind, deep water, and ice"
    assert judged(reference, f"grey wind {' '.join(NOUNS[:10])}, deep water, ice") == ALL
    assert judged(reference, f"grey wind {' '.join(NOUNS[:11])}, deep water, ice") == SAYS_MORE


@pytest.mark.parametrize(
    ("answer", "score"),
    [
        (WAGES.replace("rise", "never rise"), 0.9),
        ("Wages never rise when firms compete for skilled workers", 0.75),
        (f"{WAGES}, but not on farms", 0.9),
        ("Wages rise when firms compete for skilled workers in towns, but not on farms", 0.875),
    ],
)
def test_a_doubted_answer_is_never_scored_as_a_right_one(answer: str, score: float) -> None:
    assert in_prose("What is known?", WAGES, answer).score == score
