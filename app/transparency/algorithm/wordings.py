"""What the page and the record say in the same words: the purpose, who decides, how to contest."""

from scoring.vocabulary import Level

NAME = "Vigie : détection des entreprises en difficulté"
PURPOSE = (
    "Chaque mois, classer les entreprises selon la probabilité qu’une procédure collective s’ouvre dans les 12, 18 et 24 mois, "
    "pour que des agents publics proposent leur aide plus tôt à celles qui en ont besoin."
)
CONTEXT = (
    "Des entreprises en difficulté sont aidées trop tard : chaque administration n’en voit qu’une partie. Des agents habilités "
    "de plusieurs administrations lisent les alertes de leur territoire, appellent ou visitent l’entreprise, et jugent par eux-mêmes."
)
MOMENT = (
    "Avant la décision : le score choisit quelles entreprises regarder d’abord. Un agent lit les raisons, prend contact, écrit son "
    "propre verdict, et décide seul de proposer ou non un accompagnement, que l’entreprise accepte ou refuse."
)
AUTOMATION = "Outil d’aide à la décision : aucune décision n’est automatique, aucune aide n’est refusée ni donnée par le score."
GROUNDS = (
    "Code des relations entre le public et l’administration, articles L. 311-3-1 (information sur demande) et L. 312-1-3 "
    "(publication des règles)."
)
CONCERNED = (
    "Les entreprises du périmètre, jamais leurs salariés. Une alerte n’est lue que d’agents habilités, tenus au secret, et "
    "chaque lecture laisse une trace."
)
OPERATIONS = (
    "Les fichiers reçus sont vérifiés, puis transformés en variables, datées du jour où elles pouvaient être connues.",
    "Un modèle statistique (arbres de décision, appris sur les procédures passées) estime les trois probabilités de chaque entreprise.",
    "Les probabilités sont recalées sur ce qui a été observé, puis comparées à deux seuils : ce sont les niveaux d’alerte.",
    "Des règles écrites par des experts peuvent relever ou abaisser un niveau ; chacune est publiée, datée et comptée.",
    "Quelques entreprises sont tirées au sort parmi les autres, pour que l’on puisse mesurer ce que vaut la liste.",
    "La liste ne paraît pas si les données ont trop changé depuis l’apprentissage, sauf si une personne le permet et dit pourquoi.",
)
#: level -> what its threshold was chosen for
LEVELS = {
    Level.ELEVEE: "seuil choisi pour se tromper peu : la précision y compte deux fois plus que le rappel (F0,5).",
    Level.MODEREE: "seuil choisi pour oublier peu : le rappel y compte deux fois plus que la précision (F2).",
}
DECIDERS = (
    "Un data scientist signe chaque modèle avant son entrée en service, après des mesures à côté du précédent.",
    "Des experts écrivent les règles, et un data scientist les enregistre avec un motif.",
    "Un agent habilité décide d’appeler, de visiter, d’accompagner : il peut répondre que l’alerte est infondée, et dit pourquoi.",
    "L’entreprise décide d’accepter ou non l’aide proposée.",
)
#: months left to answer whoever asks: beyond, silence is a refusal that may be contested
MONTHS_TO_ANSWER = 1
CONTEST = (
    "Toute entreprise peut demander ce que Vigie sait d’elle, d’où viennent ces données, de quelle date, et ce que chaque thème a pesé.",
    "Elle peut faire corriger une donnée fausse : l’administration d’où elle vient la corrige, et le score suit au mois suivant.",
    "Elle peut contester une alerte ou le fait d’être appelée : sa demande est inscrite dans un registre et une personne y répond.",
    "Une réponse est due en un mois. Sans elle, ou si elle ne convient pas, la CADA peut être saisie dans les deux mois.",
)
