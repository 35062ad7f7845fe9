#!/usr/bin/env bash
# Builds both products with the oldest versions of their direct dependencies that the manifests allow, as somebody with an
# old lock file has them.
#
#   scripts/floor-versions.sh
#
# Works on a copy without what only tests need; cargo's option for it is unstable, so it is told to allow such ones.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-$PWD/target}/floor
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp -r Cargo.toml build.rs README.md CHANGELOG.md docs spec src generator runtime "$work"
cd "$work"
rm -rf generator/compiled generator/example
# One table a section: what stands under [dev-dependencies] goes, and the members that are not there.
for manifest in Cargo.toml generator/Cargo.toml runtime/Cargo.toml; do
    awk '/^\[/ { skip = /^\[dev-dependencies\]|^\[\[test\]\]/ } !skip' "$manifest" >manifest && mv manifest "$manifest"
done
sed -i 's/^members = .*/members = ["generator", "runtime"]/' Cargo.toml

RUSTC_BOOTSTRAP=1 cargo generate-lockfile -q -Z direct-minimal-versions
check() { printf '== %s\n' "$*"; env CARGO_TARGET_DIR="$target" "$@"; }
check cargo check -q --locked -p openapi-smith
check cargo check -q --locked -p openapi-smith --features cli
check cargo check -q --locked -p openapi-smith-runtime
check cargo check -q --locked -p ory-oidc
check cargo check -q --locked -p ory-oidc --no-default-features
check cargo check -q --locked -p ory-oidc --all-features
