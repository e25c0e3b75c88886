#!/usr/bin/env bash
# Runs a command with a PostgreSQL and a Kafka of its own, and stops both when it ends:
#
#   scripts/with-components.sh [--only postgres|kafka] COMMAND [ARGUMENT…]
#   scripts/with-components.sh cargo test -p bus
#
# The command finds them by PLUMBLINE_TEST_POSTGRES (an url) and PLUMBLINE_TEST_KAFKA (host:port).
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

PLUMBLINE_KAFKA_JARS="${PLUMBLINE_KAFKA_JARS:-$("$root/scripts/fetch-kafka.sh")}"
export PLUMBLINE_KAFKA_JARS
exec cargo run --quiet --manifest-path "$root/Cargo.toml" -p testkit --bin with-components -- "$@"
