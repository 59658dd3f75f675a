-- Every firm of Sirene; one that only has establishments is known by them. A firm whose state is unknown is
-- not said closed.
WITH known AS (
    SELECT siren FROM lake_sirene_ul UNION SELECT siren FROM establishment
),
unit AS (
    SELECT * FROM lake_sirene_ul
    QUALIFY row_number() OVER (
        PARTITION BY siren ORDER BY is_active DESC, created_on DESC NULLS LAST, name
    ) = 1
),
seat AS (
    SELECT siren, department, commune FROM establishment WHERE is_head_office
    QUALIFY row_number() OVER (PARTITION BY siren ORDER BY is_active DESC, siret) = 1
),
-- A firm is in the zone of whoever covers an active establishment, or the seat of a closed firm.
places AS (
    SELECT
        siren,
        bool_or(is_active) AS is_active,
        min(created_on) AS created_on,
        list_sort(list(DISTINCT department) FILTER (
            department IS NOT NULL AND (is_active OR is_head_office)
        )) AS departments
    FROM establishment
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
    known.siren,
    coalesce(unit.name, 'Nom non communiqué') AS name,
    unit.legal_category,
    unit.naf,
    coalesce(unit.created_on, CASE WHEN unit.siren IS NULL THEN places.created_on END) AS created_on,
    coalesce(unit.is_active, places.is_active, TRUE) AS is_active,
    seat.department,
    '{' || coalesce(array_to_string(places.departments, ','), '') || '}' AS departments,
    seat.commune,
    latest.workforce,
    latest.month AS workforce_month,
    coalesce(state.status, 'in_bonis') AS procedure_status,
    opened.since AS procedure_since,
    coalesce(perimeter.in_perimeter, FALSE) AS in_perimeter
FROM known
LEFT JOIN unit USING (siren)
LEFT JOIN seat USING (siren)
LEFT JOIN places USING (siren)
LEFT JOIN latest_workforce AS latest USING (siren)
LEFT JOIN procedure_state AS state USING (siren)
LEFT JOIN opened USING (siren)
LEFT JOIN perimeter USING (siren)
