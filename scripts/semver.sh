#!/usr/bin/env bash
# Compares the public API of our three crates with that of another commit, and says whether the versions allow what changed.
#
#   scripts/semver.sh COMMIT
#
# Needs cargo-semver-checks. The module that build.rs makes is compared like everything else.
set -euo pipefail
cd "$(dirname "$0")/.."
for package in ory-oidc openapi-smith openapi-smith-runtime; do
    cargo semver-checks --package "$package" --all-features --baseline-rev "${1:?which commit?}"
done
