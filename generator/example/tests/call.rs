//! The example makes its calls, and the documentation quotes it literally.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::path::Path;

use test_support::{Listener, response};

/// Responds to the first request with a list of pets, and to the second with this status and body. Returns the requests, too.
async fn ask((status, body): (&str, &str)) -> (Result<String, String>, Vec<String>) {
    let list = r#"[{"id":1,"name":"Rio","kind":"parrot"},{"id":2,"name":"Iago","kind":"macaw","born":null}]"#;
    let json = |status, body| response(status, "content-type: application/json\r\n", body);
    let shop = Listener::respond_in_turn([json("200 OK", list), json(status, body)]).await;
    let base_url = format!("{}/v1", shop.base_url());
    let said = pets_example::another_parrot(&base_url, "t0ken").await;
    (said.map_err(|error| error.to_string()), shop.requests())
}

#[tokio::test]
async fn both_calls_arrive() {
    let (said, requests) = ask(("201 Created", r#"{"id":3,"name":"Polly","kind":"parrot"}"#)).await;
    assert_eq!(said.unwrap(), "Polly is number 3, beside Rio and Iago");
    assert!(requests[0].starts_with("GET /v1/pets?kind=parrot&limit=5 HTTP/1.1\r\n"), "{}", requests[0]);
    assert!(!requests[0].contains("t0ken"), "an operation without security sends no credential");
    assert!(requests[1].contains("authorization: Bearer t0ken"), "{}", requests[1]);
    assert!(requests[1].ends_with(r#"{"kind":"parrot","name":"Polly"}"#), "{}", requests[1]);
}

#[tokio::test]
async fn failures_are_distinguished() {
    let clash = ("409 Conflict", r#"{"existing":{"id":7,"name":"Polly","kind":"parrot"}}"#);
    assert_eq!(ask(clash).await.0.unwrap(), "there is one: number 7");
    assert_eq!(ask(("503 Service Unavailable", r#"{"message":"closed"}"#)).await.0, Err("closed".to_owned()));
}

/// A block after `<!-- example: FILE -->` stands in that file, but for a common indentation.
#[test]
fn the_documentation_quotes_this() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut quotes = 0;
    let pages = ["comparison", "cookbook", "pagination", "switching", "testing"];
    let pages = pages.map(|page| format!("../docs/{page}.md"));
    for page in pages.into_iter().chain(["../README.md".to_owned()]) {
        let text = fs::read_to_string(here.join(&page)).unwrap();
        for quote in text.split("<!-- example: ").skip(1) {
            let (file, rest) = quote.split_once(" -->\n").unwrap();
            let block = rest.split("```").nth(1).and_then(|block| block.split_once('\n')).unwrap().1;
            let source = fs::read_to_string(here.join(file)).unwrap();
            let lines: Vec<&str> = source.lines().map(str::trim).collect();
            let wanted: Vec<&str> = block.trim_end().lines().map(str::trim).collect();
            assert!(lines.windows(wanted.len()).any(|window| window == wanted), "{page} misquotes {file}:\n{block}");
            quotes += 1;
        }
    }
    assert!(quotes >= 40, "only {quotes} quotes were found");
}
