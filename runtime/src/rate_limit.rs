//! [`RateLimit`]: the `x-ratelimit-*` headers of a response, and the time to wait before the next attempt.

use std::time::{Duration, SystemTime};

use httpdate::parse_http_date;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// The rate limit that a server reports in `x-ratelimit-limit`, `x-ratelimit-remaining` and `x-ratelimit-reset`.
///
/// No standard defines these headers. Most servers send the seconds until the window ends, as the Ory Network does; GitHub sends
/// the time of its end in seconds since 1970. Both are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// Requests that are allowed in the window that ends first.
    pub limit: Option<u64>,
    /// Every window that applies.
    pub windows: Vec<RateWindow>,
    /// Requests left in that window.
    pub remaining: Option<u64>,
    /// Time until the window ends.
    pub reset: Option<Duration>,
}

/// One window of a [`RateLimit`]: `requests` are allowed in each `period`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateWindow {
    /// Requests that are allowed in the window.
    pub requests: u64,
    /// The length of the window.
    pub period: Duration,
}

impl RateLimit {
    /// Parses the headers of a response; `None` if none of them is present.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let limit = text(headers, "x-ratelimit-limit");
        let remaining = text(headers, "x-ratelimit-remaining");
        let reset = text(headers, "x-ratelimit-reset");
        if limit.is_none() && remaining.is_none() && reset.is_none() {
            return None;
        }
        // `10, 10;w=1, 300;w=60`: the current limit, then every window with its length in seconds.
        let items = limit.unwrap_or_default().split(',').map(str::trim);
        Some(Self {
            limit: items.clone().next().and_then(|item| number(item.split(';').next()?)),
            windows: items.filter_map(window).collect(),
            remaining: remaining.and_then(number),
            reset: reset.and_then(number).map(|seconds| time_until(seconds, headers)),
        })
    }
}

fn window(item: &str) -> Option<RateWindow> {
    let (limit, parameters) = item.split_once(';')?;
    let seconds = parameters.split(';').find_map(|parameter| number(parameter.trim().strip_prefix("w=")?))?;
    Some(RateWindow { requests: number(limit)?, period: Duration::from_secs(seconds) })
}

/// The time that the server asks to wait: `Retry-After` (RFC 9110 section 10.2.3), else the end of the rate-limit window.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let asked = text(headers, RETRY_AFTER.as_str()).and_then(|asked| match number(asked) {
        Some(seconds) => Some(Duration::from_secs(seconds)),
        None => Some(until(parse_http_date(asked).ok()?, headers)),
    });
    asked.or_else(|| RateLimit::from_headers(headers)?.reset)
}

/// The time of `x-ratelimit-reset`. No window lasts thirty years: a larger number is a time since 1970.
fn time_until(seconds: u64, headers: &HeaderMap) -> Duration {
    let since_1970 = Duration::from_secs(seconds);
    match SystemTime::UNIX_EPOCH.checked_add(since_1970) {
        Some(then) if seconds >= 1_000_000_000 => until(then, headers),
        _ => since_1970,
    }
}

/// The time until `then`, by the server's clock if the response has a `Date`: the local clock may be wrong.
fn until(then: SystemTime, headers: &HeaderMap) -> Duration {
    let date = text(headers, DATE.as_str()).and_then(|date| parse_http_date(date).ok());
    then.duration_since(date.unwrap_or_else(SystemTime::now)).unwrap_or_default()
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn number(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    #[test]
    fn documented_headers_are_parsed() {
        let mut headers = HeaderMap::new();
        assert_eq!(RateLimit::from_headers(&headers), None);
        headers.insert("x-ratelimit-limit", HeaderValue::from_static("10, 10;w=1, 300;w=60"));
        headers.insert("x-ratelimit-remaining", HeaderValue::from_static("8"));
        headers.insert("x-ratelimit-reset", HeaderValue::from_static("1"));
        let limit = RateLimit::from_headers(&headers).unwrap();
        assert_eq!(limit.limit, Some(10));
        let windows: Vec<_> = limit.windows.iter().map(|window| (window.requests, window.period.as_secs())).collect();
        assert_eq!(windows, [(10, 1), (300, 60)]);
        assert_eq!((limit.remaining, limit.reset), (Some(8), Some(Duration::from_secs(1))));
        assert_eq!(retry_after(&headers), Some(Duration::from_secs(1)));
        headers.insert(RETRY_AFTER, HeaderValue::from_static("7"));
        assert_eq!(retry_after(&headers), Some(Duration::from_secs(7)));
    }

    #[test]
    fn a_retry_after_date_counts_from_the_servers_clock() {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT"));
        assert_eq!(retry_after(&headers), Some(Duration::ZERO), "a date in the past");
        headers.insert(DATE, HeaderValue::from_static("Sun, 06 Nov 1994 08:49:07 GMT"));
        assert_eq!(retry_after(&headers), Some(Duration::from_secs(30)), "by the clock of the server");
        headers.insert(DATE, HeaderValue::from_static("yesterday"));
        assert_eq!(retry_after(&headers), Some(Duration::ZERO));
        headers.remove(DATE);
        let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(1000));
        headers.insert(RETRY_AFTER, soon.try_into().unwrap());
        let asked = retry_after(&headers).unwrap();
        assert!((900..=1000).contains(&asked.as_secs()), "{asked:?}");
        headers.insert(RETRY_AFTER, HeaderValue::from_static("-1"));
        assert_eq!(retry_after(&headers), None);
        headers.insert("x-ratelimit-reset", HeaderValue::from_static("3"));
        assert_eq!(retry_after(&headers), Some(Duration::from_secs(3)), "an invalid header does not count");
    }

    #[test]
    fn a_reset_may_be_a_time_since_1970() {
        let mut headers = HeaderMap::new();
        headers.insert("x-ratelimit-reset", HeaderValue::from_static("1700000030"));
        headers.insert(DATE, HeaderValue::from_static("Tue, 14 Nov 2023 22:13:20 GMT"));
        assert_eq!(retry_after(&headers), Some(Duration::from_secs(30)));
    }

    #[test]
    fn invalid_numbers_are_ignored() {
        let mut headers = HeaderMap::new();
        headers.insert("x-ratelimit-limit", HeaderValue::from_static("many;w=x,,"));
        assert_eq!(RateLimit::from_headers(&headers), Some(RateLimit::default()));
    }
}
