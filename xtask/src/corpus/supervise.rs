//! Runs the program of instances until every instance was tried, even if some instances end the program.

use std::time::Instant;

use serde::Deserialize;
use serde_json::Value;

use super::Error;
use super::process::{Bounds, End, Ran};

/// One line of the program's output. An instance is named by its number, counted from 1.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// The size in bytes of each generated type. Only the first run prints it.
    Sizes(Vec<(String, usize)>),
    /// The program begins to try an instance.
    Begin(usize),
    /// The schema of an instance has no type.
    Untried(usize),
    /// An instance was decoded, and encoded as a different value.
    Encoded(usize, Value),
    /// An instance was not decoded or not encoded.
    Failed(usize, String),
    /// All instances were tried.
    End,
}

/// The outcome of all runs of the program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Supervised {
    /// The output, without the instances that ended the program.
    pub lines: Vec<Line>,
    /// The number of each instance that ended the program, and how.
    pub aborted: Vec<(usize, String)>,
    /// The reason why the remaining instances could not be tried, and the last instance that was begun.
    pub failure: Option<(String, Option<usize>)>,
}

/// Starts the program, and starts it again after each instance that ends it. `start` takes the number of instances to
/// skip. The time of `bounds` is for all runs together.
///
/// # Errors
///
/// The program cannot be started.
pub fn supervise(
    mut start: impl FnMut(usize, Bounds) -> Result<Ran, Error>,
    bounds: Bounds,
) -> Result<Supervised, Error> {
    let started = Instant::now();
    let mut supervised = Supervised::default();
    let mut skipped = 0;
    loop {
        let time = bounds.time.saturating_sub(started.elapsed());
        let ran = start(skipped, Bounds { time, ..bounds })?;
        let lines: Vec<Line> = ran.stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let is_complete = ran.end == End::Exit(0) && lines.last() == Some(&Line::End);
        let begun =
            lines.iter().rev().find_map(|line| if let Line::Begin(number) = line { Some(*number) } else { None });
        supervised.lines.extend(lines);
        if is_complete {
            return Ok(supervised);
        }
        match begun {
            _ if ran.end == End::Timeout => {
                supervised.failure = Some(("trying the instances takes too long".to_owned(), begun));
                return Ok(supervised);
            }
            // Every run gets further than the previous one, so the loop ends.
            Some(number) if number > skipped => {
                supervised.aborted.push((number, how(&ran)));
                skipped = number;
            }
            _ => {
                supervised.failure = Some((format!("the program ended early, {}", how(&ran)), None));
                return Ok(supervised);
            }
        }
    }
}

/// How a program ended, and the last line of its standard error.
fn how(ran: &Ran) -> String {
    let end = match ran.end {
        End::Exit(code) => format!("exit code {code}"),
        End::Signal(signal) => format!("signal {signal}"),
        End::Timeout => "timeout".to_owned(),
    };
    format!("{end}: {}", last_line(&ran.stderr))
}

/// The last line of a text that is not blank.
pub fn last_line(text: &str) -> &str {
    text.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::super::process::run;
    use super::*;

    const BOUNDS: Bounds = Bounds { time: Duration::from_secs(30), megabytes: 1000 };

    /// Supervises a shell script, in which `$1` is the number of instances to skip.
    fn script(script: &str, bounds: Bounds) -> Supervised {
        let start =
            |skipped: usize, bounds| run(Path::new("sh"), &["-c", script, "sh", &skipped.to_string()], &[], bounds);
        supervise(start, bounds).unwrap()
    }

    #[test]
    fn instances_after_an_abort_are_tried() {
        let program = r#"
            for n in 1 2 3 4; do
                [ $n -gt $1 ] || continue
                echo "{\"begin\":$n}"
                case $n in
                    1 | 3) echo "instance $n overflows" >&2; kill -ABRT $$ ;;
                    4) echo '{"failed":[4,"not decoded"]}' ;;
                esac
            done
            echo '"end"'"#;
        let supervised = script(program, BOUNDS);
        let named: Vec<(usize, bool)> =
            supervised.aborted.iter().map(|(number, how)| (*number, how.starts_with("signal 6: "))).collect();
        assert_eq!(named, [(1, true), (3, true)], "{supervised:?}");
        assert_eq!(supervised.failure, None);
        let lines = [Line::Begin(1), Line::Begin(2), Line::Begin(3), Line::Begin(4)];
        let end = [Line::Failed(4, "not decoded".to_owned()), Line::End];
        assert_eq!(supervised.lines, [&lines[..], &end[..]].concat());
    }

    #[test]
    fn a_program_that_ends_before_the_first_instance_is_not_restarted() {
        let supervised = script("echo broken >&2; exit 3", BOUNDS);
        assert_eq!(supervised.failure, Some(("the program ended early, exit code 3: broken".to_owned(), None)));
        let supervised = script("echo '\"end\"'; kill -ABRT $$", BOUNDS);
        assert!(supervised.failure.is_some(), "{supervised:?}");
    }

    #[test]
    fn an_instance_that_hangs_is_named() {
        let bounds = Bounds { time: Duration::from_millis(300), ..BOUNDS };
        let supervised = script(r#"echo '{"begin":7}'; sleep 30"#, bounds);
        assert_eq!(supervised.failure, Some(("trying the instances takes too long".to_owned(), Some(7))));
    }
}
