"""The rules of routing read one after the other over every expert, slowly and plainly: what the engine is compared with."""

from app.referrals.routing.cards import Directory, ExpertCard, Need


def expected(need: Need, directory: Directory) -> tuple[set[int], dict[int, str]]:
    """Whom a need is put to, and why not for everybody else, by code of `WhyNot`."""
    own, why = _on_their_own(need, directory)
    chosen = set(own)
    for expert_id, reason in list(why.items()):
        if reason == "absence":
            delegate = _delegate(need, directory, directory.experts[expert_id])
            if delegate is not None:
                why[expert_id] = "remplacement"
                chosen.add(delegate)
                why.pop(delegate, None)
    for antenne in directory.antennes.values():
        theirs = [e for e in sorted(chosen) if directory.experts[e].antenne_id == antenne.id]
        while antenne.most is not None and len(theirs) > antenne.most:
            busiest = max(theirs, key=lambda e: (directory.experts[e].load, e))
            theirs.remove(busiest)
            chosen.remove(busiest)
            why[busiest] = "charge"
    return (chosen or _last_resort(need, directory)), why


def _on_their_own(need: Need, directory: Directory) -> tuple[set[int], dict[int, str]]:
    chosen, why = set(), {}
    for expert in directory.experts.values():
        if expert.is_archived:
            why[expert.id] = "archive"
        elif need.subject_id not in expert.subjects or need.subject_id not in directory.subjects:
            why[expert.id] = "sujet"
        elif need.place is None or not _answers_in(expert, need):
            why[expert.id] = "territoire"
        elif not _accepts(expert, need):
            why[expert.id] = "criteres"
        elif _is_away(expert, need):
            why[expert.id] = "absence"
        elif expert.capacity is not None and expert.load >= expert.capacity:
            why[expert.id] = "capacite"
        else:
            chosen.add(expert.id)
    return chosen, why


def _answers_in(expert: ExpertCard, need: Need) -> bool:
    assert need.place is not None
    return any(area in need.place.within or area in need.place.parts for area in expert.areas)


def _accepts(expert: ExpertCard, need: Need) -> bool:
    wanted, facts = expert.criteria, need.facts
    for subjects, criteria in reversed(expert.limited):
        if need.subject_id in subjects:
            wanted = criteria
    if facts.workforce is not None:
        low, high = facts.workforce
        if wanted.workforce_min is not None and high is not None and high < wanted.workforce_min:
            return False
        if wanted.workforce_max is not None and low > wanted.workforce_max:
            return False
    if facts.naf and wanted.naf_accepted and not facts.naf.startswith(wanted.naf_accepted):
        return False
    if facts.naf and wanted.naf_excluded and facts.naf.startswith(wanted.naf_excluded):
        return False
    return wanted.debt is None or facts.has_debt is None or wanted.debt == facts.has_debt


def _is_away(expert: ExpertCard, need: Need) -> bool:
    return any(away.starts_on <= need.day <= away.ends_on for away in expert.absences)


def _delegate(need: Need, directory: Directory, absent: ExpertCard) -> int | None:
    away = [a for a in absent.absences if a.starts_on <= need.day <= a.ends_on]
    last = max(away, key=lambda each: each.ends_on)
    found = directory.experts.get(last.delegate_id or 0)
    if found is None or found.is_archived or need.subject_id not in found.subjects:
        return None
    is_full = found.capacity is not None and found.load >= found.capacity
    if is_full or _is_away(found, need) or not _accepts(found, need):
        return None
    return found.id


def _last_resort(need: Need, directory: Directory) -> set[int]:
    if need.place is None or need.subject_id not in directory.subjects:
        return set()
    for wanted in (need.subject_id, None):
        for area in need.place.within:
            for fallback in sorted(directory.fallbacks, key=lambda each: each.id):
                expert = directory.experts.get(fallback.expert_id)
                is_it = (fallback.subject_id, fallback.area) == (wanted, area)
                if is_it and expert and not expert.is_archived and not _is_away(expert, need):
                    return {expert.id}
    return set()
