//! A list of issues as JSON, made from a seed, in the shape of GitHub's.

use std::fmt::Write;

use fastrand::Rng;

/// The location of the property `kind` in each issue.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    First,
    Last,
}

/// A list of at least this many bytes. A seed has the same issues for both locations of the tag.
pub(crate) fn list(bytes: usize, seed: u64, tag: Tag) -> String {
    let mut source = Source { rng: Rng::with_seed(seed), text: String::with_capacity(bytes + 16_384) };
    source.text.push('[');
    while source.text.len() < bytes {
        if source.text.len() > 1 {
            source.text.push(',');
        }
        source.issue(tag);
    }
    source.text.push(']');
    source.text
}

const WORDS: [&str; 24] = [
    "after",
    "again",
    "build",
    "cache",
    "client",
    "connection",
    "crash",
    "docs",
    "error",
    "fails",
    "feature",
    "header",
    "in",
    "is",
    "of",
    "panics",
    "request",
    "server",
    "should",
    "the",
    "timeout",
    "update",
    "when",
    "with",
];

struct Source {
    rng: Rng,
    text: String,
}

impl Source {
    fn push(&mut self, arguments: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.text.write_fmt(arguments);
    }

    fn number(&mut self) -> u32 {
        self.rng.u32(1..2_000_000_000)
    }

    fn words(&mut self, count: usize, between: &str) -> String {
        let words: Vec<&str> = (0..count).map(|_| self.rng.choice(WORDS).unwrap_or_default()).collect();
        words.join(between)
    }

    /// Paragraphs with the characters that JSON escapes.
    fn body(&mut self) -> String {
        let paragraphs: Vec<String> = (0..self.rng.usize(1..8))
            .map(|_| {
                let count = self.rng.usize(8..40);
                self.words(count, " ")
            })
            .collect();
        paragraphs.join(r#"\r\n\r\n\t\" "#)
    }

    fn optional_text(&mut self, text: impl FnOnce(&mut Self) -> String) -> String {
        if self.rng.bool() { format!("\"{}\"", text(self)) } else { "null".to_owned() }
    }

    fn issue(&mut self, tag: Tag) {
        let (id, number) = (self.number(), self.rng.u32(1..90_000));
        let api = format!("https://api.example.com/repos/owner/repository/issues/{number}");
        let kind = r#""kind":"issue""#;
        self.text.push('{');
        if tag == Tag::First {
            self.push(format_args!("{kind},"));
        }
        self.push(format_args!(
            r#""url":"{api}","repository_url":"https://api.example.com/repos/owner/repository","labels_url":"{api}/labels{{/name}}","comments_url":"{api}/comments","events_url":"{api}/events","html_url":"https://example.com/owner/repository/issues/{number}","id":{id},"node_id":"I_kwDOAAsO6M{id}","number":{number},"#
        ));
        let count = self.rng.usize(3..12);
        let title = self.words(count, " ");
        self.push(format_args!(r#""title":"{title}","user":"#));
        self.user();
        self.text.push_str(r#","labels":["#);
        for index in 0..self.rng.usize(0..4) {
            self.text.push_str(if index == 0 { "" } else { "," });
            self.label();
        }
        let state = if self.rng.bool() { "open" } else { "closed" };
        let locked = self.rng.bool();
        self.push(format_args!(r#"],"state":"{state}","locked":{locked},"assignee":"#));
        let assignees = self.rng.usize(0..3);
        if assignees == 0 {
            self.text.push_str("null");
        } else {
            self.user();
        }
        self.text.push_str(r#","assignees":["#);
        for index in 0..assignees {
            self.text.push_str(if index == 0 { "" } else { "," });
            self.user();
        }
        self.text.push_str(r#"],"milestone":"#);
        if self.rng.bool() {
            self.milestone();
        } else {
            self.text.push_str("null");
        }
        let comments = self.rng.u8(..);
        let closed = self.optional_text(|_| "2024-11-20T10:00:00Z".to_owned());
        let body = self.optional_text(Self::body);
        let score = self.rng.f64();
        self.push(format_args!(
            r#","comments":{comments},"created_at":"2024-11-05T08:12:00Z","updated_at":"2024-11-19T17:45:31Z","closed_at":{closed},"author_association":"CONTRIBUTOR","body":{body},"score":{score},"#
        ));
        let mut reaction = || self.rng.u8(..9);
        let reactions = format!(
            r#""reactions":{{"url":"{api}/reactions","total_count":{},"+1":{},"-1":{},"laugh":{},"hooray":{},"confused":{},"heart":{},"rocket":{},"eyes":{}}}"#,
            reaction(),
            reaction(),
            reaction(),
            reaction(),
            reaction(),
            reaction(),
            reaction(),
            reaction(),
            reaction()
        );
        self.text.push_str(&reactions);
        if tag == Tag::Last {
            self.push(format_args!(",{kind}"));
        }
        self.text.push('}');
    }

    fn user(&mut self) {
        let (id, login) = (self.number(), self.words(2, "-"));
        let api = format!("https://api.example.com/users/{login}");
        self.push(format_args!(
            r#"{{"login":"{login}","id":{id},"node_id":"MDQ6VXNlcj{id}","avatar_url":"https://avatars.example.com/u/{id}?v=4","gravatar_id":"","url":"{api}","html_url":"https://example.com/{login}","followers_url":"{api}/followers","following_url":"{api}/following{{/other_user}}","gists_url":"{api}/gists{{/gist_id}}","starred_url":"{api}/starred{{/owner}}{{/repo}}","subscriptions_url":"{api}/subscriptions","organizations_url":"{api}/orgs","repos_url":"{api}/repos","events_url":"{api}/events{{/privacy}}","received_events_url":"{api}/received_events","type":"User","site_admin":false}}"#
        ));
    }

    fn label(&mut self) {
        let (id, name) = (self.number(), self.words(1, ""));
        let description = self.optional_text(|source| source.words(4, " "));
        let color = self.rng.u32(..0x0100_0000);
        self.push(format_args!(
            r#"{{"id":{id},"node_id":"LA_kwDOAAsO6M{id}","url":"https://api.example.com/repos/owner/repository/labels/{name}","name":"{name}","color":"{color:06x}","default":false,"description":{description}}}"#
        ));
    }

    fn milestone(&mut self) {
        let (id, number) = (self.number(), self.rng.u8(1..));
        let title = self.words(2, " ");
        self.push(format_args!(
            r#"{{"url":"https://api.example.com/repos/owner/repository/milestones/{number}","id":{id},"number":{number},"title":"{title}","description":null,"creator":"#
        ));
        self.user();
        self.push(format_args!(
            r#","open_issues":{number},"closed_issues":{number},"due_on":"2025-01-01T08:00:00Z"}}"#
        ));
    }
}
