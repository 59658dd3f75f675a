"""The values that an empty instance holds: code, label, definition, in the order in which they are offered.

Sectors, actions and tags are those that agents know; the other lists are proposed, for administrators to edit.
"""

from app.values.models import ValueList

Values = tuple[tuple[str, str, str], ...]

SECTORS: Values = (
    ("aeronautique", "Aéronautique", "Construction, équipement et entretien d’aéronefs et d’engins spatiaux, et leurs sous-traitants."),
    ("agroalimentaire", "Agroalimentaire", "Transformation de produits agricoles, de la pêche et de l’élevage, et boissons."),
    ("automobile", "Automobile", "Constructeurs, équipementiers et sous-traitants de l’automobile, du poids lourd et du cycle."),
    ("bois", "Bois", "De la forêt à la scierie, au meuble et à la construction en bois."),
    ("chimie", "Chimie", "Chimie de base et de spécialité, matériaux, plasturgie et caoutchouc."),
    ("construction", "Construction", "Bâtiment, travaux publics et matériaux de construction."),
    ("dechets", "Déchets", "Collecte, tri, recyclage et valorisation."),
    ("eau", "Eau", "Captage, traitement et distribution de l’eau, assainissement."),
    ("electronique", "Électronique", "Composants, cartes, équipements électriques et électroniques."),
    ("ferroviaire", "Ferroviaire", "Matériel roulant, voies, signalisation et leurs sous-traitants."),
    ("hotel_restauration", "Hôtel et restauration", "Hébergement, restaurants, traiteurs et débits de boissons."),
    ("metallurgie", "Métallurgie", "Sidérurgie, fonderie, forge, usinage et traitement des métaux."),
    ("mode", "Mode", "Habillement, cuir, chaussure, accessoires et luxe."),
    ("naval", "Naval", "Construction et réparation de navires et d’équipements maritimes."),
    ("nucleaire", "Nucléaire", "Combustible, réacteurs, entretien, démantèlement et leurs sous-traitants."),
    ("numerique", "Numérique", "Logiciels, services informatiques, télécommunications et données."),
    ("papeterie", "Papeterie", "Pâte à papier, papier, carton, emballage et imprimerie."),
    ("sante", "Santé", "Médicament, dispositifs médicaux, établissements et services de soins."),
    ("textile", "Textile", "Filature, tissage, ennoblissement et textiles techniques."),
    ("tourisme", "Tourisme", "Voyages, loisirs, événements et équipements touristiques."),
    ("defense", "Défense", "Entreprises de la base industrielle et technologique de défense."),
    ("autres", "Autres", "Aucune des filières qui précèdent."),
)  # fmt: skip

DIFFICULTIES: Values = (
    ("baisse_activite", "Baisse d’activité", "Les commandes ou le chiffre d’affaires reculent."),
    ("faiblesses_strategiques", "Faiblesses stratégiques", "Le marché, l’offre ou le positionnement ne sont plus porteurs."),
    ("faiblesses_productives", "Faiblesses productives",
     "L’outil ou l’organisation de production pèsent sur les coûts, les délais ou la qualité."),
    ("financement", "Problèmes de financement", "Besoin de trésorerie, crédit refusé ou réduit, fonds propres insuffisants."),
    ("approvisionnement", "Difficultés liées à l’approvisionnement", "Matières, composants ou énergie manquent ou coûtent trop cher."),
    ("choc_conjoncturel", "Choc conjoncturel", "Un retournement passager du marché ou de la conjoncture."),
    ("choc_exogene", "Choc exogène", "Un événement extérieur à l’entreprise : aléa climatique, sinistre, conflit, crise sanitaire."),
    ("contentieux", "Contentieux avec des partenaires", "Un différend avec un client, un fournisseur, un bailleur ou un associé."),
    ("emploi", "Difficultés d’emploi (RH, GPEC)", "Climat social, compétences, effectif à adapter."),
    ("recrutement", "Difficultés de recrutement", "Des postes restent vacants, ce qui freine l’activité."),
    ("mutations", "Mutations économiques, sociales, technologiques",
     "Le métier change : transition écologique, numérique, nouveaux usages."),
    ("acces_dispositifs", "Difficultés d’accès aux dispositifs publics", "L’entreprise ne connaît pas les aides, ou n’y est pas admise."),
    ("transmission_gouvernance", "Problématiques de transmission ou de gouvernance",
     "Succession du dirigeant, conflit d’associés, direction défaillante."),
    ("dette_fiscale", "Dette fiscale", "Des impôts ou taxes ne sont pas payés à leur échéance."),
    ("dette_sociale", "Dette sociale", "Des cotisations ne sont pas payées à leur échéance."),
)  # fmt: skip

ACTIONS: Values = (
    ("audit_codefi", "Mobilisation audit CODEFI", "Un audit de la situation de l’entreprise, payé par le CODEFI, a été demandé ou rendu."),
    ("recouvrement_force", "Mesures URSSAF de recouvrement forcé", "L’Urssaf a engagé, ou suspendu, un recouvrement forcé."),
    ("delai_urssaf", "Mise en place d’un délai URSSAF", "Un échéancier de paiement des cotisations a été accordé."),
    ("financement_public", "Aide à la recherche de financement public",
     "Prêts, avances ou subventions de l’État, de la Région ou de Bpifrance."),
    ("financement_prive", "Aide à la recherche de financement privé", "Banques, investisseurs, affacturage, médiation du crédit."),
    ("intermediation_filiere", "Intermédiation auprès des acteurs de la filière",
     "Donneurs d’ordre, fournisseurs, fédérations ont été approchés."),
    ("intermediation_administrations", "Intermédiation auprès des acteurs administratifs et judiciaires",
     "Administrations, tribunal, administrateur ou mandataire ont été approchés."),
    ("restructuration_ar_pb", "Restructuration AR-PB", "Une avance remboursable ou un prêt bonifié a été instruit ou restructuré."),
    ("repreneur", "Recherche et suivi de repreneur", "Un repreneur est cherché, ou la reprise est suivie."),
    ("activite_partielle", "Maintien de l’emploi (Activité Partielle)", "L’activité partielle a été proposée, demandée ou prolongée."),
    ("competences", "Développement des compétences et transitions professionnelles (FNE, Transco, GEPP, etc.)",
     "Formation, transitions collectives, gestion des emplois et des parcours."),
    ("appui_recrutement", "Appui au recrutement, fidélisation et attractivité",
     "Recrutement aidé, conditions de travail, attractivité des métiers."),
    ("restructurations_sociales", "Restructurations sociales (PSE, RCC, etc.)",
     "Plan de sauvegarde de l’emploi, rupture conventionnelle collective, reclassement."),
)  # fmt: skip

BODIES: Values = (
    ("codefi", "CODEFI", "Comité départemental d’examen des problèmes de financement des entreprises."),
    ("ccsf", "CCSF", "Commission des chefs de services financiers : étalement des dettes fiscales et sociales."),
    ("ciri", "CIRI", "Comité interministériel de restructuration industrielle : entreprises de plus de 400 salariés."),
    ("mre", "MRE", "Mission de la restructuration des entreprises, à la DGE."),
    ("dire", "DIRE", "Délégation interministérielle aux restructurations d’entreprises."),
    ("crp", "CRP", "Commissaire aux restructurations et à la prévention des difficultés des entreprises."),
    ("mediation_credit", "Médiation du crédit", "Médiateur du crédit, à la Banque de France."),
    ("tribunal", "Tribunal de commerce", "Prévention, mandat ad hoc, conciliation ou procédure collective."),
)  # fmt: skip

REDIRECTIONS: Values = (
    ("consulaires", "CCI-CMA-Chambre Agriculture", "La chambre consulaire de l’entreprise prend le relais."),
    ("mediation_entreprises", "Médiation des entreprises", "Un différend avec un client ou un fournisseur est porté au médiateur."),
    ("collectivite", "Région ou intercommunalité", "Une collectivité prend le relais : aides, locaux, développement."),
    ("soutien_dirigeant", "Soutien au dirigeant", "Écoute et soutien psychologique du dirigeant, comme celui d’APESA."),
    ("autre", "Autre", "Une autre structure, à nommer dans le contexte de l’accompagnement."),
)  # fmt: skip

SCHEMES: Values = (
    ("delai_urssaf", "Délai Urssaf", "Échéancier de paiement des cotisations accordé par l’Urssaf."),
    ("plan_ccsf", "Plan CCSF", "Plan d’étalement des dettes fiscales et sociales accordé par la CCSF."),
    ("activite_partielle", "Activité partielle", "Heures chômées indemnisées par l’État."),
    ("apld", "Activité partielle de longue durée", "Réduction d’activité durable, par accord, indemnisée par l’État."),
    ("fne_formation", "FNE-Formation", "Formation des salariés, prise en charge par le Fonds national de l’emploi."),
    ("audit_codefi", "Audit CODEFI", "Audit payé par le CODEFI ; le montant est celui de l’audit."),
    ("pret_fdes", "Prêt FDES", "Prêt du Fonds de développement économique et social."),
    ("ar_pb", "Avance remboursable ou prêt bonifié", "Prêt de l’État à une entreprise fragile."),
    ("pret_public", "Autre prêt public", "Prêt de Bpifrance, de la Région ou d’une autre collectivité."),
    ("mediation_credit", "Médiation du crédit", "Dossier porté au médiateur du crédit."),
    ("transitions_collectives", "Transitions collectives", "Reconversion de salariés volontaires vers un autre métier."),
)  # fmt: skip

OUTLINES: Values = (
    ("premiere_visite", "Première visite",
     "**Activité et marché**\n\n**Situation financière**\n\n**Emploi et climat social**\n\n**Difficultés dites**\n\n**Ce qu’elle attend**"),
    ("suivi", "Suivi", "**Depuis la dernière fois**\n\n**Où en sont les actions**\n\n**Points de vigilance**"),
    ("plusieurs_administrations", "Visite à plusieurs administrations",
     "**Ce que chacun apporte**\n\n**Échanges avec l’entreprise**\n\n**Ce que chacun fait ensuite**\n\n**Qui la rappelle**"),
)  # fmt: skip

SHARED: dict[ValueList, Values] = {
    ValueList.SECTOR: SECTORS,
    ValueList.DIFFICULTY: DIFFICULTIES,
    ValueList.ACTION: ACTIONS,
    ValueList.BODY: BODIES,
    ValueList.REDIRECTION: REDIRECTIONS,
    ValueList.SCHEME: SCHEMES,
    ValueList.OUTLINE: OUTLINES,
}

#: code of the network -> its tags
TAGS: dict[str, Values] = {
    "crp": (
        ("crp_ar_pb", "AR-PB", "L’entreprise a reçu une avance remboursable ou un prêt bonifié de l’État."),
        ("crp_alerte_mre", "Alerte MRE", "La Mission de la restructuration des entreprises a été alertée."),
        ("crp_alerte_dire", "Alerte DIRE", "La Délégation interministérielle aux restructurations d’entreprises a été alertée."),
    ),
}  # fmt: skip
