"""The tasks that Vigie may defer to a worker, by name.

The web defers by name and never imports what performs the work: the ``jobs`` modules, loaded only by the worker and the commands.
"""

from enum import StrEnum


class TaskName(StrEnum):
    """The name of a task; tasks with the same ``lock`` never run at the same time."""

    lock: str | None

    def __new__(cls, name: str, lock: str | None = None) -> "TaskName":
        """Build a member from its name and its lock; the name alone is enough to look a member up."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.lock = lock
        return member


class Task(TaskName):
    """Every task of Vigie: each is performed by one function of a ``jobs`` module, as the worker verifies at start."""

    MAIL_SEND = "mail:send"
    MAIL_DUE = "mail:due"

    ACCOUNTS_PURGE = "accounts:purge"
    ACCOUNTS_NOTICE = "accounts:notice"

    HABILITATIONS_MIDNIGHT = "habilitations:midnight", "habilitations:midnight"
    HABILITATIONS_REMINDERS = "habilitations:reminders", "habilitations:reminders"

    IMPORTS_LOAD = "imports:load", "imports"
    IMPORTS_WATCH = "imports:watch", "imports"
    IMPORTS_READ = "imports:read", "imports"
    IMPORTS_DECIDE = "imports:decide", "imports"

    MODELS_JUDGE = "models.judge", "models.judge"
    MODELS_TRAIN = "models.train", "models.train"
    MODELS_QUARTER = "models.quarter"

    DETECTIONS_RUN = "detections.run", "detections"
    DETECTIONS_MONTH = "detections.month"
    DETECTIONS_RETURN = "detections.return", "detections.return"
    DETECTIONS_FIGURES = "detections.figures", "detections"

    LABELS_BUILD = "labels:build", "labels:build"
    LABELS_DUE = "labels:due", "labels:build"

    NEEDS_PASS_ON = "needs:pass_on", "needs:pass_on"
    NEEDS_REMIND = "needs:remind", "needs:remind"

    NETWORK_NOTIFY = "network:notify"
    NETWORK_DIGEST = "network:digest", "network:digest"
    NETWORK_DIGEST_AGAIN = "network:digest-again", "network:digest"

    DEADLINES_REMIND = "deadlines:remind", "deadlines:remind"

    EVIDENCE_ALIKE = "evidence:alike", "evidence:alike"
    EVIDENCE_REPORT = "evidence:report", "evidence:report"
    STUDIES_DUE = "evidence:studies:due"
    STUDY_READ = "evidence:study:read"

    GUICHET_ASK = "guichet:ask", "guichet:ask"
    GUICHET_FORGET = "guichet:forget", "guichet:forget"

    OPENLAB_WEEK = "openlab:week", "openlab:week"

    LINKS_RENEW = "referrals:links:renew"
    LINKS_SWEEP = "referrals:links:sweep", "referrals:links:sweep"
    REFERRALS_LETTERS = "referrals:letters", "referrals:letters"
    REFERRALS_WEEK = "referrals:week", "referrals:week"

    PERSONS_FILE = "persons:file", "persons:file"
    PERSONS_NIGHT = "persons:night", "persons:night"

    SEARCH_FORGET = "search:forget"

    WATCHING_TELL = "watching:tell", "watching:tell"
    WATCHING_NOW = "watching:now", "watching:tell"

    OPERATIONS_BACKUP = "operations:backup", "operations:backup"
    OPERATIONS_DRILL = "operations:drill", "operations:drill"
    OPERATIONS_WATCH = "operations:watch"

    RECORDS_NIGHT = "records:night", "records"
    RECORDS_EXECUTE = "records:execute", "records"
    RECORDS_PACKAGE = "records:package", "records"

    AUDIT_PREPARE = "audit:prepare"
    AUDIT_SEAL = "audit:seal", "audit:seal"
    AUDIT_PURGE = "audit:purge", "audit:purge"
    AUDIT_WATCH = "audit:watch", "audit:watch"
