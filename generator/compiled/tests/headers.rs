//! Response headers and their accessors.
#![allow(deprecated, clippy::unwrap_used, clippy::panic)]

use compiled_fixtures::response_headers::types::{HitHeader, ListPetsXKindsItem};
use compiled_fixtures::response_headers::{
    AddPetHeaders, Client, Error, InvalidHeader, ListPetsHeaders, Secret, types,
};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use test_support::{Listener, response};
use time::macros::datetime;

fn of(headers: &[(&'static str, &[u8])]) -> HeaderMap {
    let pair = |(name, value): &(&'static str, &[u8])| {
        (HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap())
    };
    let mut map = HeaderMap::new();
    for (name, value) in headers.iter().map(pair) {
        map.append(name, value);
    }
    map
}

#[test]
fn each_header_is_decoded_as_its_type() {
    let map = of(&[
        ("x-rate-limit", b"60"),
        ("x-next", b"https://example.org/?a=1,2"),
        ("x-ids", b"1, 2,3"),
        ("x-ids", b"4"),
        ("x-kinds", b"dog,bird"),
        ("x-hit", b"HIT"),
        ("x-exact", b" true "),
        ("x-at", b"2024-02-29T12:00:00Z"),
        ("x-token", b"hidden"),
        ("x-meta", b"{\"total\": 3}"),
        ("x-flags", b"a=1,b=2"),
        ("link", b"<a>; rel=next"),
        ("link", b"<b>; rel=last"),
        ("set-cookie", b"a=1"),
        ("set-cookie", b"b=2"),
    ]);
    let headers = ListPetsHeaders::from_headers(&map);
    assert_eq!(headers.x_rate_limit(), Ok(Some(60)));
    assert_eq!(headers.next_page().unwrap().unwrap(), "https://example.org/?a=1,2");
    assert_eq!(headers.x_ids(), Ok(Some(vec![1, 2, 3, 4])));
    let kinds = vec![ListPetsXKindsItem::Dog, ListPetsXKindsItem::Unknown("bird".to_owned())];
    assert_eq!(headers.x_kinds(), Ok(Some(kinds)));
    assert_eq!(headers.x_hit(), Ok(Some(HitHeader::HIT)));
    assert_eq!(headers.x_exact(), Ok(Some(true)));
    assert_eq!(headers.x_at(), Ok(Some(datetime!(2024-02-29 12:00 UTC))));
    assert_eq!(headers.x_token(), Ok(Some(Secret::from("hidden"))));
    assert_eq!(headers.x_meta().unwrap().unwrap().total, Some(3));
    assert_eq!(headers.x_flags().unwrap().unwrap(), "a=1,b=2");
    assert_eq!(headers.link().unwrap().unwrap(), "<a>; rel=next, <b>; rel=last");
    assert_eq!(headers.set_cookie().unwrap().unwrap(), "a=1");
    let shown = format!("{headers:?}");
    assert!(shown.contains("x-token") && !shown.contains("hidden"), "{shown}");
}

#[test]
fn a_missing_header_is_none_and_an_invalid_one_an_error() {
    let map = HeaderMap::new();
    assert_eq!(ListPetsHeaders::from_headers(&map).x_rate_limit(), Ok(None));
    let map = of(&[("x-rate-limit", b"many"), ("x-ids", b"1,x"), ("x-next", b"\xff"), ("x-at", b"yesterday")]);
    let headers = ListPetsHeaders::from_headers(&map);
    let error = headers.x_rate_limit().unwrap_err();
    assert_eq!(error.name, "X-Rate-Limit");
    assert_eq!(error.to_string(), "the header `X-Rate-Limit` is not what the document declares");
    assert!(headers.x_ids().is_err() && headers.next_page().is_err() && headers.x_at().is_err());
    let map = of(&[("x-ids", b"")]);
    assert_eq!(ListPetsHeaders::from_headers(&map).x_ids(), Ok(Some(Vec::new())));
}

#[test]
fn shared_headers_are_of_one_type() {
    let map = of(&[("x-hit", b"MISS"), ("x-rate-limit", b"soon")]);
    let added = AddPetHeaders::from_headers(&map);
    let hit: Result<Option<types::HitHeader>, InvalidHeader> = added.x_hit();
    assert_eq!(hit, Ok(Some(HitHeader::MISS)));
    // A number in one response and a string in the other: a string.
    assert_eq!(added.x_rate_limit().unwrap().unwrap(), "soon");
}

#[tokio::test]
async fn headers_of_a_success_and_of_a_failure() {
    for status in [200, 429] {
        let head = "X-RATE-LIMIT: 7\r\ncontent-type: application/json\r\n";
        let server = Listener::respond(response(&format!("{status} X"), head, "\"ok\"")).await;
        let client = Client::new(server.base_url()).unwrap();
        let left = match client.list_pets().await {
            Ok(response) => ListPetsHeaders::from_headers(response.headers()).x_rate_limit(),
            Err(Error::Failure(failure)) => ListPetsHeaders::from_headers(failure.headers()).x_rate_limit(),
            Err(error) => panic!("{error}"),
        };
        assert_eq!(left, Ok(Some(7)), "{status}");
    }
}
