//! The loop of a sweep: claims, workers, and what becomes of them.

use super::dashboard::Show;
use super::fleets::Fleets;
use super::group::Group;
use super::progress::{Event, Happening};
use super::schedule::{Board, Choice, Standing};
use super::shard::Shard;
use super::store::{Claim, Keep, Stage, Store};
use super::worker::{self, Said, Seat, Start, Word, Worker};
use crate::failure::Failure;
use crate::run::folder::Ending;
use crate::side_by_side::Seats;
use crate::side_by_side::words::Invitation;
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
    /// Workers at a time. A fleet is one.
    pub jobs: usize,
    /// Runs side by side in a fleet; nothing: every run is trained alone.
    pub fleet: Option<Seats>,
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
    fleets: Fleets,
}

impl<'a> Sweep<'a> {
    /// A sweep over `board` that has done nothing yet.
    #[must_use]
    pub fn new(means: Means<'a>, board: Board<'a>, show: Show) -> Self {
        let fleets = Fleets::new(&board, means.fleet);
        Self {
            means,
            board,
            show,
            workers: Vec::new(),
            words: channel(),
            failures: BTreeMap::new(),
            later: BTreeMap::new(),
            fleets,
        }
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
            self.listen()?;
            self.reap()?;
            let seats = || self.workers.iter().flat_map(|worker| &worker.seats);
            let words = || seats().map(|seat| (seat.item, seat.position.clone())).collect();
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
            if !self.is_due(item) {
                continue;
            }
            match self.fleets.group(item).cloned() {
                None => self.take(item)?,
                // One program fills the device: the next fleet begins when this one has ended.
                Some(_) if self.workers.iter().any(|worker| worker.fleet.is_some()) => {}
                Some(group) => self.start(group, item)?,
            }
        }
        Ok(())
    }

    fn is_due(&self, item: usize) -> bool {
        self.later.get(&item).is_none_or(|moment| *moment <= Instant::now())
    }

    /// Starts a fleet of `group` with the run `item`, unless that is done, or held by another process.
    fn start(&mut self, group: Group, item: usize) -> Result<(), Failure> {
        let Some((start, claim)) = self.claim(item)? else { return Ok(()) };
        let (seats, log) = self.fleets.next(&group, self.means.store);
        let (guest, words) = ((self.invitation(item), Seat::new(item, claim)), self.words.0.clone());
        let worker = Worker::fleet((group, seats), guest, log, self.means.network, words)?;
        let process = worker.process();
        self.workers.push(worker);
        self.begin(item, process, start);
        Ok(())
    }

    fn invitation(&self, item: usize) -> Invitation {
        let (store, run) = (self.means.store, self.board.items()[item].run);
        let (folder, order) = (store.work(&run.id).path().to_owned(), store.order(&run.id));
        Invitation { run: run.id.clone(), folder, order, data_dir: run.data_dir.clone() }
    }

    /// Begins the run `item` in a process of its own, unless it is done, or held by another one.
    fn take(&mut self, item: usize) -> Result<(), Failure> {
        let Some((start, claim)) = self.claim(item)? else { return Ok(()) };
        let (run, words) = (self.board.items()[item].run, self.words.0.clone());
        let worker = Worker::start((item, run), start, (self.means.store, claim), self.means.network, words)?;
        let process = worker.process();
        self.workers.push(worker);
        self.begin(item, process, start);
        Ok(())
    }

    /// The right to the run `item`, which begins or goes on; nothing when it is done, or held by another process.
    fn claim(&mut self, item: usize) -> Result<Option<(Start, Claim)>, Failure> {
        let (store, run) = (self.means.store, self.board.items()[item].run);
        let claim = if store.outcome(&run.id)?.is_none() { store.claim(&run.id)? } else { None };
        // Whoever held the claim may have published the run just before letting go.
        if let Some(outcome) = store.outcome(&run.id)? {
            self.board.set(item, Standing::Done(Box::new(outcome)));
            self.show.happened(&Self::event(Happening::DoneElsewhere, item), &self.board);
            return Ok(None);
        }
        let Some(claim) = claim else {
            self.later.insert(item, Instant::now() + PATIENCE);
            return Ok(None);
        };
        Ok(match store.prepare(run)? {
            Stage::Fresh => Some((Start::Fresh, claim)),
            Stage::Begun => Some((Start::Resume, claim)),
            Stage::Ended(ending) => {
                self.publish(item, ending)?;
                None
            }
            Stage::Busy => {
                self.later.insert(item, Instant::now() + PATIENCE);
                None
            }
        })
    }

    fn begin(&mut self, item: usize, process: u32, start: Start) {
        self.board.set(item, Standing::Running);
        self.show.happened(&Self::event(Happening::Started { process, start }, item), &self.board);
    }

    /// Waits for a moment, and takes in what workers say.
    fn listen(&mut self) -> Result<(), Failure> {
        let first = self.words.1.recv_timeout(BEAT).ok();
        let all: Vec<Word> = first.into_iter().chain(self.words.1.try_iter()).collect();
        all.into_iter().try_for_each(|(process, said)| self.hear(process, said))
    }

    fn hear(&mut self, process: u32, said: Said) -> Result<(), Failure> {
        // What a process said before it ended counts for nothing: its folders are looked at.
        let Some(k) = self.workers.iter().position(|worker| worker.process() == process) else { return Ok(()) };
        let items = self.board.items();
        let seated = |seats: &[Seat], id: &str| seats.iter().position(|seat| items[seat.item].run.id == id);
        let seats = &mut self.workers[k].seats;
        match said {
            Said::Free(free) => return self.invite(k, free),
            Said::Reached(id, position) => {
                if let Some(place) = seated(seats, &id) {
                    seats[place].position = position;
                }
            }
            Said::Ended(id) => {
                if let Some(place) = seated(seats, &id) {
                    let seat = seats.remove(place);
                    match self.means.store.ending(&id)? {
                        Some(ending) => self.publish(seat.item, ending)?, // the claim is held until then
                        None => self.board.set(seat.item, Standing::Open),
                    }
                }
            }
            Said::Refused(id) => {
                if let Some(place) = seated(seats, &id) {
                    let item = seats.remove(place).item;
                    self.fleets.release(item);
                    self.board.set(item, Standing::Open);
                }
            }
        }
        Ok(())
    }

    /// Gives the fleet that is the `k`-th worker up to `free` runs more.
    fn invite(&mut self, k: usize, free: usize) -> Result<(), Failure> {
        let (group, process) =
            (self.workers[k].fleet.as_ref().map(|fleet| fleet.group.clone()), self.workers[k].process());
        let mut wanted = self.board.wanted(self.means.shard);
        wanted.retain(|item| self.fleets.group(*item) == group.as_ref() && self.is_due(*item));
        // Other shards begin with their own runs, of which a fleet would leave them none.
        if wanted.iter().any(|item| self.means.shard.prefers(*item)) {
            wanted.retain(|item| self.means.shard.prefers(*item));
        }
        for item in wanted {
            if self.workers[k].waiting() >= free {
                break;
            }
            if let Some((start, claim)) = self.claim(item)? {
                let guest = self.invitation(item);
                self.workers[k].promise(guest, Seat::new(item, claim));
                self.begin(item, process, start);
            }
        }
        self.workers[k].answer()
    }

    /// Sees to workers that have ended.
    fn reap(&mut self) -> Result<(), Failure> {
        let mut k = 0;
        while k < self.workers.len() {
            match self.workers[k].ended()? {
                None => k += 1,
                Some(status) => {
                    let worker = self.workers.swap_remove(k);
                    self.settle(worker, status)?;
                }
            }
        }
        Ok(())
    }

    /// What becomes of the runs of `worker`, which ended with `status`.
    fn settle(&mut self, worker: Worker, status: ExitStatus) -> Result<(), Failure> {
        let Worker { seats, fleet, .. } = worker;
        let mut open = Vec::new();
        for seat in seats {
            match self.means.store.ending(&self.board.items()[seat.item].run.id)? {
                Some(ending) => self.publish(seat.item, ending)?, // the claim is held until then
                None => open.push(seat.item),
            }
        }
        for item in &open {
            self.board.set(*item, Standing::Open);
        }
        match (fleet, &open[..]) {
            (None, []) => {}
            (None, [item, ..]) => {
                let log = self.means.store.log(&self.board.items()[*item].run.id);
                self.complain(*item, worker::complaint(&log, status));
            }
            (Some(fleet), []) => super::store::remove(&fleet.log)?,
            (Some(fleet), _) if status.success() => super::store::remove(&fleet.log)?,
            (Some(fleet), [item]) => {
                if self.failures.remove(item).is_some() {
                    self.fleets.part(*item, fleet.group);
                } else {
                    self.failures.insert(*item, 1);
                }
                let happening = Happening::Retried(worker::complaint(&fleet.log, status));
                self.show.happened(&Self::event(happening, *item), &self.board);
                self.fleets.keep(fleet.log);
            }
            // Nobody's fault can be told, and memory that was short is not short for fewer.
            (Some(fleet), [item, ..]) => {
                let (seats, reason) =
                    (self.fleets.halve(fleet.group, fleet.most), worker::complaint(&fleet.log, status));
                self.fleets.keep(fleet.log);
                self.show.happened(&Self::event(Happening::Halved { seats, reason }, *item), &self.board);
            }
        }
        Ok(())
    }

    /// Notes that the worker of the run `item` failed, for this reason.
    fn complain(&mut self, item: usize, complaint: String) {
        if complaint.starts_with(Failure::BUSY) {
            self.later.insert(item, Instant::now() + PATIENCE);
            return;
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
            if let Some(fleet) = &worker.fleet {
                super::store::remove(&fleet.log)?;
            }
            for seat in &worker.seats {
                self.board.set(seat.item, Standing::Open);
                let id = &self.board.items()[seat.item].run.id;
                if self.means.store.ending(id)? == Some(Ending::Finished) {
                    self.publish(seat.item, Ending::Finished)?;
                }
            }
        }
        let (done, total) = self.board.progress();
        Err(Failure::Stopped { done, total })
    }

    /// What is to be said at the end.
    fn verdict(&self) -> Result<usize, Failure> {
        for cell in 0..self.board.cells() {
            let (name, number) = (&self.board.cell(cell).cell.name, &self.board.plan(cell).choose_by);
            if self.board.choice(cell) == Choice::Nothing {
                terminal::notice(&format!(
                    "{name}: every point has a run that diverged or has no {number}, so that none is reported"
                ));
            }
        }
        let failed: Vec<String> = (self.board.failed())
            .map(|(item, reason)| format!("{} ({}): {reason}", self.board.cell(item.cell).cell.name, item.run.id))
            .collect();
        let (_, total) = self.board.progress();
        match failed.first() {
            None => {
                self.fleets.forget()?;
                Ok(total)
            }
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
