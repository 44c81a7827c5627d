"""Source and figures to PDF, by typst, with fonts of the packages only; a warning of typst is an error here."""

from datetime import datetime
from importlib.util import find_spec
from typing import cast

import typst


class TypesettingError(Exception):
    """typst could not set the report, or warned: a bug of the report, never of the study."""


def find_chinese_fonts() -> list[str]:
    """Where the package with the Chinese fonts lies; empty without it, and then a Chinese PDF is refused by typst."""
    spec = find_spec("pylopdf_fonts_zh_cn")
    return list(spec.submodule_search_locations or ()) if spec else []


def render_bytes(source: str, figures: tuple[str, ...], moment: datetime) -> bytes:
    """The PDF of a source with its figures, dated ``moment``: the same bytes for the same input.

    Raises
    ------
    TypesettingError
        With every warning of typst, such as a font that is not there.
    """
    files = {"main.typ": source.encode()}
    files |= {f"figure-{index}.svg": svg.encode() for index, svg in enumerate(figures, 1)}
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=find_chinese_fonts(),
    )
    # The stub of typst 0.15 forgets that a mapping of files is an input, and that one PDF is one bytes.
    compiler = typst.Compiler(cast(bytes, files), font_paths=fonts, ignore_system_fonts=True)
    # A PDF is dated to the second; typst refuses anything finer.
    pdf, warnings = compiler.compile_with_warnings(format="pdf", timestamp=moment.replace(microsecond=0))
    if warnings:
        raise TypesettingError("; ".join(str(one.message) for one in warnings))
    return cast(bytes, pdf)
