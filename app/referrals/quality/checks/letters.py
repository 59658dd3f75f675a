"""What is written to the asker when their need goes no further: a few models, that name neither the firm nor an agent."""

from collections.abc import Mapping, Sequence

from app.core.front.addresses import address_of
from app.messages.letters import Letter, Link, Part
from app.referrals.needs.models import CheckVerdict
from app.referrals.quality.models import CheckLetter

#: the letters that each verdict may be followed by
OF_VERDICT: Mapping[CheckVerdict, CheckLetter] = {
    CheckVerdict.OUT_OF_SCOPE: CheckLetter.OUT_OF_SCOPE,
    CheckVerdict.PRIVATE: CheckLetter.PRIVATE,
    CheckVerdict.DUPLICATE: CheckLetter.ALREADY,
}
_OUT = (
    "Vous avez décrit un besoin à l’administration. Il ne relève pas de l’aide aux entreprises que ce service oriente :"
    " il n’est transmis à personne, et ce que vous avez écrit sera effacé."
)
_PRIVATE = (
    "Vous avez décrit un besoin à l’administration. Ce service est réservé aux entreprises : votre demande n’est transmise"
    " à personne, et ce que vous avez écrit sera effacé."
)
_AT_HOME = (
    "Pour une démarche personnelle, le site service-public.fr vous dit à qui vous adresser, et une maison France services"
    " vous reçoit près de chez vous."
)
TEXTS: Mapping[CheckLetter, Sequence[str]] = {
    CheckLetter.OUT_OF_SCOPE: (
        _OUT,
        "Si votre entreprise a un autre besoin, vous pouvez le décrire de la même façon.",
    ),
    CheckLetter.PRIVATE: (_PRIVATE, _AT_HOME),
    CheckLetter.ALREADY: (
        "Vous avez décrit un besoin qui nous est déjà parvenu de votre entreprise : il est suivi, et vous n’avez rien à faire.",
        "Cette seconde demande n’est transmise à personne d’autre, pour que vous ne soyez pas appelé deux fois.",
    ),
}
CLOSING = (
    "Vous recevez ce courriel parce que vous avez donné cette adresse en décrivant votre besoin."
)


def letter_of(kind: CheckLetter) -> Letter:
    """Return a letter, ready to be posted; it leads to who answers for this service."""
    return Letter(
        subject=kind.label,
        parts=[Part(text=text) for text in TEXTS[kind]],
        action=Link(label="Qui édite ce service", url=address_of("about.legal")),
        closing=CLOSING,
    )
