#!/usr/bin/env bash
# Prometheus' own PromQL scripts (its Go module) against the program over HTTP: remote write in, queries out.
#   scripts/promql-suite.sh            all files; fails below 2,120 of 2,154 checks, core 1,310 of 1,326
#   scripts/promql-suite.sh --short    four files, for `make test`; all that Prometheus passes must pass
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v go >/dev/null; then
    echo "promql-suite: Go 1.26 or newer is needed: https://go.dev/dl/" >&2
    exit 1
fi
. scripts/start-program.sh
work=$(mktemp -d "${TMPDIR:-/tmp}/promql-suite.XXXXXX")
trap 'stop_program; rm -rf "$work"' EXIT
# The samples of the scripts are thrown away: nobody waits for the disk.
export PLUMBLINE_DATABASE_SQLITE_SYNCHRONOUS=normal
start_program "$work/server.log" --data "$work/data"
files='.*'
least=(2120 1310)
if [ "${1:-}" = --short ]; then
    files='^testdata/(at_modifier|collision|staleness|subquery)\.test$'
    least=()
fi
cd scripts/promql-suite
go test -c -o "$work/suite" .
TARGET_MODE=tenant WRITE_URL="http://127.0.0.1:$port/api/v1/write" QUERY_URL="http://127.0.0.1:$port/prometheus" \
    "$work/suite" -test.v -test.run "TestUpstream/$files" >"$work/out" 2>"$work/err" || true
if grep -q "status 5" "$work/out"; then
    grep "status 5" "$work/out" | head
    exit 1
fi
python3 score.py "$work/out" "${least[@]}"
