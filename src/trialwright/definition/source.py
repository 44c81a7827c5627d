"""YAML texts with a line number for every value (YAML 1.2: ``NO`` is a word, not a false)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from trialwright.vocabulary.findings import Finding, Place

Path = tuple[str | int, ...]
_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Source:
    """One YAML file: its name, its plain data, and the line of every path in it."""

    name: str
    data: object
    lines: Mapping[Path, int]

    def place(self, *path: str | int) -> Place:
        """The place of ``path``; where that path has no line of its own, its nearest ancestor's."""
        for end in range(len(path), -1, -1):
            line = self.lines.get(path[:end])
            if line is not None:
                return Place(self.name, line, ".".join(str(step) for step in path))
        return Place(self.name, 1, ".".join(str(step) for step in path))


def read_yaml(name: str, text: str) -> tuple[Source | None, list[Finding]]:
    """The data and lines of a YAML text, or the findings that say why it cannot be read.

    Keys that stand twice are findings; anchors, aliases and merge keys are refused, for a study file must read the same
    from top to bottom for everybody.
    """
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(name, mark.line + 1 if mark else 1)
        return None, [Finding("yaml", f"this is not YAML: {error.problem or error.context}", place)]
    except YAMLError as error:
        return None, [Finding("yaml", f"this is not YAML: {error}", Place(name, 1))]
    if node is None:
        return None, [Finding("yaml", "the file is empty", Place(name, 1))]
    builder = _Builder(name)
    data = builder.build(node, ())
    if builder.findings:
        return None, builder.findings
    return Source(name, data, MappingProxyType(builder.lines)), []


class _Builder:
    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Path, int] = {}
        self.findings: list[Finding] = []
        self._seen: set[int] = set()

    def build(self, node: Node, path: Path) -> object:
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        if id(node) in self._seen:
            self._report("yaml-alias", "an alias (*name) is used; write the value out", line)
            return None
        self._seen.add(id(node))
        if isinstance(node, MappingNode):
            return self._build_mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.build(child, (*path, index)) for index, child in enumerate(node.value)]
        assert isinstance(node, ScalarNode)
        return self._build_scalar(node)

    def _build_mapping(self, node: MappingNode, path: Path) -> dict[str, object]:
        data: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in data:
                self._report("yaml-duplicate", f"the key {key} stands twice", line)
            if key == "<<":
                self._report("yaml-alias", "a merge key (<<) is used; write the values out", line)
            self.lines[(*path, key)] = line
            data[key] = self.build(value_node, (*path, key))
        return data

    def _build_scalar(self, node: ScalarNode) -> object:
        text, tag = node.value, str(node.tag).rsplit(":", 1)[-1]
        if tag == "null":
            return None
        if tag == "bool":
            return _BOOLEANS[text.lower()]
        if tag == "int":
            plain = text.replace("_", "")
            return int(plain, 0) if plain.lstrip("+-").startswith(("0x", "0o")) else int(plain)
        if tag == "float":
            return float(text.replace("_", ""))
        return text

    def _report(self, code: str, message: str, line: int) -> None:
        self.findings.append(Finding(code, message, Place(self.name, line)))
