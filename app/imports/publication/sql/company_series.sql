-- One row a siret and series: the months of the window in order, NULL where nobody knows.
SELECT
    drawn.siret,
    drawn.code,
    company.siren,
    establishment.department,
    nature_of(drawn.code, declared_series.code IS NOT NULL, declared_series.nature) AS nature,
    getvariable('first_month') AS first_month,
    in_postgresql(drawn.figures) AS figures
FROM drawn
JOIN company ON company.siren = left(drawn.siret, 9)
-- Without the files that the perimeter is judged by, nothing is outside.
LEFT JOIN shown_firm ON shown_firm.siren = company.siren
LEFT JOIN establishment ON establishment.siret = drawn.siret
LEFT JOIN declared_series ON declared_series.code = drawn.code
WHERE shown_firm.siren IS NOT NULL OR NOT getvariable('has_perimeter')
