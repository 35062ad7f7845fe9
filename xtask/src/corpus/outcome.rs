//! The outcome of a document.

use serde::{Deserialize, Serialize};

use super::sizes::{LARGEST_TYPE, Size};

/// The outcome of a document, up to the last stage that was tried.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// The name of the document.
    pub document: String,
    /// Its size.
    pub kilobytes: u64,
    /// The number of operations, if the document is valid JSON or YAML.
    pub operations: Option<usize>,
    /// The number of component schemas.
    pub schemas: Option<usize>,
    /// The last stage and its result.
    pub verdict: Verdict,
    /// The cost of generating.
    pub generate: Option<Cost>,
    /// The number of lines of the generated module.
    pub lines: Option<usize>,
    /// The cost of checking.
    pub check: Option<Cost>,
    /// The problems of a refused document, or the compiler's messages, in one line each.
    pub problems: Vec<String>,
    /// The number of problems, of which not all may be listed.
    pub problem_count: usize,
    /// The number of compiler warnings.
    pub warnings: usize,
    /// The number of approximated constructs.
    pub approximated: usize,
    /// The number of approximations that left a value untyped although its schema declares a type.
    #[serde(default)]
    pub widened: usize,
    /// The number of struct fields with untyped JSON. Most of them have no declared type.
    pub untyped: usize,
    /// The outcome of the instances.
    pub instances: Option<Instances>,
    /// The largest generated types, in descending order.
    #[serde(default)]
    pub largest: Vec<Size>,
}

impl Outcome {
    /// The failures that fail the command, whatever outcome is expected: one line each.
    pub fn failures(&self) -> Vec<String> {
        const MOST: usize = 20;
        let wrong = self.instances.iter().flat_map(|instances| &instances.wrong);
        let mut failures: Vec<String> = wrong
            .filter(|wrong| wrong.aborted)
            .map(|wrong| format!("{}: {}: {}", self.document, wrong.name(), wrong.reason))
            .collect();
        if let Some(more) = failures.len().checked_sub(MOST).filter(|more| *more > 0) {
            failures.truncate(MOST);
            failures.push(format!("{}: {more} more instances aborted", self.document));
        }
        let large = self.largest.iter().filter(|size| size.bytes > LARGEST_TYPE);
        failures.extend(large.map(|Size { rust, bytes }| {
            format!("{}: {rust} has {bytes} bytes, more than {LARGEST_TYPE}", self.document)
        }));
        failures
    }
}

/// The result of the last stage, from worst to best.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The generator panicked or was killed.
    #[default]
    Crashed,
    /// A stage exceeded its time limit.
    Timeout,
    /// The generator refused the document.
    Refused,
    /// The output does not compile.
    Errors,
    /// The output compiles with warnings.
    Warnings,
    /// There is output, but it was not compiled.
    Generated,
    /// The output compiles without warnings.
    Compiles,
}

impl Verdict {
    /// The verdict in one word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Crashed => "crashed",
            Self::Timeout => "timeout",
            Self::Refused => "refused",
            Self::Errors => "errors",
            Self::Warnings => "warnings",
            Self::Generated => "generated",
            Self::Compiles => "compiles",
        }
    }

    /// The verdict of this name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Crashed, Self::Timeout, Self::Refused, Self::Errors, Self::Warnings, Self::Generated, Self::Compiles]
            .into_iter()
            .find(|verdict| verdict.as_str() == text)
    }
}

/// The cost of a stage.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Cost {
    /// Wall-clock time.
    pub seconds: f64,
    /// The peak memory of one process, if it could be measured.
    pub megabytes: Option<u64>,
}

/// The outcome of the instances of a document.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Instances {
    /// The number of equal round trips.
    pub equal: usize,
    /// The number of instances.
    pub total: usize,
    /// The number of mismatches whose instance is valid only for some readers of OpenAPI.
    pub contested: usize,
    /// The number of instances whose schema has no generated type.
    pub untried: usize,
    /// The reason why instances could not be tried.
    pub failure: Option<String>,
    /// The mismatches, with aborted ones last.
    pub wrong: Vec<Wrong>,
}

/// An instance without an equal round trip.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wrong {
    /// The pointer of its schema.
    pub pointer: String,
    /// Its number among the instances of that schema.
    pub n: u64,
    /// The kind of the instance.
    pub kind: String,
    /// Whether the instance is valid only for some readers of OpenAPI.
    pub contested: bool,
    /// Whether the program was ended by a stack overflow or a panic.
    #[serde(default)]
    pub aborted: bool,
    /// The difference or the error.
    pub reason: String,
}

impl Wrong {
    /// The name of the instance: the pointer of its schema, its kind and its number.
    pub fn name(&self) -> String {
        let contested = if self.contested { ", contested" } else { "" };
        format!("#{} ({} {}{contested})", self.pointer, self.kind, self.n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(aborted: u64) -> Outcome {
        let wrong = |n| Wrong {
            pointer: "/Pet".to_owned(),
            n,
            kind: "minimal".to_owned(),
            contested: false,
            aborted: n < aborted,
            reason: "aborted, signal 6: stack overflow".to_owned(),
        };
        let instances = Instances { total: 30, wrong: (0..30).map(wrong).collect(), ..Instances::default() };
        Outcome { document: "pets".to_owned(), instances: Some(instances), ..Outcome::default() }
    }

    #[test]
    fn an_abort_is_a_fault_that_names_its_instance() {
        assert_eq!(outcome(0).failures(), [""; 0]);
        assert_eq!(outcome(1).failures(), ["pets: #/Pet (minimal 0): aborted, signal 6: stack overflow"]);
        let many = outcome(25).failures();
        assert_eq!((many.len(), many.last().map(String::as_str)), (21, Some("pets: 5 more instances aborted")));
    }

    #[test]
    fn a_type_that_is_too_large_is_a_fault() {
        let size = |rust: &str, bytes| Size { rust: rust.to_owned(), bytes };
        let largest = vec![size("types::Pets", LARGEST_TYPE + 1), size("types::Pet", LARGEST_TYPE)];
        let outcome = Outcome { document: "pets".to_owned(), largest, ..Outcome::default() };
        assert_eq!(outcome.failures(), ["pets: types::Pets has 16385 bytes, more than 16384"]);
    }
}
