-- The last accounts of each firm, its own: consolidated ones tell of its group. A complete statement rather than a simplified one.
WITH own AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY siren, closed_on ORDER BY statement_type NULLS LAST) AS choice
    FROM lake_comptes
    WHERE coalesce(statement_type, '') <> 'K'
),
latest AS (
    SELECT *, row_number() OVER (PARTITION BY siren ORDER BY closed_on DESC) AS rank
    FROM own
    WHERE choice = 1
)
SELECT
    latest.siren,
    latest.closed_on,
    latest.filed_on,
    CASE WHEN lower(latest.confidentiality) = 'public' THEN NULL ELSE 'comptes_confidentiels' END AS nature,
    latest.revenue,
    latest.ebitda,
    latest.ebit,
    latest.net_income,
    latest.ebitda_margin,
    latest.financial_autonomy,
    latest.debt_ratio,
    latest.liquidity_ratio,
    latest.customer_days,
    latest.supplier_days,
    100 * latest.gross_margin / nullif(latest.revenue, 0) AS gross_margin_share,
    100 * latest.net_income / nullif(latest.revenue, 0) AS net_margin,
    latest.pretax_income_share,
    latest.cash_flow_share,
    latest.repayment_capacity,
    latest.interest_coverage,
    latest.obsolescence_ratio,
    latest.working_capital_share,
    latest.working_capital_days,
    latest.inventory_days
FROM latest
JOIN company USING (siren)
LEFT JOIN shown_firm USING (siren)
WHERE latest.rank <= getvariable('closings') AND (shown_firm.siren IS NOT NULL OR NOT getvariable('has_perimeter'))
ORDER BY latest.siren, latest.closed_on
