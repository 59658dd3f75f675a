-- The establishments that are shown. One whose state is unknown is not said closed.
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
ANTI JOIN left_out_place USING (siret)
