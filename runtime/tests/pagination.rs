//! Pages and items, from servers that misbehave.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_core::Stream as _;
use openapi_smith_runtime::generated as rt;
use openapi_smith_runtime::testing::{MockTransport, Reply};
use openapi_smith_runtime::{
    AttemptEnded, Call, Credential, Error, Hook, Operation, Pages, ResponseValue, RetryPolicy, UndecodedReason,
};
use rt::{End, Next, Pagination};
use serde_json::{Value, json};
use tokio::time::Instant;

static API: rt::Api =
    rt::Api { schemes: &[rt::Scheme { name: "key", carrier: rt::Carrier::Query("api key") }], servers: &[] };

rt::client!(API);

static LIST: Operation = Operation {
    id: "listPets",
    method: "GET",
    path: "/pets",
    server: None,
    accept: "application/json",
    security: &[&[], &[0]],
    schemes: "key",
    responses: &[("200", "application/json")],
};

static CURSOR: Pagination = Pagination {
    next: Next::Cursor { parameter: "page[after]", property: &["meta", "next"] },
    items: &["pets"],
    end: End::Empty,
};
static NUMBER: Pagination =
    Pagination { next: Next::Number { parameter: "page", first: 1 }, items: &["pets"], end: End::Empty };
static OFFSET: Pagination =
    Pagination { next: Next::Offset { parameter: "skip" }, items: &["pets"], end: End::Total(&["total"]) };
static LINK: Pagination = Pagination { next: Next::Link, items: &["pets"], end: End::Empty };
static URL: Pagination = Pagination { next: Next::Url { property: &["next"] }, items: &["pets"], end: End::Empty };

impl Client {
    fn list(&self, query: &'static str) -> Call<Value> {
        let mut request = rt::Request::to_path("/pets");
        request.query("size", "2");
        if !query.is_empty() {
            request.fixed_query(query);
        }
        rt::call(&self.0, &LIST, request, |response| match response.declared {
            ("200", _) => response.success(rt::Response::json, rt::identity),
            _ => response.undeclared(),
        })
    }

    fn pages(&self, pagination: &'static Pagination, query: &'static str) -> Pages<Value, i64> {
        rt::pages(self.list(query), pagination, |page| {
            page["pets"].as_array().unwrap().iter().filter_map(Value::as_i64).collect()
        })
    }
}

fn shop(mock: &MockTransport) -> Client {
    Client::builder("http://pets.example/v1").transport(mock.clone()).build().unwrap()
}

/// A server that responds with these pages in turn.
fn serving(pages: &[Value]) -> (MockTransport, Client) {
    let mock = MockTransport::new();
    pages.iter().for_each(|page| mock.on(&LIST).respond(200, page).unwrap());
    let client = shop(&mock);
    (mock, client)
}

/// The query or the whole URL of each request.
fn queries(mock: &MockTransport) -> Vec<String> {
    mock.requests().iter().map(|request| request.url().query().unwrap_or_default().to_owned()).collect()
}

/// The pets of all pages up to the first error, and its reason.
async fn read(pages: Pages<Value, i64>) -> (Vec<i64>, Option<&'static str>) {
    let (mut items, mut pets) = (pages.items(), Vec::new());
    let reason = loop {
        match items.next().await {
            Some(Ok(pet)) => pets.push(pet),
            Some(Err(Error::Undecoded(undecoded))) => match undecoded.reason() {
                UndecodedReason::NextPage { reason } => {
                    assert!(!undecoded.body().is_empty(), "the page is kept");
                    break Some(*reason);
                }
                other => panic!("{other:?}"),
            },
            Some(Err(other)) => panic!("{other}"),
            None => break None,
        }
    };
    assert!(items.next().await.is_none(), "nothing after the end");
    (pets, reason)
}

#[tokio::test]
async fn a_cursor_leads_from_page_to_page() {
    let (mock, client) = serving(&[
        json!({ "pets": [1, 2], "meta": { "next": "a&b" } }),
        json!({ "pets": [], "meta": { "next": 7 } }),
        json!({ "pets": [3], "meta": { "next": null } }),
    ]);
    assert_eq!(read(client.pages(&CURSOR, "")).await, (vec![1, 2, 3], None));
    assert_eq!(queries(&mock), ["size=2", "size=2&page%5Bafter%5D=a%26b", "size=2&page%5Bafter%5D=7"]);
    for last in
        [json!({ "pets": [4], "meta": {} }), json!({ "pets": [4], "meta": { "next": "" } }), json!({ "pets": [4] })]
    {
        let (mock, client) = serving(&[last]);
        assert_eq!(read(client.pages(&CURSOR, "")).await, (vec![4], None));
        mock.verify().unwrap();
    }
}

#[tokio::test]
async fn a_cursor_that_repeats_is_an_error_after_its_page() {
    let page = |pet: i64, next: &str| json!({ "pets": [pet], "meta": { "next": next } });
    let repeats = Some("its cursor repeats");
    let (mock, client) = serving(&[page(1, "a"), page(2, "b"), page(3, "a")]);
    assert_eq!(read(client.pages(&CURSOR, "")).await, (vec![1, 2, 3], repeats));
    mock.verify().unwrap();
    let (mock, client) = serving(&[page(1, "a")]);
    assert_eq!(read(client.pages(&CURSOR, "page%5Bafter%5D=a")).await, (vec![1], repeats), "the caller's own");
    mock.verify().unwrap();
    let (_, client) = serving(&[json!({ "pets": [1], "meta": { "next": { "a": 1 } } })]);
    let invalid = Some("its cursor is neither a text nor a number");
    assert_eq!(read(client.pages(&CURSOR, "")).await, (vec![1], invalid));
}

#[tokio::test]
async fn numbers_count_pages_until_one_is_empty() {
    let page = |pets: &[i64]| json!({ "pets": pets });
    let (mock, client) = serving(&[page(&[1, 2]), page(&[3]), page(&[])]);
    assert_eq!(read(client.pages(&NUMBER, "")).await, (vec![1, 2, 3], None));
    assert_eq!(queries(&mock), ["size=2", "size=2&page=2", "size=2&page=3"]);
    let (mock, client) = serving(&[page(&[1]), page(&[])]);
    assert_eq!(read(client.pages(&NUMBER, "page=5")).await, (vec![1], None));
    assert_eq!(queries(&mock), ["size=2&page=5", "size=2&page=6"]);
    // A server that ignores the number, or sends the last page again.
    let (mock, client) = serving(&[page(&[1]), page(&[2]), page(&[2])]);
    assert_eq!(read(client.pages(&NUMBER, "")).await, (vec![1, 2, 2], Some("the same page came twice")));
    mock.verify().unwrap();
}

#[tokio::test]
async fn a_page_may_say_that_it_is_the_last_one() {
    static MORE: Pagination =
        Pagination { next: Next::Number { parameter: "page", first: 0 }, items: &["pets"], end: End::More(&["more"]) };
    static COUNT: Pagination = Pagination {
        next: Next::Number { parameter: "page", first: 1 },
        items: &["pets"],
        end: End::Pages(&["pages"]),
    };
    let (mock, client) = serving(&[json!({ "pets": [1], "more": true }), json!({ "pets": [2], "more": false })]);
    assert_eq!(read(client.pages(&MORE, "")).await, (vec![1, 2], None));
    assert_eq!(queries(&mock), ["size=2", "size=2&page=1"]);
    let (mock, client) = serving(&[json!({ "pets": [1], "pages": 2 }), json!({ "pets": [2], "pages": 2 })]);
    assert_eq!(read(client.pages(&COUNT, "")).await, (vec![1, 2], None));
    mock.verify().unwrap();
    let (mock, client) = serving(&[json!({ "pets": [1, 2], "total": 3 }), json!({ "pets": [3], "total": 3 })]);
    assert_eq!(read(client.pages(&OFFSET, "")).await, (vec![1, 2, 3], None));
    assert_eq!(queries(&mock), ["size=2", "size=2&skip=2"], "the server may send fewer items than asked for");
    let (mock, client) = serving(&[json!({ "pets": [8], "total": 9 }), json!({ "pets": [], "total": 9 })]);
    assert_eq!(read(client.pages(&OFFSET, "skip=7")).await, (vec![8], None));
    assert_eq!(queries(&mock), ["size=2&skip=7", "size=2&skip=8"]);
}

fn linked(pet: i64, link: Option<&str>) -> Reply {
    let reply = Reply::json(200, &json!({ "pets": [pet] }));
    match link {
        Some(link) => reply.header("link", link),
        None => reply,
    }
}

#[tokio::test]
async fn links_and_urls_stay_on_the_server_and_keep_the_credential() {
    let mock = MockTransport::new();
    let client = shop(&mock);
    mock.on(&LIST).respond_with(linked(1, Some("<?at=2&api%20key=old>; rel=\"next\", <?at=9>; rel=last"))).unwrap();
    mock.on(&LIST).respond_with(linked(2, Some("<http://pets.example/v1/pets?at=3#end>; rel=next"))).unwrap();
    mock.on(&LIST).respond_with(linked(3, None)).unwrap();
    let key = Credential::ApiKey("k&y".into());
    let pages = client.pages(&LINK, "").credential(key).header("x-trace", "7");
    assert_eq!(read(pages).await, (vec![1, 2, 3], None));
    assert_eq!(queries(&mock), ["size=2&api%20key=k%26y", "at=2&api%20key=k%26y", "at=3&api%20key=k%26y"]);
    assert!(mock.requests().iter().all(|request| request.header("x-trace") == Some("7")));

    let repeats = Some("the URL of the next page repeats");
    let foreign = Some("the URL of the next page is of another server");
    for (next, reason) in [
        ("http://evil.example/v1/pets?at=2", foreign),
        ("https://pets.example/v1/pets?at=2", foreign),
        ("http://pets.example:81/v1/pets", foreign),
        ("//evil.example/pets", foreign),
        ("http://user@pets.example/v1/pets?at=2", foreign),
        ("http://:x", Some("the URL of the next page is invalid")),
        ("?size=2", repeats),
    ] {
        let (mock, client) = serving(&[json!({ "pets": [1], "next": next })]);
        assert_eq!(read(client.pages(&URL, "")).await, (vec![1], reason), "{next}");
        assert_eq!(mock.requests().len(), 1, "{next}");
    }
    let (mock, client) =
        serving(&[json!({ "pets": [1], "next": "/v1/pets?at=2" }), json!({ "pets": [2], "next": "?at=2" })]);
    assert_eq!(read(client.pages(&URL, "")).await, (vec![1, 2], repeats));
    mock.verify().unwrap();
}

#[tokio::test]
async fn the_next_page_is_asked_for_only_when_it_is_needed() {
    let page = |pets: &[i64], next: i64| json!({ "pets": pets, "meta": { "next": next } });
    let (mock, client) = serving(&[page(&[1, 2], 1), page(&[3, 4], 2)]);
    let mut items = client.pages(&CURSOR, "").items();
    assert_eq!(mock.requests().len(), 0);
    for (pet, requests) in [(1, 1), (2, 1), (3, 2)] {
        assert_eq!(items.next().await.unwrap().unwrap(), pet);
        assert_eq!(mock.requests().len(), requests);
    }
    drop(items);
    let (mock, client) = serving(&[]);
    (0..4).for_each(|at| mock.on(&LIST).respond(200, &page(&[at, at], at)).unwrap());
    assert_eq!(client.pages(&CURSOR, "").items().max_items(2).all().await.unwrap(), [0, 0]);
    assert_eq!(mock.requests().len(), 1);
    assert_eq!(client.pages(&CURSOR, "").max_pages(2).items().all().await.unwrap(), [1, 1, 2, 2]);
    assert_eq!(mock.requests().len(), 3);
    assert_eq!(client.pages(&CURSOR, "").items().max_items(0).all().await.unwrap(), [0_i64; 0]);
    assert_eq!(client.pages(&CURSOR, "").max_pages(0).items().all().await.unwrap(), [0_i64; 0]);
    assert_eq!(mock.requests().len(), 3);
}

#[derive(Clone, Default)]
struct Attempts(Arc<AtomicU32>);

impl Hook for Attempts {
    fn after(&self, _: &AttemptEnded<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test(start_paused = true)]
async fn each_page_has_its_own_retries_and_limits() {
    let mock = MockTransport::new();
    let hook = Attempts::default();
    let client = Client::builder("http://pets.example").transport(mock.clone()).hook(hook.clone()).build().unwrap();
    let page = |pet: i64, next: Value| json!({ "pets": [pet], "meta": { "next": next } });
    mock.on(&LIST).respond(200, &page(1, json!("a"))).unwrap();
    // A page that fails twice, and one that is rate-limited.
    mock.on(&LIST).times(2).respond_undeclared(Reply::empty(503)).unwrap();
    mock.on(&LIST).respond(200, &page(2, json!("b"))).unwrap();
    mock.on(&LIST).respond_undeclared(Reply::empty(429).header("retry-after", "5")).unwrap();
    mock.on(&LIST).respond_with(Reply::text(200, "application/json", "{\"pets\":").cut()).unwrap();
    mock.on(&LIST).respond(200, &page(3, Value::Null)).unwrap();
    let begun = Instant::now();
    let policy = RetryPolicy::new().max_attempts(3);
    assert_eq!(read(client.pages(&CURSOR, "").retry(policy)).await, (vec![1, 2, 3], None));
    assert!(begun.elapsed() >= Duration::from_secs(5));
    assert_eq!(hook.0.load(Ordering::Relaxed), 7, "each attempt of each page");
    let sent: Vec<Option<String>> = mock.requests().iter().map(|sent| sent.query("page[after]").unwrap()).collect();
    let value = |text: &str| Some(text.to_owned());
    let (a, b) = (value("a"), value("b"));
    assert_eq!(sent, [None, a.clone(), a.clone(), a, b.clone(), b.clone(), b]);
    mock.verify().unwrap();
}

#[tokio::test]
async fn a_failed_page_ends_the_stream_with_its_error() {
    let (mock, client) = serving(&[json!({ "pets": [1], "meta": { "next": "a" } })]);
    mock.on(&LIST).respond_undeclared(Reply::text(500, "text/plain", "no")).unwrap();
    let mut pages = client.pages(&CURSOR, "");
    let first: ResponseValue<Value> = pages.next().await.unwrap().unwrap();
    assert_eq!(first["pets"], json!([1]));
    assert_eq!(pages.next().await.unwrap().unwrap_err().status().unwrap().as_u16(), 500);
    assert!(pages.next().await.is_none());
    let mut refused = client.pages(&CURSOR, "").header("a b", "c").items();
    assert!(matches!(refused.next().await, Some(Err(Error::InvalidArgument { name: "header", .. }))));
    assert!(refused.next().await.is_none());
    assert_eq!(mock.requests().len(), 2);
    assert!(client.pages(&CURSOR, "").items().all().await.is_err());
}

#[tokio::test]
async fn pages_and_items_are_streams() {
    let (_, client) = serving(&[json!({ "pets": [1] })]);
    let mut items = client.pages(&CURSOR, "").items();
    let item = poll_fn(|context| Pin::new(&mut items).poll_next(context)).await;
    assert_eq!(item.unwrap().unwrap(), 1);
    fn is_send<T: Send + 'static>(_: &T) {}
    is_send(&items);
    assert!(!format!("{items:?}").is_empty());
}
