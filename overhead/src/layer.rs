//! `layer`: the time that `BearerLayer` adds to a request whose token is cached, without sockets.

use std::convert::Infallible;
use std::time::Instant;

use hyper::{Request, Response};
use ory_oidc::{BearerUser, Client};
use serde::Serialize;
use tower::{Layer, Service, ServiceExt, service_fn};

use crate::BoxError;
use crate::server::Server;
use crate::statistics::quantile;

#[derive(clap::Args)]
pub(crate) struct Settings {
    /// Rounds; the service without the layer and the one with it have one turn in each.
    #[arg(long, default_value_t = 5_000)]
    rounds: usize,
    /// Requests in a turn. A turn has to be shorter than a time slice of the system, or other work is measured, too.
    #[arg(long, default_value_t = 100)]
    requests: usize,
    /// Tokens, one after the other.
    #[arg(long, default_value_t = 50)]
    tokens: usize,
}

#[derive(Serialize)]
struct Line {
    /// Nanoseconds for a request: median and quartiles.
    without: (f64, f64, f64),
    with: (f64, f64, f64),
    /// The difference in the same round.
    added: (f64, f64, f64),
}

pub(crate) fn run(settings: &Settings, json: bool) -> Result<(), BoxError> {
    let server = Server::start()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let line = runtime.block_on(measure(settings, &server.base_url))?;
    if json {
        println!("{}", serde_json::to_string_pretty(&line)?);
        return Ok(());
    }
    println!("nanoseconds for a request: median (quartiles)");
    for (name, (median, low, high)) in [("without", line.without), ("with", line.with), ("added", line.added)] {
        println!("{name:>8} {median:6.0} ({low:.0} to {high:.0})");
    }
    Ok(())
}

async fn measure(settings: &Settings, base_url: &str) -> Result<Line, BoxError> {
    // It has to find the user, as a handler would.
    let with_user = service_fn(|request: Request<String>| async move {
        let found = request.extensions().get::<BearerUser>().is_some_and(|user| user.subject().is_some());
        Ok::<_, Infallible>(Response::new(String::from(if found { "user" } else { "" })))
    });
    let verifier = Client::builder(base_url).build()?.access_token_verifier().lifetime(std::time::Duration::MAX);
    let (mut bare, mut layered) = (with_user, verifier.layer().layer(with_user));
    let headers: Vec<_> = (0..settings.tokens.max(1))
        .map(|number| format!("Bearer ory_at_an-access-token-as-long-as-they-are-at-this-server.{number:0>43}"))
        .collect();
    // All tokens are cached before the first round.
    turn(&mut layered, &headers, headers.len(), true).await?;
    let (mut without, mut with, mut added) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..settings.rounds {
        let (mut first, mut second) = (0.0, 0.0);
        for step in [round % 2, (round + 1) % 2] {
            match step {
                0 => first = turn(&mut bare, &headers, settings.requests, false).await?,
                _ => second = turn(&mut layered, &headers, settings.requests, true).await?,
            }
        }
        without.push(first);
        with.push(second);
        added.push(second - first);
    }
    let summary = |values: &mut Vec<f64>| (quantile(values, 0.5), quantile(values, 0.25), quantile(values, 0.75));
    Ok(Line { without: summary(&mut without), with: summary(&mut with), added: summary(&mut added) })
}

/// Nanoseconds for each of these requests.
async fn turn<S>(service: &mut S, headers: &[String], requests: usize, user: bool) -> Result<f64, BoxError>
where
    S: Service<Request<String>, Response = Response<String>, Error = Infallible>,
{
    let start = Instant::now();
    for header in headers.iter().cycle().take(requests) {
        let request = Request::builder().header("authorization", header).body(String::new())?;
        let response = service.ready().await?.call(request).await?;
        if (response.body() == "user") != user {
            return Err(format!("the layer responded {}", response.status()).into());
        }
    }
    Ok(start.elapsed().as_nanos() as f64 / requests as f64)
}
