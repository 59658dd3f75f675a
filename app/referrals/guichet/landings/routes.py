"""The guichet of a theme, for the public and in the pages of partners; its management, for those who keep the guichets."""

from collections.abc import Sequence

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from app.core.access.elevation import reading_as_system
from app.core.access.guard import Subject, access, public, require_identity
from app.core.access.permissions import Permission
from app.core.front.addresses import address_of
from app.core.web.answers import let_embed
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.forms import choices
from app.core.web.htmx import redirect
from app.extensions import csrf, db
from app.referrals.guichet.door.pages import Counter, serve
from app.referrals.guichet.door.queries import Offer, list_offers
from app.referrals.guichet.landings import queries, services
from app.referrals.guichet.landings.forms import LandingForm, shown_values
from app.referrals.guichet.landings.models import Landing

blueprint = Blueprint("guichet_landings", __name__)

LANDING = Subject("landing", "landing_id", queries.get_landing)
WHY = "le guichet d’un thème, le même pour tous ; les sites qu’il nomme peuvent l’afficher"


@blueprint.route("/guichet/<slug>", methods=["GET", "POST"])
@public(why=WHY)
def show(slug: str) -> ResponseReturnValue:
    """Say a need by the guichet of a theme."""
    landing = _open(slug)
    address, done = (url_for(f"guichet_landings.{name}", slug=slug) for name in ("show", "done"))
    return serve(_counter_of(landing, address=address, done=done))


# In the page of a partner the browser holds no cookie of ours: the pass of the form is signed.
csrf.exempt(show)


@blueprint.get("/guichet/<slug>/merci")
@public(why=WHY)
def done(slug: str) -> ResponseReturnValue:
    """Say that a request left, in the same frame."""
    _open(slug)
    return render_template("guichet/done.html", again=url_for("guichet_landings.show", slug=slug))


@blueprint.get("/annuaire/guichets")
@access(Permission.LANDING_KEEP)
def index() -> ResponseReturnValue:
    """The guichets, where each is shown and how many requests came by it."""
    session, identity = db.session(), require_identity()
    landings = queries.list_landings(session, identity)
    return render_template(
        "guichet/landings.html",
        landings=[(each, address_of("guichet_landings.show", slug=each.slug)) for each in landings],
        counts=queries.count_requests(session, identity),
    )


@blueprint.route("/annuaire/guichets/nouveau", methods=["GET", "POST"])
@access(Permission.LANDING_KEEP)
def create() -> ResponseReturnValue:
    """Create a guichet."""
    form, draft = open_form(LandingForm)
    _offer(form)
    made = accepted(form, lambda: services.add(db.session(), require_identity(), form.entry))
    if made is not None:
        flash(f"Le guichet est ouvert à l’adresse /guichet/{made.slug}.", "success")
        return redirect("guichet_landings.index")
    return _form(form, draft, "Ouvrir un guichet")


@blueprint.route("/annuaire/guichets/<int:landing_id>", methods=["GET", "POST"])
@access(Permission.LANDING_KEEP, subject=LANDING)
def change(landing: Landing) -> ResponseReturnValue:
    """Change a guichet."""
    form, draft = open_form(LandingForm, **shown_values(landing))
    _offer(form)
    if accepted(form, lambda: _change(landing, form)):
        flash("Le guichet est à jour.", "success")
        return redirect("guichet_landings.index")
    return _form(form, draft, f"Modifier « {landing.title} »")


@blueprint.post("/annuaire/guichets/<int:landing_id>/archivage")
@access(Permission.LANDING_KEEP, subject=LANDING)
def archive(landing: Landing) -> ResponseReturnValue:
    """Archive a guichet, or bring it back."""
    becomes = not landing.is_archived
    attempted(
        lambda: services.archive(db.session(), require_identity(), landing, archived=becomes),
        done=lambda _: "Le guichet est archivé." if becomes else "Le guichet est rouvert.",
    )
    return redirect("guichet_landings.index")


def _open(slug: str) -> Landing:
    """The guichet of an address, whose answer the sites that it names may hold; raise `NotFound`."""
    session = db.session()
    with reading_as_system(session, reason="Guichet d’un thème"):
        landing = queries.find_open(session, slug)
    if landing is None:
        raise NotFound
    let_embed(landing.origins)
    return landing


def _counter_of(landing: Landing, *, address: str, done: str) -> Counter:
    """Return the guichet of a theme."""
    return Counter(
        address=address, done=done, title=landing.title, intro=landing.intro, partner=landing.partner,
        subject_ids=tuple(landing.subject_ids), landing_id=landing.id,
    )  # fmt: skip


def _change(landing: Landing, form: LandingForm) -> bool:
    services.change(db.session(), require_identity(), landing, form.entry)
    return True


def _offers() -> Sequence[Offer]:
    with reading_as_system(db.session(), reason="Besoins proposés"):
        return list_offers(db.session())


def _offer(form: LandingForm) -> None:
    form.subject_ids.choices = choices((str(each.number), each.wording) for each in _offers())


def _form(form: LandingForm, draft: object, title: str) -> ResponseReturnValue:
    page = render_template("guichet/landing_form.html", form=form, draft=draft, title=title)
    return page, status_of(form)
