-- What the BODACC and Urssaf tell, once each.
SELECT
    event.siren,
    event.effective_on,
    event.kind,
    coalesce(event.stage, '') AS stage,
    event.label
FROM procedures_told AS event
JOIN company USING (siren)
ORDER BY event.siren, event.effective_on
