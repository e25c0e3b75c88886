#!/usr/bin/env bash
# Sees to it that what the checks need is here. Installs what is missing where it may (Debian as root, or with sudo
# that asks for no password); elsewhere it prints the one command that would, and ends with 1.
#
#   scripts/bootstrap.sh [lint] [test] [run] [pages]      without arguments: all
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo_deny=0.20.2
tools="${XDG_CACHE_HOME:-$HOME/.cache}/plumbline/tools"
[ $# -gt 0 ] || set -- lint test pages

say() { printf 'bootstrap: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

missing=()
need() { # COMMAND PACKAGE
  have "$1" || missing+=("$2")
}

check_rust() {
  local wanted found
  wanted=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
  have cargo || fail "cargo is missing: install Rust $wanted or newer (https://rustup.rs)"
  found=$(cargo --version | cut -d ' ' -f 2)
  [ "$(printf '%s\n%s\n' "$wanted" "$found" | sort -V | head -n 1)" = "$wanted" ] ||
    fail "cargo is $found, needed is $wanted or newer: rustup update stable"
}

node_wanted=20.19

# Debian 12 itself has an older Node: it is asked for by name, and not installed.
check_node() {
  local found
  have node || fail "node is missing: install Node $node_wanted or newer with npm (https://nodejs.org, or your system's packages)"
  found=$(node --version | tr -d v)
  [ "$(printf '%s\n%s\n' "$node_wanted" "$found" | sort -V | head -n 1)" = "$node_wanted" ] ||
    fail "node is $found, needed is $node_wanted or newer (https://nodejs.org)"
  have npm || fail "npm is missing: it comes with Node (https://nodejs.org), or as package npm"
}

check_packages() {
  need gcc build-essential
  need g++ build-essential
  need make build-essential
  # Whatever builds the program: librdkafka speaks TLS by OpenSSL.
  if [ "$*" != pages ]; then
    need pkg-config pkg-config
    [ -n "${OPENSSL_DIR:-}" ] || pkg-config --exists openssl 2>/dev/null || missing+=(libssl-dev)
  fi
  for part in "$@"; do
    case $part in
      lint) need shellcheck shellcheck ;;
      test)
        need java default-jre-headless
        [ -x /usr/sbin/nginx ] || need nginx nginx
        need mvn maven
        need setpriv util-linux
        need unshare util-linux
        need ip iproute2
        need jq jq
        need openssl openssl
        need prometheus-pushgateway prometheus-pushgateway
        python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
        [ -n "${CHROMIUM:-}" ] || need chromium chromium
        have initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
        ;;
      run | pages) ;;
      *) fail "there is no part \`$part\`: lint, test, run, pages" ;;
    esac
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  local packages command
  packages=$(printf '%s\n' "${missing[@]}" | sort -u | paste -sd ' ')
  command="apt-get update && apt-get install --yes --no-install-recommends $packages"
  have apt-get || fail "missing here: $packages (names of Debian; install the like of your system)"
  say "installing $packages"
  if [ "$(id -u)" -eq 0 ]; then
    DEBIAN_FRONTEND=noninteractive bash -c "$command" >&2
  elif have sudo && sudo -n true 2>/dev/null; then
    sudo -n DEBIAN_FRONTEND=noninteractive bash -c "$command" >&2
  else
    fail "may not install packages; run: sudo bash -c '$command'"
  fi
}

check_lint_tools() {
  for component in fmt clippy; do
    cargo "$component" --version >/dev/null 2>&1 ||
      fail "cargo $component is missing: rustup component add rustfmt clippy"
  done
  if [ "$("$tools/bin/cargo-deny" --version 2>/dev/null)" != "cargo-deny $cargo_deny" ]; then
    say "building cargo-deny $cargo_deny into $tools (once, about four minutes on two cores)"
    CARGO_TARGET_DIR="$tools/build" cargo install cargo-deny --version "=$cargo_deny" --locked \
      --no-default-features --quiet --root "$tools" >&2
    rm -rf "$tools/build"
  fi
}

[ "$*" = pages ] || check_rust
check_packages "$@"
check_node
for part in "$@"; do
  case $part in
    lint) check_lint_tools ;;
    test) scripts/fetch-kafka.sh >/dev/null; scripts/fetch-cassandra.sh >/dev/null ;;
  esac
done
