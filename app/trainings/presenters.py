"""The progress of a training, step by step."""

from dataclasses import dataclass

from app.trainings.models import TrainingRun, TrainingState, TrainingStep


@dataclass(frozen=True, kw_only=True)
class ProgressStep:
    """A step of a training, for the `steps` macro of `dsfr/progress.html`."""

    label: str
    state: str
    detail: str | None = None


def training_steps(run: TrainingRun) -> list[ProgressStep]:
    """Return the steps of a training: those before the current one are done."""
    order = list(TrainingStep)
    at = len(order) if run.state is TrainingState.DONE else order.index(run.step)
    states = ["done"] * at + [run.state.value] + ["waiting"] * len(order)
    return [
        ProgressStep(
            label=step.label,
            state=state,
            detail=run.error if position == at else None,
        )
        for position, (step, state) in enumerate(zip(order, states, strict=False))
    ]
