"""Each source says which right its lines are read with, or that they are everybody's or nobody's."""

from dataclasses import MISSING, fields
from typing import Any

import pytest

from scoring.data.sources.base import Source
from scoring.data.sources.registry import SOURCES
from scoring.data.sources.series import SERIES
from scoring.vocabulary import Nature, Openness

# What may be published of each partner's file; a new source has its line here, read by a second person.
NATURES: dict[Nature | Openness, set[str]] = {
    Openness.PUBLIC: {
        "bodacc", "communes", "comptes", "sirene_etab", "sirene_histo", "sirene_succession", "sirene_ul",
        "sirene_ul_histo", "terrind",
    },
    Nature.URSSAF: {
        "admin_urssaf", "ccsf", "cotisation", "debit", "delai", "effectif", "effectif_ent", "paydex", "procol",
    },
    Nature.ACTIVITE_PARTIELLE: {"ap_conso", "ap_demande"},
    Nature.BANQUE_DE_FRANCE: {"bdf"},
    Nature.COMPTES_CONFIDENTIELS: {"diane"},
    Openness.CLOSED: {"ellisphere", "listes"},
}  # fmt: skip


def test_a_source_without_a_nature_is_refused() -> None:
    (nature,) = [field for field in fields(Source) if field.name == "nature"]
    assert nature.default is MISSING
    said: dict[str, Any] = {
        field.name: getattr(SOURCES["debit"], field.name) for field in fields(Source)
    }
    assert Source(**said) == SOURCES["debit"]
    del said["nature"]
    with pytest.raises(TypeError, match="nature"):
        Source(**said)


def test_the_sources_have_the_natures_that_were_decided() -> None:
    declared = {name: source.nature for name, source in SOURCES.items() if name not in SERIES}
    assert declared == {name: nature for nature, names in NATURES.items() for name in names}


def test_a_series_has_the_nature_of_its_declaration() -> None:
    for name, series in SERIES.items():
        assert SOURCES[name].nature == (series.nature or Openness.PUBLIC)
