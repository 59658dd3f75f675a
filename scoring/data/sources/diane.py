"""Annual accounts from Diane: one column a quantity and year; thousands of euros, percent, days.

UTF-16 in the file, one row a firm and year in the lake. Known seven months after the closing or,
when the closing is missing, after the last day of the year.
"""

from __future__ import annotations

from scoring.data.sources.base import Measure, Periods, Source, SourceColumn, field
from scoring.data.sources.bounds import COUNT, FIRST_DAY, LARGEST
from scoring.data.sources.control_keys import luhn_siren
from scoring.data.sources.parse import (
    TODAY,
    calendar_day,
    identifier,
    number,
    optional_number,
    text,
)
from scoring.data.sources.periods import year
from scoring.vocabulary import Nature

# Output column → header without its year.
AMOUNTS = {
    "consolidated_workforce": "Effectif consolidé",
    "tax_and_social_debt": "Dettes fiscales et sociales kEUR",
    "research_costs": "Frais de R&D : net kEUR",
    "licences_and_patents": "Conces., brev. et droits sim. : net kEUR",
    "months": "Nombre de mois",
    "bank_overdrafts": "Conc. banc. cour. & sold. cr. kEUR",
    "financial_balance": "Equilibre financier",
    "financial_independence": "Indépendance fin. %",
    "indebtedness": "Endettement %",
    "financial_autonomy": "Autonomie fin. %",
    "tangible_assets_depreciation": "Degré d'amort. des immob. corp. %",
    "current_assets_funding": "Financ. de l'actif circ. net",
    "current_ratio": "Liquidité générale",
    "quick_ratio": "Liquidité réduite",
    "inventory_days": "Rotation des stocks jours",
    "customer_days": "Crédit clients jours",
    "supplier_days": "Crédit fournisseurs jours",
    "revenue_per_employee": "C. A. par effectif (milliers/pers.) kEUR",
    "interest_rate": "Taux d'intérêt financier %",
    "interest_share": "Intérêts / Chiffre d'affaires %",
    "overall_debt_days": "Endettement global jours",
    "debt_ratio": "Taux d'endettement %",
    "repayment_capacity": "Capacité de remboursement",
    "self_financing_capacity": "Capacité d'autofin. %",
    "working_capital_days": "Couv. du C.A. par le f.d.r. jours",
    "working_capital_need_days": "Couv. du C.A. par bes. en fdr jours",
    "operating_working_capital_share": "Poids des BFR d'exploitation %",
    "export_rate": "Exportation %",
    "economic_efficiency": "Efficacité économique (milliers/pers.) kEUR",
    "production_potential_yield": "Prod. du potentiel de production",
    "financial_capital_yield": "Productivité du capital financier",
    "invested_capital_yield": "Productivité du capital investi",
    "productive_investment_rate": "Taux d'invest. productif %",
    "economic_return": "Rentabilité économique %",
    "performance": "Performance %",
    "gross_equity_return": "Rend. brut des f. propres nets %",
    "net_return": "Rentabilité nette %",
    "equity_return": "Rend. des capitaux propres nets %",
    "durable_resources_return": "Rend. des res. durables nettes %",
    "commercial_margin_rate": "Taux de marge commerciale %",
    "value_added_rate": "Taux de valeur ajoutée %",
    "employees_share": "Part des salariés %",
    "state_share": "Part de l'Etat %",
    "lenders_share": "Part des prêteurs %",
    "self_financing_share": "Part de l'autofin. %",
    "revenue": "Chiffre d'affaires net (H.T.) kEUR",
    "export_revenue": "Dont exportation kEUR",
    "purchases": "Achats march. et autres approv. kEUR",
    "goods_purchases": "Achats de march. kEUR",
    "materials_purchases": "Achats de mat. prem. et autres approv. kEUR",
    "production": "Production de l'ex. kEUR",
    "commercial_margin": "Marge commerciale kEUR",
    "consumption": "Consommation de l'ex. kEUR",
    "external_costs": "Autres achats et charges externes kEUR",
    "value_added": "Valeur ajoutée kEUR",
    "staff_costs": "Charges de personnel kEUR",
    "taxes": "Impôts, taxes et vers. assimil. kEUR",
    "operating_subsidies": "Subventions d'expl. kEUR",
    "ebitda": "Excédent brut d'exploitation kEUR",
    "other_operating_items": "Autres Prod., char. et Repr. kEUR",
    "depreciation": "Dot. d'exploit. aux amort. et prov. kEUR",
    "operating_income": "Résultat d'expl. kEUR",
    "joint_operations": "Opérations en commun kEUR",
    "financial_income": "Produits fin. kEUR",
    "financial_costs": "Charges fin. kEUR",
    "interest": "Intérêts et charges assimilées kEUR",
    "pretax_income": "Résultat courant avant impôts kEUR",
    "exceptional_income": "Produits except. kEUR",
    "exceptional_costs": "Charges except. kEUR",
    "profit_sharing": "Particip. des sal. aux résul. kEUR",
    "income_tax": "Impôts sur le bénéf. et impôts diff. kEUR",
    "net_income": "Bénéfice ou perte kEUR",
}

YEARS = Periods(
    name="fiscal_year",
    pattern="(?P<stem>.+) (?P<period>[0-9]{4})",
    parse=year,
    measures=(
        Measure("closed_on", "DATE", "Date de clôture", calendar_day, (FIRST_DAY, TODAY)),
        *(
            Measure(name, "DOUBLE", header, number, (f"-{LARGEST}", f"{LARGEST}"))
            for name, header in AMOUNTS.items()
        ),
    ),
    expected="des colonnes par année sont attendues, comme « Chiffre d'affaires net (H.T.) kEUR 2023 »",
    unreadable="valeur illisible",
    beyond="valeur hors limites",
    future="exercice dans le futur",
)

IN_PROCEDURE = "Procédure collective"

SOURCE = Source(
    name="diane",
    title="Comptes annuels (Diane)",
    nature=Nature.COMPTES_CONFIDENTIELS,
    patterns=(r"diane.*\.(csv|txt)",),
    separator=";",
    columns=(
        identifier("siren", "Numéro Siren", digits=9),
        text("name", "Nom de l'entreprise"),
        text("legal_status", "Statut juridique"),
        SourceColumn(
            "is_in_procedure",
            "BOOLEAN",
            (IN_PROCEDURE,),
            f"lower({field(IN_PROCEDURE)}) = 'oui'",
        ),
        optional_number("secondary_establishments", "Nombre d’ES", at_most=COUNT),
        optional_number("subsidiaries", "Nombre de filiales", at_most=COUNT),
        optional_number("group_size", "Taille de la Composition du Groupe", at_most=COUNT),
    ),
    key=("siren", "fiscal_year"),
    known_at=(
        "coalesce(closed_on, CAST(fiscal_year + INTERVAL 1 YEAR AS DATE) - 1) + INTERVAL 7 MONTH"
    ),
    covers="fiscal_year",
    warnings=(luhn_siren(),),
    periods=YEARS,
)
