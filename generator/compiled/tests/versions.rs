//! The bytes of requests and the values of responses, from documents of Swagger 2.0 and OpenAPI 3.2.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

use compiled_fixtures::{openapi_3_2 as cafe, swagger_2 as shop};
use test_support::{Listener, response};

/// A server that sends this response to each request.
async fn server(media: &str, body: &str) -> Listener {
    let head = format!("content-type: {media}\r\n");
    Listener::respond(response("200 OK", &head, body)).await
}

/// A value from JSON.
fn of<T: serde::de::DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap()
}

/// The request since the last one.
fn only(server: &Listener) -> String {
    let requests = server.take();
    assert_eq!(requests.len(), 1, "{requests:?}");
    requests.concat()
}

const ORDER: &str = r#"{"id": 1, "pet": {"kind": "dog-v2", "bark": true}, "note": null, "value": "small"}"#;

#[tokio::test]
async fn a_client_of_swagger_2_sends_its_lists() {
    let server = server("application/json", &format!("[{ORDER}]")).await;
    let client = shop::Client::new(server.base_url()).unwrap();
    let texts = || vec!["a b".to_owned(), "c".to_owned()];
    let params = shop::ListOrdersParams::default()
        .limit(5)
        .plain(texts())
        .csv(vec![1, 2])
        .ssv(texts())
        .tsv("a\tc")
        .pipes(texts())
        .multi(vec!["a".into(), "b".into()])
        .x_trace(texts());
    let orders = client.with_login("u", "p").list_orders(&params).await.unwrap().into_inner();
    let order = &orders[0];
    assert!(matches!(order.pet, Some(shop::types::Pet::DogV2(_))), "{order:?}");
    assert_eq!(order.note, Some(None));
    let request = only(&server);
    let target = request.split(' ').nth(1).unwrap();
    let expected = "/orders?limit=5&plain=a%20b,c&csv=1,2&ssv=a%20b%20c&tsv=a%09c&pipes=a%20b%7Cc&multi=a&multi=b";
    assert_eq!(target, expected);
    assert!(request.contains("x-trace: a b,c\r\n") && request.contains("authorization: Basic "), "{request}");
}

#[tokio::test]
async fn a_client_of_swagger_2_sends_its_forms() {
    let server = server("application/vnd.shop.v2+json", r#"{"size": "large"}"#).await;
    let client = shop::Client::new(server.base_url()).unwrap().with_key("k");
    let form = of(r#"{"count": 2, "tags": ["a", "b"], "colours": ["a", "b"], "many": ["a", "b"]}"#);
    let size = client.annotate_order(7, &form).await.unwrap().into_inner();
    assert!(format!("{size:?}").contains("Large"), "{size:?}");
    let request = only(&server);
    assert!(request.starts_with("POST /orders/7 HTTP/1.1\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\ncolours=a%7Cb&count=2&many=a&many=b&tags=a,b"), "{request}");
    assert!(request.contains("x-key: k\r\n"), "{request}");
}

#[tokio::test]
async fn methods_of_3_2_are_sent() {
    let server = server("application/json", "[]").await;
    let client = cafe::Client::new(server.base_url()).unwrap().with_device("t");
    let filter: cafe::types::Filter = of(r#"{"colour": "red"}"#);
    assert!(client.find_drinks(&filter).await.unwrap().into_inner().is_empty());
    let request = only(&server);
    assert!(request.starts_with("QUERY /drinks HTTP/1.1\r\n") && request.ends_with(r#"{"colour":"red"}"#), "{request}");
    client.copy_drinks().await.unwrap_err();
    assert!(only(&server).starts_with("COPY /drinks HTTP/1.1\r\n"));
}

#[tokio::test]
async fn a_querystring_is_the_whole_query() {
    let server = Listener::respond(response("204 Done", "", "")).await;
    let client = cafe::Client::new(server.base_url()).unwrap().with_device("t");
    let search = of(r#"{"text": "a b&c", "page": 2}"#);
    client.search_drinks(&search).await.unwrap();
    assert!(only(&server).starts_with("GET /drinks?page=2&text=a%20b%26c HTTP/1.1\r\n"));
    let filter: cafe::types::Filter = of(r#"{"colour": "red"}"#);
    let params = cafe::FilterDrinksParams::default()
        .filter(filter)
        .session("a+b/c==")
        .seen(vec!["x".to_owned(), "y".to_owned()]);
    client.filter_drinks(&params).await.unwrap();
    let request = only(&server);
    assert!(request.starts_with("POST /drinks?%7B%22colour%22%3A%22red%22%7D HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("cookie: session=a+b/c==; seen=x; seen=y\r\n"), "{request}");
    client.path_drinks("$.a").await.unwrap();
    assert!(only(&server).starts_with("DELETE /drinks?%24.a HTTP/1.1\r\n"));
}

#[tokio::test]
async fn the_default_mapping_takes_missing_and_unknown_values() {
    for (body, is_other) in [
        (r#"{"kind": "Cat", "lives": 9}"#, false),
        (r#"{"kind": "dog", "bark": true}"#, false),
        (r#"{"kind": "bird", "name": "b"}"#, true),
        (r#"{"name": "b"}"#, true),
    ] {
        let pet: cafe::types::Pet = serde_json::from_str(body).unwrap();
        assert_eq!(matches!(pet, cafe::types::Pet::OtherPet(_)), is_other, "{body}");
        let value: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(serde_json::to_value(&pet).unwrap(), value);
    }
    // A value whose discriminator is known belongs to its branch, and to no other.
    assert!(serde_json::from_str::<cafe::types::Pet>(r#"{"kind": "Cat", "lives": "x"}"#).is_err());
}

/// The names of the drinks of a stream.
async fn names(mut stream: cafe::JsonStream<cafe::types::Drink>) -> Vec<String> {
    let mut names = Vec::new();
    while let Some(drink) = stream.next().await {
        names.push(drink.unwrap().name);
    }
    names
}

#[tokio::test]
async fn items_of_sequences_are_typed() {
    let tea = r#"{"name": "tea"}"#;
    let client = |media: &'static str, body: String| async move {
        let server = server(media, &body).await;
        cafe::Client::new(server.base_url()).unwrap().with_device("t")
    };
    let pretty = "{\n\"name\": \"milk\"\n}";
    let seq = client("application/json-seq", format!("\x1e{tea}\n\x1e{pretty}\n\x1e{tea}")).await;
    assert_eq!(names(seq.sequence_stream().await.unwrap().into_inner()).await, ["tea", "milk", "tea"]);
    let lines = client("application/jsonl", format!("{tea}\n{tea}\n")).await;
    assert_eq!(names(lines.lines_stream().await.unwrap().into_inner()).await, ["tea", "tea"]);
    let events = client("text/event-stream", format!("event: a\ndata: {tea}\n\n")).await;
    assert_eq!(names(events.events_stream().await.unwrap().into_inner()).await, ["tea"]);
    let batches = client("text/event-stream", format!("data: [{tea}, {tea}]\n\ndata: []\n\n")).await;
    let mut batches = batches.batches_stream().await.unwrap().into_inner();
    assert_eq!(batches.next().await.unwrap().unwrap().len(), 2, "an event is a list");
    assert!(batches.next().await.unwrap().unwrap().is_empty());
}

/// A client of a server that sends these events.
async fn with_events(events: &str) -> cafe::Client {
    let server = server("text/event-stream", events).await;
    cafe::Client::new(server.base_url()).unwrap().with_device("t")
}

#[tokio::test]
async fn events_whose_data_is_text_are_strings() {
    let client = with_events("event: number\ndata: 5\n\n").await;
    assert_eq!(client.notices_stream().await.unwrap().into_inner().next().await.unwrap().unwrap(), "5");
}

#[tokio::test]
async fn the_name_of_an_event_decides_its_data() {
    use cafe::{FeedEvent, KindsEvent};
    let texts = "event: text\ndata: \"5\"\n\nevent: number\ndata: 5\n\ndata: hm\n\nevent: number\ndata: x\n\n";
    let mut kinds = with_events(texts).await.kinds_stream().await.unwrap().into_inner();
    let text = kinds.next().await.unwrap().unwrap();
    assert!(matches!(&text, KindsEvent::Text(text) if text == "\"5\""), "{text:?}");
    assert!(matches!(kinds.next().await.unwrap().unwrap(), KindsEvent::Number(5)));
    let other = kinds.next().await.unwrap().unwrap();
    assert!(matches!(&other, KindsEvent::Unknown { event, data } if event == "message" && data == "hm"), "{other:?}");
    let error = kinds.next().await.unwrap().unwrap_err();
    assert!(error.to_string().starts_with("unexpected body with status 200 OK"), "{error}");
    let drinks =
        "event: drink\ndata: {\"name\": \"tea\"}\n\nevent: closed\ndata: 5\n\nevent: ended\ndata: 6\n\ndata: bye\n\n";
    let mut feed = with_events(drinks).await.feed_stream().await.unwrap().into_inner();
    assert!(matches!(feed.next().await.unwrap().unwrap(), FeedEvent::Drink(drink) if drink.name == "tea"));
    assert!(matches!(feed.next().await.unwrap().unwrap(), FeedEvent::Closed(5)));
    assert!(matches!(feed.next().await.unwrap().unwrap(), FeedEvent::Ended(6)));
    assert!(matches!(feed.next().await.unwrap().unwrap(), FeedEvent::Message(bye) if bye == "bye"));
}

#[tokio::test]
async fn an_event_does_not_show_undecoded_data() {
    let texts =
        "event: session\ndata: CANARY-undeclared\n\nevent: text\ndata: CANARY-text\n\nevent: number\ndata: 5\n\n";
    let mut kinds = with_events(texts).await.kinds_stream().await.unwrap().into_inner();
    let mut shown = Vec::new();
    while let Some(event) = kinds.next().await {
        shown.push(format!("{:?}", event.unwrap()));
    }
    assert_eq!(shown, ["Unknown { event: \"session\", .. }", "Text(11 bytes)", "Number(5)"]);
}

#[tokio::test]
async fn events_without_names_of_their_own_are_strings() {
    let mut mixture = with_events("event: number\ndata: 5\n\n").await.mixture_stream().await.unwrap().into_inner();
    assert_eq!(mixture.next().await.unwrap().unwrap(), "5");
    assert_eq!(mixture.event(), Some("number"));
}
