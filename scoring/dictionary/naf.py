"""Labels of economic activities: sections and divisions of the NAF rév. 2 (Insee, 2008)."""

#: section -> (label, first and last division)
SECTIONS: dict[str, tuple[str, int, int]] = {
    "A": ("Agriculture, sylviculture et pêche", 1, 3),
    "B": ("Industries extractives", 5, 9),
    "C": ("Industrie manufacturière", 10, 33),
    "D": ("Production et distribution d’électricité, de gaz et d’air conditionné", 35, 35),
    "E": ("Distribution d’eau ; assainissement, gestion des déchets et dépollution", 36, 39),
    "F": ("Construction", 41, 43),
    "G": ("Commerce ; réparation d’automobiles et de motocycles", 45, 47),
    "H": ("Transports et entreposage", 49, 53),
    "I": ("Hébergement et restauration", 55, 56),
    "J": ("Information et communication", 58, 63),
    "K": ("Activités financières et d’assurance", 64, 66),
    "L": ("Activités immobilières", 68, 68),
    "M": ("Activités spécialisées, scientifiques et techniques", 69, 75),
    "N": ("Activités de services administratifs et de soutien", 77, 82),
    "O": ("Administration publique", 84, 84),
    "P": ("Enseignement", 85, 85),
    "Q": ("Santé humaine et action sociale", 86, 88),
    "R": ("Arts, spectacles et activités récréatives", 90, 93),
    "S": ("Autres activités de services", 94, 96),
    "T": ("Activités des ménages en tant qu’employeurs", 97, 98),
    "U": ("Activités extra-territoriales", 99, 99),
}  # fmt: skip

DIVISIONS: dict[str, str] = {
    "01": "Culture et production animale, chasse et services annexes",
    "02": "Sylviculture et exploitation forestière",
    "03": "Pêche et aquaculture",
    "05": "Extraction de houille et de lignite",
    "06": "Extraction d’hydrocarbures",
    "07": "Extraction de minerais métalliques",
    "08": "Autres industries extractives",
    "09": "Services de soutien aux industries extractives",
    "10": "Industries alimentaires",
    "11": "Fabrication de boissons",
    "12": "Fabrication de produits à base de tabac",
    "13": "Fabrication de textiles",
    "14": "Industrie de l’habillement",
    "15": "Industrie du cuir et de la chaussure",
    "16": "Travail du bois et fabrication d’articles en bois et en liège, hors meubles ; vannerie",
    "17": "Industrie du papier et du carton",
    "18": "Imprimerie et reproduction d’enregistrements",
    "19": "Cokéfaction et raffinage",
    "20": "Industrie chimique",
    "21": "Industrie pharmaceutique",
    "22": "Fabrication de produits en caoutchouc et en plastique",
    "23": "Fabrication d’autres produits minéraux non métalliques",
    "24": "Métallurgie",
    "25": "Fabrication de produits métalliques, hors machines et équipements",
    "26": "Fabrication de produits informatiques, électroniques et optiques",
    "27": "Fabrication d’équipements électriques",
    "28": "Fabrication de machines et équipements n.c.a.",
    "29": "Industrie automobile",
    "30": "Fabrication d’autres matériels de transport",
    "31": "Fabrication de meubles",
    "32": "Autres industries manufacturières",
    "33": "Réparation et installation de machines et d’équipements",
    "35": "Production et distribution d’électricité, de gaz, de vapeur et d’air conditionné",
    "36": "Captage, traitement et distribution d’eau",
    "37": "Collecte et traitement des eaux usées",
    "38": "Collecte, traitement et élimination des déchets ; récupération",
    "39": "Dépollution et autres services de gestion des déchets",
    "41": "Construction de bâtiments",
    "42": "Génie civil",
    "43": "Travaux de construction spécialisés",
    "45": "Commerce et réparation d’automobiles et de motocycles",
    "46": "Commerce de gros, hors automobiles et motocycles",
    "47": "Commerce de détail, hors automobiles et motocycles",
    "49": "Transports terrestres et transport par conduites",
    "50": "Transports par eau",
    "51": "Transports aériens",
    "52": "Entreposage et services auxiliaires des transports",
    "53": "Activités de poste et de courrier",
    "55": "Hébergement",
    "56": "Restauration",
    "58": "Édition",
    "59": "Production de films, de vidéos et de programmes de télévision ; son et musique",
    "60": "Programmation et diffusion",
    "61": "Télécommunications",
    "62": "Programmation, conseil et autres activités informatiques",
    "63": "Services d’information",
    "64": "Services financiers, hors assurance et caisses de retraite",
    "65": "Assurance",
    "66": "Activités auxiliaires de services financiers et d’assurance",
    "68": "Activités immobilières",
    "69": "Activités juridiques et comptables",
    "70": "Sièges sociaux ; conseil de gestion",
    "71": "Architecture et ingénierie ; contrôle et analyses techniques",
    "72": "Recherche-développement scientifique",
    "73": "Publicité et études de marché",
    "74": "Autres activités spécialisées, scientifiques et techniques",
    "75": "Activités vétérinaires",
    "77": "Location et location-bail",
    "78": "Activités liées à l’emploi",
    "79": "Agences de voyage, voyagistes et services de réservation",
    "80": "Enquêtes et sécurité",
    "81": "Services relatifs aux bâtiments et aménagement paysager",
    "82": "Activités administratives et autres activités de soutien aux entreprises",
    "84": "Administration publique et défense ; sécurité sociale obligatoire",
    "85": "Enseignement",
    "86": "Activités pour la santé humaine",
    "87": "Hébergement médico-social et social",
    "88": "Action sociale sans hébergement",
    "90": "Activités créatives, artistiques et de spectacle",
    "91": "Bibliothèques, archives, musées et autres activités culturelles",
    "92": "Organisation de jeux de hasard et d’argent",
    "93": "Activités sportives, récréatives et de loisirs",
    "94": "Activités des organisations associatives",
    "95": "Réparation d’ordinateurs et de biens personnels et domestiques",
    "96": "Autres services personnels",
    "97": "Activités des ménages en tant qu’employeurs de personnel domestique",
    "98": "Activités indifférenciées des ménages en tant que producteurs pour usage propre",
    "99": "Activités des organisations et organismes extraterritoriaux",
}

_SECTION_OF = {
    f"{division:02d}": section
    for section, (_, first, last) in SECTIONS.items()
    for division in range(first, last + 1)
}


def section_of(naf: str | None) -> str | None:
    """The section (``C``) of an activity code (``25.50A``); `None` when unknown."""
    return _SECTION_OF.get((naf or "")[:2])


def section_label(naf: str | None) -> str | None:
    """``Industrie manufacturière`` for ``25.50A``."""
    section = section_of(naf)
    return SECTIONS[section][0] if section else None


def activity_label(naf: str | None) -> str | None:
    """The label of the division of an activity code: ``Métallurgie`` for ``24.10Z``."""
    return DIVISIONS.get((naf or "")[:2])
