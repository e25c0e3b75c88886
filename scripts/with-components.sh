#!/usr/bin/env bash
# Runs a command with a PostgreSQL and a Kafka of its own, and a Cassandra once a test asks for one, and stops all when it
# ends:
#
#   scripts/with-components.sh [--only postgres|kafka] COMMAND [ARGUMENT…]
#   scripts/with-components.sh cargo test -p bus
#
# The command finds them by PLUMBLINE_TEST_POSTGRES (an url), PLUMBLINE_TEST_KAFKA (host:port), PLUMBLINE_TEST_KAFKA_GUARDS (the
# ports of its SSL, SASL_PLAINTEXT and SASL_SSL, and the folder of its certificates) and PLUMBLINE_TEST_CASSANDRA (host:port of
# what starts it, and tells where it is), and by PLUMBLINE_TEST_OPENID the packages of an OpenID provider, which tests start
# themselves.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

PLUMBLINE_KAFKA_JARS="${PLUMBLINE_KAFKA_JARS:-$("$root/scripts/fetch-kafka.sh")}"
export PLUMBLINE_KAFKA_JARS
PLUMBLINE_CASSANDRA_JARS="${PLUMBLINE_CASSANDRA_JARS:-$("$root/scripts/fetch-cassandra.sh")}"
export PLUMBLINE_CASSANDRA_JARS
PLUMBLINE_TEST_OPENID="${PLUMBLINE_TEST_OPENID:-$("$root/scripts/fetch-openid-provider.sh")}"
export PLUMBLINE_TEST_OPENID
# As a part of the whole workspace: by itself its dependencies have fewer features, and would all be built once more.
cargo build --quiet --manifest-path "$root/Cargo.toml" --workspace --bin with-components
exec "${CARGO_TARGET_DIR:-$root/target}/debug/with-components" "$@"
