"""The départements of France, the regions of 2016 and those before, and the other zones a habilitation can cover.

Source: code officiel géographique (Insee), editions of 2015 for the former regions and of 2024 for the rest.
"""

#: code of the region: its label, then the labels of its départements by code
REGIONS: dict[str, tuple[str, dict[str, str]]] = {
    "84": ("Auvergne-Rhône-Alpes", {
        "01": "Ain", "03": "Allier", "07": "Ardèche", "15": "Cantal", "26": "Drôme", "38": "Isère", "42": "Loire",
        "43": "Haute-Loire", "63": "Puy-de-Dôme", "69": "Rhône", "73": "Savoie", "74": "Haute-Savoie"}),
    "27": ("Bourgogne-Franche-Comté", {
        "21": "Côte-d’Or", "25": "Doubs", "39": "Jura", "58": "Nièvre", "70": "Haute-Saône", "71": "Saône-et-Loire",
        "89": "Yonne", "90": "Territoire de Belfort"}),
    "53": ("Bretagne", {"22": "Côtes-d’Armor", "29": "Finistère", "35": "Ille-et-Vilaine", "56": "Morbihan"}),
    "24": ("Centre-Val de Loire", {
        "18": "Cher", "28": "Eure-et-Loir", "36": "Indre", "37": "Indre-et-Loire", "41": "Loir-et-Cher", "45": "Loiret"}),
    "94": ("Corse", {"2A": "Corse-du-Sud", "2B": "Haute-Corse"}),
    "44": ("Grand Est", {
        "08": "Ardennes", "10": "Aube", "51": "Marne", "52": "Haute-Marne", "54": "Meurthe-et-Moselle", "55": "Meuse",
        "57": "Moselle", "67": "Bas-Rhin", "68": "Haut-Rhin", "88": "Vosges"}),
    "32": ("Hauts-de-France", {"02": "Aisne", "59": "Nord", "60": "Oise", "62": "Pas-de-Calais", "80": "Somme"}),
    "11": ("Île-de-France", {
        "75": "Paris", "77": "Seine-et-Marne", "78": "Yvelines", "91": "Essonne", "92": "Hauts-de-Seine",
        "93": "Seine-Saint-Denis", "94": "Val-de-Marne", "95": "Val-d’Oise"}),
    "28": ("Normandie", {"14": "Calvados", "27": "Eure", "50": "Manche", "61": "Orne", "76": "Seine-Maritime"}),
    "75": ("Nouvelle-Aquitaine", {
        "16": "Charente", "17": "Charente-Maritime", "19": "Corrèze", "23": "Creuse", "24": "Dordogne", "33": "Gironde",
        "40": "Landes", "47": "Lot-et-Garonne", "64": "Pyrénées-Atlantiques", "79": "Deux-Sèvres", "86": "Vienne",
        "87": "Haute-Vienne"}),
    "76": ("Occitanie", {
        "09": "Ariège", "11": "Aude", "12": "Aveyron", "30": "Gard", "31": "Haute-Garonne", "32": "Gers", "34": "Hérault",
        "46": "Lot", "48": "Lozère", "65": "Hautes-Pyrénées", "66": "Pyrénées-Orientales", "81": "Tarn",
        "82": "Tarn-et-Garonne"}),
    "52": ("Pays de la Loire", {
        "44": "Loire-Atlantique", "49": "Maine-et-Loire", "53": "Mayenne", "72": "Sarthe", "85": "Vendée"}),
    "93": ("Provence-Alpes-Côte d’Azur", {
        "04": "Alpes-de-Haute-Provence", "05": "Hautes-Alpes", "06": "Alpes-Maritimes", "13": "Bouches-du-Rhône",
        "83": "Var", "84": "Vaucluse"}),
    "01": ("Guadeloupe", {"971": "Guadeloupe"}),
    "02": ("Martinique", {"972": "Martinique"}),
    "03": ("Guyane", {"973": "Guyane"}),
    "04": ("La Réunion", {"974": "La Réunion"}),
    "06": ("Mayotte", {"976": "Mayotte"}),
}  # fmt: skip

#: overseas collectivities: they have a département code and belong to no region
COLLECTIVITIES = {
    "975": "Saint-Pierre-et-Miquelon", "977": "Saint-Barthélemy", "978": "Saint-Martin", "986": "Wallis-et-Futuna",
    "987": "Polynésie française", "988": "Nouvelle-Calédonie",
}  # fmt: skip
#: the region code in the row of a collectivity
NO_REGION = "COM"

#: the regions as they were until 2015, by their code at the time
FORMER_REGIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "42": ("Alsace", ("67", "68")),
    "72": ("Aquitaine", ("24", "33", "40", "47", "64")),
    "83": ("Auvergne", ("03", "15", "43", "63")),
    "25": ("Basse-Normandie", ("14", "50", "61")),
    "26": ("Bourgogne", ("21", "58", "71", "89")),
    "53": ("Bretagne", ("22", "29", "35", "56")),
    "24": ("Centre", ("18", "28", "36", "37", "41", "45")),
    "21": ("Champagne-Ardenne", ("08", "10", "51", "52")),
    "94": ("Corse", ("2A", "2B")),
    "43": ("Franche-Comté", ("25", "39", "70", "90")),
    "23": ("Haute-Normandie", ("27", "76")),
    "11": ("Île-de-France", ("75", "77", "78", "91", "92", "93", "94", "95")),
    "91": ("Languedoc-Roussillon", ("11", "30", "34", "48", "66")),
    "74": ("Limousin", ("19", "23", "87")),
    "41": ("Lorraine", ("54", "55", "57", "88")),
    "73": ("Midi-Pyrénées", ("09", "12", "31", "32", "46", "65", "81", "82")),
    "31": ("Nord-Pas-de-Calais", ("59", "62")),
    "52": ("Pays de la Loire", ("44", "49", "53", "72", "85")),
    "22": ("Picardie", ("02", "60", "80")),
    "54": ("Poitou-Charentes", ("16", "17", "79", "86")),
    "93": ("Provence-Alpes-Côte d’Azur", ("04", "05", "06", "13", "83", "84")),
    "82": ("Rhône-Alpes", ("01", "07", "26", "38", "42", "69", "73", "74")),
    "01": ("Guadeloupe", ("971",)),
    "02": ("Martinique", ("972",)),
    "03": ("Guyane", ("973",)),
    "04": ("La Réunion", ("974",)),
    "06": ("Mayotte", ("976",)),
}

DEPARTMENTS = {code: label for _, names in REGIONS.values() for code, label in names.items()}
OVERSEAS = (*(code for code in DEPARTMENTS if len(code) == 3), *COLLECTIVITIES)

#: sets that partners use, in addition to the official ones
CUSTOM: dict[str, tuple[str, tuple[str, ...]]] = {
    "OM": ("Outre-mer", OVERSEAS),
    "MET": ("France métropolitaine", tuple(code for code in DEPARTMENTS if len(code) == 2)),
    "GIN": ("Guadeloupe, Saint-Barthélemy et Saint-Martin", ("971", "977", "978")),
    "COM": ("Collectivités d’outre-mer", tuple(COLLECTIVITIES)),
}
