//! Dates as HTTP writes them (RFC 9110 section 5.6.7), as far as it takes to know how far apart two are.

/// Seconds since 1970 of a date in any of the three forms; `None` if it is none.
///
/// Written here since no crate of the default tree reads them: hyper's does, but only a server brings it along.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let parts: Vec<&str> = text.split([' ', ',', '-']).filter(|part| !part.is_empty()).collect();
    let (day, month, year, time) = match parts[..] {
        // `Sun, 06 Nov 1994 08:49:37 GMT` and, of old, `Sunday, 06-Nov-94 08:49:37 GMT`.
        [_, day, month, year, time, "GMT"] => (day, month, year, time),
        // `Sun Nov  6 08:49:37 1994`, of old as well.
        [_, month, day, time, year] => (day, month, year, time),
        _ => return None,
    };
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = MONTHS.iter().position(|name| *name == month)?;
    let day = number(day, 1, 31)?;
    let year = match (year.len(), number(year, 0, 9999)?) {
        (2, year) => year + if year < 70 { 2000 } else { 1900 },
        (4, year) => year,
        _ => return None,
    };
    let mut clock = time.split(':');
    let (hours, minutes, seconds) =
        (number(clock.next()?, 0, 23)?, number(clock.next()?, 0, 59)?, number(clock.next()?, 0, 60)?);
    if clock.next().is_some() {
        return None;
    }
    let days = days_before(year, month)?.checked_add(day - 1)?;
    Some(days * 86_400 + hours * 3_600 + minutes * 60 + seconds)
}

fn number(text: &str, least: u64, most: u64) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| digits && (least..=most).contains(number))
}

/// Days from 1970 to the first of a month of the Gregorian calendar; `None` before 1970.
fn days_before(year: u64, month: usize) -> Option<u64> {
    const BEFORE_MONTH: [u64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let leap_years = |before: u64| before / 4 - before / 100 + before / 400;
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let leap_days = leap_years(year.checked_sub(1)?).checked_sub(leap_years(1969))?;
    let this_leap_day = u64::from(is_leap && month > 1);
    Some(year.checked_sub(1970)? * 365 + leap_days + BEFORE_MONTH.get(month)? + this_leap_day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn the_three_forms() {
        for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(parse(text), Some(784_111_777), "{text}");
        }
    }

    /// Against a parser that we did not write: a moment on each day of 240 years.
    #[test]
    fn as_others_count() {
        for day in 0..240 * 365_u64 {
            let seconds = day * 86_400 + day * 7_919 % 86_400;
            let text = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds));
            assert_eq!(parse(&text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_none() {
        for text in [
            "",
            "7",
            "tomorrow",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 Nov 1994 08:49:37:00 GMT",
            "Sun, 32 Nov 1994 08:49:37 GMT",
            "Sun, 06 Now 1994 08:49:37 GMT",
            "Sun, 06 Nov 1969 08:49:37 GMT",
            "Sun, 06 Nov 99999999999999999999 08:49:37 GMT",
            "Sun, +6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 0000 08:49:37 GMT",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
