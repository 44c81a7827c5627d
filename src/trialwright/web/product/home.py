"""What waits for those who make and keep the product."""

from datetime import date

from django.http import HttpRequest
from django.urls import reverse

from trialwright.capture.product import LotStatus
from trialwright.ledger.product import ENDS
from trialwright.vocabulary.codelists import Role
from trialwright.web import trial
from trialwright.web.product.stock import SOON
from trialwright.web.task import Task


def list_tasks(request: HttpRequest) -> list[Task]:
    """Lots to be released, lots that expire soon, and lots recalled or past their day of which something is left."""
    actor = trial.get_actor(request)
    if actor.role is not Role.PHARMACIST:
        return []
    lots, today, address = (
        trial.load_study(request).product.lots.values(),
        trial.compute_today(actor.site),
        reverse("product"),
    )
    days = [((date.fromisoformat(one.registered.expires) - today).days, one) for one in lots]
    quarantined = sum(one.status == LotStatus.QUARANTINED for one in lots)
    soon = sum(one.status == LotStatus.RELEASED and 0 <= left <= SOON for left, one in days)
    recalled = sum(
        one.status == LotStatus.RECALLED and any(count for (_, place), count in one.stock.items() if place not in ENDS)
        for one in lots
    )
    return [
        Task("product.task_recalled", recalled, address, "bad" if recalled else ""),
        Task("product.task_release", quarantined, address, "warn" if quarantined else ""),
        Task("product.task_soon", soon, address, "warn" if soon else ""),
    ]
