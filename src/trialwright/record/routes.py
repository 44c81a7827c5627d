"""Routes of administration found in a text, in the words of CDISC's codelist ROUTE (C66729)."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RouteReading:
    """A route: CDISC's word, the words it was read from, and what was taken for granted (empty for nothing)."""

    route: str
    text: str
    assumed: str = ""


_NAMED = {
    "INTRAVENOUS": r"intra-?venous(?:ly)?|i\.\s?v\.",
    "SUBCUTANEOUS": r"sub-?cutaneous(?:ly)?|s\.\s?c\.",
    "INTRAMUSCULAR": r"intra-?muscular(?:ly)?|i\.\s?m\.",
    "ORAL": r"oral(?:ly)?|by mouth|p\.\s?o\.|per os",
    "SUBLINGUAL": r"sublingual(?:ly)?",
    "RESPIRATORY (INHALATION)": r"inhal(?:ed|ation)|nebuli[sz](?:ed|ation|er)|aerosoli?[sz]ed",
    "NASAL": r"intra-?nasal(?:ly)?|nasal spray",
    "TOPICAL": r"topical(?:ly)?",
    "TRANSDERMAL": r"transdermal(?:ly)?",
    "INTRADERMAL": r"intra-?dermal(?:ly)?",
    "INTRATHECAL": r"intra-?thecal(?:ly)?",
    "INTRAVITREAL": r"intra-?vitreal(?:ly)?",
    "INTRA-ARTERIAL": r"intra-?arterial(?:ly)?",
    "INTRA-ARTICULAR": r"intra-?articular(?:ly)?",
    "INTRAPERITONEAL": r"intra-?peritoneal(?:ly)?",
    "INTRATRACHEAL": r"intra-?tracheal(?:ly)?",
    "INTRADISCAL": r"intra-?dis[ck]al(?:ly)?",
    "RECTAL": r"rectal(?:ly)?",
    "VAGINAL": r"vaginal(?:ly)?",
    "OPHTHALMIC": r"ophthalmic|eye drops",
    "EPIDURAL": r"epidural(?:ly)?",
}
_ROUTES = [(name, re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)) for name, words in _NAMED.items()]
# Capitals only, and not after a word that makes IV a number ("stage IV").
_SHORT = re.compile(r"(?<!stage )(?<!phase )(?<!class )(?<!grade )(?<!type )(?<![\w-])(IV|SC|IM|PO)(?![\w-])")
_SHORT_ROUTES = {"IV": "INTRAVENOUS", "SC": "SUBCUTANEOUS", "IM": "INTRAMUSCULAR", "PO": "ORAL"}


def find_route(text: str) -> RouteReading | None:
    """The first route that a text names, or None.

    >>> find_route("3.0*10E7 MSCs intravenously at Day 0").route
    'INTRAVENOUS'
    >>> find_route("patients of stage IV") is None
    True
    """
    found = [(match.start(), name, match.group()) for name, words in _ROUTES if (match := words.search(text))]
    if found:
        _, name, words = min(found)
        return RouteReading(name, words)
    short = _SHORT.search(text)
    if short:
        return RouteReading(_SHORT_ROUTES[short.group()], short.group(), f"the letters {short.group()} name a route")
    infusion = re.search(r"\binfusions?\b|\binfused\b", text, re.IGNORECASE)
    if infusion:
        return RouteReading("INTRAVENOUS", infusion.group(), "an infusion goes into a vein")
    return None
