//! The state or province in which somebody lives, beside the area code of their number.

use polyai_outbound::campaign::Zones;

use super::{metadata, recipients};

fn also_in(header: &str, row: &str) -> Zones {
    recipients(format!("{header}\n{row}\n")).remove(0).also_in
}

#[test]
fn the_zones_of_a_state_count_beside_those_of_the_number() {
    for (header, row, state) in [
        ("phone,state", "+16175550130,CA", "CA"),
        ("phone,Billing_State", "+16175550130,Texas", "TX"),
        ("phone,State.Province", "+16175550130,Manitoba", "MB"),
        ("phone,province", "+16175550130,Québec", "QC"),
        ("phone,mailing_state_code", "+16175550130,hi", "HI"),
        ("phone,region", "+16175550130,US-AZ", "AZ"),
        ("phone,state", "+16175550130,CA - California", "CA"),
        ("phone,address", "+16175550130,\"1 Market St, San Francisco, CA 94105\"", "CA"),
        ("phone,MailingAddress", "+16175550130,200 Bay St Toronto ON M5J 2J5", "ON"),
        ("phone,city_state_zip", "+16175550130,Reno NV 89501", "NV"),
    ] {
        assert_eq!(also_in(header, row), Zones::of_state(state).unwrap(), "{row}");
    }
    let both = Zones::of_state("CA").unwrap().and(&Zones::of_state("NY").unwrap());
    assert_eq!(also_in("phone,state,work_state", "+16175550130,CA,New York"), both);
    let found = recipients("phone,state\n+16175550130,CA\n").remove(0);
    assert_eq!(metadata(&found), [("state", "CA")], "the agent is told still");
}

#[test]
fn what_is_no_state_or_not_of_north_america_says_nothing() {
    for (header, row) in [
        ("phone,state", "+16175550130,open"),
        ("phone,state", "+16175550130,"),
        ("phone,state", "+61412345678,WA"),
        ("phone,region", "+442071838750,CA"),
        ("phone,address", "+16175550130,221b Baker Street"),
        ("phone,email_address", "+16175550130,ada@example.org"),
        ("phone,state,time_zone", "+16175550130,CA,America/New_York"),
    ] {
        assert!(also_in(header, row).is_empty(), "{row}");
    }
}
