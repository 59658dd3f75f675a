"""The policy as data: each permission, the roles that hold it, and the predicate its subject must satisfy.

Domains declare their rules in ``policies.py``; the whole policy can be printed and tested as a table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core.access.identity import Identity, Role
from app.core.slots import Slot

#: the roles of those who work on firms
ON_FIRMS = frozenset({Role.AGENT, Role.MANAGER})

Predicate = Callable[[Identity, Any], bool]


class Permission(StrEnum):
    """What a route can require: ``domain:object:action``."""

    ABSENCE_DECLARE = "habilitations:absence:declare"
    ABSENCE_OWN = "habilitations:absence:own"
    ACCOUNT_OWN = "accounts:account:own"
    ACCOUNT_SECURE = "accounts:account:secure"
    AGENTS_IMPORT = "habilitations:agents:import"
    ALERT_HANDLE = "portal:alert:handle"
    ASSIGNMENT_END = "cases:assignment:end"
    AGENT_IMPERSONATE = "habilitations:agent:impersonate"
    ANTENNE_KEEP = "referrals:antenne:keep"
    ANTENNE_MAIL_OWN = "referrals:mail:own"
    API_READ = "exchanges:api:read"
    API_TOKEN_MAKE = "exchanges:token:make"  # noqa: S105 - the name of a permission
    API_TOKEN_REVOKE = "exchanges:token:revoke"  # noqa: S105 - the name of a permission
    ATTACHMENT_READ = "network:attachment:read"
    ATTACHMENT_REMOVE = "network:attachment:remove"
    BACKUP_READ = "operations:backup:read"
    BULK_ACT = "detections:bulk:act"
    CASE_ASSIGN = "cases:case:assign"
    CAMPAIGN_EDIT = "campaigns:campaign:edit"
    CAMPAIGN_FILL = "campaigns:campaign:fill"
    CAMPAIGN_READ = "campaigns:campaign:read"
    CASE_CLOSE = "cases:case:close"
    CASE_CREATE = "cases:case:create"
    CASE_DUPLICATE = "cases:case:duplicate"
    CASE_MANAGE_MEMBERS = "cases:case:manage_members"
    CASE_READ = "cases:case:read"
    CASE_REOPEN = "cases:case:reopen"
    CASE_UPDATE = "cases:case:update"
    COMMENT_EDIT = "network:comment:edit"
    COMMENT_REPLY = "network:comment:reply"
    COMMENT_RESTORE = "network:comment:restore"
    COMMENT_WRITE = "network:comment:write"
    COMPANY_LIST_EDIT = "watching:company_list:edit"
    COMPANY_LIST_FILL = "watching:company_list:fill"
    COMPANY_LIST_READ = "watching:company_list:read"
    COMPANY_READ = "companies:company:read"
    CONTACT_RELEASE = "campaigns:contact:release"
    CONTACT_SETTLE = "campaigns:contact:settle"
    CONTACT_TAKE = "campaigns:contact:take"
    DEADLINE_CHANGE = "deadlines:deadline:change"
    DEADLINE_READ = "deadlines:deadline:read"
    DEADLINE_WRITE = "deadlines:deadline:write"
    DEMAND_KEEP = "transparency:demand:keep"
    DETECTION_ANSWER = "detections:entry:answer"
    DETECTION_EXPORT = "detections:list:export"
    DETECTION_READ = "detections:list:read"
    DETECTION_RUN = "detections:run:start"
    DRILL_START = "operations:drill:start"
    EXPLORATION_DECIDE = "detections:exploration:decide"
    DIRECTORY_IMPORT = "referrals:directory:import"
    DIRECTORY_MANAGE = "referrals:directory:manage"
    DIRECTORY_READ = "referrals:directory:read"
    EXPERT_ABSENCE_END = "referrals:absence:end"
    EXPERT_ABSENCE_SAY = "referrals:absence:say"
    EXPERT_KEEP = "referrals:expert:keep"
    FOLLOW_OWN = "network:follow:own"
    GUICHET_FILE = "referrals:guichet:file"
    GUICHET_FOLLOW = "referrals:guichet:follow"
    HANDOVER_ANSWER = "cases:handover:answer"
    HANDOVER_ASK = "cases:handover:ask"
    HANDOVER_READ = "cases:handover:read"
    HANDOVER_WITHDRAW = "cases:handover:withdraw"
    HABILITATION_MANAGE = "habilitations:right:manage"
    HABILITATION_READ = "habilitations:right:read"
    HABILITATION_VALIDATE = "habilitations:request:validate"
    HOME_READ = "portal:home:read"
    IMPACT_READ = "impact:funnel:read"
    IMPORTS_DECIDE = "imports:batch:decide"
    IMPORTS_MANAGE = "imports:batch:manage"
    IMPORTS_READ = "imports:batch:read"
    INSTITUTION_FILE_READ = "referrals:institution:export"
    INTERLOCUTOR_CHANGE = "interlocutors:interlocutor:change"
    INTERLOCUTOR_READ = "interlocutors:interlocutor:read"
    INTERLOCUTOR_WRITE = "interlocutors:interlocutor:write"
    JOURNAL_EXPORT = "audit:journal:export"
    JOURNAL_READ = "audit:journal:read"
    LABELS_READ = "label_store:firm:read"
    LANDING_KEEP = "referrals:landing:keep"
    LESSON_OWN = "transparency:lesson:own"
    LETTER_MANAGE = "campaigns:letter:manage"
    LIST_WITHDRAW = "detections:list:withdraw"
    MAIL_MANAGE = "messages:email:manage"
    MODEL_DECIDE = "models_registry:model:decide"
    MODEL_READ = "models_registry:model:read"
    CONSENT_OVERRIDE = "referrals:consent:override"
    CONSENT_OVERRIDES_READ = "referrals:consent:read_overrides"
    NEED_ANSWER = "referrals:need:answer"
    NEED_CONTACT_READ = "referrals:contact:read"
    NEED_PUT_TO = "referrals:need:put_to"
    NEED_READ = "referrals:need:read"
    NEED_WITHDRAW = "referrals:need:withdraw"
    NEED_WRITE = "referrals:need:write"
    NETWORK_MANAGE = "habilitations:network:manage"
    NOTIFICATION_OWN = "network:notification:own"
    PERSON_REQUEST_KEEP = "records:person_request:keep"
    PERSON_REQUEST_TAKE = "records:person_request:take"
    PERSON_REQUEST_TREAT = "records:person_request:treat"
    PORTFOLIO_IMPORT = "exchanges:portfolio:import"
    OPENLAB_ANSWER = "openlab:idea:answer"
    OPENLAB_READ = "openlab:sheet:read"
    OPENLAB_REPLIES = "openlab:replies:read"
    OPENLAB_WRITE = "openlab:idea:write"
    QUALITY_READ = "referrals:quality:read"
    READERS_READ = "audit:readers:read"
    REGION_DECIDE = "referrals:region:decide"
    REGION_READ = "referrals:region:read"
    REPORT_MAKE = "evidence:report:make"
    REPORT_PUBLISH = "evidence:figures:publish"
    REPORT_READ = "evidence:report:read"
    RETENTION_CHANGE = "records:rule:change"
    RETENTION_READ = "records:rule:read"
    REVIEW_OPEN = "habilitations:review:open"
    ROLE_DECIDE = "habilitations:role:decide"
    ROLE_MANAGE = "habilitations:role:manage"
    ROLE_READ = "habilitations:role:read"
    RULES_WRITE = "detections:rules:write"
    SEARCH_USE = "search:box:use"
    SERVICE_READ = "operations:service:read"
    SIGNAL_WRITE = "detections:signal:write"
    SITTING_CLOSE = "sittings:sitting:close"
    SITTING_ITEM_WRITE = "sittings:item:write"
    SITTING_READ = "sittings:sitting:read"
    SITTING_WRITE = "sittings:sitting:write"
    STATEMENT_MAKE = "transparency:statement:make"
    SLIP_SIGN = "records:slip:sign"
    SOLICITATION_CHECK = "referrals:solicitation:check"
    STUDY_READ = "evidence:study:read"
    STUDY_REGISTER = "evidence:study:register"
    SUBSCRIPTION_OWN = "watching:subscription:own"
    SUBSCRIPTION_STOP = "watching:subscription:stop"
    SUMMARY_READ = "cases:summary:read"
    UNLOCK_END = "unlocks:unlock:end"
    UNLOCK_OPEN = "unlocks:unlock:open"
    UNLOCK_OWN = "unlocks:unlock:own"
    UNLOCK_SUPERVISE = "unlocks:unlock:supervise"
    VALUE_MANAGE = "values:value:manage"
    VIEW_EDIT = "watching:view:edit"
    VIEW_READ = "watching:view:read"
    VISIT_EDIT = "visits:visit:edit"
    VISIT_READ = "visits:visit:read"
    VISIT_WRITE = "visits:visit:write"


@dataclass(frozen=True)
class Rule:
    """Who has a permission: holders of one of ``roles`` for whom ``when(identity, subject)`` is true, if the route has a subject."""

    roles: frozenset[Role]
    when: Predicate | None = None
    #: shown, in French, when the subject may be seen but not used this way
    refusal: str = "Vous n’avez pas le droit de faire cette action."
    #: whether a habilitation in force is needed, on top of the role; agents and managers always need one
    needs_habilitation: bool = True
    #: whether it opens one's own pages only: whoever may sign in holds it, whatever became of their rights
    is_own: bool = False

    def gives(self, identity: Identity) -> bool:
        """Whether one of the roles of ``identity`` is in force and gives this permission.

        The roles of those who work on firms are in force with a habilitation; those of administration with the account.
        """
        held = self.roles & identity.roles
        if self.is_own or identity.is_habilitated:
            return bool(held)
        return not self.needs_habilitation and bool(held - ON_FIRMS)


#: the rules of each domain
clauses: Slot[Mapping[Permission, Rule]] = Slot("clauses of the policy")


def rule_of(permission: Permission) -> Rule:
    """The rule of ``permission``; raise `RuntimeError` unless exactly one domain declared it."""
    declared = [rules[permission] for rules in clauses if permission in rules]
    if len(declared) != 1:
        raise RuntimeError(f"{permission}: {len(declared)} rules declared, one expected")
    return declared[0]


def permits(identity: Identity | None, permission: Permission, subject: object = None) -> bool:
    """Whether ``identity`` has ``permission``, on ``subject`` when there is one."""
    rule = rule_of(permission)
    if identity is None or not rule.gives(identity):
        return False
    return rule.when is None or subject is None or rule.when(identity, subject)
