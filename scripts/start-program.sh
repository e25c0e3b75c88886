#!/usr/bin/env bash
# To be sourced by scripts that ask a running program: `start_program LOG ARGUMENT…` starts `plumbline up` with these arguments on
# a port of its own and waits until it serves; `stop_program` ends it. Sets $program, $server (its process) and $port.
# shellcheck shell=bash
program=${PLUMBLINE:-${CARGO_TARGET_DIR:-target}/debug/plumbline}
server=

start_program() {
    local log=$1
    shift
    [ -x "$program" ] || cargo build -p plumbline
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    "$program" up --no-report --listen "127.0.0.1:$port" "$@" >"$log" 2>&1 &
    server=$!
    for _ in $(seq 100); do
        curl -sf "http://127.0.0.1:$port/health" >/dev/null && return
        kill -0 "$server" || { cat "$log"; exit 1; }
        sleep 0.2
    done
}

stop_program() {
    [ -n "$server" ] || return 0
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
}
