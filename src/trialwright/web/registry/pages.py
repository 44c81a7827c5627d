"""The pages about the public record."""

from trialwright.vocabulary.codelists import READERS
from trialwright.web.page import EVERYBODY, Page
from trialwright.web.registry import clock, results

_ALL = EVERYBODY - READERS

PAGES = (
    Page("registry_clock", "registry/", clock.show_clock, _ALL, menu="menu.registry"),
    Page("registry_calendar", "registry/calendar.ics", clock.send_calendar, _ALL),
    Page("registry_results", "registry/results/", results.show_results, clock.RESULTS, posts=True),
    Page("registry_file", "registry/results/files/<str:name>", results.send_file, clock.RESULTS, posts=True),
)
