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
LEFT JOIN establishment USING (siret)
ORDER BY plan.siret, plan.created_on
