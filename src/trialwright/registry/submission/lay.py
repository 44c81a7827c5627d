"""A plain-language summary draft in English and Chinese, from the results section and nothing else."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from trialwright.record.results_section import Event, OutcomeAnalysis, OutcomeMeasure, ResultsSection
from trialwright.registry.submission.build import Submission

Language = Literal["en", "zh"]
_MOST_TERMS = 8
_SHARE = "percentage of participants"
_UNITS = {"percentage": "%", _SHARE: "%"}
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
    "who.total": ("{total} people were in the study at its start:", "研究开始时共计 {total} 人："),
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
    "share": (
        "{arm}: by then it had happened to {value} % of people",
        "{arm}：届时已有 {value}% 的人达到",
    ),
    "between": (
        "What lies between the groups, {first} minus {second}: {value}. "
        "In a study of this size the true difference may be anything from {low} to {high}.",
        "两组之差（{first}减去{second}）：{value}。以本研究的规模，真实差异可能在 {low} 至 {high} 之间。",
    ),
    "ratio": (
        "What lies between the groups, {first} divided by {second}: {value}, where 1 would be no difference. "
        "In a study of this size the true ratio may be anything from {low} to {high}.",
        "两组之比（{first}除以{second}）：{value}，1 表示没有差异。以本研究的规模，真实比值可能在 {low} 至 {high} 之间。",
    ),
    "points": ("{number} percentage points", "{number} 个百分点"),
    "open": (
        "No difference at all is within this range: the study cannot tell whether there is one.",
        "此范围包含“没有差异”：本研究无法说明两组是否有差异。",
    ),
    "apart": (
        "No difference at all is outside this range. That alone does not show what the difference comes from.",
        "此范围不包含“没有差异”，但这本身并不能说明差异的原因。",
    ),
    "results.how": (
        "A comparison may allow for how people were at the start, and is then not the plain difference of the two numbers "
        "above it.",
        "两组比较可能已考虑入组时的情况，因此未必等于其上两个数字之差。",
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
            known[": "] = "："
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
        yield from ("", f"## {self.say('results')}", "", self.say("results.how"), "", *self.write_outcomes())
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
                yield f"- {self.say('who.age', mean=format(float(cells[0][1]), '.0f'))}"

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
            elif outcome.unit_of_measure == _SHARE:
                yield "- " + self.say("share", arm=arm, value=one.value)
            else:
                yield "- " + self.say(
                    "value", arm=arm, value=one.value, unit=_UNITS.get(outcome.unit_of_measure, outcome.unit_of_measure)
                )
        if found is not None:
            yield from ("", self.write_comparison(found[1], [shown[one] for one in found[1].group_ids]))

    def write_comparison(self, found: OutcomeAnalysis, arms: Sequence[str]) -> str:
        """What lies between the first two groups, how sure that is, and what may not be read into it."""
        low, high = float(found.ci_lower_limit), float(found.ci_upper_limit)
        is_ratio = "ratio" in found.param_type.lower()
        numbers = (found.param_value, found.ci_lower_limit, found.ci_upper_limit)
        if found.param_type.startswith("Risk Difference"):
            numbers = self.render_points(numbers)
        told = dict(zip(("value", "low", "high"), numbers, strict=True))
        sentence = self.say("ratio" if is_ratio else "between", first=arms[0], second=arms[1], **told)
        verdict = self.say("open" if low <= is_ratio <= high else "apart")
        return sentence + ("" if self.language == "zh" else " ") + verdict

    def render_points(self, numbers: tuple[str, str, str]) -> tuple[str, str, str]:
        """Differences of shares in whole percentage points."""
        value, low, high = (self.say("points", number=f"{100 * float(text):.0f}") for text in numbers)
        return value, low, high

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


def _find_comparison(outcome: OutcomeMeasure) -> tuple[str, OutcomeAnalysis] | None:
    """The last comparison of two groups with an interval whose class is in the table, with that class; or None."""
    titles = {one.title for one in outcome.classes}
    for one in [analysis for analysis in reversed(outcome.analyses) if len(analysis.group_ids) == 2]:
        title = one.group_description.rpartition("; ")[0]
        told = one.param_value and one.ci_lower_limit not in ("", "NA") and one.ci_upper_limit not in ("", "NA")
        if told and (not title or title in titles):
            return title, one
    return None
