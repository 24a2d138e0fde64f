//! The loop of a sweep: it claims runs, starts workers, fills their slots, and publishes the runs that have ended.

use super::SweepOptions;
use super::dashboard::ProgressView;
use super::lines::{Event, EventKind};
use super::placement::Placement;
use super::protocol::{Assignment, WorkerMessage};
use super::schedule::{Choice, Schedule};
use super::status::{RunStatus, WorkStatus};
use super::store::{self, Claim, Store};
use super::worker::{Content, FromWorker, Slot, Worker};
use crate::failure::Failure;
use crate::run::folder::Ending;
use crate::{interrupt, terminal};
use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// How long the loop waits for messages before it looks for a request to stop.
const POLL: Duration = Duration::from_millis(30);

/// The shortest time between two attempts to claim a run that another process holds.
const POSTPONED: Duration = Duration::from_millis(500);

/// A sweep in progress. Its workers are stopped when the sweep is dropped.
pub struct Sweep<'a> {
    options: &'a SweepOptions,
    store: &'a Store,
    schedule: Schedule<'a>,
    view: ProgressView,
    placement: Placement,
    workers: Vec<Worker>,
    inbox: (Sender<FromWorker>, Receiver<FromWorker>),
    /// For each run that another process holds, by index in the schedule: the time of the next attempt to claim the
    /// run.
    postponed: BTreeMap<usize, Instant>,
}

/// A run that this sweep has claimed and may give to a worker.
struct Claimed {
    claim: Claim,
    /// Whether an earlier worker has started the run.
    resumed: bool,
}

impl<'a> Sweep<'a> {
    /// A sweep over the runs of `schedule`, which are stored in `store`.
    #[must_use]
    pub fn new(options: &'a SweepOptions, store: &'a Store, schedule: Schedule<'a>, view: ProgressView) -> Self {
        let placement = Placement::new(&schedule, options.fleet);
        let (workers, inbox, postponed) = (Vec::new(), channel(), BTreeMap::new());
        Self { options, store, schedule, view, placement, workers, inbox, postponed }
    }

    /// Carries out all needed runs, and returns the number of needed runs, including those that were done before.
    ///
    /// # Errors
    /// [`Failure::Stopped`] when a stop was requested, [`Failure::Unfinished`] when runs failed, another [`Failure`]
    /// when the store cannot be read or written, the terminal cannot be drawn on, or a worker cannot be started.
    pub fn run(mut self) -> Result<usize, Failure> {
        loop {
            if interrupt::requested() || self.view.stop_requested() {
                return self.stop();
            }
            self.start_workers()?;
            if self.workers.is_empty() && self.schedule.wanted(self.options.shard).is_empty() {
                break;
            }
            self.receive()?;
            let slots = || self.workers.iter().flat_map(|worker| &worker.slots);
            self.view.draw(&self.schedule, || slots().map(|slot| (slot.item, slot.progress.clone())).collect())?;
        }
        self.view.close();
        self.finish()
    }

    /// Starts workers for wanted runs, until there are as many workers as allowed.
    fn start_workers(&mut self) -> Result<(), Failure> {
        for item in self.schedule.wanted(self.options.shard) {
            if self.workers.len() >= self.options.jobs {
                break;
            }
            if self.is_due(item)
                && self.placement.may_start(item, &self.workers)
                && let Some(claimed) = self.claim(item)?
            {
                let spec = self.placement.worker_for(item, &self.schedule.items()[item].run.id, self.store);
                self.workers.push(Worker::start(spec, self.options.access, self.inbox.0.clone())?);
                self.assign(self.workers.len() - 1, item, claimed);
            }
        }
        Ok(())
    }

    fn is_due(&self, item: usize) -> bool {
        self.postponed.get(&item).is_none_or(|moment| *moment <= Instant::now())
    }

    fn postpone(&mut self, item: usize) {
        self.postponed.insert(item, Instant::now() + POSTPONED);
    }

    /// Claims the run `item`. Returns `None` when the run has ended, or when another process holds the run.
    fn claim(&mut self, item: usize) -> Result<Option<Claimed>, Failure> {
        let (store, run) = (self.store, self.schedule.items()[item].run);
        let claim = if store.outcome(&run.id)?.is_none() { store.claim(&run.id)? } else { None };
        // Another sweep may have published the run just before releasing the claim.
        if let Some(outcome) = store.outcome(&run.id)? {
            self.schedule.set(item, RunStatus::Done(Box::new(outcome)));
            self.show(item, EventKind::DoneElsewhere);
            return Ok(None);
        }
        let Some(claim) = claim else {
            self.postpone(item);
            return Ok(None);
        };
        Ok(match store.prepare(run)? {
            WorkStatus::New => Some(Claimed { claim, resumed: false }),
            WorkStatus::Resumable => Some(Claimed { claim, resumed: true }),
            WorkStatus::Ended(ending) => {
                self.publish(item, ending)?; // the claim is held until the run is published
                None
            }
            WorkStatus::Locked => {
                self.postpone(item);
                None
            }
        })
    }

    /// Assigns the run `item` to a slot of worker `k`, counted from 0.
    fn assign(&mut self, k: usize, item: usize, Claimed { claim, resumed }: Claimed) {
        let run = self.schedule.items()[item].run;
        let assignment = Assignment {
            run: run.id.clone(),
            folder: self.store.work(&run.id).path().to_owned(),
            config: self.store.config(&run.id),
            data_dir: run.data_dir.clone(),
        };
        self.workers[k].assign(Slot::new(item, run.id.clone(), claim), assignment);
        let process = self.workers[k].process();
        self.schedule.set(item, RunStatus::Running);
        self.show(item, if resumed { EventKind::Resumed { process } } else { EventKind::Started { process } });
    }

    /// Waits briefly for messages from workers, and handles the messages that have arrived.
    fn receive(&mut self) -> Result<(), Failure> {
        let first = self.inbox.1.recv_timeout(POLL).ok();
        let all: Vec<FromWorker> = first.into_iter().chain(self.inbox.1.try_iter()).collect();
        for FromWorker { process, content } in all {
            let Some(k) = self.workers.iter().position(|worker| worker.process() == process) else { continue };
            match content {
                Content::Message(message) => self.handle_message(k, message)?,
                Content::Unreadable(line) => {
                    self.workers[k].reject(&format!("wrote a line that is not a message, '{line}'"));
                }
                Content::Closed => {
                    let worker = self.workers.swap_remove(k);
                    self.handle_end(worker)?;
                }
            }
        }
        Ok(())
    }

    fn handle_message(&mut self, k: usize, message: WorkerMessage) -> Result<(), Failure> {
        let worker = &mut self.workers[k];
        let run = match &message {
            WorkerMessage::Free(free) => return self.fill_slots(k, *free),
            WorkerMessage::Failed(failure) => {
                worker.record_failure(failure.clone());
                return Ok(());
            }
            WorkerMessage::Epoch { run, .. } | WorkerMessage::Ended { run } | WorkerMessage::Refused { run } => run,
        };
        let Some(place) = worker.slot_of(run) else {
            worker.reject(&format!("reported on the run {run}, which is not assigned to it"));
            return Ok(());
        };
        match message {
            WorkerMessage::Epoch { progress, .. } => worker.slots[place].progress = progress,
            WorkerMessage::Refused { .. } => {
                let item = worker.slots.swap_remove(place).item;
                self.placement.separate(item);
                self.schedule.set(item, RunStatus::Open);
            }
            _ => match self.store.ending(run)? {
                Some(ending) => {
                    let slot = worker.slots.swap_remove(place);
                    self.publish(slot.item, ending)?; // the claim is held until the run is published
                }
                None => worker.reject(&format!("reported that the run {run} has ended, but the run has no result")),
            },
        }
        Ok(())
    }

    /// Sends suitable runs to worker `k`, counted from 0, which has asked for runs to fill `free` slots.
    fn fill_slots(&mut self, k: usize, free: usize) -> Result<(), Failure> {
        let mut wanted = self.schedule.wanted(self.options.shard);
        wanted.retain(|item| self.placement.fits(*item, &self.workers[k]) && self.is_due(*item));
        // A large fleet could claim every run at once, so runs that other shards prefer are given to the fleet only
        // when no wanted run of this shard is left.
        if wanted.iter().any(|item| self.options.shard.prefers(*item)) {
            wanted.retain(|item| self.options.shard.prefers(*item));
        }
        for item in wanted {
            if self.workers[k].pending() >= free {
                break;
            }
            if let Some(claimed) = self.claim(item)? {
                self.assign(k, item, claimed);
            }
        }
        self.workers[k].answer()
    }

    /// Handles the end of a worker's process: publishes the worker's runs that have ended, and makes the other runs
    /// available again, except a run that has failed too often.
    fn handle_end(&mut self, mut worker: Worker) -> Result<(), Failure> {
        let status = worker.wait()?;
        let mut open = Vec::new();
        for slot in std::mem::take(&mut worker.slots) {
            match self.store.ending(&slot.run)? {
                Some(ending) => self.publish(slot.item, ending)?, // the claim is held until the run is published
                None => open.push(slot.item),
            }
        }
        for item in &open {
            self.schedule.set(*item, RunStatus::Open);
        }
        let Some(&first) = open.first() else { return store::remove(&worker.log) };
        if worker.found_busy() {
            self.postpone(first);
            return store::remove(&worker.log);
        }
        let reason = worker.reason(status);
        let kind = self.placement.record_failure(worker, first, open.len(), reason);
        if let EventKind::Failed(reason) = &kind {
            self.schedule.set(first, RunStatus::Failed(reason.clone()));
        }
        self.show(first, kind);
        Ok(())
    }

    fn publish(&mut self, item: usize, ending: Ending) -> Result<(), Failure> {
        let outcome = self.store.publish(&self.schedule.items()[item].run.id, ending, self.options.keep)?;
        self.schedule.set(item, RunStatus::Done(Box::new(outcome)));
        self.show(item, EventKind::Done);
        Ok(())
    }

    fn show(&mut self, item: usize, kind: EventKind) {
        self.view.handle_event(&Event { kind, item }, &self.schedule);
    }

    /// Stops all workers, which save their runs, and publishes the runs that have just ended.
    fn stop(&mut self) -> Result<usize, Failure> {
        self.workers.iter_mut().for_each(Worker::stop);
        for mut worker in std::mem::take(&mut self.workers) {
            worker.wait()?;
            store::remove(&worker.log)?;
            for slot in worker.slots {
                match self.store.ending(&slot.run)? {
                    Some(ending) => self.publish(slot.item, ending)?, // the claim is held until the run is published
                    None => self.schedule.set(slot.item, RunStatus::Open),
                }
            }
        }
        let (done, total) = self.schedule.progress();
        Err(Failure::Stopped { done, total })
    }

    /// Prints a notice for each cell in which no point can be chosen, because at each point a run diverged or lacks the
    /// metric by which points are chosen. Returns the number of needed runs, or [`Failure::Unfinished`] if a run
    /// failed.
    fn finish(&self) -> Result<usize, Failure> {
        for cell in (0..self.schedule.cells()).filter(|cell| self.schedule.choice(*cell) == Choice::Impossible) {
            let (name, number) = (&self.schedule.cell(cell).cell.name, &self.schedule.plan(cell).choose_by);
            terminal::notice(&format!(
                "{name}: at every grid point a run diverged or lacks {number}, so no point is chosen or reported"
            ));
        }
        let failed: Vec<String> = (self.schedule.failed())
            .map(|(item, reason)| format!("{} ({}): {reason}", self.schedule.cell(item.cell).cell.name, item.run.id))
            .collect();
        let (_, total) = self.schedule.progress();
        match failed.first() {
            None => {
                self.placement.remove_logs()?;
                Ok(total)
            }
            Some(first) => Err(Failure::Unfinished { failed: failed.len(), total, first: first.clone() }),
        }
    }
}

impl Drop for Sweep<'_> {
    fn drop(&mut self) {
        self.workers.iter_mut().for_each(Worker::stop);
        for worker in &mut self.workers {
            let _ = worker.wait(); // nothing more can be done about an error
        }
    }
}
