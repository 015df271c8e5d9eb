//! Names of columns and their cells, and what they come to.

use super::{OptOut, Verdict};

/// Outcome for the row of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Is {
    Called,
    Forbidden,
    Refused,
}
use Is::{Called, Forbidden, Refused};

fn is(name: &str, cell: &str) -> Is {
    match OptOut::by_name(name).verdict(cell) {
        Ok(Verdict::May) => Called,
        Ok(Verdict::MustNot(_)) => Forbidden,
        Err(_) => Refused,
    }
}

fn hold(table: &[(&str, &str, Is)]) {
    let wrong: Vec<_> = table
        .iter()
        .filter(|(name, cell, expected)| is(name, cell) != *expected)
        .map(|(name, cell, expected)| {
            format!(
                "{name}={cell}: {:?}, expected {expected:?} ({:?})",
                is(name, cell),
                OptOut::by_name(name)
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn columns_of_programs_are_obeyed() {
    hold(&[
        // Salesforce.
        ("DoNotCall", "1", Forbidden),
        ("DoNotCall", "0", Called),
        ("Do Not Call", "TRUE", Forbidden),
        ("Do_Not_Call__c", "true", Forbidden),
        ("HasOptedOutOfCall", "true", Forbidden),
        ("HasOptedOutOfCall", "false", Called),
        ("HasOptedOutOfEmail", "true", Called),
        ("HasOptedOutOfFax", "1", Called),
        ("HasOptedOutSolicit", "true", Forbidden),
        ("HasOptedOutTracking", "true", Called),
        ("HasOptedOutProfiling", "true", Called),
        ("ShouldForget", "true", Forbidden),
        ("IsDeleted", "true", Forbidden),
        ("IsActive", "true", Called),
        ("IsActive", "false", Forbidden),
        ("EmailBouncedReason", "blocked", Called),
        // HubSpot.
        ("hs_email_optout", "true", Called),
        ("hs_email_optout_6652110", "true", Called),
        ("hs_calls_optout", "true", Forbidden),
        ("hs_marketing_optout", "true", Forbidden),
        ("Unsubscribed from all email", "Yes", Called),
        ("Marketing contact status", "Non-marketing contact", Called),
        ("hs_lead_status", "BAD_TIMING", Called),
        ("hs_lead_status", "DNC", Forbidden),
        ("Lifecycle Stage", "customer", Called),
        // Dynamics.
        ("donotphone", "Do Not Allow", Forbidden),
        ("donotphone", "Allow", Called),
        ("Do not allow Phone Calls", "Do Not Allow", Forbidden),
        ("Do not allow Phone Calls", "Yes", Forbidden),
        ("Do not allow Phone Calls", "Allow", Called),
        ("Do not allow Bulk Emails", "Do Not Allow", Called),
        ("donotbulkemail", "1", Called),
        ("donotpostalmail", "1", Called),
        ("donotfax", "1", Called),
        ("donotsendmm", "1", Called),
        ("statecode", "Active", Called),
        ("Preferred Method of Contact", "Any", Called),
        ("Preferred Method of Contact", "Do not call", Forbidden),
        // Zoho, Pipedrive, Mailchimp, SendGrid, Twilio.
        ("Email Opt Out", "true", Called),
        ("Phone Opt Out", "true", Forbidden),
        ("Marketing status", "unsubscribed", Forbidden),
        ("Marketing status", "no_consent", Forbidden),
        ("Marketing status", "subscribed", Called),
        ("Marketing status", "archived", Forbidden),
        ("UNSUB_TIME", "2024-05-01 10:00:00", Forbidden),
        ("OPTIN_TIME", "2024-05-01 10:00:00", Called),
        ("OPTIN_TIME", "", Called),
        ("OPTIN_IP", "203.0.113.7", Called),
        ("MEMBER_RATING", "2", Called),
        ("status", "cleaned", Called),
        ("OptOutType", "STOP", Forbidden),
        ("OptOutType", "START", Called),
        ("OptOutType", "HELP", Refused),
        // GoHighLevel.
        ("DND", "true", Forbidden),
        ("DND", "false", Called),
        ("dnd", "yes", Forbidden),
        ("DND Email", "true", Called),
        ("DND SMS", "true", Called),
        ("DND Calls", "true", Forbidden),
        ("dndEmail", "true", Called),
        // VICIdial, Five9.
        ("status", "DNC", Forbidden),
        ("status", "DNCL", Forbidden),
        ("status", "DNCC", Forbidden),
        ("status", "WDNC", Forbidden),
        ("status", "NEW", Called),
        ("status", "CALLBK", Called),
        ("status", "NI", Called),
        ("status", "XFER", Called),
        ("called_since_last_reset", "N", Called),
        ("called_count", "0", Called),
        ("Last Disposition", "Do Not Call", Forbidden),
        ("Last Disposition", "No Answer", Called),
        ("Last Disposition", "Wrong Number", Forbidden),
        ("last_disposition", "No Contact", Called),
        // Services that look numbers up.
        ("DNC_FEDERAL", "Yes", Forbidden),
        ("DNC_FEDERAL", "Clean", Called),
        ("dnc_status", "clear", Called),
        ("dnc_hit", "0", Called),
        ("LITIGATOR", "Yes", Forbidden),
        ("LITIGATOR", "No", Called),
        ("tcpa_litigator", "true", Forbidden),
        ("known_litigator", "1", Forbidden),
        ("LINE_TYPE", "Mobile", Called),
        ("ACTIVE", "Yes", Called),
        ("ACTIVE", "No", Forbidden),
    ]);
}

#[test]
fn consent_in_whatever_words_is_asked_for() {
    for name in [
        "consent",
        "telemarketing_consent",
        "ai_consent",
        "written_consent",
        "verbal_consent",
        "pewc",
        "PEWC on file",
        "Einwilligung",
        "consentement",
        "consentimiento",
        "toestemming",
        "tcpa_opt_in",
        "express_written_consent",
        "consentToCall",
        "consent_status",
        "has_ai_call_consent",
        "marketing_permission",
        "prior_express_consent",
        "robocall_consent",
        "voice_opt_in",
        "OptInPhone",
        "customer consent",
        "consent_on_file",
    ] {
        let cells = [
            ("yes", Called),
            ("1", Called),
            ("granted", Called),
            ("no", Forbidden),
            ("0", Forbidden),
            ("false", Forbidden),
            ("revoked", Forbidden),
            ("withdrawn", Forbidden),
            ("nein", Forbidden),
            ("declined", Forbidden),
            ("verbal", Called),
            ("written", Called),
            ("Prior express written consent", Called),
            ("phone", Called),
            ("phone and email", Called),
            ("email only", Forbidden),
            ("SMS only", Forbidden),
            ("email", Refused),
            ("implied", Refused),
            ("pending", Refused),
            ("", Refused),
            ("unknown", Refused),
            ("no longer", Refused),
        ];
        hold(&cells.map(|(cell, expected)| (name, cell, expected)));
    }
    for name in [
        "no_consent",
        "consent_revoked",
        "consent_withdrawn",
        "consentDenied",
        "not_consented",
        "Consent Refused?",
        "permission_revoked",
    ] {
        hold(&[
            (name, "1", Forbidden),
            (name, "yes", Forbidden),
            (name, "0", Called),
            (name, "", Called),
            (name, "hm", Refused),
        ]);
    }
    hold(&[
        ("consent_withdrawn_at", "2024-05-01", Forbidden),
        ("consent_withdrawn_at", "", Called),
        ("consent_revoked_date", "01/05/2024", Forbidden),
        ("consent_date", "2024-05-01", Called),
        ("consent_date", "", Called),
        ("consent_date", "never", Forbidden),
        ("consent_version", "v2", Called),
        ("consent_version", "0", Called),
        ("consent_url", "https://example.org/dnc", Called),
        ("consent_method", "web form", Called),
        ("consent_source", "revoked consent", Forbidden),
        ("cookie_consent", "no", Called),
        ("photo_consent", "no", Called),
        ("data_processing_consent", "no", Called),
        ("email_consent", "no", Called),
        ("recording_consent", "no", Called),
        ("call_recording_consent", "maybe", Called),
        ("contact_consent_level", "3", Called),
        ("contact_consent_level", "no", Forbidden),
    ]);
}

#[test]
fn a_flag_is_known_by_its_words() {
    for name in [
        "DNC",
        "do_not_call",
        "Do Not Call?",
        "do-not-call",
        "donotcall",
        "dont_call_me",
        "D.N.C.",
        "d n c",
        "DNCFlag",
        "never_dial",
        "cease_and_desist",
        "CeaseDesist",
        "email_phone_opt_out",
        "call_opt_out",
        "Opted Out (Voice)",
        "unsubscribed",
        "stop_calls",
        "no_calls",
        "wrong_number",
        "blocked",
        "is_deleted",
        "contact_removed",
        "suppressed",
        "Nicht anrufen",
        "Ne pas appeler",
        "No llamar",
        "não ligar",
        "non_chiamare",
        "niet_bellen",
        "nie dzwonić",
        "Keine Anrufe",
        "Anrufsperre",
        "bloctel",
        "robinson_list",
        "CTPS",
        "電話不可",
        "не звонить",
        "does not want to be called",
        "do_not_contact",
        "never_contact",
        "please don't contact",
        "not_callable",
        "blocked_from_calls",
        "exclude_from_campaign",
        "suppress_calls",
        "removed from calling",
        "gdpr_erased",
        "right_to_be_forgotten",
        "do_not_text_or_call",
    ] {
        hold(&[
            (name, "1", Forbidden),
            (name, "Y", Forbidden),
            (name, "ja", Forbidden),
            (name, "0", Called),
            (name, "n", Called),
            (name, "", Called),
            (name, "perhaps", Refused),
        ]);
    }
    for name in [
        "ok_to_call",
        "OK to contact",
        "can_call",
        "may_be_called",
        "callable",
        "call_allowed",
        "Allow Phone Calls",
        "calls_ok",
        "phone_allowed",
        "not_on_dnc",
        "no_dnc",
        "non_dnc",
        "dnc_clean",
        "dnc_safe",
        "eligible_to_call",
        "authorized_to_call",
    ] {
        hold(&[
            (name, "1", Called),
            (name, "yes", Called),
            (name, "0", Forbidden),
            (name, "N", Forbidden),
            (name, "perhaps", Refused),
            (name, "", Refused),
        ]);
    }
    hold(&[
        ("is_active", "false", Forbidden),
        ("active", "0", Forbidden),
        ("active", "1", Called),
        ("active", "", Called),
        ("active", "inactive", Forbidden),
        ("active", "perhaps", Refused),
        ("inactive", "1", Forbidden),
        ("inactive", "0", Called),
        ("last_active", "2024-05-01", Called),
        ("active_plan", "gold", Called),
        ("Call?", "No", Forbidden),
        ("Call?", "Yes", Called),
        ("can_not_call", "1", Forbidden),
        ("not_allowed_to_call", "1", Forbidden),
        ("phone_no", "4155550100", Called),
        ("Mayor", "no", Called),
        ("calls_made", "0", Called),
        ("call_count", "0", Called),
    ]);
}

#[test]
fn words_in_any_column_forbid() {
    for cell in [
        "DNC",
        "dnc",
        "D.N.C.",
        "D N C",
        "D. N. C.",
        "DNCL",
        "Do not call",
        "do-not-call",
        "DO_NOT_CALL",
        "DoNotCall",
        "don't call",
        "Don’t call!!",
        "please do not call again",
        "Asked us to stop calling",
        "No more calls",
        "must not be called",
        "does not want to be called",
        "DO NOT CONTACT",
        "never call this man",
        "Opted out",
        "opt-out",
        "unsubscribed",
        "Cease and desist",
        "refused contact",
        "on the Do Not Call list",
        "Lead: DNC",
        "not now, DNC",
        "Nicht anrufen",
        "Bitte nicht mehr anrufen!",
        "Ne pas appeler",
        "NE PLUS APPELER",
        "No llamar",
        "não ligar",
        "Non chiamare",
        "niet bellen",
        "Nie dzwonić",
        "не звонить",
        "電話不可です",
        "(deceased)",
        "Deceased",
        "litigator",
        "consent withdrawn",
        "remove me from your list",
        "take me off the list",
        "D/N/C",
        "d\u{200b}nc",
        "ＤＮＣ",
        "*** DNC ***",
        "DNC'd",
        "do not text or call",
        "not allowed to call",
        "asked not to be called",
        "no calls or texts",
        "requested removal",
        "donot call",
        "Do\u{a0}not\u{a0}call",
        "DNC per manager\nsecond line",
        "first line\nDo not call",
    ] {
        for name in [
            "notes",
            "category",
            "last_name",
            "title",
            "tags",
            "list",
            "comments",
            "foo",
            "status",
            "preferred_contact_method",
            "",
            "xyz_17",
        ] {
            hold(&[(name, cell, Forbidden)]);
        }
    }
    hold(&[
        ("last_name", "Smith (DNC)", Forbidden),
        ("last_name", "Smith - Do not call", Forbidden),
        ("company", "DNC", Forbidden),
        ("company", "Acme (DNC)", Forbidden),
        ("company", "Acme - DNC", Forbidden),
        ("company", "Acme DNC", Forbidden),
        ("company", "Do Not Call - Acme", Forbidden),
        ("address", "do not call, 5 Elm St", Forbidden),
    ]);
}

#[test]
fn a_status_forbids_by_a_word() {
    for cell in [
        "Stop",
        "STOP",
        "removed",
        "Deleted",
        "blocked",
        "Revoked",
        "Remove",
        "suppressed",
        "blacklisted",
        "Wrong number",
        "wrong_number",
        "gelöscht",
        "gesperrt",
        "bloqueado",
        "Litigator",
        "deceased",
        "passed away",
        "banned",
        "Nicht anrufen",
        "no phone calls",
    ] {
        for name in ["status", "lead_status", "Disposition", "state", "tags", "result"] {
            hold(&[(name, cell, Forbidden)]);
        }
    }
}

#[test]
fn what_only_sounds_like_it_forbids_nothing() {
    hold(&[
        ("cancelled_at", "2024-05-01", Called),
        ("last_name", "Stop", Called),
        ("last_name", "Removed", Called),
        ("street", "12 Blocked Street", Called),
        ("address", "1 Stop Lane", Called),
        ("notes", "called, no answer", Called),
        ("notes", "could not be contacted", Called),
        ("notes", "did not call back yet", Called),
        ("notes", "no contact made", Called),
        ("notes", "No calls made yet", Called),
        ("notes", "prefers calls in the morning", Called),
        ("notes", "call after 5pm", Called),
        ("notes", "never called back", Called),
        ("status", "Never called", Called),
        ("status", "Never Contacted", Called),
        ("notes", "did not call him again", Called),
        ("notes", "doesn't want any dessert", Called),
        ("notes", "please do not ring the doorbell", Called),
        ("notes", "wants removal of a tree", Called),
        ("status", "kein Kontakt", Called),
        ("notes", "do not email", Called),
        ("notes", "do not contact by email", Called),
        ("notes", "unsubscribed from newsletter", Called),
        ("notes", "opted out of email", Called),
        ("notes", "email opt-out", Called),
        ("notes", "not on DNC", Called),
        ("notes", "his father is deceased and left him the house", Called),
        ("notes", "removed from the shelf", Called),
        ("notes", "stop by the office", Called),
        ("notes", "wants to opt in", Called),
        ("notes", "phone no. 2 is better", Called),
        ("notes", "no answer; call again", Called),
        ("notes", "Do not ask about the dog", Called),
        ("company", "DNC Parks", Called),
        ("company", "DNC Parks & Resorts", Called),
        ("employer", "DNC Hospitality Inc.", Called),
        ("email", "dnc@example.org", Called),
        ("Email Address", "do.not.reply@example.org", Called),
        ("website", "www.dnc.org", Called),
        ("notes", "see https://example.org/do-not-call", Called),
        ("notes", "ada@dnc.org", Called),
        ("reference", "DNC-00123", Called),
        ("status", "active", Called),
        ("status", "Inactive", Called),
        ("status", "new", Called),
        ("status", "open", Called),
        ("status", "closed - NC", Called),
        ("status", "not interested", Called),
        ("status", "No Answer", Called),
        ("status", "busy", Called),
        ("status", "callback", Called),
        ("status", "disconnected", Called),
        ("status", "cancelled", Called),
        ("status", "deleted?", Called),
        ("status", "not on the federal DNC list", Called),
        ("status", "not blacklisted", Called),
        ("status", "churned", Called),
        ("state", "CA", Called),
        ("city", "Duncan", Called),
        ("first_name", "Duncan", Called),
        ("first_name", "Don", Called),
        ("title", "Director, Non-Profit", Called),
        ("notes", "Nicht zu Hause", Called),
        ("notes", "no llamamos todavía", Called),
        ("notes", "ne parle pas anglais", Called),
        ("product", "Call blocker", Called),
        ("deleted_items", "3", Called),
        ("removed_parts", "door", Called),
        ("blocked_reason_code_x", "yes", Called),
        ("stop_name", "Main St", Called),
        ("bus_stop", "Main St", Called),
        ("consultation", "yes", Called),
        ("call_time", "09:00", Called),
        ("no_of_calls", "3", Called),
        ("number_of_calls", "0", Called),
        ("opt_out_of_data_sale", "yes", Called),
        ("dance", "no", Called),
        ("preferred_contact_method", "phone", Called),
        ("preferred_contact_method", "email", Called),
        ("subscription", "gold", Called),
        ("dnc_checked_at", "2024-05-01", Called),
        ("blocked_number", "7", Called),
        ("excluded_products", "gloves", Called),
        ("campaign", "Duncan spring", Called),
        ("birthday", "1980-01-01", Called),
        ("notes", "7", Called),
    ]);
}

#[test]
fn what_forbids_some_calls_or_may_forbid_refuses() {
    hold(&[
        ("notes", "do not call before 9am", Refused),
        ("status", "Do not call before 9am", Refused),
        ("notes", "don't call on Sundays", Refused),
        ("notes", "never call at work", Refused),
        ("notes", "do not call until June", Refused),
        ("notes", "please do not call him after 5 pm", Refused),
        ("notes", "do not contact before noon", Refused),
        ("notes", "do not call at all", Forbidden),
        ("notes", "do not call before 9am. DNC", Forbidden),
        ("notes", "no longer on DNC", Refused),
        ("notes", "DNC: no", Refused),
        ("notes", "Do not call? No", Refused),
        ("status", "no longer opted out", Refused),
        ("status", "no DNC", Refused),
        ("status", "not on DNC but do not call", Forbidden),
        ("status", "not on state DNC, on federal DNC", Forbidden),
    ]);
}

#[test]
fn notes_as_people_write_them_in_many_languages_are_understood() {
    let notes = [
        "Don't ever call",
        "Do NOT ever call",
        "Do please not call",
        "NO CALL LIST",
        "On no call list",
        "Asked to be removed",
        "Do Not\nCall",
        "Please do not\r\ncall this customer",
        "No AI calls",
        "no automated calls",
        "Do no call",
        "keine Telefonwerbung",
        "Werbung widersprochen",
        "Refuse le démarchage",
        "No quiere que le llamen",
        "Pide no ser llamado",
        "Não quer ser contatado",
        "Non vuole essere chiamato",
        "Prosi o nie dzwonienie",
        "Ingen kontakt",
        "Vill inte bli uppringd",
        "Ønsker ikke å bli oppringt",
        "Ei halua puheluita",
        "отказ от звонков",
        "拒绝来电",
        "연락하지 마세요",
        "Μην καλείτε",
        "Nepřeje si volat",
        "Nu mai suna",
    ];
    let table: Vec<_> = notes.iter().map(|note| ("custom1", *note, Forbidden)).collect();
    hold(&table);
    let statuses = [
        "Suppress",
        "Removed at request",
        "To be deleted",
        "GDPR erasure request",
        "Hard Refusal",
        "Blocked by customer",
        "please stop",
        "contact via lawyer",
        "human only",
        "Dado de baja",
        "Отказался",
    ];
    let table: Vec<_> = statuses.iter().map(|status| ("status", *status, Forbidden)).collect();
    hold(&table);
}

#[test]
fn columns_named_in_words_of_cells_are_flags() {
    hold(&[
        ("restriction", "yes", Forbidden),
        ("CallRestricted", "true", Forbidden),
        ("restriction", "", Called),
        ("Restriction", "vegan", Called),
        ("NoSolicit", "Yes", Forbidden),
        ("skip", "1", Forbidden),
        ("wantsCalls", "false", Forbidden),
        ("wantsCalls", "true", Called),
        ("wantsCalls", "", Called),
        ("Include in campaign", "no", Forbidden),
        ("requested_removal", "1", Forbidden),
        ("Date of Death", "2024-03-01", Forbidden),
        ("anonymised_at", "2024-03-01", Forbidden),
        ("Keine_Werbung", "ja", Forbidden),
        ("Liste rouge", "oui", Forbidden),
        ("Dado de baja", "si", Forbidden),
        ("Bloccato", "sì", Forbidden),
        ("Geblokkeerd", "nee", Called),
        ("黑名单", "是", Forbidden),
    ]);
}

#[test]
fn notes_that_only_sound_like_it_forbid_nothing() {
    let notes = [
        "asked to be called back",
        "no contact yet",
        "removed a tooth",
        "blocked drain",
        "called, no answer",
        "customer says hello",
        "prefers a human touch",
        "likes calls in the morning",
        "contact via portal",
        "no list price",
        "first line\nsecond line",
        "Kontakt über Praxis",
        "quiere que le llamen",
    ];
    let table: Vec<_> = notes.iter().map(|note| ("custom1", *note, Called)).collect();
    hold(&table);
}
