"""What is learnt of a quarter, in words: why it counts, why it stops counting, why it is left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.core.text.french import date_fr
from scoring.vocabulary import LabelFate

INTERVAL_MONTHS = 3


@dataclass(frozen=True, kw_only=True)
class FirmDates:
    """What ended the observation of a firm, as known on the day of a building."""

    opened_on: list[date]
    supported_on: date | None
    closed_on: date | None

    def opening_after(self, day: date) -> date | None:
        """Return the first opening of a procedure after a day."""
        return min((opened for opened in self.opened_on if opened > day), default=None)

    def opening_until(self, day: date) -> date | None:
        """Return the last opening of a procedure until a day."""
        return max((opened for opened in self.opened_on if opened <= day), default=None)


@dataclass(frozen=True, kw_only=True)
class FateWords:
    """How a fate is told: in a cell of the strip, under a colour (`kind`), and in a sentence."""

    short: str
    kind: str
    sentence: str


FATES: Mapping[LabelFate, FateWords] = {
    LabelFate.FOLLOWED: FateWords(
        short="Suivie", kind="learnt", sentence="{seen} jusqu’au {until}, sans défaillance."
    ),
    LabelFate.FAILED: FateWords(
        short="Défaut", kind="event",
        sentence="{seen} : une procédure s’ouvre le {next_opening}. C’est ce que le modèle apprend à prévoir.",
    ),
    LabelFate.SUPPORTED: FateWords(
        short="½ aide", kind="half",
        sentence="{half} : un accompagnement s’ouvre le {supported}. La suite n’est pas apprise : l’aide a pu la changer.",
    ),
    LabelFate.SUPPORTED_WHOLE: FateWords(
        short="Aide", kind="half",
        sentence="{seen} : un accompagnement s’ouvre le {supported}, dernier jour d’un trimestre. La suite n’est pas apprise.",
    ),
    LabelFate.CLOSED: FateWords(
        short="½ fin", kind="half",
        sentence="{half} : elle cesse d’être active le {closed}, sans procédure.",
    ),
    LabelFate.CLOSED_WHOLE: FateWords(
        short="Fin", kind="half",
        sentence="{seen} : elle cesse d’être active le {closed}, dernier jour d’un trimestre, sans procédure.",
    ),
    LabelFate.MATURING: FateWords(
        short="En cours", kind="waiting",
        sentence="{seen} jusqu’au {until}, sans défaillance ; la suite n’était pas encore connue.",
    ),
    LabelFate.ALREADY_SUPPORTED: FateWords(
        short="Aidée", kind="excluded",
        sentence="Accompagnée depuis le {supported} : ce qui lui arrive ne dit plus ce qui serait arrivé sans aide.",
    ),
    LabelFate.ALREADY_CLOSED: FateWords(
        short="Partie", kind="excluded", sentence="Sans activité depuis le {closed}."
    ),
    LabelFate.PROCEDURE: FateWords(
        short="Procéd.", kind="excluded",
        sentence="Déjà en procédure ce jour-là, à ce qu’on en savait : le modèle n’apprend que l’entrée en procédure.",
    ),
    LabelFate.BLIND: FateWords(
        short="Aveugle", kind="excluded",
        sentence="Le jugement du {last_opening} était rendu et pas encore publié : la liste ne pouvait pas le savoir.",
    ),
    LabelFate.GONE: FateWords(
        short="Inactive", kind="excluded", sentence="Sans activité connue ce jour-là."
    ),
    LabelFate.OUTSIDE: FateWords(
        short="Hors", kind="excluded",
        sentence="Hors du périmètre de la détection ce jour-là, ou inconnue.",
    ),
}  # fmt: skip
NOT_YET = "Aucun trimestre ne s’est encore écoulé en entier."


def months_after(day: date, months: int) -> date:
    """Return the first day of a month, some months after another."""
    whole = day.year * 12 + day.month - 1 + months
    return date(whole // 12, whole % 12 + 1, 1)


def why(fate: LabelFate, count: int, day: date, dates: FirmDates) -> str:
    """Return what a quarter teaches, in a sentence or two; ``count``: its interval rows."""
    if fate is LabelFate.MATURING and not count:
        return NOT_YET
    plural = "s" if count > 1 else ""
    seen = f"{count} trimestre{plural} suivi{plural}"
    return FATES[fate].sentence.format(
        seen=seen,
        half=f"{seen}, le dernier à demi-poids",
        until=date_fr(months_after(day, INTERVAL_MONTHS * count)),
        next_opening=date_fr(dates.opening_after(day)),
        last_opening=date_fr(dates.opening_until(day)),
        supported=date_fr(dates.supported_on),
        closed=date_fr(dates.closed_on),
    )
