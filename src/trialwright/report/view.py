"""What every section of the report reads from: the definition, the computed study, the language."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from trialwright.definition.compiled import Definition
from trialwright.definition.endpoints import Endpoint
from trialwright.report.phrases import PHRASES
from trialwright.report.phrases_warnings import find_warning, translate
from trialwright.report.rows import Index, fold_index
from trialwright.report.units import render_unit, render_units
from trialwright.results import Bundle, ResultRow
from trialwright.safety.board import BoardReport
from trialwright.safety.terms import is_class, name_chinese
from trialwright.vocabulary.codelists import Purpose
from trialwright.vocabulary.labels import name_id

TOTAL = "TOTAL"
_CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+|[A-Z]{4,}")
_REFUSED = re.compile(r"(?P<act>[a-z_]+) refused: (?P<text>.+)")
CONTRAST = " - "
MEDIAN = "MEDIAN"
"""Category of the median time to an event."""


@dataclass(frozen=True, slots=True)
class View:
    """The inputs of a report and the words to speak of them.

    ``participants`` says whether single participants may be shown; False outside VIRTUAL ledgers. ``conduct`` is the
    safety board's report at the data cut, where the report is to show how safety was conducted.
    """

    definition: Definition
    bundle: Bundle
    language: str
    participants: bool
    index: Index
    conduct: BoardReport | None = None

    def say(self, key: str, **values: object) -> str:
        """A phrase of the report's own catalogue, with its places filled."""
        return PHRASES[key].text(self.language).format(**values)

    def raw(self, key: str) -> str:
        """A phrase with its places still open."""
        return PHRASES[key].text(self.language)

    def knows(self, key: str) -> bool:
        """Whether the catalogue has this phrase."""
        return key in PHRASES

    def label(self, key: str, otherwise: str) -> str:
        """A label of the study; ``otherwise`` where the study has none."""
        text = self.definition.label(key, self.language)
        return otherwise if text == key else text

    def arm(self, arm: str) -> str:
        """The title of an arm."""
        return self.label(f"arms.{arm}", self.definition.arms[arm].title if arm in self.definition.arms else arm)

    def assumption(self, name: str) -> str:
        """An assumption by its name: its title in the study's labels, else its id in words."""
        return self.label(f"assumption_titles.{name}", name_id(name))

    def group(self, group: str, ratio: bool = False) -> str:
        """The head of a group of participants: an arm's title, a difference (or ratio) of arms, the total."""
        if CONTRAST in group:
            first, _, second = group.partition(CONTRAST)
            return self.say("group.ratio" if ratio else "group.contrast", first=first, second=second)
        if group in (TOTAL, ""):
            return self.say("group.total") if group else ""
        return self.arm(group)

    def visit(self, visit: str) -> str:
        """The title of a planned visit, or the phrase for a moment that is no visit (worst, last)."""
        if visit in self.definition.encounters:
            return self.label(f"encounters.{visit}", self.definition.encounters[visit].title)
        return self.say(f"visit.{visit}") if self.knows(f"visit.{visit}") else visit

    def short_visit(self, visit: str) -> str:
        """A visit for an axis: its id in the way of D28."""
        if visit in self.definition.encounters:
            day = self.definition.encounters[visit].day
            if self.definition.encounters[visit].epoch == "SCREENING":
                return self.visit(visit)
            return self.say("axis.baseline") if day == 0 else f"D{day}"
        return visit

    def parameter(self, code: str) -> str:
        """What was measured or counted, in words."""
        if self.language == "zh" and (chinese := name_chinese(code)):
            return chinese if is_class(code) else self.term(code)
        if code in self.definition.parameters:
            return render_units(self.label(f"parameters.{code}", self.definition.parameters[code].parameter.label))
        if self.knows(f"parameter.{code}"):
            return self.say(f"parameter.{code}")
        form, _, item = code.partition(".")
        return render_units(self.label(f"forms.{form}.items.{item}", self.code(code)))

    def category(self, parameter: str, category: str) -> str:
        """A level, grade, term or reason, in words."""
        for key in (f"category.{parameter}.{category}", f"category.{category}"):
            if self.knows(key):
                return self.say(key)
        if any(category == one.criterion.id for one in self.definition.criteria):
            return f"{category} {self.label(f'eligibility.{category}', '')}".strip()
        form, _, item = parameter.partition(".")
        compiled = self.definition.forms.get(form)
        codelist = compiled.items[item].codelist if compiled and item in compiled.items else None
        text = self.label(f"codelists.{codelist}.{category}", "") if codelist else ""
        if text:
            return text
        if self.language == "zh" and name_chinese(category):
            return self.term(category)
        said = self.code(category)
        return said[:1].upper() + said[1:] if " " in said else said

    def code(self, code: str) -> str:
        """A code in words: the label that every codelist with it agrees on, else the code itself in small letters."""
        if "; " in code:
            return self.say("list.semicolon").join(self.code(part) for part in code.split("; "))
        keys = [f"codelists.{name}.{code}" for name in self.definition.codelists]
        texts = {text for key in keys if (text := self.label(key, ""))}
        if len(texts) == 1:
            return texts.pop()
        if self.knows(f"code.{code}"):
            return self.say(f"code.{code}")
        return code.replace("_", " ").capitalize() if _CODE.fullmatch(code) else code

    def statistic(self, statistic: str) -> str:
        """The name of a statistic."""
        return (
            self.say(f"statistic.{statistic}") if self.knows(f"statistic.{statistic}") else statistic.replace("_", " ")
        )

    def warning(self, text: str) -> str:
        """What a row warns of, in the language, with arms and covariates in words."""
        refused = _REFUSED.fullmatch(text)
        if refused:
            act = f"act.{refused['act']}"
            named = self.say(act) if self.knows(act) else refused["act"].replace("_", " ").capitalize()
            return self.say("act.refused", act=named, text=self.warning(refused["text"]))
        key, places = find_warning(text)
        if key == "{arm}: {text}" and dict(places)["arm"] not in self.definition.arms:
            name, _, rest = text.partition(": ")
            return f"{name}{self.say('sentence.colon')}{self.warning(rest)}"
        words = {name: self._fill(name, value) for name, value in places}
        return translate(key, self.language).format(**words) if places else translate(key, self.language)

    def note(self, text: str) -> str:
        """A warning as a sentence below a table."""
        said, end = self.warning(text), self.say("sentence.end")
        return f"{said[:1].upper()}{said[1:]}".removesuffix(end) + end

    def _fill(self, place: str, value: str) -> str:
        if place == "arm":
            return self.arm(value)
        if place == "form":
            return self.label(f"forms.{value}.title", value)
        if place == "text":
            return self.warning(value)
        if place == "name":
            return self.say(f"reached.{value}") if self.knows(f"reached.{value}") else value
        return self.say("list.comma").join(map(self.covariate, value.split(", "))) if place == "items" else value

    def term(self, english: str, beside: bool = True) -> str:
        """A term or class of CTCAE: in Chinese with the English behind it, which is what is coded; else the English."""
        chinese = name_chinese(english) if self.language == "zh" else ""
        return self.say("term.beside", chinese=chinese, english=english) if chinese and beside else chinese or english

    def covariate(self, name: str) -> str:
        """A covariate of a model in words: an item, or an item with the code that its column stands for."""
        item, equals, code = name.partition(" = ")
        if item == "baseline":
            return self.say("word.baseline")
        return f"{self.parameter(item)} = {self.category(item, code)}" if equals else self.parameter(item)

    def method(self, method: str) -> str:
        """A statistical method in words, with its options."""
        name, _, option = method.partition(":")
        words = self.say(f"method.{name}") if self.knows(f"method.{name}") else name
        options = [
            self.say(f"option.{one}") if self.knows(f"option.{one}") else one.replace("_", " ")
            for one in (option.split(",") if "(" not in option else [option])
            if one
        ]
        return (
            self.say("method.options", method=words, options=self.say("list.comma").join(options)) if options else words
        )

    def list_sets(self, rows: Iterable[ResultRow]) -> list[str]:
        """The analysis sets of the plan that the rows name, in the plan's order."""
        named = {row.analysis_set for row in rows}
        return [one.id for one in self.definition.plan.sets if one.id in named]

    def unit(self, unit: str) -> str:
        """A unit in the language, where it is a word."""
        return self.say(f"unit.{unit}") if self.knows(f"unit.{unit}") else render_unit(unit)

    def set_title(self, analysis_set: str) -> str:
        """The title of an analysis set."""
        planned = next((one for one in self.definition.plan.sets if one.id == analysis_set), None)
        return self.label(f"sets.{analysis_set}", planned.title if planned else analysis_set)

    def sort_groups(self, groups: Iterable[str]) -> tuple[str, ...]:
        """Groups as tables show them: arms in the study's order, the total, the contrasts."""
        arms = list(self.definition.arms)

        def rank(group: str) -> tuple[int, int, str]:
            if group in arms:
                return (0, arms.index(group), "")
            return (1, 0, "") if group == TOTAL else (2, 0, group) if CONTRAST in group else (3, 0, group)

        return tuple(sorted(set(groups), key=rank))

    def sort_visits(self, visits: Iterable[str]) -> tuple[str, ...]:
        """Visits in the order of their days, then those that are none in the order in which they come."""
        met = list(dict.fromkeys(visits))
        known = sorted(
            (one for one in met if one in self.definition.encounters),
            key=lambda one: (self.definition.encounters[one].day, list(self.definition.encounters).index(one)),
        )
        return tuple(known + [one for one in met if one not in self.definition.encounters])

    def count_set(self, analysis_set: str, group: str) -> int | None:
        """How many participants a set has in a group, as table 14.1.2 says; None where it does not say."""
        for row in self.index.table("14.1.2"):
            mine = row.group == group and analysis_set in (row.parameter, row.analysis_set) and not row.category
            if mine and row.statistic in COUNTS and row.value is not None:
                return int(row.value)
        return None

    def rows_of(self, endpoint: Endpoint) -> tuple[ResultRow, ...]:
        """Every row of an endpoint."""
        return tuple(row for row in self.bundle.rows if row.outcome == endpoint.id)

    def list_post_hoc(self) -> tuple[str, ...]:
        """The analyses of the plan that were not in the plan signed first; none where no plan has been signed."""
        planned = self.bundle.header.planned
        return () if planned is None else tuple(a.id for a in self.definition.plan.analyses if a.id not in planned)

    def mark_post_hoc(self, analyses: Iterable[str]) -> str:
        """The mark of a title whose analyses are all post hoc; empty otherwise."""
        named, late = set(analyses), set(self.list_post_hoc())
        return self.say("posthoc.mark") if named and named <= late else ""

    @property
    def cut(self) -> str:
        """The data cut as people read it: day, time and zone."""
        text = self.bundle.header.data_cut
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return text
        zone = "UTC" if moment.utcoffset() == timedelta(0) else moment.strftime("%z")
        return f"{moment:%Y-%m-%d %H:%M} {zone}".strip()

    @property
    def purpose(self) -> Purpose:
        """What the ledger is for."""
        return Purpose(self.bundle.header.purpose)

    @property
    def band(self) -> str:
        """What must stand on every page; empty for real data."""
        return "" if self.purpose is Purpose.PRODUCTION else self.say(f"band.{self.purpose.value}")

    @property
    def randomised(self) -> bool:
        """Whether chance decided about the arms."""
        return self.definition.study.design.allocation == "RANDOMIZED"


COUNTS = ("count", "events", "n")
"""The statistics that count, the most telling first."""


def fold_view(
    definition: Definition, bundle: Bundle, language: str, participants: bool, conduct: BoardReport | None = None
) -> View:
    """The view of a computed study in a language."""
    return View(definition, bundle, language, participants, fold_index(bundle.rows), conduct)
