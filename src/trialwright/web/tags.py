"""What templates can say beyond Django's own; every template has them without a ``load``."""

import re
from decimal import Decimal

from django.template import Context, Library

from trialwright.safety.terms import name_chinese
from trialwright.vocabulary.units import render_large, render_unit
from trialwright.web.catalogue import render_text
from trialwright.web.drafts import render_attributes
from trialwright.web.sentences.say import render_said, say_field, say_word
from trialwright.web.sentences.words import LANGUAGE
from trialwright.web.static_files import compute_address
from trialwright.web.times import render_local
from trialwright.web.trial import get_definition

register = Library()

_LONG_NUMBER = re.compile(r"(?<![\w.,-])[1-9][0-9]{4,}(?![\w.,-])", re.ASCII)


@register.simple_tag(takes_context=True)
def t(context: Context, key: str, **values: object) -> str:
    """``{% t "home.title" %}``: a text of the interface in the person's language."""
    return render_text(key, str(context.get("language", "en")), **values)


@register.simple_tag(takes_context=True)
def label(context: Context, *parts: object) -> str:
    """``{% label "encounters" visit.id %}``: a text of the study in the person's language."""
    return get_definition().label(".".join(map(str, parts)), str(context.get("language", "en")))


@register.simple_tag(takes_context=True)
def word(context: Context, kind: str, code: str) -> str:
    """``{% word "role" actor.role %}``: the word for a code; the code itself where there is no text for it."""
    try:
        return render_text(f"{kind}.{code}", str(context.get("language", "en")))
    except KeyError:
        return str(code).replace("_", " ").capitalize()


@register.simple_tag(takes_context=True)
def say(context: Context, text: object) -> str:
    """``{% say reason.text %}``: a sentence of the machine in the person's language; see ``sentences/``."""
    return render_said(str(text), str(context.get("language", "en")))


@register.simple_tag(takes_context=True)
def value(context: Context, text: object) -> str:
    """``{% value signal.item %}``: what may be a code or an id (``vital_signs.temperature``), in words."""
    return say_word("", str(text), str(context.get("language", "en")))


@register.simple_tag(takes_context=True)
def entry_field(context: Context, name: str) -> str:
    """``{% entry_field "workplace" %}``: the name of what an entry or a command holds."""
    return say_field(name, str(context.get("language", "en")))


@register.simple_tag(takes_context=True)
def ctcae(context: Context, term: object) -> str:
    """``{% ctcae event.term %}``: a term of CTCAE, in Chinese with the English behind it; any other text as it is."""
    text = str(term)
    chinese = name_chinese(text) if str(context.get("language", "en")) == LANGUAGE else ""
    return f"{chinese}（{text}）" if chinese else text


@register.simple_tag
def static(name: str) -> str:
    """``{% static "app.css" %}``: the address of a file, with the tag of its content."""
    return compute_address(name)


@register.inclusion_tag("partials/keeps.html")
def keeps(address: str) -> dict[str, object]:
    """``<form …{% keeps draft_address %}>``: what is typed goes to an address while it is typed; see ``drafts.js``."""
    return {"said": {"hx-post": address}}


@register.inclusion_tag("partials/keeps.html", takes_context=True)
def draft(context: Context, *name: object) -> dict[str, object]:
    """``<form method="post"{% draft "judgement" %}>``: the form keeps a draft on the server; see ``drafts.py``.

    More words tell apart forms of one kind on one page: ``{% draft "flag" one.key %}``.
    """
    return {"said": render_attributes(context["request"], ":".join(map(str, name)))}


register.filter("local", render_local)


@register.filter
def moment(text: str) -> str:
    """``{{ dose.started_at|moment }}``: a local time as it was typed, for reading: 2020-02-05 14:42."""
    return text[:16].replace("T", " ")


@register.filter
def percent(share: str) -> str:
    """``{{ plan.share|percent }}``: a share between 0 and 1 as people say it: 0.05 is 5 %."""
    return f"{float(Decimal(share) * 100):g} %"


@register.filter
def large(text: str) -> str:
    """``{{ dose.amount|large }}``: a large number as people write it, 3×10⁷; any other as it is."""
    return render_large(text) or text


@register.simple_tag(takes_context=True)
def unit(context: Context, code: str) -> str:
    """``{% unit dose.unit %}``: a unit in the person's language."""
    return render_unit(code, str(context.get("language", "en")))


@register.filter
def grouped(text: str) -> str:
    """``{{ amount|grouped }}``: the digits of large numbers by threes, 30 000 000."""
    return _LONG_NUMBER.sub(lambda found: f"{int(found[0]):,}".replace(",", "\u202f"), text)


@register.filter
def look_up(mapping: dict[str, object], key: str) -> object:
    """``{{ forms|look_up:key }}``: what a mapping holds for a key that is a variable; None where it has none."""
    return mapping.get(key)
