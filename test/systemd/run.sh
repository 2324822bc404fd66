#!/bin/sh
# Boots a real systemd in a Debian root, installs the package there and does what an operator does: start, restart,
# kill, upgrade, remove, purge. As root, by `npm run systemd`; seven minutes on two busy cores, a minute more when the root is made.
#
#   KVD_SYSTEMD_ROOTS  where the Debian roots are kept between runs; by default ~/.cache/kvd-systemd
#   KVD_SYSTEMD_SUITE  trixie (the default, with its own Node) or bookworm (systemd 252; this machine's Node)
set -eu

SUITE=${KVD_SYSTEMD_SUITE:-trixie}
ROOTS=${KVD_SYSTEMD_ROOTS:-${HOME}/.cache/kvd-systemd}
# For all that happens inside, on a slow machine.
SECONDS_MAX=1200
BASE=$ROOTS/$SUITE
HERE=$(cd "$(dirname "$0")" && pwd)
REPOSITORY=$(cd "$HERE/../.." && pwd)

complain() {
  echo "systemd test: $*" >&2
  exit 2
}

make_base() {
  case $SUITE in
    trixie) packages=systemd,systemd-sysv,dbus,procps,nodejs ;;
    bookworm) packages=systemd,systemd-sysv,dbus,procps,libstdc++6 ;;
    *) complain "KVD_SYSTEMD_SUITE=$SUITE: there are trixie and bookworm" ;;
  esac
  echo "making $BASE"
  rm -rf "$BASE.part"
  debootstrap --variant=minbase --include="$packages" "$SUITE" "$BASE.part" > "$BASE.log" 2>&1 ||
    complain "debootstrap failed: see $BASE.log"
  rm -f "$BASE.log" "$BASE.part"/var/cache/apt/archives/*.deb
  mv "$BASE.part" "$BASE"
}

# A clone of this repository that is built, as far as it is installed: what the package carries, and the files beside it.
make_clone() {
  dpkg-deb -x "$1" "$2.tree"
  mkdir -p "$(dirname "$2")"
  mv "$2.tree/usr/lib/kvd" "$2"
  rm -rf "$2.tree"
  cp -a "$REPOSITORY/systemd" "$REPOSITORY/conf" "$REPOSITORY/docs" "$2"
  cp -a "$REPOSITORY/build/man" "$2/build/man"
}

# The same package as a later version, to be upgraded to.
make_upgrade() {
  dpkg-deb -R "$1" "$2.tree"
  sed -i 's/^Version: .*/&.1/' "$2.tree/DEBIAN/control"
  dpkg-deb --root-owner-group -Znone -b "$2.tree" "$2" > /dev/null
  rm -rf "$2.tree"
}

[ "$(id -u)" = 0 ] || complain "root is needed to boot a system"
for program in debootstrap systemd-nspawn dpkg-deb; do
  command -v "$program" > /dev/null || complain "$program is missing: apt-get install debootstrap systemd-container"
done
started=$(date +%s)
mkdir -p "$ROOTS"
[ -d "$BASE" ] || make_base
package=$(cd "$REPOSITORY" && node scripts/deb/make.mjs)

ROOT=$(mktemp -d "$ROOTS/run.XXXXXX")
nspawn=
clean_up() {
  if [ -n "$nspawn" ]; then kill "$nspawn" 2> /dev/null || true; wait "$nspawn" 2> /dev/null || true; fi
  rm -rf "$ROOT"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

cp -a --reflink=auto "$BASE/." "$ROOT"
mkdir "$ROOT/kvd-test"
cp "$HERE/inside.sh" "$HERE/steady-client.mjs" "$ROOT/kvd-test/"
cp "$REPOSITORY/$package" "$ROOT/kvd-test/kvd.deb"
cp "$REPOSITORY/docs/OPERATIONS.md" "$ROOT/kvd-test/"
make_upgrade "$ROOT/kvd-test/kvd.deb" "$ROOT/kvd-test/kvd-upgrade.deb"
make_clone "$ROOT/kvd-test/kvd.deb" "$ROOT/opt/kvd"
if [ "$SUITE" = bookworm ]; then
  mkdir -p "$ROOT/opt/node/bin"
  cp "$(command -v node)" "$ROOT/opt/node/bin/node"
fi
cat > "$ROOT/etc/systemd/system/kvd-test.service" << 'UNIT'
[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/bash /kvd-test/inside.sh
StandardOutput=append:/kvd-test/output
StandardError=append:/kvd-test/output
ExecStopPost=/bin/sh -c 'echo $EXIT_STATUS > /kvd-test/status; systemctl --no-block poweroff'
TimeoutStartSec=infinity
[Install]
WantedBy=default.target
UNIT
mkdir -p "$ROOT/etc/systemd/system/multi-user.target.wants"
ln -s ../kvd-test.service "$ROOT/etc/systemd/system/multi-user.target.wants/kvd-test.service"
sed -i '/^After=multi-user.target/d' "$ROOT/etc/systemd/system/kvd-test.service"

: > "$ROOT/kvd-test/output"
systemd-nspawn --quiet --register=no --keep-unit --boot --private-network --console=pipe -D "$ROOT" \
  > "$ROOT/kvd-test/console" 2>&1 < /dev/null &
nspawn=$!
tail -f --pid="$nspawn" "$ROOT/kvd-test/output" &
seconds=0
while kill -0 "$nspawn" 2> /dev/null; do
  sleep 1
  seconds=$((seconds + 1))
  if [ "$seconds" -gt "$SECONDS_MAX" ]; then
    echo "systemd test: not done after $SECONDS_MAX s" >&2
    break
  fi
done
status=$(cat "$ROOT/kvd-test/status" 2> /dev/null || echo none)
if [ "$status" != 0 ]; then
  echo "systemd test: failed (status $status); the end of the console:" >&2
  tail -20 "$ROOT/kvd-test/console" >&2
  exit 1
fi
echo "systemd test: passed on $SUITE in $(($(date +%s) - started)) s"
