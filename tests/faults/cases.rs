//! Faults of a server, a proxy or a network in a call over plain HTTP, each with the expected outcome.

use std::io::Write as _;
use std::time::Duration;

use ory_oidc::ErrorKind;
use test_support::Step::{self, Drip, Forever, HalfClose, Read, ReadOne, Reset, Send, Stall};
use test_support::response;

/// The expected outcome of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    Value,
    /// An error, with the status of the response if there was one.
    Error(ErrorKind, Option<u16>),
    /// `Connect` or `Transport`, depending on timing.
    Broken,
}

pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) steps: Vec<Step>,
    pub(crate) outcome: Outcome,
}

impl Case {
    /// Whether the call only waits until its timeout: the server is silent or slow, and sends nothing without end.
    pub(crate) fn is_silent(&self) -> bool {
        let is_late = matches!(self.outcome, Outcome::Error(ErrorKind::Timeout, _));
        is_late && !self.steps.iter().any(|step| matches!(step, Forever(_)))
    }
}

/// A body that is valid for each tested operation.
pub(crate) const BODY: &str =
    r#"{"sub":"alice","client_id":"the-client","redirect_uris":[],"registration_access_token":"canary-rotated-token"}"#;

/// The tokens in the responses, in addition to those in the requests.
pub(crate) const ROTATED: &str = "canary-rotated-token";

const PAUSE: Duration = Duration::from_millis(1);
const LONG_PAUSE: Duration = Duration::from_millis(40);

fn json(body: impl AsRef<[u8]>) -> Vec<u8> {
    response("200 OK", "content-type: application/json\r\n", body)
}

/// A response that leaves the connection open.
fn open(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn chunked(chunks: &[&str]) -> Vec<u8> {
    let chunks: String = chunks.iter().map(|chunk| format!("{:x}\r\n{chunk}\r\n", chunk.len())).collect();
    format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunks}").into_bytes()
}

fn cut(mut bytes: Vec<u8>, missing: usize) -> Vec<u8> {
    bytes.truncate(bytes.len() - missing);
    bytes
}

/// A hundred megabytes of white space after a response, compressed to a hundred kilobytes.
fn bomb() -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(BODY.as_bytes()).unwrap();
    for _ in 0..100 {
        encoder.write_all(&[b' '; 1 << 20]).unwrap();
    }
    encoder.finish().unwrap()
}

fn utf16(text: &str) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect()
}

fn many(line: impl Fn(usize) -> String, count: usize) -> String {
    (0..count).map(line).collect()
}

pub(crate) fn cases() -> Vec<Case> {
    const LOST: Outcome = Outcome::Error(ErrorKind::Transport, None);
    const LOST_BODY: Outcome = Outcome::Error(ErrorKind::Transport, Some(200));
    const LATE: Outcome = Outcome::Error(ErrorKind::Timeout, None);
    const LATE_BODY: Outcome = Outcome::Error(ErrorKind::Timeout, Some(200));
    const NOT_HTTP: Outcome = Outcome::Error(ErrorKind::UnexpectedResponse, None);
    const UNREADABLE: Outcome = Outcome::Error(ErrorKind::UnexpectedResponse, Some(200));
    let fine = json(BODY);
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n".to_vec();
    let half = cut(fine.clone(), BODY.len() / 2);
    let half_chunked = cut(chunked(&[BODY]), 10);
    let brackets = |open: &str| format!(r#"{{"sub":"alice","x":{}"#, open.repeat(100_000));
    let case = |name, steps, outcome| Case { name, steps, outcome };
    vec![
        case("nothing wrong", vec![Read, Send(fine.clone())], Outcome::Value),
        // Silence.
        case("no response", vec![Read, Stall], LATE),
        case("no response, request not read", vec![Stall], LATE),
        case("half a status line, then nothing", vec![Read, Send(b"HTTP/1.1 20".to_vec()), Stall], LATE),
        case("half the headers, then nothing", vec![Read, Send(head.clone()), Stall], LATE),
        case("half the body, then nothing", vec![Read, Send(half.clone()), Stall], LATE_BODY),
        case("half a chunk, then nothing", vec![Read, Send(half_chunked.clone()), Stall], LATE_BODY),
        case("all chunks but the last, then nothing", vec![Read, Send(chunked(&[BODY])), Stall], LATE_BODY),
        // Resets.
        case("reset at once", vec![Reset], Outcome::Broken),
        case("reset within the request", vec![ReadOne, Reset], LOST),
        case("reset after the request", vec![Read, Reset], LOST),
        case("reset within the status line", vec![Read, Send(b"HTTP/1.1 20".to_vec()), Reset], LOST),
        case("reset within the headers", vec![Read, Send(head.clone()), Reset], LOST),
        case("reset within the body", vec![Read, Drip(half.clone(), PAUSE), Reset], LOST_BODY),
        case("reset within a chunk", vec![Read, Drip(half_chunked.clone(), PAUSE), Reset], LOST_BODY),
        // Half-closed and closed connections.
        case("half closed at once", vec![HalfClose], LOST),
        case("half closed after the request", vec![Read, HalfClose], LOST),
        case("half closed within the headers", vec![Read, Send(head.clone()), HalfClose], LOST),
        case("half closed within the body", vec![Read, Send(half.clone()), HalfClose], LOST_BODY),
        case("half closed after the response", vec![Read, Send(fine.clone()), HalfClose], Outcome::Value),
        case("closed after the request", vec![Read], LOST),
        case("body cut, with a length", vec![Read, Send(half)], LOST_BODY),
        case("body cut, in a chunk", vec![Read, Send(half_chunked)], LOST_BODY),
        case("body cut, before the last chunk", vec![Read, Send(chunked(&[BODY]))], LOST_BODY),
        case("body cut, in the size of a chunk", vec![Read, Send([chunked(&[]), b"4".to_vec()].concat())], LOST_BODY),
        case(
            "body cut, without a length",
            vec![Read, Send([b"HTTP/1.1 200 OK\r\n\r\n", &BODY.as_bytes()[..20]].concat())],
            UNREADABLE,
        ),
        // Slow responses.
        case("headers in drips", vec![Read, Drip(fine.clone(), PAUSE)], Outcome::Value),
        case("headers in drips, too slow", vec![Read, Drip(fine.clone(), LONG_PAUSE)], LATE),
        case(
            "body in drips",
            vec![Read, Send(cut(fine.clone(), BODY.len())), Drip(BODY.into(), PAUSE)],
            Outcome::Value,
        ),
        case(
            "body in drips, too slow",
            vec![Read, Send(cut(fine.clone(), BODY.len())), Drip(BODY.into(), LONG_PAUSE)],
            LATE_BODY,
        ),
        case(
            "chunks of one byte",
            vec![
                Read,
                Send(chunked(&[])),
                Send(many(|i| format!("1\r\n{}\r\n", &BODY[i..=i]), BODY.len()).into()),
                Send(b"0\r\n\r\n".to_vec()),
            ],
            Outcome::Value,
        ),
        // Responses that are too large.
        case(
            "200 kB in one header",
            vec![Read, Send(response("200 OK", &format!("x-long: {}\r\n", "a".repeat(200_000)), BODY))],
            Outcome::Value,
        ),
        case(
            "200 kB in 90 headers",
            vec![Read, Send(response("200 OK", &many(|i| format!("x-{i}: {}\r\n", "a".repeat(2_200)), 90), BODY))],
            Outcome::Value,
        ),
        case(
            "a thousand headers",
            vec![Read, Send(response("200 OK", &many(|i| format!("x-{i}: a\r\n"), 1_000), BODY))],
            NOT_HTTP,
        ),
        case("headers without end", vec![Read, Send(head.clone()), Forever(b"x-more: a\r\n".repeat(100))], NOT_HTTP),
        case(
            "one header without end",
            vec![Read, Send(b"HTTP/1.1 200 OK\r\nx: ".to_vec()), Forever(b"a".repeat(4096))],
            NOT_HTTP,
        ),
        case(
            "a status line without end",
            vec![Read, Send(b"HTTP/1.1 200 ".to_vec()), Forever(b"a".repeat(4096))],
            NOT_HTTP,
        ),
        case("a body without end, in chunks", vec![Read, Send(chunked(&[])), Forever(chunk(4096))], UNREADABLE),
        case(
            "a body without end, of no length",
            vec![Read, Send(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()), Forever(b" ".repeat(4096))],
            UNREADABLE,
        ),
        case(
            "a body of 16 exabytes",
            vec![
                Read,
                Send(b"HTTP/1.1 200 OK\r\ncontent-length: 18446744073709551613\r\n\r\n".to_vec()),
                Forever(b" ".repeat(4096)),
            ],
            UNREADABLE,
        ),
        case(
            "one chunk without end",
            vec![Read, Send([chunked(&[]), b"ffffffffffff\r\n".to_vec()].concat()), Forever(b" ".repeat(4096))],
            UNREADABLE,
        ),
        case(
            "a chunk extension without end",
            vec![Read, Send([chunked(&[]), b"1;a=".to_vec()].concat()), Forever(b"a".repeat(4096))],
            LOST_BODY,
        ),
        case(
            "trailers without end",
            vec![Read, Send([chunked(&[BODY]), b"0\r\n".to_vec()].concat()), Forever(b"x-more: a\r\n".repeat(100))],
            LOST_BODY,
        ),
        case(
            "gzip bomb",
            vec![
                Read,
                Send(response("200 OK", "content-type: application/json\r\ncontent-encoding: gzip\r\n", bomb())),
            ],
            UNREADABLE,
        ),
        case("100,000 brackets", vec![Read, Send(json(brackets("[")))], UNREADABLE),
        case("100,000 braces", vec![Read, Send(json(brackets(r#"{"a":"#)))], UNREADABLE),
        case("100,000 brackets and nothing else", vec![Read, Send(json("[".repeat(100_000)))], UNREADABLE),
        case(
            "100,000 brackets in an error",
            vec![Read, Send(response("400 Bad Request", "", brackets("[")))],
            Outcome::Error(ErrorKind::Rejected, Some(400)),
        ),
        case(
            "100,000 small values",
            vec![Read, Send(json(format!(r#"{},"x":[0{}]}}"#, &BODY[..BODY.len() - 1], ",0".repeat(100_000))))],
            Outcome::Value,
        ),
        // Invalid HTTP.
        case("garbage", vec![Read, Send((0..=255).rev().cycle().take(1000).collect())], NOT_HTTP),
        case("another protocol", vec![Read, Send(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec())], NOT_HTTP),
        case("an alert of TLS", vec![Read, Send(b"\x15\x03\x01\x00\x02\x02\x46".to_vec())], NOT_HTTP),
        case(
            "HTTP/2 unasked",
            vec![Read, Send(b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80\0\x04\0\x01\0\0\0\x05\0\xff\xff\xff".to_vec())],
            NOT_HTTP,
        ),
        case("HTTP/0.9", vec![Read, Send(BODY.into())], NOT_HTTP),
        case("HTTP/1.0", vec![Read, Send([b"HTTP/1.0 200 OK\r\n\r\n", BODY.as_bytes()].concat())], Outcome::Value),
        case(
            "HTTP/1.0 with a length",
            vec![
                Read,
                Send(
                    [format!("HTTP/1.0 200 OK\r\ncontent-length: {}\r\n\r\n", BODY.len()).as_bytes(), BODY.as_bytes()]
                        .concat(),
                ),
            ],
            Outcome::Value,
        ),
        case("HTTP/3.0", vec![Read, Send(b"HTTP/3.0 200 OK\r\n\r\n".to_vec())], NOT_HTTP),
        case("a status of four digits", vec![Read, Send(b"HTTP/1.1 2000 OK\r\n\r\n".to_vec())], NOT_HTTP),
        case("a status of 0", vec![Read, Send(b"HTTP/1.1 000 OK\r\n\r\n".to_vec())], NOT_HTTP),
        case("a header with a zero in it", vec![Read, Send(response("200 OK", "x-odd: a\0b\r\n", BODY))], NOT_HTTP),
        case("invalid chunk sizes", vec![Read, Send([chunked(&[]), b"xyz\r\n".to_vec()].concat())], LOST_BODY),
        case("two lengths", vec![Read, Send(response("200 OK", "content-length: 3\r\n", BODY))], NOT_HTTP),
        case(
            "the same length twice",
            vec![Read, Send(response("200 OK", &format!("content-length: {}\r\n", BODY.len()), BODY))],
            Outcome::Value,
        ),
        case(
            "a negative length",
            vec![Read, Send(b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n".to_vec())],
            NOT_HTTP,
        ),
        case(
            "a length and chunks",
            vec![
                Read,
                Send(
                    [&b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n"[..], &chunks(BODY)]
                        .concat(),
                ),
            ],
            Outcome::Value,
        ),
        // Informational responses.
        case(
            "1000 times 103",
            vec![Read, Send(b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n".repeat(1000)), Send(fine.clone())],
            Outcome::Value,
        ),
        case(
            "103 without end",
            vec![Read, Forever(b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n".repeat(100))],
            LATE,
        ),
        case("100 without end", vec![Read, Forever(b"HTTP/1.1 100 Continue\r\n\r\n".repeat(100))], LATE),
        case(
            "101, and another protocol",
            vec![
                Read,
                Send(b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n".to_vec()),
                Stall,
            ],
            Outcome::Error(ErrorKind::UnexpectedResponse, Some(101)),
        ),
        case(
            "a second, unrequested response",
            vec![Read, Send([open(BODY), open(r#"{"sub":"mallory"}"#)].concat())],
            Outcome::Value,
        ),
        // Invalid JSON.
        case("a byte order mark", vec![Read, Send(json(["\u{feff}", BODY].concat()))], Outcome::Value),
        case(
            "UTF-16",
            vec![Read, Send(response("200 OK", "content-type: application/json; charset=utf-16\r\n", utf16(BODY)))],
            UNREADABLE,
        ),
        case("Latin-1", vec![Read, Send(json(b"{\"sub\":\"andr\xe9\",\"client_id\":\"the-client\"}"))], UNREADABLE),
        case(
            "UTF-8 that says it is UTF-16",
            vec![Read, Send(response("200 OK", "content-type: application/json; charset=utf-16\r\n", BODY))],
            Outcome::Value,
        ),
        case(
            "keys twice",
            vec![Read, Send(json(r#"{"sub":"alice","sub":"mallory","client_id":"the-client","client_id":"other"}"#))],
            UNREADABLE,
        ),
        case("halves of characters", vec![Read, Send(json(r#"{"sub":"\ud800","client_id":"\udfff"}"#))], UNREADABLE),
        case(
            "a number of 100,000 digits",
            vec![Read, Send(json(format!(r#"{},"x":{}}}"#, &BODY[..BODY.len() - 1], "9".repeat(100_000))))],
            UNREADABLE,
        ),
        case("nothing", vec![Read, Send(json(""))], UNREADABLE),
        case(
            "a page",
            vec![Read, Send(response("200 OK", "content-type: text/html\r\n", "<h1>Hello</h1>"))],
            UNREADABLE,
        ),
        case("a second document after the first", vec![Read, Send(json([BODY, BODY].concat()))], UNREADABLE),
        case(
            "a refusal in drips",
            vec![Read, Drip(response("503 Service Unavailable", "", "{}"), PAUSE)],
            Outcome::Error(ErrorKind::Rejected, Some(503)),
        ),
        case(
            "a refusal that is cut",
            vec![Read, Send(cut(response("503 Service Unavailable", "", "{}"), 1))],
            Outcome::Error(ErrorKind::Rejected, Some(503)),
        ),
    ]
}

fn chunk(length: usize) -> Vec<u8> {
    format!("{length:x}\r\n{}\r\n", " ".repeat(length)).into_bytes()
}

fn chunks(body: &str) -> Vec<u8> {
    format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()).into_bytes()
}
