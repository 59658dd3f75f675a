"""Every page of the product in a real browser, as the person it is for: accessible in its four states, and no complaint of the browser."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from app.core.access.identity import Nature, Role
from app.core.database.unit_of_work import TransactionalFlask
from app.imports.models import Batch, BatchCheck, BatchFile, BatchState, SourceCoverage
from scoring.vocabulary import CheckLevel
from tests.e2e.accessibility import assert_accessible
from tests.factories.cases import close_case, open_case
from tests.factories.companies import series
from tests.factories.confidences import Confidences
from tests.factories.network import system
from tests.factories.people import newcomer
from tests.support.readers import open_session
from tests.web.test_departures import leave

#: whom the pages of a blueprint, or one page, are for; the others are for an agent
READERS = {
    "about": None,
    "algorithm": None,
    "absences.of_colleague": "manager",
    "case_departures": "manager",
    "audit": "controller",
    "accounts.sign_in": None,
    "demands": "admin",
    "detection_runs": "scientist",
    "exploration.decide": "manager",
    "referral_sending.overrides": "controller",
    "directory_antennes.change_institution": "admin",
    "directory_antennes.create": "admin",
    "directory_antennes.create_institution": "admin",
    "directory_antennes.managers": "admin",
    "directory_subjects.change": "admin",
    "directory_subjects.create": "admin",
    "directory_subjects.create_fallback": "admin",
    "checks": "team",
    "expert_rules": "scientist",
    "habilitations": "admin",
    "habilitations.decide_entry": "correspondent_urssaf",
    "habilitations.decide_role": "controller",
    "habilitations.role_requests": "controller",
    "habilitations.mine": "alice",
    "ideas.answer": "scientist",
    "ideas.tell_change": "scientist",
    "impact": "manager",
    "institution_files": "team",
    "guichet": None,
    "guichet_advisers": "adviser",
    "guichet_follow_up": None,
    "guichet_landings": "team",
    "guichet_landings.done": None,
    "guichet_landings.show": None,
    "openings": "team",
    "quality": "team",
    "label_store": "scientist",
    "links": None,
    "mail": "admin",
    "openly": None,
    "need_sheet": "bob",
    "need_sheet.choose": "team",
    "need_sheet.withdraw": "team",
    "operations": "admin",
    "service": "admin",
    "imports": "admin",
    "model": "scientist",
    "person_files": "controller",
    "person_findings": "controller",
    "person_requests": "controller",
    "proconnect": None,
    "public_stats": None,
    "replies": "scientist",
    "reports": "admin",
    "retention": "admin",
    "slips": "archivist",
    "standard_letters": "admin",
    "studies": "manager",
    "studies.register": "scientist",
    "trainings": "scientist",
    "unlocks.network": "manager",
    "values": "admin",
    "withdrawals": "scientist",
}
#: what answers GET without being a page: files, redirections, the counter of the header, the API
NOT_PAGES = frozenset(
    {
        "accounts.welcome",
        "slips.package",
        "algorithm.card",
        "algorithm.record",
        "api.case",
        "api.cases",
        "api.changes",
        "api.comments",
        "api.deadlines",
        "api.openapi",
        "api.visits",
        "attachments.read",
        "audit.export",
        "bulk.export",
        "case_returns.original",
        "case_files.table",
        "case_files.workbook",
        "calendar.read",
        "campaigns.export",
        "coverage.table",
        "coverage.workbook",
        "detections.export",
        "directory_files.export",
        "directory_files.original",
        "guichet.communes",
        "habilitations.export",
        "health.show",
        "habilitations.export_agents",
        "habilitations.export_review",
        "habilitations.import_template",
        "imports.rejects",
        "metrics.show",
        "institution_files.workbook",
        "models_registry.card",
        "models_registry.measures",
        "notifications.counter",
        "openly.security",
        "public_stats.open_data",
        "reports.download",
        "person_files.download",
        "proconnect.come_back",
        "proconnect.go_in",
        "proconnect.signed_out",
        "routing.communes",
        "search.suggestions",
        "sittings.export",
        "static",
    }
)
#: of an accompagnement that is over, of somebody who left, of a need that is typed, or for a data scientist: looked at apart
APART = frozenset(
    {
        "case_handovers.of_leaver",
        "case_lifecycle.duplicate",
        "case_lifecycle.reopen",
        "guichet_advisers.show",
        "label_store.find",
        "label_store.firm",
        "referral_sending.send",
        "referral_sending.send_overriding",
        "referral_sending.write_overriding",
    }
)
QUERIES = {"routing.who_answers": "?sujet=1&commune=Dijon", "search.results": "?q=forges"}
#: the same pages when there is nothing to show, or something else
VARIANTS = (
    "/detections?niveau=moderee&effectif_min=100000",
    "/detections?effectif_min=beaucoup",
    "/recherche",
    "/recherche?q=introuvable",
    "/recherche?q=123456789",
    "/accompagnements?etat=termine",
    "/accompagnements?vue=tableau",
    "/accompagnements?vue=calendrier",
    "/entreprises/300000007",
)
REFUSALS = (("/nulle-part", 404), ("/impact", 403), ("/accompagnements/999999", 404))


@pytest.fixture
def confidences(confidences: Confidences) -> Confidences:
    """A firm with everything that can happen to it, drawn over three years; a batch with rejects, another refused."""
    siret = confidences.world.siret_21
    with system() as session:
        for code in ("effectif", "ap_consommee", "cotisation", "dette_salariale"):
            series(session, siret, code, [float(month % 7) for month in range(36)])
        session.add(
            BatchFile(
                batch_id="lot-secret", source="debit", name="sigfaible_debits.csv", sha256="0" * 64, size=12,
                rows=12, valid=10, rejected=2, outside=0, reasons={"siret": 2}, is_new=True,
            )
        )  # fmt: skip
        session.add(
            BatchCheck(
                batch_id="lot-secret", source="debit", source_label="Débits Urssaf", name="fewer_rows",
                label="Lignes en moins", unit="share", level=CheckLevel.RED, measure=0.5, orange=0.05, red=0.3,
                before=24, now=12,
            )
        )  # fmt: skip
        refused = Batch(id="lot-refuse", state=BatchState.FAILED, origin="test", error="Illisible")
        waiting = Batch(
            id="lot-en-attente", state=BatchState.WAITING, origin="test", level=CheckLevel.RED
        )
        session.add_all((refused, waiting))
        months = list(range(36))
        session.add(SourceCoverage(source="debit", first_month=date(2023, 7, 1), rows=months))
    return confidences


@pytest.mark.parametrize(
    "reader",
    [
        None,
        "alice",
        "bob",
        "team",
        "manager",
        "scientist",
        "admin",
        "controller",
        "correspondent_urssaf",
        "archivist",
    ],
)
def test_every_page(
    page: Page, app: TransactionalFlask, confidences: Confidences, reader: str | None
) -> None:
    if reader:
        _sign_in(page, app, getattr(confidences.world, reader))
    for address in _pages(app, confidences, reader):
        _look(page, address)


def test_pages_that_have_little_to_show(
    page: Page, app: TransactionalFlask, confidences: Confidences
) -> None:
    _sign_in(page, app, confidences.world.alice)
    for address in VARIANTS:
        _look(page, address)
    case_id = open_case(confidences.world.alice, confidences.world.siret_21_quiet)
    close_case(confidences.world.alice, case_id)
    for tail in ("", "/reouverture", "/duplication"):
        _look(page, f"/accompagnements/{case_id}{tail}")
    leave(confidences.world.alice)
    _sign_in(page, app, confidences.world.manager)
    for address in ("sans-referent", f"transmission/{confidences.world.alice}"):
        _look(page, f"/accompagnements/{address}")
    _sign_in(page, app, confidences.world.admin)
    for address in ("lot-refuse", "lot-en-attente", "lot-en-attente/publier"):
        _look(page, f"/donnees/lots/{address}")
    with system() as session:
        reads = newcomer(session, "science-21", natures={"21": [*Nature]}, roles=(Role.DATA_SCIENTIST,))  # fmt: skip
    _sign_in(page, app, reads)
    for address in (
        "entreprise",
        f"entreprises/{confidences.world.siren_21}",
        "entreprises/200000008",
    ):
        _look(page, f"/modele/etiquettes/{address}")
    _sign_in(page, app, confidences.world.stranger)
    for address in ("/", "/detections", "/accompagnements", "/fil"):
        _look(page, address)


def test_refusals(page: Page, app: TransactionalFlask, confidences: Confidences) -> None:
    _look(page, "/compte", status=401)
    _sign_in(page, app, confidences.world.alice)
    for address, status in REFUSALS:
        _look(page, address, status=status)
        expect(page.get_by_role("navigation", name="Menu principal")).to_be_attached()
    page.goto(f"/etablissements/{confidences.world.siret_21}/visite")
    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        page.get_by_role("button", name="Enregistrer la visite").click()
    assert sent.value.status == 422
    expect(page.get_by_role("alert").first).to_be_visible()
    assert_accessible(page)


def _look(page: Page, address: str, *, status: int = 200) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == status, address
    assert_accessible(page)


def _pages(app: TransactionalFlask, known: Confidences, reader: str | None) -> Iterator[str]:
    """The addresses of all the pages that are for ``reader``: a new one is looked at without being named here."""
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint not in NOT_PAGES | APART
    ]
    with app.test_request_context():
        urls = app.url_map.bind("")
        for rule in rules:
            blueprint = rule.endpoint.partition(".")[0]
            if READERS.get(rule.endpoint, READERS.get(blueprint, "alice")) == reader:
                arguments = {name: known.arguments[name] for name in rule.arguments}
                yield urls.build(rule.endpoint, arguments) + QUERIES.get(rule.endpoint, "")


def _sign_in(page: Page, app: TransactionalFlask, agent_id: int) -> None:
    """A session such as the sign-in page opens; the page itself is tried in `test_signing_in`."""
    page.goto("/aide")
    key = open_session(agent_id)
    page.context.add_cookies([{"name": "vigie", "value": key, "url": page.url}])
