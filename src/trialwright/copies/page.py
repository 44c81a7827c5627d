"""A copy for people: pages of HTML without script or network, one for the site and one for each participant."""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

from trialwright.copies.material import Material
from trialwright.copies.words import tell
from trialwright.definition.compiled import Definition
from trialwright.definition.forms import ItemType
from trialwright.ledger.canonical import parse_canonical
from trialwright.ledger.envelope import Envelope
from trialwright.ledger.subject import FormVersion, SubjectState

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#17212b}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}"
    "td,th{border:1px solid #d5dce3;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    "th{background:#f4f6f8}code{overflow-wrap:anywhere}.soft{color:#4f5d6b;font-size:.9rem}"
    "@media print{body{margin:0;max-width:none}}"
)


def render_pages(material: Material) -> Iterator[tuple[str, str]]:
    """The name and the text of each page: ``index.html``, then ``participants/<code>.html``."""
    yield "index.html", _render_index(material)
    for code in sorted(material.states):
        yield f"participants/{code}.html", _render_participant(material, material.states[code])


def _render_index(material: Material) -> str:
    language, site = material.language, material.site
    title = tell("title" if site else "title_all", language, site=site)
    facts = {
        "study": material.definition.id, "site": site, "at": material.at, "person": material.person,
        "purpose": material.purpose,
    }  # fmt: skip
    left_out = [f"<p>{escape(tell('left_out', language, count=material.left_out))}</p>"] if material.left_out else []
    rows = (
        f'<tr><td><a href="participants/{escape(code)}.html">{escape(code)}</a></td><td>{escape(state.status)}</td>'
        f"<td>{len(state.forms)}</td></tr>"
        for code, state in sorted(material.states.items())
    )
    body = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{escape(tell('what' if site else 'what_all', language, **facts))}</p>", *left_out,
        f"<p>{escape(tell('proof', language))}</p>",
        f"<p>{tell('seal', language)}: <code>{material.seal}</code><br>"
        f"{tell('entries', language)}: {len(material.entries)}</p>",
        f"<h2>{tell('participants', language)}</h2><table><tr><th>#</th><th>{tell('status', language)}</th>"
        f"<th>{tell('forms', language)}</th></tr>{''.join(rows)}</table>",
        f"<h2>{tell('site_trail', language)}</h2>",
        _render_trail((one for one in material.entries if one.participant not in material.states), language),
    ]  # fmt: skip
    return _wrap(title, language, body)


def _render_participant(material: Material, state: SubjectState) -> str:
    language, code = material.language, state.participant
    body = [
        f'<p><a href="../index.html">{tell("back", language)}</a></p><h1>{escape(code)}</h1>',
        f"<p>{tell('status', language)}: {escape(state.status)}</p><h2>{tell('forms', language)}</h2>",
        *(_render_form(material.definition, key, one, language) for key, one in state.forms.items()),
        f"<h2>{tell('trail', language)}</h2>",
        _render_trail((one for one in material.entries if one.participant == code), language),
    ]
    return _wrap(code, language, body)


def _render_form(definition: Definition, key: tuple[str, str, int], version: FormVersion, language: str) -> str:
    encounter, form, repeat = key
    visit = definition.label(f"encounters.{encounter}", language) if encounter else ""
    parts = [definition.label(f"forms.{form}.title", language), visit, f"#{repeat}" if repeat > 1 else ""]
    recorded = version.recorded
    told = tell("revision", language, number=recorded.revision, actor=version.actor, at=version.at[:19])
    rows = (
        f"<tr><th>{escape(definition.label(f'forms.{form}.items.{name}', language))}</th>"
        f"<td>{escape(_render_value(definition, form, name, text, language))}</td></tr>"
        for name, text in {**recorded.missing, **recorded.values}.items()
    )
    title = escape(" · ".join(filter(None, parts)))
    return f'<h3>{title} <span class="soft">{escape(told)}</span></h3><table>{"".join(rows)}</table>'


def _render_value(definition: Definition, form: str, name: str, text: str, language: str) -> str:
    item = definition.forms[form].items.get(name) if form in definition.forms else None
    if item is None or item.type is not ItemType.CODE:
        return f"{text} {item.unit}".strip() if item else text
    return definition.label(f"codelists.{item.codelist}.{text}", language)


def _render_trail(entries: Iterable[Envelope], language: str) -> str:
    rows = "".join(
        f"<tr><td>{one.position}</td><td>{one.at[:19]}</td><td>{escape(one.actor)}<br><span class='soft'>"
        f"{escape(one.role)}</span></td><td>{escape(one.act)}</td><td>{_render_payload(one, language)}</td></tr>"
        for one in entries
    )
    head = "".join(f"<th>{tell(name, language)}</th>" for name in ("when", "who", "act", "content"))
    return f"<table><tr><th>#</th>{head}</tr>{rows}</table>"


def _render_payload(one: Envelope, language: str) -> str:
    said = parse_canonical(one.payload) if one.payload else {}
    mark = f"<i>{tell('redacted', language)}</i> " if one.is_redacted else ""
    return mark + "; ".join(f"{escape(name)}: {escape(_render_part(value))}" for name, value in said.items())


def _render_part(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {_render_part(text)}" for name, text in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _wrap(title: str, language: str, body: list[str]) -> str:
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(body)}</body></html>\n"
    )
