#!/usr/bin/env bash
# Schemathesis (its PyPI package) makes requests after every OpenAPI document, right and wrong ones, and looks that no answer is a
# 5xx or one that the document does not describe: over the embedded store, and over PostgreSQL when PLUMBLINE_TEST_POSTGRES
# names one (scripts/with-components.sh --only postgres).
#   scripts/schemathesis.sh [EXAMPLES of each operation]
set -euo pipefail
cd "$(dirname "$0")/.."
version=4.32.5 examples=${1:-25}
tools="${XDG_CACHE_HOME:-$HOME/.cache}/plumbline/tools/schemathesis-$version"
if [ ! -x "$tools/bin/schemathesis" ]; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet "schemathesis==$version"
fi
. scripts/start-program.sh
work=$(mktemp -d "${TMPDIR:-/tmp}/schemathesis.XXXXXX")
trap 'stop_program; rm -rf "$work"' EXIT

# The program of one machine knows who calls: what documents say of identities would only be refused.
for document in openapi/*.json; do
    jq 'del(.security, .components.securitySchemes, .paths[][]?.security?)' "$document" >"$work/$(basename "$document")"
done

run() { # STORE ARGUMENT… : what `plumbline up` is started with
    local store=$1 failed=0
    shift
    start_program "$work/server.log" "$@"
    for document in "$work"/*.json; do
        # Streams do not end, and documents of a log-in need one. It cannot write protobuf, and says so with its exit code: what
        # counts is what it found.
        (cd "$work" && "$tools/bin/schemathesis" run "$document" --no-color \
            --url "http://127.0.0.1:$port$(jq -r '.servers[0].url | rtrimstr("/")' "$document")" \
            --exclude-path-regex '/stream$|/login/' --phases coverage,fuzzing --max-examples "$examples" --request-timeout 30 \
            --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
            >"$work/out" 2>&1) || true
        if ! grep -qE '^ *[0-9]+ generated, [0-9]+ passed' "$work/out"; then
            cat "$work/out"
            failed=1
        fi
        printf '%s over %s: %s\n' "$(basename "$document" .json)" "$store" "$(sed -nE 's/^ *([0-9]+ generated.*)/\1/p' "$work/out")"
    done
    kill -0 "$server" || { cat "$work/server.log"; exit 1; }
    stop_program
    return "$failed"
}

run SQLite --data "$work/data"
[ -z "${PLUMBLINE_TEST_POSTGRES:-}" ] || run PostgreSQL --database-url "$PLUMBLINE_TEST_POSTGRES"
