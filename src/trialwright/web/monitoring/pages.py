"""The pages of monitoring."""

from trialwright.vocabulary.codelists import Role
from trialwright.web.monitoring import actions, alerts, deviations, numbers, reports, views
from trialwright.web.page import CLINICAL, WARD, Page

OVERSIGHT = frozenset(
    {Role.MONITOR, Role.DATA_MANAGER, Role.SPONSOR, Role.STATISTICIAN, Role.MEDICAL_MONITOR, Role.INSPECTOR}
)
MONITORED = OVERSIGHT | WARD | {Role.PHARMACIST}
"""Those who oversee the sites, and the sites themselves."""

PAGES = (
    Page("monitoring", "monitoring/", views.show, MONITORED, posts=True, menu="menu.monitoring"),
    Page("monitoring_alerts", "monitoring/alerts", alerts.show, MONITORED),
    Page("monitoring_report", "monitoring/reports/<str:report>", reports.show, MONITORED, posts=True),
    Page("actions", "monitoring/actions/", actions.show, MONITORED, posts=True),
    Page("deviations", "monitoring/deviations/", deviations.show_all, MONITORED),
    Page("quality", "monitoring/quality/", numbers.show, OVERSIGHT, posts=True),
    Page(
        "participant_deviations",
        "participants/<str:code>/deviations/",
        deviations.show_participant,
        CLINICAL,
        posts=True,
        tab="monitoring.deviations",
        order=45,
    ),
)
