"""Take texts out of an entry: a name that somebody typed goes, by a justified act that carries everything else forward."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.capture.sign import check_fresh
from trialwright.ledger.canonical import parse_canonical, render_canonical
from trialwright.ledger.entries import Entry
from trialwright.ledger.entries_redaction import Redaction, RedactionSettled
from trialwright.ledger.envelope import REDACTION, Envelope
from trialwright.ledger.free_text import compute_carried, list_free_texts
from trialwright.ledger.redaction import Redacted
from trialwright.ledger.subject import SubjectState
from trialwright.vocabulary.findings import Reason

JUSTIFICATION = "justification"
"""The path of what an earlier redaction of the same entry gave as its reason."""
_WORD = re.compile(r"[^\W\d_]{3,}|\d{3,}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")
_ORDINARY = frozenset(
    {
        "a", "an", "and", "another", "by", "contact", "data", "date", "email", "entered", "entry",
        "error", "family", "field", "file", "for", "form", "from", "given", "had", "has",
        "hospital", "identity", "illness", "in", "initials", "inspection", "into", "it", "item",
        "mistake", "name", "names", "note", "number", "of", "on", "patient", "person", "phone",
        "physician", "relative", "remark", "same", "site", "stood", "surname", "telephone", "text",
        "that", "the", "their", "there", "this", "to", "typed", "was", "were", "which", "with",
        "word", "words", "wrong", "患者", "病人", "受试", "试者", "姓名", "名字", "电话", "号码", "身份", "份证", "住址",
        "地址", "家属", "亲属", "医生", "医师", "护士", "输入", "录入", "误录", "文本", "记录", "备注", "删除", "信息",
    }
)  # fmt: skip
"""Words that say what was wrong and tell of nobody, so that a reason may share them with the text that goes."""


@dataclass(frozen=True, slots=True)
class Redact:
    """Take out the texts at ``paths`` of the entry at ``position``; ``participant`` '' is the study's own chain.

    ``words`` are what must be left nowhere in the entry and not be repeated in the justification; they are not kept.
    """

    participant: str
    position: int
    paths: tuple[str, ...]
    justification: str
    authenticated_at: datetime
    site: str = ""
    words: tuple[str, ...] = ()


def list_redactable(envelope: Envelope, redacted: Mapping[int, Redacted]) -> dict[str, str]:
    """The texts of an entry that can be taken out, by path: those that stand there, and why others went before."""
    if not envelope.payload or envelope.act == REDACTION:
        return {}
    earlier = redacted.get(envelope.position)
    gone = earlier.entry.removed if earlier else {}
    texts = list_free_texts(envelope.act, parse_canonical(envelope.payload))
    found = {path: text for path, text in texts.items() if path not in gone}
    return found | ({JUSTIFICATION: earlier.entry.justification} if earlier else {})


def decide_redact(moment: Moment, state: SubjectState, command: Redact, found: Envelope | None) -> Decision:
    """The redaction with what stays of the entry, or why not. It cannot be undone."""
    reasons = check_open(moment) + check_actor(moment, "redact", state.site)
    reasons += check_fresh(moment, command.authenticated_at)
    if found is None or found.participant != command.participant:
        whose = command.participant or "the study"
        reasons.append(Reason("unknown-entry", f"position {command.position} is no entry of {whose}"))
        return refuse("redact", reasons) or ()
    redacted = state.redacted if command.participant else moment.study.redacted
    texts = list_redactable(found, redacted)
    reasons += _check_paths(command, texts)
    going = [texts[path] for path in command.paths if path in texts]
    reasons += _check_justification(command, going)
    if reasons:
        return refuse("redact", reasons) or ()
    entry = _compute_redaction(moment, command, found, redacted.get(found.position))
    left = [
        Reason("still-there", f"the entry would still hold “{word}”") for word in command.words if _holds(entry, word)
    ]
    settled: tuple[Entry, ...] = (RedactionSettled(found.position, "DONE"),) if _is_asked(moment, found) else ()
    planned = (Planned(command.participant, entry), *(Planned("", one) for one in settled))
    return refuse("redact", left) or planned


def _is_asked(moment: Moment, found: Envelope) -> bool:
    return found.position in moment.study.asked


def _check_paths(command: Redact, texts: Mapping[str, str]) -> list[Reason]:
    if not texts:
        return [Reason("no-text", f"entry {command.position} holds no text that somebody typed")]
    if not command.paths:
        return [Reason("nothing-chosen", "choose at least one text that is to go")]
    return [
        Reason("unknown-text", f"entry {command.position} has no text {path}")
        for path in command.paths
        if path not in texts
    ]


def _check_justification(command: Redact, going: list[str]) -> list[Reason]:
    said = command.justification.strip()
    if not said:
        return [Reason("no-reason", "a redaction needs its justification")]
    repeated = find_repeated(said, (*going, *command.words))
    return [
        Reason("repeats-identity", f"the justification repeats “{word}” of what has to go: say it without")
        for word in repeated
    ]


def find_repeated(said: str, going: tuple[str, ...]) -> list[str]:
    """The telling words of texts that go which a sentence says again; ordinary words of such sentences are let through.

    Latin words and numbers of three signs and more, and any two Chinese characters that stand side by side.

    >>> find_repeated("the name of Li Wei was typed", ("Mr Li Wei fell",))
    ['wei']
    """
    gone = set[str]().union(*map(_list_words, going))
    return sorted(word for word in _list_words(said) if word in gone and word not in _ORDINARY)


def _list_words(text: str) -> set[str]:
    words = {word for word in _WORD.findall(text.casefold()) if not _CHINESE.search(word)}
    pairs = {run[at : at + 2] for run in _CHINESE.findall(text) for at in range(len(run) - 1)}
    return words | pairs


def _compute_redaction(moment: Moment, command: Redact, found: Envelope, earlier: Redacted | None) -> Redaction:
    """Each text that goes leaves a sentence with who, when and why; what went before keeps its own, unless that goes."""
    day, by = moment.compute_day(found.site), moment.actor.person
    reason = command.justification.strip()
    sentence = f"redacted by {by} on {day}: {reason}"
    before = dict(earlier.entry.removed) if earlier else {}
    if JUSTIFICATION in command.paths and earlier:
        before = dict.fromkeys(before, sentence)
    removed = {**before, **dict.fromkeys((path for path in command.paths if path != JUSTIFICATION), sentence)}
    payload: dict[str, Any] = parse_canonical(found.payload)
    carried = render_canonical(compute_carried(payload, removed))
    return Redaction(found.position, reason, carried, removed, earlier.position if earlier else 0, found.act)


def _holds(entry: Redaction, word: str) -> bool:
    texts = list_texts(parse_canonical(entry.carried))
    return bool(word.strip()) and any(word.strip().casefold() in text.casefold() for text in texts)


def list_texts(value: object) -> list[str]:
    """Every text anywhere in a payload, keys left out."""
    if isinstance(value, Mapping):
        return [text for one in value.values() for text in list_texts(one)]
    if isinstance(value, list | tuple):
        return [text for one in value for text in list_texts(one)]
    return [value] if isinstance(value, str) else []
