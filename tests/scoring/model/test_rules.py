"""Expert rules: what moves a level, and what a text that is no rule is told."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from scoring.features import REGISTRY
from scoring.listing import rules_file, ruling
from scoring.listing.rules import RuleSet
from scoring.listing.rules_file import RulesError

DAY = date(2021, 2, 1)
TABLE = pd.DataFrame(
    {
        "siren": ["a", "b", "c", "d"],
        "debt_ratio": [1.25, 1.10, 200 / 75, np.nan],
        "debt_ratio_lag6": [1.00, 1.00, 50 / 75, 1.0],
        "workforce": [10.0, 20.0, 30.0, np.nan],
        "department": ["21", "58", None, "21"],
    }
)


def read(text: str) -> RuleSet:
    return rules_file.parse(text, REGISTRY)


def rule(when: str, *, effect: str = "+1", more: str = "", name: str = "essai") -> str:
    return (
        f"  - name: {name}\n    when: {when}\n    effect: {effect}\n"
        f"    reason: Une raison\n    author: Anne\n    from: 2021-01-01\n{more}"
    )


def found(*written: str, levels: list[str | None] | None = None, day: date = DAY) -> pd.DataFrame:
    text = "rules:\n" + "".join(written)
    return ruling.apply(read(text), TABLE, levels or [None] * 4, as_of=day)


def touched(when: str) -> list[str]:
    """Return the firms to which a rule applies."""
    table = found(rule(when))
    return table.loc[table["rules"].str.len() > 0, "siren"].tolist()


def test_the_rule_of_2021_gives_its_published_vector() -> None:
    # debts 125, 110, 200 in January; 100, 100, 50 in July; contributions 100, 100, 75 a month
    shipped = read(rules_file.examples())
    enabled = replace(shipped, rules=tuple(replace(r, is_enabled=True) for r in shipped.rules[:1]))
    levels = [None, None, "elevee", None]
    after = ruling.apply(enabled, TABLE, levels, as_of=DAY)
    assert after["level"].tolist() == ["moderee", None, "elevee", None]
    assert after["model_level"].tolist() == levels
    assert after["rules"].tolist() == [[shipped.rules[0].name], [], [shipped.rules[0].name], []]


def test_the_examples_are_readable_and_change_nothing() -> None:
    shipped = read(rules_file.examples())
    assert len(shipped.rules) == 5
    assert not any(rule.is_enabled for rule in shipped.rules)
    # all but the one on public accounts use a confidential nature
    assert [rule.name for rule in shipped.rules if not rule.natures] == [
        "exploitation-et-capitaux-negatifs"
    ]


def test_the_accounting_rule_of_2022_wants_both_signs() -> None:
    (shipped,) = (r for r in read(rules_file.examples()).rules if not r.natures)
    table = pd.DataFrame(
        {
            "siren": list("abcde"),
            "accounts_ebitda_margin": [-0.1, 0.1, -0.1, -0.1, -0.1],
            "accounts_revenue_change": [-0.2, 0.0, -0.3, 0.0, np.nan],
            "accounts_autonomy": [-0.1, -0.1, -0.1, 0.1, -0.1],
        }
    )
    assert ruling.holds(shipped.condition, table).tolist() == [True, False, False, False, False]


@pytest.mark.parametrize(
    ("when", "firms"),
    [
        ('{feature: workforce, op: ">", value: 20}', ["c"]),
        ('{feature: workforce, op: ">=", value: 20}', ["b", "c"]),
        ('{feature: workforce, op: "<", value: 20}', ["a"]),
        ('{feature: workforce, op: "<=", value: 20}', ["a", "b"]),
        ('{feature: workforce, op: "==", value: 20}', ["b"]),
        ('{feature: workforce, op: "!=", value: 20}', ["a", "c"]),
        ("{feature: workforce, op: absent}", ["d"]),
        ("{feature: workforce, op: present}", ["a", "b", "c"]),
        ('{feature: department, op: "==", value: "21"}', ["a", "d"]),
        ('{feature: department, op: "!=", value: "21"}', ["b"]),
        ("{feature: department, op: absent}", ["c"]),
        ('{feature: debt_ratio, minus: debt_ratio_lag6, op: ">", value: 0.2}', ["a", "c"]),
        ('{feature: debt_ratio, per: debt_ratio_lag6, op: ">", value: 2}', ["c"]),
        (
            '{all: [{feature: workforce, op: ">", value: 5}, {feature: department, op: "==", value: "21"}]}',
            ["a"],
        ),
        (
            '{any: [{feature: workforce, op: ">", value: 25}, {feature: department, op: "==", value: "21"}]}',
            ["a", "c", "d"],
        ),
    ],
)
def test_each_comparison_finds_its_firms_and_the_unknown_is_false(
    when: str, firms: list[str]
) -> None:
    assert touched(when) == firms


def test_a_quotient_by_zero_is_unknown() -> None:
    table = TABLE.assign(debt_ratio_lag6=0.0)
    text = "rules:\n" + rule('{feature: debt_ratio, per: debt_ratio_lag6, op: ">", value: 0}')
    assert ruling.apply(read(text), table, [None] * 4, as_of=DAY)["rules"].str.len().sum() == 0


@pytest.mark.parametrize(
    ("effect", "limit", "before", "after"),
    [
        ("+1", 2, None, "moderee"),
        ("+1", 2, "moderee", "elevee"),
        ("+1", 2, "elevee", "elevee"),
        ("+2", 2, None, "elevee"),
        ("+2", 1, None, "moderee"),
        ("-1", 2, "elevee", "moderee"),
        ("-1", 2, "moderee", None),
        ("-1", 2, None, None),
    ],
)
def test_the_effect_moves_the_level_within_its_bounds(
    effect: str, limit: int, before: str | None, after: str | None
) -> None:
    text = f"limit: {limit}\nrules:\n" + rule(
        '{feature: workforce, op: ">", value: 0}', effect=effect
    )
    table = ruling.apply(read(text), TABLE, [before] * 4, as_of=DAY)
    assert table["level"].tolist() == [after, after, after, before]
    assert len(ruling.moved(table)) == (3 if before != after else 0)


def test_effects_add_up_and_two_that_cancel_out_are_both_listed() -> None:
    up = rule('{feature: workforce, op: ">", value: 0}', name="plus")
    down = rule('{feature: workforce, op: ">", value: 0}', name="moins", effect="-1")
    table = found(up, down, levels=["moderee"] * 4)
    assert table["level"].tolist() == ["moderee"] * 4
    assert table["rules"].iloc[0] == ["plus", "moins"]


@pytest.mark.parametrize(
    ("day", "more", "applies"),
    [
        (date(2020, 12, 31), "", False),
        (date(2021, 1, 1), "", True),
        (date(2021, 3, 31), "    until: 2021-03-31\n", True),
        (date(2021, 4, 1), "    until: 2021-03-31\n", False),
        (date(2021, 2, 1), "    enabled: false\n", False),
    ],
)
def test_a_rule_has_its_dates(day: date, more: str, applies: bool) -> None:
    table = found(rule('{feature: workforce, op: ">", value: 0}', more=more), day=day)
    assert bool(table["rules"].str.len().sum()) is applies


def test_a_rule_bears_every_nature_its_features_need() -> None:
    text = "rules:\n" + rule(
        '{any: [{feature: debt_ratio, op: ">", value: 1},'
        ' {all: [{feature: short_time_consumed_12m, op: ">", value: 1}, {feature: workforce, op: absent}]}]}'
    )
    assert read(text).rules[0].natures == ("activite_partielle", "urssaf")
    public = "rules:\n" + rule('{feature: workforce, minus: debt_ratio, op: ">", value: 1}')
    assert read(public).rules[0].natures == ("urssaf",)
    assert read("rules:\n" + rule("{feature: workforce, op: absent}")).rules[0].natures == ()


def test_nothing_written_is_no_rule() -> None:
    for text in ("", "# rien", "rules: []"):
        assert (
            ruling.apply(read(text), TABLE, ["elevee"] * 4, as_of=DAY)["level"].tolist()
            == ["elevee"] * 4
        )


GOOD = '{feature: workforce, op: ">", value: 1}'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rules:\n" + rule('{feature: secret, op: ">", value: 1}'), "« secret » n’est pas une variable"),
        ("rules:\n" + rule('{feature: workforce, op: "=~", value: 1}'), "« op » est l’un de"),
        ("rules:\n" + rule("{feature: workforce, op: eval, value: 1}"), "« op » est l’un de"),
        ("rules:\n" + rule('{feature: workforce, op: ">", value: dix}'), "« value » est un nombre"),
        ("rules:\n" + rule('{feature: workforce, op: ">", value: .nan}'), "« value » est un nombre"),
        ("rules:\n" + rule('{feature: workforce, op: ">", value: true}'), "« value » est un nombre"),
        ("rules:\n" + rule('{feature: department, op: ">", value: "21"}'), "une catégorie"),
        ("rules:\n" + rule('{feature: department, op: "==", value: 21}'), "entre guillemets"),
        ("rules:\n" + rule("{feature: workforce, op: absent, value: 1}"), "se passe de"),
        ("rules:\n" + rule('{feature: workforce, minus: age, per: age, op: ">", value: 1}'), "ne vont pas ensemble"),
        ("rules:\n" + rule('{feature: workforce, op: ">", value: 1, than: 2}'), "clé inconnue « than »"),
        ("rules:\n" + rule("{all: []}"), "« all » est seul"),
        ("rules:\n" + rule("une phrase"), "« when » est une comparaison"),
        ("rules:\n" + rule("{any: [" * 7 + GOOD + "]}" * 7), "imbriquée"),
        ("rules:\n" + rule(GOOD, effect="3"), "« effect » vaut"),
        ("rules:\n" + rule(GOOD, effect="true"), "« effect » vaut"),
        ("rules:\n" + rule(GOOD, more="    until: 2020-01-01\n"), "« until » précède"),
        ("rules:\n" + rule(GOOD, more="    until: demain\n"), "« until » est une date"),
        ("rules:\n" + rule(GOOD, more="    until: 2021-02-31\n"), "illisible"),
        ("rules:\n" + rule(GOOD, more="    enabled: peut-être\n"), "« enabled » vaut"),
        ("rules:\n" + rule(GOOD, more="    Enabled: true\n"), "clé inconnue « Enabled »"),
        ("rules:\n" + rule(GOOD, name="Été"), "minuscules"),
        ("rules:\n" + rule(GOOD) + rule(GOOD), "Deux règles portent le nom « essai »"),
        ("rules:\n" + rule(GOOD, more="    effect: -1\n"), "clé écrite deux fois : effect"),
        ("rules:\n  - name: x\n", "« reason » est à écrire"),
        ("rules:\n  - 12\n", "une règle est une suite"),
        ("rules: 12", "« rules » doit être une liste"),
        ("limit: 3\nrules: []", "« limit » vaut"),
        ("- rules", "Le texte doit être"),
        ("rules: [\n", "illisible à la ligne"),
        ("rules:\n  - name: a: b\n", "illisible à la ligne 2"),
        ("rules: !!python/object/apply:os.system ['true']", "illisible"),
        ("a: &a [x]\nrules: *a", "alias"),
        ("[" * 5000, "illisible"),
        ("\x00", "illisible"),
        ("#" * 20_001, "dépasse 20000 caractères"),
    ],
)  # fmt: skip
def test_what_is_no_rule_is_refused_in_french(text: str, words: str) -> None:
    with pytest.raises(RulesError) as refused:
        read(text)
    assert words in str(refused.value)


def test_all_mistakes_are_reported_at_once_with_their_place() -> None:
    text = "rules:\n" + rule(GOOD, effect="9", name="une") + rule("{all: 1}", name="deux")
    with pytest.raises(RulesError) as refused:
        read(text)
    assert [message.split(" : ")[0] for message in refused.value.messages] == [
        "Règle 1 (« une »)",
        "Règle 2 (« deux »)",
    ]
