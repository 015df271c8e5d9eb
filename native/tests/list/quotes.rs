//! Malformed quoting: no row vanishes in it, neither of a list nor of a suppression list.

use polyai_outbound::CountryCode;
use polyai_outbound::campaign::{Entry, ListError, ListOptions, SuppressionList};

use super::{metadata, read, recipients, refused, write};

/// The rows of a list: those that are called, and those that are refused.
fn rows(list: &str) -> (Vec<u64>, Vec<u64>) {
    let options = ListOptions { metadata_columns: Some(Vec::new()), ..ListOptions::default() };
    let (entries, digest) = read("list.csv", list, &options).unwrap();
    assert_eq!(digest.rows, entries.len() as u64);
    let (mut called, mut not) = (Vec::new(), Vec::new());
    for entry in entries {
        match entry {
            Entry::Recipient(it) => called.push(it.row),
            Entry::Refused(it) => not.push(it.row),
            Entry::OptedOut(it) => panic!("row {} has opted out of nothing", it.row),
        }
    }
    (called, not)
}

fn suppressed(text: &str) -> Result<Vec<String>, ListError> {
    let written = write("stop.csv", text);
    let us = CountryCode::parse("US").unwrap();
    let numbers = SuppressionList::new(&written.path, Some(us)).read()?;
    Ok(numbers.iter().map(|number| number.as_str().to_owned()).collect())
}

#[test]
fn every_row_that_a_quote_takes_in_is_counted_and_refused() {
    for (list, refused) in [
        // Closed by chance at a line's end.
        (
            "to_number,name,note\n+14155550128,A,\"5 inch\n+14155550129,B,x\n+14155550130,C,6\"\n",
            &[2, 3, 4][..],
        ),
        ("to_number,note\n+14155550128,\"5 inch\n+14155550129,6\"\n", &[2, 3]),
        // The number in the last column.
        ("name,note,to_number\nA,\"5 inch,+14155550128\nB,x,+14155550129\nC,6\",+14155550130\n", &[2, 3, 4]),
        ("note;to_number\n\"5;+14155550128\n6\";+14155550129\n", &[2, 3]),
        // In the first column, with tabs, and with CR LF.
        ("to_number\tnote\r\n+14155550128\t\"x\r\n+14155550129\ty\r\n+14155550130\t\"\r\n", &[2, 3, 4]),
        // One column.
        ("phone\n\"+14155550128\n+14155550129\"\n", &[2, 3]),
        // Taken in, and text behind the closing quote.
        ("to_number,name\n+14155550128,\"Ann\n+14155550129,Bo\n+14155550130,\"Cy\"\n", &[2, 3, 4]),
        // Numbers that a spreadsheet has made of them.
        ("phone,n\n+14155550128,\"x\n14155550129,y\n14155550130,\"\n", &[2, 3, 4]),
        ("phone,n\n4.41E+11,\"x\n4.42E+11,y\n+14155550130,\"\n", &[2, 3, 4]),
        // As dialed within a country that only the row tells.
        ("phone,country_code,n\n020 7183 8750,GB,\"Ann\n020 7183 8751,GB,Bo\"\n", &[2, 3]),
        // Fields that are quoted well besides.
        ("phone,n,m\n\"+14155550128\",\"a, b\",\"c\n\"+14155550129\",\"d\",e\n", &[2, 3]),
        // What MySQL writes.
        ("phone,n\n+14155550128,\"Ann \\\"Bo\\\" Lee\"\n", &[2]),
        ("phone,n\n+14155550128,\"Ann \\\"\"\n+14155550129,\"Bo\"\n", &[2, 3]),
    ] {
        assert_eq!(rows(list).1, refused, "{list}");
        let count = list.matches(['\n']).count() - 1;
        assert_eq!(rows(list).0.len() + refused.len(), count, "{list}");
    }
}

#[test]
fn text_behind_a_closing_quote_is_told_by_row_and_column_and_the_next_row_is_read() {
    for row in ["\"Ann\" B", "\"Ann\"x", "\"\"Ann\"\"", "\"a, b\"\"\"c", "\"5\" 6\"", "\"Ann\"\u{a0}"] {
        let list = format!("phone,name\n+14155550128,{row}\n+14155550129,Bo\n");
        let options = ListOptions { metadata_columns: Some(Vec::new()), ..ListOptions::default() };
        let (found, _) = read("list.csv", &list, &options).unwrap();
        let said = refused(&found[0]);
        assert_eq!((said.row, said.column.as_deref()), (2, Some("name")), "{row}");
        assert!(said.problem.starts_with("has text behind a closing quote"), "{said}");
        assert!(matches!(&found[1], Entry::Recipient(it) if it.row == 3), "{row}");
    }
}

#[test]
fn honest_cells_with_line_breaks_and_quotes_are_read() {
    for (list, called) in [
        ("phone,address\n+14155550128,\"12 Main St\nSpringfield\"\n+14155550129,x\n", &[2, 4][..]),
        (
            "phone,name,address\n+14155550128,Ann,\"12 Main St, Apt 4\nSpringfield, IL, 62701-1234\nUSA\"\n",
            &[2],
        ),
        ("address,name,phone\n\"12 Main St\nSpringfield, IL\",Ann,+14155550128\n", &[2]),
        ("name,address,phone\nAnn,\"12 Main St, Apt 4\nSpringfield, IL\",+14155550128\n", &[2]),
        ("phone,note\n+14155550128,\"call back\nat +1 415 555 0129, or at home\"\n", &[2]),
        ("phone,note,x\r\n+14155550128,\"a\r\nb, c\r\n\r\nd\",1\r\n", &[2]),
        ("phone,note\n+14155550128,\"said \"\"no\"\"\nand left, twice\"\n", &[2]),
        ("phone,note\n+14155550128,5\" bolt\n+14155550129,6\"\n", &[2, 3]),
        ("phone,note\n\"+14155550128\" ,\"x\" \n", &[2]),
    ] {
        assert_eq!(rows(list), (called.to_vec(), Vec::new()), "{list}");
    }
    let found = recipients("phone,note\n+14155550128,5\" bolt\n+14155550129,\"5\"\" bolt\"\n");
    assert_eq!(metadata(&found[0]), [("note", "5\" bolt")]);
    assert_eq!(metadata(&found[1]), [("note", "5\" bolt")]);
}

#[test]
fn a_suppression_list_with_a_stray_quote_is_an_error_with_its_row() {
    for (text, row, column) in [
        ("phone,reason\n+14155550128,\"5 inch\n+14155550129,ok\n+14155550130,bolt 7\"\n", 2, Some("reason")),
        ("phone,reason\n+14155550127,x\n+14155550128,\"never\n+14155550129,\"wrong\"\n", 4, Some("reason")),
        ("reason;phone\n\"5;+14155550128\n6\";+14155550129\n", 2, Some("reason")),
        ("phone\treason\n+14155550128\t\"a\nb\tc\"\n", 2, Some("reason")),
        ("phone,reason\n\"+14155550128\n415555O129\",x\n", 2, Some("phone")),
        ("phone\n\"+14155550128\n#NAME?\"\n", 2, Some("phone")),
        ("phone,reason\n+14155550128,\"said \\\"never\\\"\"\n", 2, Some("reason")),
        ("phone,\"reason\n+14155550128,x\n+14155550129,y\"\n", 2, None),
        ("\"phone\"s,x\n+14155550128,\n", 1, None),
        ("phone,reason\n+14155550128,\"never\n", 2, None),
    ] {
        let error = suppressed(text).unwrap_err();
        assert_eq!((error.row(), error.column()), (Some(row), column), "{text}: {error}");
        assert!(!error.to_string().contains("4155550"), "{error}");
    }
    for text in [
        "phone,reason\n+14155550128,\"asked us\nto stop\"\n",
        "phone,reason\r\n\"+14155550128\",\"said \"\"never\"\"\"\r\n",
        "phone,reason\n+14155550128,5\" bolt\n",
        // Addresses, also with a ZIP+4, and with as many commas in all as a row has.
        "phone,address\n+14155550128,\"12 Main St\nSpringfield IL 62701-1234\"\n",
        "name,address,phone\nAnn,\"12 Main St\nApt 4\nSpringfield, IL 62701-1234\",+14155550128\n",
        "address,phone,since\n\"12 Main St\n62701-1234 Springfield\",+14155550128,2026-03-01\n",
        "id,notes,phone\n7,\"call me\nnever, please\",+14155550128\n",
        "notes;phone;x\n\"a;b\nc\";+14155550128;y\n",
    ] {
        assert_eq!(suppressed(text).unwrap(), ["+14155550128"], "{text}");
    }
    // Two numbers of one person, a line each: nothing is lost in them.
    let two = "phone,reason\n\"+14155550128\n+14155550129\",x\n";
    assert_eq!(suppressed(two).unwrap(), ["+14155550128", "+14155550129"]);
}

#[test]
fn every_column_of_numbers_of_a_suppression_list_counts() {
    let (one, two, three) = ("+14155550128", "+14155550129", "+14155550130");
    for text in [
        "phone,mobile,alt_phone\n{1},{2},{3}\n",
        "name,Phone,Phone 2,Phone 3\nAnn,{1},{2},{3}\n",
        "home_phone;work phone;cell\n{1};;\n;{2};\n;;{3}\n",
        "to_number\treason\tWhatsApp\n{1}\tx\t{2}\n{3}\ty\tyes\n",
        "Téléphone,Handynummer,MSISDN\n{1},{2},{3}\n",
        "contact,phone\n{1},{2}\nAnn,{3}\n",
        "phone,account number\n{1},A-1\n{2},B-2\n{3},2026-01-31\n",
    ] {
        let text = text.replace("{1}", one).replace("{2}", two).replace("{3}", three);
        assert_eq!(suppressed(&text).unwrap(), [one, two, three], "{text}");
    }
    for (text, row, column) in [
        ("phone,mobile\n+14155550128,4.41E+11\n", 2, Some("mobile")),
        ("phone,Phone 2\n+14155550128,\n,n/a\n", 3, Some("Phone 2")),
        ("phone,cell\n+14155550128,\n,\n+14155550129,\n", 0, None),
        ("phone,mobile,name\n+14155550128,,x\n,,Bo\n", 3, None),
        ("phone,whatsapp\n+14155550128,0912345678901\n", 2, Some("whatsapp")),
        ("phone,Home #\n+14155550128,415555O129\n", 2, Some("Home #")),
        ("phone,電話番号\n+14155550128,12\n", 2, Some("電話番号")),
        ("Ph,Main Line\n+14155550128,4.1E+9\n", 2, Some("Main Line")),
        ("phone,fax\n+14155550128,555-0129\n", 2, Some("fax")),
        ("phone,phone_code\n(415) 555-0128,44\n", 2, Some("phone")),
        ("phone,phone_code\n2012345678,many\n", 2, Some("phone_code")),
        ("phone,phone_code\n+12012345678,44\n", 2, Some("phone_code")),
        ("phone,dial code\n+442079460018,+1\n", 2, Some("dial code")),
        ("phone,country name\n5512345678,Mexico\n", 2, Some("country name")),
        ("phone,country\n5512345678,Atlantis\n", 2, Some("country")),
        ("phone,country\n(415) 555-0128,UK\n", 2, Some("country")),
    ] {
        match suppressed(text) {
            Err(error) => assert_eq!((error.row(), error.column()), (Some(row), column), "{text}: {error}"),
            Ok(numbers) => assert!(row == 0 && numbers.len() == 2, "{text}: {numbers:?}"),
        }
    }
}

#[test]
fn the_country_that_a_row_of_a_suppression_list_tells_goes_before_that_of_the_list() {
    for (text, number) in [
        ("phone,phone_code\n2079460018,44\n", "+442079460018"),
        ("dial_code;phone\n+49;30 23125123\n", "+493023125123"),
        ("phone,country_calling_code\n3123456789,39\n", "+393123456789"),
        ("phone,ISD\n9012345678,0081\n", "+819012345678"),
        ("phone,country,phone code\n(415) 555-0128,Germany,1\n", "+14155550128"),
        ("phone,country\n+442079460018,Atlantis\n", "+442079460018"),
        ("phone,country\n(415) 555-0128,United States\n", "+14155550128"),
    ] {
        assert_eq!(suppressed(text).unwrap(), [number], "{text}");
    }
}

#[test]
fn what_begins_as_a_comment_and_may_be_a_number_is_none() {
    for line in ["#1 (415) 555-0128", "#ERROR!", "#VALEUR!", "##", "#NULL!", "#+14155550128", "#N/B", "#415"]
    {
        for header in ["", "phone\n"] {
            let error = suppressed(&format!("{header}+14155550129\n{line}\n")).unwrap_err();
            assert_eq!(error.row(), Some(2 + header.lines().count() as u64), "{line}: {error}");
        }
    }
    for line in ["# 1 (415) 555-0128", "#left out", "#", "# #REF!", "#--"] {
        for header in ["", "phone\n"] {
            let text = format!("{header}+14155550129\n{line}\n");
            assert_eq!(suppressed(&text).unwrap(), ["+14155550129"], "{line}");
        }
    }
    assert!(suppressed("+14155550128 #4155550129\n").is_err(), "behind a number, too");
    assert_eq!(suppressed("id,phone\n#12345,+14155550128\n").unwrap(), ["+14155550128"], "a record");
}

#[test]
fn a_number_counts_in_whichever_column_it_stands_and_what_is_none_is_no_error() {
    let (one, two) = ("+14155550128", "+14155550129");
    for name in [
        "Home",
        "Work",
        "Contact 2",
        "Direct",
        "Home #",
        "Ph",
        "Ph1",
        "Main Line",
        "電話",
        "電話番号",
        "手机",
        "телефон",
        "puhelin",
        "Contact",
        "Day",
        "Evening",
        "Next of kin",
        "Kontakt",
        "Erreichbar unter",
        "Office",
        "x",
        "Customer",
        "How to reach",
        "ref",
        "Order Number",
    ] {
        for cell in [
            "(415) 555-0129",
            "4155550129",
            "1-415-555-0129",
            "415.555.0129",
            "tel:415-555-0129",
            "'+14155550129",
            "0014155550129",
        ] {
            let text = format!("name,phone,{name}\nAnn,{one},\nBo,{one},{cell}\n");
            assert_eq!(suppressed(&text).unwrap(), [one, two], "{text}");
            let text = format!("{name},reason\n{cell},asked\n+1 415 555 0128,\n");
            assert_eq!(suppressed(&text).unwrap(), [one, two], "{text}");
        }
        if ["Ph", "Ph1", "Home #", "Main Line", "電話", "電話番号", "手机", "телефон", "puhelin"]
            .contains(&name)
        {
            continue;
        }
        for cell in [
            "A-1042",
            "100294857",
            "12345678",
            "2026-03-01",
            "3/1/2026 10:15",
            "94105-1420",
            "1,299.00",
            "$12.50",
            "INV-2026-00017",
            "Ann Lee",
            "yes",
        ] {
            let text = format!("phone,{name}\n{one},\"{cell}\"\n");
            assert_eq!(suppressed(&text).unwrap(), [one], "{text}");
        }
    }
    for text in [
        "phone,notes\n+14155550128,call +1 415 555 0129 never\n",
        "phone\n+14155550128 / +14155550129\n",
        "phone\n415-555-0128; 415-555-0129\n",
        "phone,x\n(415) 555-0128 or (415) 555-0129,y\n",
        "Phone;x\n\"415.555.0128\n415.555.0129\";y\n",
        "home: 415-555-0128 work: 415-555-0129\n",
        "+1 415 555 0128 / 415-555-0129\n",
        "Kunde;Erreichbar\nAnn;415-555-0128\nBo;+1 415 555 0129 (abends)\n",
        "phone,comment\n0014155550128,\"moved, now +14155550129.\"\n",
    ] {
        assert_eq!(suppressed(text).unwrap(), [one, two], "{text}");
    }
    for (text, row) in [
        ("phone,x\n+14155550128 / 0129,y\n", 2),
        ("Kunde;Erreichbar\nAnn;415-555-0128\nBo;415555O129\n", 3),
        ("call 415555O129 never\n", 1),
        ("+14155550128 or 555-0129\n", 1),
        ("phone,Home\n+14155550128,415555O129\n", 2),
        ("phone,Work\n+14155550128,4.41E+11\n", 2),
        ("phone,Contact\n+14155550128,#VALEUR!\n", 2),
        ("phone,Direct\n+14155550128,########\n", 2),
        ("phone,Evening\n+14155550128,#1 (415) 555-0129\n", 2),
        ("+14155550128,+14155550129\n", 1),
    ] {
        assert_eq!(suppressed(text).unwrap_err().row(), Some(row), "{text}");
    }
}

#[test]
fn rows_without_a_number_stop_the_reading_and_say_what_to_do_or_are_passed_over_if_that_is_asked() {
    let us = CountryCode::parse("US").unwrap();
    for (text, row) in [
        ("phone,name\n+14155550128,Ann\n,Bo\n,Cy\n", 3),
        ("name,home_phone,cell\nAnn,,+14155550128\nBo,,\n", 3),
        ("name,Contact,Day\nBo,,\nAnn,+1 415 555 0128,\n", 2),
        ("name;phone;city\nAnn;+14155550128;x\n\n# left out\nBo;;y\n", 5),
        ("id,phone,mobile\n1,,\n2,+14155550128,\n", 2),
    ] {
        let written = write("stop.csv", text);
        let list = SuppressionList::new(&written.path, Some(us));
        let error = list.read().unwrap_err();
        assert_eq!(error.row(), Some(row), "{text}: {error}");
        assert!(error.expected().contains("take the row out"), "{error}");
        assert!(error.expected().contains("--allow-rows-without-number"), "{error}");
        let numbers = list.may_lack_numbers(true).read().unwrap();
        assert_eq!(numbers.iter().map(|it| it.as_str()).collect::<Vec<_>>(), ["+14155550128"], "{text}");
    }
    // A cell that has something is no row without a number.
    let written = write("stop.csv", "phone,name\n+14155550128,Ann\n415555O129,Bo\n");
    let error = SuppressionList::new(&written.path, Some(us)).may_lack_numbers(true).read().unwrap_err();
    assert_eq!((error.row(), error.column()), (Some(3), Some("phone")), "{error}");
}

#[test]
fn numbers_of_before_do_not_stop_the_reading_and_those_that_they_may_be_now_are_on_the_list() {
    for (text, numbers) in [
        ("+5215512345678\n", &["+525512345678"][..]),
        ("phone\n+229 97123456\n", &["+2290197123456"]),
        ("phone,x\n+230 7123456,a\n", &["+23057123456"]),
        ("mobile\n+386 49 123 456\n+386 43 123 456\n", &["+38343123456", "+38349123456", "+38643123456"]),
        ("+381 28 123 456\n", &["+38328123456"]),
        ("+377 45 123 456\n", &["+37745123456", "+38345123456"]),
    ] {
        assert_eq!(suppressed(text).unwrap(), numbers, "{text}");
    }
    let ivory_coast = suppressed("+225 07123456\n").unwrap();
    assert!(ivory_coast.contains(&"+2250707123456".to_owned()), "{ivory_coast:?}");
}
