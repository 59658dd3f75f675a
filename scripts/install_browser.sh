#!/usr/bin/env bash
# Make sure there is a Chromium for the browser tests; root installs Debian's, others are told what is missing.
set -euo pipefail

for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installation de Chromium pour les tests…"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null
else
  echo "Chromium manque : les tests du navigateur en ont besoin (apt install chromium fonts-liberation)." >&2
  exit 1
fi
