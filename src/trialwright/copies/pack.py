"""The copy as one file: entries, hashes, pages, the program that proves them, and a manifest with their hashes."""

import hashlib
import io
import zipfile
from collections.abc import Iterator

from trialwright.copies.material import Material
from trialwright.copies.page import render_pages
from trialwright.copies.proof import PROOF
from trialwright.ledger.canonical import render_canonical

FORMAT = "1"
_BEGIN = (1980, 1, 1, 0, 0, 0)
"""The time that every file in the copy carries: the same material makes the same bytes."""


def pack_site_copy(material: Material) -> bytes:
    """The copy as a ZIP file."""
    files = {name: text.encode() for name, text in _list_files(material)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**files, "manifest.json": _render_manifest(material, files)}.items():
            archive.writestr(zipfile.ZipInfo(name, _BEGIN), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _list_files(material: Material) -> Iterator[tuple[str, str]]:
    yield "entries.jsonl", "".join(f"{render_canonical(one._asdict())}\n" for one in material.entries)
    yield "hashes.txt", "".join(f"{one}\n" for one in material.hashes)
    yield "check.py", PROOF
    yield from render_pages(material)


def _render_manifest(material: Material, files: dict[str, bytes]) -> bytes:
    said = {
        "format": FORMAT, "study": material.definition.id, "version": material.definition.version,
        "purpose": material.purpose, "site": material.site, "taken_by": material.person, "role": material.role,
        "at": material.at, "seal": str(material.seal), "entries": len(material.entries),
        "left_out": material.left_out,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }  # fmt: skip
    return render_canonical(said).encode() + b"\n"
