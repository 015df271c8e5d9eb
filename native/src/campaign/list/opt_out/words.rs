//! Names of the columns that say who must not be called, and what their cells say.

use super::Said;

/// Words that say so wherever they stand in a name, as does every word with `dnc` in it.
pub(super) const LISTS: [&str; 3] = ["dnd", "tps", "ctps"];

/// Words in a row that say the same, in the form of `letters`.
#[rustfmt::skip]
pub(super) const DO_NOT: [&str; 14] = [
    "donotcall", "dontcall", "donotcontact", "dontcontact", "donotphone", "dontphone", "donottelephone", "donotdial",
    "dontdial", "donotring", "dontring", "donotdisturb", "donotsolicit", "dontdisturb",
];

/// Looking somebody up in a list of those who must not be called; with one of [`MOMENT`], when that was done.
#[rustfmt::skip]
pub(super) const CHECK: [&str; 10] = [
    "check", "checked", "checks", "scrub", "scrubbed", "scrubs", "screened", "screening", "washed", "lookup",
];
pub(super) const MOMENT: [&str; 7] = ["at", "date", "datetime", "time", "timestamp", "last", "latest"];
/// The same at the end of a name only: `checked_on_dnc` is none.
pub(super) const MOMENT_AT_END: [&str; 2] = ["on", "by"];
/// What such a check may have found, whenever it was: not its moment.
#[rustfmt::skip]
pub(super) const FOUND: [&str; 9] = [
    "result", "results", "status", "outcome", "flag", "found", "hit", "match", "matched",
];
/// At the end of a name, nothing was found: `dnc_clean`.
pub(super) const CLEAN: [&str; 3] = ["clean", "cleared", "passed"];

/// One word, or the first of two with `out`, that says that somebody wants no more of something.
pub(super) const OPT_OUT: [&str; 6] =
    ["optout", "optedout", "optsout", "unsubscribed", "unsubscribe", "unsub"];
pub(super) const OPT: [&str; 4] = ["opt", "opted", "opts", "opting"];
/// Parts of the words that are about calls.
pub(super) const CALLS: [&str; 5] = ["call", "phone", "voice", "dial", "telemarketing"];
/// Words that leave it to the others in a name what it is about, besides [`BEFORE`], [`BEHIND`] and [`SINCE`].
#[rustfmt::skip]
pub(super) const NEUTRAL: [&str; 22] = [
    "of", "from", "to", "for", "the", "all", "any", "global", "and", "or", "marketing", "mobile", "cell", "wireless",
    "landline", "home", "work", "tel", "number", "state", "not", "non",
];

/// What may stand between a `not` and that which it denies.
#[rustfmt::skip]
pub(super) const BETWEEN: [&str; 14] = [
    "on", "in", "the", "a", "any", "our", "listed", "registered", "federal", "national", "state", "internal",
    "company", "list",
];
pub(super) const NOT: [&str; 2] = ["not", "non"];

/// Names of columns in which a yes forbids, in the form of `letters`, without what [`BEFORE`] and [`BEHIND`] hold.
#[rustfmt::skip]
pub(super) const FORBIDDING: [&str; 64] = [
    "nevercall", "stopcalling", "stopcalls", "nocall", "nocalls", "nocalling", "nophone", "nophonecalls",
    "nocontact", "nottobecalled", "optout", "optedout", "optsout", "optoutcall", "optoutcalls",
    "optoutofcalls", "optedoutcalls", "optedoutofcall", "optedoutofcalls", "optedoutofphone", "optedoutofcalling",
    "calloptout", "callsoptout", "calloptedout", "phoneoptout", "phoneoptedout", "voiceoptout", "marketingoptout",
    "unsubscribed", "unsubscribe", "unsub", "deleted", "blocked", "blacklist", "blacklisted", "blocklist",
    "blocklisted", "suppress", "suppressed", "suppression", "revoked", "deceased", "litigator", "removed",
    "archived", "erased", "excluded", "exclude", "complained", "callblocked", "callsblocked", "blockcalls",
    "donotengage", "robinson", "bloctel", "nichtanrufen", "keinanruf", "keineanrufe", "anrufsperre", "werbesperre",
    "nepasappeler", "nollamar", "nonchiamare", "naoligar",
];

/// The same where a no forbids.
#[rustfmt::skip]
pub(super) const PERMITTING: [&str; 61] = [
    "consent", "consented", "consents", "consentgiven", "consenttocall", "consenttocalls", "consenttobecalled",
    "consenttocontact", "consentedtocalls", "callconsent", "callingconsent", "phoneconsent", "phonecallconsent",
    "voiceconsent", "contactconsent", "marketingconsent", "consentmarketing", "consentphone", "consentcall",
    "consentcalls", "consentvoice", "tcpaconsent", "gdprconsent", "expressconsent", "permission",
    "permissiontocall", "callpermission", "phonepermission", "cancall", "canbecalled", "maycall", "maybecalled",
    "callable", "callallowed", "callsallowed", "callingallowed", "allowcall", "allowcalls", "acceptscalls",
    "oktocall", "oktocontact", "cancontact", "contactable", "dialable", "optin", "optedin", "calloptin",
    "phoneoptin", "voiceoptin", "subscribed", "optincall", "optincalls", "optinphone", "optedincalls",
    "optedintocalls", "phoneallowed", "contactallowed", "allowphone", "allowphonecalls", "allowcontact",
    "agreedtocalls",
];

/// What may stand before such a name: `is_deleted`, `HasOptedOut…`.
#[rustfmt::skip]
pub(super) const BEFORE: [&str; 14] = [
    "is", "has", "was", "are", "on", "in", "contact", "customer", "lead", "user", "national", "federal", "internal",
    "company",
];

/// What may stand behind it: `dnc_flag`, `DoNotCall__c`.
#[rustfmt::skip]
pub(super) const BEHIND: [&str; 15] = [
    "flag", "flags", "indicator", "ind", "yn", "c", "list", "listed", "registry", "registered", "status", "given",
    "value", "marker", "requested",
];

/// The same where it is a moment or a reason that is there because of a yes: `opted_out_at`, `dnc_reason`.
#[rustfmt::skip]
pub(super) const SINCE: [&str; 13] = [
    "at", "date", "on", "time", "timestamp", "datetime", "since", "from", "until", "till", "before", "reason", "by",
];

/// Ends of the names of columns that hold one of many words.
#[rustfmt::skip]
pub(super) const STATUS: [&str; 18] = [
    "status", "statuscode", "substatus", "statusreason", "disposition", "dispositioncode", "dispo", "state",
    "stage", "result", "outcome", "tag", "tags", "label", "labels", "preference", "preferences", "subscription",
];

/// Other ways to reach people, which are no business of a call, as words or their beginnings: `voicemail` is none.
#[rustfmt::skip]
pub(super) const ELSEWHERE: [&str; 10] = [
    "email", "mail", "sms", "mms", "text", "fax", "newsletter", "whatsapp", "pushnotification", "cookie",
];

/// What a cell may say, in the form of `letters`; a cell in which nothing is left by that is in [`MARKS`] or unclear.
#[rustfmt::skip]
pub(super) const ANSWERS: [(&str, Said); 83] = [
    ("1", Said::Yes), ("true", Said::Yes), ("t", Said::Yes), ("yes", Said::Yes), ("y", Said::Yes), ("x", Said::Yes),
    ("on", Said::Yes), ("checked", Said::Yes), ("ja", Said::Yes), ("j", Said::Yes), ("oui", Said::Yes),
    ("si", Said::Yes), ("sí", Said::Yes), ("sì", Said::Yes), ("sim", Said::Yes), ("tak", Said::Yes),
    ("evet", Said::Yes), ("да", Said::Yes), ("はい", Said::Yes), ("是", Said::Yes), ("wahr", Said::Yes),
    ("vrai", Said::Yes), ("verdadero", Said::Yes), ("verdadeiro", Said::Yes), ("vero", Said::Yes),
    ("waar", Said::Yes), ("0", Said::No), ("false", Said::No), ("f", Said::No), ("no", Said::No), ("n", Said::No),
    ("off", Said::No), ("unchecked", Said::No), ("nein", Said::No), ("non", Said::No), ("nee", Said::No),
    ("não", Said::No), ("nao", Said::No), ("nie", Said::No), ("nej", Said::No), ("hayır", Said::No),
    ("нет", Said::No), ("いいえ", Said::No), ("否", Said::No), ("falsch", Said::No), ("faux", Said::No),
    ("falso", Said::No), ("onwaar", Said::No), ("allow", Said::May), ("allowed", Said::May), ("granted", Said::May),
    ("given", Said::May), ("accepted", Said::May), ("agreed", Said::May), ("consented", Said::May),
    ("optin", Said::May), ("optedin", Said::May), ("callable", Said::May), ("subscribed", Said::May),
    ("clean", Said::May), ("notlisted", Said::May), ("notregistered", Said::May), ("notondnc", Said::May),
    ("donotallow", Said::MustNot), ("notallowed", Said::MustNot), ("disallow", Said::MustNot),
    ("disallowed", Said::MustNot), ("denied", Said::MustNot), ("declined", Said::MustNot),
    ("refused", Said::MustNot), ("rejected", Said::MustNot), ("withdrawn", Said::MustNot),
    ("expired", Said::MustNot), ("listed", Said::MustNot), ("registered", Said::MustNot),
    ("requested", Said::MustNot), ("deleted", Said::MustNot), ("blocked", Said::MustNot),
    ("suppressed", Said::MustNot), ("blacklisted", Said::MustNot), ("blocklisted", Said::MustNot),
    ("revoked", Said::MustNot), ("removed", Said::MustNot),
];

/// Boxes that are ticked or not.
#[rustfmt::skip]
pub(super) const MARKS: [(&str, Said); 7] = [
    ("✓", Said::Yes), ("✔", Said::Yes), ("✔️", Said::Yes), ("✅", Said::Yes), ("☑", Said::Yes), ("☐", Said::No),
    ("-1", Said::Yes),
];

/// What forbids in a status, and as an answer, unless a [`NOT`] denies it: one of its words holds one of these, …
#[rustfmt::skip]
pub(super) const FORBIDDING_WORDS: [&str; 8] = [
    "dnc", "dncl", "dncc", "dncr", "dnd", "litigator", "blacklisted", "blocklisted",
];

/// … or all of them together one of these, in the form of `letters`.
#[rustfmt::skip]
pub(super) const FORBIDDING_PARTS: [&str; 24] = [
    "donotcall", "dontcall", "donotcontact", "dontcontact", "donotphone", "donotdial", "nevercall", "stopcalling",
    "nomorecalls", "nottobecalled", "notobecalled", "optout", "optedout", "unsubscribe",
    "deceased", "consentrevoked", "consentwithdrawn", "revokedconsent", "withdrewconsent", "noconsent",
    "blacklist", "blocklist", "suppressed", "removeme",
];
