"""How each watched thing stands: pure functions of what was read, each with its sentence."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.core.now import day_of
from app.core.text.french import counted_fr, date_fr, datetime_fr, month_fr, number_fr, size_fr
from app.operations.watch.models import WatchStanding
from app.operations.watch.readings import Readings, SourceReading

#: a task that could run waits less than that, but behind an import
PATIENCE = timedelta(minutes=30)
#: months beyond its usual lag from which a source is asked for; the detection refuses it two months later
LAG = 2
#: a list is made each month, and a few days pass before somebody sees that one did not come
RUN_EVERY = timedelta(days=40)
#: refused entries in an hour from which somebody looks, when they are more than those that were opened
MANY_REFUSALS = 20
#: the night seals the day that is over; another night passes before it is late
SEAL_EVERY = timedelta(days=2)
#: a drill a week, and a day to put right what stopped the last one
DRILL_EVERY = timedelta(days=8)
#: below, an import or a training may not end
LEAST_FREE = 10 * 1024**3
#: connections in use from which the next process may be refused its own
MOST_CONNECTIONS = 0.8
#: an authority, its file and its tests take a season
HOMOLOGATION_NOTICE = timedelta(days=90)


@dataclass(frozen=True)
class Judgement:
    """How a thing stands, and why, in one sentence."""

    standing: WatchStanding
    told: str


def fine(told: str) -> Judgement:
    """It is as it should be."""
    return Judgement(WatchStanding.FINE, told)


def late(told: str) -> Judgement:
    """Something did not come in its time."""
    return Judgement(WatchStanding.LATE, told)


def failing(told: str) -> Judgement:
    """Something was tried and does not work."""
    return Judgement(WatchStanding.FAILING, told)


def judge_tables(read: Readings) -> Judgement:
    """Whether the tables are those of this version."""
    if read.processes.tables:
        return fine("Les tables sont celles que cette version attend.")
    return failing("Les tables de la base ne sont pas celles que cette version attend.")


def judge_clock(read: Readings) -> Judgement:
    """Whether a clock asks for the tasks of the calendar."""
    if read.processes.clock:
        return fine("L’horloge demande les tâches à leur heure.")
    return failing("Aucune horloge ne tourne : rien de ce qui est prévu n’est demandé.")


def judge_worker(read: Readings) -> Judgement:
    """Whether a worker says that it is there."""
    if read.processes.worker:
        return fine("Un worker au moins a donné signe de vie dans la minute.")
    return failing("Aucun worker n’a donné signe de vie dans la minute : courriels, importations et listes attendent.")  # fmt: skip


def judge_queue(read: Readings) -> Judgement:
    """Whether a task has waited too long."""
    waiting = sum(queue.waiting for queue in read.work.queues)
    oldest = max(read.work.queues, key=lambda queue: queue.seconds, default=None)
    if oldest is None or oldest.seconds <= PATIENCE.total_seconds():
        return fine(f"{counted_fr(waiting, 'tâche')} en attente.")
    minutes = number_fr(oldest.seconds // 60)
    return late(
        f"{counted_fr(waiting, 'tâche')} en attente ; la plus ancienne, « {oldest.task} », depuis {minutes} minutes."
    )


def judge_tasks(read: Readings) -> Judgement:
    """Whether tasks failed for good."""
    if read.work.failed == 0:
        return fine("Aucune tâche n’a échoué depuis un jour.")
    return failing(f"Tâches en échec depuis un jour : {number_fr(read.work.failed)}.")


def judge_mail(read: Readings) -> Judgement:
    """Whether e-mails leave."""
    mail = read.mail
    if mail.late:
        return late(f"{counted_fr(mail.late, 'courriel')} en attente depuis une heure ou plus.")
    if mail.given_up:
        return failing(f"{counted_fr(mail.given_up, 'courriel')} sans remise possible.")
    return fine(f"{counted_fr(mail.waiting, 'courriel')} en file d’envoi.")


def judge_imports(read: Readings) -> Judgement:
    """Whether partners’ files came, and were taken."""
    imports, today = read.imports, day_of(read.moment)
    if imports.is_refused:
        return failing("Le dernier lot de fichiers a été refusé.")
    old = [source for source in imports.sources if _is_old(source, today)]
    if old:
        named = ", ".join(f"{source.label} ({month_fr(source.month)})" for source in old)
        return late(f"Derniers mois attendus et non reçus : {named}.")
    if imports.undecided:
        return Judgement(
            WatchStanding.SOON, f"{counted_fr(imports.undecided, 'lot')} en attente d’une décision."
        )
    if not imports.sources:
        return Judgement(WatchStanding.UNSET, "Aucun fichier de partenaire n’a encore été publié.")
    return fine(f"{counted_fr(len(imports.sources), 'source')} à jour.")


def _is_old(source: SourceReading, today: date) -> bool:
    if source.month is None or source.usual is None:
        return False
    age = 12 * (today.year - source.month.year) + today.month - source.month.month
    return age >= source.usual + LAG


def judge_run(read: Readings) -> Judgement:
    """Whether the list of the month was made."""
    run = read.run
    if run.is_failed:
        return failing(f"La détection au {date_fr(run.as_of)} a échoué.")
    if not run.has_model:
        return Judgement(WatchStanding.UNSET, "Aucun modèle n’est en service.")
    if run.began_at is None or read.moment - run.began_at > RUN_EVERY:
        return late(f"Dernière détection lancée : {datetime_fr(run.began_at)}.")
    return fine(f"Dernière détection : au {date_fr(run.as_of)}.")


def judge_drift(read: Readings) -> Judgement:
    """Whether a list is held back because data moved."""
    run = read.run
    if run.is_held_back:
        return failing("La dérive du modèle est au rouge : la dernière liste est retenue.")
    if run.drift is None:
        return Judgement(WatchStanding.UNSET, "Aucune dérive n’a encore été mesurée.")
    return fine("Aucune liste n’est retenue pour dérive.")


def judge_entries(read: Readings) -> Judgement:
    """Whether refusals say that a way in is broken, or tried by somebody."""
    opened, refused = read.entries.opened, read.entries.refused
    told = f"Dans l’heure : connexions {number_fr(opened)}, refus {number_fr(refused)}."
    return failing(told) if refused >= MANY_REFUSALS and refused > opened else fine(told)


def judge_seals(read: Readings) -> Judgement:
    """Whether the days of the journal are sealed."""
    last = read.seals.sealed or read.seals.first
    if last is None:
        return Judgement(WatchStanding.UNSET, "Le journal est vide.")
    # The first line is of a day that the next night seals.
    if read.moment.date() - last > SEAL_EVERY:
        return late(f"Le journal n’est plus scellé depuis le {date_fr(last)}.")
    if read.seals.sealed is None:
        return fine("Le premier jour du journal sera scellé cette nuit.")
    return fine(f"Journal scellé jusqu’au {date_fr(last)}.")


def judge_backup(read: Readings) -> Judgement:
    """Whether a whole backup is recent enough."""
    kept = read.kept
    if kept.is_failed:
        return failing("La dernière sauvegarde a échoué.")
    if kept.made_at is None:
        return Judgement(WatchStanding.UNSET, "Aucune sauvegarde n’a encore été faite.")
    told = f"La dernière sauvegarde entière dit l’instance telle que le {datetime_fr(kept.made_at)}"
    if read.moment - kept.made_at > timedelta(hours=read.backup_hours):
        return late(f"{told}, il y a plus de {number_fr(read.backup_hours)} heures.")
    return fine(f"{told}.")


def judge_drill(read: Readings) -> Judgement:
    """Whether a backup was lately restored."""
    kept = read.kept
    if kept.is_drill_failed:
        return failing("La dernière vérification d’une sauvegarde a échoué.")
    if kept.proved_at is None or read.moment - kept.proved_at > DRILL_EVERY:
        if kept.made_at is None:
            return Judgement(WatchStanding.UNSET, "Il n’y a pas de sauvegarde à vérifier.")
        return late(f"Aucune sauvegarde n’a été restaurée avec succès depuis {number_fr(DRILL_EVERY.days)} jours.")  # fmt: skip
    return fine(f"Une sauvegarde a été restaurée avec succès le {datetime_fr(kept.proved_at)}.")


def judge_disk(read: Readings) -> Judgement:
    """Whether there is room for an import or a training."""
    told = f"Place libre sur le disque de l’instance : {size_fr(read.room.free)} sur {size_fr(read.room.size)}."
    return late(told) if read.room.free < LEAST_FREE else fine(told)


def judge_connections(read: Readings) -> Judgement:
    """Whether the server has connections left."""
    room = read.room
    told = f"Connexions à la base : {number_fr(room.connections)} sur {number_fr(room.most_connections)}."
    is_full = room.connections >= MOST_CONNECTIONS * room.most_connections
    return late(told) if is_full else fine(told)


def judge_homologation(read: Readings) -> Judgement:
    """Whether the homologation is in force, and for long enough to renew it."""
    until, today = read.homologated_until, day_of(read.moment)
    if until is None:
        return Judgement(WatchStanding.UNSET, "La fin de l’homologation n’est pas renseignée.")
    if until < today:
        return late(f"L’homologation est échue depuis le {date_fr(until)}.")
    told = f"L’homologation est en vigueur jusqu’au {date_fr(until)}."
    return (
        Judgement(WatchStanding.SOON, told) if until - today <= HOMOLOGATION_NOTICE else fine(told)
    )
