//! Prints items in parallel, because printing takes most of the generator's time.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The results of `print` for each index, in order.
pub(super) fn each<T: Clone + Send>(count: usize, print: impl Fn(usize) -> Vec<T> + Sync) -> Vec<T> {
    const WORTH_A_THREAD: usize = 64;
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(count / WORTH_A_THREAD).clamp(1, 8);
    let print_range = |range: std::ops::Range<usize>| range.flat_map(&print).collect::<Vec<T>>();
    // More chunks than threads, because types differ in size.
    let chunk = count.div_ceil(threads * 8).max(1);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut printed = Vec::new();
        loop {
            let start = next.fetch_add(chunk, Ordering::Relaxed);
            if start >= count {
                return printed;
            }
            printed.push((start / chunk, print_range(start..(start + chunk).min(count))));
        }
    };
    let printed: Vec<(usize, Vec<T>)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads)
            .filter_map(|_| std::thread::Builder::new().stack_size(crate::STACK).spawn_scoped(scope, work).ok())
            .collect();
        let mut printed = work();
        for other in others {
            match other.join() {
                Ok(more) => printed.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        printed
    });
    let mut chunks = vec![Vec::new(); count.div_ceil(chunk)];
    for (index, items) in printed {
        if let Some(slot) = chunks.get_mut(index) {
            *slot = items;
        }
    }
    chunks.concat()
}
