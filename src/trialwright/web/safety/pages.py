"""The pages of safety."""

from trialwright.vocabulary.codelists import Role
from trialwright.web.page import CLINICAL, Page
from trialwright.web.safety import board_report, case_files, events, overview, proposals, situations

BOARD_READERS = board_report.CLOSED | {Role.SPONSOR, Role.MEDICAL_MONITOR}
_EVENT = "participants/<str:code>/events/<int:event>/"

PAGES = (
    Page("safety", "safety/", overview.show_safety, CLINICAL, menu="safety.menu"),
    Page("safety_lines", "safety/serious-events.csv", overview.export_lines, CLINICAL, posts=True),
    Page("board", "safety/board/", overview.show_board, CLINICAL, posts=True),
    Page("board_report", "safety/board/report.pdf", board_report.send_report, BOARD_READERS, posts=True),
    Page("proposals", "safety/proposals/", proposals.show_list, CLINICAL, posts=True),
    Page("proposal", "participants/<str:code>/proposals/<str:path>/<str:term>/", proposals.show_proposal, CLINICAL,
         posts=True),
    Page("participant_events", "participants/<str:code>/events/", events.list_events, CLINICAL, posts=True,
         tab="safety.tab", order=15),
    Page("event", _EVENT, events.show_event, CLINICAL, posts=True),
    Page("event_cioms", f"{_EVENT}cioms.pdf", case_files.send_cioms, CLINICAL, posts=True),
    Page("event_e2b", f"{_EVENT}e2b.xml", case_files.send_e2b, CLINICAL, posts=True),
    Page("situation", "participants/<str:code>/situations/<int:situation>/", situations.show_situation, CLINICAL,
         posts=True),
)  # fmt: skip
