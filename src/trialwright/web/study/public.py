"""The public record as the registry's page shows it, with status, dates and enrolment from the ledger as it is today."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from trialwright.ledger.study import list_unsealing_obstacles
from trialwright.registry.facts import Facts
from trialwright.registry.public_results import render_results
from trialwright.registry.submission import Submission
from trialwright.service.facts import load_facts
from trialwright.store.models import Participant
from trialwright.web import trial
from trialwright.web.registry.built import build_last_signed

TABS = ("details", "table", "results", "disclaimer", "how")


@trial.see_study()
def show_record(request: HttpRequest) -> HttpResponse:
    """One tab of the record. No participant is on it; nothing by arm while results are sealed or places are open."""
    definition, tab = trial.get_definition(), request.GET.get("tab", "")
    facts = load_facts(trial.get_running().trial, trial.read_clock().date(), trial.read_head(request))
    sealed = list_unsealing_obstacles(trial.load_study(request))
    may_show = not sealed and _may_show_arms(request, facts)
    wanted = may_show and tab == "results" and "look" in request.GET and definition.record is not None
    published, broken = _publish() if wanted else ("", ())
    context = {
        "tab": tab if tab in TABS else TABS[0],
        "tabs": TABS,
        "facts": facts,
        "identity": definition.study.study,
        "design": definition.study.design,
        "arms": definition.study.arms,
        "interventions": definition.interventions,
        "endpoints": definition.study.endpoints,
        "criteria": [one.criterion for one in definition.criteria],
        "contacts": definition.study.contacts,
        "places": [(site, facts.sites.get(site.id)) for site in definition.sites.values()],
        "record": definition.record.protocol if definition.record else None,
        "sealed": sealed,
        "flow": _list_flow() if may_show else [],
        "published": published,
        "broken": broken,
    }
    return render(request, "study/public.html", context)


def _publish() -> tuple[SafeString, Sequence[object]]:
    """The results as the registry would show them, or what keeps them from it; some seconds where data have changed."""
    found = build_last_signed()
    if not isinstance(found, Submission):
        return SafeString(""), found
    assert found.record.results is not None
    # Every text of the record is escaped where the page is made.
    return SafeString(render_results(found.record.results)), found.errors


def _may_show_arms(request: HttpRequest, facts: Facts) -> bool:
    """Once the database is locked (and nothing is sealed any more) to everybody; before, in a rehearsal, only when no
    place is left to be given, and to nobody who is masked."""
    return trial.load_study(request).release.is_locked or (facts.is_full and trial.get_sight(request).arms)


def _list_flow() -> list[dict[str, Any]]:
    """How many of each arm were allocated, completed, left and died: counts, and no person."""
    counts = Counter(Participant.objects.exclude(arm="").values_list("arm", "status"))
    return [
        {
            "arm": arm,
            "started": sum(number for (one, _), number in counts.items() if one == arm),
            "completed": counts[arm, "COMPLETED"],
            "left": counts[arm, "LEFT"],
            "died": counts[arm, "DIED"],
        }
        for arm in trial.get_definition().arms
    ]
