#!/usr/bin/env bash
# Measures what the crate costs its users: a clean release build of a ten-line program that calls `discover`, and of the
# same program with ory-client, in one run and with the same TLS.
#
#   scripts/build-cost.sh [ROUNDS]      (default 3; the two programs take turns, the medians are printed)
#
# Needs GNU time (/usr/bin/time). The crates are downloaded first. The figures are the wall time and the memory of the
# largest process of `cargo build --release` with an empty target folder.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
rounds=${1:-3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

program() { # folder, dependencies, body
    mkdir -p "$work/$1/src"
    cat >"$work/$1/Cargo.toml" <<TOML
[package]
name = "program"
version = "0.0.0"
edition = "2024"

[workspace]

[dependencies]
tokio = { version = "1", features = ["rt"] }
$2
TOML
    cat >"$work/$1/src/main.rs" <<RUST
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
$3
        Ok(())
    })
}
RUST
}

ours='        let client = ory_oidc::Client::builder("https://example.projects.oryapis.com").build()?;
        println!("{}", client.discover().await?.issuer());'
theirs='        let configuration = ory_client::apis::configuration::Configuration {
            base_path: "https://example.projects.oryapis.com".to_owned(),
            ..Default::default()
        };
        println!("{}", ory_client::apis::oidc_api::discover_oidc_configuration(&configuration).await?.issuer);'

program ours-rustls "ory-oidc = { path = \"$root\" }" "$ours"
program ours-native-tls "ory-oidc = { path = \"$root\", default-features = false, features = [\"native-tls\"] }" "$ours"
program theirs-rustls 'ory-client = { version = "=1.22.89", default-features = false, features = ["rustls-tls"] }' "$theirs"
program theirs-native-tls 'ory-client = { version = "=1.22.89" }' "$theirs"

median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

for tls in rustls native-tls; do
    for side in ours theirs; do
        (cd "$work/$side-$tls" && cargo generate-lockfile -q && cargo fetch -q)
    done
    for round in $(seq "$rounds"); do
        for side in ours theirs; do
            (
                cd "$work/$side-$tls"
                rm -rf target
                env -u CARGO_TARGET_DIR /usr/bin/time -f '%e %M' -o time.txt cargo build --release --offline 2>build.txt ||
                    { cat build.txt; exit 1; }
                read -r wall memory <time.txt
                echo "$wall" >>wall.txt
                echo "$memory" >>memory.txt
                grep -c '^ *Compiling' build.txt >crates.txt
                echo "  $tls, round $round, $side: $wall s, $((memory / 1024)) MB, $(cat crates.txt) crates" >&2
            )
        done
    done
    for figure in wall memory crates; do
        a=$(median <"$work/ours-$tls/$figure.txt")
        b=$(median <"$work/theirs-$tls/$figure.txt")
        echo "$tls $figure: ory-oidc $a, ory-client $b, ratio $(awk "BEGIN { printf \"%.2f\", $a / $b }")"
    done
    # The speed of a machine varies over minutes, so the two builds of one round are compared.
    pairs=$(paste "$work/ours-$tls/wall.txt" "$work/theirs-$tls/wall.txt" | awk '{ print $1 / $2 }' | median)
    echo "$tls wall, median of the ratios of the rounds: $(awk "BEGIN { printf \"%.2f\", $pairs }")"
done
