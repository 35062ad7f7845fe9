//! Go's duration text (`1h30m`): the form in which Ory takes and prints token lifespans.

const UNITS: [(&str, i128); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// Reads a duration and prints it the way the server does: `24h` becomes `24h0m0s`.
///
/// The error is the server's own sentence.
pub(super) fn normalise(text: &str) -> Result<String, String> {
    parse(text).map(print)
}

fn parse(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration '{text}'");
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let (whole, after_whole) = digits(rest);
        let (fraction, after_number) = match after_whole.strip_prefix('.') {
            Some(after_dot) => digits(after_dot),
            None => ("", after_whole),
        };
        if whole.is_empty() && fraction.is_empty() {
            return Err(invalid());
        }
        let end = after_number.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(after_number.len());
        let (unit, after_unit) = after_number.split_at(end);
        if unit.is_empty() {
            return Err(format!("time: missing unit in duration '{text}'"));
        }
        let Some((_, size)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            return Err(format!("time: unknown unit '{unit}' in duration '{text}'"));
        };
        let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| invalid())? };
        total = whole
            .checked_mul(*size)
            .and_then(|part| total.checked_add(part))
            .ok_or_else(invalid)?
            .checked_add(part_of(fraction, *size))
            .ok_or_else(invalid)?;
        rest = after_unit;
    }
    i64::try_from(if negative { -total } else { total }).map_err(|_| invalid())
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

/// `.25` of an hour; digits beyond the precision of a unit are dropped, as in Go.
fn part_of(fraction: &str, size: i128) -> i128 {
    let mut scale = size;
    let mut sum = 0;
    for digit in fraction.chars().filter_map(|c| c.to_digit(10)) {
        scale /= 10;
        sum += i128::from(digit) * scale;
    }
    sum
}

fn print(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let all = nanoseconds.unsigned_abs();
    if all == 0 {
        return "0s".to_owned();
    }
    for (unit, size, next) in [("ns", 1, 1_000), ("\u{b5}s", 1_000, 1_000_000), ("ms", 1_000_000, 1_000_000_000)] {
        if all < next {
            return format!("{sign}{}{unit}", decimal(all, size));
        }
    }
    let seconds = decimal(all % 60_000_000_000, 1_000_000_000);
    let minutes = all / 60_000_000_000;
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{sign}{seconds}s"),
        (0, minutes) => format!("{sign}{minutes}m{seconds}s"),
        (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}s"),
    }
}

/// `all / unit` as a decimal number without trailing zeros; `unit` is a power of ten.
fn decimal(all: u64, unit: u64) -> String {
    let (whole, rest) = (all / unit, all % unit);
    if rest == 0 {
        return whole.to_string();
    }
    let width = unit.to_string().len() - 1;
    format!("{whole}.{}", format!("{rest:0width$}").trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn durations_print_as_go_prints_them() {
        for (given, printed) in [
            ("24h", "24h0m0s"),
            ("31h0m0s", "31h0m0s"),
            ("90s", "1m30s"),
            ("1.5s", "1.5s"),
            ("0", "0s"),
            ("0s", "0s"),
            ("-1h", "-1h0m0s"),
            ("+1h", "1h0m0s"),
            (".5h", "30m0s"),
            ("1500ms", "1.5s"),
            ("1500us", "1.5ms"),
            ("1500\u{3bc}s", "1.5ms"),
            ("1ns", "1ns"),
            ("1h1ns", "1h0m0.000000001s"),
        ] {
            assert_eq!(normalise(given).as_deref(), Ok(printed), "{given}");
        }
    }

    #[test]
    fn refusals_are_the_servers_sentences() {
        for (given, sentence) in [
            ("1d", "time: unknown unit 'd' in duration '1d'"),
            ("", "time: invalid duration ''"),
            ("3600", "time: missing unit in duration '3600'"),
            ("h", "time: invalid duration 'h'"),
            ("-", "time: invalid duration '-'"),
            ("9999999999h", "time: invalid duration '9999999999h'"),
        ] {
            assert_eq!(normalise(given), Err(sentence.to_owned()), "{given}");
        }
    }
}
