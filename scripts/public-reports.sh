#!/usr/bin/env bash
# Runs the machines of testdata/reports through a built program: `scripts/public-reports.sh PATH/plumbline`. Each gets a
# root folder and interfaces of its own, which takes root; without it a user namespace stands in for it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

PLUMBLINE=$(realpath "${1:?the path of a built plumbline}")
export PLUMBLINE
if [ "$(id -u)" -eq 0 ]; then
  exec testdata/reports/check.sh
fi
unshare --map-root-user --net true ||
  { echo "public-reports: neither root nor allowed to make user namespaces; run make test as root" >&2; exit 1; }
exec unshare --map-root-user testdata/reports/check.sh
