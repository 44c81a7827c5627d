"""The list of lots, one lot with its stock, log and people, and the log as a file."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialwright.capture.product import LotStatus, Move, MoveStock, RegisterLot, SetLotStatus
from trialwright.ledger.entries_product import LotStatusChanged, StockMoved
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.exports import send_csv
from trialwright.web.forms.posted import clean
from trialwright.web.forms.show import get_language
from trialwright.web.product.stock import PLACES, LogLine, find_lot, list_held, load_recall, make_lot, read_log
from trialwright.web.written import read_day

_CERTIFICATE = ("donor", "passage", "cells_per_container", "viability_percent", "made_on")
_TESTS = ("sterility", "mycoplasma", "endotoxin", "identity", "viability")
_MEASURED = ("storage", "temperature", "thawed_from", "thawed_to", "viability_percent")
_MOVES = tuple(move for move in Move if move not in (Move.RESERVE, Move.PREPARE, Move.USE))
_RESULTS = ("PASSED", "FAILED", "PENDING")


def show_lots(request: HttpRequest) -> HttpResponse:
    """Every lot with its status and balances; POST registers one."""
    refusal = None
    if request.method == "POST":
        command = _make_lot(request)
        result = trial.perform(request, command)
        if not isinstance(result, Refusal):
            messages.success(request, render_text("product.done", get_language(request)))
            return redirect("lot", lot=command.lot)
        refusal = result
    interventions = [one for one in trial.get_definition().interventions.values() if one.dose]
    context = {
        "lots": [make_lot(request, name) for name in trial.load_study(request).product.lots], "refusal": refusal,
        "posted": request.POST, "interventions": interventions, "certificate": _CERTIFICATE,
        "may_register": bool(interventions) and not trial.check_may(request, "register_lot"),
    }  # fmt: skip
    return render(request, "product/lots.html", context, status=422 if refusal else 200)


def show_lot(request: HttpRequest, lot: str) -> HttpResponse:
    """One lot; POST changes its status (``step=status``) or moves its stock (``step=move``). Of a lot that nobody
    registered and somebody was given the page shows to whom."""
    recall = load_recall(request, lot)
    if find_lot(request, lot) is None:
        if request.method == "POST" or not (recall.given or recall.waiting):
            raise Http404
        return render(request, "product/lot_unknown.html", {"name": lot, "recall": recall})
    refusal = None
    if request.method == "POST":
        result = trial.perform(request, _make_command(request, lot))
        if not isinstance(result, Refusal):
            messages.success(request, render_text("product.done", get_language(request)))
            return redirect("lot", lot=lot)
        refusal = result
    site = trial.get_actor(request).site
    context: dict[str, Any] = {
        "shown": find_lot(request, lot), "recall": recall, "refusal": refusal, "posted": request.POST, "places": PLACES,
        "log": read_log(request, lot), "statuses": list(LotStatus), "tests": _TESTS, "results": _RESULTS,
        "moves": _MOVES, "held": list_held(request, lot), "measured": _MEASURED, "sites": trial.list_sites(request),
        "may_status": not trial.check_may(request, "set_lot_status"),
        "may_move": not trial.check_may(request, "move_stock", site), "sees_people": trial.get_sight(request).arms,
    }  # fmt: skip
    return render(request, "product/lot.html", context, status=422 if refusal else 200)


def export_log(request: HttpRequest, lot: str) -> HttpResponse:
    """The accountability log of a lot as a CSV file."""
    if find_lot(request, lot) is None:
        raise Http404
    if request.method != "POST":
        return redirect("lot", lot=lot)
    return send_csv(request, "accountability", _COLUMNS, map(_make_cells, reversed(read_log(request, lot))), lot)


_COLUMNS = (
    "position", "at", "actor", "role", "lot", "act", "what", "from", "to", "containers", "site", "participant",
    "encounter", "reason", "details",
)  # fmt: skip


def _make_cells(line: LogLine) -> tuple[object, ...]:
    one = line.entry
    told: tuple[object, ...]
    if isinstance(one, StockMoved):
        told = (
            one.move, one.source, one.target, one.containers, one.site, one.participant, one.encounter, one.reason,
            _join(one.details),
        )  # fmt: skip
    elif isinstance(one, LotStatusChanged):
        told = (one.status, "", "", "", "", "", "", one.reason, _join(one.tests))
    else:
        details = _join({**one.details, "expires": one.expires})
        told = (one.intervention, "", "", one.containers, "", "", "", "", details)
    return (line.position, line.at, line.actor, line.role, one.lot, one.act, *told)


def _join(details: Any) -> str:
    return "; ".join(f"{name}: {text}" for name, text in details.items())


def _say(request: HttpRequest, name: str) -> str:
    return clean(request.POST.get(name, "")).strip()


def _count(request: HttpRequest, name: str) -> int:
    text = _say(request, name)
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def _read_several(request: HttpRequest, prefix: str, names: tuple[str, ...]) -> dict[str, str]:
    return {name: text for name in names if (text := _say(request, f"{prefix}.{name}"))}


def _make_lot(request: HttpRequest) -> RegisterLot:
    return RegisterLot(
        _say(request, "lot").replace("/", "-"), _say(request, "intervention"), _count(request, "containers"),
        read_day(request.POST, "expires"), _read_several(request, "d", _CERTIFICATE),
    )  # fmt: skip


def _make_command(request: HttpRequest, lot: str) -> SetLotStatus | MoveStock:
    match request.POST.get("step"), _say(request, "status"), _say(request, "move"):
        case "status", status, _ if status in LotStatus.__members__:
            tests = _read_several(request, "t", _TESTS) if status == LotStatus.RELEASED else {}
            return SetLotStatus(lot, LotStatus(status), _say(request, "reason"), tests)
        case "move", _, move if move in Move.__members__:
            participant, _, encounter = _say(request, "dose").partition("|")
            return MoveStock(
                lot, _say(request, "site") or trial.get_actor(request).site, Move(move), _count(request, "containers"),
                _say(request, "reason"), _read_several(request, "d", _MEASURED), "", participant, encounter,
            )  # fmt: skip
        case _:
            raise Http404
