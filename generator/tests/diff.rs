//! Comparisons: releases of upstream's document, and every kind of change in a small document, in both directions.
#![cfg(feature = "diff")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stderr)]

mod documents;

use std::collections::BTreeMap;

use openapi_smith::diff::{ApiImpact, Bump, Change, ChangeKind, Diff, DocumentSide, WireImpact, compare};
use openapi_smith::{Input, Settings};
use serde_json::{Value, json};

const KENNEL: &str = include_str!("diff/kennel.yaml");

/// A change: its kind, the last two segments of its pointer, and the impacts.
type Expected<'a> = (ChangeKind, &'a str, WireImpact, ApiImpact);

fn assert_changes(name: &str, diff: &Diff, expected: &[Expected<'_>]) {
    let wrong = mismatch(name, diff, expected);
    assert!(wrong.is_none(), "{}", wrong.unwrap_or_default());
}

/// The unexpected and the missing changes.
fn mismatch(name: &str, diff: &Diff, expected: &[Expected<'_>]) -> Option<String> {
    let mut found: Vec<String> = diff
        .changes
        .iter()
        .map(|change| {
            let pointer = change.new_pointer.as_deref().or(change.old_pointer.as_deref()).unwrap_or_default();
            let place = pointer.rsplit('/').take(2).collect::<Vec<_>>();
            let place = place.into_iter().rev().collect::<Vec<_>>().join("/");
            format!("{} {place}: wire {}, Rust {}", change.kind.as_str(), change.wire.as_str(), change.rust.as_str())
        })
        .collect();
    let mut expected: Vec<String> = expected
        .iter()
        .map(|(kind, place, wire, rust)| {
            format!("{} {place}: wire {}, Rust {}", kind.as_str(), wire.as_str(), rust.as_str())
        })
        .collect();
    found.sort();
    expected.sort();
    let reasons = |change: &Change| format!("    {}; {}; {}", change.what, change.wire_reason, change.rust_reason);
    let reasons: Vec<String> = diff.changes.iter().map(reasons).collect();
    (found != expected)
        .then(|| format!("{name}\n  found    {found:#?}\n  expected {expected:#?}\n{}\n", reasons.join("\n")))
}

/// The changes of one release of upstream: in our slice of the document, with the change undone by `undo`, and in the
/// complete documents, if available.
fn of_history(old: &str, new: &str, undo: impl Fn(&mut Value)) -> Vec<Diff> {
    let settings = Settings::new().tags(["oidc"]);
    let slice: Value = serde_yaml::from_str(include_str!("../../spec/upstream.yaml")).unwrap();
    let mut before = slice.clone();
    undo(&mut before);
    let mut diffs = vec![compare(&before.to_string(), &slice.to_string(), &settings).unwrap()];
    if let Some(folder) = test_support::shared("upstream") {
        let text = |name: &str| std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
        diffs.push(compare(&text(old), &text(new), &settings).unwrap());
    }
    diffs
}

/// Removes the values at these JSON pointers.
fn remove<const N: usize>(document: &mut Value, pointers: [&str; N]) {
    for pointer in pointers {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let name = name.replace("~1", "/");
        let removed = match document.pointer_mut(parent).unwrap() {
            Value::Object(members) => members.remove(&name),
            // A name in a list of names.
            Value::Array(names) => {
                let index = names.iter().position(|known| *known == *name).unwrap();
                Some(names.remove(index))
            }
            _ => None,
        };
        assert!(removed.is_some(), "{pointer}");
    }
}

#[test]
fn releases_with_additions() {
    let diffs = of_history("history/v1.1.43", "history/v1.1.44", |document| {
        remove(
            document,
            [
                "/paths/~1credentials",
                "/components/schemas/CreateVerifiableCredentialRequestBody",
                "/components/schemas/VerifiableCredentialProof",
                "/components/schemas/credentialSupportedDraft00",
                "/components/schemas/verifiableCredentialPrimingResponse",
                "/components/schemas/verifiableCredentialResponse",
                "/components/schemas/oidcConfiguration/properties/credentials_endpoint_draft_00",
                "/components/schemas/oidcConfiguration/properties/credentials_supported_draft_00",
            ],
        );
    });
    let schema = |name| (ChangeKind::SchemaAdded, name, WireImpact::None, ApiImpact::Additive);
    let member = |name| (ChangeKind::PropertyAdded, name, WireImpact::Additive, ApiImpact::Additive);
    for diff in diffs {
        assert_changes(
            "v1.1.44",
            &diff,
            &[
                (ChangeKind::OperationAdded, "~1credentials/post", WireImpact::Additive, ApiImpact::Additive),
                schema("schemas/CreateVerifiableCredentialRequestBody"),
                schema("schemas/VerifiableCredentialProof"),
                schema("schemas/credentialSupportedDraft00"),
                schema("schemas/verifiableCredentialPrimingResponse"),
                schema("schemas/verifiableCredentialResponse"),
                member("properties/credentials_endpoint_draft_00"),
                member("properties/credentials_supported_draft_00"),
            ],
        );
        assert_eq!(diff.bump(), Bump::Minor);
        assert_eq!(diff.bump().before_1_0(), Bump::Patch);
    }
}

#[test]
fn a_breaking_release() {
    let diffs = of_history("history/v1.20.12", "history/v1.20.13", |document| {
        remove(
            document,
            [
                "/components/schemas/oidcConfiguration/properties/device_authorization_endpoint",
                "/components/schemas/oidcConfiguration/required/device_authorization_endpoint",
                "/components/schemas/oAuth2Client/properties/device_authorization_grant_access_token_lifespan",
                "/components/schemas/oAuth2Client/properties/device_authorization_grant_id_token_lifespan",
                "/components/schemas/oAuth2Client/properties/device_authorization_grant_refresh_token_lifespan",
                "/components/schemas/jsonWebKey",
                "/components/schemas/jsonWebKeySet",
            ],
        );
        document["components"]["schemas"]["oAuth2Client"]["properties"]["jwks"] = json!({ "description": "Keys." });
        document["components"]["schemas"]["oAuth2Client"]["properties"]["access_token_strategy"]["description"] =
            json!("Another text.");
    });
    let member = |name| (ChangeKind::PropertyAdded, name, WireImpact::Additive, ApiImpact::Additive);
    for diff in diffs {
        assert_changes(
            "v1.20.13",
            &diff,
            &[
                // A new required property in a response: deployed clients ignore it, but the constructor takes it.
                (
                    ChangeKind::PropertyAdded,
                    "properties/device_authorization_endpoint",
                    WireImpact::Additive,
                    ApiImpact::Breaking,
                ),
                // Any value became a set of keys with required properties.
                (ChangeKind::TypeChanged, "properties/jwks", WireImpact::Breaking, ApiImpact::Breaking),
                (ChangeKind::SchemaAdded, "schemas/jsonWebKey", WireImpact::None, ApiImpact::Additive),
                (ChangeKind::SchemaAdded, "schemas/jsonWebKeySet", WireImpact::None, ApiImpact::Additive),
                member("properties/device_authorization_grant_access_token_lifespan"),
                member("properties/device_authorization_grant_id_token_lifespan"),
                member("properties/device_authorization_grant_refresh_token_lifespan"),
                // A typing error was corrected.
                (ChangeKind::TextChanged, "access_token_strategy/description", WireImpact::None, ApiImpact::DocsOnly),
            ],
        );
        assert_eq!((diff.bump(), diff.bump().before_1_0()), (Bump::Major, Bump::Minor));
        let jwks = diff.changes.iter().find(|change| change.kind == ChangeKind::TypeChanged).unwrap();
        let reached: Vec<&str> = jwks.operations.iter().map(String::as_str).collect();
        assert_eq!(reached, ["createOidcDynamicClient", "getOidcDynamicClient", "setOidcDynamicClient"]);
    }
}

#[test]
fn a_release_with_a_changed_limit() {
    let diffs = of_history("history/v1.22.57", "history/v1.22.58", |document| {
        document["components"]["schemas"]["NullDuration"]["pattern"] = json!("^[0-9]+(ns|us|ms|s|m|h)$");
    });
    // The documentation of each property with this pattern names it.
    let pattern =
        (ChangeKind::ConstraintChanged, "NullDuration/pattern", WireImpact::ConstraintOnly, ApiImpact::DocsOnly);
    for diff in diffs {
        assert_changes("v1.22.58", &diff, &[pattern]);
        assert_eq!(diff.bump(), Bump::Patch);
    }
}

#[test]
fn a_release_with_changed_texts() {
    let diffs = of_history("history/v1.22.63", "history/v1.22.64", |document| {
        document["components"]["schemas"]["oAuth2Client"]["properties"]["response_types"]["description"] =
            json!("Another text.");
    });
    let text = (ChangeKind::TextChanged, "response_types/description", WireImpact::None, ApiImpact::DocsOnly);
    for diff in diffs {
        assert_changes("v1.22.64", &diff, &[text]);
    }
}

#[test]
fn a_release_without_changes_in_the_slice() {
    // A change that no chosen operation reaches.
    let diffs = of_history("history/v1.22.64", "ory-client-v1.22.65", |document| {
        document["components"]["schemas"]["unreached"] = json!({ "type": "string" });
    });
    for diff in diffs {
        assert_changes("v1.22.65", &diff, &[]);
        assert_eq!((diff.wire(), diff.rust(), diff.bump()), (WireImpact::None, ApiImpact::None, Bump::None));
    }
}

/// A change of the document: the old text, the new text, and the changes found in both directions.
struct Way<'a> {
    name: &'a str,
    from: &'a str,
    to: &'a str,
    there: &'a [Expected<'a>],
    back: &'a [Expected<'a>],
}

const WAYS: &[Way<'_>] = &[
    Way {
        name: "member removed",
        from: "        mail: { type: string }\n",
        to: "",
        there: &[(ChangeKind::PropertyRemoved, "properties/mail", WireImpact::Breaking, ApiImpact::Breaking)],
        back: &[(ChangeKind::PropertyAdded, "properties/mail", WireImpact::Additive, ApiImpact::Additive)],
    },
    Way {
        name: "made required",
        from: "required: [name]",
        to: "required: [name, age]",
        there: &[(ChangeKind::Required, "properties/age", WireImpact::Breaking, ApiImpact::Breaking)],
        back: &[(ChangeKind::NotRequired, "properties/age", WireImpact::Breaking, ApiImpact::Breaking)],
    },
    Way {
        name: "made nullable",
        from: "name: { type: string,",
        to: "name: { type: string, nullable: true,",
        there: &[(ChangeKind::Nullable, "name/nullable", WireImpact::Breaking, ApiImpact::Breaking)],
        back: &[(ChangeKind::NotNullable, "name/nullable", WireImpact::Breaking, ApiImpact::Breaking)],
    },
    Way {
        name: "enum value added",
        from: "enum: [small, large]",
        to: "enum: [small, medium, large]",
        there: &[(ChangeKind::EnumValueAdded, "size/enum", WireImpact::Additive, ApiImpact::Additive)],
        back: &[(ChangeKind::EnumValueRemoved, "size/enum", WireImpact::Breaking, ApiImpact::Breaking)],
    },
    Way {
        name: "type changed",
        from: "age: { type: integer, format: int64 }",
        to: "age: { type: string }",
        there: &[(ChangeKind::TypeChanged, "properties/age", WireImpact::Breaking, ApiImpact::Breaking)],
        back: &[(ChangeKind::TypeChanged, "properties/age", WireImpact::Breaking, ApiImpact::Breaking)],
    },
    Way {
        name: "status added",
        from: "        '400':\n",
        to: "        '409': { description: There is one. }\n        '400':\n",
        // A second failure of another type makes the failure an enum.
        there: &[(ChangeKind::StatusAdded, "responses/409", WireImpact::Additive, ApiImpact::Breaking)],
        back: &[(ChangeKind::StatusRemoved, "responses/409", WireImpact::Additive, ApiImpact::Breaking)],
    },
    Way {
        name: "media type added",
        from: "        content:\n          application/json:\n            schema: { $ref: '#/components/schemas/Dog' }\n      responses",
        to: "        content:\n          text/plain: { schema: { type: string } }\n          application/json:\n            schema: { $ref: '#/components/schemas/Dog' }\n      responses",
        there: &[(ChangeKind::MediaTypeAdded, "content/text~1plain", WireImpact::Additive, ApiImpact::Breaking)],
        back: &[(ChangeKind::MediaTypeRemoved, "content/text~1plain", WireImpact::Breaking, ApiImpact::Breaking)],
    },
    Way {
        name: "security added",
        from: "      operationId: getDog\n",
        to: "      operationId: getDog\n      security: [{ token: [] }]\n",
        there: &[(ChangeKind::SecurityChanged, "get/security", WireImpact::Breaking, ApiImpact::Additive)],
        back: &[(ChangeKind::SecurityChanged, "/security", WireImpact::Additive, ApiImpact::Breaking)],
    },
    Way {
        name: "parameter moved",
        from: "{ name: trace, in: query,",
        to: "{ name: trace, in: header,",
        there: &[(ChangeKind::ParameterMoved, "parameters/1", WireImpact::Breaking, ApiImpact::None)],
        back: &[(ChangeKind::ParameterMoved, "parameters/1", WireImpact::Breaking, ApiImpact::None)],
    },
    Way {
        name: "default changed",
        from: "default: '0'",
        to: "default: '1'",
        there: &[(ChangeKind::DefaultChanged, "chip/default", WireImpact::ConstraintOnly, ApiImpact::DocsOnly)],
        back: &[(ChangeKind::DefaultChanged, "chip/default", WireImpact::ConstraintOnly, ApiImpact::DocsOnly)],
    },
    Way {
        name: "pattern changed",
        from: "'^[0-9]+$'",
        to: "'^[0-9a-f]+$'",
        there: &[(ChangeKind::ConstraintChanged, "chip/pattern", WireImpact::ConstraintOnly, ApiImpact::DocsOnly)],
        back: &[(ChangeKind::ConstraintChanged, "chip/pattern", WireImpact::ConstraintOnly, ApiImpact::DocsOnly)],
    },
    Way {
        name: "operation renamed",
        from: "operationId: listDogs",
        to: "operationId: findDogs",
        there: &[(ChangeKind::OperationRenamed, "get/operationId", WireImpact::None, ApiImpact::Breaking)],
        back: &[(ChangeKind::OperationRenamed, "get/operationId", WireImpact::None, ApiImpact::Breaking)],
    },
    Way {
        name: "path renamed",
        from: "  /dogs/{id}:\n",
        to: "  /kennel/{id}:\n",
        there: &[(ChangeKind::PathRenamed, "~1kennel~1{id}/get", WireImpact::Breaking, ApiImpact::DocsOnly)],
        back: &[(ChangeKind::PathRenamed, "~1dogs~1{id}/get", WireImpact::Breaking, ApiImpact::DocsOnly)],
    },
    Way {
        name: "tag changed",
        from: "      operationId: getDog\n      tags: [dogs]\n",
        to: "      operationId: getDog\n      tags: [dog]\n",
        there: &[(ChangeKind::TagsChanged, "get/tags", WireImpact::None, ApiImpact::None)],
        back: &[(ChangeKind::TagsChanged, "get/tags", WireImpact::None, ApiImpact::None)],
    },
    Way {
        name: "schema renamed",
        from: "Owner",
        to: "Keeper",
        there: &[(ChangeKind::SchemaRenamed, "schemas/Keeper", WireImpact::None, ApiImpact::Breaking)],
        back: &[(ChangeKind::SchemaRenamed, "schemas/Owner", WireImpact::None, ApiImpact::Breaking)],
    },
    Way {
        name: "inline to component",
        from: "\
        home:
          type: object
          properties:
            street: { type: string }
",
        to: "\
        home: { $ref: '#/components/schemas/Home' }
    Home:
      type: object
      properties:
        street: { type: string }
",
        there: &[(ChangeKind::SchemaMoved, "schemas/Home", WireImpact::None, ApiImpact::Breaking)],
        back: &[(ChangeKind::SchemaMoved, "properties/home", WireImpact::None, ApiImpact::Breaking)],
    },
    Way {
        name: "allOf flattened",
        from: "\
    Refusal:
      allOf:
        - { $ref: '#/components/schemas/Reason' }
        - type: object
          properties:
            hint: { type: string }
",
        to: "\
    Refusal:
      type: object
      properties:
        code: { type: string }
        hint: { type: string }
",
        there: &[],
        back: &[],
    },
    Way {
        name: "description changed",
        from: "What it is called.",
        to: "Its spoken name.",
        there: &[(ChangeKind::TextChanged, "name/description", WireImpact::None, ApiImpact::DocsOnly)],
        back: &[(ChangeKind::TextChanged, "name/description", WireImpact::None, ApiImpact::DocsOnly)],
    },
    Way {
        name: "example changed",
        from: "example: '123'",
        to: "example: '456'",
        there: &[(ChangeKind::ExampleChanged, "chip/example", WireImpact::None, ApiImpact::None)],
        back: &[(ChangeKind::ExampleChanged, "chip/example", WireImpact::None, ApiImpact::None)],
    },
    Way {
        name: "vendor extension changed",
        from: "x-bucket: low",
        to: "x-bucket: high",
        there: &[(ChangeKind::ExtensionChanged, "get/x-bucket", WireImpact::None, ApiImpact::None)],
        back: &[(ChangeKind::ExtensionChanged, "get/x-bucket", WireImpact::None, ApiImpact::None)],
    },
    // An entry beyond the first twenty.
    Way {
        name: "default of a parameter, which is not told in the documentation",
        from: "default: 10",
        to: "default: 20",
        there: &[(ChangeKind::DefaultChanged, "schema/default", WireImpact::ConstraintOnly, ApiImpact::None)],
        back: &[(ChangeKind::DefaultChanged, "schema/default", WireImpact::ConstraintOnly, ApiImpact::None)],
    },
    Way {
        name: "members reordered",
        from: "        phone: { type: string }\n        mail: { type: string }\n",
        to: "        mail: { type: string }\n        phone: { type: string }\n",
        there: &[],
        back: &[],
    },
    Way {
        name: "an optional member that may be null",
        from: "phone: { type: string }",
        to: "phone: { type: string, nullable: true }",
        // Clients decode null as absent. The server rejects null from clients that send it.
        there: &[(ChangeKind::Nullable, "phone/nullable", WireImpact::Additive, ApiImpact::Breaking)],
        back: &[(ChangeKind::NotNullable, "phone/nullable", WireImpact::Breaking, ApiImpact::Breaking)],
    },
    Way {
        name: "read-only",
        from: "age: { type: integer,",
        to: "age: { readOnly: true, type: integer,",
        there: &[(ChangeKind::ReadOnly, "age/readOnly", WireImpact::Breaking, ApiImpact::Breaking)],
        back: &[(ChangeKind::ReadOnly, "properties/age", WireImpact::Additive, ApiImpact::Breaking)],
    },
    Way {
        name: "a parameter of any kind",
        from: "{ name: trace, in: query, schema: { type: string } }",
        to: "{ name: trace, in: query }",
        there: &[(ChangeKind::TypeChanged, "1/schema", WireImpact::Additive, ApiImpact::Breaking)],
        back: &[(ChangeKind::TypeChanged, "1/schema", WireImpact::Breaking, ApiImpact::Breaking)],
    },
    Way {
        name: "the description of a failure",
        from: "Not a dog.",
        to: "This is no dog.",
        there: &[(ChangeKind::TextChanged, "400/description", WireImpact::None, ApiImpact::DocsOnly)],
        back: &[(ChangeKind::TextChanged, "400/description", WireImpact::None, ApiImpact::DocsOnly)],
    },
    Way {
        name: "a renamed parameter of a path",
        from: "  /dogs/{id}:\n    get:\n      operationId: getDog\n      tags: [dogs]\n      x-bucket: low\n      parameters:\n        - { name: id,",
        to: "  /dogs/{name}:\n    get:\n      operationId: getDog\n      tags: [dogs]\n      x-bucket: low\n      parameters:\n        - { name: name,",
        there: &[(ChangeKind::ParameterRenamed, "parameters/0", WireImpact::None, ApiImpact::Breaking)],
        back: &[(ChangeKind::ParameterRenamed, "parameters/0", WireImpact::None, ApiImpact::Breaking)],
    },
];

#[test]
fn every_kind_of_change_in_both_directions() {
    go(KENNEL, WAYS);
}

/// Unions, formats and additional properties.
#[test]
fn every_change_of_a_union() {
    go(VEHICLES, WAYS_OF_VEHICLES);
}

fn go(document: &str, ways: &[Way<'_>]) {
    let mut wrong = Vec::new();
    for Way { name, from, to, there, back } in ways {
        assert!(document.contains(from), "{name}: nothing to change");
        let changed = document.replace(from, to);
        let settings = Settings::new();
        wrong.extend(mismatch(name, &compare(document, &changed, &settings).unwrap(), there));
        wrong.extend(mismatch(&format!("{name}, back"), &compare(&changed, document, &settings).unwrap(), back));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A value that the server sends has the direction of a response, also in the request of a webhook.
#[test]
fn every_change_of_a_webhook() {
    go(include_str!("diff/deliveries.yaml"), WAYS_OF_WEBHOOKS);
}

const WAYS_OF_WEBHOOKS: &[Way<'_>] = &[
    Way {
        name: "a property that we receive is no longer required",
        from: "required: [id, weight]",
        to: "required: [id]",
        there: &[(ChangeKind::NotRequired, "properties/weight", WireImpact::Breaking, ApiImpact::Breaking)],
        back: &[(ChangeKind::Required, "properties/weight", WireImpact::Additive, ApiImpact::Breaking)],
    },
    Way {
        name: "a property that we send becomes required",
        from: "Receipt: { type: object,",
        to: "Receipt: { type: object, required: [shelf],",
        there: &[(ChangeKind::Required, "properties/shelf", WireImpact::Breaking, ApiImpact::Breaking)],
        back: &[(ChangeKind::NotRequired, "properties/shelf", WireImpact::Additive, ApiImpact::Breaking)],
    },
    Way {
        name: "a property of another type",
        from: "weight: { type: number }",
        to: "weight: { type: string }",
        there: &[(ChangeKind::TypeChanged, "properties/weight", WireImpact::Breaking, ApiImpact::Breaking)],
        back: &[(ChangeKind::TypeChanged, "properties/weight", WireImpact::Breaking, ApiImpact::Breaking)],
    },
    Way {
        name: "a property of a callback",
        from: "place: { type: string }",
        to: "place: { type: string }, hub: { type: string }",
        there: &[(ChangeKind::PropertyAdded, "properties/hub", WireImpact::Additive, ApiImpact::Additive)],
        back: &[(ChangeKind::PropertyRemoved, "properties/hub", WireImpact::Breaking, ApiImpact::Breaking)],
    },
    Way {
        name: "a webhook without a body",
        from: "  ping: { post: { responses: { \"204\": { description: Done. } } } }\n",
        to: "",
        there: &[(ChangeKind::WebhookRemoved, "ping/post", WireImpact::Breaking, ApiImpact::Breaking)],
        back: &[(ChangeKind::WebhookAdded, "ping/post", WireImpact::Additive, ApiImpact::Additive)],
    },
    Way {
        name: "another method",
        from: "ping: { post:",
        to: "ping: { put:",
        there: &[(ChangeKind::MethodChanged, "ping/put", WireImpact::Breaking, ApiImpact::DocsOnly)],
        back: &[(ChangeKind::MethodChanged, "ping/post", WireImpact::Breaking, ApiImpact::DocsOnly)],
    },
    Way {
        name: "another body",
        from: "application/json: { schema: { $ref: \"#/components/schemas/Parcel\" } }",
        to: "application/json: { schema: { $ref: \"#/components/schemas/Parcel\" } }, application/cbor: {}",
        there: &[(ChangeKind::MediaTypeAdded, "content/application~1cbor", WireImpact::Breaking, ApiImpact::None)],
        back: &[(ChangeKind::MediaTypeRemoved, "content/application~1cbor", WireImpact::Additive, ApiImpact::None)],
    },
    Way {
        name: "a body that may be missing",
        from: "        required: true\n",
        to: "",
        there: &[(ChangeKind::NotRequired, "post/requestBody", WireImpact::Breaking, ApiImpact::None)],
        back: &[(ChangeKind::Required, "requestBody/required", WireImpact::Additive, ApiImpact::None)],
    },
    Way {
        name: "a response that we may send",
        from: "        \"400\": { description: Refused. }\n",
        to: "",
        there: &[(ChangeKind::StatusRemoved, "responses/400", WireImpact::Breaking, ApiImpact::DocsOnly)],
        back: &[(ChangeKind::StatusAdded, "responses/400", WireImpact::Additive, ApiImpact::DocsOnly)],
    },
    Way {
        name: "a parameter",
        from: "parameters: [{ name: X-Signature, in: header, required: true,",
        to: "parameters: [{ name: X-Signature, in: header,",
        there: &[(ChangeKind::NotRequired, "parameters/0", WireImpact::Breaking, ApiImpact::None)],
        back: &[(ChangeKind::Required, "0/required", WireImpact::Additive, ApiImpact::None)],
    },
];

#[test]
fn changes_of_a_callback_belong_to_its_operation() {
    let old = include_str!("diff/deliveries.yaml");
    let diff = compare(old, &old.replace("place: { type", "spot: { type"), &Settings::new()).unwrap();
    let of: Vec<&String> = diff.changes.iter().flat_map(|change| &change.operations).collect();
    assert!(!of.is_empty() && of.iter().all(|operation| *operation == "sendParcel"), "{of:?}");
    let tags = Settings::new().tags(["parcels"]);
    let tagged = old.replace("operationId: sendParcel", "operationId: sendParcel\n      tags: [parcels]");
    let chosen = tagged.replace("ping: { post: {", "ping: { post: { tags: [parcels],");
    let diff = compare(&tagged, &chosen, &tags).unwrap();
    let change = diff.changes.iter().find(|change| change.kind == ChangeKind::WebhookAdded).unwrap();
    assert_eq!(change.wire, WireImpact::None, "{change:?}");
}

const VEHICLES: &str = include_str!("diff/vehicles.yaml");

const WAYS_OF_VEHICLES: &[Way<'_>] = &[
    Way {
        name: "a further alternative",
        from: "        - { $ref: '#/components/schemas/Cart' }\n",
        to: "        - { $ref: '#/components/schemas/Cart' }\n        - { type: object, required: [wings], properties: { wings: { type: integer } } }\n",
        // A deployed client keeps a value of no branch.
        there: &[(ChangeKind::BranchAdded, "oneOf/2", WireImpact::Additive, ApiImpact::Additive)],
        back: &[(ChangeKind::BranchRemoved, "oneOf/2", WireImpact::Breaking, ApiImpact::Breaking)],
    },
    Way {
        name: "what tells the branches apart is no longer required",
        from: "required: [sails]",
        to: "required: []",
        there: &[(ChangeKind::NotRequired, "properties/sails", WireImpact::Breaking, ApiImpact::Breaking)],
        back: &[(ChangeKind::Required, "properties/sails", WireImpact::Breaking, ApiImpact::Breaking)],
    },
    Way {
        name: "a wider number in a response",
        from: "format: int32",
        to: "format: int64",
        there: &[(ChangeKind::FormatChanged, "reason/format", WireImpact::Breaking, ApiImpact::Breaking)],
        back: &[(ChangeKind::FormatChanged, "reason/format", WireImpact::Additive, ApiImpact::Breaking)],
    },
    Way {
        name: "a format that is only told",
        from: "format: date-time",
        to: "format: date",
        there: &[(ChangeKind::FormatChanged, "since/format", WireImpact::ConstraintOnly, ApiImpact::DocsOnly)],
        back: &[(ChangeKind::FormatChanged, "since/format", WireImpact::ConstraintOnly, ApiImpact::DocsOnly)],
    },
    Way {
        name: "the type of members that are not declared",
        from: "additionalProperties: { type: string }",
        to: "additionalProperties: { type: integer }",
        there: &[(ChangeKind::TypeChanged, "others/additionalProperties", WireImpact::Breaking, ApiImpact::Breaking)],
        back: &[(ChangeKind::TypeChanged, "others/additionalProperties", WireImpact::Breaking, ApiImpact::Breaking)],
    },
    Way {
        name: "a status of its own that the default covered",
        from: "        default:\n",
        to: "        '404': { description: Never was. }\n        default:\n",
        there: &[(ChangeKind::StatusAdded, "responses/404", WireImpact::Additive, ApiImpact::Breaking)],
        back: &[(ChangeKind::StatusRemoved, "responses/404", WireImpact::Additive, ApiImpact::Breaking)],
    },
    Way {
        name: "another success",
        from: "'204': { description: It is kept. }",
        to: "'202': { description: It will be kept. }\n        '204': { description: It is kept. }",
        there: &[(ChangeKind::StatusAdded, "responses/202", WireImpact::Breaking, ApiImpact::DocsOnly)],
        back: &[(ChangeKind::StatusRemoved, "responses/202", WireImpact::Breaking, ApiImpact::DocsOnly)],
    },
];

/// A required property has a different impact in requests and in responses.
#[test]
fn the_direction_decides() {
    let with = KENNEL.replace("required: [name]", "required: [name, chip]");
    let refuses = |of: &str, diff: &Diff| {
        let change = diff.changes.first().unwrap();
        assert_eq!(change.kind.as_str(), of);
        (change.wire, change.wire_reason.clone())
    };
    let only = |operation: &str| Settings::new().operations([operation]);
    let (wire, _) = refuses("required", &compare(KENNEL, &with, &only("getDog")).unwrap());
    assert_eq!(wire, WireImpact::Additive, "only in responses");
    let (wire, reason) = refuses("required", &compare(KENNEL, &with, &only("addDog")).unwrap());
    assert_eq!(wire, WireImpact::Breaking, "sent, too");
    assert_eq!(
        reason,
        "in a request: a deployed client may leave it out; in a response: deployed clients do not need it"
    );
}

/// An operation that gets a flaw is left out. Nothing says that the settings no longer choose it.
#[test]
fn an_operation_with_a_flaw_is_not_deselected() {
    let flawed = KENNEL.replacen("$ref: '#/components/schemas/Dog'", "$ref: elsewhere.json", 1);
    assert_ne!(flawed, KENNEL);
    let there = compare(KENNEL, &flawed, &Settings::new()).unwrap();
    let change = there.changes.iter().find(|change| change.kind == ChangeKind::OperationFlawed).unwrap();
    assert_eq!((change.wire, change.rust), (WireImpact::Breaking, ApiImpact::Breaking));
    let reason = &change.wire_reason;
    assert!(reason.contains("`$ref: elsewhere.json` points to another document"), "{reason}");
    let back = compare(&flawed, KENNEL, &Settings::new()).unwrap();
    let change = back.changes.iter().find(|change| change.kind == ChangeKind::OperationMended).unwrap();
    assert_eq!((change.wire, change.rust), (WireImpact::None, ApiImpact::Additive));
}

/// If a tag is chosen, an operation that loses it is gone for users, although the server still has it.
#[test]
fn an_unselected_operation_is_not_removed() {
    let without = KENNEL.replace("operationId: getDog\n      tags: [dogs]", "operationId: getDog\n      tags: [dog]");
    let settings = Settings::new().tags(["dogs"]);
    let there = compare(KENNEL, &without, &settings).unwrap();
    assert_changes(
        "loses the tag",
        &there,
        &[(ChangeKind::OperationDeselected, "~1dogs~1{id}/get", WireImpact::None, ApiImpact::Breaking)],
    );
    let back = compare(&without, KENNEL, &settings).unwrap();
    assert_changes(
        "gets the tag",
        &back,
        &[(ChangeKind::OperationSelected, "~1dogs~1{id}/get", WireImpact::None, ApiImpact::Additive)],
    );
}

#[test]
fn the_refused_document_is_named() {
    let error = compare(KENNEL, "openapi: 2.0", &Settings::new()).unwrap_err();
    assert_eq!(error.side(), DocumentSide::New);
    assert!(error.to_string().starts_with("the new document is refused\n"), "{error}");
}

/// No document differs from itself.
#[test]
fn a_document_does_not_differ_from_itself() {
    const MOST_BYTES: usize = 60_000;
    let mut compared = 0;
    for path in documents::all() {
        let text = std::fs::read_to_string(&path).unwrap();
        if text.len() > MOST_BYTES {
            continue;
        }
        if let Ok(diff) = compare(&text, &text, &Settings::new()) {
            assert_changes(&path.display().to_string(), &diff, &[]);
            compared += 1;
        }
    }
    assert!(compared > 20, "only {compared} documents were compared");
}

/// Markup, scripts, control characters and text direction characters, in every text and name of a document.
#[test]
fn hostile_texts_are_inert() {
    const HOSTILE: &str = "</script><script>alert(1)</script><img src=x onerror=alert(1)>`|\\u001b[31m\\u202e\\u0000";
    let old = KENNEL
        .replace("A dog.", "A dog")
        .replace("What it is called.", &format!("\"{HOSTILE} old\""))
        .replace("title: Kennel", &format!("title: \"{HOSTILE}\""))
        .replace("        street: { type: string }", &format!("        \"{HOSTILE}\": {{ type: string }}"))
        .replace("enum: [small, large]", &format!("enum: [small, \"{HOSTILE}\"]"));
    let new = old
        .replace(&format!("{HOSTILE} old"), &format!("{HOSTILE} new"))
        .replace(&format!("        \"{HOSTILE}\": {{ type: string }}"), "        street: { type: string }")
        .replace(&format!(", \"{HOSTILE}\"]"), "]");
    let diff = compare(&old, &new, &Settings::new()).unwrap();
    assert_eq!(diff.changes.len(), 4, "{:#?}", diff.changes);
    let is_obeyed = |c: char| (c.is_control() && c != '\n' && c != '\t') || c == '\u{202e}';

    let page = diff.to_html();
    assert_eq!(page.matches("<script").count(), 1, "only our own script");
    assert_eq!(page.matches("</script").count(), 1);
    assert!(!page.contains("<img"));
    assert!(page.contains("&lt;img"), "the text is shown");
    assert!(!page.contains(is_obeyed), "control characters");
    for from_elsewhere in ["src=\"", "url(", "@import", "http://", "https://", " on"] {
        let ours = page.replace("&lt;img src=x onerror=alert(1)&gt;", "");
        let attributes = ours.split('<').filter(|tag| !tag.starts_with(['/', '!'])).map(|tag| tag.split('>').next());
        let found: Vec<_> = attributes.flatten().filter(|tag| tag.contains(from_elsewhere)).collect();
        assert!(found.is_empty(), "{from_elsewhere}: {found:?}");
    }

    let markdown = diff.to_markdown();
    assert!(!markdown.contains(is_obeyed), "control characters");
    // Outside of code, markup is escaped.
    let outside: String = markdown.lines().filter(|line| !line.starts_with("    ")).map(without_code).collect();
    assert!(!outside.replace("\\<", "").contains('<'), "{outside}");

    let text = diff.to_terminal();
    assert!(!text.contains("\u{1b}[31m\u{202e}") && !text.contains('\u{202e}'));
    assert!(text.contains("\\u{202e}"));
}

fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect()
}

/// A document with these parts of one operation, and these components.
fn small(operation: &str, components: &str) -> String {
    format!(
        "openapi: 3.1.0\ninfo: {{ title: Small, version: '1' }}\nservers: [{{ url: https://one.example }}]\n\
         paths:\n  /x:\n    post:\n      operationId: sendX\n{operation}\ncomponents:\n{components}\n"
    )
}

fn compared(old: &str, new: &str) -> Diff {
    let diff = compare(old, new, &Settings::new()).unwrap();
    for change in &diff.changes {
        let is_text = matches!(change.kind, ChangeKind::TextChanged | ChangeKind::ExampleChanged);
        assert!(!is_text || change.rust <= ApiImpact::DocsOnly, "{change:#?}");
        assert!(change.operations.iter().eq(change.directions_of.keys()), "{change:#?}");
    }
    diff
}

/// The kinds on the wire, each with its impact there.
fn on_the_wire(diff: &Diff) -> Vec<(&'static str, WireImpact)> {
    let is_real = |change: &&Change| change.wire > WireImpact::None;
    let mut found: Vec<_> =
        diff.changes.iter().filter(is_real).map(|change| (change.kind.as_str(), change.wire)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

const ITEM: &str = "  schemas:\n    Item: { type: object, required: [id], properties: { id: { type: string }, size: { type: string } } }";

/// A union of a component and `null`: the comparison continues in the component.
#[test]
fn a_component_that_becomes_nullable_is_still_compared() {
    let larger = ITEM.replace("required: [id]", "required: [id, size]");
    let plain = "{ $ref: '#/components/schemas/Item' }";
    for nullable in [
        "{ anyOf: [{ $ref: '#/components/schemas/Item' }, { type: 'null' }] }",
        "{ oneOf: [{ type: 'null' }, { $ref: '#/components/schemas/Item' }] }",
    ] {
        for place in [
            "      requestBody: { content: { application/json: { schema: SCHEMA } } }\n      responses: { '204': { description: ok } }",
            "      requestBody: { content: { application/json: { schema: { type: object, properties: { item: SCHEMA } } } } }\n      responses: { '204': { description: ok } }",
            "      requestBody: { content: { application/json: { schema: { type: array, items: SCHEMA } } } }\n      responses: { '204': { description: ok } }",
        ] {
            let old = small(&place.replace("SCHEMA", plain), ITEM);
            let wider = small(&place.replace("SCHEMA", nullable), ITEM);
            let both = small(&place.replace("SCHEMA", nullable), &larger);
            let there = compared(&old, &both);
            let expected = [("nullable", WireImpact::Additive), ("required", WireImpact::Breaking)];
            assert_eq!(on_the_wire(&there), expected, "{place}\n{:#?}", there.changes);
            let nullable = there.changes.iter().find(|change| change.kind == ChangeKind::Nullable).unwrap();
            assert!(nullable.what.contains("of `sendX`"), "names the value, not the component: {}", nullable.what);
            let required = there.changes.iter().find(|change| change.kind == ChangeKind::Required).unwrap();
            assert_eq!(required.new_pointer.as_deref(), Some("/components/schemas/Item/properties/size"));
            assert_eq!(required.directions_of.get("sendX").unwrap().len(), 1);
            let back = compared(&both, &old);
            let expected = [("not-nullable", WireImpact::Breaking), ("not-required", WireImpact::Additive)];
            assert_eq!(on_the_wire(&back), expected, "{place}\n{:#?}", back.changes);
            assert_eq!(on_the_wire(&compared(&old, &wider)), [("nullable", WireImpact::Additive)]);
            assert_eq!(on_the_wire(&compared(&wider, &old)), [("not-nullable", WireImpact::Breaking)]);
        }
    }
}

/// A new component that only makes another one nullable.
#[test]
fn a_component_that_wraps_another_is_still_compared() {
    let operation = "      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/NAME' } } } }\n      responses: { '204': { description: ok } }";
    let larger = ITEM.replace("required: [id]", "required: [id, size]");
    let wrapper = "\n    Maybe: { anyOf: [{ $ref: '#/components/schemas/Item' }, { type: 'null' }] }";
    let old = small(&operation.replace("NAME", "Item"), ITEM);
    let new = small(&operation.replace("NAME", "Maybe"), &format!("{larger}{wrapper}"));
    let expected = [("nullable", WireImpact::Additive), ("required", WireImpact::Breaking)];
    assert_eq!(on_the_wire(&compared(&old, &new)), expected, "{:#?}", compared(&old, &new).changes);
}

/// One schema that becomes a branch beside another schema.
#[test]
fn a_component_that_becomes_a_branch_is_still_compared() {
    let operation = "      requestBody: { content: { application/json: { schema: SCHEMA } } }\n      responses: { '204': { description: ok } }";
    let more = "\n    Other: { type: object, required: [other], properties: { other: { type: string } } }";
    let union = "{ oneOf: [{ $ref: '#/components/schemas/Item' }, { $ref: '#/components/schemas/Other' }] }";
    let old = small(&operation.replace("SCHEMA", "{ $ref: '#/components/schemas/Item' }"), &format!("{ITEM}{more}"));
    let larger = format!("{}{more}", ITEM.replace("required: [id]", "required: [id, size]"));
    let new = small(&operation.replace("SCHEMA", union), &larger);
    let expected = [("required", WireImpact::Breaking), ("type-changed", WireImpact::Additive)];
    assert_eq!(on_the_wire(&compared(&old, &new)), expected);
}

/// A union of single values is an enumeration.
#[test]
fn single_values_are_an_enumeration() {
    let of = |schema: &str| {
        small(
            &format!(
                "      responses: {{ '200': {{ description: ok, content: {{ application/json: {{ schema: {{ type: object, properties: {{ state: {schema} }} }} }} }} }} }}"
            ),
            "  schemas: {}",
        )
    };
    let two = of("{ oneOf: [{ type: string, enum: [on] }, { type: string, enum: [off] }] }");
    let three = of("{ oneOf: [{ type: string, enum: [on] }, { const: dim }, { type: string, enum: [off] }] }");
    let plain = of("{ type: string, enum: [off, on] }");
    assert_eq!(on_the_wire(&compared(&two, &three)), [("enum-value-added", WireImpact::Additive)]);
    assert_eq!(compared(&two, &three).rust(), ApiImpact::Additive);
    assert_eq!(on_the_wire(&compared(&three, &two)), [("enum-value-removed", WireImpact::Additive)]);
    for (old, new) in [(&two, &plain), (&plain, &two)] {
        assert!(compared(old, new).changes.is_empty(), "{:#?}", compared(old, new).changes);
    }
}

#[test]
fn a_default_charset_changes_nothing() {
    let of = |media: &str| {
        small(
            &format!(
                "      requestBody: {{ content: {{ '{media}': {{ schema: {{ type: object }} }} }} }}\n      responses: {{ '200': {{ description: ok, content: {{ '{media}': {{ schema: {{ type: object }} }} }} }} }}"
            ),
            "  schemas: {}",
        )
    };
    let plain = of("application/json");
    for same in ["application/json; charset=utf-8", "application/json;charset=\"UTF-8\"", "Application/JSON"] {
        let diff = compared(&plain, &of(same));
        assert!(diff.changes.iter().all(|change| change.wire == WireImpact::None), "{same}: {:#?}", diff.changes);
    }
    let versioned = compared(&plain, &of("application/json; version=2"));
    assert_eq!(versioned.wire(), WireImpact::Breaking);
}

#[test]
fn response_headers_are_compared() {
    let of = |headers: &str| {
        small(
            &format!("      responses: {{ '200': {{ description: ok, headers: {headers} }} }}"),
            "  headers:\n    Left: { schema: { type: integer } }",
        )
    };
    let old = of("{ X-Left: { required: true, schema: { type: integer } } }");
    for (headers, there, back) in [
        (
            "{ X-Left: { required: true, schema: { type: string } } }",
            ("type-changed", WireImpact::Breaking),
            ("type-changed", WireImpact::Breaking),
        ),
        (
            "{ X-Left: { schema: { type: integer } } }",
            ("not-required", WireImpact::Breaking),
            ("required", WireImpact::Additive),
        ),
        (
            "{ X-Left: { $ref: '#/components/headers/Left' } }",
            ("not-required", WireImpact::Breaking),
            ("required", WireImpact::Additive),
        ),
        ("{}", ("header-removed", WireImpact::Breaking), ("header-added", WireImpact::Additive)),
    ] {
        assert_eq!(on_the_wire(&compared(&old, &of(headers))), [there], "{headers}");
        assert_eq!(on_the_wire(&compared(&of(headers), &old)), [back], "{headers}");
    }
    let diff = compared(&old, &of("{ X-Left: { required: true, schema: { type: string } } }"));
    let change = diff.changes.first().unwrap();
    assert_eq!((diff.changes.len(), change.rust), (1, ApiImpact::Breaking), "{:#?}", diff.changes);
}

/// A component that several operations refer to anew is a change of each operation.
#[test]
fn each_change_is_at_its_own_site() {
    let with = |first: &str, second: &str| {
        KENNEL
            .replace("        '200':\n          description: The dogs.", &format!("{first}        '200':\n          description: The dogs."))
            .replace("        '200':\n          description: The dog.", &format!("{second}        '200':\n          description: The dog."))
            .replace("components:\n", "components:\n  responses:\n    Lost: { description: Lost., content: { application/json: { schema: { $ref: '#/components/schemas/Reason' } } } }\n")
    };
    let lost = |status: &str| format!("        '{status}': {{ $ref: '#/components/responses/Lost' }}\n");
    let old = with("", "");
    let new = with(&lost("404"), &lost("409"));
    let diff = compared(&old, &new);
    let found: Vec<(&str, &str, Vec<&str>)> = diff
        .changes
        .iter()
        .filter(|change| change.kind == ChangeKind::StatusAdded)
        .map(|change| {
            let operations = change.operations.iter().map(String::as_str).collect();
            (change.what.as_str(), change.new_pointer.as_deref().unwrap(), operations)
        })
        .collect();
    assert_eq!(
        found,
        [
            ("the response 409 of `getDog` added", "/paths/~1dogs~1{id}/get/responses/409", vec!["getDog"]),
            ("the response 404 of `listDogs` added", "/paths/~1dogs/get/responses/404", vec!["listDogs"]),
        ]
        .into_iter()
        .rev()
        .collect::<Vec<_>>()
    );
    // A change inside the component is one change, of both operations.
    let diff = compared(&new, &new.replace("description: Lost.", "description: Gone."));
    let [change] = diff.changes.as_slice() else { panic!("{:#?}", diff.changes) };
    assert_eq!(change.what, "the `description` of the shared response `Lost` changed");
    assert_eq!(change.operations.iter().map(String::as_str).collect::<Vec<_>>(), ["getDog", "listDogs"]);
}

/// The URL of the first server is a constant, which programs complete and call.
#[test]
fn servers_belong_to_both_sides() {
    let of = |servers: &str| KENNEL.replace("security: []", &format!("security: []\nservers: {servers}"));
    let verdicts = |old: &str, new: &str| {
        let diff = compared(&of(old), &of(new));
        let [change] = diff.changes.as_slice() else { panic!("{old} {new} {:#?}", diff.changes) };
        assert_eq!(change.kind, ChangeKind::ServersChanged);
        (change.wire, change.rust)
    };
    let one = "[{ url: https://one.example }]";
    let two = "[{ url: https://one.example }, { url: https://two.example }]";
    let (breaking, none) = ((WireImpact::Breaking, ApiImpact::Breaking), WireImpact::None);
    assert_eq!(verdicts(one, "[{ url: https://other.example }]"), breaking);
    assert_eq!(verdicts(one, two), (WireImpact::Additive, ApiImpact::None));
    assert_eq!(verdicts(two, one), (WireImpact::Breaking, ApiImpact::None));
    // A renamed variable: the URLs are the same, but a program that completes the constant has the old name.
    let named = |name: &str, default: &str| {
        format!("[{{ url: 'https://{{{name}}}.example/', variables: {{ {name}: {{ default: {default} }} }} }}]")
    };
    assert_eq!(verdicts(&named("project", "demo"), &named("project_slug", "demo")), (none, ApiImpact::Breaking));
    assert_eq!(verdicts(&named("project", "demo"), &named("project", "other")), (none, ApiImpact::DocsOnly));
    assert_eq!(verdicts("[{ url: https://demo.example }]", &named("project", "demo")).0, WireImpact::Additive);
    // The server of one operation, also from its path item.
    let own = |of: &str, url: &str| {
        let line = format!("servers: [{{ url: '{url}' }}]");
        match of {
            "operation" => {
                KENNEL.replace("      operationId: getDog\n", &format!("      operationId: getDog\n      {line}\n"))
            }
            _ => KENNEL.replace("  /dogs/{id}:\n", &format!("  /dogs/{{id}}:\n    {line}\n")),
        }
    };
    for holder in ["operation", "path item"] {
        let diff = compared(&own(holder, "https://a.example"), &own(holder, "https://b.example"));
        let [change] = diff.changes.as_slice() else { panic!("{:#?}", diff.changes) };
        assert_eq!((change.wire, change.rust), breaking, "{holder}");
        assert_eq!(change.operations.iter().map(String::as_str).collect::<Vec<_>>(), ["getDog"]);
    }
}

/// The server sends the body of a webhook or a callback, so a deployed client decodes it like a response.
#[test]
fn the_bodies_of_webhooks_are_compared_like_responses() {
    let item = |schema: &str| {
        format!(
            "{{ post: {{ requestBody: {{ content: {{ application/json: {{ schema: {schema} }} }} }}, responses: {{ '204': {{ description: ok }} }} }} }}"
        )
    };
    let hook = |schema: &str| {
        let text = small("      responses: { '204': { description: ok } }", "  schemas: {}");
        format!("{text}webhooks: {{ ping: {} }}\n", item(schema))
    };
    let callback = |schema: &str| {
        let callbacks = format!("      callbacks: {{ done: {{ '{{$request.query.url}}': {} }} }}\n", item(schema));
        small(&format!("{callbacks}      responses: {{ '204': {{ description: ok }} }}"), "  schemas: {}")
    };
    let of = |a: &str| format!("{{ type: object, required: [a], properties: {{ a: {a} }} }}");
    for (from, to, there, back) in [
        ("{ type: integer }", "{ type: number }", WireImpact::Breaking, WireImpact::Additive),
        ("{ enum: [x] }", "{ enum: [x, y] }", WireImpact::Additive, WireImpact::Additive),
        ("{ type: string }", "{ type: string, maxLength: 5 }", WireImpact::ConstraintOnly, WireImpact::ConstraintOnly),
    ] {
        for document in [&hook as &dyn Fn(&str) -> String, &callback] {
            let (old, new) = (document(&of(from)), document(&of(to)));
            assert_eq!(compared(&old, &new).wire(), there, "{new}");
            assert_eq!(compared(&new, &old).wire(), back, "{new}");
        }
    }
    let without = small("      responses: { '204': { description: ok } }", "  schemas: {}");
    let diff = compared(&without, &hook("{ type: string }"));
    assert_eq!(on_the_wire(&diff), [("webhook-added", WireImpact::Additive)]);
    assert_eq!(diff.changes.len(), 1, "{:#?}", diff.changes);
    let back = compared(&hook("{ type: string }"), &without);
    assert_eq!(on_the_wire(&back), [("webhook-removed", WireImpact::Breaking)]);
}

/// A value of the discriminator that names another branch, or none.
#[test]
fn the_values_of_a_discriminator_are_compared() {
    let of = |place: &str, mapping: &str| {
        let body = "content: { application/json: { schema: { $ref: '#/components/schemas/U' } } }";
        let operation = match place {
            "request" => {
                format!("      requestBody: {{ {body} }}\n      responses: {{ '204': {{ description: ok }} }}")
            }
            _ => format!("      responses: {{ '200': {{ description: ok, {body} }} }}"),
        };
        let branch = |name: &str| {
            format!(
                "    {name}: {{ type: object, required: [k], properties: {{ k: {{ type: string }}, {name}: {{ type: string }} }} }}\n"
            )
        };
        let union = format!(
            "    U: {{ oneOf: [{{ $ref: '#/components/schemas/A' }}, {{ $ref: '#/components/schemas/B' }}], discriminator: {{ propertyName: k, mapping: {{ {mapping} }} }} }}"
        );
        small(&operation, &format!("  schemas:\n{}{}{union}", branch("A"), branch("B")))
    };
    let [a, b] = ["A", "B"].map(|name| format!("'#/components/schemas/{name}'"));
    let old = format!("a: {a}, b: {b}");
    for (new, request, response) in [
        (format!("a: {b}, b: {a}"), WireImpact::Breaking, WireImpact::Breaking),
        (format!("a: {a}, bee: {b}"), WireImpact::Breaking, WireImpact::Additive),
        (format!("a: {a}, b: {b}, bee: {b}"), WireImpact::Additive, WireImpact::Additive),
    ] {
        for (place, expected) in [("request", request), ("response", response)] {
            let diff = compared(&of(place, &old), &of(place, &new));
            assert_eq!(on_the_wire(&diff), [("discriminator-changed", expected)], "{place} {new}");
        }
    }
    let same = format!("a: {a}, b: B");
    assert_eq!(compared(&of("request", &old), &of("request", &same)).wire(), WireImpact::None);
}

/// The elements of a tuple have types, and an array of another length is not valid.
#[test]
fn the_elements_of_a_tuple_are_compared() {
    let of = |elements: &str, length: usize| {
        let schema = format!("{{ type: array, prefixItems: [{elements}], items: false, minItems: {length} }}");
        small(
            &format!(
                "      requestBody: {{ content: {{ application/json: {{ schema: {schema} }} }} }}\n      responses: {{ '204': {{ description: ok }} }}"
            ),
            "  schemas: {}",
        )
    };
    let pair = of("{ type: string }, { type: integer }", 2);
    let other = compared(&pair, &of("{ type: string }, { type: number }", 2));
    assert_eq!(on_the_wire(&other), [("type-changed", WireImpact::Additive)]);
    assert_eq!(
        other.changes.first().unwrap().what,
        "element 2 of the body of `sendX` changed from an integer to a number"
    );
    let longer = compared(&pair, &of("{ type: string }, { type: integer }, { type: integer }", 3));
    assert!(on_the_wire(&longer).contains(&("type-changed", WireImpact::Breaking)), "{:#?}", longer.changes);
}

/// Limits, in both directions: past the range of the old type, and beside a condition.
#[test]
fn limits_are_compared() {
    let of = |schema: &str| {
        small(
            &format!(
                "      responses: {{ '200': {{ description: ok, content: {{ application/json: {{ schema: {{ type: object, properties: {{ a: {{ type: string }}, n: {{ type: integer, {schema} }} }} }} }} }} }} }}"
            ),
            "  schemas: {}",
        )
    };
    let (narrow, wide) = (of("minimum: 0, maximum: 5"), of("minimum: 0, maximum: 18446744073709551615"));
    assert_eq!(on_the_wire(&compared(&narrow, &wide)), [("constraint-changed", WireImpact::Breaking)]);
    assert_eq!(on_the_wire(&compared(&wide, &narrow)), [("constraint-changed", WireImpact::ConstraintOnly)]);
    let plain = of("minimum: 0").replace("n: { type: integer, minimum: 0 }", "n: { type: integer }");
    for (keyword, kind) in [
        ("dependentRequired: { a: [n] }", "constraint-changed"),
        ("if: { required: [a] }, then: { properties: { b: { type: string } } }", "type-changed"),
        ("patternProperties: { '^x': { type: string } }", "additional-properties"),
    ] {
        let changed = plain.replace("schema: { type: object,", &format!("schema: {{ type: object, {keyword},"));
        for diff in [compared(&plain, &changed), compared(&changed, &plain)] {
            assert_eq!(diff.changes.len(), 1, "{keyword} {:#?}", diff.changes);
            let change = diff.changes.first().unwrap();
            assert_eq!(change.kind.as_str(), kind);
            assert!(change.wire < WireImpact::Breaking && change.wire > WireImpact::None, "{change:#?}");
        }
    }
}

#[test]
fn the_case_of_a_header_is_no_difference_on_the_wire() {
    let of = |name: &str| {
        small(
            &format!(
                "      parameters: [{{ name: {name}, in: header, schema: {{ type: string }} }}]\n      responses: {{ '204': {{ description: ok }} }}"
            ),
            "  schemas: {}",
        )
    };
    let diff = compared(&of("X-Trace"), &of("x-trace"));
    assert_eq!((diff.wire(), diff.rust()), (WireImpact::None, ApiImpact::DocsOnly), "{:#?}", diff.changes);
}

/// Enum values in another order have the same names; parameters whose names move are a breaking change.
#[test]
fn names_that_move_are_breaking() {
    let of = |parameters: &str| {
        small(
            &format!("      parameters: [{parameters}]\n      responses: {{ '204': {{ description: ok }} }}"),
            "  schemas: {}",
        )
    };
    let sorted =
        |values: &str| of(&format!("{{ name: sort, in: query, schema: {{ type: string, enum: [{values}] }} }}"));
    let diff = compared(&sorted("name, '-name', na_me, na-me"), &sorted("na-me, '-name', na_me, name"));
    assert!(diff.changes.is_empty(), "{:#?}", diff.changes);
    let (query, header) =
        ("{ name: v, in: query, schema: { type: string } }", "{ name: v, in: header, schema: { type: string } }");
    let required = |text: &str| text.replace("in:", "required: true, in:");
    let (two, swapped) = (format!("{query}, {header}"), format!("{header}, {query}"));
    for (old, new) in [(two.clone(), swapped.clone()), (required(&two), required(&swapped))] {
        let diff = compared(&of(&old), &of(&new));
        assert_eq!((diff.wire(), diff.rust()), (WireImpact::None, ApiImpact::Breaking), "{old}");
        assert!(diff.changes.iter().all(|change| change.operations.contains("sendX")), "{:#?}", diff.changes);
    }
    // Two arguments of one type in another order: code compiles and sends each value as the other parameter.
    let other = required(&format!("{}, {query}", query.replace("name: v", "name: w")));
    let others = required(&format!("{query}, {}", query.replace("name: v", "name: w")));
    assert_eq!(compared(&of(&other), &of(&others)).rust(), ApiImpact::Breaking);
    // Optional parameters are set by name.
    let (one, another) = (other.replace("required: true, ", ""), others.replace("required: true, ", ""));
    assert!(compared(&of(&one), &of(&another)).changes.is_empty());
}

/// `new` takes the required properties in their order, so a swap compiles and sends each value as the other property.
#[test]
fn another_order_of_the_required_properties_is_breaking() {
    let of = |required: &str| {
        small(
            "      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Move' } } } }\n      responses: { '204': { description: ok } }",
            &format!(
                "  schemas: {{ Move: {{ type: object, required: [{required}], properties: {{ from: {{ type: string }}, to: {{ type: string }} }} }} }}"
            ),
        )
    };
    let diff = compared(&of("from, to"), &of("to, from"));
    assert_changes(
        "order",
        &diff,
        &[(ChangeKind::RequiredOrder, "Move/required", WireImpact::None, ApiImpact::Breaking)],
    );
    assert!(compared(&of("from, to"), &of("from, to")).changes.is_empty());
}

/// A title that names variants changes code, so the change of the text is not the breaking one.
#[test]
fn a_text_alone_is_never_breaking() {
    let of = |title: &str| {
        small(
            &format!(
                "      requestBody: {{ content: {{ application/json: {{ schema: {{ oneOf: [{{ enum: [1], title: {title} }}, {{ enum: [2], title: Two }}] }} }} }} }}\n      responses: {{ '204': {{ description: ok }} }}"
            ),
            "  schemas: {}",
        )
    };
    let diff = compared(&of("One"), &of("First"));
    assert_eq!((diff.wire(), diff.rust()), (WireImpact::None, ApiImpact::Breaking), "{:#?}", diff.changes);
}

/// The page: what breaks comes first, counts are links, and no box is empty.
#[test]
fn the_page_begins_with_what_breaks() {
    let new = KENNEL
        .replace("        mail: { type: string }\n", "")
        .replace("phone: { type: string }", "phone: { type: string }\n        fax: { type: string }")
        .replace("What it is called.", "What it is named.");
    let page = compared(KENNEL, &new).to_html();
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("no {text} in {page}"));
    assert!(at("What breaks") < at("All changes") && at("All changes") < at("Operations ("));
    let first = page.get(at("What breaks")..at("All changes")).unwrap();
    assert!(first.contains("<code>mail</code>") && first.contains("href=\"#c1\""), "{first}");
    for link in ["href=\"#breaking\"", "href=\"#additive\"", "href=\"#minor\"", "data-operation=\"getDog\""] {
        assert!(page.contains(link), "{link}");
    }
    for target in page.match_indices("href=\"#").map(|(at, _)| page.get(at + 7..).unwrap().split('"').next().unwrap()) {
        assert!(page.contains(&format!("id=\"{target}\"")), "the link {target} leads nowhere");
    }
    // An added and a removed property have one box each; a text has one box with marked words.
    assert_eq!(page.matches("<pre>").count(), 3);
    assert!(
        page.contains("What it is <del>called</del><ins>named</ins>.")
            || page.contains("<del>called.</del><ins>named.</ins>")
    );
}

/// The documented JSON format.
#[test]
fn json_has_the_documented_format() {
    let json = compare(KENNEL, &KENNEL.replace("required: [name]", "required: [name, age]"), &Settings::new()).unwrap();
    let json = json.to_json();
    insta::assert_snapshot!("diff_json", serde_json::to_string_pretty(&json).unwrap());
}

/// A document of Swagger 2.0 and its form of 3.0 have the same operations and types.
#[test]
fn swagger_2_does_not_differ_from_its_3_0_form() {
    let settings = Settings::new().all_schemas(true);
    let (two, three) = (include_str!("fixtures/swagger-2.yaml"), include_str!("versions/swagger-2-as-3-0.yaml"));
    let diff = compare(two, three, &settings).unwrap();
    // Only annotations are in another place: `x-nullable` is `nullable`, and an example is that of the media type.
    let is_remark = |change: &&Change| matches!(change.kind, ChangeKind::ExampleChanged | ChangeKind::ExtensionChanged);
    let others: Vec<&Change> = diff.changes.iter().filter(|change| !is_remark(change)).collect();
    assert!(others.is_empty() && diff.changes.len() == 4, "{:#?}", diff.changes);
    assert_eq!((diff.wire(), diff.rust()), (WireImpact::None, ApiImpact::None));
}

/// What is said of each change, without its locations.
fn verdicts<'d>(diff: &'d Diff) -> Vec<(&'d str, WireImpact, &'d str, ApiImpact, &'d str)> {
    let of = |change: &'d Change| {
        let Change { what, wire, wire_reason, rust, rust_reason, .. } = change;
        (what.as_str(), *wire, wire_reason.as_str(), *rust, rust_reason.as_str())
    };
    let mut found: Vec<_> = diff.changes.iter().map(of).collect();
    found.sort_unstable();
    found
}

/// The document in JSON, with its schemas in a file of their own.
fn in_two_files(text: &str) -> BTreeMap<String, String> {
    let mut root: Value = serde_yaml::from_str(text).unwrap();
    let schemas = root["components"]["schemas"].take().to_string();
    root["components"].as_object_mut().unwrap().remove("schemas");
    let (from, root) = ("\"#/components/schemas/", root.to_string());
    BTreeMap::from([
        ("openapi.yaml".to_owned(), root.replace(from, "\"schemas.json#/")),
        ("schemas.json".to_owned(), schemas.replace(from, "\"#/")),
    ])
}

/// A change has the same verdict if the new document is in JSON and in several files.
#[test]
fn the_form_of_a_document_does_not_decide() {
    for (document, ways) in [(KENNEL, WAYS), (VEHICLES, WAYS_OF_VEHICLES)] {
        for Way { name, from, to, .. } in ways {
            let changed = document.replace(from, to);
            let files = in_two_files(&changed);
            let split = compare(document, Input::files("openapi.yaml", &files), &Settings::new()).unwrap();
            assert_eq!(verdicts(&split), verdicts(&compared(document, &changed)), "{name}");
        }
    }
}

/// A change has the same verdict in a document of Swagger 2.0 and in its form of 3.0.
#[test]
fn the_version_of_a_document_does_not_decide() {
    let (two, three) = (include_str!("fixtures/swagger-2.yaml"), include_str!("versions/swagger-2-as-3-0.yaml"));
    for (from, to) in [
        ("additionalProperties: { type: string } }", "additionalProperties: { type: integer } }"),
        ("id: { type: integer, format: int64, readOnly: true }", "id: { type: integer, format: int64 }"),
        ("enum: [small, large]", "enum: [small, medium, large]"),
        ("required: [message]", "required: []"),
        ("format: int32, default: 20", "format: int64, default: 30"),
        ("name: X-Key", "name: X-Other-Key"),
    ] {
        let of = |text: &str| {
            assert!(text.contains(from), "nothing to change: {from}");
            compared(text, &text.replace(from, to))
        };
        let (in_two, in_three) = (of(two), of(three));
        assert!(!in_two.changes.is_empty());
        assert_eq!(verdicts(&in_two), verdicts(&in_three), "{from}");
    }
}

/// Equal statuses, reasons and texts in words that people use.
#[test]
fn a_change_is_named_in_plain_words() {
    let of = |parts: &str| small(parts, "  schemas: {}");
    let default = of("      responses: { '204': { description: ok }, default: { description: Failed. } }");
    let plain = of("      responses: { '204': { description: ok } }");
    let diff = compared(&plain, &default);
    assert_eq!(diff.changes.first().unwrap().what, "the default response of `sendX` added");
    let diff = compared(&default, &default.replace("Failed.", "Refused."));
    assert_eq!(diff.changes.first().unwrap().what, "the `description` of the default response of `sendX` changed");
    // Regenerated code sends something else by the same public items.
    let list = |explode: bool| {
        of(&format!(
            "      parameters: [{{ name: a, in: query, explode: {explode}, schema: {{ type: array, items: {{ type: string }} }} }}]\n      responses: {{ '204': {{ description: ok }} }}"
        ))
    };
    let diff = compared(&list(true), &list(false));
    let change = diff.changes.first().unwrap();
    assert_eq!(change.what, "the style of the query parameter `a` of `sendX` changed from `form` (exploded) to `form`");
    assert_eq!((change.rust, change.rust_reason.as_str()), (ApiImpact::None, "the public items are the same"));
}
