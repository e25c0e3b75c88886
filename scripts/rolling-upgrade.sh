#!/usr/bin/env bash
# Builds the version before the newest migration (or the one of a commit), and replaces its processes by those of this one under load:
#
#   scripts/rolling-upgrade.sh [COMMIT]
#
# No request may fail and no report may be lost. The first run builds a second program: some minutes.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
target="${CARGO_TARGET_DIR:-$root/target}"

newest="$(git -C "$root" log -1 --no-merges --diff-filter=A --format=%H -- ':(glob)crates/*/migrations/**')"
before="$(git -C "$root" rev-parse --verify "${1:-$newest^}^{commit}")"
folder="$target/before/$before"
if [ ! -x "$folder/debug/plumbline" ]; then
    mkdir -p "$folder/source"
    git -C "$root" archive "$before" | tar -x -C "$folder/source"
    CARGO_TARGET_DIR="$folder" cargo build --quiet --locked --manifest-path "$folder/source/Cargo.toml" -p plumbline
fi
export PLUMBLINE_TEST_BEFORE="$folder/debug/plumbline"
exec "$root/scripts/with-components.sh" cargo test --locked --manifest-path "$root/Cargo.toml" -p plumbline --test shapes -- \
    --ignored --exact processes_of_the_version_before_are_replaced_by_this_one_and_no_request_fails
