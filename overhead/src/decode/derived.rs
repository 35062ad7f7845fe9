//! The plain structs with serde's derives, and serde's own unions of them.
//!
//! The fields have the order of the generated structs, because values are encoded in this order.

use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub(crate) struct Issue {
    pub(crate) assignee: Option<Box<User>>,
    pub(crate) assignees: Vec<User>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) author_association: Option<String>,
    pub(crate) body: Option<String>,
    pub(crate) closed_at: Option<String>,
    pub(crate) comments: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) comments_url: Option<String>,
    pub(crate) created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) events_url: Option<String>,
    pub(crate) html_url: String,
    pub(crate) id: i64,
    pub(crate) kind: Kind,
    pub(crate) labels: Vec<Label>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) labels_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) locked: Option<bool>,
    pub(crate) milestone: Option<Box<Milestone>>,
    pub(crate) node_id: String,
    pub(crate) number: i64,
    pub(crate) reactions: Reactions,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) repository_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) score: Option<f64>,
    pub(crate) state: State,
    pub(crate) title: String,
    pub(crate) updated_at: String,
    pub(crate) url: String,
    pub(crate) user: User,
}

/// An issue whose tag serde reads itself.
#[derive(Serialize, Deserialize)]
pub(crate) struct UntaggedIssue {
    pub(crate) assignee: Option<Box<User>>,
    pub(crate) assignees: Vec<User>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) author_association: Option<String>,
    pub(crate) body: Option<String>,
    pub(crate) closed_at: Option<String>,
    pub(crate) comments: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) comments_url: Option<String>,
    pub(crate) created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) events_url: Option<String>,
    pub(crate) html_url: String,
    pub(crate) id: i64,
    pub(crate) labels: Vec<Label>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) labels_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) locked: Option<bool>,
    pub(crate) milestone: Option<Box<Milestone>>,
    pub(crate) node_id: String,
    pub(crate) number: i64,
    pub(crate) reactions: Reactions,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) repository_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) score: Option<f64>,
    pub(crate) state: State,
    pub(crate) title: String,
    pub(crate) updated_at: String,
    pub(crate) url: String,
    pub(crate) user: User,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Issue,
    #[serde(untagged)]
    Other(String),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    Open,
    Closed,
    #[serde(untagged)]
    Other(String),
}

#[derive(Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) avatar_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) events_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) followers_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) following_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gists_url: Option<String>,
    pub(crate) gravatar_id: Option<String>,
    pub(crate) html_url: String,
    pub(crate) id: i64,
    pub(crate) login: String,
    pub(crate) node_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) organizations_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) received_events_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) repos_url: Option<String>,
    pub(crate) site_admin: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) starred_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subscriptions_url: Option<String>,
    pub(crate) r#type: String,
    pub(crate) url: String,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Label {
    pub(crate) color: String,
    pub(crate) default: bool,
    pub(crate) description: Option<String>,
    pub(crate) id: i64,
    pub(crate) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) node_id: Option<String>,
    pub(crate) url: String,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Milestone {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) closed_issues: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) creator: Option<Box<User>>,
    pub(crate) description: Option<String>,
    pub(crate) due_on: Option<String>,
    pub(crate) id: i64,
    pub(crate) number: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) open_issues: Option<i64>,
    pub(crate) title: String,
    pub(crate) url: String,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Reactions {
    #[serde(rename = "+1", skip_serializing_if = "Option::is_none")]
    pub(crate) plus_one: Option<i64>,
    #[serde(rename = "-1", skip_serializing_if = "Option::is_none")]
    pub(crate) minus_one: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) confused: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) eyes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) heart: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hooray: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) laugh: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rocket: Option<i64>,
    pub(crate) total_count: i64,
    pub(crate) url: String,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Commit {
    pub(crate) author: User,
    pub(crate) message: String,
    pub(crate) sha: String,
}

/// serde buffers the value, and tries each branch.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum IssueOrUrl {
    Issue(Box<Issue>),
    Url(String),
}

/// serde buffers the value unless the tag is its first property.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum IssueOrCommit {
    Issue(Box<UntaggedIssue>),
    Commit(Box<Commit>),
}
