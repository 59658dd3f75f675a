SELECT DISTINCT
    commune_code,
    territory_code AS territory
FROM lake_terrind
ORDER BY commune_code, territory
