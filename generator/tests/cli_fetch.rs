//! The command `fetch`, against servers of this test.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod tool;

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use base64::Engine as _;
use serde_json::Value;
use test_support::{Listener, endless, response};
use tool::{Ran, folder, smith};

const ROOT: &str = "\
openapi: 3.0.3
info: { title: Shop, version: '1' }
paths:
  /orders:
    get:
      operationId: orders
      responses:
        '200': { description: D., content: { application/json: { schema: { $ref: 'schemas/order.yaml' } } } }
  /pets:
    get:
      operationId: pets
      responses:
        '200': { description: D., content: { application/json: { schema: { $ref: 'BASE/v1/openapi.yaml#/components/schemas/Pet' } } } }
components: { schemas: { Pet: { type: object, properties: { name: { type: string } } } } }
";
const ORDER: &str = "{ type: object, properties: { of: { $ref: '../../common/customer.json#/Customer' } } }";
const CUSTOMER: &str = r#"{ "Customer": { "type": "object", "properties": { "email": { "type": "string" } } } }"#;

/// The documents of a server by their paths; `BASE` in them is its URL.
type Documents = Arc<Mutex<Vec<(&'static str, String)>>>;

async fn shop() -> (Listener, Documents) {
    let documents =
        [("/v1/openapi.yaml", ROOT), ("/v1/schemas/order.yaml", ORDER), ("/common/customer.json", CUSTOMER)];
    let documents: Documents = Arc::new(Mutex::new(documents.map(|(path, text)| (path, text.to_owned())).into()));
    let (served, base) = (Arc::clone(&documents), Arc::new(OnceLock::<String>::new()));
    let known = Arc::clone(&base);
    let listener = Listener::respond_with(move |request| {
        let target = request.split(' ').nth(1).unwrap_or_default();
        let served = served.lock().unwrap();
        match served.iter().find(|(path, _)| *path == target) {
            Some((_, text)) => response("200 OK", "", text.replace("BASE", known.get().unwrap())),
            None => response("404 Not Found", "", "no such document"),
        }
    })
    .await;
    base.set(listener.base_url().to_owned()).unwrap();
    (listener, documents)
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_pinned_and_generated_from_offline() {
    let (listener, _) = shop().await;
    let spec = folder("fetched", &[]).join("spec");
    let url = format!("{}/v1/openapi.yaml", listener.base_url());
    let ran = smith(&["fetch", &url, "-o", &text(&spec)], "");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let root = spec.join("openapi.yaml");
    assert!(
        ran.stderr.ends_with(&format!("next: openapi-smith generate {} --output src/api.rs\n", text(&root))),
        "{}",
        ran.stderr
    );
    let lock: Value = serde_json::from_str(&fs::read_to_string(spec.join("openapi-lock.json")).unwrap()).unwrap();
    let files: Vec<(&str, &str)> = lock["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (file["url"].as_str().unwrap(), file["path"].as_str().unwrap()))
        .collect();
    let at = |path: &str| format!("{}{path}", listener.base_url());
    let host = listener.address().to_string().replace(':', "_");
    assert_eq!(
        files,
        [
            (at("/common/customer.json").as_str(), format!("{host}/common/customer.json").as_str()),
            (&url, "openapi.yaml"),
            (at("/v1/schemas/order.yaml").as_str(), "schemas/order.yaml"),
        ]
    );
    assert_eq!(listener.take().len(), 3, "each document is fetched once");

    // Also with the document's own URL, and with a relative reference to another folder.
    let ran = smith(&["generate", &text(&root), "--format", "json", "-o", &text(&spec.join("api.rs"))], "");
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let code = fs::read_to_string(spec.join("api.rs")).unwrap();
    for name in ["Pet", "Order", "Customer"] {
        assert_eq!(code.matches(&format!("pub struct {name} {{")).count(), 1, "{name}");
    }
    assert_eq!(ran.json()["files"].as_array().unwrap().len(), 3);
    assert_eq!(listener.connections(), 3, "generating fetches nothing");

    // A copy that was edited is refused, with its path.
    fs::write(spec.join("schemas/order.yaml"), "{ type: string }").unwrap();
    let ran = smith(&["check", &text(&root), "--strict"], "");
    assert_eq!(ran.code, 1);
    assert!(
        ran.stdout.contains("its copy `schemas/order.yaml` differs from the SHA-256 in the lock file"),
        "{}",
        ran.stdout
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_listed_and_accepted_on_request() {
    let (listener, documents) = shop().await;
    let spec = folder("changing", &[]).join("spec");
    let url = format!("{}/v1/openapi.yaml", listener.base_url());
    let fetch = |more: &[&str]| smith(&[&["fetch", "-o", &text(&spec)], more].concat(), "");
    assert_eq!(fetch(&["--check"]).code, 2, "there is no lock file");
    assert_eq!(fetch(&[&url]).code, 0);
    let ran = fetch(&["--check"]);
    assert_eq!((ran.code, ran.stderr), (0, format!("current: 3 documents in {}\n", text(&spec))));

    // A lost copy is restored.
    let order = spec.join("schemas/order.yaml");
    fs::remove_file(&order).unwrap();
    let ran = fetch(&["--check"]);
    assert!(ran.code == 1 && ran.stderr.contains("the copy cannot be read\n  restore with: "), "{}", ran.stderr);
    assert_eq!(fetch(&[]).code, 0);
    assert_eq!(fs::read_to_string(&order).unwrap(), ORDER);

    // The server changes a document, and no longer needs another.
    documents.lock().unwrap()[1].1 = "{ type: object, properties: { nr: { type: integer } } }".to_owned();
    for arguments in [&["--check"][..], &[]] {
        let ran = fetch(arguments);
        let changes = format!(
            "changed: {0}/v1/schemas/order.yaml (schemas/order.yaml)\ngone: {0}/common/customer.json\n",
            listener.base_url()
        );
        assert!(ran.code == 1 && ran.stderr.starts_with(&changes), "{}", ran.stderr);
        assert!(ran.stderr.ends_with(&format!("accept with: openapi-smith fetch --output {} --update\n", text(&spec))));
        assert_eq!(fs::read_to_string(&order).unwrap(), ORDER);
    }
    let ran = fetch(&["--update"]);
    assert!(ran.code == 0 && ran.stderr.contains("removed: "), "{}", ran.stderr);
    assert!(fs::read_to_string(&order).unwrap().contains("nr"));
    assert_eq!(fetch(&["--check"]).code, 0);

    let ran = fetch(&["https://other.example/openapi.yaml"]);
    assert!(ran.code == 2 && ran.stderr.contains("has the documents of"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_urls_of_a_file_are_pinned_beside_it() {
    let (listener, _) = shop().await;
    let root = ROOT.replace("schemas/order.yaml", "BASE/v1/schemas/order.yaml").replace("BASE/v1/openapi.yaml#", "#");
    let root = root.replace("BASE", listener.base_url());
    let folder = folder("local", &[("api.yaml", &root)]);
    let spec = text(&folder.join("api.yaml"));
    let ran = smith(&["check", &spec, "--operation", "orders"], "");
    assert!(ran.code == 1 && ran.stdout.contains("run `openapi-smith fetch` with the document"), "{}", ran.stdout);
    let ran = smith(&["fetch", &spec], "");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = smith(&["generate", &spec], "");
    assert!(ran.stdout.contains("pub struct Customer {"), "{}", ran.stderr);
}

async fn refused(name: &str, listener: &Listener, path: &str) -> Ran {
    let spec = folder(name, &[]).join("spec");
    let url = format!("{}{path}", listener.base_url());
    let ran = smith(&["fetch", &url, "-o", &text(&spec), "--timeout", "300"], "");
    assert_eq!(ran.code, 2, "{name}: {}", ran.stderr);
    assert!(!spec.exists(), "{name}: nothing is written");
    ran
}

#[tokio::test(flavor = "multi_thread")]
async fn unsafe_documents_are_refused() {
    let huge = "HTTP/1.1 200 OK\r\ncontent-length: 999999999999\r\n\r\n";
    let document = |text: &str| response("200 OK", "", text);
    for (name, bytes, says) in [
        ("scheme", response("302 Found", "location: https://a.example/openapi.yaml\r\n", ""), "changes the scheme"),
        ("loop", response("302 Found", "location: /openapi.yaml\r\n", ""), "more than 5 redirects"),
        ("huge", huge.into(), "has more than 67108864 bytes"),
        ("bytes", response("200 OK", "", b"\xff\xfe\x00"), "is not UTF-8 text"),
        ("missing", response("404 Not Found", "", ""), "the server responded 404 Not Found"),
        ("other", document("pets"), "not an OpenAPI document"),
        (
            "page",
            document("<!DOCTYPE html><script>SwaggerUIBundle({ url: '/v2/openapi.json' })</script>"),
            "a page of HTML or XML, and no document; the page names BASE/v2/openapi.json: use that URL",
        ),
        (
            "dangling",
            document("openapi: 3.0.3\ninfo: { title: T, version: '1' }\npaths: { /a: { $ref: 'http://a.example/x' } }"),
            "cannot read http://a.example/x: plain `http` is only allowed to this machine",
        ),
    ] {
        let listener = Listener::respond(bytes).await;
        let ran = refused(name, &listener, "/openapi.yaml").await;
        let says = says.replace("BASE", listener.base_url());
        assert!(ran.stderr.contains(&says), "{name}: {}", ran.stderr);
    }
}

/// A file server sends a compressed file unchanged, whatever the client accepts.
#[tokio::test(flavor = "multi_thread")]
async fn a_compressed_document_is_read() {
    let stored = "H4sIAAAAAAACAx2MOwqAQAwF+z3F62xEFLs9hYUXWCRqQJPgBkFk7+6Had7AY9RIknFE37RNH1hmjbjh7BtFjDVOOjKrRFRdhRIs+ZrfRwmT7qZC4p8iTyvt6Z8D+Z+47C1kP1gWlI/wAL+afWdtAAAA";
    let bytes = base64::prelude::BASE64_STANDARD.decode(stored).unwrap();
    let listener = Listener::respond(response("200 OK", "content-encoding: gzip\r\n", bytes)).await;
    let spec = folder("compressed", &[]).join("spec");
    let ran = smith(&["fetch", &format!("{}/pets.yaml", listener.base_url()), "-o", &text(&spec)], "");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let pets = fs::read_to_string(spec.join("pets.yaml")).unwrap();
    assert!(pets.starts_with("openapi: 3.0.3\n") && pets.ends_with("{ type: string } } }\n"), "{pets}");
}

#[test]
fn commands_without_network_name_the_one_that_has_it() {
    let ran = smith(&["generate", "https://a.example/openapi.yaml"], "");
    assert!(ran.code == 2 && ran.stderr.contains("run `openapi-smith fetch` with the URL"), "{}", ran.stderr);
    let client = folder("nowhere", &[]);
    let ran = smith(&["new", "a.example/openapi.yaml", &text(&client)], "");
    assert!(ran.code == 2 && ran.stderr.contains("a URL begins with `https://`"), "{}", ran.stderr);
    assert!(!client.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_of_too_many_files_is_refused() {
    let paths: String = (0..600).map(|number| format!("  /{number}: {{ $ref: item{number}.yaml }}\n")).collect();
    let root = format!("openapi: 3.0.3\ninfo: {{ title: T, version: '1' }}\npaths:\n{paths}");
    let listener = Listener::respond_with(move |request| {
        let is_root = request.starts_with("GET /openapi.yaml ");
        response("200 OK", "", if is_root { root.as_str() } else { "get: { responses: {} }" })
    })
    .await;
    let ran = refused("many", &listener, "/openapi.yaml").await;
    assert!(ran.stderr.contains("more than 500 files of URLs"), "{}", ran.stderr);
    assert_eq!(listener.connections(), 500);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_document_ends() {
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let listener = Listener::scripted(endless(head)).await;
    let ran = refused("endless", &listener, "/openapi.yaml").await;
    assert!(ran.stderr.contains("has more than 67108864 bytes"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_server_is_not_waited_for() {
    let listener = Listener::raw(|connection| async move {
        std::future::pending::<()>().await;
        drop(connection);
    })
    .await;
    let spec = folder("silent", &[]).join("spec");
    let ran = smith(&["fetch", listener.base_url(), "-o", &text(&spec), "--timeout", "1"], "");
    assert!(ran.code == 2 && ran.stderr.contains("not fetched within 1 s"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_root_document_may_redirect_and_its_references_follow() {
    let listener = Listener::respond_with(|request| match request.split(' ').nth(1).unwrap_or_default() {
        "/latest" => response("307 Temporary Redirect", "location: v1/openapi.yaml\r\n", ""),
        "/v1/openapi.yaml" => response("200 OK", "", ROOT.replace("BASE/v1/openapi.yaml#", "#")),
        "/v1/schemas/order.yaml" => response("200 OK", "", "{ type: object }"),
        _ => response("404 Not Found", "", ""),
    })
    .await;
    let spec = folder("redirected", &[]).join("spec");
    let ran = smith(&["fetch", &format!("{}/latest#top", listener.base_url()), "-o", &text(&spec)], "");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(spec.join("openapi.yaml").is_file() && spec.join("schemas/order.yaml").is_file());
    assert_eq!(smith(&["fetch", "-o", &text(&spec), "--check"], "").code, 0);
    assert_eq!(listener.targets().iter().filter(|target| *target == "/latest").count(), 2, "the URL is asked again");
}
