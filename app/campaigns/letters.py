"""The letter of a campaign: a text where Vigie replaces a few words, for whoever sends it from their own mailbox."""

import re
from collections.abc import Mapping

from app.accounts.models import Agent
from app.companies.models import Company
from app.core.now import today
from app.core.text.french import date_fr

#: the words that are replaced, and what each becomes
WORDS: Mapping[str, str] = {
    "entreprise": "le nom de l’entreprise",
    "siren": "son numéro Siren",
    "commune": "la commune de son siège",
    "agent": "votre nom",
    "administration": "votre administration",
    "courriel": "votre courriel",
    "telephone": "votre téléphone professionnel",
    "date": "la date du jour",
}
_WORD = re.compile(r"\{(\w+)\}")
#: what a new campaign begins with; of an alert, nothing is ever said to a firm
FIRST = (
    "Madame, Monsieur,\n\n"
    "Les services de l’État et leurs partenaires proposent aux entreprises du territoire un échange confidentiel et gratuit sur leur"
    " situation : trésorerie, échéances fiscales et sociales, relations avec les banques, emploi.\n\n"
    "Je vous propose d’en parler, par téléphone ou chez vous, au moment qui vous convient.\n\n"
    "{agent}\n{administration}\n{telephone} – {courriel}"
)


def unknown_in(template: str) -> list[str]:
    """Return the words between braces that Vigie does not replace."""
    return [word for word in _WORD.findall(template) if word not in WORDS]


def written(template: str, company: Company, agent: Agent) -> str:
    """Return the letter that an agent sends to a firm; what is not known stays between braces, to be filled in by hand."""
    said = {
        "entreprise": company.name,
        "siren": company.siren,
        "commune": company.commune,
        "agent": agent.full_name,
        "administration": agent.administration.label,
        "courriel": agent.email,
        "telephone": agent.telephone,
        "date": date_fr(today()),
    }
    return _WORD.sub(lambda found: said.get(found[1]) or found[0], template)
