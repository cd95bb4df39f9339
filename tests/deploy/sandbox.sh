#!/usr/bin/env bash
# Runs a command as a container of deploy/ would run it: another user without rights, a root file system that cannot be written,
# and only /tmp and /run/aanspreekpunt in memory. Needs root; the machine itself is not changed (a mount namespace of its own).
#   sandbox.sh PYTHON_FOLDER command …
set -euo pipefail
exec unshare --mount bash -c '
  set -euo pipefail
  python=$1; shift
  mount --make-rprivate /
  # The interpreters may be in a home folder that others cannot enter.
  if [[ $python == /root/* ]]; then
    home=$(mktemp -d)
    chmod 755 "$home"
    top=${python#/root/}; top=${top%%/*}
    mkdir "$home/$top"
    mount --bind "/root/$top" "$home/$top"
    mount --rbind "$home" /root
  fi
  mount -t tmpfs -o mode=0755 tmpfs /run
  mkdir /run/aanspreekpunt
  mount -t tmpfs -o mode=0700,uid=10001,gid=10001,size=512m tmpfs /run/aanspreekpunt
  here=$PWD
  mount -o remount,bind,ro /
  # The project itself may be in the folder that is hidden.
  if [[ $here == /tmp/* ]]; then
    mkdir /run/project
    mount --bind "$here" /run/project
    mount -o remount,bind,ro /run/project
  fi
  mount -t tmpfs -o mode=1777,size=512m tmpfs /tmp
  if [[ $here == /tmp/* ]]; then
    mkdir -p "$here"
    mount --move /run/project "$here"
  fi
  cd "$here"
  exec setpriv --reuid=10001 --regid=10001 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@"
' sandbox "$@"
