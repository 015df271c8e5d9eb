//! Lists of whom to call, as CSV and as JSON Lines: streamed, row by row.
//!
//! A list of any size is read in the same memory. What is wrong with a row is told and the next row is read; what is
//! wrong with the file ends it.

pub(crate) mod columns;
pub(crate) mod country;
pub(crate) mod csv;
mod json;
mod moment;
mod opt_out;
mod place;
pub(crate) mod problem;
pub(crate) mod quotes;
mod records;
mod row;
pub(crate) mod source;
mod time_zone;
mod withheld;

use std::collections::BTreeSet;
use std::fmt;
use std::io::Read;
use std::path::Path;

use polyai_outbound_core::campaign::NewRecipient;
use polyai_outbound_core::{CountryCode, PhoneNumber};

use columns::{Columns, Known};
use country::CountryColumn;
use csv::Csv;
use json::Members;
use opt_out::OptOut;
use records::Records;
use row::Row;
use source::{Line, Source};
use withheld::Reading;

use super::placeholder::{self, Placeholders};

pub(in crate::campaign) use columns::is_among;
pub(in crate::campaign) use problem::shown;
pub use problem::{ListError, Problem, Refused};
pub use source::Digest;
pub use withheld::Withheld;

const TOO_LONG: &str = "is longer than 1 MiB";

/// How a list is read.
#[derive(Clone, Debug, Default)]
pub struct ListOptions {
    /// The country of numbers that are written as dialed within it, where a row has no `country_code`.
    pub country: Option<CountryCode>,
    /// The column that holds the numbers; else it is found by its name.
    pub number_column: Option<String>,
    /// The columns that become metadata; else all do that are not known to be something else.
    pub metadata_columns: Option<Vec<String>>,
    /// Columns that are taken as if they were not there: neither obeyed nor sent.
    pub ignored_columns: Vec<String>,
}

/// What a row is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Whom to call.
    Recipient(NewRecipient),
    /// Whom not to call, because the list itself says so.
    OptedOut(OptedOut),
    /// Why not.
    Refused(Refused),
}

/// A row whose number must not be called, for whatever row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptedOut {
    /// The line of the list at which it stands; the first line is 1.
    pub row: u64,
    /// Whom not to call.
    pub to_number: PhoneNumber,
    /// Where the list says so, as `DoNotCall=1 in row 7`; nothing of other cells is in it.
    pub said: String,
}

/// A list, read as it is iterated.
///
/// The first line of CSV names the columns, separated by `,`, `;` or tabs. In JSON Lines (`.jsonl`, `.ndjson`, or what
/// begins with `{`) every line is an object, whose members are the columns; all values are text.
///
/// | column | what it holds |
/// |---|---|
/// | `to_number`, `phone_number`, `phone`, `number`, `mobile` or `contact_number` | whom to call: see [`read_number`](super::read_number) |
/// | `country_code` | the country of a number that is written as dialed within it; it has to agree with one that has its calling code |
/// | `time_zone` | where the recipient lives, as `America/New_York` |
/// | `not_before`, `not_after` | `2026-12-01T09:30:00-05:00`; or `2026-12-01 09:30` or `2026-12-01` in `time_zone`; a day in `not_after` is within |
/// | `priority` | 0 (last) to 9 (first); 5 if empty |
/// | `external_id` | what the row is called elsewhere, up to 200 characters |
/// | `DoNotCall`, `dnc`, `opted_out`, `consent_revoked`, `deleted` and the like; `consent`, `can_call`, `is_active` and the like | whether the person must not be called: yes or no, in many spellings; one that is not known, or an empty consent, refuses the row |
/// | `status`, `disposition` and the like | the same, if it is `DNC`, `removed`, `deceased` or the like; it stays metadata |
/// | any other | the same, if it says `DNC`, `do not call` or the like in many languages; it stays metadata |
/// | `phone_code`, `dial_code`, `country_calling_code` and the like | the country of the number, as a calling code, a code or a name |
/// | `country`, `mailing_country` and the like | the country of a number that has no calling code of its own, as a name or a code; it stays metadata |
/// | `state`, `province`, `address` and the like | the state or province whose zones have to be within a window as well, of a number of North America; it stays metadata |
///
/// Case, spaces, `-` and `_` in these names do not matter. All other columns become metadata; empty cells are left out.
/// A column that is called as a header of SIP ([`Metadata::is_sip_header`](polyai_outbound_core::Metadata::is_sip_header)) has
/// to be renamed, or left out of the metadata.
/// Rows are known by the **line** of the file at which they begin, as an editor counts them: the header is 1. A
/// spreadsheet counts the same unless cells have line breaks in them.
///
/// A row that is refused may say all the same that its number must not be called: [`take_withheld`](List::take_withheld) tells
/// which numbers no other row may call for that reason.
///
/// Text behind a closing quote refuses the row. If a quoted field goes over several lines and takes in what seem to be rows,
/// all these lines are refused, each for itself, so that none vanishes.
///
/// A row longer than 1 MiB is refused, and the rows behind it are read; a header longer than that is an error, and so is a
/// quote that is never closed, which takes all rows behind it with it. Reading takes the memory of one row and time that
/// grows with the file, whatever is in it.
///
/// ```
/// use polyai_outbound::campaign::{Entry, List, ListOptions};
///
/// let csv = "Phone;Name;time_zone\n+14155550100;Ada;America/New_York\n4.41E+11;Bob;\n";
/// let mut list = List::from_reader("people.csv", csv.as_bytes(), &ListOptions::default())?;
/// let Some(Entry::Recipient(ada)) = list.next().transpose()? else { panic!("is a recipient") };
/// assert_eq!((ada.row, ada.to_number.as_str()), (2, "+14155550100"));
/// let Some(Entry::Refused(bob)) = list.next().transpose()? else { panic!("was rounded") };
/// assert_eq!((bob.row, bob.column.as_deref()), (3, Some("Phone")));
/// assert!(list.next().is_none());
/// assert_eq!(list.digest().unwrap().rows, 2);
/// # Ok::<(), polyai_outbound::campaign::ListError>(())
/// ```
pub struct List {
    form: Form,
    options: ListOptions,
    rows: u64,
    placeholders: Vec<Placeholders>,
    withheld: Vec<Withheld>,
    state: Progress,
}

enum Form {
    Csv(Box<Records>),
    Lines { source: Box<Source>, last: Option<Box<(Vec<String>, Columns)>>, unseen: BTreeSet<String> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Reading,
    AtEnd,
    Broken,
}

impl List {
    /// Opens a file; `-` is standard input.
    ///
    /// # Errors
    /// If it cannot be opened, is not UTF-8, or its header has no column of numbers, two that may be it, a column
    /// twice, or one that cannot be metadata.
    pub fn open(path: impl AsRef<Path>, options: &ListOptions) -> Result<Self, ListError> {
        Self::of(Source::open(path.as_ref())?, options)
    }

    /// Reads from elsewhere; `name` is what it is called in messages, and by its ending it is known as JSON Lines.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn from_reader(
        name: impl Into<String>,
        reader: impl Read + Send + 'static,
        options: &ListOptions,
    ) -> Result<Self, ListError> {
        Self::of(Source::new(name.into(), Box::new(reader))?, options)
    }

    fn of(mut source: Source, options: &ListOptions) -> Result<Self, ListError> {
        let wanted = options.number_column.as_deref();
        let form = if is_lines(&mut source)? {
            let unseen =
                options.metadata_columns.iter().flatten().map(|name| columns::normalised(name)).collect();
            Form::Lines { source: Box::new(source), last: None, unseen }
        } else {
            let csv = Csv::open(source, |names| columns::number_column(names, wanted).is_ok(), None)?;
            let (listed, ignored) = (options.metadata_columns.as_deref(), &options.ignored_columns);
            let columns = columns::check_ignored(csv.names(), ignored)
                .and_then(|()| Columns::find_but(csv.names(), wanted, listed, true, ignored))
                .map_err(|fault| ListError::new(csv.source().name(), csv.header_row(), fault))?;
            Form::Csv(Box::new(Records::new(csv, columns)))
        };
        Ok(Self {
            form,
            options: options.clone(),
            rows: 0,
            placeholders: Vec::new(),
            withheld: Vec::new(),
            state: Progress::Reading,
        })
    }

    /// What the list is called in messages.
    #[must_use]
    pub fn file(&self) -> &str {
        self.source().name()
    }

    /// What was read, once all of it was.
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        (self.state == Progress::AtEnd).then(|| self.source().digest(self.rows))
    }

    /// The columns of metadata in which recipients that were read so far hold a placeholder, as `nan` or `#N/A`, instead of a
    /// value; of 100 columns at most. They are taken as they are: whether the agent may say them is for a person to judge.
    #[must_use]
    pub fn placeholders(&self) -> &[Placeholders] {
        &self.placeholders
    }

    /// Takes the numbers that rows which were refused since the last time keep from being called, for whatever row: because the
    /// refused row says so, or because nobody knows what it says.
    pub fn take_withheld(&mut self) -> Vec<Withheld> {
        std::mem::take(&mut self.withheld)
    }

    fn source(&self) -> &Source {
        match &self.form {
            Form::Csv(records) => records.source(),
            Form::Lines { source, .. } => source,
        }
    }

    fn read(&mut self) -> Result<Option<Entry>, ListError> {
        match &mut self.form {
            Form::Csv(records) => records.next(self.options.country, &mut self.withheld),
            Form::Lines { source, last, unseen } => {
                match line(source, last, unseen, &self.options, &mut self.withheld)? {
                    Some(entry) => Ok(Some(entry)),
                    None => all_seen(source, unseen, self.rows).map(|()| None),
                }
            }
        }
    }
}

impl Iterator for List {
    type Item = Result<Entry, ListError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.state != Progress::Reading {
            return None;
        }
        let entry = self.read();
        if let Ok(Some(Entry::Recipient(recipient))) = &entry {
            placeholder::count(&mut self.placeholders, &recipient.metadata);
        }
        match &entry {
            Ok(Some(_)) => self.rows += 1,
            Ok(None) => self.state = Progress::AtEnd,
            Err(_) => self.state = Progress::Broken,
        }
        entry.transpose()
    }
}

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List").field("file", &self.file()).field("rows", &self.rows).finish_non_exhaustive()
    }
}

/// By the name's ending, or by what the file begins with.
fn is_lines(source: &mut Source) -> Result<bool, ListError> {
    let named = Path::new(source.name()).extension().is_some_and(|extension| {
        extension.eq_ignore_ascii_case("jsonl") || extension.eq_ignore_ascii_case("ndjson")
    });
    loop {
        match source.peek().first().copied() {
            Some(byte) if byte.is_ascii_whitespace() && byte != b'\t' => source.consume(1),
            Some(b'[') => {
                let problem =
                    Problem::new("begins with [, as a JSON array", "CSV, or JSON Lines: one object a line");
                return Err(source.fault(source.line(), problem));
            }
            Some(byte) => return Ok(named || byte == b'{'),
            None if source.more()? => {}
            None => return Ok(named),
        }
    }
}

/// The next line of JSON. The columns of the line before are kept, as most lines have the same.
fn line(
    source: &mut Source,
    last: &mut Option<Box<(Vec<String>, Columns)>>,
    unseen: &mut BTreeSet<String>,
    options: &ListOptions,
    withheld: &mut Vec<Withheld>,
) -> Result<Option<Entry>, ListError> {
    let Line { row, text } = loop {
        match source.next_line()? {
            None => return Ok(None),
            Some(Line { text: Some(text), .. }) if text.trim().is_empty() => {}
            Some(line) => break line,
        }
    };
    let mut entry = || {
        let text = text.as_deref().ok_or_else(|| Problem::new(TOO_LONG, "shorter lines").in_column(None))?;
        let Members { names, values } = json::members(text, &options.ignored_columns)?;
        let known = match last.take().filter(|it| it.0 == names) {
            Some(known) => known,
            None => {
                unseen.retain(|wanted| !names.iter().any(|name| columns::normalised(name) == *wanted));
                let wanted = options.number_column.as_deref();
                let columns = Columns::find(&names, wanted, options.metadata_columns.as_deref(), false)?;
                Box::new((names, columns))
            }
        };
        let (names, columns) = &**last.insert(known);
        let row = Row { row, names, columns, country: options.country };
        row.read(|at| values.get(at).map_or("", String::as_str))
    };
    Ok(Some(entry().unwrap_or_else(|fault| {
        withheld.extend(text.as_deref().map(|text| withheld_by(row, text, options)).unwrap_or_default());
        Entry::Refused(Refused::new(row, fault))
    })))
}

/// The numbers that a line which is refused keeps from being called.
fn withheld_by(row: u64, line: &str, options: &ListOptions) -> Vec<Withheld> {
    let (members, is_object) = json::loose(line, &options.ignored_columns);
    let wanted = options.number_column.as_deref();
    let own = members.iter().filter_map(|(name, value)| match columns::known_by(name) {
        Some(Known::CountryCode) => CountryCode::parse(value.trim()).ok(),
        Some(_) => None,
        None => {
            let column = CountryColumn::by_name(&columns::normalised(name))?;
            Some(column.read(value).ok()?.code)
        }
    });
    let reading = Reading {
        row,
        cells: members
            .iter()
            .map(|(name, value)| (name.trim(), OptOut::by_name(name), value.as_str()))
            .collect(),
        numbers: members
            .iter()
            .filter(|(name, value)| columns::is_number_column(name, wanted) || value.trim().starts_with('+'))
            .map(|(_, value)| value.as_str())
            .collect(),
        countries: own.chain(options.country).collect(),
        fits: is_object,
        is_guessed: false,
    };
    reading.withheld()
}

/// A name that no line has was misspelt.
fn all_seen(source: &Source, unseen: &BTreeSet<String>, rows: u64) -> Result<(), ListError> {
    match unseen.first() {
        Some(name) if rows > 0 => {
            let problem = format!("has no member `{}` for metadata in any of its lines", shown(name));
            Err(source.fault(None, Problem::new(problem, "names of its members as metadata columns")))
        }
        _ => Ok(()),
    }
}
