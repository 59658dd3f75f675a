#!/usr/bin/env bash
# Write requirements*.txt from requirements*.in: every version and the hash of every file of it, for every machine and Python ≥ 3.11.
# lock.sh UV [OPTION…]: what is pinned stays where it is, unless an option (--upgrade, --upgrade-package NAME) says otherwise.
set -euo pipefail
uv=$1
shift
cd "$(dirname "$0")/.."

# The run-time set comes first: the others are pinned beside it.
for name in requirements requirements-dev requirements-spark requirements-s3; do
  "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
    "$@" "$name.in" --output-file "$name.txt" >/dev/null
  echo "$name.txt : $(grep -c '^[a-z]' "$name.txt") bibliothèques figées."
done
