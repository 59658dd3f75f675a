#!/usr/bin/env bash
# Make the virtual environment: make_venv.sh PYTHON DIRECTORY. Says what is missing when it cannot.
set -euo pipefail
python=$1 directory=$2

if ! command -v "$python" >/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3 python3-venv
  else
    echo "Python 3.11 ou plus récent est introuvable : apt install python3 python3-venv" >&2
    exit 1
  fi
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Vigie demande Python 3.11 ou plus récent ; $("$python" --version) est installé. Indiquez-en un autre : make PYTHON=python3.12 …" >&2
  exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv
  else
    echo "Le module venv manque : apt install python3-venv" >&2
    exit 1
  fi
fi
"$python" -m venv "$directory"
