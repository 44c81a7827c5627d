"""Addresses that pages of one folder need of another's."""

from django.urls import NoReverseMatch, reverse


def find_participant_address(code: str, anchor: str = "") -> str:
    """The page of a participant, at a visit where one is named."""
    return reverse("participant", kwargs={"code": code}) + (f"#{anchor}" if anchor else "")


def find_form_address(code: str, encounter: str, form: str, repeat: int = 1) -> str:
    """The page of a form; the participant's page in an installation without forms."""
    try:
        parts = {"code": code, "encounter": encounter or "-", "form": form, "repeat": repeat}
        return reverse("form", kwargs=parts)
    except NoReverseMatch:
        return find_participant_address(code, encounter)
