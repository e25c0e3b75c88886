#!/usr/bin/env bash
# Kills the program under load over both kinds of store, then drives reports through it for a while; what was found goes
# into docs/reliability.md.
#
#   scripts/torture.sh [KILLS of each store] [SEED] [SECONDS of the second part]
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"

kills=${1:-250} seed=${2:-1} seconds=${3:-600}
target=${CARGO_TARGET_DIR:-$root/target}
PLUMBLINE_KAFKA_JARS="${PLUMBLINE_KAFKA_JARS:-$(scripts/fetch-kafka.sh)}"
export PLUMBLINE_KAFKA_JARS
cargo build --release --locked --package plumbline --package torture
torture() { "$target/release/torture" "$@" --program "$target/release/plumbline" --seed "$seed" --write docs/reliability.md; }
torture kill --kills "$kills"
torture memory --seconds "$seconds"
