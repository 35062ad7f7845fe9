//! Calls without async, from threads and from inside of async code.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::time::{Duration, Instant};

use openapi_smith_runtime::generated as rt;
use openapi_smith_runtime::testing::{MockTransport, Reply};
use openapi_smith_runtime::{
    Call, Error, JsonStream, Operation, RetryPolicy, StreamCall, TransportErrorKind, blocking,
};

static API: rt::Api = rt::Api { schemes: &[], servers: &[] };

rt::client!(API);

const fn operation(id: &'static str, responses: &'static [(&'static str, &'static str)]) -> Operation {
    Operation { id, method: "GET", path: "/pets", server: None, accept: "", security: &[], schemes: "", responses }
}

static LIST: Operation = operation("list", &[("200", "application/json")]);
static WATCH: Operation = operation("watch", &[("200", "text/event-stream")]);
static PAGES: rt::Pagination =
    rt::Pagination { next: rt::Next::Number { parameter: "page", first: 1 }, items: &[], end: rt::End::Empty };

impl Client {
    fn list(&self) -> Call<Vec<i64>> {
        rt::call(&self.0, &LIST, rt::Request::to_path("/pets"), |response| match response.declared {
            ("200", _) => response.success(rt::Response::json, rt::identity),
            _ => response.undeclared(),
        })
    }

    fn watch(&self) -> StreamCall<JsonStream<i64>> {
        let decode = |opened| match opened {
            rt::Opened::Stream(opened) => Ok(rt::events(opened)),
            rt::Opened::Response(response) => response.undeclared(),
        };
        rt::open(&self.0, &WATCH, rt::Request::to_path("/pets"), &[("200", "text/event-stream")], decode)
    }
}

fn shop(mock: &MockTransport) -> Client {
    Client::builder("http://pets.example").transport(mock.clone()).build().unwrap()
}

#[test]
fn a_call_is_made_without_async() {
    let mock = MockTransport::new();
    let client = shop(&mock);
    // Backoff and delay need the timers of the thread behind.
    let pause = Duration::from_millis(20);
    mock.on(&LIST).respond_undeclared(Reply::empty(503)).unwrap();
    mock.on(&LIST).respond_with(Reply::json(200, &[1]).after(pause)).unwrap();
    let begun = Instant::now();
    let policy = RetryPolicy::new().initial_backoff(pause);
    assert_eq!(*client.list().retry(policy).wait().unwrap(), [1]);
    assert!(begun.elapsed() >= pause + pause / 2);
    assert!(client.list().wait().unwrap_err().to_string().starts_with("unexpected call of `list`"));

    mock.on(&LIST).times(2).respond(200, &[2]).unwrap();
    let both = blocking::wait(async { Ok::<_, Error>((client.list().await?, client.list().await?)) });
    assert_eq!(both.map(|(one, two)| (one.into_inner(), two.into_inner())).unwrap(), (vec![2], vec![2]));
}

#[test]
fn streams_and_pages_are_iterators() {
    let mock = MockTransport::new();
    let client = shop(&mock);
    let events = Reply::text(200, "text/event-stream", "data: 1\n\n").then(Duration::from_millis(5), "data: 2\n\n");
    mock.on(&WATCH).respond_with(events).unwrap();
    let stream = client.watch().wait().unwrap().into_inner();
    let values: Result<Vec<i64>, Error> = blocking::iter(stream).collect();
    assert_eq!(values.unwrap(), [1, 2]);

    [&[1, 2][..], &[3], &[]].iter().for_each(|page| mock.on(&LIST).respond(200, page).unwrap());
    let items = rt::pages(client.list(), &PAGES, |page| page).items();
    let pets: Result<Vec<i64>, Error> = blocking::iter(items).collect();
    assert_eq!(pets.unwrap(), [1, 2, 3]);
    mock.verify().unwrap();
}

fn is_refused(error: &Error) -> bool {
    matches!(error, Error::Transport(error) if error.kind() == TransportErrorKind::Blocking && !error.was_sent())
}

#[tokio::test]
async fn inside_of_async_code_it_is_an_error() {
    let mock = MockTransport::new();
    let client = shop(&mock);
    mock.on(&LIST).times(2).respond(200, &[1]).unwrap();
    let error = client.list().wait().unwrap_err();
    assert!(is_refused(&error) && !error.is_retryable(), "{error}");
    assert!(error.to_string().contains("await the call"));
    let mut pages = blocking::iter(rt::pages(client.list(), &PAGES, |page| page));
    assert!(is_refused(&pages.next().unwrap().unwrap_err()));
    assert!(pages.next().is_none(), "no endless loop");
    assert_eq!(mock.requests().len(), 0);

    let other = client.clone();
    let pets = tokio::task::spawn_blocking(move || other.list().wait()).await.unwrap().unwrap();
    assert_eq!(*pets, [1]);
    let other = client.clone();
    let pets = std::thread::spawn(move || other.list().wait()).join().unwrap().unwrap();
    assert_eq!(*pets, [1]);
}

#[test]
fn calls_of_several_threads_run_at_the_same_time() {
    let mock = MockTransport::new();
    let client = shop(&mock);
    // Each call ends when the last one has begun.
    let all = std::sync::Arc::new(std::sync::Barrier::new(4));
    let meet = std::sync::Arc::clone(&all);
    let wait = move |_: &openapi_smith_runtime::testing::RecordedRequest| {
        meet.wait();
        true
    };
    mock.on(&LIST).times(4).when(wait).respond(200, &[1]).unwrap();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let client = client.clone();
            std::thread::spawn(move || client.list().wait().map(|pets| pets.into_inner()))
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap().unwrap(), [1]);
    }
}
