//! Suppression lists: numbers that are never called. What cannot be read in them is an error, for it would be called.

mod columns;
mod comment;
mod records;

use std::collections::BTreeSet;
use std::fs::{File, Metadata};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use polyai_outbound_core::{CountryCode, PhoneNumber};

use super::list::csv::{Csv, delimiter, pass_blank};
use super::list::quotes::{PHONE_DIGITS, digits};
use super::list::source::{Line, Source, cannot_be_opened};
use super::list::{ListError, Problem};
use super::number::cell::{Numbers, certain};
use columns::{are_names, has_numbers};
use comment::{is_comment, is_comment_among_records, may_be_number, split};
use records::Records;

/// A file with numbers that are not to be called: one a line, or CSV with columns of numbers and, if it has one, a
/// `country_code`. Numbers are taken in every form that [`read_number`](super::read_number) takes.
///
/// Of CSV every column counts whose name says that it holds numbers (`phone`, `Phone 2`, `Home #`, `手机`, …): what cannot be
/// read there is an error. In any other, what is a number of the country by itself counts, and what has its `+` within a
/// text; an id or an amount that happens to be a number there keeps that number from being called, and nothing else. A cell
/// may hold several numbers, with words around them. Cells may be empty, but not all of a row, unless rows may
/// [lack numbers](Self::may_lack_numbers). Text behind a closing quote, and a quoted field over several lines that may have
/// taken in other rows are errors.
///
/// A number in the form of before its country was renumbered is told of, and those that it may be now count.
///
/// A line that begins with `# ` is a comment, unless it is a record of CSV with a number behind a separator, and so is one that
/// begins with `#` and has neither the digits of a number nor the form of a spreadsheet's error (`#NAME?`); where every line
/// is a number, what follows ` # ` is one too.
///
/// A line longer than 1 MiB is an error, unless it is a comment; no more than that is held of the file.
///
/// A list without a number is read, but stops an import and a campaign unless it [may be empty](Self::may_be_empty): it is
/// more often a failed export than a world in which nobody objects.
///
/// ```
/// use polyai_outbound::{CountryCode, PhoneNumber};
/// use polyai_outbound::campaign::SuppressionList;
///
/// # let folder = tempfile::tempdir()?;
/// let path = folder.path().join("do-not-call.txt");
/// std::fs::write(&path, "# asked not to be called\n+1 (415) 555-0100\n(415) 555-0101  # May\n")?;
/// let list = SuppressionList::new(&path, Some(CountryCode::parse("US")?));
/// assert!(list.read()?.contains(&PhoneNumber::parse("+14155550101")?));
///
/// std::fs::write(&path, "415555O100\n")?;
/// let refused = list.read().unwrap_err();
/// assert_eq!((refused.row(), refused.problem()), (Some(1), "has letters"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SuppressionList {
    path: PathBuf,
    country: Option<CountryCode>,
    may_be_empty: bool,
    may_lack_numbers: bool,
}

/// Entries that are no number that can be called: how many, and the row of the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Passed {
    lacking: Option<(u64, u64)>,
    renumbered: Option<(u64, u64, &'static str)>,
}

impl Passed {
    fn without_number(&mut self, row: u64) {
        self.lacking.get_or_insert((0, row)).0 += 1;
    }

    fn renumbered(&mut self, row: u64, problem: &'static str) {
        self.renumbered.get_or_insert((0, row, problem)).0 += 1;
    }

    /// All of it in words, if there is any.
    pub(super) fn told(&self) -> Option<String> {
        let rows = |count: u64| if count == 1 { "1 row".to_owned() } else { format!("{count} rows") };
        let first = |count: u64| if count == 1 { "" } else { "the first is " };
        let lacking = self.lacking.map(|(count, row)| {
            format!("{} without a number passed over ({}row {row})", rows(count), first(count))
        });
        let renumbered = self.renumbered.map(|(count, row, problem)| {
            let numbers =
                if count == 1 { "1 number has".to_owned() } else { format!("{count} numbers have") };
            format!("{numbers} an old form that reaches nobody ({}row {row}: {problem})", first(count))
        });
        let all: Vec<_> = lacking.into_iter().chain(renumbered).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }
}

/// By which a change of a file is seen without reading it.
///
/// A change that leaves the length as it is, within the same tick of the file system's clock, is not seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    modified: Option<SystemTime>,
    length: u64,
    /// Device, inode, and when the inode was changed.
    inode: Option<(u64, u64, i64, i64)>,
}

impl Fingerprint {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let inode = {
            use std::os::unix::fs::MetadataExt as _;
            Some((metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec()))
        };
        #[cfg(not(unix))]
        let inode = None;
        Self { modified: metadata.modified().ok(), length: metadata.len(), inode }
    }
}

impl SuppressionList {
    /// The list in that file, with the country of numbers that are written as dialed within it.
    pub fn new(path: impl Into<PathBuf>, country: Option<CountryCode>) -> Self {
        Self { path: path.into(), country, may_be_empty: false, may_lack_numbers: false }
    }

    /// The same list, with which a campaign may be run though it holds no number, if `yes`; by default it may not.
    #[must_use]
    pub const fn may_be_empty(mut self, yes: bool) -> Self {
        self.may_be_empty = yes;
        self
    }

    /// The same list, of which rows that have no number in any column are passed over, if `yes`; by default they are errors.
    #[must_use]
    pub const fn may_lack_numbers(mut self, yes: bool) -> Self {
        self.may_lack_numbers = yes;
        self
    }

    pub(super) const fn allows_empty(&self) -> bool {
        self.may_be_empty
    }

    /// Reads all of it, if that can be done again, and keeps nothing.
    ///
    /// # Errors
    /// As for [`for_each`](Self::for_each), and if it holds no number and [may not be empty](Self::may_be_empty).
    pub fn check(&self) -> Result<(), ListError> {
        self.fingerprint()?;
        if self.is_file() && self.read()?.is_empty() && !self.may_be_empty {
            return Err(self.empty());
        }
        Ok(())
    }

    /// Returns true if it can be read again.
    pub(super) fn is_file(&self) -> bool {
        std::fs::metadata(&self.path).is_ok_and(|it| it.is_file())
    }

    /// Error of a list that held more before; `resume` is the command with which a shorter one is accepted.
    pub(super) fn cut_short(&self, numbers: u64, most: u64, resume: Option<&str>) -> ListError {
        let file = self.name();
        let held = if numbers == 1 { "1 number".to_owned() } else { format!("{numbers} numbers") };
        let problem = format!(
            "holds {held}, where it held {most} before, so it may have been cut short, and nobody is called"
        );
        let expected = match resume {
            Some(resume) => format!("the whole list; or, if the shorter one is right: {resume}"),
            None => "the whole list; if the shorter one is right, say so: `outbound campaign resume` with \
                     --accept-shorter-suppression and this file, and the --db and --name of the campaign"
                .to_owned(),
        };
        ListError::at(&file, None, Problem::new(problem, expected))
    }

    /// What is wrong with a list without a number.
    pub(super) fn empty(&self) -> ListError {
        let problem = Problem::new(
            "holds no number, so it would keep nobody from being called",
            "a list with numbers; if there is nobody on it, --allow-empty-suppression says so",
        );
        ListError::at(&self.name(), None, problem)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the file is now; to be compared with what [`for_each`](Self::for_each) answered.
    ///
    /// # Errors
    /// If the file cannot be found.
    pub fn fingerprint(&self) -> Result<Fingerprint, ListError> {
        let metadata = std::fs::metadata(&self.path);
        metadata.map(|it| Fingerprint::of(&it)).map_err(|error| cannot_be_opened(&self.name(), error))
    }

    /// Hands over number after number, in the file's order and as often as they stand there; answers what the file was.
    ///
    /// # Errors
    /// If the file cannot be read, a line is no number, or the file changes meanwhile: then what was handed over is not
    /// all. Or what `take` answers.
    pub fn for_each<E: From<ListError>>(
        &self,
        take: impl FnMut(PhoneNumber) -> Result<(), E>,
    ) -> Result<Fingerprint, E> {
        self.for_each_but(take).map(|(fingerprint, _)| fingerprint)
    }

    /// The same, with what was passed over.
    pub(super) fn for_each_but<E: From<ListError>>(
        &self,
        mut take: impl FnMut(PhoneNumber) -> Result<(), E>,
    ) -> Result<(Fingerprint, Passed), E> {
        let mut passed = Passed::default();
        let name = self.name();
        let opened = File::open(&self.path).and_then(|file| Ok((file.try_clone()?, file)));
        let (file, reader) = opened.map_err(|error| cannot_be_opened(&name, error))?;
        let looked_at = || match file.metadata() {
            Ok(metadata) => Ok(Fingerprint::of(&metadata)),
            Err(error) => Err(cannot_be_opened(&name, error)),
        };
        let before = looked_at()?;
        let mut source = Source::new(name.clone(), Box::new(reader))?;
        pass_blank(&mut source, Some(is_comment))?;
        let (_, has_column) = delimiter(&mut source, has_numbers)?;
        // A header without a column that is known; every row has to have a number all the same.
        let has_header = has_column || delimiter(&mut source, are_names)?.1;
        if has_header {
            let is_header = if has_column { has_numbers } else { are_names };
            let mut csv = Csv::open(source, is_header, Some(is_comment_among_records))?;
            let records = Records::new(&csv, self.country, self.may_lack_numbers);
            let failed = |row, fault| ListError::new(&name, row, fault);
            while let Some(read) = csv.next()? {
                let numbers = records.numbers(&csv, &read, &mut passed);
                for number in numbers.map_err(|(row, fault)| failed(row, fault))? {
                    take(number)?;
                }
            }
        } else {
            self.each_line(source, &mut passed, &mut take)?;
        }
        if looked_at()? != before {
            let problem =
                Problem::new("was changed while it was read", "a file that is put in place whole: try again");
            return Err(ListError::at(&name, None, problem).into());
        }
        Ok((before, passed))
    }

    /// All of its numbers.
    ///
    /// # Errors
    /// As for [`for_each`](Self::for_each).
    pub fn read(&self) -> Result<BTreeSet<PhoneNumber>, ListError> {
        let mut numbers = BTreeSet::new();
        self.for_each(|number| {
            numbers.insert(number);
            Ok::<_, ListError>(())
        })?;
        Ok(numbers)
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn each_line<E: From<ListError>>(
        &self,
        mut source: Source,
        passed: &mut Passed,
        take: &mut impl FnMut(PhoneNumber) -> Result<(), E>,
    ) -> Result<(), E> {
        loop {
            pass_blank(&mut source, None)?;
            let begins_comment = source.peek_line()?.is_none() && source.peek().starts_with(b"# ");
            let Some(Line { row, text }) = source.next_line()? else { return Ok(()) };
            let Some(text) = text else {
                if begins_comment {
                    continue;
                }
                return Err(source
                    .fault(row, Problem::new("is longer than 1 MiB", "one number a line"))
                    .into());
            };
            let text = text.trim();
            if text.is_empty() || is_comment(text) {
                continue;
            }
            let (number, behind) = split(text);
            if behind.is_some_and(may_be_number) {
                let problem = Problem::new(
                    "has something behind a # that may be a number",
                    "one number a line; a space behind the # of a comment",
                );
                return Err(source.fault(row, problem).into());
            }
            let number = within_quotes(number);
            let read = if is_record(number) { Err(of_several()) } else { certain(number, self.country) };
            let Numbers { numbers, renumbered } = read.map_err(|mut problem| {
                let expected =
                    "one number a line, or CSV whose header has a column to_number, phone or the like";
                problem.expected = format!("{}; {expected}", problem.expected).into();
                source.fault(row, problem)
            })?;
            if let Some(problem) = renumbered {
                passed.renumbered(row, problem);
            }
            numbers.into_iter().try_for_each(&mut *take)?;
        }
    }
}

/// Several numbers with commas between: CSV that has lost its header.
fn is_record(line: &str) -> bool {
    line.split(',').filter(|cell| digits(cell) >= PHONE_DIGITS).count() > 1
}

fn of_several() -> Problem {
    Problem::new("holds several numbers", "one number a line")
}

/// What stands within quotes, if there are any.
fn within_quotes(text: &str) -> &str {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}
