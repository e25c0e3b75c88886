#!/usr/bin/env bash
# From a clone to a running system: builds the program, and starts it for this machine.
#
#   scripts/run.sh [ARGUMENT OF plumbline up…]
#
# PROFILE names another profile of cargo (`dev` builds sooner and runs slower).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

profile="${PROFILE:-release}"
cargo build --locked --profile "$profile"

target="${CARGO_TARGET_DIR:-target}"
program="$target/$([ "$profile" = dev ] && echo debug || echo "$profile")/plumbline"

if ! command -v plumbline >/dev/null; then
  echo "the program is $program; to find it by its name: export PATH=\"$(dirname "$(realpath "$program")"):\$PATH\""
fi
exec "$program" up "$@"
