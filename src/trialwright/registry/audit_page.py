"""A portfolio as one self-contained page: no scripts, no requests, printable."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

Cell = str | int | float | date | bool | None


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the page: a title, a sentence that says what it shows, columns and rows."""

    title: str
    note: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything the page shows.

    Parameters
    ----------
    on : date
        The day of the audit.
    figures : mapping of str to str
        Headline figures: name → value.
    bars : mapping of str to mapping of str to int
        Bar charts: title → label → count.
    sections : sequence of Section
        Tables in their order.
    """

    on: date
    figures: Mapping[str, str]
    bars: Mapping[str, Mapping[str, int]]
    sections: Sequence[Section]


_STYLE = """
:root{--ink:#1d2733;--dim:#5b6875;--line:#d9dfe5;--bar:#2f6f9f;--paper:#fff;--back:#f4f6f8}
*{box-sizing:border-box}
body{margin:0;font:15px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--back)}
main{max-width:1180px;margin:0 auto;padding:24px}
h1{font-size:26px;margin:0 0 4px}h2{font-size:18px;margin:32px 0 4px}p{margin:0 0 10px;color:var(--dim)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(240px,1fr));gap:12px;margin:20px 0}
.figures div{background:var(--paper);border:1px solid var(--line);border-radius:6px;padding:12px}
.figures b{display:block;font-size:26px}.figures span{color:var(--dim)}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(420px,1fr));align-items:start;gap:16px}
.chart{background:var(--paper);border:1px solid var(--line);border-radius:6px;padding:12px}
.chart h2{margin:0 0 8px}
.box{overflow-x:auto;background:var(--paper);border:1px solid var(--line);border-radius:6px}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:left;padding:6px 10px;border-bottom:1px solid var(--line);vertical-align:top}
th{background:#eef2f5;position:sticky;top:0}td.n{text-align:right;font-variant-numeric:tabular-nums}
tr:last-child td{border-bottom:0}
@media print{body{background:#fff}main{max-width:none}}
"""
_CHART_WIDTH, _ROW_HEIGHT = 520, 22
# A letter of the charts is about so wide; labels longer than this are cut.
_LETTER, _LONGEST = 5.6, 52


def render_dashboard(dashboard: Dashboard) -> str:
    """The page as HTML."""
    figures = "".join(
        f"<div><b>{escape(value)}</b><span>{escape(name)}</span></div>" for name, value in dashboard.figures.items()
    )
    charts = "".join(_render_bars(title, counts) for title, counts in dashboard.bars.items() if counts)
    sections = "".join(_render_section(section) for section in dashboard.sections)
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width,initial-scale=1'>"
        f"<title>Registry audit {dashboard.on}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>Registry audit</h1><p>Public records as they stand on {dashboard.on}. Nothing was sent anywhere.</p>"
        f"<section class='figures'>{figures}</section><section class='charts'>{charts}</section>{sections}"
        "</main></body></html>\n"
    )


def _render_bars(title: str, counts: Mapping[str, int]) -> str:
    """A bar chart as SVG; the number stands beside each bar."""
    most = max(counts.values())
    shown = [label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…" for label in counts]
    edge = 12 + _LETTER * max((len(label) for label in shown), default=0)
    rows = []
    for number, (label, count) in enumerate(zip(shown, counts.values(), strict=True)):
        y = number * _ROW_HEIGHT
        width = (_CHART_WIDTH - edge - 50) * count / most if most else 0
        rows.append(
            f"<text x='{edge - 8:.1f}' y='{y + 15}' text-anchor='end'>{escape(label or 'not said')}</text>"
            f"<rect x='{edge:.1f}' y='{y + 4}' width='{width:.1f}' height='14' fill='#2f6f9f'/>"
            f"<text x='{edge + width + 6:.1f}' y='{y + 15}'>{count:,}</text>"
        )
    height = len(counts) * _ROW_HEIGHT
    return (
        f"<div class='chart'><h2>{escape(title)}</h2><svg viewBox='0 0 {_CHART_WIDTH} {height}' width='100%' "
        f"role='img' aria-label='{escape(title)}' font-size='11' fill='#1d2733'>{''.join(rows)}</svg></div>"
    )


def _render_section(section: Section) -> str:
    head = "".join(f"<th scope='col'>{escape(column)}</th>" for column in section.columns)
    body = "".join(f"<tr>{''.join(_render_cells(row))}</tr>" for row in section.rows)
    empty = "" if section.rows else f"<tr><td colspan='{len(section.columns)}'>none</td></tr>"
    return (
        f"<h2>{escape(section.title)}</h2><p>{escape(section.note)}</p>"
        f"<div class='box'><table><thead><tr>{head}</tr></thead><tbody>{body}{empty}</tbody></table></div>"
    )


def _render_cells(row: Iterable[Cell]) -> Iterable[str]:
    for cell in row:
        if cell is None:
            yield "<td></td>"
        elif isinstance(cell, int | float) and not isinstance(cell, bool):
            yield f"<td class='n'>{cell:,}</td>"
        else:
            yield f"<td>{escape(str(cell))}</td>"
