//! What a person says while a campaign runs, and rows that have times of their own.

use super::*;

#[test]
fn a_paused_campaign_calls_nobody_follows_who_rings_and_goes_on_when_it_is_resumed() {
    for way in WAYS {
        let mut stage = Stage::new(quick(1.0), way).with(plain(20));
        stage.run_while(|stage| stage.sent.len() < 5);
        stage.store.command(Command::Pause);
        // A visit that was on its way did not bring the command, the next does.
        stage.run_for(secs(20));
        let sent = stage.sent.len();
        stage.run_for(secs(600));
        assert_eq!((stage.sent.len(), stage.finish), (sent, None), "{way:?}");
        assert_eq!(stage.store.count(State::Succeeded), sent, "whoever rang is followed to the end");
        assert_eq!(stage.store.count(State::Scheduled), 20 - sent);
        assert_eq!(stage.campaign.command(), Command::Pause);
        stage.store.command(Command::Run);
        assert_eq!(stage.run(), Finish::Done);
        stage.judge_once();
        assert_eq!(stage.store.count(State::Succeeded), 20);
        let commands: Vec<_> = stage
            .events
            .iter()
            .filter_map(|event| match event {
                Event::Command(command) => Some(*command),
                _ => None,
            })
            .collect();
        assert_eq!(commands, [Command::Pause, Command::Run]);
    }
}

#[test]
fn a_cancelled_campaign_follows_who_rings_and_leaves_nobody_scheduled() {
    for way in WAYS {
        let mut recipients = plain(100);
        recipients[90].not_before = Some(START + 100 * DAY);
        let mut stage = Stage::new(quick(1.0), way).with(recipients);
        stage.run_while(|stage| stage.sent.len() < 5);
        stage.store.command(Command::Cancel);
        assert_eq!(stage.run(), Finish::Done);
        stage.judge_once();
        let sent = stage.sent.len();
        assert!((5..15).contains(&sent), "{sent}");
        assert_eq!(stage.store.count(State::Succeeded), sent);
        assert_eq!(stage.store.count(State::Cancelled), 100 - sent);
        assert_eq!(stage.standing(99).reason, "the campaign was cancelled before it was called");
        assert!(stage.real.since(START) < HOUR);
    }
}

#[test]
fn a_long_list_is_cancelled_in_few_turns() {
    for way in WAYS {
        let rows = (1..=5_000).map(|nth| row(nth, &format!("+1415600{nth:04}")));
        let mut stage = Stage::new(quick(1.0), way).with(rows);
        stage.run_while(|stage| stage.sent.is_empty());
        stage.store.command(Command::Cancel);
        let before = stage.turns;
        assert_eq!(stage.run(), Finish::Done);
        assert_eq!(stage.store.count(State::Scheduled), 0);
        let (turns, looks) = (stage.turns - before, stage.real.since(START).as_secs());
        assert!(turns as u64 <= 40 + looks, "{turns} turns within {looks} s");
    }
}

#[test]
fn a_drained_campaign_follows_who_rings_and_leaves_the_others_to_a_later_run() {
    for way in WAYS {
        let mut stage = Stage::new(quick(1.0), way).with(plain(20));
        stage.run_while(|stage| stage.sent.len() < 5);
        stage.tell(Input::Drain);
        assert_eq!((stage.run(), stage.sent.len()), (Finish::Stopped, 5));
        assert_eq!(stage.store.count(State::Succeeded), 5);
        assert_eq!(stage.store.count(State::Scheduled), 15);
        stage.crash();
        assert_eq!(stage.run(), Finish::Done);
        stage.judge_once();
        assert_eq!(stage.store.count(State::Succeeded), 20);
    }
}

#[test]
fn a_stopped_campaign_ends_at_once_and_what_was_placed_is_followed_by_a_later_run() {
    for way in WAYS {
        let mut stage = Stage::new(quick(1.0), way).with(plain(20));
        stage.run_while(|stage| stage.sent.len() < 5);
        let before = stage.real;
        stage.tell(Input::Stop);
        assert_eq!(stage.run(), Finish::Stopped);
        assert!(stage.real.since(before) <= secs(15), "{way:?}");
        // The trigger whose answer was awaited may have rung.
        assert!(stage.store.count(State::Unconfirmed) <= 1);
        assert_eq!(stage.store.count(State::Dialing), 0);
        let unconfirmed = stage.store.count(State::Unconfirmed);
        stage.crash();
        assert_eq!(stage.run(), Finish::Done);
        stage.judge_once();
        assert_eq!(stage.store.count(State::Succeeded), 20 - unconfirmed);
    }
}

#[test]
fn rows_are_called_within_their_own_times_and_held_ones_not_at_all() {
    for way in WAYS {
        let mut recipients = plain(5);
        recipients[0].not_before = Some(START + HOUR);
        recipients[1].not_after = Some(START);
        recipients[2].not_before = Some(START + 5 * HOUR);
        recipients[2].not_after = Some(START + 6 * HOUR);
        // Nobody knows where it is.
        recipients[3] = NewRecipient::new(4, number("+80012345678"));
        recipients[4].not_before = Some(START + 10 * HOUR);
        let mut stage = Stage::new(quick(1.0), way).with(recipients);
        assert_eq!(stage.standing(0).reason, "is not to be called before 2026-11-25 17:00 (Europe/London)");
        stage.lazy = secs(1);
        assert_eq!(stage.run(), Finish::Done);
        use State::{Expired, Held, Succeeded};
        assert_eq!(stage.states(), [Succeeded, Expired, Expired, Held, Succeeded]);
        assert_eq!(stage.sent[0].at.since(START + HOUR).as_secs() / 15, 0, "as soon as it may be");
        assert!(stage.standing(2).reason.starts_with("it is not to be called from 2026-11-25 22:00"));
        assert_eq!(stage.standing(3).wait, Some(WaitRule::ZoneUnknown));
        assert_eq!(
            stage.standing(3).reason,
            "nobody knows in which time zone this number is: give its time_zone"
        );
        assert_eq!(stage.sent.len(), 2);
    }
}

#[test]
fn whoever_is_not_reached_before_the_campaign_is_over_expires_and_says_so() {
    for way in WAYS {
        let mut options = quick(1.0);
        options.until = Some(START + secs(60));
        let mut stage = Stage::new(options, way).with(plain(200));
        assert_eq!(stage.run(), Finish::Done);
        let sent = stage.sent.len();
        assert!(sent <= 61, "{sent}");
        assert_eq!(stage.store.count(State::Succeeded), sent);
        assert_eq!(stage.store.count(State::Expired), 200 - sent);
        assert_eq!(
            stage.standing(199).reason,
            "the campaign calls nobody from 2026-11-25 16:01 (Europe/London) on"
        );
    }
}

#[test]
fn a_campaign_that_may_call_nobody_until_it_is_over_is_over_then() {
    for way in WAYS {
        let mut options = quick(1.0);
        options.until = Some(START + secs(60));
        let mut stage = Stage::new(options, way).with(plain(20));
        stage.blocked = Some("the list of numbers cannot be read".to_owned());
        stage.run_for(secs(200));
        assert_eq!((stage.finish, stage.sent.len()), (Some(Finish::Done), 0), "{way:?}");
        assert_eq!(stage.store.count(State::Expired), 20);
    }
}

#[test]
fn a_window_that_closes_before_the_last_is_called_opens_again_tomorrow() {
    for way in WAYS {
        let mut options = quick(0.5);
        options.windows = CallingWindows::parse(&["mon-sun 15:00-16:06"]).unwrap();
        let mut stage = Stage::new(options, way).with(plain(50));
        stage.open = Some(|at| (15 * 60..16 * 60 + 1).contains(&(at.as_millis() / 60_000 % (24 * 60))));
        stage.lazy = secs(20);
        assert_eq!(stage.run(), Finish::Done, "not before all are called");
        assert_eq!(stage.store.count(State::Succeeded), 50);
        assert!(stage.real.since(START) > 22 * HOUR && stage.sent.len() == 50);
        // Who is held when it closes is put off without an intent; only whose intent was being saved is taken back.
        let attempts: usize = stage.store.iter().map(|(.., attempts)| attempts.len()).sum();
        let saving = if let Answering::Quickly = way { 0 } else { 5 };
        assert!(attempts <= 50 + saving, "{way:?}: {attempts}");
    }
}

#[test]
fn a_finished_campaign_stays_finished() {
    for way in WAYS {
        let mut stage = Stage::new(quick(5.0), way).with(rows(&[0, 1, 11]));
        assert_eq!(stage.run(), Finish::Done);
        let (outputs, id) = (
            stage.outputs,
            FlightId {
                recipient: RecipientId(0),
                attempt: 1,
                purpose: Purpose::Call,
                send: crate::SendId(0),
            },
        );
        for input in [
            Input::Tick,
            Input::Drain,
            Input::Stop,
            Input::Failed(id, crate::testing::reset()),
            Input::Reply(id, crate::testing::accepted(&crate::testing::outbound())),
        ] {
            stage.real = stage.real + HOUR;
            stage.tell(input);
            stage.drain();
            assert!(stage.campaign.is_finished() && stage.campaign.poll_timeout().is_none());
        }
        assert_eq!(stage.outputs, outputs, "it says nothing more");
        stage.crash();
        assert_eq!(stage.run(), Finish::Done, "and another run finds nothing to do");
        assert_eq!(stage.sent.len(), 3);
    }
}
