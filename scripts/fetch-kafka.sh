#!/usr/bin/env bash
# Puts the jars of Apache Kafka into the user's cache, unless they are there, and prints the folder; 46 MB, once.
set -euo pipefail

kafka=4.1.0
exec "$(dirname "${BASH_SOURCE[0]}")/fetch-jars.sh" "kafka-$kafka" \
  "org.apache.kafka:kafka_2.13:$kafka" org.slf4j:slf4j-simple:1.7.36
