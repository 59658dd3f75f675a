-- Which establishment took over which, of those that are shown, where either firm's figures are.
SELECT DISTINCT ON (link.predecessor, link.successor, link.linked_on)
    link.predecessor,
    link.successor,
    link.linked_on,
    coalesce(link.is_head_office_transfer, FALSE) AS is_head_office_transfer,
    coalesce(link.is_continuous, FALSE) AS is_continuous
FROM lake_sirene_succession AS link
JOIN establishment AS before ON before.siret = link.predecessor
JOIN establishment AS after ON after.siret = link.successor
LEFT JOIN shown_firm AS from_firm ON from_firm.siren = before.siren
LEFT JOIN shown_firm AS to_firm ON to_firm.siren = after.siren
WHERE link.predecessor <> link.successor
    AND (from_firm.siren IS NOT NULL OR to_firm.siren IS NOT NULL OR NOT getvariable('has_perimeter'))
ORDER BY link.predecessor, link.successor, link.linked_on
