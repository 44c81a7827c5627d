"""Where the containers of a lot are, as far as the actor may see, and the log of what became of them."""

import json
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from trialwright.ledger import product as p
from trialwright.ledger.entries import DoseGiven, DosePrepared
from trialwright.ledger.entries_product import LotRegistered, LotStatusChanged, ProductEntry, StockMoved
from trialwright.ledger.envelope import COLUMNS, Envelope
from trialwright.ledger.product import ProductState
from trialwright.safety.recall import Recall, compute_recall_of_lot
from trialwright.service.perform import compute_stamped
from trialwright.store.models import LedgerEntry
from trialwright.web import trial
from trialwright.web.queries.bulk import load_subjects

PLACES = (p.STORE, p.RESERVED, p.THAWED, p.PREPARED, p.USED, p.RETAINED, p.RETURNED, p.DESTROYED, p.LOST)
_ACTS = (LotRegistered.act, LotStatusChanged.act, StockMoved.act)
SOON = 30
"""So many days before its last day of use a lot is shown in warning colours."""


@dataclass(frozen=True, slots=True)
class SiteStock:
    """How many containers are at each place of a site, in the order of ``PLACES``."""

    site: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LotShown:
    """A lot for these eyes. ``people``: who was given something of it, as far as the actor may know."""

    name: str
    lot: p.LotState
    at_maker: int
    sites: tuple[SiteStock, ...]
    people: tuple[str, ...]
    left: int

    @property
    def is_expired(self) -> bool:
        """Whether its last day of use is over."""
        return self.left < 0

    @property
    def is_soon(self) -> bool:
        """Whether it expires soon."""
        return 0 <= self.left <= SOON

    @property
    def in_stock(self) -> int:
        """How many containers can still be used at the sites shown."""
        return sum(sum(one.counts[:4]) for one in self.sites)


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry of the log: when, by whom, what."""

    position: int
    at: str
    actor: str
    role: str
    site: str
    entry: ProductEntry


def find_lot(request: HttpRequest, name: str) -> LotShown | None:
    """A lot by its name; None where none is registered."""
    lots = trial.load_study(request).product.lots
    return make_lot(request, name) if name in lots else None


def make_lot(request: HttpRequest, name: str) -> LotShown:
    """A registered lot for the actor's eyes."""
    product, sites = trial.load_study(request).product, trial.list_sites(request)
    lot, today = product.lots[name], trial.compute_today(trial.get_actor(request).site)
    ends = lot.count(p.RETURNED, "")
    stock = tuple(
        SiteStock(site, tuple(lot.count(place, site) for place in PLACES))
        for site in sites
        if any(count for (where, _), count in lot.stock.items() if where == site)
    )
    at_maker = lot.count(p.MAKER, "") + ends
    left = (date.fromisoformat(lot.registered.expires) - today).days
    return LotShown(name, lot, at_maker, stock, list_people(request, name), left)


def load_recall(request: HttpRequest, lot: str) -> Recall:
    """Whom a recall of a lot concerns at the sites that the actor may see, registered or not; nobody for masked eyes."""
    product = trial.load_study(request).product
    if not trial.get_sight(request).arms:
        return compute_recall_of_lot(ProductState(), (), lot)
    named = f'"lot":{json.dumps(lot, ensure_ascii=False)}'
    sites = trial.list_sites(request)
    entries = LedgerEntry.objects.filter(act__in=(DoseGiven.act, DosePrepared.act), site__in=sites)
    codes = set(entries.filter(payload__contains=named).values_list("participant", flat=True))
    codes |= {who for who, _, _ in list_held(request, lot)}
    states = load_subjects(request, codes)
    return compute_recall_of_lot(product, states.values(), lot)


def list_people(request: HttpRequest, lot: str) -> tuple[str, ...]:
    """Who was given something of a lot: whom a recall concerns, at the sites that the actor may see."""
    if not trial.get_sight(request).arms:
        return ()
    mine = _list_own(request, lot)
    return tuple(one for one in p.trace_lot(trial.load_study(request).product, lot) if one in mine)


def list_held(request: HttpRequest, lot: str) -> list[tuple[str, str, int]]:
    """The doses for which containers of a lot were released and are not prepared yet, at the sites that the actor may see:
    participant, encounter, how many."""
    lots = trial.load_study(request).product.lots
    mine = _list_own(request, lot) if lot in lots and trial.get_sight(request).arms else set()
    held = lots[lot].held if lot in lots else {}
    return [(who, encounter, count) for (who, encounter), count in held.items() if who in mine]


def _list_own(request: HttpRequest, lot: str) -> set[str]:
    sites = trial.list_sites(request)
    return {one.participant for one in trial.load_study(request).product.lots[lot].moves if one.site in sites}


@trial.see_study()
def read_log(request: HttpRequest, lot: str) -> list[LogLine]:
    """Every entry about a lot that the actor may see, the newest first; one statement."""
    named = f'"lot":{json.dumps(lot, ensure_ascii=False)}'
    rows = LedgerEntry.objects.filter(participant="", act__in=_ACTS, payload__contains=named).order_by("-seq")
    sight, found = trial.get_sight(request), []
    for row in rows.values_list(*COLUMNS):
        one = compute_stamped(Envelope._make(row))
        entry = one.entry
        if not isinstance(entry, ProductEntry) or entry.lot != lot:
            continue
        if isinstance(entry, StockMoved) and not (sight.covers(entry.site) and (sight.arms or not entry.participant)):
            continue
        found.append(LogLine(one.position, one.at, one.actor, one.role, one.site, entry))
    return found
