"""The few files beside the pages: style sheet, scripts, icons. Read once, compressed once, named by their content."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import django_htmx
from django.http import Http404, HttpRequest, HttpResponse

from trialwright.web.folders import FOLDERS

_WEB = Path(__file__).parent
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file, ready to send. ``tag`` names its content."""

    content: bytes
    packed: bytes
    kind: str
    tag: str


@cache
def load_files() -> dict[str, StaticFile]:
    """Every file by name."""
    folders = [_WEB / "static", *(_WEB / name / "static" for name in FOLDERS)]
    paths = {path.name: path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir())}
    paths["htmx.js"] = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"
    return {name: _load(path) for name, path in paths.items() if path.suffix in _TYPES}


def _load(path: Path) -> StaticFile:
    content = path.read_bytes()
    tag = hashlib.sha256(content).hexdigest()[:12]
    return StaticFile(content, gzip.compress(content, 9, mtime=0), _TYPES[path.suffix], tag)


def serve(request: HttpRequest, name: str) -> HttpResponse:
    """A file; for ever, because its address changes with its content."""
    file = load_files().get(name)
    if file is None:
        raise Http404
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    answer = HttpResponse(file.packed if packed else file.content, content_type=file.kind)
    if packed:
        answer["Content-Encoding"] = "gzip"
    answer["Vary"] = "Accept-Encoding"
    asked = request.GET.get("v") == file.tag
    answer["Cache-Control"] = "public, max-age=31536000, immutable" if asked else "no-cache"
    return answer


def compute_address(name: str) -> str:
    """The address of a file with its tag; KeyError for a file that is not there."""
    return f"/static/{name}?v={load_files()[name].tag}"
