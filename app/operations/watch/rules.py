"""The things watched, in one list: the screen, the e-mails and the metrics judge by it, and by nothing else.

Each is judged by a pure function of what was read; what to do when it is not in order is said beside it, in one sentence.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.core.text.french import size_fr
from app.operations.watch import judgements
from app.operations.watch.judgements import Judgement
from app.operations.watch.readings import Readings


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A thing that is watched: its code, its name, how it is judged, what to do when it is not in order."""

    code: str
    label: str
    judge: Callable[[Readings], Judgement]
    todo: str
    #: whether its changes are told by e-mail: not those of e-mails themselves, which the bell tells
    is_mailed: bool = True


WATCHED: Sequence[Watched] = (
    Watched(
        code="tables", label="Tables de la base", judge=judgements.judge_tables,
        todo="Faites une sauvegarde, puis lancez « flask --app wsgi instance create ».",
    ),
    Watched(
        code="clock", label="Horloge", judge=judgements.judge_clock,
        todo="Relancez le service vigie-clock et lisez ce qu’il dit en démarrant.",
    ),
    Watched(
        code="worker", label="Worker", judge=judgements.judge_worker,
        todo="Relancez le service vigie-worker et lisez ce qu’il dit en démarrant.",
    ),
    Watched(
        code="queue", label="File des tâches", judge=judgements.judge_queue,
        todo="Voyez si une importation est en cours ; sinon, relancez le worker, ou lancez-en un second.",
    ),
    Watched(
        code="tasks", label="Tâches en échec", judge=judgements.judge_tasks,
        todo="Cherchez « Job » et « error » dans le journal technique du worker : l’endroit du code y est dit.",
    ),
    Watched(
        code="mail", label="Courriels", judge=judgements.judge_mail, is_mailed=False,
        todo="Ouvrez « Courriels » : chacun y dit pourquoi il ne part pas ; renvoyez-les une fois le serveur rétabli.",
    ),
    Watched(
        code="imports", label="Fichiers des partenaires", judge=judgements.judge_imports,
        todo="Ouvrez « Données » : décidez du lot, ou demandez au partenaire le fichier du mois.",
    ),
    Watched(
        code="run", label="Détection du mois", judge=judgements.judge_run,
        todo="Ouvrez « Modèle », lisez l’étape en échec, puis reprenez la détection.",
    ),
    Watched(
        code="drift", label="Dérive du modèle", judge=judgements.judge_drift,
        todo="Un data scientist lit la dérive sur « Modèle », puis autorise la liste avec un motif ou entraîne un modèle.",
    ),
    Watched(
        code="entries", label="Connexions", judge=judgements.judge_entries,
        todo="Un contrôleur lit au journal les connexions refusées : ProConnect en panne, ou quelqu’un qui essaie.",
    ),
    Watched(
        code="seals", label="Sceaux du journal", judge=judgements.judge_seals,
        todo="Lancez « flask --app wsgi journal seal », puis « journal verify », et voyez si l’horloge tourne la nuit.",
    ),
    Watched(
        code="backup", label="Sauvegarde", judge=judgements.judge_backup,
        todo="Lancez « flask --app wsgi instance backup » et lisez ce qu’elle répond ; voyez si son disque est monté.",
    ),
    Watched(
        code="drill", label="Vérification des sauvegardes", judge=judgements.judge_drill,
        todo="Ouvrez « Sauvegardes », lisez ce qui a manqué, corrigez, puis lancez une vérification.",
    ),
    Watched(
        code="disk", label="Place sur le disque", judge=judgements.judge_disk,
        todo=f"Libérez de la place : une importation ou un apprentissage en demande {size_fr(judgements.LEAST_FREE)}.",
    ),
    Watched(
        code="connections", label="Connexions à la base", judge=judgements.judge_connections,
        todo="Relevez max_connections, ou lancez moins de processus web.",
    ),
    Watched(
        code="homologation", label="Homologation", judge=judgements.judge_homologation,
        todo="Lancez « flask --app wsgi instance homologation DOSSIER », remettez-le à l’autorité, puis changez VIGIE_HOMOLOGATION_UNTIL.",
    ),
)  # fmt: skip


def judge_all(read: Readings) -> dict[str, Judgement]:
    """Return how each watched thing stands, by code, in the order of the list."""
    return {thing.code: thing.judge(read) for thing in WATCHED}
