//! The loop of a sweep: claims, workers, and what becomes of them.

use super::dashboard::Show;
use super::progress::{Event, Happening};
use super::schedule::{Board, Choice, Standing};
use super::shard::Shard;
use super::store::{Ending, Keep, Stage, Store};
use super::worker::{self, Start, Word, Worker};
use crate::failure::Failure;
use crate::{interrupt, terminal};
use data::Network;
use std::collections::BTreeMap;
use std::process::ExitStatus;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// How long the loop waits for words of its workers before it looks at their processes.
const BEAT: Duration = Duration::from_millis(30);

/// How long a run that another process holds is left alone.
const PATIENCE: Duration = Duration::from_millis(500);

/// How often a run is begun again after its worker failed.
const RETRIES: usize = 1;

/// What a sweep is done with.
#[derive(Clone, Copy, Debug)]
pub struct Means<'a> {
    /// Where runs are kept.
    pub store: &'a Store,
    /// Which runs are begun first.
    pub shard: Shard,
    /// Workers at a time.
    pub jobs: usize,
    /// What is kept of networks.
    pub keep: Keep,
    /// Whether workers may use the network.
    pub network: Network,
}

/// A sweep that is going on. Workers that are left when it is dropped are stopped, whatever the reason.
pub struct Sweep<'a> {
    means: Means<'a>,
    board: Board<'a>,
    show: Show,
    workers: Vec<Worker>,
    words: (Sender<Word>, Receiver<Word>),
    /// How often the workers of a run failed.
    failures: BTreeMap<usize, usize>,
    /// When a run that another process holds is looked at again.
    later: BTreeMap<usize, Instant>,
}

impl<'a> Sweep<'a> {
    /// A sweep over `board` that has done nothing yet.
    #[must_use]
    pub fn new(means: Means<'a>, board: Board<'a>, show: Show) -> Self {
        let (failures, later) = (BTreeMap::new(), BTreeMap::new());
        Self { means, board, show, workers: Vec::new(), words: channel(), failures, later }
    }

    /// Runs all that is to be run: how many runs that were in all.
    ///
    /// # Errors
    /// [`Failure::Stopped`] when a stop was asked for, [`Failure::Unfinished`] when runs failed, any other when the
    /// store cannot be written.
    pub fn conduct(mut self) -> Result<usize, Failure> {
        loop {
            if interrupt::requested() || self.show.stop_asked() {
                return self.stopped();
            }
            self.fill()?;
            if self.workers.is_empty() && self.board.wanted(self.means.shard).is_empty() {
                break;
            }
            self.listen();
            self.reap()?;
            let words = || self.workers.iter().map(|worker| (worker.item, worker.position.clone())).collect();
            self.show.draw(&self.board, words)?;
        }
        self.show.close();
        self.verdict()
    }

    /// Begins runs while there are any and a worker is free.
    fn fill(&mut self) -> Result<(), Failure> {
        for item in self.board.wanted(self.means.shard) {
            if self.workers.len() >= self.means.jobs {
                return Ok(());
            }
            if self.later.get(&item).is_none_or(|moment| *moment <= Instant::now()) {
                self.take(item)?;
            }
        }
        Ok(())
    }

    /// Begins the run `item`, unless it is done, or held by another process.
    fn take(&mut self, item: usize) -> Result<(), Failure> {
        let (store, run) = (self.means.store, self.board.items()[item].run);
        let claim = if store.outcome(&run.id)?.is_none() { store.claim(&run.id)? } else { None };
        // Whoever held the claim may have published the run just before letting go.
        if let Some(outcome) = store.outcome(&run.id)? {
            self.board.set(item, Standing::Done(Box::new(outcome)));
            self.show.happened(&Self::event(Happening::DoneElsewhere, item), &self.board);
            return Ok(());
        }
        let Some(claim) = claim else {
            self.later.insert(item, Instant::now() + PATIENCE);
            return Ok(());
        };
        let start = match store.prepare(run)? {
            Stage::Fresh => Start::Fresh,
            Stage::Begun => Start::Resume,
            Stage::Ended(ending) => return self.publish(item, ending),
            Stage::Busy => {
                self.later.insert(item, Instant::now() + PATIENCE);
                return Ok(());
            }
        };
        let words = self.words.0.clone();
        let worker = Worker::start((item, run), start, (store, claim), self.means.network, words)?;
        let process = worker.process();
        self.workers.push(worker);
        self.board.set(item, Standing::Running);
        self.show.happened(&Self::event(Happening::Started { process, start }, item), &self.board);
        Ok(())
    }

    /// Waits for a moment, and takes in what workers say.
    fn listen(&mut self) {
        let first = self.words.1.recv_timeout(BEAT).ok();
        for (item, position) in first.into_iter().chain(self.words.1.try_iter()) {
            if let Some(worker) = self.workers.iter_mut().find(|worker| worker.item == item) {
                worker.position = position;
            }
        }
    }

    /// Sees to workers that have ended.
    fn reap(&mut self) -> Result<(), Failure> {
        let mut k = 0;
        while k < self.workers.len() {
            match self.workers[k].ended()? {
                None => k += 1,
                Some(status) => {
                    let worker = self.workers.swap_remove(k);
                    self.settle(worker.item, status)?; // the claim is held until then
                }
            }
        }
        Ok(())
    }

    /// What becomes of the run `item`, whose worker ended with `status`.
    fn settle(&mut self, item: usize, status: ExitStatus) -> Result<(), Failure> {
        let (store, id) = (self.means.store, &self.board.items()[item].run.id);
        match store.ending(id)? {
            Some(Ending::Finished) if status.success() => return self.publish(item, Ending::Finished),
            Some(ending @ Ending::Diverged(_)) => return self.publish(item, ending),
            _ => {}
        }
        let complaint = worker::complaint(store, id, status);
        self.board.set(item, Standing::Open);
        if complaint.starts_with(Failure::BUSY) {
            self.later.insert(item, Instant::now() + PATIENCE);
            return Ok(());
        }
        let failures = self.failures.entry(item).or_default();
        *failures += 1;
        let happening = if *failures > RETRIES {
            self.board.set(item, Standing::Failed(complaint.clone()));
            Happening::Failed(complaint)
        } else {
            Happening::Retried(complaint)
        };
        self.show.happened(&Self::event(happening, item), &self.board);
        Ok(())
    }

    fn publish(&mut self, item: usize, ending: Ending) -> Result<(), Failure> {
        let outcome = self.means.store.publish(&self.board.items()[item].run.id, ending, self.means.keep)?;
        self.board.set(item, Standing::Done(Box::new(outcome)));
        self.show.happened(&Self::event(Happening::Done, item), &self.board);
        Ok(())
    }

    fn event(happening: Happening, item: usize) -> Event {
        Event { happening, item }
    }

    /// Stops all workers, which save; those that finished in this moment are finished.
    fn stopped(&mut self) -> Result<usize, Failure> {
        self.workers.iter_mut().for_each(Worker::stop);
        for mut worker in std::mem::take(&mut self.workers) {
            worker.wait();
            let succeeded = worker.ended()?.is_some_and(|status| status.success());
            self.board.set(worker.item, Standing::Open);
            if succeeded && self.means.store.ending(&self.board.items()[worker.item].run.id)? == Some(Ending::Finished)
            {
                self.publish(worker.item, Ending::Finished)?;
            }
        }
        let (done, total) = self.board.progress();
        Err(Failure::Stopped { done, total })
    }

    /// What is to be said at the end.
    fn verdict(&self) -> Result<usize, Failure> {
        for cell in 0..self.board.cells() {
            let name = &self.board.cell(cell).cell.name;
            if self.board.choice(cell) == Choice::Nothing {
                terminal::notice(&format!("{name}: every point has a run that diverged, so that none is reported"));
            }
        }
        let failed: Vec<String> = (self.board.failed())
            .map(|(item, reason)| format!("{} ({}): {reason}", self.board.cell(item.cell).cell.name, item.run.id))
            .collect();
        let (_, total) = self.board.progress();
        match failed.first() {
            None => Ok(total),
            Some(first) => Err(Failure::Unfinished { failed: failed.len(), total, first: first.clone() }),
        }
    }
}

impl Drop for Sweep<'_> {
    fn drop(&mut self) {
        self.workers.iter_mut().for_each(Worker::stop);
        self.workers.iter_mut().for_each(Worker::wait);
    }
}
