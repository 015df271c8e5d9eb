//! A call against a model of it: whatever happens in whatever order, nobody is dialed twice and nothing that is known
//! is lost or told twice.

use proptest::prelude::*;

use super::*;
use crate::testing::causes::{Answer, an_answer, cause, input};

/// What may come of a reading.
#[derive(Clone, Copy, Debug)]
enum Read {
    Says(&'static str),
    Missing,
    Refused(u16),
    /// Nothing that can be believed, in one of several ways.
    Fails(u8),
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Something comes of the request that is on its way, if there is one: of a trigger or of a reading.
    Answer(Answer, Read),
    /// An answer to another request than the one that is on its way.
    Stray(u32, &'static str),
    /// Time passes until the machine wants to be woken.
    Wake,
    Leap(u64),
    Back(u64),
    /// The call is stored, and followed on elsewhere.
    Store,
    Cancel,
}

const WORDS: [&str; 6] = ["queued", "calling", "success", "failure", "ringing", "in-progress"];

fn a_read() -> impl Strategy<Value = Read> {
    prop_oneof![
        6 => prop::sample::select(vec!["queued", "calling"]).prop_map(Read::Says),
        2 => prop::sample::select(WORDS.to_vec()).prop_map(Read::Says),
        3 => Just(Read::Missing),
        1 => Just(Read::Refused(400)),
        1 => prop::sample::select(vec![400, 401, 403, 422]).prop_map(Read::Refused),
        4 => any::<u8>().prop_map(Read::Fails),
    ]
}

fn a_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (an_answer(), a_read()).prop_map(|(answer, read)| Step::Answer(answer, read)),
        2 => (0..12_u32, prop::sample::select(vec!["queued", "success"])).prop_map(|(id, word)| Step::Stray(id, word)),
        12 => Just(Step::Wake),
        3 => (0..100_000_u64).prop_map(Step::Leap),
        2 => (0..100_000_u64).prop_map(Step::Back),
        2 => Just(Step::Store),
        1 => prop_oneof![4 => Just(Step::Wake), 1 => Just(Step::Cancel)],
    ]
}

/// What is known for certain, told by what happened alone.
#[derive(Clone, Debug)]
enum Model {
    /// Nothing is known to have rung; a trigger is on its way or not.
    Placing,
    /// A trigger was sent whose answer was no answer.
    MayHaveRung,
    NotPlaced,
    Following(Known),
    Ended,
}

#[derive(Clone, Debug)]
struct Known {
    told: Option<CallStatus>,
    placed_at: Timestamp,
    seen: bool,
    refused: Refused,
}

/// The readings in a row that were refused.
#[derive(Clone, Copy, Debug, Default)]
struct Refused {
    times: u32,
    last: Option<Timestamp>,
    /// For how long: what is too long between two was not spent asking, and counts as the pause between readings.
    span: Duration,
}

/// How far in its life a call is that has such a status.
fn rank(status: &CallStatus) -> Option<u8> {
    match status {
        CallStatus::Queued => Some(0),
        CallStatus::Calling => Some(1),
        CallStatus::Success | CallStatus::Failure => Some(2),
        CallStatus::Other(_) => None,
    }
}

struct Check {
    service: Arc<Service>,
    shell: Shell<Call>,
    model: Model,
    limits: Limits,
    /// When the next reading may come, unless the clock stepped back since.
    not_before: Option<Timestamp>,
}

impl Check {
    fn take(&mut self, step: Step) {
        self.shell.events.clear();
        let gets = self.gets();
        match (step, self.shell.in_flight) {
            (Step::Answer(answer, _), Some(id)) if matches!(self.model, Model::Placing) => {
                self.shell.tell(input(id, cause(&self.service, answer)));
                self.triggered(answer);
            }
            (Step::Answer(_, read), Some(id)) => {
                self.shell.tell(input(id, self.read_cause(read)));
                self.read(read);
            }
            (Step::Answer(..), None) => {}
            (Step::Stray(id, word), asked) => {
                if asked != Some(SendId(id)) {
                    self.shell.tell(Input::Reply(SendId(id), status(&self.service, word, "")));
                    assert!(self.shell.events.is_empty(), "what was not asked for changes nothing");
                }
            }
            (Step::Wake, _) => {
                if self.shell.machine.poll_timeout().is_some() {
                    self.shell.wake();
                }
            }
            (Step::Leap(millis), _) => self.shell.pass(Duration::from_millis(millis)),
            (Step::Back(millis), _) => {
                self.not_before = None;
                self.shell.step_back(Duration::from_millis(millis));
            }
            (Step::Store, _) => self.store(),
            (Step::Cancel, _) => {
                let ended = matches!(self.model, Model::Ended);
                self.shell.tell(Input::Cancel);
                assert_eq!(self.shell.outcome().is_none(), ended, "who gives up is not kept waiting");
            }
        }
        if self.gets() > gets {
            assert!(self.not_before.is_none_or(|at| self.shell.now >= at), "readings are 2 seconds apart");
        }
        self.holds();
    }

    fn gets(&self) -> usize {
        self.shell.sent.len() - self.shell.posts()
    }

    fn read_cause(&self, read: Read) -> Cause {
        let service = &self.service;
        match read {
            Read::Says(word) => Cause::Reply(status(service, word, "why")),
            Read::Missing => Cause::Reply(reply(404, own_envelope(service))),
            Read::Refused(http_status) => Cause::Reply(reply(http_status, own_envelope(service))),
            Read::Fails(nth) => match nth % 10 {
                0 => Cause::Transport(refused()),
                1 => Cause::Transport(reset()),
                2 => Cause::Reply(reply(500, own_envelope(service))),
                3 => Cause::Reply(reply(502, "<html>")),
                4 => Cause::Reply(reply(429, "")),
                5 => Cause::Reply(reply(
                    200,
                    r#"{"callSid":"OUT-other","call_sid":"OUT-other","status":"success"}"#,
                )),
                6 => Cause::Reply(reply(200, r#"{"status":"succ"#)),
                7 => Cause::Reply(foreign(404, own_envelope(service))),
                8 => Cause::Reply(foreign(400, "<html>")),
                _ => Cause::Reply(reply(503, "")),
            },
        }
    }

    /// What the answer to a trigger means.
    fn triggered(&mut self, answer: Answer) {
        let told = matches!(self.service.api(), crate::Api::Agents { .. }).then_some(CallStatus::Queued);
        match answer {
            Answer::Accepted => {
                let first = self.shell.events.first();
                assert!(matches!(first, Some(CallEvent::Placed(_))), "it is told at once: {first:?}");
                let placed_at = self.shell.now;
                self.not_before = Some(placed_at + secs(2));
                let refused = Refused::default();
                self.model = Model::Following(Known { told, placed_at, seen: false, refused });
            }
            Answer::Again(_) => {}
            Answer::Never(_) => self.model = Model::NotPlaced,
            Answer::Unknown(_) => self.model = Model::MayHaveRung,
        }
    }

    /// What the answer to a reading means, and that it is told so and not otherwise.
    fn read(&mut self, read: Read) {
        let upper = matches!(self.service.api(), crate::Api::Agents { .. });
        let Model::Following(known) = &mut self.model else { panic!("only a call that was placed is read") };
        let words = self.shell.words();
        self.not_before = Some(self.shell.now + secs(2));
        match read {
            Read::Says(word) => {
                let says = CallStatus::from_word(&if upper { word.to_uppercase() } else { word.to_owned() });
                (known.seen, known.refused) = (true, Refused::default());
                let older = match known.told.as_ref().map(|told| (rank(told), rank(&says))) {
                    Some((Some(held), Some(read))) => read < held,
                    Some(_) | None => false,
                };
                let mut expected = Vec::new();
                if older {
                    expected.push(format!("not {says}"));
                } else if known.told.as_ref() != Some(&says) {
                    expected.push(says.to_string());
                    known.told = Some(says.clone());
                }
                if says.is_terminal() {
                    expected.push(format!("ended in {word}"));
                }
                assert_eq!(words, expected);
            }
            Read::Refused(401 | 403) => {
                assert!(words.len() == 1 && words[0].starts_with("lost: "), "{words:?}");
            }
            Read::Missing | Read::Refused(_) => {
                let Refused { times, last, span } = known.refused;
                let apart = last.map_or(Duration::ZERO, |last| self.shell.now.since(last));
                let span = span + if apart > secs(30) { Duration::from_millis(4_500) } else { apart };
                known.refused = Refused { times: times + 1, last: Some(self.shell.now), span };
                let believed = span >= secs(180) && times + 1 >= 5;
                let young = self.shell.now.since(known.placed_at) < secs(30);
                match (believed, read, known.seen) {
                    (true, Read::Missing, true) => assert_eq!(words, ["lost: expired"]),
                    (true, Read::Missing, false) if !young => assert_eq!(words, ["lost: not_found"]),
                    (true, Read::Refused(_), _) if !young => assert_eq!(words, ["lost: rejected"]),
                    _ => assert!(words.is_empty(), "{words:?}"),
                }
            }
            Read::Fails(_) => {
                self.not_before = None;
                let endless = self.limits.follow_timeout == secs(u64::MAX);
                let retried = words.len() == 1 && words[0].starts_with("retrying");
                let lost = words.len() == 1 && words[0].starts_with("lost");
                assert!(retried || (lost && !endless), "while there is time it is read again: {words:?}");
            }
        }
    }

    fn store(&mut self) {
        if let Model::Ended = self.model {
            return;
        }
        let Some(known) = self.shell.machine.snapshot() else { return };
        let stored = serde_json::to_string(known).unwrap();
        let known = serde_json::from_str(&stored).unwrap();
        let machine = Call::resume(Arc::clone(&self.service), known, self.limits, 3);
        let mut shell = Shell::undrained(machine);
        shell.now = self.shell.now;
        shell.drain();
        self.not_before = None;
        self.shell = shell;
        if let Model::Following(known) = &mut self.model {
            known.refused = Refused::default();
        }
    }

    fn holds(&mut self) {
        let shell = &self.shell;
        assert!(shell.posts() <= 1 + self.limits.retry.max_retries as usize);
        let ends = shell.events.iter().filter(|event| matches!(event, CallEvent::Ended(_))).count();
        if let (Model::Ended, _) | (_, 1) = (&self.model, ends) {
            if let Some(Err(error)) = shell.outcome() {
                let placement = error.placement().expect("it was placed from here");
                match &self.model {
                    Model::Following(_) => {
                        assert_eq!(placement, Placement::Placed);
                        assert_eq!(error.call_sid().map(CallSid::as_str), Some(SID));
                    }
                    Model::MayHaveRung => assert_eq!(placement, Placement::Unknown),
                    Model::NotPlaced => assert_eq!(placement, Placement::NotPlaced),
                    Model::Placing if shell.aborted.is_empty() => assert_eq!(placement, Placement::NotPlaced),
                    Model::Placing => assert_eq!(placement, Placement::Unknown),
                    Model::Ended => panic!("nothing follows the end: {:?}", shell.words()),
                }
            }
            assert!(shell.outcome().is_some() || shell.events.is_empty(), "the end is the last that is told");
            assert_eq!(shell.machine.poll_timeout(), None);
            assert!(shell.in_flight.is_none());
            if let Some(outcome) = shell.outcome() {
                let placed =
                    outcome.as_ref().err().is_none_or(|error| error.placement() == Some(Placement::Placed));
                assert_eq!(shell.machine.snapshot().is_some(), placed, "what is known is kept after the end");
            }
            self.model = Model::Ended;
            return;
        }
        assert_eq!(ends, 0);
        assert!(shell.machine.poll_timeout().is_some(), "it wants to be woken until it has ended");
        match &self.model {
            Model::Placing => {
                assert_eq!(self.gets(), 0, "what is not placed is not read");
                assert!(shell.machine.snapshot().is_none());
                let dropped =
                    if shell.in_flight.is_some() { Placement::Unknown } else { Placement::NotPlaced };
                assert_eq!(shell.machine.placement_if_dropped(), Some(dropped));
            }
            Model::Following(known) => {
                let kept = shell.machine.snapshot().unwrap();
                assert_eq!(kept.reading.as_ref().map(|reading| &reading.status), known.told.as_ref());
                assert_eq!((kept.seen_at.is_some(), kept.placed_at), (known.seen, Some(known.placed_at)));
            }
            Model::MayHaveRung | Model::NotPlaced | Model::Ended => panic!("it has not ended"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whatever_happens_nobody_is_dialed_twice_and_nothing_known_is_lost(
        in_agents: bool,
        seed: u64,
        max_retries in 0..4_u32,
        follow_timeout in prop_oneof![1..600_u64, Just(u64::MAX)],
        steps in prop::collection::vec(a_step(), 1..80),
    ) {
        let retry = RetryPolicy { max_retries, ..RetryPolicy::default() };
        let limits = Limits { follow_timeout: secs(follow_timeout), retry, ..Limits::default() };
        let service = if in_agents { agents() } else { outbound() };
        let shell = Shell::new(Call::place(Arc::clone(&service), trigger_call(), limits, seed).unwrap());
        let mut check = Check { service, shell, model: Model::Placing, limits, not_before: None };
        let mut posts = check.shell.posts();
        let mut settled = false;
        for step in steps {
            check.take(step);
            prop_assert!(!settled || check.shell.posts() <= posts, "what rang or may have rung is not dialed again");
            posts = check.shell.posts();
            settled = !matches!(check.model, Model::Placing);
        }
    }
}
