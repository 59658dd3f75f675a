SELECT
    plan.siret,
    company.siren,
    establishment.department,
    plan.created_on,
    plan.due_on,
    plan.amount,
    coalesce(plan.stage, '') AS stage,
    coalesce(plan.action, '') AS action
FROM lake_delai AS plan
JOIN company ON company.siren = left(plan.siret, 9)
LEFT JOIN shown_firm ON shown_firm.siren = company.siren
LEFT JOIN establishment USING (siret)
WHERE shown_firm.siren IS NOT NULL OR NOT getvariable('has_perimeter')
ORDER BY plan.siret, plan.created_on
