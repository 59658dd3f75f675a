-- One row a siret: a file may say it twice, the active line wins, then the most recent. One whose state is
-- unknown is not said closed.
SELECT
    siret,
    siren,
    is_head_office,
    coalesce(address, '') AS address,
    postal_code,
    commune,
    commune_code,
    department,
    naf,
    created_on,
    coalesce(is_active, TRUE) AS is_active,
    longitude,
    latitude
FROM lake_sirene_etab
QUALIFY row_number() OVER (
    PARTITION BY siret ORDER BY is_active DESC, is_head_office DESC, created_on DESC NULLS LAST, address
) = 1
