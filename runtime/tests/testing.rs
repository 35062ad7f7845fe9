//! The transport without a socket: what it refuses, what it records, and the failures at command.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use openapi_smith_runtime::generated as rt;
use openapi_smith_runtime::testing::{MockTransport, Reply};
use openapi_smith_runtime::{
    Call, Credential, Error, Operation, RetryPolicy, TransportErrorKind, Undecoded, UndecodedReason, reqwest,
};
use serde_json::{Value, json};
use tokio::time::Instant;

static API: rt::Api = rt::Api { schemes: &[rt::Scheme { name: "token", carrier: rt::Carrier::Bearer }], servers: &[] };

rt::client!(API);

mod ops {
    use super::Operation;

    const fn operation(id: &'static str, method: &'static str, path: &'static str) -> Operation {
        let responses = &[("200", "application/vnd.pets+json"), ("204", ""), ("default", "application/problem+json")];
        Operation { id, method, path, server: None, accept: "", security: &[&[], &[0]], schemes: "token", responses }
    }

    static FEED: Operation = operation("feedPet", "POST", "/pets/{petId}/meals");
    pub(super) static FEED_PET: &Operation = &FEED;
    static LIST: Operation = operation("listPets", "GET", "/pets");
    pub(super) static LIST_PETS: &Operation = &LIST;
}

fn read(response: rt::Response) -> Result<openapi_smith_runtime::ResponseValue<Value>, Error<Value>> {
    match response.declared {
        ("200", _) => response.success(rt::Response::json, rt::identity),
        ("204", _) => response.success(rt::Response::nothing, |()| Value::Null),
        ("default", _) => response.failure(rt::Response::json, rt::identity),
        _ => response.undeclared(),
    }
}

impl Client {
    fn feed_pet(&self, pet: i64, meal: &Value) -> Call<Value, Value> {
        let mut request = rt::Request::to_path("/pets/");
        request.path_value("petId", &pet.to_string());
        request.path("/meals");
        request.query_repeated("with", &["salt".to_owned(), "a&b".to_owned()]);
        request.query("warm", "true");
        request.json("application/json", meal);
        rt::call(&self.0, ops::FEED_PET, request, read)
    }

    fn list_pets(&self) -> Call<Value, Value> {
        rt::call(&self.0, ops::LIST_PETS, rt::Request::to_path("/pets"), read)
    }
}

fn shop(mock: &MockTransport) -> Client {
    Client::builder("http://pets.example/v1").transport(mock.clone()).build().unwrap()
}

#[tokio::test]
async fn a_request_is_readable_as_typed_values() {
    let mock = MockTransport::new();
    mock.on(ops::FEED_PET).respond(200, &json!({ "left": 3 })).unwrap();
    let credential = Credential::Bearer("t0ken".into());
    let response = shop(&mock).feed_pet(7, &json!({ "grams": 5 })).credential(credential).await.unwrap();
    assert_eq!((response["left"].as_i64(), response.status().as_u16()), (Some(3), 200));
    assert_eq!(response.headers()["content-type"], "application/vnd.pets+json", "the declared media type");

    let [request] = mock.requests_of(ops::FEED_PET).try_into().unwrap();
    assert_eq!(request.operation().unwrap().id(), "feedPet");
    assert_eq!(request.url().path(), "/v1/pets/7/meals");
    assert_eq!(request.path_parameter::<i64>("petId"), Ok(7));
    assert_eq!(request.path_parameter::<String>("petId"), Ok("7".to_owned()));
    assert_eq!(request.query::<bool>("warm"), Ok(Some(true)));
    assert_eq!(request.query_values::<String>("with").unwrap(), ["salt", "a&b"]);
    assert_eq!(request.query::<bool>("cold"), Ok(None));
    assert_eq!(request.json::<Value>().unwrap(), json!({ "grams": 5 }));
    assert_eq!(request.header("authorization"), Some("Bearer t0ken"));
    assert!(!format!("{request:?}").contains("t0ken"));
    for wrong in [
        request.path_parameter::<i64>("id").unwrap_err(),
        request.query::<i64>("warm").unwrap_err(),
        request.query::<String>("with").unwrap_err(),
        request.json::<Vec<i64>>().unwrap_err(),
    ] {
        assert!(wrong.to_string().contains('`') || wrong.to_string().contains("body"), "{wrong}");
    }
    mock.verify().unwrap();
}

#[test]
fn an_undeclared_response_is_refused_at_set_up() {
    let mock = MockTransport::new();
    let declared = "it declares: 200 as application/vnd.pets+json, 204 without a body, default as \
                    application/problem+json; `respond_undeclared` sends any response";
    let refused = |result: Result<(), openapi_smith_runtime::testing::MockError>| result.unwrap_err().to_string();
    let status = refused(mock.on(ops::LIST_PETS).respond(201, &json!([])));
    assert_eq!(status, format!("`listPets` declares no response 201 as JSON; {declared}"));
    let media = refused(mock.on(ops::LIST_PETS).respond_with(Reply::text(200, "text/html", "")));
    assert_eq!(media, format!("`listPets` declares no response 200 as text/html; {declared}"));
    assert!(refused(mock.on(ops::LIST_PETS).respond_with(Reply::empty(200))).contains("200 without a media type"));
    assert!(refused(mock.on(ops::LIST_PETS).respond(99, &json!([]))).contains("99 is not a status"));
    let header = Reply::empty(204).header("a b", "c");
    assert!(refused(mock.on(ops::LIST_PETS).respond_undeclared(header)).contains("a header has an invalid name"));
    mock.on(ops::LIST_PETS).respond(503, &json!({})).unwrap();
    mock.on(ops::LIST_PETS).respond_undeclared(Reply::text(201, "text/html", "<p>")).unwrap();
    let left = mock.verify().unwrap_err().to_string();
    assert_eq!(left, "not called: `listPets` (2 times)", "refused responses are not expected");
}

#[tokio::test]
async fn an_unexpected_call_says_what_was_expected() {
    let mock = MockTransport::new();
    let client = shop(&mock);
    let message = |error: Error<Value>| error.to_string();
    let list = "unexpected call of `listPets` (GET /pets)";
    assert_eq!(message(client.list_pets().await.unwrap_err()), format!("{list}: no call is expected"));
    mock.on(ops::FEED_PET).times(2).respond(200, &json!({})).unwrap();
    let error = client.list_pets().retry(RetryPolicy::new()).await.unwrap_err();
    assert!(!error.is_retryable());
    assert_eq!(message(error), format!("{list}; expected: `feedPet` (2 times)"));
    mock.on(ops::LIST_PETS).when(|request| request.header("x-trace").is_some()).respond(200, &json!([])).unwrap();
    assert_eq!(message(client.list_pets().await.unwrap_err()), format!("{list}: no condition holds for the request"));
    client.list_pets().header("x-trace", "1").await.unwrap();
    assert_eq!(
        message(client.list_pets().await.unwrap_err()),
        format!("{list}: no response of it is left; expected: `feedPet` (2 times)")
    );
    assert_eq!(mock.verify().unwrap_err().to_string().lines().count(), 5, "four calls, and what is left");
    assert_eq!(mock.requests().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn failures_and_delays_come_at_command() {
    let mock = MockTransport::new();
    let client = shop(&mock);
    let begun = Instant::now();

    mock.on(ops::LIST_PETS).fail(TransportErrorKind::Lost);
    let error = client.list_pets().await.unwrap_err();
    assert_eq!(error.to_string(), "the connection was lost before the response was complete");

    mock.on(ops::LIST_PETS).never_respond();
    let error = client.list_pets().timeout(Duration::from_secs(9)).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(begun.elapsed().as_secs(), 9);

    let slow = || Reply::json(200, &json!([])).media_type("application/vnd.pets+json").after(Duration::from_secs(5));
    mock.on(ops::LIST_PETS).times(2).respond_with(slow()).unwrap();
    client.list_pets().await.unwrap();
    assert_eq!(begun.elapsed().as_secs(), 14);
    assert!(client.list_pets().timeout(Duration::from_secs(4)).await.unwrap_err().is_timeout());

    let undecoded = |error: Error<Value>| match error {
        Error::Undecoded(undecoded) => *undecoded,
        other => panic!("{other}"),
    };
    let reason = |undecoded: &Undecoded| undecoded.reason().clone();
    let cut = Reply::text(200, "application/vnd.pets+json", "[1,").cut();
    mock.on(ops::LIST_PETS).respond_with(cut).unwrap();
    let cut = undecoded(client.list_pets().await.unwrap_err());
    assert_eq!((reason(&cut), cut.body()), (UndecodedReason::Truncated { timed_out: false }, &b"[1,"[..]));
    let slow = Reply::text(200, "application/vnd.pets+json", "[1,").then(Duration::from_secs(60), "2]");
    mock.on(ops::LIST_PETS).times(2).respond_with(slow).unwrap();
    let late = undecoded(client.list_pets().timeout(Duration::from_secs(9)).await.unwrap_err());
    assert_eq!((reason(&late), late.body()), (UndecodedReason::Truncated { timed_out: true }, &b"[1,"[..]));
    assert_eq!(*client.list_pets().await.unwrap(), json!([1, 2]));
}

#[tokio::test(start_paused = true)]
async fn a_call_is_retried_as_in_production() {
    let mock = MockTransport::new();
    mock.on(ops::LIST_PETS).times(2).respond(503, &json!({ "title": "busy" })).unwrap();
    mock.on(ops::LIST_PETS).respond(200, &json!(["Polly"])).unwrap();
    let pets = shop(&mock).list_pets().retry(RetryPolicy::new()).await.unwrap();
    assert_eq!(*pets, json!(["Polly"]));
    mock.verify().unwrap();
}

#[tokio::test]
async fn a_request_of_the_program_itself_is_matched_by_method_and_path() {
    let mock = MockTransport::new();
    mock.on(ops::FEED_PET).always().respond(204, &()).unwrap_err();
    mock.on(ops::FEED_PET).always().respond_with(Reply::empty(204)).unwrap();
    let request = |path: &str| {
        let url = format!("http://pets.example/v1{path}").parse().unwrap();
        let mut request = reqwest::Request::new(reqwest::Method::POST, url);
        *request.body_mut() = Some(reqwest::Body::from("a=1&b=c+d"));
        request
    };
    let response = shop(&mock).send_request(request("/pets/7/meals")).await.unwrap();
    assert_eq!(response.status().as_u16(), 204);
    let [sent] = mock.requests().try_into().unwrap();
    assert_eq!(sent.form(), [("a", "1"), ("b", "c d")].map(|(name, value)| (name.to_owned(), value.to_owned())));
    let error = shop(&mock).send_request(request("/cats")).await.unwrap_err();
    assert_eq!(error.to_string(), "unexpected call of POST /v1/cats: no call is expected");
}
