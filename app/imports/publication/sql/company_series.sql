-- One row a siret and series: the months of the window in order, NULL where nobody knows.
WITH monthly AS (
    SELECT siret, month, 'effectif' AS code, workforce AS value FROM workforce_month
    UNION ALL
    SELECT siret, month, 'cotisation', due FROM contribution_month
    UNION ALL
    SELECT siret, month, 'dette_salariale', employee_part FROM debt_month
    UNION ALL
    SELECT siret, month, 'dette_patronale', employer_part FROM debt_month
    UNION ALL
    SELECT siret, month, 'ap_consommee', etp_consumed FROM ap_month
    UNION ALL
    SELECT siret, month, 'ap_autorisee', etp_authorised FROM ap_month
    UNION ALL
    SELECT siret, month, code, value FROM declared
),
placed AS (
    SELECT siret, code, value, datediff('month', getvariable('first_month'), month) AS position
    FROM monthly
    WHERE value IS NOT NULL AND month >= getvariable('first_month')
),
known AS (
    SELECT siret, code, list(position) AS positions, list(round(value, 2)) AS said
    FROM placed
    WHERE position < getvariable('months')
    GROUP BY siret, code
),
-- Whoever has some activité partielle has none in the other months its file covers.
silent AS (
    SELECT
        code,
        datediff('month', getvariable('first_month'), getvariable('ap_since')) AS position,
        datediff('month', getvariable('first_month'), until) AS last_position
    FROM (
        SELECT 'ap_consommee' AS code, getvariable('ap_consumed_until') AS until
        UNION ALL
        SELECT 'ap_autorisee', getvariable('ap_authorised_until')
    )
),
drawn AS (
    SELECT
        known.siret,
        known.code,
        list_transform(
            range(getvariable('months')),
            lambda i: coalesce(
                known.said[list_position(known.positions, i)],
                CASE WHEN i BETWEEN silent.position AND silent.last_position THEN 0 END
            )
        ) AS figures
    FROM known LEFT JOIN silent USING (code)
)
SELECT
    drawn.siret,
    drawn.code,
    company.siren,
    establishment.department,
    CASE
        WHEN drawn.code = 'effectif' THEN NULL
        WHEN declared_series.code IS NOT NULL THEN declared_series.nature
        WHEN drawn.code LIKE 'ap\_%' ESCAPE '\' THEN 'activite_partielle'
        ELSE 'urssaf'
    END AS nature,
    getvariable('first_month') AS first_month,
    '{' || array_to_string(
        list_transform(drawn.figures, lambda x: coalesce(CAST(x AS VARCHAR), 'NULL')), ','
    ) || '}' AS figures
FROM drawn
JOIN company ON company.siren = left(drawn.siret, 9)
-- Without the files that the perimeter is judged by, nothing is outside.
LEFT JOIN shown_firm ON shown_firm.siren = company.siren
LEFT JOIN establishment ON establishment.siret = drawn.siret
LEFT JOIN declared_series ON declared_series.code = drawn.code
WHERE shown_firm.siren IS NOT NULL OR NOT getvariable('has_perimeter')
