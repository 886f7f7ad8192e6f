#!/usr/bin/env bash
# Installs the named Debian packages that are missing, or says which to install.
set -euo pipefail
# apt does not wait for another apt that reads its lists.
exec 9>"${TMPDIR:-/tmp}/slipway-debian-$(id -u).lock"
flock 9
missing=()
for package in "$@"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
  else
    echo "These Debian packages are missing: ${missing[*]}. Install them: apt-get install ${missing[*]}" >&2
    exit 1
  fi
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "Installing ${missing[*]} ..." >&2
wait_for_lock=(-o DPkg::Lock::Timeout=300)
if ! { "${as_root[@]}" apt-get "${wait_for_lock[@]}" update -qq &&
  "${as_root[@]}" apt-get "${wait_for_lock[@]}" install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "Could not install ${missing[*]}: see the lines above." >&2
  exit 1
fi
