"""My work today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def show_home(request: HttpRequest) -> HttpResponse:
    """The first page after signing in."""
    return render(request, "home/home.html", {})
