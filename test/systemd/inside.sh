#!/bin/bash
# What run.sh has done inside of the booted system; ends with status 0 when all of it came out as it should.
set -u
cd /kvd-test || exit 2
export TERM=dumb SYSTEMD_PAGER=cat DEBIAN_FRONTEND=noninteractive
failures=0
checks=0

step() { echo "== $*"; }

# check WHAT COMMAND...: the command succeeds.
check() {
  local what=$1 output
  shift
  checks=$((checks + 1))
  if output=$("$@" 2>&1); then
    echo "ok - $what"
  else
    failures=$((failures + 1))
    echo "not ok - $what"
    sed 's/^/    /' <<< "$output"
  fi
}

# until_true SECONDS COMMAND...: the command succeeds within so many seconds.
until_true() {
  local left=$1
  shift
  until "$@" > /dev/null 2>&1; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || { echo "not within its time: $*"; "$@"; return 1; }
    sleep 1
  done
}

not() { ! "$@"; }
equal() { [ "$1" = "$2" ] || { echo "'$1' is not '$2'"; return 1; }; }
property() { systemctl show --property="$2" --value "$1"; }
has_property() { property "$1" "$2" | grep -q -- "$3" || { property "$1" "$2"; return 1; }; }
journal_has() { journalctl --no-pager -u "$1" | grep -q -- "$2" || { journalctl --no-pager -n 20 -u "$1"; return 1; }; }
leader() { kvadm leader -o value; }
install_package() {
  # Debian 12 has no Node that is new enough: see OPERATIONS.md.
  if [ ! -x /opt/node/bin/node ]; then
    dpkg -i "$1"
  else
    dpkg --ignore-depends=nodejs -i "$1" && echo 'KVD_NODE=/opt/node/bin/node' > /etc/default/kvd
  fi
}
# documented HEADING N: the commands of the Nth block under that heading of OPERATIONS.md, as they stand there.
documented() {
  awk -v heading="$1" -v wanted="$2" '
    /^##/ { title = $0; sub(/^#+ /, "", title); inside = title == heading; blocks = 0 }
    /^ *```/ { open = !open; if (open) blocks++; next }
    inside && open && blocks == wanted' /kvd-test/OPERATIONS.md
}
exposure() {
  local score
  score=$(systemd-analyze security --no-pager "$1" | sed -n 's/.*exposure level for [^:]*: \([0-9.]*\).*/\1/p')
  echo "exposure of $1: $score"
  awk -v score="$score" 'BEGIN { exit !(score != "" && score <= 2.0) }'
}

step "installation"
systemctl --version | head -1
check "the package installs" install_package ./kvd.deb
check "nothing is started by it" not systemctl is-active kvd
check "no data is made by it" not test -e /var/lib/kvd/main
check "kvd has a version" kvd --version
check "the units have no fault" systemd-analyze verify --man=no kvd.service kvd@n1.service
check "the manual page that the unit names is there" test -s /usr/share/man/man8/kvd.8.gz
check "bash completes kvcli" bash -c '. /usr/share/bash-completion/completions/kvcli && complete -p kvcli'
check "settings are for root and the group kvd" equal "$(stat -c '%U %G %a' /etc/kvd/kvd.yaml)" "root kvd 640"

step "one node"
sed -i.good 's/^security: plain/security: none/' /etc/kvd/kvd.yaml
check "a first start with a wrong setting fails" not systemctl start kvd
check "and is not tried again" has_property kvd ActiveState failed
check "nor does it make data" not test -e /var/lib/kvd/main/log
mv /etc/kvd/kvd.yaml.good /etc/kvd/kvd.yaml && chown root:kvd /etc/kvd/kvd.yaml
check "systemctl start kvd alone works" systemctl start kvd
check "it is ready by its own word" has_property kvd Type notify
check "it leads, and says so to systemd" until_true 30 has_property kvd StatusText "n1 leads, in step"
check "a key is written" kvcli put greeting hello
check "and read" equal "$(kvcli get -o raw greeting)" hello
check "HTTP answers" bash -c 'exec 3<> /dev/tcp/127.0.0.1/7480; printf "GET /kv/get?key=greeting HTTP/1.1\r\nHost: 127.0.0.1:7480\r\nConnection: close\r\n\r\n" >&3; grep -q hello <&3'
check "HTTP has its page" bash -c 'exec 3<> /dev/tcp/127.0.0.1/7480; printf "GET /docs/ HTTP/1.1\r\nHost: 127.0.0.1:7480\r\nConnection: close\r\n\r\n" >&3; head -1 <&3 | grep " 200 "'
check "the daemon is the user kvd" equal "$(stat -c %U "/proc/$(property kvd MainPID)")" kvd
check "the watchdog watches it" has_property kvd WatchdogUSec 30s
check "kvd.service is closed enough" exposure kvd.service
check "it stops" systemctl stop kvd
check "a stop is no failure" has_property kvd Result success
mv /var/lib/kvd/main /var/lib/kvd/elsewhere
check "without its data it does not start, where a first start would" not systemctl start kvd
check "and makes none" not test -e /var/lib/kvd/main/log
check "the journal says which command would" journal_has kvd "kvd init"
systemctl stop kvd
rm -rf /var/lib/kvd/main && mv /var/lib/kvd/elsewhere /var/lib/kvd/main
check "with its data it does" systemctl start kvd
check "nothing is lost" equal "$(kvcli get -o raw greeting)" hello
mkdir /etc/kvd/off && mv /etc/kvd/kvd.yaml /etc/kvd/off && sed 's/^security: plain/security: none/' /etc/kvd/off/kvd.yaml > /etc/kvd/kvd.yaml
check "a wrong setting fails the restart" not systemctl restart kvd
check "and is not tried again" has_property kvd ActiveState failed
check "the journal names file and rule" journal_has kvd "kvd.yaml:.*security"
mv /etc/kvd/off/kvd.yaml /etc/kvd/kvd.yaml && rmdir /etc/kvd/off
check "mended, it starts" systemctl start kvd

step "three nodes on this host"
cd /etc/kvd || exit 2
documented "Several nodes on one host" 1 > /kvd-test/three
cd /kvd-test || exit 2
check "the document has the commands" grep -q '^systemctl enable --now kvd@n1 kvd@n2 kvd@n3$' three
check "which make three nodes" bash -e <(grep -v '^systemctl' three)
check "the first of three is ready without the others" timeout 60 systemctl start kvd@n1
check "and says that it has no leader" has_property kvd@n1 StatusText "has no leader"
check "all are enabled and started" systemctl enable --now kvd@n1 kvd@n2 kvd@n3
export KVD_ENDPOINTS=127.0.0.1:7401,127.0.0.1:7402,127.0.0.1:7403
check "kvadm status shows a cluster that serves" until_true 30 kvadm status -q
kvadm status
check "a key is written" kvcli put colour green
check "and read" equal "$(kvcli get -o raw colour)" green
check "the node beside them is another cluster" equal "$(KVD_ENDPOINTS=127.0.0.1:7400 kvcli get -o raw greeting)" hello
check "kvd@n1.service is closed enough" exposure kvd@n1.service
systemctl status --no-pager --lines=0 'kvd@*' | grep -E '●|Status:'

NODE=/usr/bin/node
[ ! -x /opt/node/bin/node ] || NODE=/opt/node/bin/node
start_client() {
  $NODE /kvd-test/steady-client.mjs > /kvd-test/client 2>&1 &
  client=$!
  sleep 2
}
# Ends the client, and says what became of its requests: a check of its own.
stop_client() {
  kill -TERM "$client" 2> /dev/null
  wait "$client"
  check "no request failed, no change is lost or doubled" equal "$?" 0
  tail -5 /kvd-test/client
}
# all_in_step SECONDS: every node follows or leads, and keeps up.
all_in_step() {
  local unit
  for unit in kvd@n1 kvd@n2 kvd@n3; do
    until_true "$1" has_property "$unit" StatusText '\(leads\|follows .*\), in step' || return 1
  done
}

step "restarts under a client that retries"
start_client
for round in 1 2 3; do
  unit=kvd@$(leader)
  check "restart $round, of the leader $unit" systemctl restart "$unit"
  check "all nodes keep up again" all_in_step 60
done
stop_client

step "a killed leader"
start_client
unit=kvd@$(leader)
restarts=$(property "$unit" NRestarts)
check "kill -s KILL of $unit" systemctl kill -s KILL "$unit"
check "systemd starts it again" until_true 60 has_property "$unit" NRestarts "^$((restarts + 1))$"
check "all nodes keep up again" all_in_step 60
check "the journal shows why" journal_has "$unit" "code=killed, status=9/KILL"
stop_client

step "an event loop that stands still"
start_client
unit=kvd@$(leader)
# The real span is 30 s; here it is shorter, for the length of the test alone.
mkdir -p "/run/systemd/system/$unit.service.d"
printf '[Service]\nWatchdogSec=6s\n' > "/run/systemd/system/$unit.service.d/short.conf"
systemctl daemon-reload
check "$unit restarts with a shorter watchdog" systemctl restart "$unit"
restarts=$(property "$unit" NRestarts)
sleep 15
check "a node that turns outlives its watchdog" has_property "$unit" NRestarts "^$restarts$"
check "it leads again" kvadm failover --to "${unit#kvd@}"
kill -STOP "$(property "$unit" MainPID)"
check "one that stands still is killed and started again" until_true 90 has_property "$unit" NRestarts "^$((restarts + 1))$"
check "all nodes keep up again" all_in_step 60
check "the journal shows why" journal_has "$unit" "Watchdog timeout"
stop_client
rm -r "/run/systemd/system/$unit.service.d"
systemctl daemon-reload

step "upgrade"
echo '# a line of the operator' >> /etc/kvd/kvd.yaml
version=$(dpkg-query -W -f '${Version}' kvd)
pids=$(for unit in kvd kvd@n1 kvd@n2 kvd@n3; do property $unit MainPID; done)
start_client
check "the package upgrades" install_package ./kvd-upgrade.deb
check "it is the new version" equal "$(dpkg-query -W -f '${Version}' kvd)" "$version.1"
for unit in kvd kvd@n1 kvd@n2 kvd@n3; do
  check "$unit runs" systemctl is-active $unit
  check "$unit is a new process" not grep -qx "$(property $unit MainPID)" <<< "$pids"
done
stop_client
check "the data is there" equal "$(kvcli get -o raw colour)" green
check "that of the node alone, too" equal "$(KVD_ENDPOINTS=127.0.0.1:7400 kvcli get -o raw greeting)" hello
check "the operator's settings stay" grep -q "a line of the operator" /etc/kvd/kvd.yaml

step "removal and purge"
check "the package is removed" dpkg -r kvd
check "nothing runs" not pgrep -u kvd
check "the data stays" test -e /var/lib/kvd/n1/log/data.mdb
check "it installs again" install_package ./kvd.deb
check "and starts on its data" systemctl start kvd kvd@n1 kvd@n2 kvd@n3
check "which is whole" equal "$(kvcli get -o raw colour)" green
check "the package is purged" dpkg -P kvd
check "its settings are gone" not test -e /etc/kvd/kvd.yaml
check "the data stays still" test -e /var/lib/kvd/n1/log/data.mdb
check "no unit has failed on the way" equal "$(systemctl list-units --failed --plain --no-legend 'kvd*')" ""
check "no link to a unit is left" equal "$(find /etc/systemd -name 'kvd*.service' ! -name kvd-test.service)" ""
check "it installs again" install_package ./kvd.deb
check "and a purge that is asked for it takes the data" env KVD_PURGE_DATA=yes dpkg -P kvd
check "which is gone" not test -e /var/lib/kvd

step "a clone"
[ -x /usr/bin/node ] || ln -s /opt/node/bin/node /usr/local/bin/node
cd /opt/kvd || exit 2
bin/kvadm cluster new n1=127.0.0.1:7400
documented "Install from a clone" 1 > /kvd-test/clone
documented "Under systemd" 1 > /kvd-test/back-off
check "the document has the commands" grep -q '^systemctl enable --now kvd$' /kvd-test/clone
check "which install a clone, and start it" bash -e /kvd-test/clone
check "it leads" until_true 30 has_property kvd StatusText "n1 leads, in step"
check "a key is written" env -u KVD_ENDPOINTS kvcli put greeting hello
check "the manual page that the unit names is there" test -s /usr/local/share/man/man8/kvd.8
check "the drop-in for longer pauses is installed" bash -e /kvd-test/back-off
systemctl daemon-reload
check "and is read" has_property kvd DropInPaths back-off.conf
check "it stops" systemctl stop kvd
check "a stop is no failure" has_property kvd Result success
cd /kvd-test || exit 2

echo "$((checks - failures)) passed, $failures failed"
[ "$failures" = 0 ]
