#!/usr/bin/env bash
# Makes the archive of a release: the program, its manual pages, completions and systemd units, what it is made of (SBOM,
# CycloneDX), and the checksum of it all.
#
#   scripts/release.sh [--target TRIPLE] [--linked static|dynamic] [--out FOLDER] [--program FILE]
#
# The program is linked statically, C library and all, so that it runs on any Linux of its architecture; OpenSSL is then built from source,
# which takes perl. With `--linked dynamic` it uses the system's C library and OpenSSL 3. --program takes one that is built already, for TRIPLE.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

target="$(uname -m)-unknown-linux-gnu"
linked=static
out="$root/target/release-archives"
program=
features=()
while [ $# -gt 0 ]; do
  case "$1" in
    --target) target="$2" ;;
    --linked) linked="$2" ;;
    --out) mkdir -p "$2" && out="$(cd "$2" && pwd)" ;;
    --program) program="$(realpath "$2")" ;;
    *) echo "scripts/release.sh: unknown argument $1" >&2 && exit 2 ;;
  esac
  shift 2
done
cd "$root"

for tool in jq tar sha256sum; do
  command -v "$tool" >/dev/null || { echo "scripts/release.sh: needs $tool: apt-get install $tool" >&2 && exit 1; }
done

if [ -z "$program" ]; then
  [ -e ui/dist/index.html ] || { echo "scripts/release.sh: the pages are not built: make pages" >&2 && exit 1; }
  case "$linked" in
    static)
      # For this target alone: what runs while it is built, as macros, is for this machine.
      flags="CARGO_TARGET_$(tr 'a-z-' 'A-Z_' <<<"$target")_RUSTFLAGS"
      export "$flags=${!flags:-} -C target-feature=+crt-static"
      features=(--features static-openssl)
      ;;
    dynamic) ;;
    *) echo "scripts/release.sh: --linked is static or dynamic, not $linked" >&2 && exit 2 ;;
  esac
  cargo build --locked --profile dist --package plumbline --target "$target" "${features[@]}"
  program="${CARGO_TARGET_DIR:-target}/$target/dist/plumbline"
fi

version="$("$program" --version | cut -d ' ' -f 2)"
name="plumbline-$version-$target"
stage="$(mktemp -d)"
trap 'rm -rf "$stage"' EXIT
folder="$stage/$name"
mkdir -p "$folder/man/man1" "$folder/completion" "$folder/systemd"

install -m 755 "$program" "$folder/plumbline"
install -m 644 LICENSE README.md CHANGELOG.md "$folder/"
install -m 644 deploy/systemd/* "$folder/systemd/"
"$program" man "$folder/man/man1" >/dev/null
for shell in bash zsh fish; do
  "$program" completion "$shell" >"$folder/completion/plumbline.$shell"
done

# Every crate that is built into the program or helps to build it; what is for tests alone is not.
cargo tree --locked --offline --package plumbline --target "$target" "${features[@]}" --edges normal,build --prefix none --no-dedupe --format '{p}|{l}|{r}' |
  LC_ALL=C sort -u | jq --raw-input --null-input --arg version "$version" '
  [inputs | capture("^(?<name>[^ ]+) v(?<version>[^ |]+)(?<about>[^|]*)\\|(?<license>[^|]*)\\|")
   | select(.name != "plumbline")
   | {type: "library", name, version, "bom-ref": "\(.name)@\(.version)"}
     + (if .about | contains("(/") then {} else {purl: "pkg:cargo/\(.name)@\(.version)"} end)
     + (if .license == "" then {} else {licenses: [{expression: (.license | gsub("/"; " OR "))}]} end)]
  | unique_by(."bom-ref")
  | {bomFormat: "CycloneDX", specVersion: "1.5", version: 1,
     metadata: {component: {type: "application", name: "plumbline", version: $version, "bom-ref": "plumbline"}},
     components: .}
' >"$folder/sbom.cdx.json"

# The same sources give the same archive.
moment="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}"
mkdir -p "$out"
tar --create --directory "$stage" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$moment" "$name" | gzip -n >"$out/$name.tar.gz"
(cd "$out" && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
echo "$out/$name.tar.gz"
