-- The file repeats an event for each account of the firm: the court spoke once.
SELECT DISTINCT
    event.siren,
    event.effective_on,
    event.kind,
    coalesce(event.stage, '') AS stage,
    event.label
FROM lake_procol AS event
JOIN company USING (siren)
ORDER BY event.siren, event.effective_on
