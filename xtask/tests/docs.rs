//! Tests the review page of the texts that become rustdoc.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use openapi_smith::Settings;
use xtask::docs::{Defect, Review, review};
use xtask::spec;

const DOCUMENT: &str = r##"
openapi: 3.0.3
info: { title: Pets, version: "1", description: "All about pets." }
tags: [{ name: pets, description: Nobody prints this. }]
paths:
  /pets/{id}:
    get:
      operationId: getPet
      summary: |
        Fetches
        a pet.
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
      responses:
        "200":
          description: |
            The pet.

            As it is today, see https://pets.example/today.
          content: { application/json: { schema: { $ref: "#/components/schemas/Pet" } } }
components:
  schemas:
    Pet:
      description: "# A pet\n```\nloop {}\n```"
      type: object
      properties:
        name: { type: string, description: "PLACEHOLDER: nobody has described this yet." }
        age: { type: integer, description: " " }
        kind: { type: string, description: "~~~json\n{}" }
        owner: { type: string }
        "a/b": { type: string, description: Fine. }
    Unreached: { type: string, description: Nothing leads here. }
"##;

fn reviewed(document: &str) -> Review {
    review(document, &Settings::new()).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn each_text_has_its_location_its_items_and_its_defects() {
    let review = reviewed(DOCUMENT);
    let found: Vec<(&str, Vec<Defect>)> =
        review.texts.iter().map(|text| (text.pointer.as_str(), text.defects.clone())).collect();
    let pet = "/components/schemas/Pet";
    let of = |text_at: &str| format!("{pet}{text_at}");
    let expected = [
        ("/paths/~1pets~1{id}/get/summary".to_owned(), vec![]),
        ("/paths/~1pets~1{id}/get/responses/200/description".to_owned(), vec![Defect::BareLink]),
        (of("/description"), vec![Defect::RunFence]),
        (of("/properties/name/description"), vec![Defect::Placeholder]),
        (of("/properties/age/description"), vec![Defect::Empty]),
        (of("/properties/kind/description"), vec![Defect::OpenFence]),
        (of("/properties/a~1b/description"), vec![]),
        ("/paths/~1pets~1{id}/get/parameters/0/description".to_owned(), vec![Defect::Empty]),
        (of("/properties/owner/description"), vec![Defect::Empty]),
    ];
    let expected: Vec<(&str, Vec<Defect>)> =
        expected.iter().map(|(pointer, defects)| (pointer.as_str(), defects.clone())).collect();
    assert_eq!(found, expected);

    let at = |pointer: &str| review.texts.iter().find(|text| text.pointer == pointer).unwrap();
    assert_eq!(at("/paths/~1pets~1{id}/get/summary").after, "Fetches a pet.");
    assert_eq!(at(&of("/description")).after, "**A pet**\n```text\nloop {}\n```");
    assert_eq!(at(&of("/description")).items, ["Pet"]);
    assert_eq!(at(&of("/properties/a~1b/description")).items, ["Pet::a_b"]);
    assert_eq!(at("/paths/~1pets~1{id}/get/responses/200/description").items, ["Client::get_pet"]);
    assert_eq!(
        review.unused,
        ["/info/title", "/info/description", "/tags/0/description", "/components/schemas/Unreached/description"]
    );
}

/// A placeholder that no docs show is one all the same.
#[test]
fn every_placeholder_is_listed() {
    let document = DOCUMENT
        .replace("Nobody prints this.", "'PLACEHOLDER: a tag'")
        .replace("Nothing leads here.", "'PLACEHOLDER: unreached'");
    let review = reviewed(&document);
    let found: Vec<&str> = review
        .texts
        .iter()
        .filter(|text| text.defects.contains(&Defect::Placeholder))
        .map(|text| text.pointer.as_str())
        .collect();
    let expected = [
        "/tags/0/description",
        "/components/schemas/Pet/properties/name/description",
        "/components/schemas/Unreached/description",
    ];
    assert_eq!(found, expected);
    assert_eq!(xtask::docs::placeholders(&serde_yaml::from_str(&document).unwrap()), expected);
}

#[test]
fn the_page_is_always_the_same() {
    let page = reviewed(DOCUMENT).to_html("pets.yaml");
    assert_eq!(page, reviewed(DOCUMENT).to_html("pets.yaml"));
    for shown in ["bare link", "code block not closed", "code block without a language", "placeholder", "empty"] {
        assert!(page.contains(&format!(">{shown}</span>")), "{shown}");
    }
}

#[test]
fn hostile_texts_are_only_text() {
    let bad = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&\u{1b}[31m\u{202e}\u{0} ]]> </pre><style>";
    let quoted = serde_json::to_string(bad).unwrap();
    let document = DOCUMENT
        .replace("All about pets.", "X")
        .replace("\"X\"", &quoted)
        .replace("description: Fine.", &format!("description: {quoted}"))
        .replace("Nobody prints this.", &quoted);
    let page = reviewed(&document).to_html(bad);
    let body = page.split_once("<body").unwrap().1;
    for tag in ["<script", "<img", "<style", "<a ", "onerror=\"", "href", "src=\""] {
        assert!(!body.contains(tag), "{tag}");
    }
    assert_eq!(page.matches("<style").count(), 1);
    assert!(page.contains("&lt;script&gt;alert(1)"), "it is not shown");
    assert!(
        page.chars().all(|c| c == '\n' || c == '\t' || !(c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c)))
    );
    assert!(page.contains("default-src 'none'") && !page.contains("script-src"));
}

#[test]
fn our_texts_have_no_defects() {
    let review = spec::review(&spec::workspace()).unwrap();
    let defects: Vec<_> = review.texts.iter().filter(|text| !text.defects.is_empty()).collect();
    assert!(defects.is_empty(), "{defects:#?}");
    assert!(review.texts.len() > 200);
    // If texts need not follow the rule, it is worthless.
    let cleaned: Vec<&str> = review
        .texts
        .iter()
        .filter(|text| text.before.trim_end() != text.after && !text.pointer.ends_with("/title"))
        .map(|text| text.pointer.as_str())
        .collect();
    assert_eq!(cleaned, Vec::<&str>::new(), "the docs differ from the document");
}
