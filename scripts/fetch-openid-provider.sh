#!/usr/bin/env bash
# Puts the packages of the OpenID provider that tests use into the user's cache, unless they are there, and prints the
# folder. They come from the npm registry that the user's npm is set up for; 6 MB, once.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

from="$root/crates/testkit/openid"
lock=$(sha256sum "$from/package-lock.json" | cut -c 1-16)
folder="${XDG_CACHE_HOME:-$HOME/.cache}/plumbline-test/openid-$lock"

if [ ! -d "$folder/node_modules" ]; then
  command -v npm >/dev/null || { echo "fetch-openid-provider: npm is missing: scripts/bootstrap.sh test" >&2; exit 1; }
  echo "fetch-openid-provider: fetching the OpenID provider into $folder" >&2
  mkdir -p "$(dirname "$folder")"
  work=$(mktemp -d "$(dirname "$folder")/fetch.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  cp "$from/package.json" "$from/package-lock.json" "$work"
  npm --prefix "$work" ci --no-fund --no-audit --loglevel=error >&2
  # A folder is there whole or not at all, also when two runs fetch at once.
  mv -T "$work" "$folder" 2>/dev/null || [ -d "$folder/node_modules" ]
  trap - EXIT
fi
echo "$folder"
