//! The bytes of requests at a socket, and values read from the bytes that a socket sends.
#![allow(clippy::unwrap_used, clippy::panic)]

use compiled_fixtures::wire::{
    ChangesEvent, Client, CookiesHeaders, EitherFormForm, Error, FilesForm, JsonStream, MaybeNameParams, Part,
    VersionsResponse, WithKeyParams, types::Tick,
};
use futures_util::StreamExt;
use test_support::Listener;

/// A server that sends `response` to each request.
async fn server(response: &'static [u8]) -> (Client, Listener) {
    let listener = Listener::respond(response).await;
    (Client::new(listener.base_url()).unwrap(), listener)
}

const DONE: &[u8] = b"HTTP/1.1 204 Done\r\nconnection: close\r\n\r\n";
const TICK: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 7\r\nconnection: close\r\n\r\n{\"n\":1}";

#[tokio::test]
async fn a_key_in_a_cookie_is_sent_verbatim_beside_other_cookies() {
    let (client, seen) = server(TICK).await;
    let client = client.with_session("a+b/c==");
    let params = WithKeyParams::default().t("v;w").cookie("x=1; y=2").x_trace(Vec::new()).joined(Vec::new());
    client.with_key(&params).await.unwrap();
    let seen = seen.request();
    assert!(seen.starts_with("GET /key HTTP/1.1\r\n"), "{seen}");
    assert!(seen.contains("cookie: t$=v%3Bw; x=1; y=2; sid=a+b/c==\r\n"), "{seen}");
    assert!(!seen.contains("x-trace"), "{seen}");
    let error = client.with_session("a;b").with_key(&WithKeyParams::default()).await.unwrap_err();
    assert!(matches!(error, Error::InvalidArgument { name: "sid", .. }), "{error}");
}

#[tokio::test]
async fn a_redirect_does_not_take_default_away() {
    let (client, _seen) = server(TICK).await;
    let response = client.with_session("a").with_key(&WithKeyParams::default()).await.unwrap().into_inner();
    assert!(format!("{response:?}").contains("n: 1"), "{response:?}");
    const UNCHANGED: &[u8] = b"HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n";
    let (client, _seen) = server(UNCHANGED).await;
    assert_eq!(client.with_session("a").with_key(&WithKeyParams::default()).await.unwrap().status(), 304);
}

#[tokio::test]
async fn each_line_of_set_cookie_is_an_element() {
    const COOKIES: &[u8] = b"HTTP/1.1 204 Done\r\nset-cookie: a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT\r\n\
        set-cookie: b=2\r\nconnection: close\r\n\r\n";
    let (client, _seen) = server(COOKIES).await;
    let response = client.cookies().await.unwrap();
    let cookies = CookiesHeaders::from_headers(response.headers()).set_cookie().unwrap().unwrap();
    assert_eq!(cookies, ["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"]);
}

#[tokio::test]
async fn a_form_of_alternatives_has_the_properties_of_all() {
    let (client, seen) = server(DONE).await;
    client.either_form(EitherFormForm::new().kind("photo").photo(Part::bytes("bytes"))).await.unwrap();
    let seen = seen.request();
    assert!(seen.contains("name=\"kind\"\r\n\r\nphoto\r\n") && !seen.contains("name=\"link\""), "{seen}");
    assert!(seen.contains("name=\"photo\"\r\nContent-Type: application/octet-stream\r\n\r\nbytes\r\n"), "{seen}");
}

#[tokio::test]
async fn files_of_3_1_and_the_media_type_of_an_object() {
    let (client, seen) = server(DONE).await;
    let form = FilesForm::new().any("1").maybe("2").list(vec!["3".into(), "4".into()]).about(Tick::new(5));
    client.files(form).await.unwrap();
    let seen = seen.request();
    for (name, text) in [("any", "1"), ("maybe", "2"), ("list", "3"), ("list", "4")] {
        let part = format!("name=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n{text}\r\n");
        assert!(seen.contains(&part), "{part} in {seen}");
    }
    assert!(seen.contains("name=\"about\"\r\nContent-Type: application/vnd.tick+json\r\n\r\n{\"n\":5}"), "{seen}");
}

/// So many values of a stream, each with its event, the last id and the pause in milliseconds.
async fn read(stream: &mut JsonStream<Tick>, count: usize) -> Vec<(i64, Option<String>, String, Option<u128>)> {
    let mut values = Vec::new();
    while values.len() < count
        && let Some(value) = stream.next().await
    {
        let retry = stream.retry().map(|retry| retry.as_millis());
        let event = stream.event().map(str::to_owned);
        values.push((value.unwrap().n, event, stream.last_event_id().to_owned(), retry));
    }
    values
}

#[tokio::test]
async fn events_follow_the_grammar_of_html() {
    const EVENTS: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n\
        \xef\xbb\xbfdata:{\"n\":1}\r\rretry:25\revent: a\rid: 7\rdata: {\ndata: \"n\":2}\r\n\r\n\
        : comment\n\nid: x\0y\nretry: 1s\ndata: {\"n\":3}\n\nid\ndata: {\"n\":4}\n\ndata: {\"n\":5}\n";
    let (client, _seen) = server(EVENTS).await;
    let mut stream = client.ticks_stream().await.unwrap().into_inner();
    let values = read(&mut stream, 4).await;
    let unfinished = stream.next().await.unwrap().unwrap_err();
    assert_eq!(unfinished.body(), Some(&b"{\"n\":5}"[..]), "the last event lacks its end");
    assert!(stream.next().await.is_none());
    let value = |n, event: Option<&str>, id: &str, retry| (n, event.map(str::to_owned), id.to_owned(), retry);
    let expected = [
        value(1, None, "", None),
        value(2, Some("a"), "7", Some(25)),
        value(3, None, "7", Some(25)),
        value(4, None, "", Some(25)),
    ];
    assert_eq!(values, expected);
}

#[tokio::test]
async fn the_items_of_an_array_are_the_lines() {
    const LINES: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\nconnection: close\r\n\r\n\
        {\"n\":1}\n{\"n\":2}";
    let (client, _seen) = server(LINES).await;
    let values = read(&mut client.tick_lines_stream().await.unwrap().into_inner(), 3).await;
    assert_eq!(values.into_iter().map(|(n, ..)| n).collect::<Vec<_>>(), [1, 2]);
}

#[tokio::test]
async fn parameters_of_media_types_are_sent_and_tell_versions_apart() {
    let (client, seen) = server(DONE).await;
    client.put_version(&Tick::new(1)).await.unwrap();
    let seen = seen.request();
    assert!(seen.contains("content-type: application/vnd.tick+json;version=2\r\n"), "{seen}");
    const SECOND: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/vnd.tick+json; version=2\r\n\
        content-length: 9\r\nconnection: close\r\n\r\n[{\"n\":1}]";
    let (client, seen) = server(SECOND).await;
    let response = client.versions().await.unwrap().into_inner();
    let VersionsResponse::OkVndTickJsonVersion2(ticks) = response else { panic!("{response:?}") };
    assert_eq!(ticks, [Tick::new(1)]);
    let seen = seen.request();
    assert!(
        seen.contains("accept: application/vnd.tick+json;version=1, application/vnd.tick+json;version=2\r\n"),
        "{seen}"
    );
}

#[tokio::test]
async fn the_same_events_of_each_success_are_a_stream() {
    const PART: &[u8] = b"HTTP/1.1 206 Partial Content\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n\
        event: unknown\ndata: 5\n\n";
    let (client, _seen) = server(PART).await;
    let mut stream = client.changes_stream().await.unwrap().into_inner();
    assert_eq!(stream.next().await.unwrap().unwrap(), ChangesEvent::Unknown2(5));
}

#[tokio::test]
async fn events_without_a_schema_are_a_stream_of_texts() {
    const EVENTS: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n\
        event: a\ndata: not JSON\ndata: {\n\ndata: \xff\n\ndata\n\n";
    let (client, _seen) = server(EVENTS).await;
    // Read as a `Stream`. A text that is not UTF-8 is an error with its bytes, and the next one arrives.
    let mut texts: Vec<_> = client.news_stream().await.unwrap().into_inner().collect().await;
    let Err(Error::Undecoded(undecoded)) = texts.remove(1) else { panic!("{texts:?}") };
    assert_eq!(undecoded.body(), b"\xff");
    assert_eq!(texts.into_iter().map(Result::unwrap).collect::<Vec<_>>(), ["not JSON\n{", ""]);
}

#[tokio::test]
async fn a_body_may_be_null() {
    for (value, sent) in [(Some("a"), "\"a\""), (None, "null")] {
        let (client, seen) = server(DONE).await;
        client.set_name(value).await.unwrap();
        let seen = seen.request();
        assert!(seen.ends_with(&format!("\r\n\r\n{sent}")), "{seen}");
    }
    // An optional body may be null, a value, or absent.
    for (params, sent) in [
        (MaybeNameParams::default().body(Some("a".to_owned())), "\"a\""),
        (MaybeNameParams::default().body(None), "null"),
        (MaybeNameParams::default(), ""),
    ] {
        let (client, seen) = server(DONE).await;
        client.maybe_name(&params).await.unwrap();
        let seen = seen.request();
        assert!(seen.ends_with(&format!("\r\n\r\n{sent}")), "{seen}");
    }
}
