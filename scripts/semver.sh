#!/usr/bin/env bash
# Compares the public API of our three crates with another commit, and checks that the versions allow the changes.
#
#   scripts/semver.sh COMMIT
#
# Needs cargo-semver-checks. The generated module is part of the comparison.
set -euo pipefail
cd "$(dirname "$0")/.."
for package in ory-oidc openapi-smith openapi-smith-runtime; do
    cargo semver-checks --package "$package" --all-features --baseline-rev "${1:?which commit?}"
done
