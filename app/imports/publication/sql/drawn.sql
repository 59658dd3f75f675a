-- The figures of each siret and series, in the order of the months of the window, NULL where nobody knows.
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
)
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
