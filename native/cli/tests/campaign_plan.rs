//! `outbound campaign plan`: what would happen to a list, without anything that is sent.

use crate::campaign::{Folder, list};
use crate::common::{Ran, outbound};

async fn plan<'a>(folder: &Folder, options: impl IntoIterator<Item = &'a str>) -> Ran {
    let run = outbound(["campaign", "plan"]).arg(folder.path("people.csv"));
    options.into_iter().fold(run, |run, it| run.arg(it)).ran().await
}

#[tokio::test]
async fn it_tells_what_is_accepted_refused_left_out_and_held_without_token_or_database() {
    let folder = Folder::with(&list([
        "+12125550100",
        "(212) 555-0100",
        "+14155550100",
        "+442071234567",
        "+80012345678",
        "4.41E+11",
        "4.42E+11",
        "12",
        "+13125550110",
    ]));
    folder.write("never.txt", "+13125550110\n");
    let never = folder.path("never.txt").display().to_string();
    let options = ["--country", "US", "--suppress", &never];
    let told = plan(&folder, options).await.expect(0).says(&["nothing was sent"]);
    for said in [
        "9 rows: 3 to be called, 1 held for a person's help, 1 on a suppression list, 1 left out",
        "3 refused; why is in ",
        "   2   phone: was rounded by a spreadsheet",
        "America/New_York",
        "America/Los_Angeles",
        "held: give these rows a time_zone",
        "3 calls at ",
        "--max-in-flight 10 allows no more than that",
        "Assumed: 1 min 30 s a call, each row called once (no redials)",
    ] {
        assert!(told.stdout.contains(said), "{said}: {}", told.stdout);
    }
    let ran = plan(&folder, options.into_iter().chain(["--json"])).await.expect(0);
    let json = ran.only_json();
    for (what, count) in [
        ("rows", 9),
        ("accepted", 5),
        ("refused", 3),
        ("duplicates", 1),
        ("suppressed", 1),
        ("held", 1),
        ("calls", 3),
    ] {
        assert_eq!(json[what], count, "{what}: {json}");
    }
    assert_eq!(json["refused_by"][0]["rows"], 2);
    let zones: Vec<_> = json["zones"].as_array().unwrap().iter().map(|it| it["zones"].clone()).collect();
    assert!(zones.contains(&serde_json::json!(["America/New_York"])), "{zones:?}");
    assert!(json["ends_at"].is_string() && json["type"] == "plan");
    assert_eq!(folder.read("people.rejects.csv").lines().count(), 5, "a header, three refused, one left out");
    for secret in ["5550100", "2071234567", "Ada-Secret"] {
        assert!(!told.said().contains(secret) && !ran.said().contains(secret), "{secret}");
    }
    let mut files: Vec<_> =
        std::fs::read_dir(folder.folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["never.txt", "people.csv", "people.rejects.csv"], "no database stays");
}

#[tokio::test]
async fn it_tells_when_it_would_be_done_and_what_would_not_fit() {
    let numbers = crate::campaign::numbers(600, "2345");
    let folder = Folder::with(&list(numbers.iter().map(String::as_str)));
    let at_any_hour = ["--no-windows", "a test", "--max-in-flight", "1000", "--json"];
    let json = plan(&folder, at_any_hour.into_iter().chain(["--rate", "0.1"])).await.expect(0).only_json();
    let to_call = json["calls"].as_u64().unwrap();
    assert!(to_call > 300, "{json}");
    let moment = |name: &str| json[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let seconds = moment("ends_at").duration_since(moment("begins_at")).as_secs();
    assert_eq!(seconds, i64::try_from(to_call * 10 + 90).unwrap());

    let until = (jiff::Timestamp::now() + std::time::Duration::from_secs(600)).to_string();
    let short = at_any_hour.into_iter().chain(["--rate", "0.1", "--until", &until]);
    let json = plan(&folder, short).await.expect(0).only_json();
    let (calls, unfit) = (json["calls"].as_u64().unwrap(), json["do_not_fit"].as_u64().unwrap());
    assert_eq!(calls + unfit, to_call);
    assert!((59..=60).contains(&calls), "ten minutes at one in ten seconds: {json}");
}

#[tokio::test]
async fn a_column_in_which_rows_hold_placeholders_is_warned_of_with_counts() {
    let folder = Folder::with(
        "phone,name,amount,note\n+12125550100,nan,#N/A,x\n+12125550101,None,12,private-1\n\
         +12125550102,Ada,########,\n12,nan,nan,nan\n",
    );
    let warnings = [
        "warning: name: 2 rows hold a placeholder (nan, None): the agent would say it. Empty these cells, or leave the column \
         out (--metadata-columns).\n",
        "warning: amount: 2 rows hold a placeholder (#N/A, ####): the agent would say it.",
    ];
    let told = plan(&folder, []).await.expect(0).says(&warnings);
    assert!(!told.said().contains("note:") && !told.said().contains("private-1"), "{told:?}");
    let json = plan(&folder, ["--json"]).await.expect(0).says(&warnings).only_json();
    assert_eq!(
        json["placeholders"],
        serde_json::json!([
            { "column": "name", "rows": 2, "examples": ["nan", "None"] },
            { "column": "amount", "rows": 2, "examples": ["#N/A", "####"] },
        ])
    );
    let without = plan(&folder, ["--metadata-columns", "note", "--json"]).await.expect(0);
    assert_eq!(without.only_json()["placeholders"], serde_json::json!([]));
    assert!(!without.stderr.contains("placeholder"), "{without:?}");
}

#[tokio::test]
async fn a_column_that_is_called_as_a_header_of_sip_refuses_the_list_with_what_to_do() {
    for name in ["From", "Contact", "via", "Call-ID", "f"] {
        let folder = Folder::with(&format!("phone,{name}\n+12125550100,private-1\n"));
        let says =
            [&format!("column `{name}`"), "SIP itself uses", &format!("rename the column (X-{name}, say)")];
        let ran = plan(&folder, ["--json"]).await.expect(2).says(&says);
        assert_eq!(ran.only_json()["error"]["code"], "invalid_input");
        assert!(!ran.said().contains("private-1"), "{ran:?}");
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_said_with_what_to_do() {
    let folder = Folder::with("name,city\nAda,London\n");
    let ran = plan(&folder, ["--json"]).await.expect(2).says(&["people.csv", "--number-column"]);
    assert_eq!(ran.only_json()["error"]["code"], "invalid_input");
    outbound(["campaign", "plan", "/not/there.csv"]).ran().await.expect(2).says(&["/not/there.csv"]);
}

#[tokio::test]
async fn its_help_leaves_out_what_says_where_to_call() {
    let help = outbound(["campaign", "plan", "--help"]).ran().await.expect(0).stdout;
    assert!(
        help.contains("--until") && !help.contains("--region") && !help.contains("--token-file"),
        "{help}"
    );
    let help = outbound(["campaign", "run", "--help"]).ran().await.expect(0).stdout;
    assert!(help.contains("--until") && help.contains("--region") && help.contains("--db"), "{help}");
}
