//! Doing several things at the same time, up to a limit.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// What `make` makes of each of `items`, in their order, at most `limit` of them at a time.
pub fn at_a_time<T: Sync, R: Send>(
    limit: usize,
    items: &[T],
    make: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    if limit <= 1 || items.len() <= 1 {
        return items.iter().map(make).collect();
    }
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..limit.min(items.len()) {
            let (sender, next, make) = (sender.clone(), &next, &make);
            scope.spawn(move || {
                while let Some((number, item)) = claim(next, items) {
                    // The receiver outlives the scope.
                    let _ = sender.send((number, make(item)));
                }
            });
        }
    });
    drop(sender);
    let mut results: Vec<(usize, R)> = receiver.into_iter().collect();
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}

fn claim<'a, T>(next: &AtomicUsize, items: &'a [T]) -> Option<(usize, &'a T)> {
    let number = next.fetch_add(1, Ordering::Relaxed);
    Some((number, items.get(number)?))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn results_keep_their_order_whoever_is_done_first() {
        let made = at_a_time(3, &[30, 1, 20, 2, 10], |ms| {
            std::thread::sleep(Duration::from_millis(*ms));
            ms * 2
        });
        assert_eq!(made, [60, 2, 40, 4, 20]);
    }

    #[test]
    fn never_more_than_the_limit_at_a_time() {
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        at_a_time(2, &[(); 8], |()| {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(5));
            now.fetch_sub(1, Ordering::SeqCst);
        });
        assert!(most.load(Ordering::SeqCst) <= 2);
    }

    #[test]
    fn nothing_is_done_of_nothing() {
        assert!(at_a_time(4, &[] as &[u8], |_| ()).is_empty());
    }
}
