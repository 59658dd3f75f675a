"""A tiny directory of partner files written by hand: every figure can be checked with a pencil.

One firm, HAUTS FOURNEAUX DU TEST, in Dijon with a second establishment in Paris.
"""

from pathlib import Path

SIREN = "100000009"
SEAT = "10000000900008"
SECOND = "10000000900016"

UNITS = """\
siren,denominationUniteLegale,prenom1UniteLegale,nomUniteLegale,nomUsageUniteLegale,\
categorieJuridiqueUniteLegale,dateCreationUniteLegale,activitePrincipaleUniteLegale,\
nomenclatureActivitePrincipaleUniteLegale,etatAdministratifUniteLegale
100000009,Hauts fourneaux du Test œuvre,,,,5710,2001-02-03,24.10Z,NAFRev2,A
"""
ESTABLISHMENTS = """\
siren,nic,etablissementSiege,dateCreationEtablissement,complementAdresseEtablissement,\
numeroVoieEtablissement,indiceRepetitionEtablissement,typeVoieEtablissement,\
libelleVoieEtablissement,codePostalEtablissement,libelleCommuneEtablissement,\
distributionSpecialeEtablissement,codeCommuneEtablissement,etatAdministratifEtablissement,\
activitePrincipaleEtablissement,nomenclatureActivitePrincipaleEtablissement,longitude,latitude
100000009,00008,true,2001-02-03,,1,,RUE,DU TEST,21000,DIJON,,21231,A,24.10Z,NAFRev2,5.0,47.3
100000009,00016,false,2010-01-01,,2,,RUE,DU TEST,75002,PARIS,,75102,A,24.10Z,NAFRev2,2.3,48.8
"""
# March 2026 is eff202613: year, quarter, month in the quarter.
WORKFORCE = """\
compte;siret;rais_soc;ape_ins;dep;eff202611;eff202612;eff202613;base;UR_EMET
1;10000000900008;TEST;2410Z;21;12.5;13;14;117;267
2;10000000900016;TEST;2410Z;75;3;;4;117;267
"""
FIRM_WORKFORCE = """\
siren;eff202611;eff202612;eff202613;rais_soc
100000009;15.5;;18;TEST
"""
# A quarterly call of 3 000 €: 1 000 € a month.
CONTRIBUTIONS = """\
Urssaf_gestion;Dep;Siret;Compte;periode;mer;enc_direct;cotis_due
267;21;10000000900008;1;202610;0;3000;3000
"""
# 1 000 € employee and 2 000 € employer owed from February, half of it paid back in April.
DEBTS = """\
Urssaf_gestion;Dep;num_cpte;Siren;Siret;Dt_immat;Etat_cpte;Cd_pro_col;Periode;Num_Ecn;\
Num_Hist_Ecn;Dt_trt_ecn;Mt_PO;Mt_PP;Cd_op_ecn;Motif_ecn;Recours_en_cours
267;21;1;100000009;10000000900008;20010203;1;0;202511;9;1;1260210;100000;200000;1;2;0
267;21;1;100000009;10000000900008;20010203;1;0;202511;9;2;1260410;50000;100000;1;2;0
"""
PLANS = """\
Urssaf_gestion;Dep;Siret;Numero_compte_externe;Numero_structure;Date_creation;Date_echeance;\
Duree_delai;Denomination_premiere_ligne;Indic_6M;Annee_creation;Montant_global_echeancier;\
Code_externe_stade;Code_externe_action
267;21;10000000900008;1;absent;05/02/2026;05/08/2026;180;TEST;INF;2026;3000;APPROB;SUR PO
"""
# Twice the same event, once an account: the court spoke once.
PROCEDURES = """\
Siret;Siren;Dt_effet;Cat_v2;Lib_actx_stdx
10000000900008;100000009;15MAR2026;1;Ouverture_redressement
10000000900016;100000009;15MAR2026;1;Ouverture_redressement
"""
# 303.34 hours in January: two full-time employees.
SHORT_TIME = """\
ID_DA,ETAB_SIRET,HEURES,MONTANTS,EFFECTIFS,MOIS
7,10000000900008,303.34,2000,2,2026-01-01
8,10000000900099,151.67,2000,2,2026-03-01
"""
SHORT_TIME_REQUESTS = """\
ID_DA,ETAB_SIRET,EFF_ENT,EFF_ETAB,DATE_STATUT,DATE_DEB,DATE_FIN,HTA,MTA,EFF_AUTO,\
MOTIF_RECOURS_SE,PERIMETRE_AP,S_HEURE_CONSOM_TOT,S_EFF_CONSOM_TOT,S_MONTANT_CONSOM_TOT,RECOURS_ANTERIEUR
7,10000000900008,15,12,2026-01-05,2026-01-01,2026-01-31,606.68,4000,4,1,1,303.34,2,2000,0
"""
FILES = {
    "sireneUL.csv": UNITS,
    "StockEtablissement_utf8_geo.csv": ESTABLISHMENTS,
    "sigfaible_effectif_siret.csv": WORKFORCE,
    "sigfaible_effectif_siren.csv": FIRM_WORKFORCE,
    "sigfaible_cotisdues.csv": CONTRIBUTIONS,
    "sigfaible_debits.csv": DEBTS,
    "sigfaible_delais.csv": PLANS,
    "sigfaible_pcoll.csv": PROCEDURES,
    "demande_ap.csv": SHORT_TIME_REQUESTS,
    "consommation_ap.csv": SHORT_TIME,
}


def write_files(directory: Path, **changed: str) -> Path:
    """Write the ten files, some changed (``units=…``); return the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    contents = FILES | {NAMES[name]: content for name, content in changed.items()}
    for name, content in contents.items():
        (directory / name).write_text(content, encoding="utf-8")
    return directory


NAMES = {
    "units": "sireneUL.csv",
    "establishments": "StockEtablissement_utf8_geo.csv",
    "contributions": "sigfaible_cotisdues.csv",
    "debts": "sigfaible_debits.csv",
}
