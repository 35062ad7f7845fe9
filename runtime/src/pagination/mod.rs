//! Pagination: the pages of an operation as a stream, and their items.
//!
//! Each page is a call of its own, with the retries, hooks, limits and token of any call. The next page is asked for when
//! it is needed. Uses `call`; generated modules make [`Pages`].

mod facts;
mod link;
mod walk;

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use progenitor_client::ResponseValue;
use reqwest::header::{HeaderName, HeaderValue};

use crate::boxed::BoxFuture;
use crate::call::{Attempts, Call, Ending, call_options, into_parts};
use crate::credential::Credential;
use crate::error::Error;
use crate::response::{Decode, Response};
use crate::retry::RetryPolicy;
use walk::Walk;

/// How the pages of an operation follow each other.
#[derive(Debug)]
pub struct Pagination {
    /// What leads to the next page.
    pub next: Next,
    /// The property with the items, as a path from the body; empty if the body is the array.
    pub items: &'static [&'static str],
    /// Which page is the last one.
    pub end: End,
}

/// What leads to the next page.
#[derive(Clone, Copy, Debug)]
pub enum Next {
    /// The number of the page, in this query parameter. The first page has the number `first`.
    Number {
        /// The query parameter.
        parameter: &'static str,
        /// The number of the first page.
        first: u64,
    },
    /// The number of items before the page, in this query parameter.
    Offset {
        /// The query parameter.
        parameter: &'static str,
    },
    /// A cursor in a property of the page, sent in this query parameter.
    Cursor {
        /// The query parameter.
        parameter: &'static str,
        /// The path of the property.
        property: &'static [&'static str],
    },
    /// A URL in a property of the page.
    Url {
        /// The path of the property.
        property: &'static [&'static str],
    },
    /// The header `Link` with `rel=next` (RFC 8288).
    Link,
}

/// Which page is the last one, besides one without items or without a successor.
#[derive(Clone, Copy, Debug)]
pub enum End {
    /// No property tells it.
    Empty,
    /// The page whose property is `false`.
    More(&'static [&'static str]),
    /// The page with the number that a property has.
    Pages(&'static [&'static str]),
    /// The page with which there are as many items as a property says.
    Total(&'static [&'static str]),
}

/// The pages of the operation of a call.
pub fn pages<T, I, E>(call: Call<T, E>, pagination: &'static Pagination, items: fn(T) -> Vec<I>) -> Pages<T, I, E> {
    let (attempts, decode) = into_parts(call);
    Pages { walk: Box::new(Walk::new(attempts, pagination)), decode, items, current: None }
}

/// The pages of an operation: a [`Stream`] of responses. `T` is a page, `I` an item.
///
/// Read it with [`next`](Self::next), or as a stream of `futures`; [`items`](Self::items) reads the items instead. The
/// setters are for each page: each is a call of its own. Nothing is sent before a page is asked for, and dropping the value
/// ends it.
///
/// The stream ends after the last page, and after an error. A next page that the client must not or need not ask for is an
/// error with [`UndecodedReason::NextPage`](crate::UndecodedReason::NextPage): a cursor, a URL or a page that repeats, a URL
/// that is invalid or leads to another server, which would get the credential.
#[must_use = "nothing is sent before a page is asked for"]
pub struct Pages<T, I, E = Infallible> {
    walk: Box<Walk>,
    decode: Decode<T, E>,
    items: fn(T) -> Vec<I>,
    /// The exchange of the page that was asked for.
    current: Option<Current>,
}

type Current = BoxFuture<'static, (Result<Response, Error>, Box<Attempts>)>;

call_options!(Pages<T, I, E>, walk.template.options);

impl<T, I, E: 'static> Pages<T, I, E> {
    /// Asks for at most this number of pages.
    pub fn max_pages(mut self, count: u64) -> Self {
        self.walk.left = Some(count);
        self
    }

    /// The items of all pages.
    pub fn items(self) -> Items<T, I, E> {
        Items { pages: self, ready: Vec::new().into_iter(), left: None }
    }

    /// The next page; `None` after the last one and after an error.
    ///
    /// # Errors
    ///
    /// Those of the operation.
    pub async fn next(&mut self) -> Option<Result<ResponseValue<T>, Error<E>>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

// Nothing in it is pinned.
impl<T, I, E> Unpin for Pages<T, I, E> {}

impl<T, I, E: 'static> Stream for Pages<T, I, E> {
    type Item = Result<ResponseValue<T>, Error<E>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let current = match &mut this.current {
            Some(current) => current,
            None => match this.walk.next_call() {
                Some(Ok(call)) => this.current.insert(call.whole()),
                Some(Err(error)) => return Poll::Ready(Some(Err(error.widen()))),
                None => return Poll::Ready(None),
            },
        };
        let (result, mut attempts) = ready!(current.as_mut().poll(context));
        this.current = None;
        let result = match result {
            Ok(response) => {
                this.walk.read(&response);
                (this.decode)(response)
            }
            Err(error) => Err(error.widen()),
        };
        attempts.ended(match &result {
            Ok(value) => Ending::succeeded(value.status(), value.headers()),
            Err(error) => Ending::failed(error),
        });
        if result.is_err() {
            this.walk.end();
        }
        Poll::Ready(Some(result))
    }
}

impl<T, I, E> fmt::Debug for Pages<T, I, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("pagination", self.walk.pagination).finish_non_exhaustive()
    }
}

/// The items of all pages of an operation: a [`Stream`] of items. `T` is a page, `I` an item.
///
/// The next page is asked for when all items of the last one are read. It ends after the last item, and after an error.
#[must_use = "nothing is sent before an item is asked for"]
pub struct Items<T, I, E = Infallible> {
    pages: Pages<T, I, E>,
    ready: std::vec::IntoIter<I>,
    left: Option<u64>,
}

impl<T, I, E: 'static> Items<T, I, E> {
    /// Returns at most this number of items, and asks for no page more than they need.
    pub fn max_items(mut self, count: u64) -> Self {
        self.left = Some(count);
        self
    }

    /// The next item; `None` after the last one and after an error.
    ///
    /// # Errors
    ///
    /// Those of the operation.
    pub async fn next(&mut self) -> Option<Result<I, Error<E>>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// All items in memory. Set [`max_items`](Self::max_items) unless you trust the server to end.
    ///
    /// # Errors
    ///
    /// Those of the operation, for any of its pages.
    pub async fn all(mut self) -> Result<Vec<I>, Error<E>> {
        let mut items = Vec::new();
        while let Some(item) = self.next().await {
            items.push(item?);
        }
        Ok(items)
    }
}

impl<T, I, E> Unpin for Items<T, I, E> {}

impl<T, I, E: 'static> Stream for Items<T, I, E> {
    type Item = Result<I, Error<E>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if this.left == Some(0) {
                return Poll::Ready(None);
            }
            if let Some(item) = this.ready.next() {
                this.left = this.left.map(|left| left.saturating_sub(1));
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(Pin::new(&mut this.pages).poll_next(context)) {
                Some(Ok(page)) => this.ready = (this.pages.items)(page.into_inner()).into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T, I, E> fmt::Debug for Items<T, I, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("pages", &self.pages).finish_non_exhaustive()
    }
}
