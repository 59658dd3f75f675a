#!/usr/bin/env bash
# Ask the advisory database about every pinned library: 0 nothing known, 1 something known, 2 it could not be asked.
set -uo pipefail
pip_audit=${1:-.venv/bin/pip-audit}
shift || true
requirements=("$@")
[ ${#requirements[@]} -gt 0 ] || requirements=(requirements.txt requirements-dev.txt)
report=$(mktemp) said=$(mktemp)
witness=$(mktemp)
trap 'rm -f "$report" "$said" "$witness"' EXIT
worst=0

# A mirror may answer without knowing any advisory: a version known to be vulnerable tells.
echo "jinja2==2.10" >"$witness"
if "$pip_audit" --requirement "$witness" --no-deps --disable-pip --progress-spinner off >"$said" 2>&1; then
  echo "AUDIT NON FAIT : la source interrogée ne connaît aucun avis de sécurité, pas même un avis ancien." >&2
  exit 2
fi

for file in "${requirements[@]}"; do
  : >"$report"
  "$pip_audit" --requirement "$file" --require-hashes --disable-pip --progress-spinner off \
    --format json --output "$report" >"$said" 2>&1
  status=$?
  # A report is written when every library was asked about, and not otherwise.
  if ! [ -s "$report" ]; then
    tail -n 2 "$said" >&2
    echo "$file : AUDIT NON FAIT, la base d’avis de sécurité n’a pas pu être interrogée. Ceci n’est pas un résultat." >&2
    worst=2
  elif [ "$status" -eq 0 ]; then
    echo "$file : aucun avis de sécurité connu."
  else
    tail -n 2 "$said" >&2
    cat "$report"
    echo "$file : des avis de sécurité sont connus, voir ci-dessus." >&2
    [ "$worst" -eq 2 ] || worst=1
  fi
done
exit "$worst"
