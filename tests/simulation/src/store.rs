//! The store that a campaign has: what is in it survives the process, and it has its bad days.

use polyai_outbound_core::campaign::{Command, MemoryStore, Obstacle, Refusal, State, Turn, Turned};
use polyai_outbound_core::{PhoneNumber, Timestamp};

use crate::people::phone;

/// A store with its bad days.
#[derive(Default)]
pub struct Store {
    /// What is in it.
    pub memory: MemoryStore,
    /// It fails until then, by a clock that is right, and may do what it is asked all the same.
    pub fails: Option<(Timestamp, bool)>,
    /// The suppression list cannot be read until then.
    pub blocked: Option<Timestamp>,
    /// Numbers that another campaign calls, until when.
    pub elsewhere: Vec<(PhoneNumber, Timestamp)>,
    /// What a person wants.
    pub command: Command,
}

impl Store {
    /// A person gives a command, unless the campaign is cancelled.
    pub fn command(&mut self, command: Command) {
        if self.command != Command::Cancel {
            self.command = command;
            self.memory.command(command);
        }
    }

    /// All is well from now on; a pause is over.
    pub fn clear_up(&mut self) {
        self.fails = None;
        self.blocked = None;
        self.elsewhere.clear();
        if self.command == Command::Pause {
            self.command(Command::Run);
        }
    }

    /// Performs a visit: what was done, if anything, and whether that is told.
    pub fn perform(&mut self, now: Timestamp, turn: &Turn) -> (Option<Turned>, bool) {
        match self.fails.filter(|(until, _)| now < *until) {
            Some((_, false)) => (None, false),
            Some((_, true)) => (Some(self.turn(now, turn)), false),
            None => (Some(self.turn(now, turn)), true),
        }
    }

    fn turn(&mut self, now: Timestamp, turn: &Turn) -> Turned {
        let blocked = self.blocked.is_some_and(|until| now < until);
        let mut obstacles = Vec::new();
        let mut kept = turn.clone();
        kept.changes.retain(|change| {
            let number = usize::try_from(change.id.0).ok().and_then(|at| self.memory.iter().nth(at));
            let number = number.map(|(recipient, ..)| &recipient.to_number);
            let busy = self.elsewhere.iter().any(|(held, until)| {
                number.is_some_and(|it| phone(it.as_str()) == phone(held.as_str())) && now < *until
            });
            let obstacle = match change.state {
                State::Dialing if blocked => Obstacle::NotScheduled,
                State::Dialing if busy => Obstacle::SameNumber,
                _ => return true,
            };
            obstacles.push(Refusal { id: change.id, obstacle });
            false
        });
        let mut turned = self.memory.turn(&kept);
        // The campaign may have stopped itself.
        self.command = turned.command;
        turned.refused.extend(obstacles);
        turned.blocked = blocked.then(|| "the suppression list cannot be read".to_owned());
        turned
    }
}
