//! Judges the result of a call.

use serde::Deserialize;
use serde_json::Value;

/// The result of a call, as the program prints it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct CallResult {
    /// The status of the response.
    pub status: Option<u16>,
    /// The header `sl-violations`.
    pub violations: Option<String>,
    /// The body of a failure.
    pub body: Option<String>,
    /// The connection error. No further call is possible.
    pub gone: Option<String>,
    /// The reason why the call was not made.
    pub error: Option<String>,
    /// The argument that is not a valid value of its type.
    pub argument: Option<String>,
}

/// The violations of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The violations in the request, in one line each.
    pub request: Vec<String>,
    /// The number of violations in the mock response of Prism.
    pub others: usize,
}

#[derive(Debug, Deserialize)]
struct Violation {
    #[serde(default)]
    location: Vec<Value>,
    #[serde(default)]
    code: Value,
    #[serde(default)]
    message: String,
}

impl Violation {
    fn location(&self) -> String {
        let steps = self.location.iter().map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned));
        steps.collect::<Vec<_>>().join(".")
    }
}

/// An error response of Prism: it refuses a request or cannot mock a response.
#[derive(Debug, Deserialize)]
struct Refusal {
    r#type: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    validation: Vec<Violation>,
}

const REFUSALS: &str = "https://stoplight.io/prism/errors#";

/// The errors without a fault in the request: Prism has no response to mock.
const NO_MOCK: [&str; 2] = ["NO_RESPONSE_RESPONSE_DEFINED", "SCHEMA_TOO_COMPLEX"];

/// Judges the result of a call. Prism responds to a valid request with a declared success, if there is one.
pub fn judge(result: &CallResult, declares_success: bool) -> Verdict {
    let mut verdict = Verdict::default();
    if let Some(error) = &result.gone {
        verdict.request.push(format!("no response: {error}"));
    }
    if let Some(error) = &result.error {
        verdict.request.push(format!("not sent: {error}"));
    }
    if let Some(argument) = &result.argument {
        verdict.request.push(format!("not decoded: {argument}"));
    }
    if let Some(header) = &result.violations {
        match serde_json::from_str::<Vec<Violation>>(header) {
            Ok(violations) => {
                without_branches(&violations).into_iter().for_each(|violation| verdict.add(violation, ""));
            }
            // Prism truncates a long list.
            Err(_) if header.contains("\"location\":[\"request\"") => verdict.request.push(header.clone()),
            Err(_) => verdict.others += 1,
        }
    }
    let refusal = result.body.as_deref().and_then(|body| serde_json::from_str::<Refusal>(body).ok());
    if let Some(refusal) = refusal
        && let Some(code) = refusal.r#type.strip_prefix(REFUSALS)
    {
        without_branches(&refusal.validation).into_iter().for_each(|violation| verdict.add(violation, "request."));
        if NO_MOCK.contains(&code) {
            verdict.others += 1;
        } else if refusal.validation.is_empty() {
            verdict.request.push(format!("{code}: {}: {}", refusal.title, refusal.detail));
        }
    } else if let (Some(400..), true, true) = (result.status, declares_success, verdict.request.is_empty()) {
        let body: String = result.body.iter().flat_map(|body| body.chars()).take(200).collect();
        verdict.request.push(format!("response {} without a reason: {body}", result.status.unwrap_or_default()));
    }
    verdict
}

/// The violations, without those in the branches of a `oneOf` or `anyOf` that is itself violated. Prism lists each
/// branch with every reason why the value does not match it.
fn without_branches(violations: &[Violation]) -> Vec<&Violation> {
    let is_union = |violation: &&Violation| matches!(violation.code.as_str(), Some("oneOf" | "anyOf"));
    let unions: Vec<&Violation> = violations.iter().filter(is_union).collect();
    let is_below = |violation: &Violation| unions.iter().any(|union| violation.location.starts_with(&union.location));
    violations.iter().filter(|violation| is_union(violation) || !is_below(violation)).collect()
}

impl Verdict {
    fn add(&mut self, violation: &Violation, around: &str) {
        let location = format!("{around}{}", violation.location());
        if location == "request" || location.starts_with("request.") {
            self.request.push(format!("{location}: {}", violation.message));
        } else {
            self.others += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn violations_of_requests_and_responses_are_told_apart() {
        let header =
            r#"[{"location":["request","query","x"],"message":"must be integer"},{"location":["response","body",0]}]"#;
        let result = CallResult { violations: Some(header.to_owned()), ..CallResult::default() };
        assert_eq!(
            judge(&result, false),
            Verdict { request: vec!["request.query.x: must be integer".to_owned()], others: 1 }
        );
        let cut = format!("Too many violations! {}", header.get(..60).unwrap_or_default());
        assert_eq!(judge(&CallResult { violations: Some(cut.clone()), ..CallResult::default() }, false).request, [cut]);
    }

    #[test]
    fn of_a_union_only_itself_is_listed() {
        let header = r#"[
            {"location":["request","body"],"code":"required","message":"must have a"},
            {"location":["request","body","b"],"code":"type","message":"must be text"},
            {"location":["request","body"],"code":"oneOf","message":"must match one"},
            {"location":["request"],"code":401,"message":"who?"}
        ]"#;
        let result = CallResult { violations: Some(header.to_owned()), ..CallResult::default() };
        assert_eq!(judge(&result, false).request, ["request.body: must match one", "request: who?"]);
    }

    #[test]
    fn refusals_by_prism_are_violations() {
        let refused = |code: &str, more: &str| {
            let body = format!(r#"{{"type":"{REFUSALS}{code}","title":"No","detail":"why"{more}}}"#);
            judge(&CallResult { status: Some(404), body: Some(body), ..CallResult::default() }, true)
        };
        assert_eq!(refused("NO_PATH_MATCHED_ERROR", "").request, ["NO_PATH_MATCHED_ERROR: No: why"]);
        let more = r#","validation":[{"location":["body"],"message":"bad"}]"#;
        assert_eq!(refused("UNPROCESSABLE_ENTITY", more).request, ["request.body: bad"]);
        assert_eq!(refused("SCHEMA_TOO_COMPLEX", ""), Verdict { request: Vec::new(), others: 1 });
        let own = CallResult { body: Some(r#"{"type":"about:blank"}"#.to_owned()), ..CallResult::default() };
        assert_eq!(judge(&own, false), Verdict::default());
        let failed = CallResult { status: Some(400), ..own };
        assert_eq!(judge(&failed, true).request, ["response 400 without a reason: {\"type\":\"about:blank\"}"]);
    }
}
