//! Runs a program with limits on time and memory, and measures both.

use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::Error;

/// GNU time, which measures the memory of a program and its children.
const TIME: &str = "/usr/bin/time";
const PEAK: &str = "\tMaximum resident set size (kbytes): ";

/// The limits of a process.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The time limit.
    pub time: Duration,
    /// The limit of address space for each process, in MB.
    pub megabytes: u64,
}

/// A finished process.
#[derive(Clone, Debug)]
pub struct Ran {
    /// How it ended.
    pub end: End,
    /// The duration.
    pub seconds: f64,
    /// The peak memory of one of its processes, if GNU time is installed.
    pub megabytes: Option<u64>,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

/// The end of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It exited with this code.
    Exit(i32),
    /// A signal ended it.
    Signal(i32),
    /// It exceeded the time limit and was ended.
    Timeout,
}

/// Runs a program until it ends.
///
/// # Errors
///
/// The program cannot be started.
pub fn run(program: &Path, arguments: &[&str], environment: &[(&str, &str)], bounds: Bounds) -> Result<Ran, Error> {
    let measured = Path::new(TIME).exists();
    let mut command = Command::new("sh");
    command.args([
        "-c",
        &format!("ulimit -c 0; ulimit -v {}; exec \"$@\"", bounds.megabytes.saturating_mul(1024)),
        "sh",
    ]);
    if measured {
        command.args([TIME, "-v"]);
    }
    command.arg(program).args(arguments).envs(environment.iter().copied());
    // A process group, so that all of its processes can be ended.
    command.process_group(0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let started = Instant::now();
    let mut child = command.spawn().map_err(|error| Error::new(program.display(), error))?;
    let stdout = child.stdout.take().map(collect);
    let stderr = child.stderr.take().map(collect);
    let mut pause = Duration::from_millis(1);
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|error| Error::new(program.display(), error))? {
            break Some(status);
        }
        if started.elapsed() > bounds.time {
            let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", child.id())]).status();
            let _ = child.wait();
            break None;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    };
    let seconds = started.elapsed().as_secs_f64();
    let text =
        |reader: Option<thread::JoinHandle<String>>| reader.and_then(|reader| reader.join().ok()).unwrap_or_default();
    let (stdout, mut stderr) = (text(stdout), text(stderr));
    let megabytes = measured.then(|| peak(&mut stderr)).flatten();
    let end = match status {
        None => End::Timeout,
        Some(status) => match (status.code(), status.signal()) {
            // GNU time reports a signal as a shell does.
            (Some(code), _) if code > 128 && measured => End::Signal(code - 128),
            (Some(code), _) => End::Exit(code),
            (None, signal) => End::Signal(signal.unwrap_or_default()),
        },
    };
    Ok(Ran { end, seconds, megabytes, stdout, stderr })
}

fn collect(mut stream: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Removes GNU time's report, and parses the memory from it.
fn peak(stderr: &mut String) -> Option<u64> {
    let kilobytes: u64 = stderr.lines().find_map(|line| line.strip_prefix(PEAK)?.parse().ok())?;
    if let Some(start) = stderr.find("\tCommand being timed:") {
        stderr.truncate(start);
        // GNU time adds a line if the program failed.
        let own = |line: &str| line.starts_with("Command exited with") || line.starts_with("Command terminated by");
        let kept: Vec<&str> = stderr.lines().filter(|line| !own(line)).collect();
        *stderr = kept.join("\n");
    }
    Some(kilobytes / 1024)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { time: Duration::from_secs(10), megabytes: 1000 };

    #[test]
    fn measures_and_keeps_apart() {
        let ran = run(Path::new("sh"), &["-c", "echo out; echo err >&2; exit 3"], &[], BOUNDS).unwrap();
        assert_eq!((ran.end, ran.stdout.trim(), ran.stderr.trim()), (End::Exit(3), "out", "err"));
    }

    #[test]
    fn a_program_ends_at_its_time_limit() {
        let bounds = Bounds { time: Duration::from_millis(50), ..BOUNDS };
        assert_eq!(run(Path::new("sleep"), &["30"], &[], bounds).unwrap().end, End::Timeout);
    }
}
