-- Each series as the median firm of a section, or of a division of the NAF, lives it: NULL for the months that fewer than five firms tell of.
-- The workforce is compared with that of the first month, other figures are those for each employee: firms of all sizes then compare.
WITH firm AS (
    SELECT company.siren, unnest([left(company.naf, 2), naf_section.section]) AS sector
    FROM company
    JOIN naf_section ON naf_section.division = left(company.naf, 2)
    LEFT JOIN shown_firm ON shown_firm.siren = company.siren
    WHERE company.is_active AND (shown_firm.siren IS NOT NULL OR NOT getvariable('has_perimeter'))
),
told AS (
    SELECT siren, code, position, sum(value) AS value
    FROM (
        SELECT
            left(siret, 9) AS siren,
            CASE WHEN code LIKE 'dette%' THEN 'dette' ELSE code END AS code,
            unnest(range(len(figures))) AS position,
            unnest(figures) AS value
        FROM drawn
    )
    WHERE value IS NOT NULL
    GROUP BY siren, code, position
),
people AS (
    SELECT siren, position, value AS workforce FROM told WHERE code = 'effectif' AND value > 0
),
-- A firm without a line of debts, or of activité partielle, has none in the months that their files cover.
silent AS (
    SELECT code, min(position) AS first, max(position) AS last
    FROM told
    WHERE code IN ('dette', 'ap_consommee', 'ap_autorisee')
    GROUP BY code
),
compared AS (
    SELECT people.siren, 'effectif' AS code, people.position, people.workforce / start.workforce AS value
    FROM people JOIN people AS start ON start.siren = people.siren AND start.position = 0
    UNION ALL
    SELECT people.siren, silent.code, people.position, coalesce(told.value, 0) / people.workforce
    FROM people
    JOIN silent ON people.position BETWEEN silent.first AND silent.last
    LEFT JOIN told ON told.siren = people.siren AND told.position = people.position AND told.code = silent.code
    UNION ALL
    SELECT
        people.siren, told.code, people.position, told.value / CASE WHEN declared_series.is_share THEN 1 ELSE people.workforce END
    FROM told
    JOIN people USING (siren, position)
    LEFT JOIN declared_series USING (code)
    ANTI JOIN silent USING (code)
    WHERE told.code <> 'effectif'
),
monthly AS (
    SELECT firm.sector, compared.code, compared.position, median(compared.value) AS value
    FROM compared JOIN firm USING (siren)
    GROUP BY firm.sector, compared.code, compared.position
    HAVING count(*) >= getvariable('fewest_of_median')
),
known AS (
    SELECT sector, code, list(position) AS positions, list(value) AS said FROM monthly GROUP BY sector, code
)
SELECT
    known.sector,
    known.code,
    nature_of(known.code, declared_series.code IS NOT NULL, declared_series.nature) AS nature,
    getvariable('first_month') AS first_month,
    in_postgresql(
        list_transform(
            range(getvariable('months')), lambda i: round(known.said[list_position(known.positions, i)], 4)
        )
    ) AS figures
FROM known LEFT JOIN declared_series USING (code)
ORDER BY known.sector, known.code
