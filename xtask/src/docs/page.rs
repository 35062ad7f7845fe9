//! The review as one static HTML page without scripts, in the style of the comparison page.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use openapi_smith::diff::inert;
use sha2::{Digest as _, Sha256};

use super::{Review, Text};

const STYLE: &str = concat!(include_str!("../../../generator/src/diff/page/page.css"), include_str!("page.css"));
/// The largest number of items that the page shows for a text.
const MOST_ITEMS: usize = 4;

impl Review {
    /// The page. Texts of the document are escaped, there is no script, and the page's content security policy allows
    /// none.
    pub fn to_html(&self, title: &str) -> String {
        let hash = STANDARD.encode(Sha256::digest(STYLE));
        let policy = format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'");
        let with_defects = self.texts.iter().filter(|text| !text.defects.is_empty()).count();
        let cleaned = self.texts.iter().filter(|text| is_cleaned(text)).count();
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="referrer" content="no-referrer";
                    title { "Texts of " (inert(title, false)) }
                    style { (PreEscaped(STYLE)) }
                }
                body.review {
                    header {
                        div {
                            h1 { (inert(title, false)) }
                            p.versions { "Every text that becomes rustdoc, before and after cleaning" }
                        }
                        ul.totals {
                            li { small { "texts" } b { (self.texts.len()) } }
                            li class=(severity(with_defects > 0)) { small { "to look at" } b { (with_defects) } }
                            li { small { "cleaned" } b { (cleaned) } }
                            li { small { "not in the docs" } b { (self.unused.len()) } }
                        }
                    }
                    main {
                        label.only { input #only type="checkbox"; "Only those to look at" }
                        @for text in &self.texts { (shown(text)) }
                        @if !self.unused.is_empty() {
                            h2 { "Not in the docs" }
                            ul.unused {
                                @for pointer in &self.unused { li { code { "#" (inert(pointer, false)) } } }
                            }
                        }
                    }
                }
            }
        };
        page.into_string()
    }
}

fn shown(text: &Text) -> Markup {
    html! {
        article class=(severity(!text.defects.is_empty())) {
            h3 { "#" (inert(&text.pointer, false)) }
            div.pills {
                @for fault in &text.defects { span.pill.minor { (fault.as_str()) } }
                @if is_cleaned(text) { span.pill.none { "cleaned" } }
            }
            @if !text.before.trim().is_empty() {
                div.sides {
                    div { small { "in the document" @if !is_cleaned(text) { ", and so in the docs" } } pre { (inert(text.before.trim_end(), true)) } }
                    @if is_cleaned(text) {
                        div { small { "in the docs" } pre { (inert(&text.after, true)) } }
                    }
                }
            }
            @if !text.items.is_empty() {
                p.reached {
                    @for item in text.items.iter().take(MOST_ITEMS) { code { (inert(item, false)) } " " }
                    @if text.items.len() > MOST_ITEMS { "and " (text.items.len() - MOST_ITEMS) " more" }
                }
            }
        }
    }
}

fn is_cleaned(text: &Text) -> bool {
    text.before.trim_end() != text.after
}

fn severity(is_to_look_at: bool) -> &'static str {
    if is_to_look_at { "minor" } else { "none" }
}
