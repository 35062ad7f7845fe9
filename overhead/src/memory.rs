//! Counts allocations, with the feature `allocations`.

/// The allocations of some work.
pub(crate) struct Counted {
    /// The number of allocations.
    pub(crate) times: u64,
    pub(crate) bytes: u64,
    /// The peak number of allocated bytes.
    pub(crate) most: u64,
}

/// Does the work on this thread, and counts its allocations.
#[cfg(feature = "allocations")]
pub(crate) fn count(work: impl FnOnce()) -> Option<Counted> {
    let info = allocation_counter::measure(work);
    Some(Counted { times: info.count_total, bytes: info.bytes_total, most: info.bytes_max })
}

/// Does the work without counting.
#[cfg(not(feature = "allocations"))]
pub(crate) fn count(work: impl FnOnce()) -> Option<Counted> {
    work();
    None
}
