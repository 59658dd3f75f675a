"""The algorithm, without an account: its page, its record, the card of the model in service."""

import json

from flask import Blueprint, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from app.core.access.guard import public
from app.core.database.replica.pages import may_lag
from app.core.now import today
from app.core.web.answers import open_answer
from app.extensions import db
from app.transparency.algorithm import inventory, presenters, queries

blueprint = Blueprint("algorithm", __name__)

NO_CARD = "Aucun modèle n’est en service, ou le sien n’a pas de fiche."


@blueprint.get("/algorithme")
@public(why="information due à toute entreprise, la même pour tous, sans rien de confidentiel")
@may_lag(why="le modèle en service change en mois")
def show() -> ResponseReturnValue:
    """Show how the algorithm works, what it is worth, who decides, how to contest."""
    known = queries.in_force(db.session())
    return open_answer(
        render_template("transparency/algorithm.html", **presenters.page(known), scheme="system", current_identity=None)
    )  # fmt: skip


@blueprint.get("/algorithme.json")
@public(why="inventaire des algorithmes publics, le même pour tous")
@may_lag(why="le modèle en service change en mois")
def record() -> ResponseReturnValue:
    """Give the record of the algorithm for an inventory of public algorithms."""
    links = {
        name: url_for(endpoint, _external=True)
        for name, endpoint in (
            ("page", "algorithm.show"),
            ("fiche", "algorithm.card"),
            ("statistiques", "public_stats.show"),
        )
    }
    known = queries.in_force(db.session())
    told = inventory.record(known, current_app.config["VIGIE"], day=today(), links=links)
    text = json.dumps(told, ensure_ascii=False, indent=2)
    return open_answer(text, mimetype="application/json")


@blueprint.get("/algorithme/fiche.md")
@public(why="fiche du modèle en service, sans les petits groupes")
@may_lag(why="le modèle en service change en mois")
def card() -> ResponseReturnValue:
    """Give the card of the model in service, without what counts small groups of firms."""
    model = queries.find_model(db.session())
    written = model.metrics.get("card") if model else None
    if written is None:
        raise NotFound(NO_CARD)
    return open_answer(inventory.public_card(str(written)), mimetype="text/markdown")
