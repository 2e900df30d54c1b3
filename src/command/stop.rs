//! Stopping one thread's command from another thread: what it was to bring about has been seen to be there.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

thread_local! {
    /// What stops the commands of this thread.
    static STOP: RefCell<Option<Stop>> = const { RefCell::new(None) };
}

/// Stops the commands of one thread, once it is asked to.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Runs `work`, whose commands on this thread end as soon as this is [asked](Self::ask) to stop them.
    pub fn while_at<T>(&self, work: impl FnOnce() -> T) -> T {
        STOP.set(Some(self.clone()));
        let done = work();
        STOP.set(None);
        done
    }

    /// Stops the running command and those to come.
    pub fn ask(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Whether the commands of this thread are to stop.
pub(super) fn is_asked_for() -> bool {
    STOP.with_borrow(|stop| {
        stop.as_ref()
            .is_some_and(|stop| stop.0.load(Ordering::SeqCst))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_thread_that_works_under_it_is_stopped() {
        let stop = Stop::default();
        stop.while_at(|| {
            assert!(!is_asked_for());
            stop.ask();
            assert!(is_asked_for());
            std::thread::scope(|scope| {
                scope.spawn(|| assert!(!is_asked_for()));
            });
        });
        assert!(!is_asked_for());
    }
}
