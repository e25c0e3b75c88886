#!/usr/bin/env bash
# Makes the pictures of the book anew, of the real program with a seeded fleet: docs/images/*.png.
# Needs the pages (`make pages`), the program (`cargo build`), Node and Chromium.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../ui"
exec npm run -s screenshots -- "$@"
