-- How each ratio of the public accounts closed in a year spreads among the firms of a section, or of a division of the NAF: confidential
-- accounts are behind no figure. A firm that closes twice in a year counts by its last closing.
WITH filed AS (
    SELECT * FROM annual_accounts
    WHERE nature IS NULL
    QUALIFY row_number() OVER (PARTITION BY siren, year(closed_on) ORDER BY closed_on DESC) = 1
),
said AS (
    SELECT siren, year(closed_on) AS year, ratio, value
    FROM filed
    UNPIVOT (value FOR ratio IN (
        gross_margin_share, ebitda_margin, net_margin, pretax_income_share, cash_flow_share, financial_autonomy, debt_ratio,
        repayment_capacity, interest_coverage, liquidity_ratio, obsolescence_ratio, working_capital_share, working_capital_days,
        inventory_days, customer_days, supplier_days
    ))
),
firm AS (
    SELECT company.siren, unnest([left(company.naf, 2), naf_section.section]) AS sector
    FROM company JOIN naf_section ON naf_section.division = left(company.naf, 2)
)
SELECT
    firm.sector,
    said.year,
    said.ratio,
    count(*) AS firms,
    in_postgresql(
        list_transform(quantile_cont(said.value, [0.1, 0.25, 0.5, 0.75, 0.9]), lambda x: round(x, 2))
    ) AS quantiles
FROM said JOIN firm USING (siren)
GROUP BY firm.sector, said.year, said.ratio
HAVING count(*) >= getvariable('fewest_of_quantiles')
ORDER BY firm.sector, said.year, said.ratio
