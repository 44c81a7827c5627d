"""A draft study as the text of ``study.yaml``, with the hash of each registered sentence beside it."""

import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from trialwright.record.draft import Draft

_HEAD = """\
Draft made from the registry record. "assumed" names the question of decisions.md that a part rests on.
"undecided" must be replaced before the study can be checked."""
_FLOW = {"assumed", "at", "window", "interventions", "blocks", "serves"} | {
    "other_ids",
    "conditions",
    "keywords",
    "who_masked",
}


def render_draft_yaml(draft: Draft) -> str:
    """The draft as YAML 1.2, in the order of the study language; each criterion has its sentence's hash beside it."""
    content = _commented(draft.study, "")
    content.yaml_set_start_comment(_HEAD)
    for criterion in content.get("eligibility", []):
        criterion.yaml_add_eol_comment(f"sentence {draft.hashes[criterion['id']][:16]}", "id")
    yaml = YAML()
    # Registered texts are never folded: folding changes some texts with quotes, and a line can be searched for.
    yaml.width = 1_000_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(content, stream)
    return stream.getvalue()


def _commented(value: Any, key: str) -> Any:
    """Plain data as ruamel's own containers; short lists of words stay on one line."""
    if isinstance(value, dict):
        return CommentedMap((name, _commented(part, name)) for name, part in value.items())
    if isinstance(value, list):
        items = CommentedSeq(_commented(part, "") for part in value)
        if key in _FLOW and all(not isinstance(part, dict) for part in value):
            items.fa.set_flow_style()
        return items
    return value
