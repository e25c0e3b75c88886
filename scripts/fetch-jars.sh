#!/usr/bin/env bash
# Puts the jars of a Java program into a folder of the user's cache, unless they are there, and prints the folder:
#
#   scripts/fetch-jars.sh NAME-VERSION GROUP:ARTIFACT:VERSION…
#
# They come, with what they need, from the Maven repository that the user's Maven is set up for. The folder is whole when each
# artifact that is named is in it.
set -euo pipefail

name=$1
shift
folder="${XDG_CACHE_HOME:-$HOME/.cache}/plumbline-test/$name"

is_whole() {
  local artifact group id version
  for artifact in "$@"; do
    IFS=: read -r group id version <<<"$artifact"
    [ -e "$folder/$id-$version.jar" ] || return 1
  done
}

if ! is_whole "$@"; then
  command -v mvn >/dev/null || { echo "fetch-jars: mvn is missing: scripts/bootstrap.sh test" >&2; exit 1; }
  echo "fetch-jars: fetching $name into $folder" >&2
  mkdir -p "$(dirname "$folder")"
  work=$(mktemp -d "$(dirname "$folder")/fetch.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  {
    echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
    echo '<groupId>plumbline</groupId><artifactId>for-tests</artifactId><version>1</version><packaging>pom</packaging>'
    echo '<dependencies>'
    for artifact in "$@"; do
      IFS=: read -r group id version <<<"$artifact"
      echo "<dependency><groupId>$group</groupId><artifactId>$id</artifactId><version>$version</version></dependency>"
    done
    echo '</dependencies></project>'
  } >"$work/pom.xml"
  mvn -q -B -f "$work/pom.xml" dependency:copy-dependencies -DoutputDirectory="$work/jars" >&2
  # A folder is there whole or not at all, also when two runs fetch at once.
  rm -rf "$folder"
  mv -T "$work/jars" "$folder" 2>/dev/null || is_whole "$@"
fi
echo "$folder"
