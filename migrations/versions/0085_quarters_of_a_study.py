"""The lists of a study follow one another by three months, from the first day of any month: those of an instance may begin in any."""

from alembic import op

revision = "0085"
down_revision = "0084"
branch_labels = None
depends_on = None

NAME = "ck_impact_study_whole_quarters"
FORMER = " and ".join(
    f"extract(day from {day}) = 1 and extract(month from {day}) in (1, 4, 7, 10)"
    for day in ("cohort_from", "cohort_to")
)
MONTH = "extract(year from {0}) * 12 + extract(month from {0})"
STEPS = (
    "extract(day from cohort_from) = 1 and extract(day from cohort_to) = 1 and"
    f" mod({MONTH.format('cohort_to')} - ({MONTH.format('cohort_from')}), 3) = 0"
)


def upgrade() -> None:
    """Count quarters from the first list."""
    _hold(STEPS)


def downgrade() -> None:
    """Count those of the calendar; a study of other ones stays, as nobody may rewrite it."""
    _hold(FORMER, trusted=True)


def _hold(condition: str, *, trusted: bool = False) -> None:
    op.drop_constraint(op.f(NAME), "impact_study")
    op.execute(
        f"alter table impact_study add constraint {NAME} check ({condition})"
        + (" not valid" if trusted else "")
    )
