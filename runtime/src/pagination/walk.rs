//! The way from page to page. Nothing here depends on the type of a page, so that it is compiled once.

use std::collections::BTreeSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use reqwest::Url;
use serde_json::Value;

use super::facts::{Facts, Path};
use super::{End, Next, Pagination, link};
use crate::call::{Attempts, Template};
use crate::error::{Error, Undecoded, UndecodedReason};
use crate::response::Response;

/// The way from page to page.
pub(super) struct Walk {
    pub(super) template: Template,
    pub(super) pagination: &'static Pagination,
    /// How many pages may still be asked for.
    pub(super) left: Option<u64>,
    step: Step,
    /// The URL of the last page.
    url: Option<Url>,
    /// The number of the last page, or the number of items before it.
    position: u64,
    /// The number of items so far.
    items: u64,
    /// The cursors and URLs so far.
    seen: BTreeSet<String>,
    /// The hash of the last page, if it has items.
    last: Option<u64>,
    hasher: RandomState,
}

/// What is next.
enum Step {
    /// The first page.
    First,
    /// A page with this value of the query parameter.
    Value(&'static str, String),
    /// The page at this URL.
    Url(Url),
    /// An error, and nothing after it.
    Fails(Box<Error>),
    End,
}

impl Walk {
    pub(super) fn new(attempts: Box<Attempts>, pagination: &'static Pagination) -> Self {
        Self {
            template: Template::of(attempts),
            pagination,
            left: None,
            step: Step::First,
            url: None,
            position: 0,
            items: 0,
            seen: BTreeSet::new(),
            last: None,
            hasher: RandomState::new(),
        }
    }

    pub(super) fn end(&mut self) {
        self.step = Step::End;
    }

    /// The call of the next page, begun; `None` after the last one.
    pub(super) fn next_call(&mut self) -> Option<Result<Box<Attempts>, Error>> {
        let step = std::mem::replace(&mut self.step, Step::End);
        if matches!(step, Step::End) || self.left == Some(0) {
            return None;
        }
        let is_first = matches!(step, Step::First);
        match step {
            Step::First => self.begin(),
            Step::Value(parameter, value) => self.template.draft.replace_query(parameter, &value),
            Step::Url(url) => {
                // The URL has all parameters already.
                self.template.draft.query.clear();
                self.template.options.next = Some(url);
            }
            Step::Fails(error) => return Some(Err(*error)),
            Step::End => return None,
        }
        self.left = self.left.map(|left| left.saturating_sub(1));
        let call = self.template.call().begun();
        self.url = call.url().cloned();
        if is_first && let (Next::Url { .. } | Next::Link, Some(url)) = (self.pagination.next, &self.url) {
            self.seen.insert(url.to_string());
        }
        Some(Ok(call))
    }

    /// Begins where the caller does.
    fn begin(&mut self) {
        let asked = |parameter| self.template.draft.query_value(parameter);
        match self.pagination.next {
            Next::Number { parameter, first } => {
                self.position = asked(parameter).and_then(|number| number.parse().ok()).unwrap_or(first);
            }
            Next::Offset { parameter } => {
                self.position = asked(parameter).and_then(|number| number.parse().ok()).unwrap_or(0);
                self.items = self.position;
            }
            Next::Cursor { parameter, .. } => {
                let asked = asked(parameter);
                self.seen.extend(asked);
            }
            Next::Url { .. } | Next::Link => {}
        }
    }

    /// Finds out which page is next.
    pub(super) fn read(&mut self, response: &Response) {
        self.step = match self.step_after(response) {
            Ok(step) => step.unwrap_or(Step::End),
            Err(reason) => {
                let (status, headers) = (response.status, response.headers.clone());
                let (body, reason) = (response.body.as_slice().to_vec(), UndecodedReason::NextPage { reason });
                Step::Fails(Box::new(Error::Undecoded(Box::new(Undecoded::new(status, headers, body, reason)))))
            }
        };
    }

    fn step_after(&mut self, response: &Response) -> Result<Option<Step>, &'static str> {
        let Pagination { next, items, end } = self.pagination;
        let property: Option<Path> = match next {
            Next::Cursor { property, .. } | Next::Url { property } => Some(property),
            Next::Number { .. } | Next::Offset { .. } | Next::Link => None,
        };
        let told: Option<Path> = match end {
            End::Empty => None,
            End::More(path) | End::Pages(path) | End::Total(path) => Some(path),
        };
        let body = response.body.as_slice();
        let paths: Vec<Path> = property.into_iter().chain(told).collect();
        let Facts { items, mut values } = Facts::read(body, items, &paths);
        let told = told.and_then(|_| values.pop()?);
        let found = property.and_then(|_| values.pop()?);
        self.items = self.items.saturating_add(items);
        let is_last = match end {
            End::Empty => false,
            End::More(_) => told == Some(Value::Bool(false)),
            End::Pages(_) => told.as_ref().and_then(Value::as_u64).is_some_and(|pages| self.position >= pages),
            End::Total(_) => told.as_ref().and_then(Value::as_u64).is_some_and(|total| self.items >= total),
        };
        if is_last {
            return Ok(None);
        }
        match *next {
            Next::Number { parameter, .. } => self.counted(parameter, items, 1, body),
            Next::Offset { parameter } => self.counted(parameter, items, items, body),
            Next::Cursor { parameter, .. } => match text(found)? {
                None => Ok(None),
                Some(cursor) if self.seen.insert(cursor.clone()) => Ok(Some(Step::Value(parameter, cursor))),
                Some(_) => Err("its cursor repeats"),
            },
            Next::Url { .. } => self.url(text(found)?),
            Next::Link => self.url(link::next(&response.headers)),
        }
    }

    /// The next page of those that are counted. A page without items is the last one.
    fn counted(
        &mut self,
        parameter: &'static str,
        items: u64,
        by: u64,
        body: &[u8],
    ) -> Result<Option<Step>, &'static str> {
        if items == 0 {
            return Ok(None);
        }
        let page = self.hasher.hash_one(body);
        if self.last.replace(page) == Some(page) {
            return Err("the same page came twice");
        }
        self.position = self.position.saturating_add(by);
        Ok(Some(Step::Value(parameter, self.position.to_string())))
    }

    /// The page at a URL, which may be relative. It must be on the same server, which gets the credential.
    fn url(&mut self, next: Option<String>) -> Result<Option<Step>, &'static str> {
        let Some(next) = next else { return Ok(None) };
        let current = self.url.as_ref().ok_or("its URL is unknown")?;
        let mut url = current.join(&next).map_err(|_| "the URL of the next page is invalid")?;
        url.set_fragment(None);
        if url.origin() != current.origin() || !url.username().is_empty() || url.password().is_some() {
            return Err("the URL of the next page is of another server");
        }
        if !self.seen.insert(url.to_string()) {
            return Err("the URL of the next page repeats");
        }
        Ok(Some(Step::Url(url)))
    }
}

/// A cursor or a URL; `None` on the last page.
fn text(found: Option<Value>) -> Result<Option<String>, &'static str> {
    match found {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text).filter(|text| !text.is_empty())),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => Err("its cursor is neither a text nor a number"),
    }
}
