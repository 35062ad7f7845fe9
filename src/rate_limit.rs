//! [`RateLimit`]: the `x-ratelimit-*` headers of the Ory Network, and how long to wait.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use crate::http_date;

/// What the Ory Network says about the rate limit of the bucket that an operation belongs to.
///
/// The counter of a bucket is shared by all endpoints in it and by all callers of a project. Self-hosted Hydra sends none of
/// these headers. Source: Ory's guide on rate limits (`x-ratelimit-limit`, `x-ratelimit-remaining`, `x-ratelimit-reset`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// Requests that are allowed in the window that is nearest to its end.
    pub limit: Option<u64>,
    /// Every window that applies: how many requests in how long a time.
    pub windows: Vec<(u64, Duration)>,
    /// Requests left in that window.
    pub remaining: Option<u64>,
    /// Time until the window ends. The header carries seconds from now, not a date.
    pub reset: Option<Duration>,
}

impl RateLimit {
    /// Reads the headers of an answer; `None` if it carries none of them.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let limit = text(headers, "x-ratelimit-limit");
        let remaining = text(headers, "x-ratelimit-remaining");
        let reset = text(headers, "x-ratelimit-reset");
        if limit.is_none() && remaining.is_none() && reset.is_none() {
            return None;
        }
        // `10, 10;w=1, 300;w=60`: the limit at hand, then every window with its length in seconds.
        let items = limit.unwrap_or_default().split(',').map(str::trim);
        Some(Self {
            limit: items.clone().next().and_then(|item| number(item.split(';').next()?)),
            windows: items.filter_map(window).collect(),
            remaining: remaining.and_then(number),
            reset: reset.and_then(number).map(Duration::from_secs),
        })
    }
}

fn window(item: &str) -> Option<(u64, Duration)> {
    let (limit, parameters) = item.split_once(';')?;
    let seconds = parameters.split(';').find_map(|parameter| number(parameter.trim().strip_prefix("w=")?))?;
    Some((number(limit)?, Duration::from_secs(seconds)))
}

/// How long the server asks to wait: `Retry-After` (RFC 9110 section 10.2.3), else the end of the rate-limit window.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let asked = text(headers, RETRY_AFTER.as_str())
        .and_then(|asked| number(asked).or_else(|| until(http_date::parse(asked)?, headers)));
    asked.map(Duration::from_secs).or_else(|| RateLimit::from_headers(headers)?.reset)
}

/// How many seconds there are until then, by the server's clock if it shows it: ours may be wrong.
fn until(then: u64, headers: &HeaderMap) -> Option<u64> {
    let now = match text(headers, DATE.as_str()).and_then(http_date::parse) {
        Some(now) => now,
        None => SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs(),
    };
    Some(then.saturating_sub(now))
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
    fn documented_headers() {
        let mut headers = HeaderMap::new();
        assert_eq!(RateLimit::from_headers(&headers), None);
        headers.insert("x-ratelimit-limit", HeaderValue::from_static("10, 10;w=1, 300;w=60"));
        headers.insert("x-ratelimit-remaining", HeaderValue::from_static("8"));
        headers.insert("x-ratelimit-reset", HeaderValue::from_static("1"));
        let limit = RateLimit::from_headers(&headers).unwrap();
        assert_eq!(limit.limit, Some(10));
        assert_eq!(limit.windows, [(10, Duration::from_secs(1)), (300, Duration::from_secs(60))]);
        assert_eq!((limit.remaining, limit.reset), (Some(8), Some(Duration::from_secs(1))));
        assert_eq!(retry_after(&headers), Some(Duration::from_secs(1)));
        headers.insert(RETRY_AFTER, HeaderValue::from_static("7"));
        assert_eq!(retry_after(&headers), Some(Duration::from_secs(7)));
    }

    #[test]
    fn dates() {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT"));
        assert_eq!(retry_after(&headers), Some(Duration::ZERO), "it is over");
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
        assert_eq!(retry_after(&headers), Some(Duration::from_secs(3)), "what cannot be read does not count");
    }

    #[test]
    fn nonsense_is_not_a_number() {
        let mut headers = HeaderMap::new();
        headers.insert("x-ratelimit-limit", HeaderValue::from_static("many;w=x,,"));
        assert_eq!(RateLimit::from_headers(&headers), Some(RateLimit::default()));
    }
}
