-- The firms of Sirene that are shown; one that only has establishments is known by them. A firm whose state is unknown
-- is not said closed.
WITH unit AS (
    SELECT siren, name, legal_category, naf, created_on, coalesce(is_active, TRUE) AS is_active
    FROM lake_sirene_ul ANTI JOIN left_out_unit USING (siren)
    UNION ALL
    SELECT siren, NULL, NULL, NULL, min(created_on), bool_or(is_active)
    FROM establishment ANTI JOIN lake_sirene_ul USING (siren)
    GROUP BY siren
),
seat AS (
    SELECT siren, department, commune FROM establishment WHERE is_head_office
    QUALIFY row_number() OVER (PARTITION BY siren ORDER BY is_active DESC, siret) = 1
),
-- A firm is in the zone of whoever covers an active establishment, or the seat of a closed firm.
places AS (
    SELECT siren, min(department) AS first, max(department) AS last
    FROM establishment
    WHERE department IS NOT NULL AND (is_active OR is_head_office)
    GROUP BY siren
),
-- Lists cost memory, and few firms are in several places.
spread AS (
    SELECT siren, list_sort(list(DISTINCT department)) AS departments
    FROM establishment SEMI JOIN (SELECT siren FROM places WHERE first <> last) USING (siren)
    WHERE department IS NOT NULL AND (is_active OR is_head_office)
    GROUP BY siren
),
-- The procedure in force began with the last event of its kind that is not an end.
opened AS (
    SELECT event.siren, max(event.effective_on) AS since
    FROM procedures_told AS event
    JOIN procedure_state AS state ON state.siren = event.siren
    WHERE NOT list_contains(getvariable('inactive_stages'), event.stage)
        AND state.status = CASE WHEN event.stage = getvariable('plan') THEN 'plan_' ELSE '' END || event.kind
    GROUP BY event.siren
)
SELECT
    unit.siren,
    coalesce(unit.name, 'Nom non communiqué') AS name,
    unit.legal_category,
    unit.naf,
    unit.created_on,
    unit.is_active,
    seat.department,
    '{' || coalesce(array_to_string(spread.departments, ','), places.first, '') || '}' AS departments,
    seat.commune,
    latest.workforce,
    latest.month AS workforce_month,
    coalesce(state.status, 'in_bonis') AS procedure_status,
    opened.since AS procedure_since,
    coalesce(perimeter.in_perimeter, FALSE) AS in_perimeter
FROM unit
LEFT JOIN seat USING (siren)
LEFT JOIN places USING (siren)
LEFT JOIN spread USING (siren)
LEFT JOIN latest_workforce AS latest USING (siren)
LEFT JOIN procedure_state AS state USING (siren)
LEFT JOIN opened USING (siren)
LEFT JOIN perimeter USING (siren)
