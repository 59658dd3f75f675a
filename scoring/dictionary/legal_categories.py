"""Labels of legal categories, levels I and II (nomenclature of the Insee)."""

LEVEL_1: dict[str, str] = {
    "0": "Organisme de placement collectif",
    "1": "Entrepreneur individuel",
    "2": "Groupement de droit privé sans personnalité morale",
    "3": "Personne morale de droit étranger",
    "4": "Personne morale de droit public soumise au droit commercial",
    "5": "Société commerciale",
    "6": "Autre personne morale immatriculée au RCS",
    "7": "Personne morale soumise au droit administratif",
    "8": "Organisme privé spécialisé",
    "9": "Groupement de droit privé",
}

LEVEL_2: dict[str, str] = {
    "00": "Organisme de placement collectif en valeurs mobilières",
    "10": "Entrepreneur individuel",
    "21": "Indivision",
    "22": "Société créée de fait",
    "23": "Société en participation",
    "24": "Fiducie",
    "27": "Paroisse hors zone concordataire",
    "28": "Assujetti unique à la TVA",
    "29": "Autre groupement de droit privé sans personnalité morale",
    "31": "Personne morale de droit étranger immatriculée au RCS",
    "32": "Personne morale de droit étranger non immatriculée au RCS",
    "41": "Établissement public ou régie à caractère industriel ou commercial",
    "51": "Société coopérative commerciale particulière",
    "52": "Société en nom collectif",
    "53": "Société en commandite",
    "54": "Société à responsabilité limitée (SARL)",
    "55": "Société anonyme à conseil d’administration (SA)",
    "56": "Société anonyme à directoire (SA)",
    "57": "Société par actions simplifiée (SAS)",
    "58": "Société européenne",
    "61": "Caisse d’épargne et de prévoyance",
    "62": "Groupement d’intérêt économique",
    "63": "Société coopérative agricole",
    "64": "Société d’assurance mutuelle",
    "65": "Société civile",
    "69": "Autre personne morale de droit privé inscrite au RCS",
    "71": "Administration de l’État",
    "72": "Collectivité territoriale",
    "73": "Établissement public administratif",
    "74": "Autre personne morale de droit public administratif",
    "81": "Organisme gérant un régime de protection sociale obligatoire",
    "82": "Organisme mutualiste",
    "83": "Comité social et économique",
    "84": "Organisme professionnel",
    "85": "Organisme de retraite à adhésion non obligatoire",
    "91": "Syndicat de propriétaires",
    "92": "Association loi 1901 ou assimilé",
    "93": "Fondation",
    "99": "Autre personne morale de droit privé",
}


def legal_category_label(code: str | None) -> str | None:
    """The most precise label known of a category (``5710``); `None` when unknown."""
    code = code or ""
    return LEVEL_2.get(code[:2]) or LEVEL_1.get(code[:1])
