"""What the wording of a judgment says: its stage, the procedure it puts the firm in, the one it ends.

SQL over one text, compared without accents, capitals or curly apostrophes. A wording that none of the
shapes describe says nothing: its stage is `autre`, and it moves no firm.
"""

from __future__ import annotations

from scoring.data.sources.lines import literal

# From the most severe to the least: of several procedures named, a firm is in the first.
KINDS = ("liquidation", "redressement", "sauvegarde")
KIND = f"({'|'.join(KINDS)})"
# Words that put a firm in a procedure.
ENTERING = "(ouvrant|ouverture d|prononcant|conversion|convertissant)"
# The judgment itself puts the firm in the procedure it names.
OPENS = (
    "(prononcant|ouvrant|convertissant)( d.office| en consequence)?"
    f"( la| le| une| un| en| sa| d.une)?( procedure (de|en)| mise en)? {KIND}"
)
# What is not done, or is undone, before « et » something else.
UNDOING = "(rejet|refus|irrecevab|infirm|annul|nullite)"
ADOPTING = "(^|arretant|arrete|adoptant|homologuant|(jugement|arret|homologation) d[eu])"
# The first shape found in the wording gives the stage.
STAGES = (
    ("depot", "^(avis de )?depot|^liste des creances|^etat (des creances|de collocation)"),
    ("ouverture", f"{UNDOING}.*(,| et) {OPENS}"),
    ("infirmation", "(infirm|annul).*(rejet|refus)"),
    ("retractation", "retractation|(infirm|annul|nullite).*(ouverture|ouvrant|la procedure de)"),
    ("infirmation", "infirm"),
    ("autre", "proroge|prolong|report|renvo|suspen|confirm|(applica|appliqua|regles).*simplifiee"),
    # What is asked for is not granted.
    ("autre", "rejet|refus|irrecevab|avoir lieu|reouverture des debats"),
    ("conversion", f"(mettant fin|clotur).*{ENTERING}.*{KIND}"),
    ("cloture", f"clotur|mettant fin (a|au|aux) (la |l.)?(procedure|plan|{KIND})"),
    ("cloture", r"constat.*\bexecution .*plan"),
    ("resolution_plan", "resolution"),
    ("conversion", "conversion|convertissant"),
    ("modification_plan", "modifi"),
    ("ouverture", f"cession.*{OPENS}"),
    ("plan_cession", "plan de cession"),
    # A plan may be named without being adopted: a commissaire is appointed, it lapses…
    ("plan_continuation", f"{ADOPTING}( le| un)? ?plan de (redressement|continuation|sauvegarde)"),
    ("plan_continuation", "arretant (le|un) plan"),
    ("extension", "extension"),
    ("reprise", "reprise|reouverture"),
    ("ouverture", f"ouverture|ouvrant|{OPENS}|^jugement (de|en) {KIND}"),
)
ENTERS = ("ouverture", "conversion", "extension", "reprise", "resolution_plan")
ENDS = ("cloture", "conversion", "resolution_plan", "retractation")
# Letters written in UTF-8 and read as Windows or Latin ones: « ClÃ´ture ».
MISREAD = tuple(
    (letter.encode().decode(encoding), letter)
    for encoding in ("cp1252", "latin-1")
    for letter in "àâçèéêëîïôöùûüœÀÂÇÈÉÊËÎÔÙÛ’–"
)


def repaired(expression: str) -> str:
    """Return SQL: a French text, its accents put right where they were read in another encoding."""
    right = expression
    for wrong, letter in MISREAD:
        right = f"replace({right}, {literal(wrong)}, {literal(letter)})"
    suspect = f"contains({expression}, 'Ã') OR contains({expression}, 'â€')"
    return f"CASE WHEN {suspect} THEN {right} ELSE {expression} END"


def plain(expression: str) -> str:
    """Return SQL: the text the shapes are looked for in: no accent, no capital, straight apostrophes."""
    return f"replace(strip_accents(lower({expression})), '’', '''')"


def stage(wording: str, family: str) -> str:
    """Return SQL: the stage of a plain wording; what a family of deposits publishes is a deposit."""
    shapes = " ".join(
        f"WHEN regexp_matches({wording}, {literal(shape)}) THEN '{name}'" for name, shape in STAGES
    )
    return f"CASE WHEN contains({family}, 'depot') THEN 'depot' {shapes} ELSE 'autre' END"


def entered(wording: str, stage_name: str) -> str:
    """Return SQL: the procedure the firm is in once the judgment is public, NULL when it says none."""
    # « résolution du plan de redressement et la liquidation judiciaire » enters the latter.
    rest = (
        "regexp_replace(regexp_replace("
        f"{wording}, 'plan de (la )?(procedure de )?({KIND}|continuation)( acceleree)?', '', 'g'),"
        f" '(mettant fin|clotur).*?{ENTERING}|{UNDOING}.*?(,| et) {ENTERING}', '')"
    )
    turned = f"regexp_extract({rest}, ' en (une )?(procedure de )?{KIND}', 3)"
    plans = f"CASE WHEN contains({wording}, 'continuation') THEN 'redressement' ELSE {_worst(wording)} END"
    return (
        f"CASE WHEN {stage_name} IN ('plan_continuation', 'modification_plan') THEN {plans}"
        f" WHEN {stage_name} IN ({_listed(ENTERS)})"
        f" THEN coalesce(nullif({turned}, ''), {_worst(rest)}) END"
    )


def ended(wording: str, stage_name: str, kind: str) -> str:
    """Return SQL: the procedure the judgment ends, NULL when it ends none or does not say which."""
    broken = f"regexp_extract({wording}, 'plan de (la )?(procedure de )?({KIND}|continuation)', 3)"
    others = " ".join(
        f"WHEN contains({wording}, '{name}') AND {kind} IS DISTINCT FROM '{name}' THEN '{name}'"
        for name in KINDS
    )
    # Only a liquidation is closed for want of assets; only a sauvegarde becomes a redressement.
    implied = (
        f"WHEN contains({wording}, 'insuffisance') THEN 'liquidation'"
        f" WHEN {kind} = 'redressement' THEN 'sauvegarde'"
    )
    return (
        f"CASE WHEN {stage_name} = 'resolution_plan'"
        f" THEN nullif(replace({broken}, 'continuation', 'redressement'), '')"
        f" WHEN {stage_name} IN ({_listed(ENDS)}) THEN CASE {others} {implied} END END"
    )


def _worst(wording: str) -> str:
    """Return SQL: the most severe procedure named, NULL when there is none."""
    named = " ".join(f"WHEN contains({wording}, '{name}') THEN '{name}'" for name in KINDS)
    return f"CASE {named} END"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)
