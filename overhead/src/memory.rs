//! What is asked of the allocator, where it is one that counts: with the feature `allocations`.

/// What some work asked for.
pub(crate) struct Counted {
    /// How often.
    pub(crate) times: u64,
    pub(crate) bytes: u64,
    /// The most that was in use at once.
    pub(crate) most: u64,
}

/// Does the work on this thread, and counts.
#[cfg(feature = "allocations")]
pub(crate) fn count(work: impl FnOnce()) -> Option<Counted> {
    let info = allocation_counter::measure(work);
    Some(Counted { times: info.count_total, bytes: info.bytes_total, most: info.bytes_max })
}

/// Does the work. Nobody counts.
#[cfg(not(feature = "allocations"))]
pub(crate) fn count(work: impl FnOnce()) -> Option<Counted> {
    work();
    None
}
