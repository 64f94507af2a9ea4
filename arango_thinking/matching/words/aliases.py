"""Different names of one thing: short forms of countries, cities in their own language, formulas, synonyms."""

from __future__ import annotations

import re

from arango_thinking.matching.words.terms import STOP_WORDS
from arango_thinking.matching.words.wording import folded, plain

# Each line is a group of names for one thing. Abbreviations are in capitals, which distinguish them from words.
_GROUPS = """
United States | United States of America | USA | US | U.S. | U.S.A. | America
United Kingdom | UK | U.K. | Great Britain | Britain
United Arab Emirates | UAE
Soviet Union | USSR | U.S.S.R.
European Union | EU
United Nations | UN
Netherlands | Holland
Myanmar | Burma
Czech Republic | Czechia
Ivory Coast | Côte d'Ivoire
Turkey | Türkiye
South Korea | Republic of Korea
North Korea | DPRK
China | People's Republic of China | PRC
Russia | Russian Federation
Germany | Deutschland | Federal Republic of Germany
Spain | España
Italy | Italia
Japan | Nippon
Mumbai | Bombay
Beijing | Peking
Kolkata | Calcutta
Kyiv | Kiev
Ho Chi Minh City | Saigon
Munich | München
Cologne | Köln
Vienna | Wien
Rome | Roma
Florence | Firenze
Venice | Venezia
Milan | Milano
Naples | Napoli
Turin | Torino
Lisbon | Lisboa
Prague | Praha
Warsaw | Warszawa
Moscow | Moskva
Copenhagen | København
Brussels | Bruxelles
Geneva | Genève
The Hague | Den Haag
Seville | Sevilla
Saint Petersburg | St. Petersburg | St Petersburg
New York City | NYC
Los Angeles | LA | L.A.
Washington, D.C. | Washington DC | Washington
water | H2O
carbon dioxide | CO2
carbon monoxide | CO
oxygen | O2
hydrogen | H2
nitrogen | N2
ammonia | NH3
methane | CH4
ozone | O3
sodium chloride | NaCl | table salt
sulfuric acid | H2SO4
hydrochloric acid | HCl
hydrogen peroxide | H2O2
glucose | C6H12O6
calcium carbonate | CaCO3
DNA | deoxyribonucleic acid
RNA | ribonucleic acid
World War I | First World War | WWI | World War 1 | World War One | WW1
World War II | Second World War | WWII | World War 2 | World War Two | WW2
television | TV
artificial intelligence | AI
car | automobile
airplane | plane | aircraft
phone | telephone
photo | photograph
fridge | refrigerator
bike | bicycle
lorry | truck
lawyer | attorney
gold | Au
silver | Ag
iron | Fe
lead | Pb
mercury | Hg
sodium | Na
copper | Cu
zinc | Zn
tin | Sn
doctor | physician
film | movie
mathematics | maths | math
heart attack | myocardial infarction
high blood pressure | hypertension
vitamin C | ascorbic acid
fall | autumn
soccer | association football
January | Jan
February | Feb
March | Mar
April | Apr
June | Jun
July | Jul
August | Aug
September | Sep | Sept
October | Oct
November | Nov
December | Dec
Monday | Mon
Tuesday | Tue | Tues
Wednesday | Wed
Thursday | Thu | Thurs
Friday | Fri
Saturday | Sat
Sunday | Sun
American Civil War | US Civil War
"""
_COUNTRIES = """
afghanistan, albania, algeria, argentina, armenia, australia, austria, azerbaijan, bangladesh, belarus, belgium,
bolivia, brazil, bulgaria, cambodia, cameroon, canada, chad, chile, china, colombia, croatia, cuba, cyprus, denmark,
ecuador, egypt, england, estonia, ethiopia, finland, france, germany, ghana, greece, hungary, iceland, india,
indonesia, iran, iraq, ireland, israel, italy, jamaica, japan, jordan, kazakhstan, kenya, latvia, lebanon, libya,
lithuania, malaysia, mali, mexico, mongolia, morocco, nepal, netherlands, new zealand, nigeria, norway, pakistan, peru,
philippines, poland, portugal, romania, russia, saudi arabia, scotland, senegal, serbia, slovakia, slovenia, somalia,
south africa, south korea, spain, sudan, sweden, switzerland, syria, taiwan, tanzania, thailand, tunisia, turkey,
uganda, uk, ukraine, united kingdom, united states, uruguay, usa, us, venezuela, vietnam, wales, yemen, zambia,
zimbabwe, alabama, alaska, arizona, california, colorado, florida, hawaii, illinois, massachusetts, michigan, nevada,
ohio, oregon, pennsylvania, texas, utah, virginia
"""
_PLACES = frozenset(name.strip() for name in _COUNTRIES.split(","))
_NAMES = [[name.strip() for name in line.split("|")] for line in _GROUPS.strip().split("\n")]


def _key(name: str) -> str:
    """The form in which names are compared.

    An abbreviation keeps its case. Any other name loses its case, accents and articles.
    """
    said = re.sub(r"[.,]|^[Tt]he\s", "", plain(name)).strip()
    compact = re.sub(r"\s+", "", said)
    if len(compact) <= 8 and sum(letter.isupper() for letter in compact) > 1 and " " not in said:
        return compact
    return " ".join(word for word in re.findall(r"\w+", folded(said)) if word not in {"the", "a", "an"})


_GROUP_OF = {_key(name): number for number, names in enumerate(_NAMES) for name in names}


def is_country(text: str) -> bool:
    """Whether the text names a country, or one of the larger states of America."""
    return text.strip(" .").lower() in _PLACES


def one_name(left: str, right: str) -> bool:
    """Whether two texts are names of the same thing."""
    group = _GROUP_OF.get(_key(left))
    if (group is not None and group == _GROUP_OF.get(_key(right))) or is_abbreviated(left, right):
        return True
    return letters(left) == letters(right) and len(letters(left)) > 2


def two_names(left: str, right: str) -> bool:
    """Whether two texts are names of two different things."""
    one, other = _GROUP_OF.get(_key(left)), _GROUP_OF.get(_key(right))
    return one is not None and other is not None and one != other


def letters(text: str) -> str:
    """The letters of a text, without spaces and signs; `""` when it holds digits or letters beyond ASCII."""
    compact = re.sub(r"[\W_]", "", folded(re.sub(r"^[Tt]he\s", "", plain(text))))
    return compact if compact.isalpha() and compact.isascii() else ""


def other_names(name: str) -> list[str]:
    """The other names of the same thing."""
    group = _GROUP_OF.get(_key(name))
    known = [] if group is None else [other for other in _NAMES[group] if _key(other) != _key(name)]
    initials = initials_of(name)
    return [*known, initials] if initials else known


def is_abbreviated(left: str, right: str) -> bool:
    """Whether one of two texts is the initials of the other, which has at least three words."""
    for short, long in ((left, right), (right, left)):
        if initials_of(long) and re.sub(r"[\W_]|^the ", "", plain(short)) == initials_of(long):
            return True
    return False


def initials_of(text: str) -> str:
    """The initials of a name of three to six words; `""` for any other text."""
    counted = [word for word in re.findall(r"[^\W_]+", plain(text)) if word.lower() not in STOP_WORDS]
    capitals = [word for word in counted if word[0].isupper()]
    whole = len(capitals) == len(counted) and 3 <= len(counted) <= 6
    return "".join(word[0] for word in capitals) if whole else ""


def initials_agree(left: str, right: str) -> bool:
    """Whether one of two texts may be the initials of the capitalised words in the other.

    `False` when `is_abbreviated` is already certain of it.
    """
    for short, long in ((left, right), (right, left)):
        capitals = [word[0] for word in plain(long).split() if word[0].isupper()]
        if len(capitals) > 1 and "".join(capitals) == short.strip(" .") and not is_abbreviated(left, right):
            return True
    return False
