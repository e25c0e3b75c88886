#!/usr/bin/env bash
# Puts the jars of Apache Cassandra into the user's cache, unless they are there, and prints the folder; 66 MB, once.
set -euo pipefail

cassandra=5.0.4
exec "$(dirname "${BASH_SOURCE[0]}")/fetch-jars.sh" "cassandra-$cassandra" "org.apache.cassandra:cassandra-all:$cassandra"
