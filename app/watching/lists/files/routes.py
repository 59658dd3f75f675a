"""A list of firms filled from a file: the file is sent and looked at, then what it adds is added as if it were pasted."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.files import lines as sheets
from app.core.web.form_pages import accepted, status_of
from app.extensions import db
from app.watching.lists import queries
from app.watching.lists.files import services
from app.watching.lists.files.forms import FileForm
from app.watching.lists.files.services import Examined
from app.watching.lists.models import CompanyList

blueprint = Blueprint("company_list_files", __name__)

LIST = Subject("company_list", "company_list_id", queries.get_list)
#: lines left out, and firms to add, that the page names
SHOWN = 100


@blueprint.route("/listes/<int:company_list_id>/fichier", methods=["GET", "POST"])
@access(Permission.COMPANY_LIST_EDIT, subject=LIST)
def send(company_list: CompanyList) -> ResponseReturnValue:
    """Look at what a file would add to a list."""
    form = FileForm()
    examined = accepted(form, lambda: _examine(company_list, form))
    page = render_template(
        "watching/lists/file.html",
        company_list=company_list,
        form=FileForm(formdata=None) if examined else form,
        examined=examined,
        shown=SHOWN,
    )
    return page, 200 if examined else status_of(form)


def _examine(company_list: CompanyList, form: FileForm) -> Examined:
    upload = form.file.data
    content = upload.read(sheets.MAX_BYTES + 1)
    return services.examine(
        db.session(), require_identity(), company_list, content=content, name=upload.filename or ""
    )
