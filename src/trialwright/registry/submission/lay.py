"""A plain-language summary draft in English and Chinese, from the results section and nothing else."""

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from trialwright.record.results_section import Event, OutcomeMeasure, ResultsSection
from trialwright.registry.submission.build import Submission

Language = Literal["en", "zh"]
_MOST_TERMS = 8
_ESTIMATES = {
    "Risk Difference (RD)": "率差",
    "Median Difference (Net)": "中位数差",
    "Mean Difference (Net)": "均值差",
    "Ratio of geometric means": "几何均值比",
    ": ": "：",
}
_UNITS = {"percentage": "%", "percentage of participants": "%"}
_TEXTS: Mapping[str, tuple[str, str]] = {
    "draft": (
        "Draft. A person must read, correct and approve this text before anybody else sees it.",
        "草稿。须由人审阅、修改并批准后方可公开。",
    ),
    "rehearsal": (
        "REHEARSAL: the participants are not real, and nothing here is true of any person. Never publish this.",
        "演练：受试者并非真人，内容不涉及任何真实个人。切勿发布。",
    ),
    "why": ("What was studied?", "研究了什么？"),
    "why.text": (
        "The study was about: {conditions}. People received: {interventions}.",
        "研究的疾病或问题：{conditions}。研究的措施：{interventions}。",
    ),
    "who": ("Who took part?", "谁参加了研究？"),
    "who.total": ("{total} people were counted at the start:", "研究开始时共计 {total} 人："),
    "who.sex": ("{title}: {count}", "{title}：{count} 人"),
    "who.age": ("Their mean age was {mean} years.", "平均年龄为 {mean} 岁。"),
    "flow": ("Did they stay in the study?", "他们是否完成了研究？"),
    "flow.arm": (
        "{arm}: {started} started, {completed} completed, {left} did not.",
        "{arm}：{started} 人开始，{completed} 人完成，{left} 人未完成。",
    ),
    "results": ("What were the results?", "结果如何？"),
    "of": ("{arm}: {count} of {total}", "{arm}：{total} 人中有 {count} 人"),
    "value": ("{arm}: {value} {unit}", "{arm}：{value} {unit}"),
    "between": (
        "Difference between the groups ({what}): {value}, and with the uncertainty of a study of this size anything "
        "from {low} to {high}.",
        "两组之差（{what}）：{value}；考虑到样本量带来的不确定性，可能在 {low} 至 {high} 之间。",
    ),
    "none": ("Not reported yet.", "尚未报告。"),
    "events": ("Which medical problems occurred?", "出现了哪些健康问题？"),
    "events.arm": (
        "{arm}: {deaths} of {risk} people died of any cause, {serious} had a serious problem, "
        "{other} had another problem that is listed.",
        "{arm}：{risk} 人中 {deaths} 人死亡（任何原因），{serious} 人有严重不良事件，{other} 人有所列的其他不良事件。",
    ),
    "events.why": (
        "A problem that occurred during the study need not have been caused by what people received.",
        "研究期间发生的问题不一定由所用措施引起。",
    ),
    "events.terms": ("Most frequent: {terms}.", "最常见：{terms}。"),
    "limits": ("What should be kept in mind?", "应注意什么？"),
    "more": ("Where to read more", "更多信息"),
    "title": ("Results in plain language", "研究结果（通俗版）"),
}  # fmt: skip


def render_lay_summary(submission: Submission, language: Language) -> str:
    """The draft as Markdown."""
    results = submission.record.results
    assert results is not None
    writer = _Writer(submission, results, language)
    return "\n".join(writer.write()) + "\n"


class _Writer:
    """Writes one summary in one language."""

    def __init__(self, submission: Submission, results: ResultsSection, language: Language) -> None:
        self.submission, self.results, self.language = submission, results, language
        self.definition = submission.material.definition

    def say(self, key: str, **values: object) -> str:
        """A sentence in the language of the summary."""
        return _TEXTS[key][self.language == "zh"].format(**values)

    def name(self, key: str, text: str) -> str:
        """The study's own words in the language, else the text of the record."""
        found = self.definition.label(key, self.language)
        return text if found == key else found

    def translate(self, text: str) -> str:
        """A text made of the study's own labels, in the language of the summary; unknown words stay."""
        keys = [f"parameters.{one}" for one in self.definition.parameters]
        keys += [f"encounters.{one}" for one in self.definition.encounters]
        known = {self.definition.label(key): self.definition.label(key, self.language) for key in keys}
        if self.language == "zh":
            known |= _ESTIMATES
        return "".join(known.get(part, part) for part in re.split(r"(: )", text)) if text not in known else known[text]

    def arms(self) -> list[str]:
        """Arm titles in the order of the groups."""
        return [self.name(f"arms.{one}", arm.title) for one, arm in self.definition.arms.items()]

    def write(self) -> Iterator[str]:
        """The lines of the summary."""
        study = self.definition.study.study
        yield from (f"# {self.say('title')}", "", self.name("study.title", study.title), "")
        if self.submission.is_rehearsal:
            yield from (f"**{self.say('rehearsal')}**", "")
        yield from (f"*{self.say('draft')}*", "", f"## {self.say('why')}", "")
        given = [self.name(f"interventions.{key}", one.name) for key, one in self.definition.interventions.items()]
        yield self.say("why.text", conditions=", ".join(study.conditions), interventions=", ".join(given))
        yield from ("", f"## {self.say('who')}", "", *self.write_people())
        yield from ("", f"## {self.say('flow')}", "", *self.write_flow())
        yield from ("", f"## {self.say('results')}", "", *self.write_outcomes())
        yield from ("", f"## {self.say('events')}", "", *self.write_events())
        yield from ("", f"## {self.say('limits')}", "", self.results.more_info.limitations_and_caveats.description)
        yield from ("", f"## {self.say('more')}", "", f"https://clinicaltrials.gov/study/{study.id}")

    def write_people(self) -> Iterator[str]:
        """How many, of which sex, of which age."""
        baseline = self.results.baseline
        last = baseline.groups[-1].id
        totals = {one.group_id: one.value for denom in baseline.denoms for one in denom.counts}
        yield self.say("who.total", total=totals[last])
        yield ""
        for measure in baseline.measures:
            cells = [
                (category.title, one.value)
                for block in measure.classes
                for category in block.categories
                for one in category.measurements
                if one.group_id == last
            ]
            if measure.title.startswith("Sex"):
                words = {"Female": "女", "Male": "男"} if self.language == "zh" else {}
                yield from (f"- {self.say('who.sex', title=words.get(one, one), count=count)}" for one, count in cells)
            if measure.title == "Age, Continuous":
                yield f"- {self.say('who.age', mean=cells[0][1])}"

    def write_flow(self) -> Iterator[str]:
        """Started, completed, not completed, by arm."""
        rows = {one.type: one.achievements for one in self.results.participant_flow.periods[0].milestones}
        for at, arm in enumerate(self.arms()):
            counts = {key: cells[at].num_subjects for key, cells in rows.items()}
            yield "- " + self.say(
                "flow.arm",
                arm=arm,
                started=counts["STARTED"],
                completed=counts["COMPLETED"],
                left=counts["NOT COMPLETED"],
            )

    def write_outcomes(self) -> Iterator[str]:
        """Each registered outcome: the last time point by group, and the first comparison."""
        titles = {" ".join(one.title.split()): one.id for one in self.definition.study.endpoints}
        for outcome in self.results.outcomes.outcome_measures:
            if outcome.type not in ("PRIMARY", "SECONDARY"):
                continue
            key = titles.get(" ".join(outcome.title.split()), "")
            yield from (f"### {self.name(f'endpoints.{key}', outcome.title)}", "")
            yield from self.write_outcome(outcome) if outcome.classes else [self.say("none")]
            yield ""

    def write_outcome(self, outcome: OutcomeMeasure) -> Iterator[str]:
        """The values at the last time point that is compared, in order of groups, and what lies between them."""
        found = _find_comparison(outcome)
        block = next(one for one in reversed(outcome.classes) if found is None or found[0] in (one.title, ""))
        arms = self.definition.arms.items()
        names = {" ".join(arm.title.split()): self.name(f"arms.{one}", arm.title) for one, arm in arms}
        shown = {group.id: names.get(" ".join(group.title.split()), group.title) for group in outcome.groups}
        sizes = {one.group_id: one.value for denom in block.denoms for one in denom.counts}
        if block.title:
            yield from (self.translate(block.title), "")
        for one in block.categories[0].measurements:
            arm = shown[one.group_id]
            if outcome.param_type == "COUNT_OF_PARTICIPANTS":
                yield "- " + self.say("of", arm=arm, count=one.value, total=sizes[one.group_id])
            else:
                yield "- " + self.say(
                    "value", arm=arm, value=one.value, unit=_UNITS.get(outcome.unit_of_measure, outcome.unit_of_measure)
                )
        if found is not None:
            _, what, value, low, high = found
            yield from ("", self.say("between", what=self.translate(what), value=value, low=low, high=high))

    def write_events(self) -> Iterator[str]:
        """Deaths, serious and other events by group, then the most frequent terms."""
        events = self.results.adverse_events
        for group, arm in zip(events.event_groups, self.arms(), strict=True):
            yield "- " + self.say(
                "events.arm",
                arm=arm,
                deaths=group.deaths_num_affected,
                risk=group.deaths_num_at_risk,
                serious=group.serious_num_affected,
                other=group.other_num_affected,
            )
        yield ""
        terms = sorted((*events.serious_events, *events.other_events), key=lambda one: (-_count(one), one.term))
        if terms:
            told = list(dict.fromkeys(one.term for one in terms))[:_MOST_TERMS]
            yield self.say("events.terms", terms=("、" if self.language == "zh" else ", ").join(told))
        yield self.say("events.why")


def _count(event: Event) -> int:
    return sum(one.num_affected or 0 for one in event.stats)


def _find_comparison(outcome: OutcomeMeasure) -> tuple[str, str, str, str, str] | None:
    """The last comparison with an interval whose class is in the table: class, what, value, limits; or None."""
    titles = {one.title for one in outcome.classes}
    for one in [analysis for analysis in reversed(outcome.analyses) if len(analysis.group_ids) > 1]:
        title = one.group_description.rpartition("; ")[0]
        told = one.param_value and one.ci_lower_limit not in ("", "NA") and one.ci_upper_limit not in ("", "NA")
        if told and (not title or title in titles):
            numbers = (one.param_value, one.ci_lower_limit, one.ci_upper_limit)
            if one.param_type.startswith("Risk Difference"):
                numbers = _render_percent(numbers)
            return title, one.param_type, *numbers
    return None


def _render_percent(numbers: tuple[str, str, str]) -> tuple[str, str, str]:
    """Differences of shares in whole per cent."""
    value, low, high = (f"{100 * float(text):.0f} %" for text in numbers)
    return value, low, high
