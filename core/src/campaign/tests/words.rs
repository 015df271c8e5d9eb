//! The words that stand in stores, reports and exports: none may change, or a store of yesterday is not read any more.

use super::*;
use crate::time::WaitReason;

#[test]
fn every_state_has_its_word_and_whether_it_is_an_end() {
    let words = [
        (State::Scheduled, "scheduled", false),
        (State::Held, "held", false),
        (State::Dialing, "dialing", false),
        (State::InProgress, "in_progress", false),
        (State::Succeeded, "succeeded", true),
        (State::Failed, "failed", true),
        (State::Unconfirmed, "unconfirmed", true),
        (State::StatusLost, "status_lost", true),
        (State::Rejected, "rejected", true),
        (State::Suppressed, "suppressed", true),
        (State::Expired, "expired", true),
        (State::Cancelled, "cancelled", true),
    ];
    assert_eq!(words.map(|(state, ..)| state), State::ALL);
    for (state, word, ends) in words {
        assert_eq!((state.to_string().as_str(), state.is_terminal()), (word, ends));
        assert_eq!(State::from_word(word), Some(state));
        assert_eq!(State::from_word(&word.to_uppercase()), None, "words are to the letter");
    }
    assert_eq!(State::from_word(""), None);
}

#[test]
fn every_rule_to_wait_by_has_its_word() {
    let words = [
        (WaitRule::NotBefore, "not_before"),
        (WaitRule::Window, "window"),
        (WaitRule::Redial, "redial"),
        (WaitRule::Retry, "retry"),
        (WaitRule::NumberCap, "number_cap"),
        (WaitRule::SameNumber, "same_number"),
        (WaitRule::RecentCall, "recent_call"),
        (WaitRule::ZoneUnknown, "zone_unknown"),
        (WaitRule::NoWindow, "no_window"),
    ];
    assert_eq!(words.map(|(rule, _)| rule), WaitRule::ALL);
    for (rule, word) in words {
        assert_eq!(rule.to_string(), word);
        assert_eq!(WaitRule::from_word(word), Some(rule));
    }
    assert_eq!(WaitRule::from_word("never"), None);
}

#[test]
fn every_outcome_has_its_word_and_whether_somebodys_phone_may_have_rung() {
    let words = [
        (Outcome::Dialing, "dialing", true),
        (Outcome::NotPlaced, "not_placed", false),
        (Outcome::InProgress, "in_progress", true),
        (Outcome::Success, "success", true),
        (Outcome::Failure, "failure", true),
        (Outcome::Unknown, "unknown", true),
        (Outcome::Lost, "lost", true),
    ];
    assert_eq!(words.map(|(outcome, ..)| outcome), Outcome::ALL);
    for (outcome, word, may_have_rung) in words {
        assert_eq!((outcome.as_str(), outcome.may_have_rung()), (word, may_have_rung));
        assert_eq!(Outcome::from_word(word), Some(outcome));
    }
    assert_eq!(Outcome::from_word("busy"), None);
}

#[test]
fn every_command_has_its_word() {
    for (command, word) in [(Command::Run, "run"), (Command::Pause, "pause"), (Command::Cancel, "cancel")] {
        assert_eq!((command.as_str(), Command::from_word(word)), (word, Some(command)));
    }
    assert_eq!(Command::from_word("stop"), None);
}

#[test]
fn what_a_campaign_waits_for_is_said_in_a_word() {
    let words = [WaitReason::Rate, WaitReason::Due, WaitReason::Store];
    assert_eq!(words.map(|it| it.to_string()), ["rate", "due", "store"]);
}

#[test]
fn a_priority_is_a_number_from_0_to_9_and_nothing_else() {
    for number in 0..=9 {
        let priority = Priority::new(number).unwrap();
        assert_eq!(priority.get(), number);
        assert_eq!(serde_json::to_string(&priority).unwrap(), number.to_string());
        assert_eq!(serde_json::from_str::<Priority>(&number.to_string()).unwrap(), priority);
    }
    assert_eq!((Priority::FIRST.get(), Priority::default().get(), Priority::LAST.get()), (9, 5, 0));
    assert_eq!(Priority::new(10).unwrap_err().field(), "priority");
    for json in ["10", "255", "256", "-1", "1.5", "\"5\"", "null"] {
        assert!(serde_json::from_str::<Priority>(json).is_err(), "{json}");
    }
    let order: Vec<u8> = Priority::all().map(Priority::get).collect();
    assert_eq!(order, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0], "the first first");
}
