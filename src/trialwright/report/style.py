"""How the report looks: the style sheet, the small script and the typst settings, and the rules of the printed page."""

from importlib import resources


def read_asset(name: str) -> str:
    """The text of a file that is shipped with this room."""
    return (resources.files("trialwright.report") / "assets" / name).read_text(encoding="utf-8")


STYLE = read_asset("report.css")
SCRIPT = read_asset("report.js")
SETTINGS = read_asset("report.typ")


def render_page_rules(band: str, running: str) -> str:
    """The rules of the printed page: the band at its head, the running line and the page number at its foot."""
    strip = "font:600 8pt Arial,sans-serif;color:#4a3200;background:#ffe9b8;width:100%;height:6mm;margin:5mm 0 6mm"
    head = f'@top-center{{content:"{_quote(band)}";{strip}}}' if band else ""
    line = "font:6.6pt Arial,sans-serif;color:#5b6168;width:88%;text-align:left"
    foot = f'@bottom-left{{content:"{_quote(running)}";{line}}}'
    number = "@bottom-right{content:counter(page);font:7.5pt Arial,sans-serif;color:#5b6168}"
    return f"@page{{size:A4;margin:17mm 15mm 16mm;{head}{foot}{number}}}"


def _quote(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\3c ").replace("\n", " ")
