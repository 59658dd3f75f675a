"""What is sent to each address that takes a POST, and the line of the journal that it leaves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.core.journal import Event
from app.transparency.learning.content import QUESTIONS
from tests.e2e import test_signing_in
from tests.web import (
    test_absences,
    test_accounts,
    test_api,
    test_attachments,
    test_bulk,
    test_case_files,
    test_case_lifecycle,
    test_comment_lives,
    test_departures,
    test_directory_files,
    test_drift,
    test_factors,
    test_guichet,
    test_guichet_advisers,
    test_guichet_landings,
    test_habilitation_agents,
    test_habilitation_reviews,
    test_handovers,
    test_home_alerts,
    test_impersonation,
    test_imports_acts,
    test_links,
    test_list_files,
    test_model_decisions,
    test_needs,
    test_openings_pages,
    test_orienting,
    test_quality,
    test_reports,
    test_retention_pages,
    test_sessions,
    test_sittings,
    test_standard_letters,
    test_succession,
    test_values,
    test_withdrawals,
)

#: the right answers of « Lire une alerte »
RIGHT = {question.code: str(question.right) for question in QUESTIONS}
EMAIL, PASSPHRASE = "nouvelle@exemple.invalid", "une longue phrase de passe"


@dataclass(frozen=True, kw_only=True)
class Act:
    """What somebody sends, from which page (by default, its own address), and the event it leaves."""

    event: Event
    form: Mapping[str, object] = field(default_factory=dict)
    person: str | None = "alice"
    page: str | None = None
    #: what the address is about, where it is not what `Confidences.arguments` says
    about: Mapping[str, str] = field(default_factory=dict)
    #: what follows its address
    query: str = ""


#: endpoint -> an act of it that is accepted
ACTS = {
    "absences.own": Act(
        event=Event.ABSENCE_DECLARED, form={"starts_on": "{today}", "ends_on": "{soon}", "delegate_id": "{carol}"}
    ),
    "absences.of_colleague": Act(
        event=Event.ABSENCE_DECLARED, form={"starts_on": "{today}", "ends_on": "{soon}", "delegate_id": ""},
        person="manager",
    ),
    "account.telephone": Act(event=Event.TELEPHONE_CHANGED, form={"telephone": "03 00 00 00 01"}),
    "accounts.close_session": Act(event=Event.ACCOUNT_SIGNED_OUT, page="/compte"),
    "accounts.commitment": Act(event=Event.COMMITMENT_ACCEPTED, form={"accepted": "y"}),
    "accounts.open_session": Act(
        event=Event.ACCOUNT_SIGNED_IN, form={"email": EMAIL, "password": PASSPHRASE}, person=None
    ),
    "assignments.end": Act(event=Event.FIRM_ASSIGNED, page="/compte"),
    "attachments.remove": Act(event=Event.ATTACHMENT_REMOVED, page="/compte"),
    "case_bulk.prepare": Act(
        event=Event.BULK_ACT, form={"case_id": ["1"], "kind": "follow", "scope": "cochees"}, page="/compte"
    ),
    "bulk.choose": Act(event=Event.BULK_ACT, form={"choice": "mentions"}, page="/compte"),
    "bulk.do": Act(event=Event.BULK_ACT, page="/compte"),
    "bulk.prepare": Act(
        event=Event.BULK_ACT, form={"siren": ["100000009"], "kind": "follow", "scope": "cochees"}, page="/compte"
    ),
    "campaign_contacts.give_back": Act(event=Event.CONTACT_ENDED, form={"reason": "indisponible"}),
    "campaign_contacts.put_off": Act(event=Event.CONTACT_PUT_OFF, form={"delay": "delai_3mois"}),
    "campaign_contacts.settle": Act(
        event=Event.CONTACT_ENDED,
        form={"ending": "besoin", "channel": "telephone", "visited_on": "{today}", "siret": "10000000900008",
               "network_id": "{crp}"},
    ),
    "campaign_contacts.take": Act(event=Event.CONTACT_TAKEN, page="/campagnes"),
    "campaigns.change": Act(event=Event.CAMPAIGN_CHANGED, form={"ends_on": "{soon}"}),
    "campaigns.close": Act(event=Event.CAMPAIGN_CHANGED, page="/compte"),
    "campaigns.create": Act(
        event=Event.CAMPAIGN_CHANGED,
        form={"label": "Autre", "network_id": "{crp}", "department": "21", "source": "", "nature": "score",
               "ends_on": "{soon}"},
    ),
    "campaigns.fill": Act(
        event=Event.CAMPAIGN_FILLED, form={"sirens": "200000008"}, page="/campagnes"
    ),
    "case_handovers.answer": Act(
        event=Event.HANDOVER_ANSWERED, form={"answer": "refuser", "reason": "Déjà trop"}, person="carol", page="/compte"
    ),
    "case_handovers.withdraw": Act(event=Event.HANDOVER_ANSWERED, page="/compte"),
    "case_members.index": Act(
        event=Event.CASE_MEMBER_CHANGED, form={"agent_id": "{bob}", "role": "participant"}
    ),
    "case_members.remove": Act(event=Event.CASE_MEMBER_CHANGED),
    "case_measures.add": Act(
        event=Event.CASE_MEASURE_CHANGED, form={"value_id": "{scheme}", "starts_on": "{today}"}
    ),
    "case_measures.correct": Act(
        event=Event.CASE_MEASURE_CHANGED, form={"value_id": "{scheme}", "starts_on": "{today}", "amount": "1"}
    ),
    "case_measures.remove": Act(event=Event.CASE_MEASURE_CHANGED),
    "case_qualification.index": Act(event=Event.CASE_QUALIFIED, form={"filiere": "{sector}"}),
    "cases.change_state": Act(event=Event.CASE_UPDATED, form={"state": "sous_surveillance"}),
    "cases.close": Act(
        event=Event.CASE_CLOSED, form={"outcome": "stabilisee", "occurred_on": "{today}"}
    ),
    "cases.comments": Act(event=Event.COMMENT_WRITTEN, form={"body": "Un mot", "network_id": "{crp}"}),
    "cases.create": Act(
        event=Event.CASE_OPENED, form={"criticality": "none"}, about={"siret": "siret_21_quiet"}
    ),
    "cases.move_card": Act(
        event=Event.CASE_UPDATED, form={"etat": "sous_surveillance"}, page="/accompagnements?vue=tableau"
    ),
    "cases.update": Act(event=Event.CASE_UPDATED, form={"criticality": "elevee"}),
    "company_lists.archive": Act(event=Event.COMPANY_LIST_CHANGED, page="/compte"),
    "company_lists.fill": Act(
        event=Event.COMPANY_LIST_FILLED, form={"sirens": "200000008"}, page="/listes"
    ),
    "company_lists.index": Act(event=Event.COMPANY_LIST_CHANGED, form={"label": "Autre", "source": "agents"}),
    "company_lists.of_firm": Act(event=Event.COMPANY_LIST_FILLED, form={"lists": []}),
    "company_lists.take_off": Act(event=Event.COMPANY_LIST_FILLED, page="/listes"),
    "calendar.renew": Act(event=Event.CALENDAR_CHANGED, page="/compte/calendrier"),
    "calendar.stop": Act(event=Event.CALENDAR_CHANGED, page="/compte/calendrier"),
    "deadlines.change": Act(
        event=Event.DEADLINE_CHANGED, form={"due_on": "{soon}", "assignee_id": "{alice}"}
    ),
    "deadlines.create_on_case": Act(
        event=Event.DEADLINE_ASSIGNED, form={"due_on": "{soon}", "assignee_id": "{alice}", "network_id": "{crp}"}
    ),
    "deadlines.create_on_firm": Act(
        event=Event.DEADLINE_ASSIGNED, form={"due_on": "{soon}", "assignee_id": "{alice}", "network_id": "{crp}"}
    ),
    "deadlines.settle": Act(event=Event.DEADLINE_SETTLED, form={"state": "faite"}, page="/compte"),
    "detection_runs.start": Act(
        event=Event.DETECTION_RUN_STARTED, form={"as_of": "{today}"}, person="scientist"
    ),
    "detections.answer": Act(event=Event.ALERT_ANSWERED, form={"reasons": ["other"]}),
    "detections.withdraw_answer": Act(event=Event.ALERT_ANSWERED, page="/compte"),
    "detections.flag": Act(
        event=Event.SIGNAL_WRITTEN, form={"source": "interne", "comment": "Un client le dit"}
    ),
    "exploration.decide": Act(
        event=Event.EXPLORATION_DECIDED, form={"is_on": "oui", "motive": "Les visites reprennent ici"}, person="manager"
    ),
    "exploration.override": Act(event=Event.DRAW_OVERRIDDEN, form={"reason": "connue"}),
    "exploration.withdraw": Act(event=Event.DRAW_OVERRIDDEN, page="/compte"),
    "expert_rules.edit": Act(
        event=Event.RULES_SAVED, person="scientist",
        form={"text": "limit: 1", "note": "Aucune", "in_force_from": "{today}", "base": "{rules}", "acte": "enregistrer"},
    ),
    "habilitations.ask": Act(
        event=Event.HABILITATION_ASKED, person="admin",
        form={"zone": "58", "natures": ["score"], "function": "Renfort", "ends_on": "{soon}", "reason": "Renfort"},
    ),
    "habilitations.change_network": Act(
        event=Event.NETWORK_CHANGED, person="admin", form={"label": "Essai", "is_active": "y"}
    ),
    "habilitations.create_network": Act(
        event=Event.NETWORK_CHANGED, person="admin", form={"label": "Essai"}
    ),
    "habilitations.decide_entry": Act(
        event=Event.NETWORKS_JOINED, form={"decision": "valider"}, person="correspondent_urssaf"
    ),
    "habilitations.decide_request": Act(
        event=Event.HABILITATION_GRANTED, person="admin", form={"decision": "valider"}
    ),
    "habilitations.decide_role": Act(
        event=Event.ROLES_CHANGED, form={"decision": "valider"}, person="controller"
    ),
    "habilitations.decide_review": Act(
        event=Event.REVIEW_DECIDED, person="admin",
        form={"decision": "maintenir", "zone": "21", "natures": ["score"], "function": "x", "reason": "En poste"},
    ),
    "habilitations.leave_network": Act(event=Event.NETWORKS_LEFT, person="admin"),
    "habilitations.move_network": Act(
        event=Event.NETWORK_CHANGED, person="admin", page="/compte", form={"sens": "bas"}
    ),
    "habilitations.network": Act(
        event=Event.NETWORKS_JOINED, person="admin", form={"agent_id": "{correspondent}"}
    ),
    "habilitations.renew": Act(
        event=Event.HABILITATION_ASKED, person="admin",
        form={"zone": "58", "natures": ["score"], "function": "Renfort", "ends_on": "{soon}", "reason": "Renfort"},
    ),
    "habilitations.roles": Act(
        event=Event.ROLES_CHANGED, person="admin", form={"roles": ["agent", "manager"]}
    ),
    "habilitations.switch_account": Act(event=Event.ACCOUNT_SWITCHED, person="admin"),
    "habilitations.withdraw": Act(
        event=Event.HABILITATION_WITHDRAWN, person="admin", form={"reason": "Mutée"}
    ),
    "imports.decide": Act(event=Event.IMPORT_DECIDED, person="admin", form={"reason": "Mois erroné"}),
    "imports.start": Act(event=Event.IMPORT_ASKED, person="admin", page="/donnees"),
    "label_store.ask": Act(
        event=Event.LABELS_ASKED, form={"known_on": "2026-06-01"}, person="scientist"
    ),
    "operations.start": Act(event=Event.DRILL_ASKED, person="admin", page="/sauvegardes"),
    "mail.resend": Act(event=Event.MAIL_RESENT, person="admin", page="/compte"),
    "mail.resend_all": Act(event=Event.MAIL_RESENT, person="admin", page="/courriels"),
    "models_registry.challenge": Act(
        event=Event.MODEL_CHALLENGED, person="scientist", page="/modele/regles/modifier"
    ),
    "ideas.answer": Act(
        event=Event.IDEA_ANSWERED, form={"becomes": "retenue", "body": "Pour le printemps."}, person="scientist"
    ),
    "ideas.propose": Act(event=Event.IDEA_WRITTEN, form={"title": "Un mode hors connexion", "body": ""}),
    "ideas.take_back": Act(event=Event.IDEA_VOTED, page="/compte"),
    "ideas.tell_change": Act(
        event=Event.OPENLAB_CHANGED, form={"title": "Une colonne", "done_on": "{today}"}, person="scientist"
    ),
    "ideas.vote": Act(event=Event.IDEA_VOTED, person="carol", page="/compte"),
    "interlocutors.archive": Act(event=Event.INTERLOCUTOR_CHANGED, page="/compte"),
    "interlocutors.correct": Act(
        event=Event.INTERLOCUTOR_CHANGED,
        form={"name": "Mme Autre", "source": "public", "given_on": "{today}", "shown": "0"},
    ),
    "interlocutors.create": Act(
        event=Event.INTERLOCUTOR_CHANGED, form={"name": "Mme Nouvelle", "source": "entreprise", "given_on": "{today}"}
    ),
    "reports.create": Act(
        event=Event.REPORT_ASKED, form={"period": "2025-S1", "region": "27"}, person="manager"
    ),
    "need_sheet.refuse": Act(event=Event.NEED_ANSWERED, form={"reason": "charge", "shown": "0"}, person="bob"),
    "need_sheet.take": Act(event=Event.NEED_ANSWERED, form={"shown": "0"}, person="bob", page="/compte"),
    "need_sheet.withdraw": Act(event=Event.NEED_WITHDRAWN, person="team"),
    "need_sheet.write": Act(event=Event.NEED_MESSAGE_WRITTEN, form={"body": "Un message"}, person="bob", page="/compte"),
    "directory_antennes.archive": Act(event=Event.DIRECTORY_CHANGED, page="/annuaire"),
    "directory_antennes.change": Act(event=Event.DIRECTORY_CHANGED, form={"name": "Antenne renommée"}),
    "directory_antennes.change_institution": Act(
        event=Event.DIRECTORY_CHANGED, form={"name": "Institut renommé"}, person="admin"
    ),
    "directory_antennes.create": Act(
        event=Event.DIRECTORY_CHANGED, form={"name": "Antenne neuve", "areas": "R27"}, person="admin"
    ),
    "directory_antennes.create_institution": Act(
        event=Event.DIRECTORY_CHANGED, form={"name": "Institut neuf"}, person="admin"
    ),
    "directory_antennes.managers": Act(
        event=Event.DIRECTORY_CHANGED, form={"managers": "alice@exemple.invalid, carol@exemple.invalid"}, person="admin"
    ),
    "directory_experts.archive": Act(event=Event.DIRECTORY_CHANGED, page="/annuaire"),
    "directory_experts.change": Act(
        event=Event.DIRECTORY_CHANGED,
        form={"who": "boite", "name": "Boîte neuve", "email": "boite@exemple.invalid", "service_1": "Un conseil"},
    ),
    "directory_experts.create": Act(
        event=Event.DIRECTORY_CHANGED,
        form={"who": "personne", "name": "Dominique Fictif", "email": "d@exemple.invalid", "service_1": "Un conseil"},
    ),
    "directory_experts.end_absence": Act(event=Event.DIRECTORY_CHANGED, page="/annuaire"),
    "directory_experts.say_away": Act(
        event=Event.DIRECTORY_CHANGED, form={"starts_on": "{today}", "ends_on": "{soon}", "delegate_id": ""}
    ),
    "directory_subjects.change": Act(
        event=Event.DIRECTORY_CHANGED, form={"label": "Sujet renommé", "theme": "Thème neuf"}, person="admin"
    ),
    "directory_subjects.create": Act(
        event=Event.DIRECTORY_CHANGED, form={"label": "Sujet neuf", "theme": "Thème neuf"}, person="admin"
    ),
    "directory_subjects.create_fallback": Act(
        event=Event.DIRECTORY_CHANGED, form={"expert_id": "1", "sujet": "", "area": "R27"}, person="admin"
    ),
    "checks.check": Act(
        event=Event.SOLICITATION_CHECKED, form={"verdict": "abus", "reason": "Un envoi en nombre", "letter": ""},
        person="team",
    ),
    "checks.undo": Act(
        event=Event.SOLICITATION_CHECK_UNDONE, person="team", page="/orientations/controle"
    ),
    "antenne_mail.hush": Act(event=Event.ANTENNE_MAIL_CHANGED, page="/compte"),
    "antenne_mail.listen": Act(event=Event.ANTENNE_MAIL_CHANGED, page="/compte"),
    "guichet_follow_up.opinion": Act(
        event=Event.SATISFACTION_SAID, person=None,
        form={"was_called": "oui", "was_quick": "oui", "helped": "oui", "recommends": "oui"},
    ),
    "guichet_follow_up.renew": Act(event=Event.FOLLOW_UP_SENT, person=None, page="/connexion"),
    "guichet_follow_up.withdraw": Act(
        event=Event.NEED_WITHDRAWN, person=None, page="/connexion", form={"need": "", "reason": "C’est réglé"}
    ),
    "guichet_landings.archive": Act(
        event=Event.LANDING_CHANGED, person="team", page="/annuaire/guichets"
    ),
    "guichet_landings.change": Act(
        event=Event.LANDING_CHANGED, person="team", page="/annuaire/guichets/1",
        form={"title": "Un autre titre", "slug": "tresorerie"},
    ),
    "guichet_landings.create": Act(
        event=Event.LANDING_CHANGED, person="team", page="/annuaire/guichets/nouveau",
        form={"title": "Un titre", "slug": "neuf"},
    ),
    "openings.close_region": Act(
        event=Event.REGION_DECIDED, form={"reason": "Plus personne"}, person="team"
    ),
    "openings.try_mail": Act(
        event=Event.REGION_TESTED, person="team", page="/orientations/regions/R27"
    ),
    "directory_subjects.end_fallback": Act(event=Event.DIRECTORY_CHANGED, page="/annuaire", person="admin"),
    "sitting_items.decide": Act(
        event=Event.SITTING_CHANGED, form={"version": "0", "outcome": "examinee"}, page="/seances"
    ),
    "sitting_items.give_task": Act(
        event=Event.DEADLINE_ASSIGNED, form={"what": "Rappeler", "due_on": "{soon}", "assignee_id": "{alice}"}, page="/seances"
    ),
    "sitting_items.prepare": Act(
        event=Event.SITTING_CHANGED, form={"version": "0", "note": "Un mot"}, page="/seances"
    ),
    "standard_letters.add": Act(event=Event.LETTER_CHANGED, person="admin", form={"label": "Autre", "body": "Autre"}),
    "standard_letters.switch": Act(event=Event.LETTER_CHANGED, person="admin", page="/administration/lettres"),
    "sittings.change": Act(
        event=Event.SITTING_CHANGED, form={"label": "Autre", "held_on": "{soon}"}
    ),
    "sittings.create": Act(
        event=Event.SITTING_CHANGED,
        form={"label": "Autre", "held_on": "{soon}", "network_id": "{crp}", "department": "21", "source": ""},
    ),
    "sittings.enter": Act(
        event=Event.SITTING_CHANGED, form={"sirens": "200000008"}, page="/seances"
    ),
    "subscriptions.create": Act(
        event=Event.SUBSCRIPTION_CHANGED, form={"pace": "quotidien", "by_mail": "y"}, query="?departement=21"
    ),
    "colleagues.follow": Act(event=Event.FOLLOW_CHANGED, form={"level": "nothing"}),
    "network.follows": Act(
        event=Event.FOLLOW_CHANGED, form={"siren": "100000009", "level": "mentions"}, page="/compte"
    ),
    "subscriptions.set_level": Act(event=Event.SUBSCRIPTION_CHANGED, form={"level": "nothing"}, page="/suivis"),
    "stops.from_mail": Act(event=Event.SUBSCRIPTION_CHANGED, person=None, page="/connexion"),
    "subscriptions.stop": Act(event=Event.SUBSCRIPTION_CHANGED, page="/abonnements"),
    "summaries.edit": Act(event=Event.SUMMARY_WRITTEN, form={"version": "1"}),
    "studies.register": Act(
        event=Event.STUDY_REGISTERED, person="scientist",
        form={
            "title": "Une autre", "outcome": "liquidation", "cohort_from": "2023-01-01", "cohort_to": "2023-01-01", "horizons": "12",
            "frozen_on": "{today}", "note": "Pour voir",
        },
    ),
    "trainings.start": Act(
        event=Event.TRAINING_ASKED, form={"training_as_of": "{today}"}, person="scientist"
    ),
    "trainings.judge": Act(
        event=Event.MODEL_JUDGED, person="scientist", form={"kind": "source", "motive": "Un fichier est arrivé"}
    ),
    "comments.index": Act(
        event=Event.COMMENT_WRITTEN, form={"body": "Un mot", "network_id": "{crp}"}
    ),
    "comments.delete": Act(event=Event.COMMENT_DELETED),
    "comments.edit": Act(event=Event.COMMENT_EDITED, form={"body": "Un autre mot"}),
    "network.follow": Act(event=Event.FOLLOW_CHANGED, form={"level": "nothing"}),
    "comments.widen": Act(event=Event.COMMENT_WIDENED),
    "comments.reply": Act(event=Event.COMMENT_WRITTEN, form={"body": "Une réponse"}),
    "network.unfollow": Act(event=Event.FOLLOW_CHANGED),
    "retention.ask": Act(
        event=Event.RETENTION_ASKED, person="admin",
        form={"in_use_months": "3", "intermediate_months": "0", "fate": "elimination", "basis": "Tableau de gestion"},
    ),
    "retention.decide": Act(event=Event.RETENTION_DECIDED, person="admin", form={"decision": "confirmer"}, page="/compte"),
    "slips.sign": Act(event=Event.SLIP_DECIDED, person="archivist", form={"visa": "donne"}),
    "withdrawals.decide": Act(
        event=Event.LIST_WITHDRAWAL_DECIDED, person="admin", form={"decision": "refuser"}, page="/modele/listes"
    ),
    "demands.write": Act(
        event=Event.DEMAND_WRITTEN, person="admin",
        form={"siren": "{siren_21}", "kind": "savoir", "asked_as": "gérante", "received_on": "{today}", "body": "Que savez-vous ?"},
    ),
    "demands.answer": Act(
        event=Event.DEMAND_ANSWERED, person="admin",
        form={"outcome": "releve", "answered_on": "{today}", "answer": "Relevé envoyé."},
    ),
    "person_requests.write": Act(
        event=Event.PERSON_REQUEST_WRITTEN, person="controller",
        form={"kind": "acces", "name": "Camille Fictive", "received_on": "{today}", "received_by": "courriel", "body": "Mes données ?"},
    ),
    "person_requests.take": Act(event=Event.PERSON_REQUEST_CHANGED, person="controller", page="/demandes-personnes"),
    "person_requests.verify": Act(
        event=Event.PERSON_REQUEST_CHANGED, person="controller", form={"proof": "piece", "proof_on": "{today}"}
    ),
    "person_requests.extend": Act(
        event=Event.PERSON_REQUEST_CHANGED, person="controller", form={"reason": "Quatre administrations à interroger"}
    ),
    "person_requests.answer": Act(
        event=Event.PERSON_REQUEST_CLOSED, person="controller",
        form={"outcome": "satisfaite", "answered_on": "{today}", "answer": "Dossier remis."},
    ),
    "person_findings.search": Act(
        event=Event.PERSON_SEARCHED, person="controller", form={"name": "Camille Fictive", "motive": "Sa demande d’accès"}
    ),
    "person_findings.keep": Act(event=Event.PERSON_FOUND, person="controller"),
    "person_findings.act": Act(
        event=Event.PERSON_ACT_DONE, person="controller", form={"act": "refuse", "reason": "Gardé par obligation légale"}
    ),
    "person_files.ask": Act(event=Event.PERSON_FILE_ASKED, person="controller"),
    "lesson.questions": Act(event=Event.LESSON_FINISHED, form=RIGHT),
    "lesson.hush": Act(event=Event.LESSON_HUSHED, person="bob", page="/compte"),
    "openlab.hush": Act(event=Event.OPENLAB_TOLD, page="/compte"),
    "openlab.listen": Act(event=Event.OPENLAB_TOLD, page="/compte"),
    "portal.handle": Act(
        event=Event.ALERT_HANDLED, form={"act": "plus_tard", "until": "mois"}, page="/"
    ),
    "notifications.settings": Act(event=Event.DIGEST_CHANGED, form={"mail_pace": "hebdomadaire"}),
    "unlocks.create": Act(
        event=Event.UNLOCK_OPENED, person="bob", about={"siren": "siren_21_quiet"},
        form={"source": "interne", "motive": "Un retard dont on nous parle"},
    ),
    "unlocks.end": Act(event=Event.UNLOCK_ENDED),
    "values.add": Act(
        event=Event.VALUE_CHANGED, person="admin", form={"label": "Essai"},
    ),
    "values.archive": Act(event=Event.VALUE_CHANGED, person="admin", page="/administration/listes"),
    "values.change": Act(event=Event.VALUE_CHANGED, person="admin", form={"label": "Essai"}),
    "values.move": Act(
        event=Event.VALUE_CHANGED, person="admin", page="/administration/listes", form={"sens": "bas"}
    ),
    "watching.delete": Act(event=Event.VIEW_CHANGED, page="/vues"),
    "watching.switch_default": Act(event=Event.VIEW_CHANGED, page="/vues"),
    "watching.views": Act(
        event=Event.VIEW_CHANGED, form={"name": "Autre", "network_id": "", "query": "niveau=elevee"}, page="/vues"
    ),
    "visits.correct": Act(
        event=Event.VISIT_CORRECTED,
        form={"visited_on": "{today}", "channel": "telephone", "contact_result": "repondu", "verdict": "indeterminee",
               "network_id": "{crp}"},
    ),
    "visits.create": Act(
        event=Event.VISIT_LOGGED,
        form={"visited_on": "{today}", "channel": "telephone", "contact_result": "injoignable", "network_id": "{crp}"},
        about={"siret": "siret_21_quiet"},
    ),
}  # fmt: skip

#: endpoint -> the test of the whole gesture, where its line is looked for
ELSEWHERE: dict[str, Callable[..., None]] = {
    "need_sheet.close": test_needs.test_an_expert_takes_it_and_says_what_it_gave,
    "need_sheet.put_to": test_needs.test_the_team_takes_back_with_a_reason_and_puts_to_somebody,
    "need_sheet.undo": test_needs.test_an_expert_takes_it_and_says_what_it_gave,
    "slips.receive": test_retention_pages.test_what_is_handed_over_is_downloaded_received_then_gone,
    "withdrawals.ask": test_withdrawals.test_a_list_is_withdrawn_with_a_reason_and_readers_are_told,
    "directory_files.apply": test_directory_files.test_what_comes_back_is_shown_then_applied_and_the_journal_keeps_it,
    "directory_files.index": test_directory_files.test_what_comes_back_is_shown_then_applied_and_the_journal_keeps_it,
    "referral_sending.send": test_orienting.test_what_is_read_is_what_is_sent,
    "referral_sending.send_overriding": test_orienting.test_without_an_agreement_a_manager_gives_a_reason_that_controllers_read,
    "standard_letters.change": test_standard_letters.test_a_letter_is_looked_at_then_kept_with_what_it_said_before,
    "api_tokens.index": test_api.test_i_make_a_token_seen_once_and_revoke_it,
    "api_tokens.revoke": test_api.test_i_make_a_token_seen_once_and_revoke_it,
    "case_returns.apply": test_case_files.test_what_an_own_tool_changed_is_shown_then_applied_with_its_history,
    "case_returns.index": test_case_files.test_what_an_own_tool_changed_is_shown_then_applied_with_its_history,
    "absences.cancel_own": test_absences.test_it_is_said_wherever_somebody_is_chosen_and_then_no_more,
    "absences.cancel_of_colleague": test_absences.test_the_head_of_the_house_says_it_for_their_people_alone,
    "sitting_items.take_off": test_sittings.test_firms_of_elsewhere_or_unknown_are_not_entered,
    "sittings.close": test_sittings.test_a_sitting_goes_from_its_agenda_to_its_minutes,
    "sitting_items.move": test_sittings.test_a_sitting_goes_from_its_agenda_to_its_minutes,
    "account.close_other_sessions": test_sessions.test_i_close_all_my_other_sessions,
    "account.close_session": test_sessions.test_i_close_one_of_my_sessions_and_nobody_else_s,
    "account.confirm": test_factors.test_an_old_session_must_prove_its_identity_again,
    "account.passphrase": test_factors.test_changing_the_passphrase_requires_the_current_one_and_closes_the_other_sessions,
    "accounts.check_passkey": test_factors.test_a_passkey_that_signed_nothing_opens_nothing,
    "accounts.check_second_factor": test_accounts.test_sign_ins_and_refusals_are_journaled,
    "attachments.join_to_comment": test_attachments.test_a_file_is_joined_to_a_comment_and_read_by_its_readers_alone,
    "visits.join": test_attachments.test_a_photo_of_a_visit_has_the_readers_of_its_note,
    "bulk.undo": test_bulk.test_firms_are_followed_after_a_look_and_the_act_is_undone,
    "case_departures.index": test_departures.test_one_gesture_gives_it_with_what_was_to_be_done,
    "case_handovers.one": test_handovers.test_one_goes_to_another_administration_which_takes_it,
    "case_handovers.mine": test_handovers.test_a_portfolio_goes_to_whoever_takes_it,
    "case_handovers.of_leaver": test_handovers.test_the_head_of_the_house_hands_over_what_somebody_left,
    "case_lifecycle.delete": test_case_lifecycle.test_a_deletion_is_undone_for_thirty_minutes_as_it_was,
    "case_lifecycle.duplicate": test_case_lifecycle.test_a_duplicate_has_the_people_and_the_values_and_neither_texts_nor_measures,
    "case_lifecycle.reopen": test_case_lifecycle.test_a_closed_one_starts_again_with_a_reason_and_training_is_told,
    "case_lifecycle.restore": test_case_lifecycle.test_a_deletion_is_undone_for_thirty_minutes_as_it_was,
    "case_moves.move": test_succession.test_an_accompagnement_moves_in_one_click_and_the_journal_keeps_it,
    "case_moves.move_follow": test_succession.test_a_follow_goes_to_the_firm_that_took_over,
    "company_list_files.send": test_list_files.test_each_line_is_told_before_anything_is_added_then_it_is_added_as_by_hand,
    "comments.restore": test_comment_lives.test_a_deletion_is_undone_for_half_an_hour_by_its_author,
    "factors.add_passkey": test_signing_in.test_a_passkey_is_both_factors_in_one_gesture,
    "factors.remove_passkey": test_factors.test_my_passkeys_are_mine_to_remove,
    "factors.remove_totp": test_factors.test_the_last_factor_is_not_removed,
    "factors.renew_codes": test_factors.test_new_codes_replace_the_old_ones,
    "factors.totp": test_factors.test_the_first_factor_opens_the_way_and_comes_with_ten_codes,
    "habilitations.import_file": test_habilitation_agents.test_a_file_of_agents_is_reported_line_by_line,
    "guichet.index": test_guichet.test_a_need_is_said_in_two_pages_and_leads_to_a_follow_up,
    "guichet_advisers.create": test_guichet_advisers.test_an_adviser_files_for_a_firm_and_follows_it,
    "guichet_advisers.withdraw": test_guichet_advisers.test_an_adviser_files_for_a_firm_and_follows_it,
    "guichet_landings.show": test_guichet_landings.test_it_is_held_by_the_sites_it_names_alone_and_needs_no_cookie,
    "openings.open_region": test_openings_pages.test_the_team_opens_a_region_that_is_ready,
    "habilitations.open_review": test_habilitation_reviews.test_opening_needs_a_date_and_happens_once,
    "checks.accept": test_quality.test_several_are_right_at_once,
    "habilitations.reactivate": test_habilitation_agents.test_a_suspended_account_is_reactivated_from_its_page,
    "links.close": test_links.test_it_is_taken_then_closed_and_each_step_has_its_link,
    "links.contact": test_links.test_whom_to_call_is_shown_once_it_is_taken_and_each_display_is_counted,
    "links.decline": test_links.test_a_refusal_says_why_in_three_clicks_and_nothing_is_left_to_do,
    "links.take": test_links.test_it_is_taken_then_closed_and_each_step_has_its_link,
    "links.write": test_links.test_a_message_is_written_once_and_the_page_may_write_another,
    "imports.send": test_imports_acts.test_files_are_sent_read_and_published_by_a_person,
    "detection_runs.allow": test_drift.test_a_data_scientist_overrides_it_with_a_reason_and_the_run_resumes,
    "models_registry.roll_back": test_model_decisions.test_one_click_comes_back_to_the_former_champion_once,
    "reports.resume": test_reports.test_a_report_that_failed_is_resumed_and_one_that_is_done_is_not,
    "reports.publish": test_reports.test_an_administrator_publishes_the_figures_of_the_country_once,
    "trainings.resume": test_model_decisions.test_a_data_scientist_asks_for_a_training_and_watches_it,
    "values.bring_back": test_values.test_an_archived_value_is_offered_no_more_until_it_is_brought_back,
    "portal.undo": test_home_alerts.test_an_alert_put_aside_leaves_comes_back_and_its_undo_is_journaled,
    "model.sign": test_model_decisions.test_a_signature_puts_the_challenger_in_service,
    "impersonation.start": test_impersonation.test_every_line_of_the_journal_has_both_names,
    "impersonation.stop": test_impersonation.test_every_line_of_the_journal_has_both_names,
}

#: endpoint -> why it leaves no line
SILENT = {
    "links.renew": "n’écrit qu’une empreinte dans la file : le lien que le travail envoie est journalisé, s’il en envoie un",
    "search.erase": "n’efface que sa propre mémoire : le journal garde chaque recherche",
    "detections.choose_display": "les colonnes choisies ne changent que ce que leur auteur voit de ce qu’il peut voir",
    "notifications.discard_draft": "un brouillon n’est lu que de son auteur ; l’acte qu’il prépare est journalisé",
    "notifications.index": "marquer comme lue ne change que l’affichage de son propre compteur",
    "notifications.save_draft": "un brouillon n’est lu que de son auteur ; l’acte qu’il prépare est journalisé",
    "referral_sending.write": "rien n’est envoyé : un brouillon n’est lu que de son auteur, l’envoi qui suit est journalisé",
    "referral_sending.write_overriding": "rien n’est envoyé : un brouillon n’est lu que de son auteur, l’envoi qui suit est journalisé",
    "proconnect.ask": "ne fait qu’envoyer chez ProConnect : ce qui en revient est journalisé",
    "proconnect.change_person": "aucune session n’est ouverte ici : seule celle de ProConnect se ferme",
}
