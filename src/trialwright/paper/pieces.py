"""What every paper shares: the setting, the head with its QR code, the band with the purpose, texts as literals."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import resources

from trialwright.definition.compiled import Definition
from trialwright.paper.mark import Mark, render_code
from trialwright.paper.words import render_word
from trialwright.report.pdf import render_bytes
from trialwright.report.typst_parts import quote
from trialwright.report.typst_source import CHINESE, SERIF
from trialwright.vocabulary.codelists import Purpose

SETTINGS = (resources.files("trialwright.paper") / "assets" / "paper.typ").read_text(encoding="utf-8")
_BANDS = {
    Purpose.VIRTUAL: ("VIRTUAL: rehearsal, no real participant", "虚拟：演练，无真实受试者"),
    Purpose.TRAINING: ("TRAINING: for practice only", "培训：仅供练习"),
    Purpose.UAT: ("UAT: acceptance testing, not the trial", "UAT：验收测试，非正式试验"),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """What all sheets of a document have in common. ``moment`` dates the file; no clock is read."""

    definition: Definition
    purpose: str
    language: str
    moment: datetime

    def word(self, key: str, **values: object) -> str:
        """A text of the paper in the document's language."""
        return render_word(key, self.language, **values)


@dataclass(slots=True)
class Source:
    """A document in the making: the parts of its typst source, and the figures they name."""

    setting: Setting
    title: str
    parts: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)

    def add_code(self, mark: Mark, size: str = "19mm") -> str:
        """The typst of the QR code of a mark."""
        self.figures.append(render_code(mark.text))
        return f'image("figure-{len(self.figures)}.svg", width: {size}, alt: {quote(mark.text)})'

    def render(self) -> bytes:
        """The PDF."""
        one = self.setting
        fonts = [SERIF, CHINESE] if one.language == "zh" else [SERIF]
        day = f"datetime(year: {one.moment.year}, month: {one.moment.month}, day: {one.moment.day})"
        head = (
            f"#set document(title: {quote(self.title)}, date: {day})\n"
            f"#set text(font: ({''.join(f'{quote(font)}, ' for font in fonts)}), size: 9pt, lang: {quote(one.language)})"
        )
        return render_bytes("\n".join((SETTINGS, head, *self.parts)), tuple(self.figures), one.moment)


def render_band(setting: Setting) -> str:
    """The purpose of the ledger across the page; nothing for the trial itself."""
    if setting.purpose not in _BANDS:
        return "none"
    text = quote(_BANDS[Purpose(setting.purpose)][setting.language == "zh"])
    return (
        f'block(width: 100%, fill: rgb("#ffe9b8"), inset: 2.6pt, above: 0pt, below: 4pt, '
        f'align(center, bold(size: 7.6pt, fill: rgb("#4a3200"), {text})))'
    )


def render_head(source: Source, mark: Mark, title: str, under: str, facts: Sequence[tuple[str, str]]) -> str:
    """The head of a sheet as typst: study, title, what it is about, and the code that tells which sheet this is."""
    setting = source.setting
    study = f"{setting.definition.id} · {setting.definition.label('study.title', setting.language)}"
    version = setting.word("version", version=setting.definition.version, digest=setting.definition.digest[:12])
    shown = " + ".join(f"fact({quote(name)}, {body})" for name, body in facts)
    words = (
        f"small({quote(study)}); linebreak(); small({quote(version)}); v(1.5mm, weak: true); "
        f"bold(size: 14pt, {quote(title)}); linebreak(); text(size: 9.5pt, {quote(under)}); v(2mm, weak: true); {shown}"
    )
    return (
        f"{{ {render_band(setting)}; grid(columns: (1fr, 21mm), column-gutter: 4mm, {{ {words} }}, "
        f"align(right, {source.add_code(mark)})); v(-1mm); align(right, text(size: 5.4pt, fill: muted, "
        f"{quote(mark.text.replace('|', ' | '))})); line(length: 100%, stroke: 0.8pt) }}"
    )


def render_foot(setting: Setting) -> str:
    """The number of the page and of all pages."""
    before, _, rest = setting.word("page", page="\0", pages="\1").partition("\0")
    between, _, after = rest.partition("\1")
    return (
        f"context align(center, small({{ {quote(before)}; counter(page).display(); {quote(between)}; "
        f"str(counter(page).final().first()); {quote(after)} }}))"
    )


def render_boxes(count: int, text: str = "") -> str:
    """A text on record, or so many boxes to write it in."""
    return f"said({quote(text)})" if text else f'comb({count}, "")'
