//! `decode`: the time to decode and encode a list, as plain structs and as each kind of union.
//!
//! All variants decode the same issues and take turns, as in `calls`. Each ratio is to the generated plain struct.

mod derived;
mod text;
#[allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    clippy::all,
    reason = "generated for other crates; only some of the types are measured"
)]
mod issues {
    include!(concat!(env!("OUT_DIR"), "/issues.rs"));
}

use std::hint::black_box;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::BoxError;
use crate::process::cpu_time;
use crate::statistics::quantile;
use issues::types;
use text::Tag;

#[derive(clap::Args)]
pub(crate) struct Settings {
    /// Rounds; each variant has one turn in each.
    #[arg(long, default_value_t = 60)]
    rounds: usize,
    /// The size of the list in megabytes.
    #[arg(long, default_value_t = 8)]
    megabytes: usize,
    /// The seed of the list.
    #[arg(long, default_value_t = 20)]
    seed: u64,
    /// Only variants whose name contains this text, for a profile.
    #[arg(long)]
    only: Option<String>,
}

/// One way to decode the list.
struct Variant {
    name: &'static str,
    tag: Tag,
    /// Decodes the text once, and encodes the value once; the time of each.
    turn: fn(&str) -> Result<[Duration; 2], BoxError>,
}

#[derive(Serialize)]
struct Line {
    variant: &'static str,
    /// The location of the property `kind`.
    tag: &'static str,
    decode: Measured,
    encode: Measured,
}

#[derive(Serialize)]
struct Measured {
    /// Milliseconds of CPU time: median.
    cpu: f64,
    /// Relative to the generated plain struct in the same round: median and quartiles.
    ratio: f64,
    ratio_quartiles: (f64, f64),
}

fn turn<T: DeserializeOwned + Serialize>(text: &str) -> Result<[Duration; 2], BoxError> {
    let start = cpu_time();
    let value: T = serde_json::from_str(black_box(text))?;
    let decoded = cpu_time();
    let encoded = serde_json::to_vec(black_box(&value))?;
    let done = cpu_time();
    // Only the order of the properties differs.
    if encoded.len() != text.len() {
        return Err(format!("decoded {} bytes, and encoded {}", text.len(), encoded.len()).into());
    }
    Ok([decoded.saturating_sub(start), done.saturating_sub(decoded)])
}

/// The first variant of each location is the plain struct, which the others are compared with.
const VARIANTS: [Variant; 16] = [
    Variant { name: "plain struct", tag: Tag::First, turn: turn::<Vec<types::Issue>> },
    Variant { name: "plain struct", tag: Tag::Last, turn: turn::<Vec<types::Issue>> },
    // Their difference from 1.00 is noise.
    Variant { name: "plain struct again", tag: Tag::First, turn: turn::<Vec<types::Issue>> },
    Variant { name: "plain struct again", tag: Tag::Last, turn: turn::<Vec<types::Issue>> },
    Variant { name: "plain struct, serde", tag: Tag::First, turn: turn::<Vec<derived::Issue>> },
    Variant { name: "by JSON type", tag: Tag::First, turn: turn::<Vec<types::IssueOrUrl>> },
    Variant { name: "by JSON type", tag: Tag::Last, turn: turn::<Vec<types::IssueOrUrl>> },
    Variant { name: "by JSON type, serde untagged", tag: Tag::First, turn: turn::<Vec<derived::IssueOrUrl>> },
    Variant { name: "by discriminator", tag: Tag::First, turn: turn::<Vec<types::IssueOrCommit>> },
    Variant { name: "by discriminator", tag: Tag::Last, turn: turn::<Vec<types::IssueOrCommit>> },
    Variant { name: "by discriminator, serde tag", tag: Tag::First, turn: turn::<Vec<derived::IssueOrCommit>> },
    Variant { name: "by discriminator, serde tag", tag: Tag::Last, turn: turn::<Vec<derived::IssueOrCommit>> },
    Variant { name: "by discriminator or base", tag: Tag::First, turn: turn::<Vec<types::Subject>> },
    Variant { name: "by discriminator or base", tag: Tag::Last, turn: turn::<Vec<types::Subject>> },
    Variant { name: "by value", tag: Tag::First, turn: turn::<Vec<types::AnyIssueOrCommit>> },
    Variant { name: "by value", tag: Tag::Last, turn: turn::<Vec<types::AnyIssueOrCommit>> },
];

pub(crate) fn run(settings: &Settings, json: bool) -> Result<(), BoxError> {
    let list = |tag| text::list(settings.megabytes << 20, settings.seed, tag);
    let (first, last) = (list(Tag::First), list(Tag::Last));
    let mut order: Vec<usize> = (0..VARIANTS.len()).collect();
    if let Some(only) = &settings.only {
        order.retain(|&index| VARIANTS.get(index).is_some_and(|variant| variant.name.contains(only)));
    }
    let mut times = vec![[Vec::new(), Vec::new()]; VARIANTS.len()];
    for _ in 0..settings.rounds {
        fastrand::shuffle(&mut order);
        for &index in &order {
            let (Some(variant), Some(times)) = (VARIANTS.get(index), times.get_mut(index)) else { continue };
            let measured = (variant.turn)(if variant.tag == Tag::First { &first } else { &last })?;
            for (times, time) in times.iter_mut().zip(measured) {
                times.push(time.as_secs_f64() * 1e3);
            }
        }
    }
    let plain = |tag: Tag| {
        let measured = VARIANTS.iter().zip(&times).find(|(variant, times)| variant.tag == tag && !times[0].is_empty());
        measured.map_or_else(Default::default, |(_, times)| times.clone())
    };
    let plain = [plain(Tag::First), plain(Tag::Last)];
    let measured = VARIANTS.iter().zip(&times).filter(|(_, [decode, _])| !decode.is_empty());
    let lines: Vec<Line> = measured
        .map(|(variant, [decode, encode])| {
            let [first, last] = &plain;
            let [plain_decode, plain_encode] = if variant.tag == Tag::First { first } else { last };
            Line {
                variant: variant.name,
                tag: if variant.tag == Tag::First { "first" } else { "last" },
                decode: compared(decode, plain_decode),
                encode: compared(encode, plain_encode),
            }
        })
        .collect();
    if json {
        println!("{}", serde_json::to_string_pretty(&lines)?);
    } else {
        print(&lines);
    }
    Ok(())
}

fn compared(times: &[f64], plain: &[f64]) -> Measured {
    let mut ratios: Vec<f64> = times.iter().zip(plain).map(|(time, plain)| time / plain).collect();
    Measured {
        cpu: quantile(&mut times.to_vec(), 0.5),
        ratio: quantile(&mut ratios, 0.5),
        ratio_quartiles: (quantile(&mut ratios, 0.25), quantile(&mut ratios, 0.75)),
    }
}

fn print(lines: &[Line]) {
    println!("variant                       tag    decode ms  against plain        encode ms  against plain");
    for Line { variant, tag, decode, encode } in lines {
        let column = |Measured { cpu, ratio, ratio_quartiles: (low, high) }: &Measured| {
            format!("{cpu:>9.1}  {ratio:.2} ({low:.2}-{high:.2})")
        };
        println!("{variant:<29} {tag:<5} {}  {}", column(decode), column(encode));
    }
}
