"""The confidentiality commitment: its text is versioned, and a signature is valid for three months."""

from datetime import timedelta
from hashlib import sha256

VERSION = "2026-11"
VALID_FOR = timedelta(days=91)

TEXT = """
Vigie réunit des données couvertes par le secret professionnel, le secret fiscal et le secret des affaires. Leur seul usage est de
repérer et d’aider les entreprises en difficulté.

Je ne communique à personne mes moyens de connexion, et je ne consulte que ce dont ma mission a besoin.

Je ne divulgue aucune information qui puisse nuire à une entreprise, à ses salariés ou à ses dirigeants. Le fait même qu’une
entreprise figure dans une liste est confidentiel.

Ce que j’écris est factuel, utile au suivi, et adressé au cercle de lecteurs que je choisis.

Mes consultations, mes exports et mes écritures sont journalisés.

La violation de ces obligations expose à des sanctions disciplinaires et pénales (articles 226-13 et 432-12 du code pénal, article
L. 465-1 du code monétaire et financier).
"""
PARAGRAPHS = tuple(paragraph.replace("\n", " ") for paragraph in TEXT.strip().split("\n\n"))
#: stored with each signature: proves which text was signed, whatever its version number
TEXT_SHA256 = sha256(TEXT.encode()).hexdigest()
