"""Forms as sheets of paper: each item laid out for a pen, or as it is on record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from trialwright.definition.forms import ItemType
from trialwright.ledger.entries import PAPER
from trialwright.ledger.subject import FormVersion, SubjectState
from trialwright.paper.mark import make_mark
from trialwright.paper.pieces import Setting, Source, render_boxes, render_foot, render_head
from trialwright.paper.places import Place, find_planned, name_visit
from trialwright.paper.questions import Question, list_questions
from trialwright.report.typst_parts import quote

_NO_RECORD: Mapping[Place, FormVersion] = MappingProxyType({})
_CODE_BOXES = 9
_ROW_BOXES = 2


@dataclass(frozen=True, slots=True)
class PaperSignature:
    """An electronic signature as a sheet prints it (21 CFR 11.50): who by name, when, what it means, whether it holds."""

    name: str
    person: str
    at: str
    meaning: str
    holds: bool


Signatures = Mapping[tuple[str, str, int], tuple[PaperSignature, ...]]
"""The signatures that cover a form, by encounter, form and repeat."""
_UNSIGNED: Signatures = MappingProxyType({})


def render_forms_pdf(
    setting: Setting,
    places: Iterable[Place],
    subject: SubjectState | None = None,
    *,
    filled: bool = False,
    signatures: Signatures = _UNSIGNED,
) -> bytes:
    """The sheets of some places as one PDF.

    Parameters
    ----------
    setting : Setting
    places : iterable of Place
        At least one; ValueError for none, or for a form that the study does not have.
    subject : SubjectState, optional
        Whose sheets; none for blank forms of nobody in particular.
    filled : bool
        Whether what is on record is printed; a place with nothing on record is then said to have nothing.
    signatures : mapping
        What stands under a filled sheet.
    """
    source = Source(setting, f"{setting.definition.id} {subject.participant if subject else ''}".strip())
    for place in places:
        if place.form not in setting.definition.forms:
            raise ValueError(f"the study has no form {place.form}")
        signed = signatures.get((place.encounter, place.form, place.repeat), ())
        source.parts.append(_render_sheet(source, place, subject, signed, filled=filled))
    if not source.parts:
        raise ValueError("no sheet was asked for")
    return source.render()


def _render_sheet(
    source: Source, place: Place, subject: SubjectState | None, signed: tuple[PaperSignature, ...], *, filled: bool
) -> str:
    setting = source.setting
    version = subject.forms.get((place.encounter, place.form, place.repeat)) if subject and filled else None
    revision = version.recorded.revision if version else 0
    mark = replace(
        make_mark(setting.definition, "FORM", subject.site if subject else "", subject.participant if subject else ""),
        encounter=place.encounter, form=place.form, repeat=place.repeat, revision=revision,
    )  # fmt: skip
    title = setting.definition.label(f"forms.{place.form}.title", setting.language)
    head = render_head(source, mark, title, _describe_visit(setting, place), _list_facts(setting, place, subject))
    compiled = setting.definition.forms[place.form]
    questions = list_questions(setting.definition, compiled, version.recorded if version else None, setting.language)
    if filled and version is None:
        body = f"text(fill: muted, {quote(setting.word('nothing'))})"
    else:
        body = "; ".join(
            [_render_top(setting), *(_render_question(setting, one, is_blank=version is None) for one in questions)]
        )
        body += f"; {_render_end(setting, version, signed)}"
    page = f'paper: "a4", margin: (x: 14mm, top: 49mm, bottom: 13mm), header-ascent: 3mm, header: {head}'
    return f"#page({page}, footer: {render_foot(setting)})[#{{ {body} }}]"


def _describe_visit(setting: Setting, place: Place) -> str:
    parts = [name_visit(setting.definition, place, setting.language)]
    encounter, planned = setting.definition.encounters.get(place.encounter), find_planned(setting.definition, place)
    only = (encounter.only if encounter else None) or (planned.only if planned else None)
    if only:
        parts.append(setting.word("only", arm=setting.definition.label(f"arms.{only}", setting.language)))
    if planned and planned.applies_to:
        parts.append(setting.definition.label(f"applies_to.{place.form}", setting.language))
    if planned and planned.optional:
        parts.append(setting.word("optional"))
    return " · ".join(parts)


def _list_facts(setting: Setting, place: Place, subject: SubjectState | None) -> list[tuple[str, str]]:
    code = subject.participant if subject else ""
    facts = [
        (setting.word("participant"), render_boxes(_CODE_BOXES, code)),
        (setting.word("site"), f"said({quote(subject.site)})" if subject else "rule(18mm)"),
    ]
    form = setting.definition.forms[place.form].form
    if form.log or place.repeat != 1:
        facts.append((setting.word("row"), render_boxes(_ROW_BOXES, str(place.repeat) if place.repeat else "")))
    return facts


def _render_top(setting: Setting) -> str:
    return f"align(right, text(size: 6.4pt, fill: muted, {quote(setting.word('none'))})); v(-2.4mm)"


def _render_question(setting: Setting, one: Question, *, is_blank: bool) -> str:
    star = " *" if one.is_required else ""
    label = [f"bold(size: 9pt, {quote(one.label + star)})"]
    label += [f"linebreak() + small({quote(text)})" for text in (one.condition, one.help) if text]
    answer = _render_blank(setting, one) if is_blank else _render_filled(one)
    why = 'comb(1, "")' if is_blank else (f"small({quote(one.missing)})" if one.missing else "none")
    return f"entry({{ {'; '.join(label)} }}, {{ {answer} }}, {why})"


def _render_blank(setting: Setting, one: Question) -> str:
    unit = f"; h(2mm); {quote(one.unit)}" if one.unit else ""
    match one.kind:
        case ItemType.CODE:
            return "; ".join(f"tick(false, {quote(choice.label)})" for choice in one.choices)
        case ItemType.NUMBER if one.whole:
            point = f'; sign("."); comb({one.decimals}, "")' if one.decimals else ""
            return f'comb({one.whole}, ""){point}{unit}'
        case ItemType.NUMBER:
            return f"rule(32mm){unit}"
        case ItemType.DATE:
            note = f"; h(3mm); small({quote(setting.word('partial'))})" if one.is_partial else ""
            return _render_date(setting) + note
        case ItemType.DATETIME:
            return _render_datetime(setting)
        case ItemType.TEXT:
            return "rule(100%); linebreak(); rule(100%)"


def _render_date(setting: Setting) -> str:
    year, month, day = (quote(setting.word(name)) for name in ("year", "month", "day"))
    return f'comb(4, {year}) + sign("-") + comb(2, {month}) + sign("-") + comb(2, {day})'


def _render_datetime(setting: Setting) -> str:
    return f"{_render_date(setting)}; h(5mm); {_render_time(setting)}"


def _render_time(setting: Setting) -> str:
    return f'comb(2, {quote(setting.word("hour"))}) + sign(":") + comb(2, {quote(setting.word("minute"))})'


def _render_filled(one: Question) -> str:
    remark = f"; linebreak(); small({quote(one.remark)})" if one.remark else ""
    if one.kind is ItemType.CODE:
        return (
            "; ".join(f"tick({str(choice.is_ticked).lower()}, {quote(choice.label)})" for choice in one.choices)
            + remark
        )
    unit = f"; h(2mm); {quote(one.unit)}" if one.unit and one.value else ""
    return f"said({quote(one.value or '—')}){unit}{remark}"


def _render_end(setting: Setting, version: FormVersion | None, signed: tuple[PaperSignature, ...]) -> str:
    if version is not None:
        texts = [*list_record_lines(setting, version), *(render_signature(setting, one) for one in signed)]
        lines = "; ".join(f"block(above: 3pt, below: 0pt, small({quote(text)}))" for text in texts)
        pen = "" if any(one.holds for one in signed) else _render_signatures(setting, ("checked",))
        return f"v(3mm); block(breakable: false, width: 100%, {{ {lines} }}); {pen}"
    why = f"written({quote(setting.word('why'))}, rule(100%))"
    written = f"written({quote(setting.word('written'))}, {{ {_render_datetime(setting)} }})"
    lines = f"..{why}, ..{written}"
    return (
        f"v(2mm); small({quote(setting.word('legend'))}); v(1mm); block(breakable: false, width: 100%, {{ "
        f"grid(columns: (57mm, 1fr), column-gutter: 4mm, row-gutter: 5pt, align: horizon, {lines}); "
        f"{_render_signatures(setting, ('by', 'checked', 'entered'))} }})"
    )


def _render_signatures(setting: Setting, keys: tuple[str, ...]) -> str:
    cells = ", ".join(f"..written({quote(setting.word(key))}, rule(100%))" for key in keys)
    return f"v(2mm); grid(columns: (57mm, 1fr), column-gutter: 4mm, row-gutter: 5pt, align: horizon, {cells})"


def render_signature(setting: Setting, one: PaperSignature) -> str:
    """The line of an electronic signature."""
    key = "signed" if one.holds else "signed_broken"
    return setting.word(key, name=one.name, person=one.person, at=one.at, meaning=one.meaning)


def list_record_lines(setting: Setting, version: FormVersion) -> list[str]:
    """Where the data on a filled sheet stand in the ledger, and where they came from."""
    recorded = version.recorded
    lines = [
        setting.word(
            "record", revision=recorded.revision, at=version.at[:16].replace("T", " ") + " UTC", actor=version.actor,
            position=version.position,
        )
    ]  # fmt: skip
    if recorded.source:
        source = setting.word("PAPER") if recorded.source == PAPER else recorded.source
        lines.append(setting.word("source", source=source))
    if recorded.observed_at:
        lines.append(setting.word("observed", at=recorded.observed_at.replace("T", " ")))
    if recorded.reason:
        lines.append(setting.word("reason", reason=recorded.reason))
    return lines
