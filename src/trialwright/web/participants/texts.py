"""The texts of the participants' pages."""

TEXTS = {
    "menu.participants": ("Participants", "受试者"),
    "participants.title": ("Participants", "受试者"),
}
