#!/usr/bin/env bash
# Puts the jars of Apache Cassandra into the user's cache, unless they are there, and prints the folder.
# They come from the Maven repository that the user's Maven is set up for; 66 MB, once.
set -euo pipefail

cassandra=5.0.4
folder="${XDG_CACHE_HOME:-$HOME/.cache}/plumbline-test/cassandra-$cassandra"

if [ ! -e "$folder/cassandra-all-$cassandra.jar" ]; then
  command -v mvn >/dev/null || { echo "fetch-cassandra: mvn is missing: scripts/bootstrap.sh test" >&2; exit 1; }
  echo "fetch-cassandra: fetching Apache Cassandra $cassandra into $folder" >&2
  mkdir -p "$(dirname "$folder")"
  work=$(mktemp -d "$(dirname "$folder")/fetch.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  cat >"$work/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>plumbline</groupId>
  <artifactId>cassandra-for-tests</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.cassandra</groupId><artifactId>cassandra-all</artifactId><version>$cassandra</version></dependency>
  </dependencies>
</project>
POM
  mvn -q -B -f "$work/pom.xml" dependency:copy-dependencies -DoutputDirectory="$work/jars" >&2
  # A folder is there whole or not at all, also when two runs fetch at once.
  rm -rf "$folder"
  mv -T "$work/jars" "$folder" 2>/dev/null || [ -e "$folder/cassandra-all-$cassandra.jar" ]
fi
echo "$folder"
