//! Every recipe runs, against a transport without a socket.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use cookbook::api::types::{Color, Conflict, Item, ItemIn, Page, Tick, Uploaded};
use cookbook::api::{Client, ClientBuilder, ListItemsParams, ops};
use cookbook::{authentication, calls, errors, failures_of_the_network, files, pages, streams, values, without_async};
use openapi_smith_runtime::TransportErrorKind;
use openapi_smith_runtime::testing::{MockTransport, Reply};
use test_support::{Listener, response};

const URL: &str = "https://workshop.example.com";

fn builder(mock: &MockTransport) -> ClientBuilder {
    Client::builder(URL).transport(mock.clone())
}

fn client(mock: &MockTransport) -> Client {
    builder(mock).build().unwrap().with_oauth2_password_bearer("token")
}

fn item(name: &str) -> Item {
    Item::new(name, "5", "id-1", "ann", "2027-01-31T12:00:00Z")
}

fn page(names: &[&str], total: i64) -> Page {
    Page::new(names.iter().map(|name| item(name)).collect(), total, None)
}

fn ticks(numbers: &[i64]) -> Vec<Tick> {
    numbers.iter().map(|n| Tick::new(*n, "2027-01-31T12:00:00Z")).collect()
}

fn events(numbers: &[i64]) -> String {
    let event =
        |tick: Tick| format!("id: {}\nevent: tick\ndata: {}\n\n", tick.n, serde_json::to_string(&tick).unwrap());
    ticks(numbers).into_iter().map(event).collect()
}

#[tokio::test]
async fn a_first_call() {
    let body = serde_json::to_string(&page(&["lamp"], 1)).unwrap();
    let server = Listener::respond_in_turn([response("200 OK", "content-type: application/json\r\n", &body)]).await;
    assert_eq!(calls::first(server.base_url()).await.unwrap(), 1);
}

#[tokio::test]
async fn required_and_optional_arguments() {
    let mock = MockTransport::new();
    mock.on(ops::CREATE_ITEM).respond(201, &item("lamp")).unwrap();
    mock.on(ops::LIST_ITEMS).respond(200, &page(&[], 0)).unwrap();
    calls::arguments(&client(&mock)).await.unwrap();

    let [created, listed] = mock.requests().try_into().unwrap();
    let sent: serde_json::Value = created.json().unwrap();
    let expected =
        serde_json::json!({ "name": "lamp", "price": "19.99", "color": "dark-blue", "due": "2027-01-31T12:00:00Z" });
    assert_eq!(sent, expected);
    assert_eq!(listed.url().query(), Some("color=red&color=dark-blue&sort=-name&limit=5"));
}

#[tokio::test]
async fn headers_of_request_and_response() {
    let mock = MockTransport::new();
    mock.on(ops::LIST_ITEMS).respond_with(Reply::json(200, &page(&[], 0)).header("x-total", "70")).unwrap();
    assert_eq!(calls::headers(&client(&mock)).await.unwrap(), Some(70));
    assert_eq!(mock.requests()[0].header("x-trace"), Some("7"));
}

#[tokio::test]
async fn raw_responses() {
    let mock = MockTransport::new();
    mock.on(ops::LIST_ITEMS).times(2).respond(200, &page(&[], 3)).unwrap();
    let (bytes, count) = calls::raw(&client(&mock)).await.unwrap();
    assert_eq!((&*String::from_utf8(bytes).unwrap(), count.total), (r#"{"items":[],"next":null,"total":3}"#, 3));
}

#[tokio::test]
async fn enums_and_null() {
    let mut lamp = item("lamp");
    assert_eq!(values::color(&lamp), "no color");
    lamp.color = Some(Color::from("mauve"));
    assert_eq!(values::color(&lamp), "a new color: mauve");

    let mock = MockTransport::new();
    mock.on(ops::PATCH_ITEM).respond(200, &lamp).unwrap();
    assert_eq!(values::patch(&client(&mock), "id-1").await.unwrap(), "the response has no note");
    assert_eq!(mock.requests()[0].body(), br#"{"due":null,"note":"bright"}"#);
}

#[tokio::test]
async fn failures_that_are_declared() {
    let mock = MockTransport::new();
    mock.on(ops::CREATE_ITEM).respond(201, &item("lamp")).unwrap();
    mock.on(ops::CREATE_ITEM).respond(409, &Conflict::new("id-7")).unwrap();
    let (workshop, lamp) = (client(&mock), ItemIn::new("lamp", 5.0));
    assert_eq!(errors::typed(&workshop, &lamp).await.unwrap(), "created id-1");
    assert_eq!(errors::typed(&workshop, &lamp).await.unwrap(), "taken by id-7");
}

#[tokio::test]
async fn failures_that_are_not_declared() {
    let mock = MockTransport::new();
    mock.on(ops::DELETE_ITEM)
        .respond_undeclared(Reply::json(404, &serde_json::json!({ "detail": "no such item" })))
        .unwrap();
    let said = errors::undeclared(&client(&mock), "id-7").await.unwrap();
    assert_eq!(said, r#"no such item: 25 bytes, Some("no such item")"#);
}

#[tokio::test]
async fn responses_that_do_not_fit() {
    let mock = MockTransport::new();
    mock.on(ops::LIST_ITEMS).respond(200, &serde_json::json!({ "items": [{ "name": 7 }] })).unwrap();
    let error = client(&mock).list_items(&ListItemsParams::default()).await.unwrap_err();
    assert_eq!(errors::misfit(&error).unwrap(), "items[0].name: expected a string, found a number");
    assert_eq!(
        error.to_string(),
        "unexpected body with status 200 OK: at `items[0].name`, line 1 column 19: expected a string, found a number \
         (22 bytes kept)"
    );
}

#[tokio::test]
async fn credentials() {
    let mock = MockTransport::new();
    mock.on(ops::DELETE_ITEM).respond_with(Reply::empty(204)).unwrap();
    authentication::one_call(&client(&mock), "id-1", "admin").await.unwrap();
    assert_eq!(mock.requests()[0].header("authorization"), Some("Bearer admin"));
    let debug = format!("{:?}", authentication::fixed(URL, "s3cret").unwrap());
    assert!(debug.contains("OAuth2PasswordBearer") && !debug.contains("s3cret"), "{debug}");
}

#[tokio::test]
async fn a_rejected_token_is_renewed() {
    let mock = MockTransport::new();
    mock.on(ops::DELETE_ITEM).respond_undeclared(Reply::empty(401)).unwrap();
    mock.on(ops::DELETE_ITEM).respond_with(Reply::empty(204)).unwrap();
    authentication::renewed(builder(&mock)).unwrap().delete_item("id-1").await.unwrap();
    let sent: Vec<_> = mock.requests().iter().map(|sent| sent.header("authorization").map(str::to_owned)).collect();
    assert_eq!(sent, [Some("Bearer first".to_owned()), Some("Bearer second".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn streams_of_values() {
    let mock = MockTransport::new();
    mock.on(ops::SSE_TICKS).respond_with(Reply::text(200, "text/event-stream", &events(&[0, 1]))).unwrap();
    assert_eq!(streams::values(&client(&mock)).await.unwrap(), [0, 1]);

    mock.on(ops::SSE_TICKS).respond_with(Reply::text(200, "text/event-stream", &events(&[0])).cut()).unwrap();
    mock.on(ops::SSE_TICKS).respond_with(Reply::text(200, "text/event-stream", &events(&[1]))).unwrap();
    assert_eq!(streams::events(&client(&mock)).await.unwrap(), [r#"0 Some("tick") 0"#, r#"1 Some("tick") 1"#]);
    assert_eq!(mock.requests()[2].header("last-event-id"), Some("0"));

    let lines: String = ticks(&[4, 5]).iter().map(|tick| serde_json::to_string(tick).unwrap() + "\n").collect();
    mock.on(ops::LINES).respond_with(Reply::text(200, "application/jsonl", &lines)).unwrap();
    assert_eq!(streams::lines(&client(&mock)).await.unwrap(), [4, 5]);
}

#[tokio::test]
async fn uploads() {
    let mock = MockTransport::new();
    mock.on(ops::UPLOAD).respond(200, &[Uploaded::new("report.pdf", None, 5)]).unwrap();
    mock.on(ops::PUT_PHOTO).respond_with(Reply::empty(204)).unwrap();
    let workshop = client(&mock);
    assert_eq!(files::form(&workshop, b"bytes".to_vec()).await.unwrap()[0].name, "report.pdf");
    files::bytes(&workshop, "id-1", b"png".to_vec()).await.unwrap();

    let [form, photo] = mock.requests().try_into().unwrap();
    let form = String::from_utf8(form.body().to_vec()).unwrap();
    for part in [
        "name=\"title\"\r\n\r\nReport\r\n",
        "name=\"files\"; filename=\"report.pdf\"\r\nContent-Type: application/pdf\r\n\r\nbytes\r\n",
        "name=\"cover\"; filename=\"cover\"\r\nContent-Type: application/octet-stream\r\n\r\na picture\r\n",
    ] {
        assert!(form.contains(part), "{part} is not in {form}");
    }
    assert_eq!((photo.header("content-type"), photo.body()), (Some("image/png"), &b"png"[..]));
}

#[tokio::test]
async fn downloads() {
    let mock = MockTransport::new();
    mock.on(ops::GET_PHOTO).times(2).respond_with(Reply::bytes(200, "image/png", b"photo")).unwrap();
    let mut file = Vec::new();
    assert_eq!(files::download(&client(&mock), "id-1", &mut file).await.unwrap(), 5);
    assert_eq!(file, b"photo");
}

#[tokio::test]
async fn all_pages() {
    let mock = MockTransport::new();
    mock.on(ops::LIST_ITEMS).respond(200, &page(&["lamp", "chair"], 3)).unwrap();
    mock.on(ops::LIST_ITEMS).respond(200, &page(&["desk"], 3)).unwrap();
    assert_eq!(pages::names(&client(&mock)).await.unwrap(), ["lamp", "chair", "desk"]);
    assert_eq!(mock.requests()[1].query("offset"), Ok(Some(2)));
}

#[test]
fn without_async_the_client_is_the_same() {
    let mock = MockTransport::new();
    mock.on(ops::LIST_ITEMS).times(2).respond(200, &page(&["lamp"], 1)).unwrap();
    assert_eq!(without_async::names(&client(&mock)).unwrap(), (1, vec!["lamp".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn failures_of_the_network_pass() {
    let mock = MockTransport::new();
    mock.on(ops::LIST_ITEMS).fail(TransportErrorKind::Lost);
    mock.on(ops::LIST_ITEMS)
        .respond_with(Reply::json(200, &page(&[], 0)).header("x-ratelimit-remaining", "7"))
        .unwrap();
    let workshop = failures_of_the_network::patient(builder(&mock)).unwrap().with_oauth2_password_bearer("token");
    assert_eq!(failures_of_the_network::limits(&workshop).await.unwrap(), (Some(7), None));

    let busy = Reply::text(503, "text/plain", "busy").header("retry-after", "3600");
    mock.on(ops::LIST_ITEMS).respond_undeclared(busy).unwrap();
    let hour = Some(Duration::from_secs(3600));
    assert_eq!(failures_of_the_network::limits(&workshop).await.unwrap(), (None, hour), "too long for a retry");

    mock.on(ops::CREATE_ITEM).fail(TransportErrorKind::Lost);
    mock.on(ops::CREATE_ITEM).respond(201, &item("lamp")).unwrap();
    let created = failures_of_the_network::repeated_write(&workshop, &ItemIn::new("lamp", 5.0)).await.unwrap();
    assert_eq!((created.as_str(), mock.requests().len()), ("id-1", 5));
}

#[tokio::test(start_paused = true)]
async fn hooks_see_each_attempt() {
    let (mock, metrics) = (MockTransport::new(), cookbook::hooks::Metrics::default());
    mock.on(ops::LIST_ITEMS).fail(TransportErrorKind::Lost);
    mock.on(ops::LIST_ITEMS).respond(200, &page(&[], 0)).unwrap();
    let workshop = failures_of_the_network::patient(builder(&mock).hook(metrics.clone())).unwrap();
    workshop.list_items(&ListItemsParams::default()).await.unwrap();
    assert_eq!(metrics.failures(), 1);
    assert_eq!(mock.requests()[1].header("x-operation"), Some("list_items_items_get"));
}

#[tokio::test]
async fn transports() {
    cookbook::transports::proxied(URL).unwrap();
    let body = serde_json::to_string(&page(&["lamp"], 1)).unwrap();
    let server = Listener::respond_in_turn([response("200 OK", "content-type: application/json\r\n", &body)]).await;
    let workshop = cookbook::transports::layered(server.base_url()).unwrap();
    assert_eq!(workshop.list_items(&ListItemsParams::default()).await.unwrap().total, 1);
    assert!(server.requests()[0].to_lowercase().contains("user-agent: shop/2.1"), "{}", server.requests()[0]);
}

mod side_by_side {
    use super::*;
    use cookbook::side_by_side;

    #[tokio::test]
    async fn every_call_works() {
        let mock = MockTransport::new();
        let shop = client(&mock);
        mock.on(ops::LIST_ITEMS).times(2).respond(200, &page(&["lamp"], 1)).unwrap();
        assert_eq!(side_by_side::list(&shop).await.unwrap().total, 1);
        assert_eq!(mock.requests()[0].url().query(), Some("color=red&color=dark-blue&sort=-name"));
        assert_eq!(side_by_side::pages(&shop).await.unwrap(), ["lamp"]);

        mock.on(ops::CREATE_ITEM).respond(201, &item("lamp")).unwrap();
        side_by_side::create(&shop).await.unwrap();
        let sent = mock.requests_of(ops::CREATE_ITEM)[0].json::<serde_json::Value>().unwrap();
        let expected =
            serde_json::json!({ "name": "lamp", "price": 19.99, "due": "2027-01-31T12:00:00Z", "note": null });
        assert_eq!(sent, expected);

        mock.on(ops::CREATE_ITEM).respond(409, &Conflict::new("id-7")).unwrap();
        assert_eq!(side_by_side::conflict(&shop, &ItemIn::new("lamp", 1.0)).await.unwrap(), "id-7");

        let missing = Reply::json(404, &serde_json::json!({ "detail": "no such item" }));
        mock.on(ops::DELETE_ITEM).respond_undeclared(missing).unwrap();
        assert_eq!(
            side_by_side::undeclared(&shop, "id-7").await.unwrap(),
            "unexpected status 404 Not Found: the server says: no such item (25 bytes kept)"
        );

        mock.on(ops::UPLOAD).respond(200, &[Uploaded::new("a.png", None, 3)]).unwrap();
        assert_eq!(side_by_side::upload(&shop, b"png".to_vec()).await.unwrap()[0].size, 3);

        mock.on(ops::SSE_TICKS).respond_with(Reply::text(200, "text/event-stream", &events(&[1, 2]))).unwrap();
        assert_eq!(side_by_side::stream(&shop).await.unwrap(), 3);
        mock.verify().unwrap();
    }
}
