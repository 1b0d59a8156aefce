#!/usr/bin/env bash
# One real Apache Kafka node on this machine alone, without Docker and without root.
#
#   deploy/kafka/kafka.sh start    fetch the jars if need be, start, return when it truly answers
#   deploy/kafka/kafka.sh stop     ask it to stop; end it by force after 20 s
#   deploy/kafka/kafka.sh kill     end it at once, as a power cut would (for tests of recovery)
#   deploy/kafka/kafka.sh status   say whether it runs; exit 0 only if it answers
#   deploy/kafka/kafka.sh wait     wait until it answers
#   deploy/kafka/kafka.sh fetch    fetch the jars and nothing else
#
# KAFKA_PORT (19092), KAFKA_DIR (var/kafka/data), KAFKA_LIB (var/kafka/lib), KAFKA_HEAP (512m),
# KAFKA_WAIT_SECONDS (90). Two nodes run side by side when both KAFKA_PORT and KAFKA_DIR differ.
set -euo pipefail

HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
ROOT="$(cd "$HERE/../.." && pwd)"
PORT="${KAFKA_PORT:-19092}"
DIR="${KAFKA_DIR:-$ROOT/var/kafka/data}"
LIB="${KAFKA_LIB:-$ROOT/var/kafka/lib}"
HEAP="${KAFKA_HEAP:-512m}"
WAIT_SECONDS="${KAFKA_WAIT_SECONDS:-90}"
VERSION="$(sed -n 's:.*<kafka.version>\(.*\)</kafka.version>.*:\1:p' "$HERE/pom.xml")"

say() { printf 'kafka: %s\n' "$*"; }
refuse() { printf 'kafka: %s\n' "$*" >&2; exit 1; }

case "$PORT" in
  '' | *[!0-9]*) refuse "KAFKA_PORT must be a number, not '$PORT'." ;;
esac
case "$DIR" in /*) ;; *) DIR="$PWD/$DIR" ;; esac
case "$LIB" in /*) ;; *) LIB="$PWD/$LIB" ;; esac
PID_FILE="$DIR/kafka.pid"
LOG="$DIR/kafka.log"

need_java() {
  command -v java >/dev/null 2>&1 ||
    refuse "Java 17 or newer is needed. On Debian or Ubuntu: sudo apt-get install openjdk-17-jre-headless"
  local major
  major="$(java -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)"
  [ "${major:-0}" -ge 17 ] || refuse "Java 17 or newer is needed; 'java' is version ${major:-unknown}."
}

need_maven() {
  command -v mvn >/dev/null 2>&1 ||
    refuse "Maven is needed once, to fetch Kafka. On Debian or Ubuntu: sudo apt-get install maven"
}

# The jars are complete only if this mark is there, and right only if it was made from today's pom.
mark_of_pom() { cksum <"$HERE/pom.xml" | tr ' ' '-'; }
jars_are_there() { [ "$(cat "$LIB/.fetched" 2>/dev/null)" = "$(mark_of_pom)" ]; }

fetch() {
  jars_are_there && return 0
  need_java
  need_maven
  say "fetching Apache Kafka $VERSION, once, into $LIB (about 90 MB)"
  local half="$LIB.fetching.$$" report
  mkdir -p "$half"
  report="$half/.maven.log"
  # Each jar is named as it arrives; Maven's own words are shown only when it fails.
  if ! mvn -B -f "$HERE/pom.xml" dependency:copy-dependencies -DoutputDirectory="$half" 2>&1 |
    tee "$report" | sed -n -u 's/.*Downloaded from .*\/\([^/ ]*\.jar\) (\([^)]*\)).*/  \1 (\2)/p'; then
    tail -n 25 "$report" >&2
    rm -rf "$half"
    refuse "Maven could not fetch Apache Kafka $VERSION; its last lines are above."
  fi
  rm -f "$report"
  mark_of_pom >"$half/.fetched"
  # Somebody else may have fetched them meanwhile, and may already run on them.
  if jars_are_there; then
    rm -rf "$half"
    return 0
  fi
  rm -rf "$LIB"
  mv "$half" "$LIB"
  say "fetched $(find "$LIB" -name '*.jar' | wc -l | tr -d ' ') jars"
}

# Prints the process id if our own node runs; a pid file left by a crash, or a pid since given to
# another program, does not count.
running_pid() {
  local pid line
  pid="$(cat "$PID_FILE" 2>/dev/null)" || return 1
  [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null || return 1
  if [ -r "/proc/$pid/cmdline" ]; then
    line="$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null)" || return 1
  else
    line="$(ps -o args= -p "$pid" 2>/dev/null)" || return 1
  fi
  case "$line" in
    *"-Dravi.kafka.dir=$DIR "*) printf '%s\n' "$pid" ;;
    *) return 1 ;;
  esac
}

port_is_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Asks over a plain socket which node coordinates a consumer group (request 10, version 1). True
# only when the node names itself: the port opens earlier than that, and so does the metadata, and
# the first such question is what makes Kafka prepare its own topic of offsets.
answers() {
  local reply
  reply="$(
    {
      exec 3<>"/dev/tcp/127.0.0.1/$PORT" || exit 1
      printf '\0\0\0\21\0\12\0\1\0\0\0\1\377\377\0\4ravi\0' >&3
      timeout 5 head -c 14 <&3 | od -An -tx1 | tr -d ' \n'
    } 2>/dev/null
  )" || return 1
  # after the length: our correlation id 1, throttle 0, error 0
  [ "${reply:8}" = "00000001000000000000" ]
}

wait_until_it_answers() {
  local pid="$1" began=$SECONDS told=0
  until answers; do
    if [ -n "$pid" ] && ! kill -0 "$pid" 2>/dev/null; then
      tail -n 30 "$LOG" >&2 || true
      rm -f "$PID_FILE"
      refuse "it ended while starting; the last lines of $LOG are above."
    fi
    if [ $((SECONDS - began)) -ge "$WAIT_SECONDS" ]; then
      tail -n 30 "$LOG" >&2 2>/dev/null || true
      refuse "no answer on 127.0.0.1:$PORT after $WAIT_SECONDS s; see $LOG."
    fi
    if [ $((SECONDS - began)) -ge $((told + 5)) ]; then
      told=$((SECONDS - began))
      say "waiting for it to answer ($told s)"
    fi
    sleep 0.2
  done
}

# The controller's port is nobody's business but the node's own, so it keeps well away from the
# ports that somebody might choose for a second node.
a_port_for_the_controller() {
  local port=$((PORT + 1000))
  [ "$PORT" -lt 60000 ] || port=$((PORT - 1000))
  local last=$((port + 50))
  while port_is_open "$port"; do
    port=$((port + 1))
    [ "$port" -le "$last" ] || refuse "found no free port for the controller near $last."
  done
  printf '%s\n' "$port"
}

write_properties() {
  local controller="$1"
  cat >"$DIR/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:$PORT,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$PORT
inter.broker.listener.name=PLAINTEXT
log.dirs=$DIR/log
# Topics are made by 'ravi topics --ensure', from the map, never by a typing error.
auto.create.topics.enable=false
delete.topic.enable=true
# One node: every internal topic has one copy, and one partition is enough.
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
# A group starts at once, and a test may ask for a short session.
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
# After a kill the node waits until its former self counts as gone; 9 s by default.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
# A small machine.
num.network.threads=2
num.io.threads=4
num.recovery.threads.per.data.dir=1
log.cleaner.dedupe.buffer.size=33554432
PROPERTIES
}

kafka_class() { java -Dlog4j2.configurationFile="$HERE/log4j2.properties" -Xmx256m -cp "$LIB/*" "$@"; }

format_once() {
  [ -f "$DIR/log/meta.properties" ] && return 0
  local id
  # 22 letters of base64: what Kafka takes for a 128-bit identity.
  id="R$(head -c 32 /dev/urandom | base64 | tr -dc 'A-Za-z0-9' | head -c 20)A"
  kafka_class kafka.tools.StorageTool format --cluster-id "$id" --config "$DIR/server.properties" \
    --ignore-formatted >"$LOG" 2>&1 || {
    tail -n 20 "$LOG" >&2
    refuse "could not prepare $DIR; the reason is above."
  }
}

start() {
  local pid
  if pid="$(running_pid)"; then
    wait_until_it_answers "$pid"
    say "already runs on 127.0.0.1:$PORT (process $pid)"
    return 0
  fi
  ! port_is_open "$PORT" ||
    refuse "port $PORT is in use by another program. Choose another: KAFKA_PORT=29092 $0 start"
  need_java
  fetch
  mkdir -p "$(dirname "$DIR")"
  umask 077
  mkdir -p "$DIR"
  write_properties "$(a_port_for_the_controller)"
  format_once
  say "starting Apache Kafka $VERSION on 127.0.0.1:$PORT"
  local own_session=()
  command -v setsid >/dev/null 2>&1 && own_session=(setsid)
  # Its own session, so that Ctrl-C on whatever started us does not end it half way through a write.
  nohup ${own_session[@]+"${own_session[@]}"} java "-Xmx$HEAP" -Xms128m -XX:+UseSerialGC \
    -XX:+ExitOnOutOfMemoryError -Djava.awt.headless=true "-Dravi.kafka.dir=$DIR" \
    -Dlog4j2.configurationFile="$HERE/log4j2.properties" \
    -cp "$LIB/*" kafka.Kafka "$DIR/server.properties" >"$LOG" 2>&1 </dev/null &
  pid=$!
  printf '%s\n' "$pid" >"$PID_FILE"
  wait_until_it_answers "$pid"
  say "answers on 127.0.0.1:$PORT (process $pid, data in $DIR)"
}

gone_within() {
  local pid="$1" tenths="$2"
  while kill -0 "$pid" 2>/dev/null; do
    [ "$tenths" -gt 0 ] || return 1
    tenths=$((tenths - 1))
    sleep 0.1
  done
}

stop() {
  local how="$1" pid
  if ! pid="$(running_pid)"; then
    rm -f "$PID_FILE"
    say "does not run"
    return 0
  fi
  if [ "$how" = gently ]; then
    kill -TERM "$pid" 2>/dev/null || true
    gone_within "$pid" 200 || say "did not stop in 20 s; ending it by force"
  fi
  kill -KILL "$pid" 2>/dev/null || true
  gone_within "$pid" 100 || refuse "process $pid cannot be ended."
  rm -f "$PID_FILE"
  say "stopped"
}

status() {
  local pid
  if ! pid="$(running_pid)"; then
    say "does not run"
    return 1
  fi
  if ! answers; then
    say "process $pid runs but does not answer on 127.0.0.1:$PORT; see $LOG"
    return 1
  fi
  say "runs on 127.0.0.1:$PORT (process $pid, Apache Kafka $VERSION, data in $DIR)"
}

case "${1:-}" in
  start) start ;;
  stop) stop gently ;;
  kill) stop at-once ;;
  status) status ;;
  wait) wait_until_it_answers "$(running_pid || true)" ;;
  fetch) fetch ;;
  *) sed -n '2,14s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac
