"""Of which kind each event is, as the bell says it."""

from app.core.work.events import EventKind
from app.messages.models import NoticeKind, Reason

KINDS = {
    EventKind.ALERTED: NoticeKind.ALERT,
    EventKind.ALERT_ANSWERED: NoticeKind.ALERT,
    EventKind.ALERT_RETURNED: NoticeKind.ALERT,
    EventKind.SIGNAL_WRITTEN: NoticeKind.ALERT,
    EventKind.CASE_OPENED: NoticeKind.CASE,
    EventKind.CASE_CLOSED: NoticeKind.CASE,
    EventKind.CASE_HANDED_OVER: NoticeKind.CASE,
    EventKind.CASE_REOPENED: NoticeKind.CASE,
    EventKind.CASE_DELETED: NoticeKind.CASE,
    EventKind.CASE_RESTORED: NoticeKind.CASE,
    EventKind.CASE_MEMBER_CHANGED: NoticeKind.CASE,
    EventKind.CASE_STATE_CHANGED: NoticeKind.CASE,
    EventKind.OUTCOME_REVISED: NoticeKind.CASE,
    EventKind.FIRM_ASSIGNED: NoticeKind.CASE,
    EventKind.FIRM_EXAMINED: NoticeKind.CASE,
    EventKind.SUMMARY_WRITTEN: NoticeKind.CASE,
    EventKind.REFERRAL_ANSWERED: NoticeKind.CASE,
    EventKind.REFERRAL_SENT: NoticeKind.CASE,
    EventKind.REFERRAL_WITHDRAWN: NoticeKind.CASE,
    EventKind.COMMENT_WIDENED: NoticeKind.COMMENT,
    EventKind.COMMENT_WRITTEN: NoticeKind.COMMENT,
    EventKind.ATTACHMENT_ADDED: NoticeKind.COMMENT,
    EventKind.CONTACT_TAKEN: NoticeKind.VISIT,
    EventKind.CONTACT_ENDED: NoticeKind.VISIT,
    EventKind.DEADLINE_ASSIGNED: NoticeKind.DEADLINE,
    EventKind.DEADLINE_DUE: NoticeKind.DEADLINE,
    EventKind.DEADLINE_SETTLED: NoticeKind.DEADLINE,
    EventKind.UNLOCK_OPENED: NoticeKind.UNLOCK,
    EventKind.VISIT_LOGGED: NoticeKind.VISIT,
    EventKind.VISIT_CORRECTED: NoticeKind.VISIT,
    EventKind.VISIT_SHARED: NoticeKind.VISIT,
}


def kind_of(event: EventKind, reason: Reason) -> NoticeKind:
    """Return the kind of what an agent is told for some reason: a text that names them is a mention before anything else."""
    return NoticeKind.MENTION if reason is Reason.MENTIONED else KINDS[event]
