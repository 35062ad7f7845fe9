//! Measures this process: CPU time, memory, file descriptors.

use std::time::Duration;

use rustix::param::page_size;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};

use crate::BoxError;

/// The CPU time of all threads so far, in user mode and in the system.
pub(crate) fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// The resident memory in bytes.
pub(crate) fn resident() -> Result<usize, BoxError> {
    let statm = std::fs::read_to_string("/proc/self/statm")?;
    let pages: usize = statm.split_whitespace().nth(1).ok_or("statm has no second field")?.parse()?;
    Ok(pages * page_size())
}

/// The number of open file descriptors.
pub(crate) fn open_files() -> Result<usize, BoxError> {
    Ok(std::fs::read_dir("/proc/self/fd")?.count())
}

/// Raises the limit of open files as far as permitted.
pub(crate) fn allow_many_files() -> Result<(), BoxError> {
    let limit = getrlimit(Resource::Nofile);
    Ok(setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })?)
}

/// The limit of open files; `None` if there is none.
pub(crate) fn most_files() -> Option<u64> {
    getrlimit(Resource::Nofile).current
}
