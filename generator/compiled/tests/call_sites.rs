//! Call sites: constructors in the order of the document, setters, conversions into unions, and names.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use compiled_fixtures::call_sites::types::{
    Circle, Content, ContentLink, ContentQuote, ErrorBody, NewTask, NewTaskSort, Ping, Square,
};
use compiled_fixtures::call_sites::{Client, UploadForm, types};
use openapi_smith_runtime::Part;
use serde_json::{json, to_value};

#[test]
fn new_takes_the_required_properties_in_the_order_of_the_list_without_constants() {
    let task = NewTask::new("Paint", 3, "the fence");
    assert_eq!(
        to_value(task).unwrap(),
        json!({ "title": "Paint", "kind": "task", "estimate": 3, "body": "the fence" })
    );
    assert_eq!(to_value(Ping::new()).unwrap(), to_value(Ping::default()).unwrap());
    assert_eq!(to_value(ContentLink::new("https://example.com")).unwrap()["kind"], "link");
}

#[test]
fn setters_set_optional_properties_and_null() {
    let task = NewTask::new("Paint", 3, 2.5)
        .due("2030-01-01T00:00:00Z")
        .extra(Ping::new())
        .r#type(7)
        .parent(NewTask::new("House", 1, 1).due_null())
        .sort(NewTaskSort::CreatedDesc)
        .sort_null(true)
        .tags(vec!["red".to_owned()])
        .clone_("none");
    assert_eq!(
        to_value(task).unwrap(),
        json!({
            "title": "Paint", "kind": "task", "estimate": 3, "body": 2.5, "clone": "none", "due": "2030-01-01T00:00:00Z",
            "extra": { "kind": "ping" }, "type": 7, "sort": "CREATED_DESC", "sort_null": true, "tags": ["red"],
            "parent": { "title": "House", "kind": "task", "estimate": 1, "body": 1, "due": null },
        })
    );
    assert_eq!(to_value(NewTask::new("a", 1, "b").parent_null().type_null()).unwrap()["parent"], json!(null));
}

#[test]
fn a_union_is_made_from_each_branch() {
    let all: [(Content, _); 8] = [
        ("a".into(), json!("a")),
        ("b".to_owned().into(), json!("b")),
        (3.into(), json!(3)),
        (2.5.into(), json!(2.5)),
        (vec!["a".to_owned()].into(), json!(["a"])),
        (Ping::new().into(), json!({ "kind": "ping" })),
        (ContentLink::new("u").into(), json!({ "kind": "link", "url": "u" })),
        (ContentQuote::new(Vec::new()).into(), json!({ "kind": "quote", "lines": [] })),
    ];
    for (content, json) in all {
        assert_eq!(to_value(content).unwrap(), json);
    }
    let names = [Content::Link(ContentLink::new("u")), Content::Quote(ContentQuote::new(Vec::new()))];
    assert_eq!(to_value(&names[0]).unwrap()["kind"], "link");
}

#[test]
fn a_branch_has_its_discriminator_although_it_is_optional() {
    let shape = |task: NewTask| to_value(task).unwrap()["shape"].clone();
    assert_eq!(shape(NewTask::new("a", 1, 1).shape(Circle::new(1.5))), json!({ "kind": "circle", "radius": 1.5 }));
    assert_eq!(shape(NewTask::new("a", 1, 1).shape(Square::new().side(2.0))), json!({ "kind": "square", "side": 2.0 }));
    assert_eq!(to_value(Square::default()).unwrap(), json!({ "kind": "square" }));
}

#[test]
fn names_read_as_the_document_does() {
    let values = [NewTaskSort::MinusName, NewTaskSort::Name, NewTaskSort::CreatedDesc, NewTaskSort::Unknown];
    assert_eq!(values.map(|value| value.as_str().to_owned()), ["-name", "name", "CREATED_DESC", "Unknown"]);
    assert_eq!(NewTaskSort::from("other"), NewTaskSort::Other("other".to_owned()));
    let client = Client::new("http://127.0.0.1:1").unwrap().with_oauth2_password_bearer("token");
    // The failures of both statuses are one type, and a type of the document is called `Error`.
    let _: openapi_smith_runtime::Call<NewTask, ErrorBody> = client.create_task(&NewTask::new("a", 1, 1));
    let form = UploadForm::new("A title", Part::bytes(b"a".to_vec()));
    let _: openapi_smith_runtime::Call<(), types::Error> = client.upload(form);
}
