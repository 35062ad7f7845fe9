//! What became of a document.

use serde::{Deserialize, Serialize};

use super::sizes::{LARGEST_TYPE, Size};

/// What became of a document, as far as it was tried.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// The name of the document.
    pub document: String,
    /// Its size.
    pub kilobytes: u64,
    /// How many operations it has, where it can be read at all.
    pub operations: Option<usize>,
    /// How many component schemas.
    pub schemas: Option<usize>,
    /// The last stage, and how it went.
    pub verdict: Verdict,
    /// How generating went.
    pub generate: Option<Cost>,
    /// The lines of the generated module.
    pub lines: Option<usize>,
    /// How checking went.
    pub check: Option<Cost>,
    /// Why the document was refused, or what the compiler says: each in one line.
    pub problems: Vec<String>,
    /// How many problems there are; not all may be listed.
    pub problem_count: usize,
    /// How many warnings the compiler has.
    pub warnings: usize,
    /// How many constructs were approximated.
    pub approximated: usize,
    /// How many approximations left a value untyped of which the schema says more.
    #[serde(default)]
    pub widened: usize,
    /// How many members of structs are untyped JSON, most of them because the schema leaves them open.
    pub untyped: usize,
    /// What became of the instances.
    pub instances: Option<Instances>,
    /// The largest generated types, the largest first.
    #[serde(default)]
    pub largest: Vec<Size>,
}

impl Outcome {
    /// The faults that fail the command, whatever outcome is expected: one line each.
    pub fn faults(&self) -> Vec<String> {
        const MOST: usize = 20;
        let wrong = self.instances.iter().flat_map(|instances| &instances.wrong);
        let mut faults: Vec<String> = wrong
            .filter(|wrong| wrong.aborted)
            .map(|wrong| format!("{}: {}: {}", self.document, wrong.name(), wrong.reason))
            .collect();
        if let Some(more) = faults.len().checked_sub(MOST).filter(|more| *more > 0) {
            faults.truncate(MOST);
            faults.push(format!("{}: {more} more instances aborted", self.document));
        }
        let large = self.largest.iter().filter(|size| size.bytes > LARGEST_TYPE);
        faults.extend(large.map(|Size { rust, bytes }| {
            format!("{}: {rust} has {bytes} bytes, more than {LARGEST_TYPE}", self.document)
        }));
        faults
    }
}

/// What became of a document, best last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The generator panicked, or was killed.
    #[default]
    Crashed,
    /// A stage took too long.
    Timeout,
    /// The generator refused it, with problems.
    Refused,
    /// The output does not compile.
    Errors,
    /// The output compiles with warnings.
    Warnings,
    /// There is output, which was not compiled.
    Generated,
    /// The output compiles without warnings.
    Compiles,
}

impl Verdict {
    /// In one word.
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

/// What a stage took.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Cost {
    /// Wall-clock time.
    pub seconds: f64,
    /// The most memory of one process, where it could be measured.
    pub megabytes: Option<u64>,
}

/// What became of the instances of a document.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Instances {
    /// How many came back equal.
    pub equal: usize,
    /// How many there are.
    pub total: usize,
    /// How many of those that did not come back are ones that not every reader of OpenAPI calls valid.
    pub contested: usize,
    /// How many have a schema that did not become a type.
    pub untried: usize,
    /// Why instances could not be tried at all.
    pub failure: Option<String>,
    /// The instances that did not come back equal, those that aborted the program last.
    pub wrong: Vec<Wrong>,
}

/// An instance that did not come back equal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wrong {
    /// The pointer of its schema.
    pub pointer: String,
    /// Its number among the instances of that schema.
    pub n: u64,
    /// Which kind of instance it is.
    pub kind: String,
    /// Whether not every reader of OpenAPI calls it valid.
    pub contested: bool,
    /// Whether the program that tried it ended, by a stack overflow or a panic.
    #[serde(default)]
    pub aborted: bool,
    /// What happened to it.
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
        assert_eq!(outcome(0).faults(), [""; 0]);
        assert_eq!(outcome(1).faults(), ["pets: #/Pet (minimal 0): aborted, signal 6: stack overflow"]);
        let many = outcome(25).faults();
        assert_eq!((many.len(), many.last().map(String::as_str)), (21, Some("pets: 5 more instances aborted")));
    }

    #[test]
    fn a_type_that_is_too_large_is_a_fault() {
        let size = |rust: &str, bytes| Size { rust: rust.to_owned(), bytes };
        let largest = vec![size("types::Pets", LARGEST_TYPE + 1), size("types::Pet", LARGEST_TYPE)];
        let outcome = Outcome { document: "pets".to_owned(), largest, ..Outcome::default() };
        assert_eq!(outcome.faults(), ["pets: types::Pets has 16385 bytes, more than 16384"]);
    }
}
