//! Responses: any JSON object.

use ory_oidc::{Error, ErrorKind, Operation, RegistrationHandle};
use proptest::collection::{btree_map, vec};
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use serde_json::{Map, Value, json};

use crate::for_all;
use crate::operations::good_body;

type Object = Map<String, Value>;

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i8>().prop_map(Value::from),
        // Also written with a fraction of zero.
        any::<i8>().prop_map(|number| Value::from(f64::from(number))),
        any::<f64>().prop_filter("JSON has no others", |number| number.is_finite()).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-z0-9 :/.-]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            btree_map(any::<String>(), inner.clone(), 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
            vec("[a-z_]{0,8}", 0..4).prop_map(|texts| json!(texts)),
            inner,
        ]
    })
}

/// The smallest valid response, with properties changed, added and removed.
fn object(operation: Operation, known: &'static [&'static str]) -> impl Strategy<Value = Object> {
    let good: Object = serde_json::from_str(good_body(operation)).unwrap();
    let name = prop_oneof![4 => select(known).prop_map(str::to_owned), 1 => any::<String>()];
    (btree_map(name, value(), 0..6), vec(select(known), 0..2)).prop_map(move |(changed, gone)| {
        let mut object = good.clone();
        for name in gone {
            object.remove(name);
        }
        object.extend(changed);
        object
    })
}

/// Whether two values are equal, apart from the spelling of numbers, and with a null property equal to an absent one.
fn same(sent: &Value, read: &Value) -> bool {
    match (sent, read) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            let null = &Value::Null;
            a.keys().chain(b.keys()).all(|name| same(a.get(name).unwrap_or(null), b.get(name).unwrap_or(null)))
        }
        _ => sent == read,
    }
}

/// Asserts that the error has the location: a property that was sent, or one that was not and is missing.
fn refused(sent: &Object, error: &Error) {
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::UnexpectedResponse, 200), "{error}");
    let text = error.to_string();
    let (_, place) = text.split_once("invalid response 200 OK: ").unwrap();
    let (name, problem) = place.strip_prefix('`').and_then(|place| place.split_once("` in it is ")).unwrap();
    if problem.starts_with("missing") && !name.contains(['.', '[']) {
        assert!(!sent.contains_key(name), "{name}");
    } else {
        assert!(sent.keys().any(|sent| name.starts_with(sent.as_str())), "{name}");
    }
    assert_eq!(serde_json::from_slice::<Object>(error.body()).unwrap(), *sent, "nothing is lost");
}

const CLAIMS: &[&str] = &[
    "sub",
    "iss",
    "aud",
    "name",
    "email",
    "email_verified",
    "phone_number_verified",
    "updated_at",
    "address",
    "birthdate",
    "locale",
    "picture",
    "iat",
    "auth_time",
    "acr",
    "amr",
];

#[test]
fn userinfo() {
    for_all(object(Operation::GetOidcUserInfo, CLAIMS), |world, sent| {
        world.will_respond(200, Value::Object(sent.clone()));
        let info = world.runtime.block_on(world.ory.userinfo("token").into_future());
        // The consent app may set any claims, so none is rejected.
        let claims = info.unwrap().claims().unwrap().clone().into_object();
        assert!(same(&Value::Object(sent), &Value::Object(claims.clone())), "read as {claims:?}");
    });
}

const CLIENT: &[&str] = &[
    "client_id",
    "client_secret",
    "client_name",
    "redirect_uris",
    "grant_types",
    "scope",
    "jwks",
    "metadata",
    "contacts",
    "created_at",
    "client_secret_expires_at",
    "skip_consent",
    "authorization_code_grant_access_token_lifespan",
    "registration_client_uri",
    "token_endpoint_auth_method",
    "userinfo_signed_response_alg",
];

#[test]
fn client() {
    for_all(object(Operation::GetOidcDynamicClient, CLIENT), |world, sent| {
        world.will_respond(200, Value::Object(sent.clone()));
        let handle = RegistrationHandle::new("the-client", "token");
        match world.runtime.block_on(world.ory.read_client(&handle).into_future()) {
            Ok(client) => {
                let read = serde_json::to_value(client.document()).unwrap();
                assert!(same(&Value::Object(sent), &read), "read as {read}");
            }
            Err(error) => refused(&sent, &error),
        }
    });
}

const DISCOVERY: &[&str] = &[
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "userinfo_endpoint",
    "end_session_endpoint",
    "response_types_supported",
    "claims_supported",
    "request_parameter_supported",
    "credentials_supported_draft_00",
    "subject_types_supported",
    "scopes_supported",
    "registration_endpoint",
    "frontchannel_logout_supported",
];

#[test]
fn discovery() {
    for_all(object(Operation::DiscoverOidcConfiguration, DISCOVERY), |world, sent| {
        world.will_respond(200, Value::Object(sent.clone()));
        match world.runtime.block_on(world.ory.discover().any_issuer().into_future()) {
            Ok(discovery) => {
                let read = serde_json::to_value(discovery.document()).unwrap();
                assert!(same(&Value::Object(sent), &read), "read as {read}");
            }
            Err(error) => refused(&sent, &error),
        }
    });
}
