"""The table of acts: which command is decided by which function. The service and the simulator go through it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from trialwright.capture import (
    accounts,
    actions,
    adverse_event,
    ask_redaction,
    assess,
    code_break,
    consent,
    dose,
    enquiry,
    enrol,
    export,
    laboratory,
    leave,
    lock,
    merge_events,
    monitoring,
    note_deviation,
    notice,
    open_ledger,
    people,
    product,
    query,
    record_form,
    release_dose,
    review_proposal,
    schedule,
    screen,
    seal_list,
    sign,
    sign_results,
    sites,
    situation,
    sponsors_part,
    stopping,
    verify_source,
)  # fmt: skip
from trialwright.capture.allocate import Allocate, Chance, decide_allocate
from trialwright.capture.ask_redaction import AskRedaction, decide_ask_redaction
from trialwright.capture.moment import Decision, Moment
from trialwright.capture.redact import Redact, decide_redact
from trialwright.ledger.envelope import Envelope
from trialwright.ledger.subject import SubjectState

StudyDecider = Callable[[Moment, Any], Decision]
SubjectDecider = Callable[[Moment, SubjectState, Any], Decision]

STUDY_ACTS: Mapping[type, StudyDecider] = MappingProxyType(
    {
        open_ledger.OpenLedger: open_ledger.decide_open_ledger,
        open_ledger.SignAssumption: open_ledger.decide_sign_assumption,
        accounts.CreateAccount: accounts.decide_create_account,
        accounts.ChangeAccount: accounts.decide_change_account,
        accounts.SignIn: accounts.decide_sign_in,
        accounts.FailSignIn: accounts.decide_fail_sign_in,
        people.Delegate: people.decide_delegate,
        people.Train: people.decide_train,
        sites.ActivateSite: sites.decide_activate_site,
        sites.SuspendSite: sites.decide_suspend_site,
        sites.CloseSite: sites.decide_close_site,
        seal_list.SealList: seal_list.decide_seal_list,
        verify_source.PlanVerification: verify_source.decide_plan_verification,
        laboratory.RegisterLaboratory: laboratory.decide_register_laboratory,
        product.RegisterLot: product.decide_register_lot,
        product.SetLotStatus: product.decide_set_lot_status,
        product.MoveStock: product.decide_move_stock,
        stopping.DecideFlag: stopping.decide_flag,
        notice.AcknowledgeNotice: notice.decide_acknowledge_notice,
        lock.SetSiteLock: lock.decide_set_site_lock,
        sign.SignPlan: sign.decide_sign_plan,
        sign.SignUnsealing: sign.decide_sign_unsealing,
        monitoring.PlanMonitoring: monitoring.decide_plan_monitoring,
        monitoring.ReportMonitoring: monitoring.decide_report_monitoring,
        monitoring.SignMonitoring: monitoring.decide_sign_monitoring,
        actions.OpenAction: actions.decide_open_action,
        actions.ChangeAction: actions.decide_change_action,
        assess.AssessBreach: assess.decide_assess_breach,
        enquiry.LogEnquiry: enquiry.decide_log_enquiry,
        export.NoteExport: export.decide_note_export,
        sign_results.SignResultsQc: sign_results.decide_sign_results_qc,
        ask_redaction.DeclineRedaction: ask_redaction.decide_decline_redaction,
    }
)

SUBJECT_ACTS: Mapping[type, SubjectDecider] = MappingProxyType(
    {
        screen.Screen: screen.decide_screen,
        consent.Consent: consent.decide_consent,
        consent.RefuseConsent: consent.decide_refuse_consent,
        enrol.Enrol: enrol.decide_enrol,
        schedule.ScheduleVisit: schedule.decide_schedule_visit,
        schedule.FindMissedVisits: schedule.decide_find_missed_visits,
        record_form.RecordForm: record_form.decide_record_form,
        release_dose.ReleaseDose: release_dose.decide_release_dose,
        dose.PrepareDose: dose.decide_prepare_dose,
        dose.GiveDose: dose.decide_give_dose,
        dose.MissDose: dose.decide_miss_dose,
        adverse_event.ReportAdverseEvent: adverse_event.decide_report_adverse_event,
        note_deviation.NoteDeviation: note_deviation.decide_note_deviation,
        assess.AssessDeviation: assess.decide_assess_deviation,
        leave.Leave: leave.decide_leave,
        leave.Die: leave.decide_die,
        leave.Complete: leave.decide_complete,
        sponsors_part.JudgeEvent: sponsors_part.decide_judge_event,
        sponsors_part.RecordReport: sponsors_part.decide_record_report,
        merge_events.MergeEvents: merge_events.decide_merge_events,
        merge_events.SeparateEvents: merge_events.decide_separate_events,
        review_proposal.ReviewProposal: review_proposal.decide_review_proposal,
        situation.ReportSituation: situation.decide_report_situation,
        situation.AmendSituation: situation.decide_amend_situation,
        query.RaiseQuery: query.decide_raise_query,
        query.AnswerQuery: query.decide_answer_query,
        query.CloseQuery: query.decide_close_query,
        query.ReopenQuery: query.decide_reopen_query,
        verify_source.VerifySource: verify_source.decide_verify_source,
        sign.Sign: sign.decide_sign,
        lock.SetLock: lock.decide_set_lock,
        code_break.BreakCode: code_break.decide_break_code,
    }
)


def decide(
    moment: Moment,
    state: SubjectState,
    command: Any,
    chance: Callable[[], Chance],
    find_entry: Callable[[int], Envelope | None],
) -> Decision:
    """What a command comes to. ``chance`` is asked only by allocation, ``find_entry`` (the entry at a position) only
    where an entry itself is spoken of; KeyError for a command that is no act."""
    if isinstance(command, Allocate):
        return decide_allocate(moment, state, command, chance())
    if isinstance(command, AskRedaction):
        return decide_ask_redaction(moment, command, find_entry(command.position))
    if isinstance(command, Redact):
        return decide_redact(moment, state, command, find_entry(command.position))
    kind = type(command)
    if kind in SUBJECT_ACTS:
        return SUBJECT_ACTS[kind](moment, state, command)
    return STUDY_ACTS[kind](moment, command)
