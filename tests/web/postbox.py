"""A mail server of a few lines, one that is down, and the outbox that sends to them."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from trialwright.capture.adverse_event import ReportAdverseEvent
from trialwright.simulate.staff import find_staff
from trialwright.vocabulary.codelists import Role

DEAF = "smtp+plain://127.0.0.1:9/?from=trial@hospital.example"
"""A mail server that is down: nobody listens at the port for throwing away."""


GRAVE = {
    "verbatim": "severe hypoxaemia", "term": "Hypoxia", "onset_date": "2020-02-29", "ongoing": "Y", "grade": "4",
    "serious": "Y", "ser_life_threatening": "Y", "causality": "NOT_RELATED", "action": "NOT APPLICABLE",
    "outcome": "NOT RECOVERED/NOT RESOLVED",
}  # fmt: skip


def report_grave(site: str) -> str:
    """The code of an allocated participant of the site, with a serious event that was reported just now."""
    from trialwright.store.models import Participant
    from trialwright.web.trial import perform_as

    found = Participant.objects.filter(site=site, status="ALLOCATED").order_by("code")[0].code
    reported = ReportAdverseEvent(found, GRAVE, "2020-02-29T08:00")
    assert hasattr(perform_as(find_staff(site, Role.INVESTIGATOR), reported), "entries")
    return found


@contextmanager
def open_postbox() -> Iterator[tuple[str, list[str]]]:
    """Its address, and what it was given."""
    taken: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_serve, args=(server, taken), daemon=True).start()
        yield f"smtp+plain://127.0.0.1:{server.getsockname()[1]}/?from=trial@hospital.example", taken


def _serve(server: socket.socket, taken: list[str]) -> None:
    while True:
        try:
            line, _ = server.accept()
        except OSError:
            return
        with line, line.makefile("rw", newline="\r\n") as talk:

            def say(text: str, talk=talk) -> None:  # type: ignore[no-untyped-def]
                talk.write(f"{text}\n")
                talk.flush()

            say("220 ready")
            for command in talk:
                if command.upper().startswith("DATA"):
                    say("354 go on")
                    lines = []
                    for text in talk:
                        if text.rstrip() == ".":
                            break
                        lines.append(text)
                    taken.append("".join(lines))
                    say("250 taken")
                elif command.upper().startswith("QUIT"):
                    say("221 bye")
                    break
                else:
                    say("250 ok")


def run(url: str = ""):  # type: ignore[no-untyped-def]
    from trialwright.web.notices.mail import parse_mail_url
    from trialwright.web.notices.outbox import run_outbox

    return run_outbox(parse_mail_url(url), "https://trial.example")


def give_addresses() -> None:
    from trialwright.web.accounts.models import Account
    from trialwright.web.notices.models import Address

    Address.objects.bulk_create(
        [Address(person=one.person, address=f"{one.person}@x.example") for one in Account.objects.all()]
    )
