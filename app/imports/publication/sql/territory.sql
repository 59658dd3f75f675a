-- Territoires d'industrie, each with the départements of its communes.
SELECT
    territory_code AS code,
    coalesce(min(territory_name), territory_code) AS name,
    '{' || string_agg(DISTINCT department, ',' ORDER BY department) || '}' AS departments
FROM (
    SELECT *, CASE WHEN commune_code LIKE '97%' THEN left(commune_code, 3) ELSE left(commune_code, 2) END AS department
    FROM lake_terrind
)
GROUP BY territory_code
ORDER BY territory_code
