"""Participants × visits, and one participant."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trialwright.web import trial


def show_matrix(request: HttpRequest) -> HttpResponse:
    """The matrix."""
    return render(request, "participants/matrix.html", {})


def show_participant(request: HttpRequest, code: str) -> HttpResponse:
    """One participant."""
    return render(request, "participants/participant.html", {"subject": trial.load_subject(request, code)})
