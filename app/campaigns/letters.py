"""The letter of a campaign: a text where Vigie replaces a few words, for whoever sends it from their own mailbox."""

import re
from collections.abc import Mapping

from app.accounts.models import Agent
from app.companies.models import Company
from app.core.errors import DomainError
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
#: what the standard letter of a new instance says; of an alert, nothing is ever said to a firm
FIRST = (
    "Madame, Monsieur,\n\n"
    "Les services de l’État et leurs partenaires proposent aux entreprises du territoire un échange confidentiel et gratuit sur leur"
    " situation : trésorerie, échéances fiscales et sociales, relations avec les banques, emploi.\n\n"
    "Je vous propose d’en parler, par téléphone ou chez vous, au moment qui vous convient.\n\n"
    "{agent}\n{administration}\n{telephone} – {courriel}"
)


#: an invented firm and an invented agent, on whom a letter is looked at
EXAMPLE: Mapping[str, str] = {
    "entreprise": "Ateliers imaginaires",
    "siren": "000000000",
    "commune": "Ville-Exemple",
    "agent": "Camille Exemple",
    "administration": "Direction exemple",
    "courriel": "camille.exemple@exemple.invalid",
    "telephone": "00 00 00 00 00",
}


def checked(template: str, *, field: str) -> str:
    """Return a letter whose words between braces are all replaced; raise `DomainError` on one that is not."""
    unknown = [word for word in _WORD.findall(template) if word not in WORDS]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in WORDS)
        raise DomainError(
            f"{{{unknown[0]}}} n’est pas un mot que Vigie remplace : {known}.", field=field
        )
    return template


def sampled(template: str) -> str:
    """Return the letter that an invented agent would send to an invented firm."""
    return _filled(template, {**EXAMPLE, "date": date_fr(today())})


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
    return _filled(template, said)


def _filled(template: str, said: Mapping[str, str | None]) -> str:
    return _WORD.sub(lambda found: said.get(found[1]) or found[0], template)
