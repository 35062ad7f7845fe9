//! One construct of OpenAPI at a time: the generated types and methods follow the fixture.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use compiled_fixtures::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, from_value, json, to_value};
use test_support::Listener;

/// Decodes a value as the type and encodes it.
fn there_and_back<T: DeserializeOwned + Serialize>(value: Value) -> Value {
    to_value(from_value::<T>(value).unwrap()).unwrap()
}

fn with_body(status: &str, media: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-type: {media}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

const DONE: &str = "HTTP/1.1 204 Done\r\nconnection: close\r\n\r\n";

#[test]
fn types_without_a_client_need_none() {
    use types_only::types::{Meeting, MeetingOf};
    let text = include_str!(concat!(env!("OUT_DIR"), "/types_only.rs"));
    for absent in ["reqwest", "progenitor", "percent_encoding", "Client"] {
        assert!(!text.contains(absent), "{absent}");
    }
    let value = json!({
        "at": "2024-02-29T12:00:00Z", "key": "k", "kind": "a", "level": 3, "of": { "name": "n", "x": 1 }, "maybe": null,
        "either": "text", "picture": "p", "more": [1],
    });
    let meeting: Meeting = from_value(value.clone()).unwrap();
    assert_eq!(meeting.key, types_only::Secret::from("k"));
    assert!(matches!(meeting.of, Some(MeetingOf::Place(_))));
    assert_eq!(to_value(meeting).unwrap(), value);
}

#[test]
fn without_docs_every_item_has_one_sentence() {
    let text = include_str!(concat!(env!("OUT_DIR"), "/without_docs.rs"));
    assert!(!text.contains("TOLD"), "{text}");
    let is_comment = |line: &str| line.trim_start().starts_with("///");
    let lines: Vec<&str> = text.lines().collect();
    let long = lines.windows(2).filter(|pair| pair.iter().all(|line| is_comment(line)));
    // But for the form of a type that is sent, which says of what it is the form.
    assert_eq!(long.map(|pair| pair[0].trim()).collect::<Vec<_>>(), ["/// The schema `Pet`.", "///"]);
}

#[test]
fn absent_and_null_are_told_apart() {
    use nullable_and_optional::types::Four;
    let least = json!({"always": "a", "always_or_null": null, "named_or_null": null});
    assert_eq!(there_and_back::<Four>(least.clone()), least);
    let four: Four = from_value(least.clone()).unwrap();
    assert_eq!((&four.always_or_null, &four.maybe, &four.maybe_or_null), (&None, &None, &None));
    let all = json!({
        "always": "a", "always_or_null": "b", "named_or_null": {"x": 1.5}, "maybe": "c", "maybe_or_null": null,
        "maybe_list_of_nulls": [1, null], "named": {}, "never_null_but_anything": null, "by_enum": null,
        "secret_or_null": null
    });
    assert_eq!(there_and_back::<Four>(all.clone()), all);
    let four: Four = from_value(all).unwrap();
    assert_eq!(four.maybe_or_null, Some(None));
    assert_eq!(four.never_null_but_anything, Some(Value::Null));
    assert_eq!(four.secret_or_null, Some(None));
    for (property, value) in [("always", Value::Null), ("maybe", Value::Null), ("named", Value::Null)] {
        let mut wrong = least.clone();
        wrong[property] = value;
        let read = from_value::<Four>(wrong);
        // An undeclared null is refused for a required property, and absent for an optional one.
        assert_eq!(read.is_err(), property == "always", "{property}");
    }
    let mut missing = least;
    missing.as_object_mut().unwrap().remove("always");
    assert!(from_value::<Four>(missing).is_err());
}

#[tokio::test]
async fn values_of_any_kind() {
    use open_enums::types::Odd;
    let listed = [
        "", ">", ">=", "<", "ASC", "asc", "1", "-1", "+1", "🦀", "Self", "self", "unknown", "Unknown", "String", "a b",
        "a-b", "a_b", "\"", "\\", "\n", "{}", "type",
    ];
    let mut variants = Vec::new();
    for text in listed {
        let value = Odd::from(text);
        assert!(!format!("{value:?}").contains('('), "{text:?} is known: {value:?}");
        assert_eq!(value.as_str(), text);
        assert_eq!(there_and_back::<Odd>(json!(text)), json!(text));
        assert!(!variants.contains(&value), "{value:?} twice");
        variants.push(value);
    }
    let unheard = Odd::from("unheard of");
    assert!(!variants.contains(&unheard));
    assert_eq!(unheard.to_string(), "unheard of");
    assert_eq!(there_and_back::<Odd>(json!("unheard of")), json!("unheard of"));

    let server = Listener::respond(with_body("200", "application/json", "\">=\"")).await;
    let client = open_enums::Client::new(server.base_url()).unwrap();
    let params = open_enums::GetOddParams::default().also(vec![Odd::from("+1"), Odd::from("a b")]);
    let response = client.get_odd(&Odd::from("🦀"), &params).await.unwrap();
    assert_eq!(response.as_str(), ">=");
    let seen = server.request();
    assert!(seen.starts_with("GET /odd/%F0%9F%A6%80?also=%2B1&also=a%20b HTTP/1.1\r\n"), "{seen}");
}

/// The second attempt to decode a response, which accepts `1.0` as an integer, accepts nothing else.
#[tokio::test]
async fn a_repeated_property_is_refused_beside_an_integer_with_a_fraction() {
    use schemas_of_all_kinds::{Client, Error};
    let body = r#"{"size": 1.0, "note\\": "7.0 \" 8e1", "nest": [], "nest": []}"#;
    let server = Listener::respond(with_body("200", "application/json", body)).await;
    let refused = Client::new(server.base_url()).unwrap().get_all().await.unwrap_err();
    assert!(matches!(refused, Error::Undecoded(_)), "{refused:?}");
}

/// To JSON Schema `1.0` is an integer.
#[tokio::test]
async fn integers_with_a_fraction_of_zero() {
    let server = Listener::respond(with_body("200", "application/json", r#"{"size": 1.0, "huge": 5.0}"#)).await;
    let client = schemas_of_all_kinds::Client::new(server.base_url()).unwrap();
    let response = client.get_all().await.unwrap().into_inner();
    let schemas_of_all_kinds::GetAllResponse::Ok(all) = response else { panic!("{response:?}") };
    assert_eq!((all.size.unwrap().as_i64(), all.huge), (1, Some(5)));
}

/// The same without a response, in lists and maps, too.
#[test]
fn integers_with_a_fraction_of_zero_in_any_text() {
    use schemas_of_all_kinds::types::All;
    let written = json!({"size": -1.0, "huge": 5.0, "counts": [1.0, null, 2], "totals": {"a": 3.0}});
    let read = json!({"size": -1, "huge": 5, "counts": [1, null, 2], "totals": {"a": 3}});
    let from_text: All = serde_json::from_str(&written.to_string()).unwrap();
    assert_eq!(to_value(from_text).unwrap(), read);
    assert_eq!(there_and_back::<All>(written), read);
    for wrong in [json!({"huge": 1.5}), json!({"counts": [2147483648.0]}), json!({"totals": {"a": "1"}})] {
        assert!(from_value::<All>(wrong.clone()).is_err(), "{wrong}");
    }
}

#[test]
fn a_union_by_a_member() {
    use union_by_discriminator::types::{Pet, PetRequest};
    let cat = json!({"pet-type": "cat", "lives": 9, "id": "1"});
    let read: Pet = from_value(cat.clone()).unwrap();
    assert!(matches!(&read, Pet::Cat(cat) if cat.lives == 9), "{read:?}");
    assert_eq!(to_value(PetRequest::from(read)).unwrap(), json!({"pet-type": "cat", "lives": 9}));
    for pet in [
        cat,
        json!({"pet-type": "kitten", "lives": 1}),
        json!({"pet-type": "Dog", "barks": true}),
        json!({"pet-type": "Group", "of": [{"pet-type": "Dog"}], "first": {"pet-type": "Group"}}),
        json!({"pet-type": "fish", "fins": 2}),
        json!({"no": "type"}),
        json!(7),
    ] {
        assert_eq!(there_and_back::<Pet>(pet.clone()), pet);
    }
    assert!(from_value::<Pet>(json!({"pet-type": "cat", "lives": "nine"})).is_err());
}

/// A response is decoded a second time, in which the value is kept.
#[tokio::test]
async fn a_value_that_does_not_fit_the_branch_of_its_discriminator_is_kept() {
    use union_by_discriminator::Client;
    use union_by_discriminator::types::{Pet, PetRequest};
    let body =
        r#"{"pet-type": "Group", "of": [{"pet-type": "Dog", "barks": true}, {"pet-type": "cat", "lives": "nine"}]}"#;
    let server = Listener::respond(with_body("200", "application/json", body)).await;
    let sent = PetRequest::from(from_value::<Pet>(json!({"pet-type": "Dog"})).unwrap());
    let pet = Client::new(server.base_url()).unwrap().add_pet(&sent).await.unwrap().into_inner();
    let Pet::Group(group) = &pet else { panic!("{pet:?}") };
    let [Pet::Dog(_), Pet::Unknown(cat)] = group.of.as_deref().unwrap() else { panic!("{group:?}") };
    assert_eq!(*cat, json!({"pet-type": "cat", "lives": "nine"}));
}

#[test]
fn a_branch_is_chosen_by_its_properties() {
    use union_by_members::types::Either;
    assert!(matches!(from_value(json!({"nonce": "n", "format": "f"})).unwrap(), Either::Nonce(_)));
    assert!(matches!(from_value(json!({"credential": "c", "format": "f"})).unwrap(), Either::Issued(_)));
    assert!(matches!(from_value(json!({"error": "e"})).unwrap(), Either::Refusal(_)));
    assert!(matches!(from_value(json!({})).unwrap(), Either::Refusal(_)));
    // A value that no branch can decode without loss is kept.
    let invalid = json!({"nonce": 4711, "error": "e"});
    assert_eq!(there_and_back::<Either>(invalid.clone()), invalid);
    assert!(matches!(from_value(invalid).unwrap(), Either::Unknown(_)));
    let nonce = json!({"nonce": "n"});
    assert_eq!(there_and_back::<Either>(nonce.clone()), nonce);
}

#[test]
fn a_union_by_json_type() {
    use union_by_json_type::types::Loose;
    for value in [json!("a"), json!(1.5), json!(true), json!([["a"], 1.0, {}]), json!({"deeper": {"deeper": "a"}})] {
        assert_eq!(there_and_back::<Loose>(value.clone()), value);
    }
    let text: Loose = from_value(json!("canary")).unwrap();
    assert!(!format!("{text:?}").contains("canary"), "{text:?}");
    assert_eq!(there_and_back::<Vec<Option<Loose>>>(json!([null, "a"])), json!([null, "a"]));
}

#[test]
fn properties_of_one_direction() {
    use one_way_members::types::{Account, AccountRequest, OwnerRequest};
    let mut sent = AccountRequest::new("n", "1234");
    sent.hint = Some("h".to_owned());
    sent.main = Some(Some(OwnerRequest::default()));
    assert_eq!(to_value(&sent).unwrap(), json!({"name": "n", "pin": "1234", "hint": "h", "main": {}}));
    assert!(!format!("{sent:?}").contains("1234"));
    // A required `writeOnly` property may be missing in a response.
    let came: Account = from_value(json!({"id": "i", "name": "n", "main": null, "owners": [{"number": 1}]})).unwrap();
    assert_eq!((came.pin, came.main), (None, Some(None)));
    assert!(from_value::<Account>(json!({"name": "n"})).is_err(), "`id` is required in a response");
}

#[test]
fn undeclared_required_properties_are_kept() {
    use all_of::types::Together;
    for value in [json!({"a": "x"}), json!({"a": "x", "undeclared": [1]}), json!({"a": "x", "undeclared": null})] {
        assert_eq!(there_and_back::<Together>(value.clone()), value);
    }
}

#[test]
fn parts_that_all_hold() {
    use all_of::types::Merged;
    let merged = json!({"a": "a", "b": 1, "base": {"a": "x"}, "only": {"x": 1.0, "y": 2.0}});
    assert_eq!(there_and_back::<Merged>(merged.clone()), merged);
    assert!(from_value::<Merged>(json!({"a": "a"})).is_err(), "`b` is required by the second part");
    assert!(from_value::<Merged>(json!({"b": 1})).is_err(), "`a` is required by the third part");
}

#[test]
fn one_part_without_a_name_is_the_schema_around_it() {
    use all_of::types::{Alone, Holder};
    let alone = json!({"a": "x"});
    assert_eq!(there_and_back::<Alone>(alone.clone()), alone);
    for held in [json!({"alone": alone}), json!({"alone": null}), json!({})] {
        assert_eq!(there_and_back::<Holder>(held.clone()), held);
    }
}

#[test]
fn required_properties_do_not_restrict_other_json_types() {
    use all_of::types::{Holder, IconWithMembers};
    let held = json!({"list": [1, 2], "icon": "sun"});
    let holder: Holder = from_value(held.clone()).unwrap();
    assert_eq!((&holder.list, &holder.icon), (&Some(vec![1, 2]), &Some(IconWithMembers::Sun)));
    assert_eq!(serde_json::to_value(&holder).unwrap(), held);
}

#[test]
fn a_part_inside_the_schema_that_it_repeats() {
    use all_of::types::{Tree, TreeBranchesItem};
    let leaf = json!({ "length": 2, "name": "leaf", "branches": [] });
    let tree = json!({ "name": "root", "branches": [{ "length": 1, "branches": [leaf] }] });
    assert_eq!(there_and_back::<Tree>(tree.clone()), tree);
    let tree: Tree = serde_json::from_value(tree).unwrap();
    let branches: Vec<TreeBranchesItem> = tree.branches.unwrap();
    assert_eq!(branches[0].branches.as_ref().unwrap()[0].length, Some(2));
}

#[test]
fn members_that_are_not_declared() {
    use additional_members::types::{Closed, Kept, Typed};
    let kept = json!({"d": "canary", "oth": [{"r": "canary"}], "additional_properties": "declared"});
    let read: Kept = from_value(kept.clone()).unwrap();
    assert_eq!(to_value(&read).unwrap(), kept);
    let shown = format!("{read:?} {read:#?}");
    assert!(shown.contains("oth") && !shown.contains("canary"), "{shown}");
    let typed = json!({"a": "a", "b": {"a": "b"}});
    assert_eq!(there_and_back::<Typed>(typed.clone()), typed);
    assert!(from_value::<Typed>(json!({"b": 1})).is_err());
    assert_eq!(there_and_back::<Closed>(json!({"a": "a", "b": 1})), json!({"a": "a"}));
}

#[test]
fn types_that_hold_themselves() {
    use recursive::types::{Tree, TreeRequest};
    let tree = json!({
        "trunk": {"id": "1", "tree": {"trunk": {}, "left": {"trunk": {}}}}, "right": null,
        "leaves": [{"trunk": {}}], "named": {"a": {"trunk": {}}}
    });
    assert_eq!(there_and_back::<Tree>(tree.clone()), tree);
    let request = TreeRequest::from(from_value::<Tree>(tree.clone()).unwrap());
    let mut sent = tree;
    sent["trunk"].as_object_mut().unwrap().remove("id");
    assert_eq!(to_value(&request).unwrap(), sent);
}

mod responses_by_status_and_media_type {
    use super::*;
    use responses::{Client, Error, FailFailure, GetJwtResponse, RedirectResponse, UndecodedReason};

    async fn client(response: impl Into<String>) -> Client {
        Client::new(Listener::respond(response.into()).await.base_url()).unwrap()
    }

    async fn failure(response: String) -> FailFailure {
        match client(response).await.fail().await.unwrap_err() {
            Error::Failure(failure) => failure.into_value(),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn wanted() {
        let response = client(with_body("200", "text/html; charset=utf-8", "<p>")).await.redirect().await.unwrap();
        assert!(matches!(response.into_inner(), RedirectResponse::Ok(page) if page == "<p>"));
        let found = "HTTP/1.1 302 X\r\nconnection: close\r\nlocation: /next\r\ncontent-length: 0\r\n\r\n";
        let response = client(found).await.redirect().await.unwrap();
        assert_eq!(response.headers()["location"], "/next");
        assert_eq!(response.into_inner(), RedirectResponse::Found);
        let response = client(found.replace("302", "307")).await.redirect().await.unwrap();
        assert!(!matches!(response.into_inner(), RedirectResponse::Found | RedirectResponse::Ok(_)));
        client(DONE).await.remove_nothing().await.unwrap().into_inner();
        let response = client(with_body("200", "application/jwt", "a.b.c")).await.get_jwt().await.unwrap();
        assert_eq!(response.into_inner(), GetJwtResponse::OkJwt("a.b.c".to_owned()));
        let response = client(with_body("200", "application/json", "\"canary\"")).await.get_secret().await.unwrap();
        assert!(!format!("{response:?}").contains("canary"));
        assert_eq!(response.expose_secret(), "canary");
        let response = client(with_body("206", "image/png", "png")).await.get_bytes().await.unwrap();
        assert_eq!(response.into_inner(), b"png");
        let response = client(with_body("299", "application/json", "[1]")).await.get_any().await.unwrap();
        assert_eq!(response.into_inner(), json!([1]));
        let response = client(with_body("200", "application/vnd.api+json", "7")).await.fail().await.unwrap();
        assert_eq!(response.into_inner(), 7);
    }

    #[tokio::test]
    async fn unwanted() {
        let json = "application/json";
        assert!(
            matches!(failure(with_body("400", json, r#"{"why":"w"}"#)).await, FailFailure::BadRequest(why) if why.why == "w")
        );
        assert_eq!(failure(with_body("404", json, "<ignored>")).await, FailFailure::NotFound);
        let text = failure(with_body("409", "text/plain", "text")).await;
        assert!(matches!(&text, FailFailure::ClientError(text) if text == "text"), "{text:?}");
        assert!(matches!(
            failure(with_body("503", "application/problem+json", "{}")).await,
            FailFailure::ServiceUnavailable(_)
        ));
        assert!(matches!(failure(with_body("500", json, "\"d\"")).await, FailFailure::Default(text) if text == "d"));
    }

    /// Another success is read as the declared one, unless responses have to be declared. It is no failure, even where
    /// `default` is for those.
    #[tokio::test]
    async fn undeclared() {
        for (response, reason) in [
            (with_body("201", "application/json", "1"), UndecodedReason::Status),
            (with_body("200", "text/html", "<p>"), UndecodedReason::MediaType),
            (with_body("200", "text/plain", "1"), UndecodedReason::MediaType),
            (with_body("409", "application/json", "{}"), UndecodedReason::MediaType),
        ] {
            let server = Listener::respond(response).await;
            let strict = Client::builder(server.base_url()).strict_responses(true).build().unwrap();
            match strict.fail().await.unwrap_err() {
                Error::Undecoded(undecoded) => assert_eq!(undecoded.reason(), &reason),
                other => panic!("{other:?}"),
            }
        }
        for (status, media_type) in [("201", "application/json"), ("200", "text/plain; charset=utf-8")] {
            let response = client(with_body(status, media_type, "1")).await.fail().await.unwrap();
            assert_eq!((response.status().as_str(), *response), (status, 1));
        }
        let text = failure(with_body("409", "application/json", "{}")).await;
        assert!(matches!(&text, FailFailure::ClientError(text) if text == "{}"), "{text:?}");
        let error = client(with_body("200", "text/html", "<p>")).await.fail().await.unwrap_err();
        assert_eq!(error.body(), Some(&b"<p>"[..]));
        // If no success is declared, any success is returned as bytes.
        let response = client(with_body("201", "text/html", "<p>")).await.only_fails().await.unwrap();
        assert_eq!(response.into_inner(), b"<p>");
    }
}

#[tokio::test]
async fn credentials_of_every_kind() {
    use security::{Client, Credential, Error};
    let bare = Client::new("http://127.0.0.1:1").unwrap();
    let missing = |error: Error| match error {
        Error::MissingCredential { schemes } => schemes,
        other => panic!("{other:?}"),
    };
    assert_eq!(missing(bare.inherited().await.unwrap_err()), "token");
    assert_eq!(missing(bare.either().await.unwrap_err()), "user, or api-key and token, or openid");

    let full = |base: &str| {
        let client = Client::new(base).unwrap().with_token("t").with_api_key("a").with_in_query("q&");
        client.with_in_cookie("c%3Bc=")
    };
    let mut sent = Vec::new();
    for operation in 0..7 {
        let server = Listener::respond(DONE).await;
        let client = full(server.base_url());
        match operation {
            0 => client.inherited().await,
            1 => client.none().await,
            2 => client.with_user("u", "p").basic().await,
            3 => client.either().await,
            4 => client.cookie().await,
            5 => client.inherited().without_credential().await,
            _ => client.optional().credential(Credential::ApiKey("own".into())).await,
        }
        .unwrap();
        sent.push(server.request());
    }
    assert!(sent[0].contains("authorization: Bearer t\r\n"), "{}", sent[0]);
    assert!(!sent[1].contains("authorization") && !sent[1].contains("cookie"), "{}", sent[1]);
    assert!(sent[2].contains("authorization: Basic dTpw\r\n"), "{}", sent[2]);
    assert!(sent[3].contains("authorization: Bearer t\r\n") && sent[3].contains("x-api-key: a\r\n"), "{}", sent[3]);
    assert!(sent[4].contains("cookie: sid=c%3Bc=\r\n"), "{}", sent[4]);
    assert!(!sent[5].contains("authorization"), "{}", sent[5]);
    assert!(sent[6].starts_with("GET /optional?k%26y=own HTTP/1.1\r\n"), "{}", sent[6]);
}

#[tokio::test]
async fn parameters_everywhere() {
    use parameters::{Client, Error, GetAllParams};
    let server = Listener::respond(DONE).await;
    let client = Client::new(server.base_url()).unwrap();
    let params = GetAllParams::default().filter_a("n & m").x_list(vec![1, 2]).theme(vec!["a b".into(), "c".into()]);
    let params = params.level(parameters::types::GetAllLevel::Unknown(7));
    let secrets = ["s/1".into(), "s2".into()];
    client.get_all("x/y", -3, &[1.5, 2.0], &secrets, true, "=;", &params).await.unwrap();
    let seen = server.request();
    assert!(
        seen.starts_with(
            "GET /ax%2Fyb/-3/c%20d%3Fe%23f/1.5,2?q=s%2F1&q=s2&filter%5Ba%5D=n%20%26%20m&level=7 HTTP/1.1\r\n"
        ),
        "{seen}"
    );
    for header in ["x-shared: true\r\n", "x-list: 1,2\r\n", "cookie: session=%3D%3B; theme=a%20b; theme=c\r\n"] {
        assert!(seen.contains(header), "{seen}");
    }
    for (first, list, name) in [("", &[1.0][..], "first"), ("..", &[1.0], "first"), ("a", &[], "list")] {
        let nobody = Client::new("http://127.0.0.1:1").unwrap();
        let params = GetAllParams::default();
        let response = nobody.get_all(first, 1, list, &secrets, true, "", &params).await;
        assert!(
            matches!(response, Err(Error::InvalidArgument { name: refused, .. }) if refused == name),
            "{response:?}"
        );
    }
}

/// Names that are taken: what matters is that it compiles; this is that the wire has the names of the document.
#[tokio::test]
async fn names_that_are_taken() {
    use names::{Client, SettingsParams2, types};
    let body = json!({
        "option": "", "self": "", "Self": "", "type": "", "crate": "", "super": "", "_": "", "": "", "r#fn": "", "f": "",
        "additional_properties": "", "async": "", "gen": "", "more": 1
    });
    assert_eq!(there_and_back::<types::OptionSchema>(body.clone()), body);
    let server = Listener::respond(DONE).await;
    let params = SettingsParams2::default().default_("d").clone_("c").new("n").into_iter("i").self_("s");
    Client::new(server.base_url()).unwrap().settings(&params.clone()).await.unwrap();
    let seen = server.request();
    assert!(seen.starts_with("POST /settings?self=s&default=d&clone=c&new=n&into_iter=i HTTP/1.1\r\n"), "{seen}");
}

/// Texts of the document stay texts: that it compiles says most of it, `cargo doc` and the doc tests the rest.
#[test]
fn hostile_docs() {
    use hostile_docs::types::Hostile;
    assert!(hostile_docs::SPEC_TITLE.starts_with("*/ Hostile \"# \u{202E}"));
    assert_eq!(hostile_docs::ODD_EXTENSION, "a\"b\\\n*/");
    let value = json!({"*/": "a", "\"#": {"*/": "b"}, "a\nb": "c", "more": "d"});
    assert_eq!(there_and_back::<Hostile>(value.clone()), value);
}
