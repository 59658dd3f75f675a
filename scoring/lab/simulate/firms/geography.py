"""Real communes of Bourgogne-Franche-Comté, for the invented addresses of invented firms.

Source of names and codes: INSEE, code officiel géographique; coordinates are rounded town centres.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Commune:
    """A commune, as Sirene writes it, and its relative weight in firms."""

    department: str
    code: str
    postal_code: str
    name: str
    longitude: float
    latitude: float
    weight: float


COURTS = {
    "21": "Greffe du Tribunal de Commerce de Dijon",
    "25": "Greffe du Tribunal de Commerce de Besançon",
    "39": "Greffe du Tribunal de Commerce de Lons-le-Saunier",
    "58": "Greffe du Tribunal de Commerce de Nevers",
    "70": "Greffe du Tribunal de Commerce de Vesoul",
    "71": "Greffe du Tribunal de Commerce de Mâcon",
    "89": "Greffe du Tribunal des Activités Economiques d'Auxerre",
    "90": "Greffe du Tribunal de Commerce de Belfort",
}
"""The court of each département, as the Bodacc writes it."""
DEPARTMENTS = tuple(COURTS)

COMMUNES = (
    Commune("21", "21231", "21000", "DIJON", 5.04, 47.32, 10.0),
    Commune("21", "21054", "21200", "BEAUNE", 4.84, 47.02, 3.0),
    Commune("21", "21166", "21300", "CHENOVE", 5.01, 47.29, 2.0),
    Commune("21", "21355", "21600", "LONGVIC", 5.06, 47.29, 2.0),
    Commune("21", "21515", "21800", "QUETIGNY", 5.11, 47.31, 1.5),
    Commune("21", "21540", "21850", "SAINT-APOLLINAIRE", 5.08, 47.33, 1.2),
    Commune("21", "21617", "21240", "TALANT", 5.00, 47.34, 0.8),
    Commune("21", "21425", "21500", "MONTBARD", 4.34, 47.62, 1.0),
    Commune("21", "21154", "21400", "CHATILLON-SUR-SEINE", 4.57, 47.86, 0.8),
    Commune("21", "21038", "21130", "AUXONNE", 5.39, 47.19, 0.8),
    Commune("21", "21464", "21700", "NUITS-SAINT-GEORGES", 4.95, 47.14, 0.9),
    Commune("21", "21603", "21140", "SEMUR-EN-AUXOIS", 4.33, 47.49, 0.7),
    Commune("25", "25056", "25000", "BESANCON", 6.02, 47.24, 9.0),
    Commune("25", "25388", "25200", "MONTBELIARD", 6.80, 47.51, 3.0),
    Commune("25", "25462", "25300", "PONTARLIER", 6.35, 46.91, 2.5),
    Commune("25", "25031", "25400", "AUDINCOURT", 6.84, 47.48, 1.5),
    Commune("25", "25580", "25700", "VALENTIGNEY", 6.83, 47.46, 1.0),
    Commune("25", "25411", "25500", "MORTEAU", 6.61, 47.06, 1.3),
    Commune("25", "25047", "25110", "BAUME-LES-DAMES", 6.36, 47.35, 0.8),
    Commune("25", "25434", "25290", "ORNANS", 6.14, 47.11, 0.7),
    Commune("25", "25356", "25120", "MAICHE", 6.81, 47.25, 0.7),
    Commune("25", "25578", "25800", "VALDAHON", 6.35, 47.15, 0.7),
    Commune("25", "25321", "25130", "VILLERS-LE-LAC", 6.67, 47.06, 0.5),
    Commune("39", "39300", "39000", "LONS-LE-SAUNIER", 5.55, 46.67, 4.0),
    Commune("39", "39198", "39100", "DOLE", 5.49, 47.09, 4.0),
    Commune("39", "39478", "39200", "SAINT-CLAUDE", 5.86, 46.39, 1.5),
    Commune("39", "39097", "39300", "CHAMPAGNOLE", 5.91, 46.74, 1.3),
    Commune("39", "39434", "39800", "POLIGNY", 5.71, 46.84, 0.8),
    Commune("39", "39013", "39600", "ARBOIS", 5.77, 46.90, 0.7),
    Commune("39", "39526", "39500", "TAVAUX", 5.40, 47.04, 0.7),
    Commune("39", "39189", "39500", "DAMPARIS", 5.41, 47.08, 0.5),
    Commune("39", "39500", "39110", "SALINS-LES-BAINS", 5.88, 46.94, 0.5),
    Commune("39", "39333", "39260", "MOIRANS-EN-MONTAGNE", 5.72, 46.43, 0.7),
    Commune("58", "58194", "58000", "NEVERS", 3.16, 46.99, 5.0),
    Commune("58", "58086", "58200", "COSNE-COURS-SUR-LOIRE", 2.93, 47.41, 1.8),
    Commune("58", "58303", "58640", "VARENNES-VAUZELLES", 3.14, 47.03, 1.2),
    Commune("58", "58095", "58300", "DECIZE", 3.46, 46.83, 0.9),
    Commune("58", "58059", "58400", "LA CHARITE-SUR-LOIRE", 3.02, 47.18, 0.7),
    Commune("58", "58117", "58600", "FOURCHAMBAULT", 3.08, 47.02, 0.7),
    Commune("58", "58079", "58500", "CLAMECY", 3.52, 47.46, 0.7),
    Commune("58", "58134", "58160", "IMPHY", 3.26, 46.93, 0.6),
    Commune("70", "70550", "70000", "VESOUL", 6.15, 47.62, 4.0),
    Commune("70", "70285", "70400", "HERICOURT", 6.76, 47.58, 1.3),
    Commune("70", "70310", "70200", "LURE", 6.50, 47.69, 1.3),
    Commune("70", "70311", "70300", "LUXEUIL-LES-BAINS", 6.38, 47.82, 1.2),
    Commune("70", "70279", "70100", "GRAY", 5.59, 47.44, 1.3),
    Commune("70", "70467", "70800", "SAINT-LOUP-SUR-SEMOUSE", 6.27, 47.88, 0.7),
    Commune("70", "70421", "70170", "PORT-SUR-SAONE", 6.05, 47.69, 0.5),
    Commune("71", "71076", "71100", "CHALON-SUR-SAONE", 4.85, 46.78, 5.0),
    Commune("71", "71270", "71000", "MACON", 4.83, 46.31, 5.0),
    Commune("71", "71153", "71200", "LE CREUSOT", 4.42, 46.80, 1.8),
    Commune("71", "71306", "71300", "MONTCEAU-LES-MINES", 4.36, 46.67, 1.6),
    Commune("71", "71014", "71400", "AUTUN", 4.30, 46.95, 1.2),
    Commune("71", "71342", "71600", "PARAY-LE-MONIAL", 4.12, 46.45, 1.0),
    Commune("71", "71176", "71160", "DIGOIN", 3.98, 46.48, 0.8),
    Commune("71", "71230", "71130", "GUEUGNON", 4.06, 46.60, 0.8),
    Commune("71", "71263", "71500", "LOUHANS-CHATEAURENAUD", 5.22, 46.63, 1.0),
    Commune("71", "71543", "71700", "TOURNUS", 4.91, 46.56, 0.8),
    Commune("71", "71475", "71100", "SAINT-REMY", 4.84, 46.76, 0.7),
    Commune("71", "71105", "71850", "CHARNAY-LES-MACON", 4.79, 46.31, 0.7),
    Commune("89", "89024", "89000", "AUXERRE", 3.57, 47.80, 5.0),
    Commune("89", "89387", "89100", "SENS", 3.28, 48.20, 3.0),
    Commune("89", "89206", "89300", "JOIGNY", 3.40, 47.98, 1.2),
    Commune("89", "89025", "89200", "AVALLON", 3.91, 47.49, 1.1),
    Commune("89", "89257", "89400", "MIGENNES", 3.52, 47.97, 0.8),
    Commune("89", "89263", "89470", "MONETEAU", 3.58, 47.85, 0.8),
    Commune("89", "89418", "89700", "TONNERRE", 3.97, 47.86, 0.6),
    Commune("89", "89345", "89600", "SAINT-FLORENTIN", 3.72, 48.00, 0.7),
    Commune("89", "89464", "89500", "VILLENEUVE-SUR-YONNE", 3.30, 48.08, 0.5),
    Commune("89", "89068", "89800", "CHABLIS", 3.80, 47.81, 0.7),
    Commune("90", "90010", "90000", "BELFORT", 6.86, 47.64, 3.5),
    Commune("90", "90033", "90100", "DELLE", 6.99, 47.51, 0.7),
    Commune("90", "90099", "90300", "VALDOIE", 6.84, 47.67, 0.5),
    Commune("90", "90009", "90500", "BEAUCOURT", 6.92, 47.49, 0.4),
    Commune("90", "90008", "90800", "BAVILLIERS", 6.84, 47.62, 0.4),
    Commune("90", "90032", "90400", "DANJOUTIN", 6.86, 47.62, 0.4),
    Commune("90", "90053", "90600", "GRANDVILLARS", 6.97, 47.54, 0.4),
)
