"""How those who would read a text are told."""

from collections.abc import Iterable

from babel.lists import format_list

from app.core.text.french import counted_fr
from app.network.comments.readers import Audience
from app.network.presenters import audience_label


def audience_choices(audiences: Iterable[Audience]) -> list[tuple[str, str]]:
    """Return the networks an agent can write to about a firm, each with who would read."""
    # The agent's own network comes first: writing to the wider one is a deliberate choice.
    ordered = sorted(audiences, key=lambda audience: audience.network.is_codefi)
    return [(str(audience.network.id), read_by(audience)) for audience in ordered]


def read_by(audience: Audience) -> str:
    """Return « CODEFI 21, lisible par 14 agents : Direccte 9, Urssaf 5 »."""
    label = audience_label(audience.network, audience.departments)
    told = sorted(
        (administration.label, count) for administration, count in audience.counts.items()
    )
    parts = ", ".join(f"{administration} {count}" for administration, count in told)
    readers = counted_fr(sum(audience.counts.values()), "agent")
    names = format_list(audience.left_out, locale="fr")
    accompany = "qui accompagne" if len(audience.left_out) == 1 else "qui accompagnent"
    without = f". Non lisible par {names}, {accompany} l’entreprise" if names else ""
    return f"{label}, lisible par {readers} : {parts}{without}"
