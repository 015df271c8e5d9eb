//! Words by which columns and cells say who must not be called: in lower case, without accents and apostrophes.
//!
//! Names and cells are taken apart into words first, so that one table serves `DoNotCall`, `do_not_call` and `Do not call!`.

use super::Said;
use super::phrases::Weight;

/// Words that `@call` of a phrase stands for.
#[rustfmt::skip]
pub(super) const CALL_VERBS: [&str; 24] = [
    "call", "calls", "called", "calling", "phone", "phoned", "phoning", "telephone", "telephoned", "ring", "rang",
    "rung", "ringing", "dial", "dialed", "dialled", "dialing", "recall", "callback", "phonecall", "phonecalls", "solicit",
    "soliciting", "telemarket",
];
/// Words that `@contact` stands for.
#[rustfmt::skip]
pub(super) const CONTACT_VERBS: [&str; 14] = [
    "contact", "contacted", "contacting", "disturb", "disturbed", "bother", "bothered", "engage", "approach",
    "approached", "communicate", "reach", "robocall", "outreach",
];
/// Words that `@channel` stands for: other ways to reach people.
#[rustfmt::skip]
pub(super) const CHANNELS: [&str; 16] = [
    "email", "emails", "mail", "mails", "mailing", "sms", "mms", "text", "texts", "texting", "fax", "whatsapp",
    "letter", "letters", "post", "newsletter",
];
/// Words that `@who` stands for: whom not to call, or whose consent it is.
#[rustfmt::skip]
pub(super) const WHO: [&str; 16] = [
    "me", "him", "her", "them", "us", "this", "number", "customer", "client", "again", "anymore", "back", "ever",
    "please", "person", "lead",
];

/// Phrases that forbid a call, with their weight.
#[rustfmt::skip]
pub(super) const PHRASES: [(&str, Weight); 263] = [
    ("do not @call", Weight::Call), ("dont @call", Weight::Call),
    ("never call|phone|telephone|ring|dial|solicit", Weight::Call), ("never to be called", Weight::Call),
    ("never be called", Weight::Call), ("not to be called", Weight::Call), ("not to be phoned", Weight::Call),
    ("no to be called", Weight::Call), ("not to call", Weight::Call), ("to not call|contact|phone", Weight::Call),
    ("must|should|may|shall not be called|dialed|dialled|phoned|rung|contacted", Weight::Call),
    ("must|should|may|shall not call|dial|phone|ring", Weight::Call),
    ("mustnt|shouldnt be called|contacted", Weight::Call),
    ("not want calls|call|calling", Weight::Call), ("not want any|more|phone|further calls|call", Weight::Call),
    ("not want to be called|contacted|phoned", Weight::Call), ("not wish to be called|contacted|phoned", Weight::Call),
    ("doesnt|dont want calls|call|calling", Weight::Call), ("doesnt|dont want any|more|further|us|you calls|call|calling", Weight::Call), ("doesnt|dont want to be called|contacted", Weight::Call),
    ("wants no calls|contact", Weight::Call), ("wants no more|further calls|contact", Weight::Call),
    ("no more calls|calling|contact|phone", Weight::Call), ("no further calls|calling|contact", Weight::Call),
    ("no calls please", Weight::Call), ("please no calls|call|contact", Weight::Call),
    ("no cold|sales|marketing|telemarketing|solicitation calls|call", Weight::Call),
    ("no telemarketing|telemarketers|solicitation|solicitations|solicitors|soliciting", Weight::Call),
    ("stop calling|calls|phoning|ringing|dialing|contacting", Weight::Call),
    ("quit calling|phoning", Weight::Call), ("not by phone|telephone|call", Weight::Call),
    ("do not allow|accept|permit phone|calls|call|calling", Weight::Call), ("not callable|dialable", Weight::Call),
    ("asked|requested no calls|contact", Weight::Call), ("cease and desist", Weight::Call), ("cease desist", Weight::Call),
    ("cease calling|calls|contact|communication|communications", Weight::Call),
    ("refused|refuses|refusing|declined|declines all|further|any|more contact|calls|call", Weight::Call),
    ("refused|refuses|refusing|declined|declines contact|calls|phone", Weight::Call),
    ("refused|refuses|declined|declines to be called|contacted", Weight::Call),
    ("do not|never @channel or|and @call", Weight::Call), ("dont @channel or|and @call", Weight::Call), ("do not @contact or|and @call", Weight::Call),
    ("no calls or|and texts|text|sms|emails|email|visits|mail", Weight::Call), ("no contact please|ever|again", Weight::Call),
    ("not ok|okay|allowed|authorized|permitted|eligible to call|contact|dial|phone|be", Weight::Call),
    ("not have consent|permission|authorization", Weight::Contact), ("not to be dialed|rung|telephoned", Weight::Call),
    ("requested|requests removal", Weight::Word), ("removal requested|request", Weight::Word),
    ("requests|asks no calls|contact", Weight::Call), ("stop demarchage|appels|pub", Weight::Call), ("kontaktverbot", Weight::Call),
    ("anrufverbot", Weight::Call), ("do not leave|make calls|call", Weight::Call), ("under no circumstances call|contact", Weight::Call),
    // English, as people write notes.
    ("do not ever|please|under @call", Weight::Call), ("dont ever|please @call", Weight::Call), ("do please not @call", Weight::Call),
    ("not under any circumstances call|contact|phone", Weight::Call), ("do no|nor @call", Weight::Call), ("do not cal|cll|caal", Weight::Call),
    ("no call|calls|contact list", Weight::Call), ("no ai|automated|robo|bot|robot|machine calls|call|caller", Weight::Call),
    ("no robocalls|robocall|autodialer|autodialers|bots|robots", Weight::Call), ("asked|wants|requested|requests|requesting to be removed|deleted|erased|taken", Weight::Contact),
    ("removed at|by|on|per request|customer|client|patient", Weight::Word), ("to be deleted|erased|removed", Weight::Word),
    ("gdpr erasure|erase|delete|deletion|removal", Weight::Word), ("erasure|deletion request|requested", Weight::Word),
    ("right to erasure|deletion|object", Weight::Word), ("be forgotten", Weight::Word), ("hard refusal", Weight::Word), ("refusal hard", Weight::Word),
    ("blocked by|from customer|client|recipient|patient|calling|calls", Weight::Word), ("customer|client|patient|he|she|they says|said|say stop", Weight::Word),
    ("please stop", Weight::Word), ("leave alone", Weight::Word), ("human|humans only", Weight::Word), ("contact|contacts|communication|communications via|through|with attorney|lawyer|counsel|solicitor", Weight::Word),
    ("written|writing contact|communication|communications|correspondence only", Weight::Word), ("tps registered|listed", Weight::Word), ("contact revoked", Weight::Word), ("suppress", Weight::Whole), ("rip|dead", Weight::Whole), ("represented", Weight::Whole),
    ("wrong contact|telephone|phone", Weight::Word),
    // Other languages.
    ("keine telefonwerbung|werbung|werbeanrufe|kontaktaufnahme", Weight::Call), ("werbung widersprochen|unerwunscht|untersagt", Weight::Call),
    ("refuse le|tout demarchage|contact", Weight::Call), ("refuse demarchage", Weight::Call), ("stop appel|contact", Weight::Call), ("liste rouge", Weight::Word),
    ("no quiere|desea que le|lo|la|me|nos llamen|llamemos|contacten", Weight::Call), ("que no le|lo|la|me llamen|contacten", Weight::Call),
    ("solicita|pide|solicito|pidio baja", Weight::Word), ("dado|dada de baja", Weight::Word), ("no ser llamado|llamada|contactado|contactada", Weight::Call),
    ("nao quer|deseja ser contatado|contatada|contactado|contactada|chamado|chamada", Weight::Call), ("nao quer|deseja receber ligacoes|chamadas|contato|telefonemas", Weight::Call),
    ("non vuole|desidera essere chiamato|chiamata|contattato|contattata|disturbato", Weight::Call), ("o nie dzwonienie|kontaktowanie", Weight::Call),
    ("nie chce|zyczy telefonow|kontaktu", Weight::Call), ("ingen|ej|inte kontakt|samtal", Weight::Call), ("vill inte|ej bli uppringd|kontaktad", Weight::Call),
    ("onsker ikke a bli oppringt|kontaktet|ringt", Weight::Call), ("onsker ikke at blive ringet|kontaktet", Weight::Call), ("ei halua puheluita|soittoja|puheluja", Weight::Call),
    ("отказ от звонков", Weight::Call), ("отказался|отказалась", Weight::Whole), ("aranmak istemiyor", Weight::Call), ("nepreje si volat|kontaktovat|telefonaty", Weight::Call),
    ("ne keressuk|hivjuk", Weight::Call), ("nu mai suna|sunati|contacta", Weight::Call),
    ("nicht anrufen|anruf|anzurufen|telefonieren", Weight::Call), ("nicht mehr|wieder|weiter anrufen|kontaktieren", Weight::Call),
    ("nicht kontaktieren|stoeren|storen|angerufen|kontaktiert", Weight::Call), ("keine anrufe|anruf|werbeanrufe|telefonate", Weight::Call),
    ("keine weiteren anrufe|kontakte", Weight::Call), ("kein anruf", Weight::Call), ("anrufsperre", Weight::Call),
    ("telefonsperre", Weight::Call), ("kontaktsperre", Weight::Contact), ("werbesperre", Weight::Contact),
    ("anruf|anrufe verboten|unerwunscht|gesperrt", Weight::Call),
    ("ne pas appeler|rappeler|telephoner|contacter|deranger|demarcher|joindre", Weight::Call),
    ("ne plus appeler|rappeler|telephoner|contacter|deranger|demarcher", Weight::Call),
    ("ne souhaite|veut pas|plus etre appele|appelee|contacte|contactee|rappele", Weight::Call), ("pas d appel|appels", Weight::Call),
    ("pas dappel|dappels", Weight::Call), ("plus d appel|appels", Weight::Call), ("appels interdits", Weight::Call),
    ("opposition au demarchage", Weight::Call),
    ("no llamar|llame|llamen|llames|contactar|contacte|molestar|moleste", Weight::Call), ("no llamar mas", Weight::Call),
    ("no volver a llamar|contactar", Weight::Call), ("no desea|quiere llamadas|ser", Weight::Call), 
    ("nao ligar|ligue|chamar|contatar|contactar|telefonar|perturbe|perturbar|incomodar", Weight::Call), ("nao me ligue", Weight::Call),
    ("non chiamare|chiamarlo|chiamarla|richiamare|contattare|telefonare|disturbare", Weight::Call), ("non chiamate|contattate", Weight::Call),
    ("niet bellen|gebeld|contacteren|contacten|opbellen|terugbellen|storen", Weight::Call), ("niet meer|terug bellen|contacteren", Weight::Call),
    ("bel mij|me niet", Weight::Call), ("bel niet", Weight::Call), ("bel me nietregister", Weight::Call),
    ("nie dzwonic|kontaktowac|dzwon", Weight::Call), ("nie zyczy sobie telefonow|kontaktu", Weight::Call),
    ("ring inte|ej", Weight::Call), ("ej|inte ringa|kontakta|kontaktas", Weight::Call), ("far|ska ej|inte ringas|kontaktas", Weight::Call),
    ("ikke ring|ringe|ringes|kontakt|kontakte|kontaktes", Weight::Call), ("ring|kontakt ikke", Weight::Call), ("ala soita", Weight::Call),
    ("ei saa soittaa", Weight::Call), ("aramayin|aranmasin|aramayiniz|aranmayacak", Weight::Call),
    ("не звонить|беспокоить|звоните", Weight::Call), ("больше не звонить", Weight::Call), ("не дзвонити", Weight::Call),
    ("nevolat|nekontaktovat|nevolejte", Weight::Call), ("ne hivja|hivjak|hivd|keresse", Weight::Call),
    ("nu suna|sunati|contacta|contactati|apela|apelati", Weight::Call), ("μην καλειτε|τηλεφωνησετε", Weight::Call),
    ("لا تتصل", Weight::Call), ("عدم الاتصال", Weight::Call), ("לא להתקשר", Weight::Call), ("कॉल न करें", Weight::Call),
    // Lists of those who must not be called.
    ("dnc", Weight::List), ("dncl", Weight::List), ("dncc", Weight::List), ("dncr", Weight::List), ("wdnc", Weight::List),
    ("dncs", Weight::List), ("dnclist", Weight::List), ("bloctel", Weight::List), ("robinson list|liste", Weight::List),
    ("robinsonliste|robinsonlist", Weight::List), ("lista robinson", Weight::List), ("registro delle opposizioni", Weight::List),
    // No more of anything.
    ("do not @contact", Weight::Contact), ("dont @contact", Weight::Contact), ("never contact|disturb|bother|engage|approach", Weight::Contact),
    ("not to be contacted|disturbed|approached", Weight::Contact), ("do not market|telemarket", Weight::Contact),
    ("do not try|attempt", Weight::Contact), ("opt|opts|opted|opting out", Weight::Contact), ("opt outs", Weight::Contact),
    ("unsubscribe|unsubscribed|unsubscribes|unsub|unsubbed|unsubscription", Weight::Contact),
    ("remove|removed|take|delete me|him|her|them|us|number from|off|please", Weight::Contact), ("remove me", Weight::Contact),
    ("remove|removed|take|taken from|off list|lists|call|calling|dialer|database|file", Weight::Contact),
    ("remove|removed|take|taken from|off the|your|our|all list|lists|call|calling|dialer|database|calls", Weight::Contact),
    ("leave me|us alone", Weight::Contact),
    ("consent|permission revoked|withdrawn|denied|refused|declined|expired|rescinded|missing|retracted", Weight::Contact),
    ("consent|permission was|is|has|been revoked|withdrawn|denied|refused|declined|expired|rescinded|been", Weight::Contact),
    ("revoked|revokes|withdrew|withdrawn|withdraws|rescinded|retracted consent|permission", Weight::Contact),
    ("revoked|withdrew|withdraws|rescinded his|her|their|the|all consent|permission", Weight::Contact),
    ("no|without|lacks|lacking consent|permission", Weight::Contact), ("not consent|consented|consenting", Weight::Contact),
    ("no longer consents", Weight::Contact), ("einwilligung widerrufen|zuruckgezogen|verweigert|abgelehnt|entzogen", Weight::Contact),
    ("keine einwilligung|zustimmung", Weight::Contact), ("werbewiderspruch", Weight::Contact), ("widerspruch gegen werbung", Weight::Contact),
    ("consentement retire|refuse|revoque", Weight::Contact), ("pas de consentement|demarchage", Weight::Contact),
    ("sin consentimiento", Weight::Contact), ("consentimiento revocado|retirado|denegado", Weight::Contact),
    ("geen toestemming", Weight::Contact), ("toestemming ingetrokken|geweigerd", Weight::Contact),
    ("sem consentimento", Weight::Contact), ("consenso revocato|negato", Weight::Contact), ("nessun consenso", Weight::Contact),
    ("desabonne|desinscrit|abgemeldet|desuscrito|disiscritto|uitgeschreven|descadastrado", Weight::Contact),
    // What says so where it stands for all of the person.
    ("dnd", Weight::Word), ("tps", Weight::Word), ("ctps", Weight::Word), ("dnp", Weight::Word),
    ("litigator|litigators|litigant|litigious", Weight::Word), ("deceased|died|verstorben|decede|decedee|fallecido|fallecida|overleden", Weight::Word),
    ("deceduto|falecido|zmarly|avliden", Weight::Word), ("passed away", Weight::Word),
    ("blacklist|blacklisted|blocklist|blocklisted|denylist|denylisted", Weight::Word), ("black|block|deny list|listed", Weight::Word),
    ("suppressed|suppression", Weight::Word), ("wrong number|person|party|num|nr|no", Weight::Word), ("numero equivocado|errone|sbagliato|errado", Weight::Word),
    ("falsche nummer", Weight::Word), ("faux|mauvais numero", Weight::Word), ("verkeerd nummer", Weight::Word),
    ("no phone calls|call|contact", Weight::Word), ("only|just|solely @channel", Weight::Word), ("@channel only", Weight::Word),
    ("not on call list", Weight::Word), ("legal threat|action", Weight::Word), ("attorney|lawyer represented", Weight::Word),
    ("represented by attorney|counsel|lawyer", Weight::Word), ("do not use|dial|reengage", Weight::Word),
    ("revoked|rescinded|retracted", Weight::Word),
    // A whole cell of a status, or of remarks.
    ("stop|stopp|stopall|stopped|parar|arret|basta", Weight::Whole), ("removed|remove|delete|deleted|erased|purged", Weight::Whole),
    ("blocked|block|banned|barred|excluded|exclude|forbidden|prohibited", Weight::Whole), ("archived|withdrawn|complained", Weight::Whole),
    ("no call|calls|calling|phone|solicit", Weight::Whole), ("not allowed|permitted|authorized", Weight::Whole),
    ("do not allow", Weight::Whole), ("remove|removed from list", Weight::Whole), ("dead person", Weight::Whole),
    ("geloscht|gesperrt|blockiert|entfernt|widerrufen|widerspruch", Weight::Whole), ("supprime|bloque|retire|revoque", Weight::Whole),
    ("eliminado|bloqueado|borrado|revocado|baja", Weight::Whole), ("removido|bloqueada|revogado", Weight::Whole),
    ("rimosso|bloccato|eliminato|cancellato|revocato", Weight::Whole), ("verwijderd|geblokkeerd|ingetrokken", Weight::Whole),
    ("usuniety|zablokowany", Weight::Whole), ("удален|заблокирован|отписан", Weight::Whole), ("cease", Weight::Whole),
    ("litigation", Weight::Whole), ("callblocked", Weight::Whole), ("call|calls blocked|prohibited|forbidden", Weight::Whole),
    ("contact refused|prohibited|forbidden", Weight::Whole), ("no contact wanted|desired|allowed|requested", Weight::Whole),
    ("refused consent|permission", Weight::Whole),
];

/// Languages that write without spaces: anywhere in a cell or a name.
#[rustfmt::skip]
pub(super) const UNSPACED: [&str; 26] = [
    "電話不可", "架電禁止", "架電ng", "電話禁止", "電話しない", "請勿致電", "请勿致电", "勿扰", "勿擾", "不要打电话", "不要打電話",
    "勿打电话", "請勿來電", "d/n/c", "전화금지", "전화 금지", "수신거부",
    "拒绝来电", "拒絕來電", "拒接", "不要联系", "黑名单", "연락금지", "연락하지 마세요", "블랙리스트", "着信拒否",
];

/// Words of another language or of people's that may be glued together, besides those of the tables.
#[rustfmt::skip]
pub(super) const GLUED: [&str; 40] = [
    "do", "not", "dont", "is", "has", "on", "of", "to", "be", "by", "in", "no", "non", "the", "out", "opt", "opted", "please", "customer",
    "contact", "added", "marked", "state", "federal", "national", "internal", "list", "listed", "flag", "date", "status", "reason",
    "appeler", "pas", "anrufen", "nicht", "llamar", "chiamare", "ligar", "bellen",
];

/// Behind `do not ring`, what is no phone.
pub(super) const BELLS: [&str; 4] = ["bell", "bells", "doorbell", "buzzer"];

/// Behind `do not call`, a word that says when or how not, and so that there may be times when to.
#[rustfmt::skip]
pub(super) const LIMITS: [&str; 46] = [
    "before", "after", "until", "till", "between", "during", "on", "at", "from", "unless", "without", "except", "if", "when", "while",
    "outside", "past", "today", "tomorrow", "tonight", "weekends", "weekend", "mornings", "evenings", "sunday", "sundays", "saturday",
    "saturdays", "monday", "mondays", "friday", "fridays", "earlier", "later", "in", "early", "late", "vor", "nach", "bis", "avant", "apres",
    "antes", "despues", "hasta", "prima",
];

/// Words that say that somebody is on a list no more, or never was, of which nobody knows which.
pub(super) const NO_LONGER: [&str; 5] = ["no longer", "not longer", "no more", "never", "no"];

/// Words that may stand between a `not` and that which it denies.
#[rustfmt::skip]
pub(super) const BETWEEN: [&str; 20] = [
    "on", "in", "the", "a", "any", "our", "listed", "registered", "federal", "national", "state", "internal",
    "company", "list", "been", "have", "has", "is", "yet", "marked",
];
pub(super) const NOT: [&str; 7] = ["not", "non", "isnt", "wasnt", "hasnt", "nicht", "niet"];
/// Before a `not` that belongs to what follows: `should not opt out`.
pub(super) const DOES: [&str; 4] = ["do", "should", "must", "does"];

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
pub(super) const CLEAN: [&str; 6] = ["clean", "cleared", "clear", "passed", "safe", "ok"];

/// One word, or the first of two with `out`, that says that somebody wants no more of something.
pub(super) const OPT_OUT: [&str; 3] = ["unsubscribed", "unsubscribe", "unsub"];
pub(super) const OPT: [&str; 4] = ["opt", "opted", "opts", "opting"];
/// Parts of the words that are about calls.
pub(super) const CALLS: [&str; 7] = ["call", "phone", "voice", "dial", "telemarketing", "telefon", "anruf"];
/// Other ways to reach people, which are no business of a call, as words or their beginnings: `voicemail` is none.
#[rustfmt::skip]
pub(super) const ELSEWHERE: [&str; 13] = [
    "email", "mail", "sms", "mms", "text", "fax", "newsletter", "whatsapp", "pushnotification", "cookie", "postal", "sendmm", "webpush",
];
/// Words that leave it to the others in a name what it is about, besides [`BEFORE`], [`BEHIND`] and [`SINCE`].
#[rustfmt::skip]
pub(super) const NEUTRAL: [&str; 29] = [
    "of", "from", "to", "for", "the", "all", "any", "global", "and", "or", "marketing", "mobile", "cell", "wireless",
    "landline", "home", "work", "tel", "number", "state", "not", "non", "solicit", "solicitation", "type", "everything", "contact", "no", "hs",
];
/// Words that may stand before it in a name: `is_deleted`, `contact.deleted`.
#[rustfmt::skip]
pub(super) const BEFORE: [&str; 25] = [
    "is", "has", "was", "are", "contact", "customer", "client", "lead", "person", "user", "record", "member", "account", "patient",
    "be", "the", "currently", "already", "hs", "row", "profile", "prospect", "recipient", "subscriber", "gdpr",
];
/// Words that may stand behind it: `dnc_flag`, `DoNotCall__c`.
#[rustfmt::skip]
pub(super) const BEHIND: [&str; 16] = [
    "flag", "flags", "indicator", "ind", "yn", "c", "list", "listed", "registry", "registered", "status", "given",
    "value", "marker", "requested", "request",
];
/// The same where it is a moment or a reason that is there because of a yes: `opted_out_at`, `dnc_reason`.
#[rustfmt::skip]
pub(super) const SINCE: [&str; 14] = [
    "at", "date", "on", "time", "timestamp", "datetime", "since", "from", "until", "till", "before", "reason", "by", "ts",
];

/// Names in which a yes forbids, if nothing but [`BEFORE`], [`BEHIND`], [`SINCE`] and what is about calls is with them.
#[rustfmt::skip]
pub(super) const FORBIDDING: [&str; 108] = [
    "callrestricted", "phonerestricted", "callrestriction", "phonerestriction", "nosolicit", "skipcall", "requestedremoval", "removefromlist", "dateofdeath", "deathdate", "gdprerasure",
    "righttoerasure", "anonymized", "anonymised", "ncpr", "keinewerbung", "werbungunerwunscht", "listerouge", "oppositiondemarchage",
    "desinscrit", "dadodebaja", "excluido", "registroopposizioni", "iscrittorpo", "bloccato", "cancellato", "descadastrado", "bloqueado",
    "geblokkeerd", "uitgeschreven", "zablokowany", "reserverad", "reservert", "nixtelefon", "donotbulkphone", "donotbulkcall",
    "nocall", "nocalls", "nocalling", "nophone", "nophonecall", "nophonecalls", "nocontact", "stopcall", "stopcalls", "neverdial",
    "deleted", "blocked", "block", "blacklist", "blacklisted", "blocklist", "blocklisted", "suppress", "suppressed", "suppression",
    "revoked", "deceased", "died", "litigator", "litigant", "tcpalitigator", "knownlitigator", "removed", "archived", "erased", "excluded", "exclude",
    "complained", "nocold", "blockcalls", "donotengage", "robinson", "bloctel", "withdrawn", "barred", "banned", "callsblocked",
    "callblocked", "callbarred", "donotring", "wrongnumber", "shouldforget", "forgetme", "righttobeforgotten", "donotuse", "callban",
    "callsuppressed", "callsuppression", "callblacklist", "donotcontact", "callsuppress", "blockedcalls", "refusecontact", "refusescalls", "refusedcontact",
    "keinanruf", "keineanrufe", "anrufsperre", "werbesperre", "kontaktsperre", "gesperrt", "widerspruch", "werbewiderspruch",
    "verstorben", "blockcall", "dontcall", "ceasedesist",
];
/// Words with which those still say the same, wherever they stand: `blocked_from_calls`, `exclude_from_campaign`.
#[rustfmt::skip]
pub(super) const OF_CALLS: [&str; 20] = [
    "from", "of", "for", "to", "all", "any", "our", "outbound", "campaign", "campaigns", "dialer", "marketing", "telemarketing", "global",
    "voice", "calls", "call", "calling", "dialing", "phone",
];
/// Names in which a no forbids, and silence as well, in the same way.
#[rustfmt::skip]
pub(super) const PERMITTING: [&str; 16] = [
    "callable", "contactable", "dialable", "subscribed", "phonable", "reachout", "anruferlaubt", "anruferlaubnis", "werbeerlaubnis",
    "appelautorise", "llamadaautorizada", "calleligible", "eligibletocall", "cleartocall", "safetocall", "dialallowed",
];
/// Names in which a no forbids, and silence says nothing.
#[rustfmt::skip]
pub(super) const ACTIVE: [&str; 17] = [
    "wantscalls", "wantstobecalled", "pleasecall", "callyn", "contactyn", "includeincampaign", "acceptsmarketing", "marketingallowed",
    "active", "enabled", "isactive", "call", "shouldcall", "tocall", "callme", "dial", "aktiv",
];
/// Names in which a yes forbids and which say nothing else, as the opposite of those.
#[rustfmt::skip]
pub(super) const INACTIVE: [&str; 20] = [
    "restricted", "restriction", "skip", "opposition", "dod",
    "inactive", "disabled", "deactivated", "terminated", "suspended", "inaktiv", "stop", "stopped", "complaint", "objection", "objected",
    "refusal", "refused", "dead", "litigation",
];

/// Words for a person's yes to calls, in names.
#[rustfmt::skip]
pub(super) const CONSENT: [&str; 24] = [
    "consent", "consents", "consented", "consenting", "permission", "permissions", "pewc", "pec",
    "einwilligung", "einverstanden", "einverstandnis", "zustimmung", "consentement", "consentimiento", "consentimento", "consenso",
    "toestemming", "samtycke", "samtykke", "suostumus", "zgoda", "souhlas", "согласие", "同意",
];
/// With one of those: it was taken back, or never given.
#[rustfmt::skip]
pub(super) const REVOKED: [&str; 27] = [
    "revoked", "revoke", "revocation", "revocations", "withdrawn", "withdrew", "withdrawal", "withdraw", "denied", "refused", "declined", "expired", "missing",
    "rescinded", "retracted", "removed", "cancelled", "canceled", "lost", "ended", "widerrufen", "widerruf", "retire", "revocado", "ingetrokken",
    "without", "lacks",
];
/// With a word of [`CONSENT`]: about something else than calls.
#[rustfmt::skip]
pub(super) const OTHER_MATTERS: [&str; 28] = [
    "cookie", "cookies", "photo", "photos", "image", "media", "recording", "record", "recorded", "data", "treatment", "medical", "surgery",
    "research", "parental", "parent", "guardian", "hipaa", "privacy", "processing", "sharing", "terms", "video", "tracking", "analytics",
    "profiling", "storage", "location",
];
/// With a word of [`CONSENT`]: about the record of it, and no answer.
#[rustfmt::skip]
pub(super) const ABOUT: [&str; 28] = [
    "version", "source", "ip", "url", "form", "language", "lang", "method", "id", "notes", "note", "channel", "proof", "link", "page",
    "reference", "ref", "who", "name", "campaign", "certificate", "cert", "token", "wording", "collector", "title", "count", "agent",
];
/// With a word of [`CONSENT`]: when it was.
#[rustfmt::skip]
pub(super) const WHEN: [&str; 12] = [
    "at", "date", "on", "time", "timestamp", "datetime", "since", "until", "till", "ts", "expires", "expiry",
];
/// With a word of [`CONSENT`]: whose and of what kind it is, so that the column is an answer.
#[rustfmt::skip]
pub(super) const KINDS: [&str; 71] = [
    "marketing", "telemarketing", "tcpa", "gdpr", "dsgvo", "rgpd", "express", "expressed", "explicit", "written", "verbal", "oral", "prior", "ai", "bot",
    "automated", "auto", "autodialer", "autodialed", "atds", "robocall", "dialer", "artificial", "prerecorded", "call", "calls", "calling", "called",
    "phone", "telephone", "voice", "mobile", "cell", "contact", "contacted", "customer", "client", "lead", "user", "has", "have", "is", "was",
    "given", "gave", "granted", "obtained", "collected", "received", "valid", "current", "active", "to", "be", "for", "of", "file", "the",
    "status", "state", "flag", "yn", "c", "value", "general", "global", "all", "person", "signed", "on", "hs",
];
/// Words that say that a call is allowed, with a word about calls.
#[rustfmt::skip]
pub(super) const ALLOWED: [&str; 22] = [
    "can", "may", "ok", "okay", "allow", "allows", "allowed", "accept", "accepts", "permit", "permitted", "eligible", "authorized",
    "authorised", "approved", "agree", "agrees", "agreed", "willing", "happy", "safe", "clear",
];
/// Words about calls in names with a word of [`ALLOWED`].
#[rustfmt::skip]
pub(super) const CALLED: [&str; 17] = [
    "call", "calls", "called", "calling", "phone", "phoned", "telephone", "contact", "contacted", "contacting", "dial", "dialed", "dialing",
    "ring", "voice", "phonecall", "phonecalls",
];

/// Ends of the names of columns that hold one of many words.
#[rustfmt::skip]
pub(super) const STATUS: [&str; 24] = [
    "status", "statuscode", "substatus", "statusreason", "disposition", "dispositioncode", "dispo", "state", "statecode",
    "stage", "result", "outcome", "tag", "tags", "label", "labels", "preference", "preferences", "subscription", "method", "channel", "estado",
    "statut", "stato",
];
/// Ends of the names of columns in which people write what they like.
#[rustfmt::skip]
pub(super) const REMARKS: [&str; 34] = [
    "note", "notes", "comment", "comments", "remark", "remarks", "category", "categories", "segment", "segments", "list", "lists", "group", "groups",
    "reason", "response", "reply", "type", "flag", "flags", "title", "feedback", "info", "message", "memo", "description", "history", "activity",
    "bemerkung", "bemerkungen", "notiz", "notizen", "commentaire", "notas",
];
/// Ends of the names of columns that hold what firms, streets and things are called: `DNC Parks` is no opt-out.
#[rustfmt::skip]
pub(super) const LABELS: [&str; 42] = [
    "company", "companies", "firm", "organization", "organisation", "org", "employer", "business", "brand", "product", "vendor", "supplier", "agency",
    "address", "address1", "address2", "addressline", "street", "city", "town", "county", "neighborhood", "location", "building", "school", "team",
    "url", "website", "web", "site", "link", "domain", "id", "ref", "reference", "sku", "file", "filename", "firma", "strasse", "empresa", "societe",
];

/// Answers that a cell may hold, as one word of its letters and digits.
#[rustfmt::skip]
pub(super) const ANSWERS: [(&str, Said); 181] = [
    ("1", Said::Yes), ("true", Said::Yes), ("t", Said::Yes), ("yes", Said::Yes), ("y", Said::Yes), ("x", Said::Yes),
    ("on", Said::Yes), ("checked", Said::Yes), ("ja", Said::Yes), ("j", Said::Yes), ("oui", Said::Yes), ("o", Said::Yes),
    ("si", Said::Yes), ("s", Said::Yes), ("sim", Said::Yes), ("tak", Said::Yes), ("yep", Said::Yes), ("yeah", Said::Yes), ("set", Said::Yes),
    ("evet", Said::Yes), ("да", Said::Yes), ("так", Said::Yes), ("はい", Said::Yes), ("是", Said::Yes), ("有", Said::Yes), ("예", Said::Yes), ("네", Said::Yes),
    ("wahr", Said::Yes), ("jawohl", Said::Yes), ("vrai", Said::Yes), ("verdadero", Said::Yes), ("verdadeiro", Said::Yes), ("vero", Said::Yes),
    ("waar", Said::Yes), ("prawda", Said::Yes), ("sant", Said::Yes), ("ano", Said::Yes), ("igen", Said::Yes), ("da", Said::Yes), ("kylla", Said::Yes),
    ("ναι", Said::Yes), ("نعم", Said::Yes), ("כן", Said::Yes), ("हां", Said::Yes), ("हाँ", Said::Yes), ("enabled", Said::Yes), ("active", Said::Yes), ("ticked", Said::Yes),
    ("selected", Said::Yes), ("aktiv", Said::Yes), ("doubleoptin", Said::May), ("singleoptin", Said::May), ("istrue", Said::Yes),
    ("0", Said::No), ("false", Said::No), ("f", Said::No), ("no", Said::No), ("n", Said::No),
    ("off", Said::No), ("unchecked", Said::No), ("nein", Said::No), ("non", Said::No), ("nee", Said::No), ("nope", Said::No),
    ("nao", Said::No), ("nie", Said::No), ("nej", Said::No), ("nei", Said::No), ("hayır", Said::No), ("hayir", Said::No),
    ("нет", Said::No), ("ні", Said::No), ("いいえ", Said::No), ("否", Said::No), ("无", Said::No), ("無", Said::No), ("아니오", Said::No), ("아니요", Said::No),
    ("falsch", Said::No), ("faux", Said::No), ("falsz", Said::No), ("falskt", Said::No), ("ne", Said::No), ("nem", Said::No), ("nu", Said::No), ("ei", Said::No),
    ("falso", Said::No), ("onwaar", Said::No), ("οχι", Said::No), ("لا", Said::No), ("לא", Said::No), ("नहीं", Said::No),
    ("disabled", Said::No), ("inactive", Said::No), ("inaktiv", Said::No), ("notset", Said::No), ("deactivated", Said::No), ("never", Said::No),
    ("allow", Said::May), ("allowed", Said::May), ("granted", Said::May),
    ("given", Said::May), ("accepted", Said::May), ("agreed", Said::May), ("consented", Said::May), ("consent", Said::May), ("consents", Said::May),
    ("optin", Said::May), ("optedin", Said::May), ("callable", Said::May), ("subscribed", Said::May), ("obtained", Said::May), ("permitted", Said::May),
    ("clean", Said::May), ("notlisted", Said::May), ("notregistered", Said::May), ("notondnc", Said::May), ("notondnclist", Said::May),
    ("clear", Said::May), ("cleared", Said::May), ("nohit", Said::May), ("nomatch", Said::May), ("notfound", Said::May), ("pass", Said::May),
    ("passed", Said::May), ("safe", Said::May), ("ok", Said::May), ("oktocall", Said::May), ("start", Said::May), ("unstop", Said::May),
    ("notoptedout", Said::May), ("notblocked", Said::May), ("notsuppressed", Said::May), ("notdnc", Said::May), ("nondnc", Said::May),
    ("erteilt", Said::May), ("zugestimmt", Said::May), ("accorde", Said::May), ("accepte", Said::May), ("aceptado", Said::May), ("otorgado", Said::May), ("gegeven", Said::May),
    ("donotallow", Said::MustNot), ("notallowed", Said::MustNot), ("disallow", Said::MustNot), ("dontallow", Said::MustNot),
    ("disallowed", Said::MustNot), ("denied", Said::MustNot), ("deny", Said::MustNot), ("declined", Said::MustNot),
    ("refused", Said::MustNot), ("rejected", Said::MustNot), ("withdrawn", Said::MustNot), ("withdrew", Said::MustNot),
    ("expired", Said::MustNot), ("listed", Said::MustNot), ("registered", Said::MustNot), ("notgiven", Said::MustNot), ("notgranted", Said::MustNot),
    ("requested", Said::MustNot), ("deleted", Said::MustNot), ("blocked", Said::MustNot), ("hit", Said::MustNot), ("match", Said::MustNot),
    ("suppressed", Said::MustNot), ("blacklisted", Said::MustNot), ("blocklisted", Said::MustNot), ("matched", Said::MustNot),
    ("revoked", Said::MustNot), ("removed", Said::MustNot), ("failed", Said::MustNot), ("fail", Said::MustNot), ("found", Said::MustNot), ("refuse", Said::MustNot),
    ("verweigert", Said::MustNot), ("abgelehnt", Said::MustNot), ("retire", Said::MustNot), ("geweigerd", Said::MustNot), ("denegado", Said::MustNot), ("notprovided", Said::MustNot),
    ("notobtained", Said::MustNot),
];

/// Boxes that are ticked or not.
#[rustfmt::skip]
pub(super) const MARKS: [(&str, Said); 11] = [
    ("✓", Said::Yes), ("✔", Said::Yes), ("✔️", Said::Yes), ("✅", Said::Yes), ("☑", Said::Yes), ("☒", Said::Yes), ("☐", Said::No),
    ("✗", Said::No), ("✘", Said::No), ("❌", Said::No), ("-1", Said::Yes),
];

/// Kinds of consent that are one to calls; with those of [`CALLED`] alone, or `both` and `all` of several ways.
#[rustfmt::skip]
pub(super) const CONSENT_KINDS: [&str; 20] = [
    "verbal", "verbally", "oral", "orally", "spoken", "written", "signed", "express", "expressed", "explicit", "prior", "pewc", "recorded", "full", "both",
    "all", "any", "consent", "and", "given",
];
