//! Server-sent events from servers that cut them, and streams that are opened again.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use openapi_smith_runtime::generated as rt;
use openapi_smith_runtime::testing::{MockTransport, Reply};
use openapi_smith_runtime::{
    Error, Event, JsonStream, Operation, RetryPolicy, StreamCall, TransportErrorKind, UndecodedReason,
};
use tokio::time::Instant;

static API: rt::Api = rt::Api { schemes: &[], servers: &[] };

rt::client!(API);

static STREAMED: &[(&str, &str)] = &[("200", "text/event-stream"), ("200", "application/jsonl")];

static WATCH: Operation = Operation {
    id: "watch",
    method: "POST",
    path: "/pets",
    server: None,
    accept: "text/event-stream",
    security: &[],
    schemes: "",
    responses: STREAMED,
};

impl Client {
    fn watch(&self) -> StreamCall<JsonStream<i64>> {
        self.open(|opened| match opened {
            rt::Opened::Stream(opened) => Ok(rt::events(opened)),
            rt::Opened::Response(response) => response.undeclared(),
        })
    }

    fn lines(&self) -> StreamCall<JsonStream<i64>> {
        self.open(|opened| match opened {
            rt::Opened::Stream(opened) => Ok(rt::lines(opened)),
            rt::Opened::Response(response) => response.undeclared(),
        })
    }

    fn open(
        &self,
        decode: fn(rt::Opened) -> Result<openapi_smith_runtime::ResponseValue<JsonStream<i64>>, Error>,
    ) -> StreamCall<JsonStream<i64>> {
        let mut request = rt::Request::to_path("/pets");
        request.json("application/json", &[1]);
        rt::open(&self.0, &WATCH, request, STREAMED, decode)
    }
}

fn shop(mock: &MockTransport) -> Client {
    Client::builder("http://pets.example").transport(mock.clone()).build().unwrap()
}

fn events(text: &str) -> Reply {
    Reply::text(200, "text/event-stream", text)
}

/// The values up to the first error or the end.
async fn values(call: StreamCall<JsonStream<i64>>) -> (Vec<i64>, Option<Error>) {
    let mut stream = call.await.unwrap().into_inner();
    let mut values = Vec::new();
    loop {
        match stream.next().await {
            Some(Ok(value)) => values.push(value),
            Some(Err(error)) => {
                assert!(stream.next().await.is_none(), "nothing after {error}");
                return (values, Some(error));
            }
            None => return (values, None),
        }
    }
}

fn reason(error: Option<Error>) -> UndecodedReason {
    match error {
        Some(Error::Undecoded(undecoded)) => undecoded.reason().clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn events_carry_their_fields() {
    let mock = MockTransport::new();
    let text = "id: 1\nevent: born\nretry: 50\ndata: 7\n\n: a comment\ndata: 8\n\nid\ndata: 9\n\n";
    mock.on(&WATCH).respond_with(events(text)).unwrap();
    let mut stream = shop(&mock).watch().await.unwrap().into_inner().events();
    let mut found: Vec<Event<i64>> = Vec::new();
    while let Some(event) = stream.next().await {
        found.push(event.unwrap());
    }
    let shown: Vec<_> = found.iter().map(|event| (event.data, event.event.as_deref(), event.id.as_str())).collect();
    assert_eq!(shown, [(7, Some("born"), "1"), (8, None, "1"), (9, None, "")]);
    assert!(found.iter().all(|event| event.retry == Some(Duration::from_millis(50))));
}

#[tokio::test]
async fn a_cut_stream_is_an_error() {
    let truncated = UndecodedReason::Truncated { timed_out: false };
    let mock = MockTransport::new();
    let client = shop(&mock);
    for cut in [
        events("data: 1\n\n").cut(),
        events("data: 1\n\ndata: 2").cut(),
        // The body ends, but not its last event.
        events("data: 1\n\ndata: 2"),
        events("data: 1\n\ndata: 2\n"),
        events("data: 1\n\ndata: 2\r"),
    ] {
        mock.on(&WATCH).respond_with(cut).unwrap();
        let (found, error) = values(client.watch()).await;
        assert_eq!((found, reason(error)), (vec![1], truncated.clone()));
    }
    let (found, error) = {
        mock.on(&WATCH).respond_with(events("data: 1\n\ndata: 2").cut()).unwrap();
        values(client.watch()).await
    };
    let error = error.unwrap();
    assert_eq!((found, error.body()), (vec![1], Some(&b"data: 2"[..])), "what arrived is kept");
    assert!(error.to_string().starts_with("truncated body"), "{error}");
    for whole in
        ["", "data: 1\n\n", "data: 1\n\ndata: [DONE]", "data: 1\n\ndata: [DONE]\n", "data: 1\n\nid: 7\n", ": hello"]
    {
        mock.on(&WATCH).respond_with(events(whole)).unwrap();
        let (found, error) = values(client.watch()).await;
        assert!(error.is_none() && found.len() <= 1, "{whole:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_cut_stream_is_opened_again_after_the_last_event() {
    let mock = MockTransport::new();
    let client = shop(&mock);
    mock.on(&WATCH).respond_with(events("id: a\nretry: 5000\ndata: 1\n\nid: b\n\nid: c\ndata: 2").cut()).unwrap();
    mock.on(&WATCH).fail(TransportErrorKind::Connect);
    mock.on(&WATCH).respond_undeclared(Reply::empty(503)).unwrap();
    mock.on(&WATCH).respond_with(events("\u{feff}data: 2\n\n").cut()).unwrap();
    mock.on(&WATCH).respond_with(events("data: 3\n\n")).unwrap();
    let begun = Instant::now();
    let policy = RetryPolicy::new().max_attempts(4).total_timeout(Duration::from_secs(60));
    let (found, error) = values(client.watch().reconnect(policy)).await;
    assert_eq!((found, error.is_none()), (vec![1, 2, 3], true));
    assert!(begun.elapsed() >= Duration::from_secs(20), "the server's `retry` before each of four attempts");
    let ids: Vec<Option<String>> =
        mock.requests().iter().map(|sent| sent.header("last-event-id").map(str::to_owned)).collect();
    let b = Some("b".to_owned());
    assert_eq!(ids, [None, b.clone(), b.clone(), b.clone(), b]);
    assert!(mock.requests().iter().all(|sent| sent.body() == b"[1]"));
    mock.verify().unwrap();
}

#[tokio::test(start_paused = true)]
async fn reconnecting_has_an_end() {
    let mock = MockTransport::new();
    let client = shop(&mock);
    let policy = RetryPolicy::new().max_attempts(2);
    // The attempts since the last event.
    mock.on(&WATCH).times(3).respond_with(events("data: 1\n\n").cut()).unwrap();
    mock.on(&WATCH).times(2).fail(TransportErrorKind::Lost);
    let (found, error) = values(client.watch().reconnect(policy)).await;
    assert_eq!(found, [1, 1, 1]);
    assert!(matches!(error, Some(Error::Transport(_))), "{error:?}");
    assert_eq!(mock.requests().len(), 4);

    // 204 ends the stream, and another response is an error.
    let mock = MockTransport::new();
    let client = shop(&mock);
    mock.on(&WATCH).respond_with(events("data: 1\n\n").cut()).unwrap();
    mock.on(&WATCH).respond_undeclared(Reply::empty(204)).unwrap();
    let (found, error) = values(client.watch().reconnect(policy)).await;
    assert!(found == [1] && matches!(error, Some(Error::Undecoded(_)) | None), "{error:?}");
    assert!(error.is_none(), "{error:?}");
    mock.on(&WATCH).respond_with(events("data: 1\n\n").cut()).unwrap();
    mock.on(&WATCH).respond_undeclared(Reply::text(401, "text/plain", "no")).unwrap();
    let (_, error) = values(client.watch().reconnect(policy)).await;
    assert_eq!(error.unwrap().status().unwrap().as_u16(), 401);

    // A stream that ends is not opened again, nor are lines.
    mock.on(&WATCH).respond_with(events("data: 1\n\n")).unwrap();
    assert!(values(client.watch().reconnect(policy)).await.1.is_none());
    mock.on(&WATCH).respond_with(Reply::text(200, "application/jsonl", "1\n2\n").cut()).unwrap();
    let (found, error) = values(client.lines().reconnect(policy)).await;
    assert_eq!((found, reason(error)), (vec![1, 2], UndecodedReason::Truncated { timed_out: false }));
    mock.verify().unwrap();
}
