"""The pages and the questions of « Lire une alerte ». The firms of the examples are invented."""

from dataclasses import dataclass

#: changes when the pages say something else: whoever finished a former version is reminded again
VERSION = 1
MINUTES = 10


@dataclass(frozen=True, kw_only=True)
class LessonPage:
    """A page: what it teaches, in a few sentences, and an invented example."""

    title: str
    texts: tuple[str, ...]
    example: str


@dataclass(frozen=True, kw_only=True)
class LessonQuestion:
    """A question: its choices, the right one by place, and why."""

    code: str
    text: str
    choices: tuple[str, ...]
    right: int
    why: str


PAGES = (
    LessonPage(
        title="Ce qu’une alerte dit, et ce qu’elle ne dit pas",
        texts=(
            (
                "Une alerte dit qu’une entreprise ressemble à d’autres qui sont entrées en procédure collective dans les deux ans. "
                "Elle ne dit pas que celle-ci y entrera, ni qu’elle est mal gérée."
            ),
            (
                "Une alerte élevée se trompe moins souvent, mais en oublie davantage ; une alerte modérée en oublie moins, mais "
                "se trompe plus."
            ),
            (
                "Ce que vaut le modèle en service, avec ses intervalles, est sur la page publique de l’algorithme : lisez-le avant de "
                "dire à quelqu’un qu’une alerte est sûre."
            ),
        ),
        example="La Menuiserie de l’Exemple est en alerte modérée. Sur dix entreprises comme elle, plusieurs n’auront jamais de "
        "procédure : on l’appelle pour comprendre, pas pour lui annoncer une faillite.",
    ),
    LessonPage(
        title="Lire les raisons",
        texts=(
            (
                "Chaque thème ajoute au risque ou lui retire. Un thème qui pèse est une piste, pas une preuve : c’est à côté des autres "
                "entreprises qu’une valeur est haute ou basse."
            ),
            "Le contexte (secteur, taille, département, âge) pèse aussi, mais n’est jamais une cause : l’entreprise n’y peut rien.",
            "« Non habilité » ne veut pas dire « zéro » : un thème que vous ne lisez pas a pesé quand même.",
        ),
        example="Aux Transports de l’Exemple, les dettes sociales augmentent nettement le risque, l’effectif le diminue un peu. "
        "Première question à poser : la dette est-elle un incident, ou dure-t-elle ?",
    ),
    LessonPage(
        title="Regarder les dates",
        texts=(
            "Chaque source a un dernier mois connu. Un tiret n’est jamais un zéro : la donnée n’est pas encore arrivée.",
            "Les comptes annuels ont souvent un an ou plus : ils disent d’où vient l’entreprise, pas où elle en est.",
            "Une dette payée hier figure encore dans l’alerte d’aujourd’hui : demandez avant d’affirmer.",
        ),
        example="La liste de la Fonderie de l’Exemple connaît les cotisations jusqu’à septembre. En novembre, elle a obtenu un délai : "
        "l’alerte ne le sait pas, son dirigeant si.",
    ),
    LessonPage(
        title="Les règles, le tirage au sort, les signalements",
        texts=(
            "Une règle d’expert peut déplacer un niveau : elle est écrite sur la fiche, et publiée.",
            (
                "Quelques entreprises sont tirées au sort, pour que l’on puisse mesurer ce que vaut la liste. Elles se "
                "contactent comme les autres."
            ),
            (
                "Vous savez ce que les données ne savent pas encore : signalez une entreprise, elle prendra place dans les "
                "listes, marquée comme telle."
            ),
        ),
        example="La Scierie de l’Exemple n’est pas en alerte, mais son premier client vient de fermer : un signalement la fait suivre.",
    ),
    LessonPage(
        title="Décider, répondre, garder le secret",
        texts=(
            "C’est vous qui décidez. Écrivez votre verdict après le contact, sans le recopier du score : il sert à mesurer le modèle.",
            (
                "Si l’alerte est infondée, répondez-le et dites pourquoi : la réponse est lue par l’équipe, et par tous ceux qui "
                "lisent l’alerte."
            ),
            (
                "Ne dites jamais à un tiers qu’une entreprise est en alerte. Si elle demande ce que l’on sait d’elle, un relevé "
                "se fait en un clic, et sa demande s’inscrit au registre : une réponse lui est due en un mois."
            ),
        ),
        example="Le banquier de la Menuiserie de l’Exemple vous demande si elle est « dans vos listes ». La réponse est toujours la "
        "même : vous n’avez rien à en dire.",
    ),
)
QUESTIONS = (
    LessonQuestion(
        code="sens",
        text="Une entreprise est en alerte élevée. Que peut-on en dire ?",
        choices=(
            "Elle entrera en procédure collective dans les deux ans.",
            "Elle ressemble à des entreprises qui y sont entrées : il faut regarder.",
            "Son dirigeant a commis une faute de gestion.",
        ),
        right=1,
        why="Une alerte est une ressemblance, mesurée sur le passé ; elle ne prédit pas le sort d’une entreprise.",
    ),
    LessonQuestion(
        code="niveau",
        text="Par rapport à une alerte élevée, une alerte modérée…",
        choices=(
            "oublie moins d’entreprises, mais se trompe plus souvent.",
            "se trompe moins souvent.",
            "dit que l’entreprise ira mieux.",
        ),
        right=0,
        why="Le seuil de l’alerte modérée est choisi pour oublier peu, celui de l’alerte élevée pour se tromper peu.",
    ),
    LessonQuestion(
        code="tiret",
        text="Sur la fiche, la dette d’octobre est un tiret. Cela veut dire…",
        choices=(
            "que l’entreprise ne doit rien.",
            "que la donnée d’octobre n’est pas connue.",
            "que l’entreprise a demandé à la cacher.",
        ),
        right=1,
        why="Un mois au-delà de la fraîcheur de la source est un tiret, jamais un zéro.",
    ),
    LessonQuestion(
        code="contexte",
        text="Le secteur de l’entreprise augmente le risque. C’est…",
        choices=(
            "la cause de ses difficultés.",
            "une erreur du modèle.",
            "un élément de contexte : il pèse, mais n’est pas une cause.",
        ),
        right=2,
        why="Le contexte est pesé, et n’est jamais montré comme une cause : l’entreprise n’y peut rien.",
    ),
    LessonQuestion(
        code="tirage",
        text="Une entreprise est sur la liste par tirage au sort. Que faire ?",
        choices=(
            "La contacter comme les autres.",
            "L’ignorer : elle n’a pas de difficulté.",
            "Demander qu’elle soit retirée de la liste.",
        ),
        right=0,
        why="Sans visites tirées au sort, on ne saurait pas ce que la liste oublie.",
    ),
    LessonQuestion(
        code="verdict",
        text="Après la visite, votre verdict…",
        choices=(
            "doit confirmer le niveau de l’alerte.",
            "est le vôtre, même s’il contredit l’alerte.",
            "est calculé par le modèle.",
        ),
        right=1,
        why="Un verdict recopié du score ferait croire que le modèle a raison.",
    ),
    LessonQuestion(
        code="secret",
        text="Un fournisseur vous demande si une entreprise est en alerte. Vous répondez…",
        choices=(
            "oui ou non, sans donner de détail.",
            "seulement si elle n’est pas en alerte.",
            "que vous n’avez rien à en dire, dans tous les cas.",
        ),
        right=2,
        why="Ne répondre que « non » revient à dire « oui » les autres fois.",
    ),
)
