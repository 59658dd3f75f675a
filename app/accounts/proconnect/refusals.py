"""Why a sign-in with ProConnect ends without a session: for each reason, what the person reads and can do."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.accounts.proconnect.person import Person


class Remedy(StrEnum):
    """The one thing to do next."""

    RETRY = "retry"
    CHANGE_PERSON = "change_person"
    CONTACT = "contact"


class RefusalReason(StrEnum):
    """The code of a refusal, as recorded in the journal."""

    ABANDONED = "abandoned"
    CODE_SPENT = "code_spent"
    INACTIVE = "inactive"
    NOT_ASKED = "not_asked"
    NO_RIGHTS = "no_rights"
    OTHER_PERSON = "other_person"
    PROVIDER_ERROR = "provider_error"
    UNKNOWN = "unknown"
    UNREACHABLE = "unreachable"
    UNVERIFIED = "unverified"
    WEAK = "weak"


@dataclass(frozen=True, kw_only=True)
class RefusalPage:
    """A refusal page. ``status`` is the HTTP status; ``steps`` are what to do, in order."""

    status: int
    title: str
    text: str
    steps: tuple[str, ...] = ()
    remedy: Remedy = Remedy.RETRY
    #: whether to show whom to contact
    shows_contacts: bool = False


class SignInRefusedError(Exception):
    """No session is opened. ``person`` is whom ProConnect identified, ``agent_id`` their account, if any."""

    def __init__(
        self,
        reason: RefusalReason,
        *,
        person: "Person | None" = None,
        agent_id: int | None = None,
        detail: str = "",
    ) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.person = person
        self.agent_id = agent_id
        #: for the log and the journal, never for the page
        self.detail = detail


REFUSAL_PAGES = {
    RefusalReason.ABANDONED: RefusalPage(
        status=403,
        title="Connexion interrompue",
        text="Vous avez renoncé, ou ProConnect n’a pas pu vous identifier. Aucune session n’est ouverte.",
    ),
    RefusalReason.CODE_SPENT: RefusalPage(
        status=400,
        title="La connexion a trop attendu",
        text="Ce que ProConnect a remis à votre navigateur sert une seule fois, pendant une minute.",
    ),
    RefusalReason.INACTIVE: RefusalPage(
        status=403,
        title="Votre compte est suspendu",
        text="ProConnect vous a reconnu, mais votre compte Vigie est fermé ou suspendu. Demandez sa réouverture à la "
        "personne qui gère les accès de votre administration.",
        remedy=Remedy.CONTACT,
        shows_contacts=True,
    ),
    RefusalReason.NOT_ASKED: RefusalPage(
        status=400,
        title="La connexion n’a pas pu être vérifiée",
        text="Ce retour de ProConnect ne répond à aucune demande en cours dans ce navigateur : la page a été rechargée, "
        "la demande date de plus de dix minutes, ou vous avez suivi le lien de quelqu’un d’autre.",
    ),
    RefusalReason.NO_RIGHTS: RefusalPage(
        status=403,
        title="ProConnect vous a reconnu, vos droits ne sont pas en vigueur",
        text="Vous avez un compte dans Vigie, mais aucune habilitation en cours : elle a expiré, a été retirée ou n’a pas "
        "encore commencé. Demandez-en une nouvelle au correspondant de votre administration.",
        remedy=Remedy.CONTACT,
        shows_contacts=True,
    ),
    RefusalReason.OTHER_PERSON: RefusalPage(
        status=403,
        title="Votre compte est relié à une autre identité",
        text="ProConnect vous a reconnu, mais le compte Vigie qui porte votre adresse est déjà relié à une autre identité "
        "ProConnect. C’est le cas après un changement de fournisseur d’identité. Demandez qu’il soit délié.",
        remedy=Remedy.CHANGE_PERSON,
        shows_contacts=True,
    ),
    RefusalReason.PROVIDER_ERROR: RefusalPage(
        status=502,
        title="ProConnect a refusé la demande",
        text="ProConnect a répondu par une erreur : rien n’est de votre fait. Réessayez dans quelques minutes.",
    ),
    RefusalReason.UNKNOWN: RefusalPage(
        status=403,
        title="ProConnect vous a reconnu, Vigie ne vous connaît pas",
        text="Aucun compte n’a été préparé pour vous. Si vous en attendez un, vérifiez que c’est bien sous cette identité, "
        "puis demandez-le au correspondant de votre administration.",
        remedy=Remedy.CHANGE_PERSON,
        shows_contacts=True,
    ),
    RefusalReason.UNREACHABLE: RefusalPage(
        status=502,
        title="ProConnect ne répond pas",
        text="Vigie n’a pas pu joindre ProConnect. Réessayez dans quelques minutes.",
    ),
    RefusalReason.UNVERIFIED: RefusalPage(
        status=502,
        title="La réponse de ProConnect n’a pas pu être vérifiée",
        text="Par prudence, aucune session n’est ouverte. Réessayez ; si cela se répète, signalez-le.",
    ),
    RefusalReason.WEAK: RefusalPage(
        status=403,
        title="Un second facteur est nécessaire",
        text="Vigie montre des données couvertes par le secret : un mot de passe seul ne suffit pas.",
        steps=(
            "Ouvrez la gestion de votre compte chez le fournisseur d’identité de votre administration.",
            "Activez un second facteur : une application d’authentification, une clé de sécurité ou votre carte agent.",
            "Revenez ici et reconnectez-vous : ProConnect vous le demandera.",
        ),
        shows_contacts=True,
    ),
}  # fmt: skip
