//! Many calls as one machine: a list is dialled at decent hours, once each, and what happened to every row is known.

mod recipient;
mod turn;
mod zone;

pub use recipient::{
    Attempt, NewRecipient, Outcome, Priority, Recipient, RecipientId, State, Tries, WaitRule,
};
pub use turn::{Change, Command, Fetch, Refusal, Turn, Turned, Unfinished};
pub use zone::Zone;
