"""Who may do what, from the policy that runs: permissions by role, and what anybody may open."""

from flask import Flask

from app.core.access.guard import GuardedFlask, Public
from app.core.access.identity import Role
from app.core.access.permissions import Permission, rule_of
from app.core.text.french import number_fr
from app.operations.homologation.document import DossierPart, DossierTable


def permissions() -> DossierPart:
    """Each permission, the roles that hold it, whether a habilitation is needed, whether the object decides too."""
    lines = []
    for permission in sorted(Permission, key=str):
        rule = rule_of(permission)
        held = ["oui" if role in rule.roles else "" for role in Role]
        on = "oui" if rule.needs_habilitation and not rule.is_own else ""
        lines.append((permission.value, *held, on, "oui" if rule.when else ""))
    headings = ["permission", *(role.value for role in Role), "habilitation exigée", "selon l’objet"]  # fmt: skip
    return DossierPart(
        title="Rôles et permissions",
        said=[
            (f"{number_fr(len(lines))} permissions. Un rôle dit ce qu’un compte peut faire ; une habilitation dit ce qu’il peut lire, où, "
            "jusqu’à quand. La même table, adresse par adresse : « flask --app wsgi access matrix ».")
        ],
        table=DossierTable(headings=headings, lines=lines),
    )  # fmt: skip


def open_addresses(app: Flask) -> DossierPart:
    """What anybody may open, and why."""
    assert isinstance(app, GuardedFlask)  # noqa: S101 - the only class that Vigie builds
    lines = [
        (rule.rule, policy.why)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        if isinstance(policy := app.policy_of(rule.endpoint), Public)
    ]
    return DossierPart(
        title="Adresses ouvertes sans session",
        said=["Toutes les autres déclarent une permission, ou l’application ne démarre pas."],
        table=DossierTable(headings=["adresse", "pourquoi"], lines=sorted(set(lines))),
    )
