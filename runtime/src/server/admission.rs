//! How many calls run at once: in all and of each client; who waits, and whose turn it is.
//!
//! A call that finds room takes it by counting, without a lock. Those that find none wait in a line of their client's, and
//! room that gets free goes to the lines in turn: a client with a hundred calls waiting delays another's one by one call.

use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher, Hash, RandomState},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use tokio::sync::oneshot;

/// Clients are counted in this many places; two that share one, by chance, share its limit. It needs no list of clients,
/// which a lock would guard and somebody would have to tidy up.
const PLACES: usize = 4096;

/// How many calls and reads may run and wait.
#[derive(Debug, Clone)]
pub struct CallLimits {
    /// How many run at once.
    pub running: usize,
    /// How many of one client run at once.
    pub running_per_client: usize,
    /// How many wait for their turn; any further one is refused.
    pub waiting: usize,
    /// How long one waits before it is refused.
    pub patience: Duration,
}

impl Default for CallLimits {
    fn default() -> Self {
        Self { running: 1024, running_per_client: 512, waiting: 1024, patience: Duration::from_secs(30) }
    }
}

impl CallLimits {
    /// How many calls there are at most, those that wait included.
    pub(super) fn most(&self) -> usize {
        self.running.saturating_add(self.waiting)
    }
}

/// A client, as far as limits are concerned; the default is the only one, as over standard input and output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Caller(usize);

/// Gives keys of clients their places.
#[derive(Debug, Clone, Default)]
pub(super) struct Callers(RandomState);

impl Callers {
    /// The client of this key. Nobody can tell beforehand which keys share a place.
    pub(super) fn of(&self, key: impl Hash) -> Caller {
        #[expect(clippy::cast_possible_truncation, reason = "any bits of it do")]
        Caller(self.0.hash_one(key) as usize % PLACES)
    }
}

/// Lets calls in.
pub(super) struct Admission {
    limits: CallLimits,
    running: AtomicUsize,
    of_callers: Box<[AtomicUsize]>,
    /// How many stand in lines. It is added to before what runs is looked at, and what ends is subtracted before this is:
    /// one of the two sees the other.
    waiting: AtomicUsize,
    lines: Mutex<Lines>,
}

/// Those who wait.
#[derive(Default)]
struct Lines {
    by_caller: HashMap<Caller, VecDeque<Ticket>>,
    /// Who has a line, in the order of their turns.
    turns: VecDeque<Caller>,
    last: u64,
}

struct Ticket {
    number: u64,
    call: oneshot::Sender<()>,
}

/// Why a call is not let in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Busy {
    /// Too many wait already.
    #[error("The server is busy: {why}, and {waiting} calls wait already. Nothing was sent; try again later.")]
    Crowded { why: Full, waiting: usize },
    /// Its turn did not come.
    #[error("The server is busy: {why}, and no turn came within {} seconds. Nothing was sent; try again later.", patience.as_secs_f64())]
    Late { why: Full, patience: Duration },
}

/// Which limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Full {
    #[error("{0} calls run, the most that may run at once")]
    Server(usize),
    #[error("{0} calls of this client run, the most that may run at once")]
    Caller(usize),
}

impl Admission {
    pub(super) fn new(limits: CallLimits) -> Self {
        let of_callers = (0..PLACES).map(|_| AtomicUsize::new(0)).collect();
        Self { limits, running: AtomicUsize::new(0), of_callers, waiting: AtomicUsize::new(0), lines: Mutex::default() }
    }

    /// Waits for a client's turn. The call may run for as long as the slot is held.
    pub(super) async fn enter(&self, caller: Caller) -> Result<Slot<'_>, Busy> {
        if self.waiting.load(SeqCst) == 0 && self.take(caller).is_ok() {
            return Ok(Slot { admission: self, caller });
        }
        let mut place = self.line_up(caller)?;
        if tokio::time::timeout(self.limits.patience, &mut place.called).await.is_ok() {
            place.waits = false;
            return Ok(Slot { admission: self, caller });
        }
        Err(Busy::Late { why: self.why(caller), patience: self.limits.patience })
    }

    /// Counts a call in, where there is room.
    fn take(&self, caller: Caller) -> Result<(), Full> {
        let Self { limits, running, of_callers, .. } = self;
        let one_more = |count: &AtomicUsize, limit: usize| {
            count.fetch_update(SeqCst, SeqCst, |count| (count < limit).then_some(count + 1)).is_ok()
        };
        if !one_more(&of_callers[caller.0], limits.running_per_client) {
            return Err(Full::Caller(limits.running_per_client));
        }
        if !one_more(running, limits.running) {
            // Who undoes this goes through the lines next, so that nobody is kept waiting by it.
            of_callers[caller.0].fetch_sub(1, SeqCst);
            return Err(Full::Server(limits.running));
        }
        Ok(())
    }

    fn release(&self, caller: Caller) {
        self.of_callers[caller.0].fetch_sub(1, SeqCst);
        self.running.fetch_sub(1, SeqCst);
        if self.waiting.load(SeqCst) > 0 {
            self.call_up(&mut self.lines());
        }
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place in the client's line, which may have been called up already.
    fn line_up(&self, caller: Caller) -> Result<Place<'_>, Busy> {
        let (call, called) = oneshot::channel();
        let mut lines = self.lines();
        lines.last += 1;
        let number = lines.last;
        let line = lines.by_caller.entry(caller).or_default();
        line.push_back(Ticket { number, call });
        if line.len() == 1 {
            lines.turns.push_back(caller);
        }
        let waiting = self.waiting.fetch_add(1, SeqCst) + 1;
        self.call_up(&mut lines);
        if waiting > self.limits.waiting && self.leave(&mut lines, caller, number) {
            return Err(Busy::Crowded { why: self.why(caller), waiting: self.limits.waiting });
        }
        Ok(Place { admission: self, caller, number, called, waits: true })
    }

    /// Lets in who there is room for, line after line. Who is passed over keeps its turn.
    fn call_up(&self, lines: &mut Lines) {
        let mut at = 0;
        while let Some(&caller) = lines.turns.get(at) {
            match self.take(caller) {
                Err(Full::Server(_)) => return,
                Err(Full::Caller(_)) => at += 1,
                Ok(()) => {
                    self.waiting.fetch_sub(1, SeqCst);
                    lines.turns.remove(at);
                    at = 0;
                    let Some(line) = lines.by_caller.get_mut(&caller) else { continue };
                    if let Some(ticket) = line.pop_front() {
                        // Who no longer listens gives the slot back: see `Place`.
                        let _ = ticket.call.send(());
                    }
                    if line.is_empty() {
                        lines.by_caller.remove(&caller);
                    } else {
                        lines.turns.push_back(caller);
                    }
                }
            }
        }
    }

    /// Takes a ticket out of its line; false when it has been called up.
    fn leave(&self, lines: &mut Lines, caller: Caller, number: u64) -> bool {
        let Some(line) = lines.by_caller.get_mut(&caller) else { return false };
        let Some(at) = line.iter().position(|ticket| ticket.number == number) else { return false };
        line.remove(at);
        if line.is_empty() {
            lines.by_caller.remove(&caller);
            lines.turns.retain(|turn| *turn != caller);
        }
        self.waiting.fetch_sub(1, SeqCst);
        true
    }

    /// The limit that keeps a client waiting.
    fn why(&self, caller: Caller) -> Full {
        let Self { limits, of_callers, .. } = self;
        if of_callers[caller.0].load(SeqCst) >= limits.running_per_client {
            Full::Caller(limits.running_per_client)
        } else {
            Full::Server(limits.running)
        }
    }
}

/// A call that runs.
pub(super) struct Slot<'a> {
    admission: &'a Admission,
    caller: Caller,
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.admission.release(self.caller);
    }
}

/// A call that waits; dropping it gives up its place, or the slot that it was called up to.
struct Place<'a> {
    admission: &'a Admission,
    caller: Caller,
    number: u64,
    called: oneshot::Receiver<()>,
    waits: bool,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if self.waits {
            let left = self.admission.leave(&mut self.admission.lines(), self.caller, self.number);
            if !left {
                self.admission.release(self.caller);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{pin::pin, sync::Arc, task::Poll};

    use futures_util::poll;

    use super::*;

    const ANN: Caller = Caller(1);
    const BOB: Caller = Caller(2);

    fn admission(running: usize, running_per_client: usize, waiting: usize) -> Admission {
        Admission::new(CallLimits { running, running_per_client, waiting, patience: Duration::from_secs(5) })
    }

    /// Nothing runs, nothing waits, and nothing is left of who did.
    fn is_empty(admission: &Admission) -> bool {
        let lines = admission.lines();
        admission.running.load(SeqCst) == 0
            && admission.waiting.load(SeqCst) == 0
            && admission.of_callers.iter().all(|count| count.load(SeqCst) == 0)
            && lines.by_caller.is_empty()
            && lines.turns.is_empty()
    }

    #[test]
    fn those_that_wait_are_among_the_most() {
        let limits = |running, waiting| CallLimits { running, waiting, ..CallLimits::default() };
        assert_eq!(limits(2, 3).most(), 5);
        assert_eq!(limits(usize::MAX, 1).most(), usize::MAX);
    }

    #[tokio::test]
    async fn room_that_gets_free_goes_from_client_to_client() {
        let admission = admission(1, 1, 10);
        let first = admission.enter(ANN).await.unwrap();
        let order = Mutex::new(Vec::new());
        let wait = async |caller: Caller, name: &'static str| {
            let slot = admission.enter(caller).await.unwrap();
            order.lock().unwrap().push(name);
            drop(slot);
        };
        let all = futures_util::future::join4(wait(ANN, "a1"), wait(ANN, "a2"), wait(ANN, "a3"), wait(BOB, "b1"));
        let mut all = pin!(all);
        assert!(poll!(&mut all).is_pending());
        drop(first);
        all.await;
        assert_eq!(*order.lock().unwrap(), ["a1", "b1", "a2", "a3"]);
        assert!(is_empty(&admission));
    }

    #[tokio::test]
    async fn one_client_leaves_room_for_others() {
        let admission = admission(3, 2, 10);
        let _ann = (admission.enter(ANN).await.unwrap(), admission.enter(ANN).await.unwrap());
        let mut third = pin!(admission.enter(ANN));
        assert!(poll!(&mut third).is_pending());
        let bob = admission.enter(BOB).await.unwrap();
        let mut another = pin!(admission.enter(BOB));
        assert!(poll!(&mut another).is_pending(), "the server is full");
        drop(bob);
        assert!(matches!(poll!(&mut another), Poll::Ready(Ok(_))), "Ann's limit does not keep Bob waiting");
        assert!(poll!(&mut third).is_pending());
    }

    #[tokio::test(start_paused = true)]
    async fn lines_are_bounded_in_length_and_time() {
        let admission = admission(2, 1, 1);
        let ann = admission.enter(ANN).await.unwrap();
        let mut waits = pin!(admission.enter(ANN));
        assert!(poll!(&mut waits).is_pending());
        let crowded = admission.enter(ANN).await.err().unwrap();
        let why = Full::Caller(1);
        assert_eq!(crowded, Busy::Crowded { why, waiting: 1 });
        assert_eq!(
            crowded.to_string(),
            "The server is busy: 1 calls of this client run, the most that may run at once, and 1 calls wait already. \
             Nothing was sent; try again later."
        );
        let bob = admission.enter(BOB).await;
        assert!(bob.is_ok(), "a full line is no matter for who finds room");
        let late = waits.await.err().unwrap();
        assert_eq!(late, Busy::Late { why, patience: Duration::from_secs(5) });
        drop((ann, bob));
        assert!(is_empty(&admission));
    }

    #[tokio::test]
    async fn who_gives_up_leaves_nothing_behind() {
        let admission = admission(1, 1, 10);
        let first = admission.enter(ANN).await.unwrap();
        {
            let mut gives_up = pin!(admission.enter(BOB));
            assert!(poll!(&mut gives_up).is_pending());
        }
        assert_eq!(admission.waiting.load(SeqCst), 0);
        {
            let mut called_up = pin!(admission.enter(BOB));
            assert!(poll!(&mut called_up).is_pending());
            drop(first);
            assert_eq!(admission.running.load(SeqCst), 1, "the slot is Bob's, who does not look any more");
        }
        assert!(is_empty(&admission));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn nobody_is_forgotten_under_load() {
        let admission = Arc::new(admission(3, 2, 10_000));
        let calls = (0..2_000).map(|index| {
            let admission = admission.clone();
            tokio::spawn(async move {
                let slot = admission.enter(Caller(index % 5)).await.unwrap();
                assert!(admission.running.load(SeqCst) <= 3);
                tokio::task::yield_now().await;
                drop(slot);
            })
        });
        for call in calls.collect::<Vec<_>>() {
            call.await.unwrap();
        }
        assert!(is_empty(&admission));
    }
}
