"""A second thought asked of whoever puts a telephone or such a number into a text that others will read."""

from hashlib import sha256
from typing import Any, ClassVar

from wtforms import HiddenField

from app.core.text.personal import personal_in
from app.core.web.forms import DsfrForm

CAUTION = (
    "Ce texte contient {found} : ses lecteurs le liront aussi longtemps que le texte."
    " Retirez-le s’il n’est pas nécessaire, ou envoyez de nouveau pour le garder."
)


class CautiousForm(DsfrForm):
    """A form whose texts others will read: what looks personal is sent twice, or taken out."""

    #: its texts
    SHARED: ClassVar[tuple[str, ...]] = ("body",)
    #: a digest of what its writer was told of
    told = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask once about what looks personal, after everything else is right."""
        if not super().validate(extra_validators):
            return False
        found = personal_in("\n".join(self[name].data or "" for name in self.SHARED))
        words = " ".join(sorted({each.words for each in found}))
        digest = sha256(words.encode()).hexdigest()
        if not found or self.told.data == digest:
            return True
        self.told.data = digest
        said = ", ".join(f"{each.kind} ({each.words})" for each in found)
        self.form_errors.append(CAUTION.format(found=said))
        return False
