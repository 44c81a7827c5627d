"""My work today: a different page for those at the bedside, those who look at the whole, readers and administrators."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trialwright.vocabulary.codelists import Role
from trialwright.web import trial
from trialwright.web.accounts.models import Account
from trialwright.web.accounts.passwords import is_unused
from trialwright.web.home import work
from trialwright.web.monitoring.pages import MONITORED
from trialwright.web.page import SITE_PEOPLE, WARD
from trialwright.web.queries.automatic import load_automatic
from trialwright.web.registry.clock import HOME, load_clock
from trialwright.web.task import Task

_URGENCY = {"bad": 0, "warn": 1, "": 2}
"""What is late stands first, then what is to be done now."""


def show_home(request: HttpRequest) -> HttpResponse:
    """The first page after signing in."""
    actor = trial.get_actor(request)
    if actor.role is Role.ADMINISTRATOR:
        return _show(request, list(_list_account_tasks()))
    if not trial.get_sight(request).participants:
        return _show(request, [])
    today = trial.compute_today(actor.site)
    lists = work.load_work(request, today)
    if actor.role is Role.PHARMACIST and trial.get_sight(request).arms:
        doses = work.keep_doses(lists)
        own = {"today": today, "work": doses, "for_doses": True, "may_write": True}
        return _show(request, list(work.count_doses(doses)), own)
    queried, deviations = work.list_queried(request), work.list_deviations(request)
    sites = work.list_site_rows(request, lists) if not actor.site else []
    counts = (
        len(load_automatic(request).rows),
        sum(row["deviations"] for row in sites) if sites else _count(deviations, work.find_deviations(request)),
    )
    context = {
        "today": today,
        "work": lists,
        "queried": queried,
        "deviations": deviations,
        "on_the_way": work.list_on_the_way(request),
        "clock": load_clock(request) if actor.role in HOME else None,
        "sites": sites,
        "may_write": actor.role in SITE_PEOPLE,
        "may_screen": actor.role in WARD,
    }
    return _show(request, list(work.count_tasks(lists, *counts)), context)


def _count(shown: list[dict[str, Any]], everything: QuerySet[Any, Any]) -> int:
    return len(shown) if len(shown) < work.MOST_ROWS else int(everything.count())


def _show(request: HttpRequest, tasks: list[Task], context: dict[str, object] | None = None) -> HttpResponse:
    everything = sorted([*tasks, *work.list_tasks(request)], key=lambda one: _URGENCY[one.tone])
    own = {
        "has_alerts": trial.get_actor(request).role in MONITORED,
        "tasks": everything,
        "waits": any(one.count for one in everything),
        "nothing": [one for one in everything if not one.count],
        **(context or {}),
    }
    return render(request, "home/home.html", own)


def _list_account_tasks() -> tuple[Task, ...]:
    now = trial.read_clock()
    accounts = list(Account.objects.all())
    locked = sum(one.is_locked(now) for one in accounts)
    plain = sum(one.is_active and not one.totp_secret for one in accounts)
    return (
        Task("home.locked", locked, "/people/", "bad" if locked else ""),
        Task("home.waiting_password", sum(one.must_change_password for one in accounts), "/people/"),
        Task("home.unused", sum(is_unused(one, now) for one in accounts), "/people/?by=last"),
        Task("home.no_factor", plain, "/people/"),
        Task("home.accounts", sum(one.is_active for one in accounts), "/people/"),
    )
