"""How far a training is, step by step."""

from dataclasses import dataclass

from app.trainings.models import TrainingRun, TrainingState, TrainingStep


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of a training, as `steps` of `dsfr/progress.html` wants it."""

    label: str
    state: str
    detail: str | None = None


def training_steps(run: TrainingRun) -> list[Step]:
    """The steps of a training: those before the one it is at are done."""
    order = list(TrainingStep)
    at = len(order) if run.state is TrainingState.DONE else order.index(run.step)
    states = ["done"] * at + [run.state.value] + ["waiting"] * len(order)
    return [
        Step(
            label=step.label,
            state=state,
            detail=run.error if position == at else None,
        )
        for position, (step, state) in enumerate(zip(order, states, strict=False))
    ]
