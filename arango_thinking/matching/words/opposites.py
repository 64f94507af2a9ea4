"""Words that cannot both be right: opposites, and the members of small classes such as the colours."""

from __future__ import annotations

from collections.abc import Collection

from arango_thinking.matching.words.terms import stem, stems
from arango_thinking.matching.words.wording import word_list

# Pairs of opposites. Words are compared by their stems, so one form of each word is enough.
_PAIRS = """
increase decrease | increase reduce | increase lower | raise lower | raise reduce | rise fall | rise drop | rise decline
grow shrink | grow decline | expand contract | expand shrink | gain lose | gain loss | higher lower | high low
more less | more fewer | greater smaller | greater less | larger smaller | large small | big small | longer shorter
long short | better worse | best worst | improve worsen | good bad | before after | above below | over under
positive negative | effective ineffective | safe unsafe | possible impossible | likely unlikely | legal illegal
north south | northern southern | east west | eastern western | left right | hot cold | warm cool | warmer cooler
hotter colder | first last | faster slower | fast slow | earlier later | early late | minimum maximum | most least
allow forbid | accept reject | win lose | won lost | true false | light dark | heavy light | heavier lighter
strong weak | stronger weaker | strengthen weaken | inside outside | internal external | toward away | all none
always never | everyone nobody | everything nothing | male female | man woman | men women | import export | buy sell
attract repel | absorb emit | absorb release | upper lower | top bottom | front back | active passive | odd even
acid alkaline | acidic basic | begin end | start end | start stop | open close | up down | rich poor | old young
old new | older younger | thick thin | wide narrow | hard soft | wet dry | full empty | deep shallow | public private
major minor | majority minority | same different | similar different | direct indirect | voluntary involuntary
success failure | succeed fail | push pull | clockwise anticlockwise | clockwise counterclockwise | dominant recessive
horizontal vertical | parallel perpendicular | concave convex | solid liquid | liquid gas | day night | summer winter
prevent cause | prevent allow | support oppose | help hinder | demand supply | profit loss | aerobic anaerobic
systolic diastolic | benign malignant | soluble insoluble | visible invisible | complete incomplete | with without
"""
_CLASSES = (
    "red orange yellow green blue indigo violet purple pink brown black white gray turquoise",
    "monday tuesday wednesday thursday friday saturday sunday",
    "january february march april may june july august september october november december",
    "spring summer autumn winter",
    "north south east west northeast northwest southeast southwest",
    "mercury venus earth mars jupiter saturn uranus neptune pluto",
    "africa europe asia australia antarctica",
    "igneous sedimentary metamorphic",
    "solid liquid gas plasma",
    "hydrogen helium lithium carbon nitrogen oxygen fluorine neon sodium magnesium aluminum silicon phosphorus sulfur"
    " chlorine argon potassium calcium iron nickel copper zinc silver tin iodine gold mercury lead uranium",
    "triangle square rectangle circle pentagon hexagon octagon",
    "mammal bird reptile amphibian fish insect",
    "mitosis meiosis",
    "photosynthesis respiration fermentation digestion",
    "breakfast lunch dinner",
    "heart liver kidney lung stomach brain skin pancreas spleen bladder intestine gallbladder thyroid",
    "diamond graphite quartz topaz talc gypsum calcite corundum ruby emerald sapphire steel glass",
    "freeze melt boil evaporate condense sublimate",
    "monoxide dioxide trioxide",
    "violin viola cello piano flute guitar trumpet drum harp clarinet oboe",
    "dog cat horse cow sheep pig goat lion tiger bear wolf fox whale dolphin shark eagle frog bat mouse rabbit",
    "salt sugar pepper flour butter milk vinegar water oil ammonia bleach",
    "football tennis basketball baseball cricket hockey golf rugby",
    "bicycle bus train car lorry ship boat",
    "spring autumn winter",
    "poem novel play opera symphony",
)

# Two different words with the same one of these endings are two different things of one kind.
_KINDS = ("ology", "synthesis", "itis", "osis", "onomy", "ometer", "oscope", "archy")

# These prefixes turn a word into its opposite.
_TURNING = ("un", "in", "im", "il", "ir", "dis", "non", "a", "mis")

_OPPOSITES = tuple(
    (stem(one), stem(other))
    for line in _PAIRS.split("\n")
    for pair in line.split("|")
    if pair.strip()
    for one, other in [word_list(pair)]
)
_RIVALS = tuple(frozenset(stem(word) for word in word_list(members)) for members in _CLASSES)


def exclude(left: str, right: str) -> bool:
    """Whether only one of two words (or stems) can be right."""
    one, other = stem(left), stem(right)
    if one == other:
        return False
    if (one, other) in _OPPOSITES or (other, one) in _OPPOSITES:
        return True
    if any(long == prefix + short for short, long in ((one, other), (other, one)) for prefix in _TURNING):
        return True
    if any(one in rivals and other in rivals for rivals in _RIVALS):
        return True
    return any(left.endswith(ending) and right.endswith(ending) for ending in _KINDS)


def turned_round(reference: str, answer: str) -> bool:
    """Whether the answer says the opposite of a word of the reference ("higher" for "lower")."""
    expected, said = set(stems(reference)), set(stems(answer))
    return any(
        _replaces(one, other, expected, said) or _replaces(other, one, expected, said) for one, other in _OPPOSITES
    )


def _replaces(word: str, opposite: str, expected: Collection[str], said: Collection[str]) -> bool:
    return word in expected and opposite not in expected and opposite in said and word not in said
