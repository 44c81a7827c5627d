"""The safety board's report as PDF: with its closed part for the board and the independent statistician alone."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from trialwright.report.safety_board import render_board_pdf
from trialwright.safety.board_report import Cut, compute_board_report
from trialwright.service.study_state import read_subject_states
from trialwright.vocabulary.codelists import Role
from trialwright.web import trial
from trialwright.web.exports import send_file
from trialwright.web.forms.show import get_language

CLOSED = frozenset({Role.SAFETY_BOARD, Role.INDEPENDENT_STATISTICIAN})
"""Those who may see results by group before the results are open (principles of conduct, 6)."""


def send_report(request: HttpRequest) -> HttpResponse:
    """The report of the data as they are now; for the others its open part, which names no group and no participant."""
    if request.method != "POST":
        return redirect("board")
    running, now, head = trial.get_running(), trial.read_clock(), trial.read_head(request)
    position = head.position if head else 0
    closed = trial.get_actor(request).role in CLOSED
    cut = Cut(now, position, running.purpose)
    subjects = read_subject_states(connection, position)
    made = compute_board_report(running.definition, trial.load_study(request), subjects.values(), cut)
    content = render_board_pdf(made, now, language=get_language(request), closed=closed)
    part = "closed" if closed else "open"
    return send_file(request, f"board-report-{part}", content, f"safety-board-{part}-{position}.pdf", "application/pdf")
