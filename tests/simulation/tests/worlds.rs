//! That there is something to judge in the worlds, and that a seed is one world.

use polyai_outbound_core::campaign::State;
use polyai_outbound_simulation::fault::Fault;
use polyai_outbound_simulation::judge::Violation;
use polyai_outbound_simulation::scenario::Scenario;
use polyai_outbound_simulation::seen::Seen;
use polyai_outbound_simulation::{calls, campaign};

type Lived = Result<Seen, (Violation, Vec<String>)>;

fn live(seed: u64) -> [Lived; 2] {
    let scenario = Scenario::of(seed);
    [campaign::live(&scenario, 0), calls::live(&scenario, 0)]
}

#[test]
fn a_seed_is_one_world() {
    for seed in 0..100 {
        assert_eq!(format!("{:?}", live(seed)), format!("{:?}", live(seed)), "{seed}");
    }
}

#[test]
fn every_fault_and_every_end_is_met() {
    let mut seen = Seen::default();
    for seed in 0..1_500 {
        for lived in live(seed) {
            match lived {
                Ok(lived) => seen.add(&lived),
                Err((violation, _)) => panic!("{seed}: {violation}"),
            }
        }
    }
    for fault in Fault::ALL {
        let only_readings = matches!(fault, Fault::Missing | Fault::Backwards);
        let only_triggers =
            matches!(fault, Fault::NamesCall | Fault::NamesTwo | Fault::NamesTwice | Fault::BehindAfter);
        assert!(only_readings || seen.faults.contains_key(&(true, fault)), "{fault:?} of a trigger");
        assert!(only_triggers || seen.faults.contains_key(&(false, fault)), "{fault:?} of a reading");
    }
    for state in State::ALL.into_iter().filter(|state| state.is_terminal() || *state == State::Held) {
        assert!(seen.states.contains_key(state.as_str()), "{state}");
    }
}
