#!/usr/bin/env bash
# Builds both products with the oldest direct dependencies that the manifests allow, which users with an old lock file
# have.
#
#   scripts/floor-versions.sh
#
# Works on a copy without dev-dependencies. Cargo's option is unstable, so RUSTC_BOOTSTRAP allows it.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-$PWD/target}/floor
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp -r Cargo.toml build.rs README.md CHANGELOG.md docs spec src generator runtime "$work"
cd "$work"
rm -rf generator/compiled generator/cookbook generator/example
# Removes [dev-dependencies], and the workspace members that are not copied.
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
