"""Where a need stands, from the answers of its experts; which answers lead where. Pure."""

from collections.abc import Collection, Mapping

from app.referrals.needs.models import NeedState, ReferralState

#: what an expert may make of a need, from each state: what is closed can be taken up again
ANSWERS: Mapping[ReferralState, tuple[ReferralState, ...]] = {
    ReferralState.TO_TREAT: (ReferralState.TAKEN, ReferralState.NOT_MINE),
    ReferralState.TAKEN: (ReferralState.HELPED, ReferralState.NO_HELP, ReferralState.UNREACHABLE, ReferralState.TO_TREAT),
    ReferralState.HELPED: (ReferralState.TAKEN,),
    ReferralState.NO_HELP: (ReferralState.TAKEN,),
    ReferralState.UNREACHABLE: (ReferralState.TAKEN,),
    ReferralState.NOT_MINE: (ReferralState.TO_TREAT,),
    ReferralState.EXPIRED: (ReferralState.TAKEN, ReferralState.NOT_MINE),
    ReferralState.REVOKED: (),
}  # fmt: skip
#: from the answer that decides first to the one that decides last: who works on it, then who helped, then who may still answer
_ORDER: tuple[tuple[ReferralState, NeedState], ...] = (
    (ReferralState.TAKEN, NeedState.TAKEN),
    (ReferralState.HELPED, NeedState.HELPED),
    (ReferralState.TO_TREAT, NeedState.TO_TREAT),
    (ReferralState.NO_HELP, NeedState.NO_HELP),
    (ReferralState.UNREACHABLE, NeedState.UNREACHABLE),
)


def derived(answers: Collection[ReferralState], *, is_withdrawn: bool) -> NeedState:
    """Return where a need stands: open as long as somebody works on it, or may; with nobody left, it waits for the team."""
    if is_withdrawn:
        return NeedState.WITHDRAWN
    return next((need for answer, need in _ORDER if answer in answers), NeedState.NOBODY)
