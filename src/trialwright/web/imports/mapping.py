"""What each column of a file is: guessed from its name, chosen by a person, remembered for the laboratory."""

import re
from collections.abc import Mapping, Sequence

from trialwright.definition.compiled import CompiledForm, Definition
from trialwright.definition.forms import ItemType
from trialwright.web.imports.table import Problem

PARTICIPANT, VISIT, IGNORED = "*participant", "*visit", ""
_PARTICIPANT_NAMES = {
    "participant",
    "subject",
    "subjectid",
    "usubjid",
    "code",
    "participantcode",
    "受试者",
    "受试者编号",
    "编号",
}
_VISIT_NAMES = {"visit", "encounter", "访视"}
_UNIT = re.compile(r"[(\[（]([^)\]）]*)[)\]）]\s*$")
_SAME = {"µ": "u", "μ": "u", "°": "", "次/分": "/min", "^": "", "*": "", "×": ""}


def list_targets(compiled: CompiledForm) -> list[str]:
    """What a column can be: the participant, the visit, or an item of the form."""
    return [PARTICIPANT, VISIT, *compiled.items]


def guess_columns(
    definition: Definition, compiled: CompiledForm, header: Sequence[str], known: Mapping[str, str]
) -> dict[str, str]:
    """The target of each column: what was remembered, else what its name says, else ignored; no target twice."""
    names = _list_names(definition, compiled)
    columns: dict[str, str] = {}
    targets = set(list_targets(compiled))
    for name in header:
        target = known[name] if name in known else names.get(_fold(_UNIT.sub("", name)), IGNORED)
        taken = target in columns.values()
        columns[name] = target if target in targets and not taken else IGNORED
    return columns


def _list_names(definition: Definition, compiled: CompiledForm) -> dict[str, str]:
    names = dict.fromkeys(map(_fold, _PARTICIPANT_NAMES), PARTICIPANT) | dict.fromkeys(map(_fold, _VISIT_NAMES), VISIT)
    for item in compiled.items:
        labels = (definition.label(f"forms.{compiled.form.id}.items.{item}", language) for language in ("en", "zh"))
        names |= dict.fromkeys(map(_fold, (item, *labels)), item)
    return names


def _fold(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalnum())


def check_columns(compiled: CompiledForm, columns: Mapping[str, str]) -> list[Problem]:
    """What is wrong with the columns themselves: no participant, no time, a unit that is not the study's."""
    problems, targets = [], set(columns.values())
    if PARTICIPANT not in targets:
        problems.append(Problem(1, "", "no column holds the participant's code", "choose that column below"))
    occasion = compiled.form.occasion
    if occasion and occasion not in targets:
        problems.append(Problem(1, "", f"no column holds {occasion}", "choose the column with the time of collection"))
    for name, target in columns.items():
        item, printed = compiled.items.get(target), _UNIT.search(name)
        if item is None or item.type is not ItemType.NUMBER or printed is None:
            continue
        if _plain(printed[1]) != _plain(item.unit):
            what = (
                f"the column is in {printed[1] or '(no unit)'}, the study asks {item.id} in {item.unit or '(no unit)'}"
            )
            problems.append(Problem(1, name, what, f"values in {item.unit or 'no unit'}; they are not converted here"))
    return problems


def _plain(unit: str) -> str:
    for one, other in _SAME.items():
        unit = unit.replace(one, other)
    return unit.replace(" ", "").casefold()
