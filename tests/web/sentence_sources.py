"""The sentences that stand in the source: every text or f-string that reads like words, as a template with holes."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).parent.parent.parent / "src" / "trialwright"

_THROUGH = {
    "lower",
    "upper",
    "isoformat",
    "strip",
    "replace",
    "capitalize",
    "get",
    "partition",
    "removeprefix",
    "title",
}
"""Methods that leave a hole what it is."""
_OF = {"len": "count", "str": "", "repr": "", "sorted": "", "int": "", "abs": "", "min": "", "max": "", "set": ""}
_TOLD = {"ValueError", "ClockWentBack"}
"""Errors whose text is shown: what somebody typed cannot be read, the server's clock is wrong."""
_SILENT = {"Rule"}
"""What the registry's rules say of themselves is printed on the command line."""
_BARE = {"value", "id", "name"}
"""Attributes that say less than what they belong to."""


@dataclass(frozen=True)
class Sentence:
    """A text of the source: where it stands, and what it is with its holes named."""

    file: str
    line: int
    template: str

    @property
    def is_prose(self) -> bool:
        """Whether it reads like words: a word in small letters, and more beside it."""
        bare = re.sub(r"{\w+}", "", self.template)
        return bool(
            re.search(r"(?<![\w.%/-])[a-z]{2,}", bare)
            and re.search(r"\s", bare.strip() if "{" not in self.template else bare)
            and not re.search(r"\b(?:SELECT|INSERT|UPDATE|DELETE|PRAGMA|CREATE|FROM|WHERE)\b|[<>]/?[a-z]+[ >]", bare)
        )


def list_sentences(*places: str) -> list[Sentence]:
    """Every text in the files and folders named, but docstrings and what is raised as a mistake of the program."""
    found = []
    for place in places:
        path = SOURCE / place
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        for file in files:
            if file.name != "texts.py" and not {"migrations", "sentences"} & set(file.parts):
                found += list(_walk(ast.parse(file.read_text(encoding="utf-8")), str(file.relative_to(SOURCE))))
    return found


def _walk(tree: ast.AST, file: str) -> Iterator[Sentence]:
    within: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            within.add(id(node.value))
        elif (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SILENT) or (
            isinstance(node, ast.Raise) and not _is_told(node)
        ):
            within.update(id(inner) for inner in ast.walk(node))
        elif isinstance(node, ast.JoinedStr):
            within.update(id(part) for part in node.values if isinstance(part, ast.Constant))
            within.update(
                id(inner)
                for part in node.values
                if isinstance(part, ast.FormattedValue) and part.format_spec
                for inner in ast.walk(part.format_spec)
            )
        if id(node) not in within and (text := render_template(node)):
            yield Sentence(file, node.lineno, text)  # type: ignore[attr-defined]


def _is_told(node: ast.Raise) -> bool:
    """Whether what is raised is shown to people."""
    made = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(made, ast.Name) and made.id in _TOLD


def render_template(node: ast.AST) -> str:
    """The text of a node with its holes named; '' for anything else.

    >>> render_template(ast.parse("f'{command.arm or none} is in {state.site.id}, {len(x)} of {len(y)}'").body[0].value)
    '{arm} is in {site}, {count} of {count_2}'
    """
    if isinstance(node, ast.Constant):
        return node.value.strip() if isinstance(node.value, str) else ""
    if not isinstance(node, ast.JoinedStr):
        return ""
    parts, used = [], dict[str, int]()
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        elif isinstance(part, ast.FormattedValue):
            name = name_hole(part.value)
            used[name] = used.get(name, 0) + 1
            parts.append("{" + (name if used[name] == 1 else f"{name}_{used[name]}") + "}")
    return "".join(parts).strip()


def name_hole(node: ast.AST) -> str:
    """What a hole is called: the last word of the expression that says what it is."""
    match node:
        case ast.Name():
            return node.id.strip("_").lower()
        case ast.Attribute():
            return name_hole(node.value) if node.attr in _BARE else node.attr.strip("_")
        case ast.Call(func=ast.Attribute(attr="join")) if node.args:
            return name_hole(node.args[0])
        case ast.Call(func=ast.Attribute()) if node.func.attr in _THROUGH:
            return name_hole(node.func.value)
        case ast.Call(func=ast.Name()) if node.func.id in _OF and node.args:
            return _OF[node.func.id] or name_hole(node.args[0])
        case ast.Call(func=ast.Name(id="map")):
            return name_hole(node.args[-1])
        case ast.Call():
            return name_hole(node.func)
        case ast.Subscript() | ast.Starred():
            return name_hole(node.value)
        case ast.IfExp():
            inner = [one for one in (node.body, node.orelse) if not isinstance(one, ast.Constant)]
            return name_hole(inner[0] if inner else node.test)
        case ast.BoolOp():
            return name_hole(node.values[0])
        case ast.BinOp() | ast.Compare():
            return name_hole(node.left)
        case ast.UnaryOp():
            return name_hole(node.operand)
        case ast.GeneratorExp() | ast.ListComp() | ast.SetComp():
            return name_hole(node.elt)
        case ast.JoinedStr():
            return next((name_hole(one.value) for one in node.values if isinstance(one, ast.FormattedValue)), "text")
    return "value"
