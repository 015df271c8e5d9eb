//! The state or province in which somebody lives, beside the area code of their number.

use polyai_outbound::campaign::Zones;

use super::{metadata, read, recipients, refused};
use polyai_outbound::campaign::{Entry, ListOptions};

fn also_in(header: &str, row: &str) -> Zones {
    let options = ListOptions { metadata_columns: Some(Vec::new()), ..ListOptions::default() };
    let (entries, _) = read("list.csv", format!("{header}\n{row}\n"), &options).unwrap();
    let Entry::Recipient(recipient) = &entries[0] else { panic!("{row} is refused") };
    recipient.also_in.clone()
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
        ("phone,ST", "+16175550130,CA", "CA"),
        ("phone,st", "+16175550130,ca", "CA"),
        ("phone,prov", "+16175550130,BC", "BC"),
        ("phone,Home_ST", "+16175550130,Ohio", "OH"),
        ("phone,Province/Territory", "+16175550130,Yukon", "YT"),
        ("phone,MailingState", "+16175550130,WA", "WA"),
        ("phone,MailingStreet", "+16175550130,\"1 Market St, San Francisco, CA\"", "CA"),
        ("phone,street", "+16175550130,1 Market St San Francisco CA 94105", "CA"),
        ("phone,city", "+16175550130,\"Los Angeles, CA\"", "CA"),
        ("phone,county", "+16175550130,\"Maricopa County, AZ\"", "AZ"),
        ("phone,City (Town)", "+16175550130,Portland (OR)", "OR"),
        ("phone,zip", "+16175550130,94105", "CA"),
        ("phone,zipcode", "+16175550130,2139", "MA"),
        ("phone,postal_code", "+16175550130,M5V 2T6", "ON"),
        ("phone,MailingPostalCode", "+16175550130,96813-1234", "HI"),
        ("phone,Zip/Postal", "+16175550130,V6B1A1", "BC"),
        ("phone,address", "+16175550130,\"1 Market St, San Francisco 94105\"", "CA"),
        ("phone,Adresse", "+16175550130,\"1 King St, Honolulu, HI 96813\"", "HI"),
        ("phone,ZIP_Code", "+16175550130,HI 96813", "HI"),
        ("phone,estado", "+16175550130,California", "CA"),
    ] {
        assert_eq!(also_in(header, row), Zones::of_state(state).unwrap(), "{row}");
    }
    let both = Zones::of_state("CA").unwrap().and(&Zones::of_state("NY").unwrap());
    assert_eq!(also_in("phone,state,work_state", "+16175550130,CA,New York"), both);
    for (header, row) in [
        ("phone,state", "+16175550130,CA/NY"),
        ("phone,state", "+16175550130,CA and New York"),
        ("phone,ST", "+16175550130,\"CA, NY\""),
        ("phone,state,zip", "+16175550130,CA,10001"),
        ("phone,city,MailingPostalCode", "+16175550130,\"New York, NY\",90012"),
    ] {
        assert_eq!(also_in(header, row), both, "{row}");
    }
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
        ("phone,street", "+16175550130,100 MAIN CT"),
        ("phone,street", "+16175550130,221b Baker Street"),
        ("phone,city", "+16175550130,Washington"),
        ("phone,zip", "+16175550130,SW1A 1AA"),
        ("phone,zip", "+442071838750,94105"),
        ("phone,1st", "+16175550130,CA"),
        ("phone,email_address", "+16175550130,ada@example.org"),
        ("phone,state,time_zone", "+16175550130,CA,America/New_York"),
    ] {
        assert!(also_in(header, row).is_empty(), "{row}");
    }
}

#[test]
fn a_zone_is_read_from_columns_of_other_names_and_what_is_not_certain_refuses_the_row() {
    for (column, cell, zone) in [
        ("tz", "America/Los_Angeles", "America/Los_Angeles"),
        ("TimeZone__c", "(GMT-08:00) Pacific Standard Time (America/Los_Angeles)", "America/Los_Angeles"),
        ("time_zone_name", "Pacific Time (US & Canada)", "America/Los_Angeles"),
        ("Zeitzone", "Pacific/Honolulu", "Pacific/Honolulu"),
        ("zona_horaria", "America/Denver", "America/Denver"),
        ("iana", "Asia/Tokyo", "Asia/Tokyo"),
        ("TimeZoneSidKey", "Europe/London", "Europe/London"),
        ("timezone_id", "US/Pacific", "US/Pacific"),
        ("Time Zone", "Pacific Standard Time", "America/Los_Angeles"),
        ("hs_timezone", "america_slash_denver", "America/Denver"),
        ("customer_tz", "W. Europe Standard Time", "Europe/Berlin"),
    ] {
        let found = recipients(format!("phone,{column}\n+16175550130,{cell}\n")).remove(0);
        assert_eq!(found.time_zone.map(|it| it.name()), Some(zone), "{column}");
    }
    for (header, row, column) in [
        ("phone,tz", "+16175550130,PST", "tz"),
        ("phone,TimeZone__c", "+16175550130,-8", "TimeZone__c"),
        ("phone,timezone_id", "+16175550130,Central", "timezone_id"),
        ("phone,TimeZoneSidKey", "+16175550130,(GMT-08:00)", "TimeZoneSidKey"),
        ("phone,tz_name", "+16175550130,unknown", "tz_name"),
        ("phone,time_zone,tz", "+16175550130,America/New_York,America/Denver", "tz"),
        ("phone,tz,hs_timezone", "+16175550130,America/New_York,Europe/Paris", "hs_timezone"),
    ] {
        let options = ListOptions::default();
        let (entries, _) = read("list.csv", format!("{header}\n{row}\n"), &options).unwrap();
        let said = refused(&entries[0]);
        assert_eq!(said.column.as_deref(), Some(column), "{row}");
        assert!(said.expected.contains("--ignore-column"), "{said}");
        let ignored = ListOptions { ignored_columns: vec![column.to_owned()], ..ListOptions::default() };
        let (entries, _) = read("list.csv", format!("{header}\n{row}\n"), &ignored).unwrap();
        assert!(matches!(&entries[0], Entry::Recipient(_)), "{row}");
    }
    let same =
        recipients("phone,time_zone,tz\n+16175550130,America/New_York,EST\n+16175550131,,US/Eastern\n");
    assert_eq!(same[0].time_zone.map(|it| it.name()), Some("America/New_York"));
    assert_eq!(same[1].time_zone.map(|it| it.name()), Some("US/Eastern"));
}
