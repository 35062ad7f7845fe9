//! Redirects of every code to another host, for every operation: nothing may arrive there.

use std::time::Duration;

use ory_oidc::{Client, ErrorKind, Operation};
use test_support::{Listener, Step, response};

use crate::cases::Outcome;
use crate::operations::{OPERATIONS, call};
use crate::report::Report;

const ALLOWED: Duration = Duration::from_secs(20);
pub(crate) async fn run(report: &mut Report) {
    let elsewhere = Listener::scripted([]).await;
    for code in (300..=308).chain([310, 399]) {
        for operation in OPERATIONS {
            let location = format!("location: {}/there?a=b\r\n", elsewhere.base_url());
            let redirect = response(&format!("{code} Elsewhere"), &location, "");
            let server = Listener::scripted([Step::Read, Step::Send(redirect)]).await;
            let ory = Client::builder(server.base_url()).timeout(ALLOWED).build().unwrap();
            // A redirect is a valid response to a logout.
            let expected = match operation {
                Operation::RevokeOidcSession if code == 302 => Outcome::Value,
                _ => Outcome::Error(ErrorKind::UnexpectedResponse, Some(code)),
            };
            report.case(&format!("redirect {code}, {operation}"), expected, ALLOWED, call(&ory, operation)).await;
            let requests = server.requests().len();
            report.check(requests == 1, || format!("redirect {code}, {operation}: {requests} requests"));
        }
    }
    let arrived = elsewhere.connections();
    report.check(arrived == 0, || format!("{arrived} connections to another host"));
}
