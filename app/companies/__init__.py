"""Legal units and establishments: identity, monthly series, payment plans, procedures; who reads them.

- ``accounts``: the annual accounts of a firm as its page shows them: a line a figure, a column a closing.
- ``charts``: the charts of a firm's months, and which months nobody knows.
- ``grounds``: why an agent can read a firm, which natures of its data, and what keeps the others closed; decided only here.
- ``readings``: every page about a firm leaves a trace in the journal, whichever domain serves it.
"""

from flask import Flask

from app.core.access.permissions import clauses
from scoring.data.perimeter_rule import takes_sole_traders


def init_app(app: Flask) -> None:
    """Plug the domain in."""
    from app.companies import models as _models  # noqa: F401 - declares the tables
    from app.companies import policies, presenters, readings
    from app.companies.sectors import models as _sectors  # noqa: F401 - declares the tables
    from app.companies.successions import models as _successions  # noqa: F401 - declares the table
    from scoring.dictionary import legal_categories, naf

    # A value that is neither yes nor no is refused at start, as those of other settings are.
    takes_sole_traders()
    clauses.fill(policies.RULES)
    readings.watch()
    for label in (
        naf.activity_label,
        naf.section_label,
        legal_categories.legal_category_label,
        presenters.age_in_years,
        presenters.plan_state,
        presenters.procedure_sentence,
    ):
        app.add_template_filter(label, label.__name__)
    app.add_template_global(policies.reach, "reach_of")
