"""Files of accompagnements that somebody sent back."""

from app.exchanges.references import reference_of
from app.exchanges.returns import services
from tests.factories.network import working_as


def keep_file(agent_id: int, case_id: int) -> int:
    """A file that names an accompagnement and asks nothing of it; its number."""
    content = f"Accompagnement;Repère\n{reference_of(case_id)};\n".encode()
    with working_as(agent_id) as (session, who):
        return services.keep(session, who, content=content, name="retour.csv").id
