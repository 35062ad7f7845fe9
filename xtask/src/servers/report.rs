//! What the calls resulted in, as text.

use std::fmt::Write as _;

use serde::Deserialize;

/// A call and its result.
#[derive(Clone, Debug, Deserialize)]
pub struct Call {
    /// What the call is for.
    pub call: String,
    /// Why it is not right, if it is not.
    pub problem: Option<String>,
    /// What the server or its document does wrong, if that is the reason.
    pub fault: Option<String>,
}

/// The calls of a server.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The name of the server.
    pub server: &'static str,
    /// The calls.
    pub calls: Vec<Call>,
    /// Why there are no calls.
    pub failure: Option<String>,
    /// Why the server was not called.
    pub skipped: Option<String>,
}

impl Outcome {
    pub(super) fn skipped(server: &'static str, reason: String) -> Self {
        Self { server, calls: Vec::new(), failure: None, skipped: Some(reason) }
    }

    pub(super) fn of(server: &'static str, calls: Result<Vec<Call>, String>) -> Self {
        let (calls, failure) = calls.map_or_else(|failure| (Vec::new(), Some(failure)), |calls| (calls, None));
        Self { server, calls, failure, skipped: None }
    }

    /// The calls that are right.
    pub fn right(&self) -> usize {
        self.calls.iter().filter(|call| call.problem.is_none()).count()
    }

    /// Whether a call failed that the server did not spoil, or one was right that is listed as spoilt.
    pub fn is_bad(&self) -> bool {
        self.failure.is_some() || self.calls.iter().any(|call| call.problem.is_some() != call.fault.is_some())
    }
}

/// The results as text: a line for each server, what is wrong, and the sum.
pub fn table(outcomes: &[Outcome], is_verbose: bool) -> String {
    let mut text = String::new();
    for outcome in outcomes {
        let name = outcome.server;
        if let Some(reason) = &outcome.skipped {
            let _ = writeln!(text, "skipped: {name}: {reason}");
            continue;
        }
        let _ = writeln!(text, "{name}: {} of {}", outcome.right(), outcome.calls.len());
        if let Some(failure) = &outcome.failure {
            let _ = writeln!(text, "    {failure}");
        }
        for call in &outcome.calls {
            let what = &call.call;
            let _ = match (&call.problem, &call.fault) {
                (Some(problem), Some(fault)) => writeln!(text, "    the server's fault: {what}: {fault}: {problem}"),
                (Some(problem), None) => writeln!(text, "    wrong: {what}: {problem}"),
                (None, Some(fault)) => {
                    writeln!(text, "    right, although listed as the server's fault: {what}: {fault}")
                }
                (None, None) if is_verbose => writeln!(text, "    right: {what}"),
                (None, None) => Ok(()),
            };
        }
    }
    let (right, all) =
        outcomes.iter().fold((0, 0), |(right, all), outcome| (right + outcome.right(), all + outcome.calls.len()));
    let _ = write!(text, "servers: {right} of {all}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(call: &str, problem: Option<&str>, fault: Option<&str>) -> Call {
        Call { call: call.to_owned(), problem: problem.map(str::to_owned), fault: fault.map(str::to_owned) }
    }

    #[test]
    fn a_failure_is_the_servers_or_ours() {
        let spoilt = call("b", Some("no body"), Some("204 for 200"));
        let good = Outcome::of("shop", Ok(vec![call("a", None, None), spoilt]));
        assert!(!good.is_bad());
        assert_eq!(
            table(&[good, Outcome::skipped("chroma", "no Python".to_owned())], false),
            "shop: 1 of 2\n    the server's fault: b: 204 for 200: no body\nskipped: chroma: no Python\nservers: 1 of 2"
        );
        for bad in [vec![call("a", Some("x"), None)], vec![call("a", None, Some("mended"))]] {
            assert!(Outcome::of("shop", Ok(bad)).is_bad());
        }
        assert!(Outcome::of("shop", Err("refused".to_owned())).is_bad());
    }
}
