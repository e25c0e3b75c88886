#!/usr/bin/env bash
# Puts the jars of Apache Kafka into the user's cache, unless they are there, and prints the folder.
# They come from the Maven repository that the user's Maven is set up for; 46 MB, once.
set -euo pipefail

kafka=4.1.0
slf4j=1.7.36
folder="${XDG_CACHE_HOME:-$HOME/.cache}/plumbline-test/kafka-$kafka"

if [ ! -e "$folder/kafka_2.13-$kafka.jar" ] || [ ! -e "$folder/slf4j-simple-$slf4j.jar" ]; then
  command -v mvn >/dev/null || { echo "fetch-kafka: mvn is missing: scripts/bootstrap.sh test" >&2; exit 1; }
  echo "fetch-kafka: fetching Apache Kafka $kafka into $folder" >&2
  mkdir -p "$(dirname "$folder")"
  work=$(mktemp -d "$(dirname "$folder")/fetch.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  cat >"$work/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>plumbline</groupId>
  <artifactId>kafka-for-tests</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$kafka</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>$slf4j</version></dependency>
  </dependencies>
</project>
POM
  mvn -q -B -f "$work/pom.xml" dependency:copy-dependencies -DoutputDirectory="$work/jars" >&2
  # A folder is there whole or not at all, also when two runs fetch at once.
  rm -rf "$folder"
  mv -T "$work/jars" "$folder" 2>/dev/null || [ -e "$folder/kafka_2.13-$kafka.jar" ]
fi
echo "$folder"
