//! A trigger against a model of it: whatever happens in whatever order, nobody is dialed twice.
//!
//! The model knows no waits and no limits. It knows what may be sent again, written down here a second time.

use proptest::prelude::*;

use super::*;
use crate::machine::SendId;
use crate::testing::causes::{Answer, an_answer, cause, input};

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Something comes of the request that is on its way, if there is one.
    Answer(Answer),
    /// An answer to another request than the one that is on its way.
    Stray(u32, Answer),
    Tick,
    /// Time passes until the machine wants to be woken.
    Wake,
    Leap(u64),
    Back(u64),
    Cancel,
}

fn a_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => an_answer().prop_map(Step::Answer),
        2 => (0..6_u32, an_answer()).prop_map(|(id, answer)| Step::Stray(id, answer)),
        2 => Just(Step::Tick),
        8 => Just(Step::Wake),
        3 => (0..200_000_u64).prop_map(Step::Leap),
        2 => (0..200_000_u64).prop_map(Step::Back),
        1 => Just(Step::Cancel),
    ]
}

/// What is known for certain, told by what happened alone.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Model {
    /// A request is on its way.
    Asked,
    /// No call was placed; there may be another request.
    Free,
    Ended(Placement),
}

struct Check {
    shell: Shell<Exchange<Trigger>>,
    model: Model,
    limits: Limits,
    /// What the last retry waits for, unless the clock stepped back since.
    not_before: Option<Timestamp>,
}

impl Check {
    fn take(&mut self, step: Step) {
        let before = (self.shell.posts(), self.shell.events.len(), self.shell.aborted.len());
        let asked = self.shell.in_flight;
        match (step, asked) {
            (Step::Answer(answer), Some(id)) => {
                let cause = cause(self.shell.machine.operation().service(), answer);
                self.shell.tell(input(id, cause));
                self.model = match answer {
                    Answer::Accepted => Model::Ended(Placement::Placed),
                    Answer::Again(_) => Model::Free,
                    Answer::Never(_) => Model::Ended(Placement::NotPlaced),
                    Answer::Unknown(_) => Model::Ended(Placement::Unknown),
                };
            }
            (Step::Answer(_), None) => {}
            (Step::Stray(id, answer), _) => {
                if asked != Some(SendId(id)) {
                    let cause = cause(self.shell.machine.operation().service(), answer);
                    self.shell.tell(input(SendId(id), cause));
                    let after = (self.shell.posts(), self.shell.events.len(), self.shell.aborted.len());
                    assert_eq!(before, after, "what was not asked for changes nothing");
                }
            }
            (Step::Tick, _) => self.shell.tell(Input::Tick),
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
            (Step::Cancel, _) => {
                self.shell.tell(Input::Cancel);
                assert!(self.shell.outcome().is_some(), "a caller who gives up is not kept waiting");
            }
        }
        self.holds(before, asked.is_some());
    }

    fn holds(&mut self, (posts, events, aborted): (usize, usize, usize), was_asked: bool) {
        let shell = &self.shell;
        let new = shell.events.get(events..).unwrap();
        // What is given up while it is on its way may have rung.
        if shell.aborted.len() > aborted {
            assert!(was_asked);
            self.model = Model::Ended(Placement::Unknown);
        }
        if shell.posts() > posts {
            assert_eq!(self.model, Model::Free, "what may have rung is never sent again");
            assert_eq!(shell.posts(), posts + 1);
            assert!(self.not_before.is_none_or(|at| shell.now >= at), "not before its time");
            self.model = Model::Asked;
        }
        assert!(shell.posts() <= 1 + self.limits.retry.max_retries as usize);
        assert_eq!(shell.posts(), shell.sent.len(), "a trigger is all that is sent");
        for event in new {
            match event {
                Progress::Retrying(retrying) => {
                    assert_eq!(retrying.attempts as usize, posts);
                    self.not_before = Some(shell.now + retrying.after);
                }
                Progress::Done(Ok(done)) => {
                    assert_eq!(self.model, Model::Ended(Placement::Placed));
                    assert_eq!(done.attempts as usize, shell.posts());
                }
                Progress::Done(Err(error)) => {
                    let placement = error.placement().unwrap();
                    match self.model {
                        Model::Free => assert_eq!(placement, Placement::NotPlaced),
                        Model::Ended(known) => assert_eq!(placement, known),
                        Model::Asked => {
                            panic!("a request that is on its way is given up before the end is told")
                        }
                    }
                    assert_eq!(error.attempts() as usize, shell.posts());
                    self.model = Model::Ended(placement);
                }
            }
        }
        let ends = shell.events.iter().filter(|event| matches!(event, Progress::Done(_))).count();
        let (ended, dropped) = match self.model {
            Model::Asked => (false, Placement::Unknown),
            Model::Free => (false, Placement::NotPlaced),
            Model::Ended(placement) => (true, placement),
        };
        assert_eq!(ends, usize::from(ended), "there is one end, and nothing after it: {:?}", shell.events);
        assert_eq!(shell.outcome().is_some(), ended, "the end is the last that is told");
        assert_eq!(shell.in_flight.is_some(), self.model == Model::Asked);
        assert_eq!(shell.machine.poll_timeout().is_none(), ended, "it wants to be woken until it has ended");
        assert_eq!(shell.machine.placement_if_dropped(), Some(dropped));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whatever_happens_nobody_is_dialed_twice(
        in_agents: bool,
        seed: u64,
        max_retries in prop_oneof![Just(0_u32), 1..5_u32, Just(u32::MAX)],
        base in 0..3_000_u64,
        operation_timeout in prop_oneof![1..200_u64, Just(u64::MAX)],
        budget in prop_oneof![Just(0_u32), 1..4_u32, Just(100)],
        steps in prop::collection::vec(a_step(), 1..40),
    ) {
        let retry = RetryPolicy { max_retries, base: Duration::from_millis(base), cap: secs(30) };
        let operation_timeout = secs(operation_timeout);
        let limits = Limits { operation_timeout, retry, ..Limits::default() };
        let service = if in_agents { agents() } else { outbound() };
        let operation = Trigger::new(service, trigger_call()).unwrap();
        let mut shell = Shell::undrained(Exchange::new(operation, limits, seed));
        shell.budget = RetryBudget::new(budget);
        shell.drain();
        let mut check = Check { shell, model: Model::Asked, limits, not_before: None };
        check.holds((1, 0, 0), false);
        for step in steps {
            check.take(step);
        }
        prop_assert!(check.shell.posts() <= 1 + budget as usize, "every retry was paid for");
        check.shell.tell(Input::Cancel);
        prop_assert!(check.shell.outcome().is_some());
    }
}
