//! Suppression lists: numbers that are never called. What cannot be read in them is an error, for it would be called.

use std::collections::BTreeSet;
use std::fs::{File, Metadata};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use polyai_outbound_core::{CountryCode, PhoneNumber};

use super::list::columns::{Columns, Known};
use super::list::csv::{Csv, delimiter, pass_blank};
use super::list::problem::Fault;
use super::list::source::{Line, Source, cannot_be_opened};
use super::list::{ListError, Problem};
use super::number::{check_country, read_number};
use super::placeholder::placeholder;

/// A file with numbers that are not to be called: one a line, or CSV with a column of numbers as in a
/// [`List`](super::List), and its `country_code` if it has one.
///
/// Lines that begin with `#` are comments; where every line is a number, what follows ` #` is one too. Numbers are taken
/// in every form that [`read_number`] takes.
///
/// A line longer than 1 MiB is an error, unless it is a comment; no more than that is held of the file.
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
        Self { path: path.into(), country }
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
        mut take: impl FnMut(PhoneNumber) -> Result<(), E>,
    ) -> Result<Fingerprint, E> {
        let name = self.name();
        let opened = File::open(&self.path).and_then(|file| Ok((file.try_clone()?, file)));
        let (file, reader) = opened.map_err(|error| cannot_be_opened(&name, error))?;
        let looked_at = || match file.metadata() {
            Ok(metadata) => Ok(Fingerprint::of(&metadata)),
            Err(error) => Err(cannot_be_opened(&name, error)),
        };
        let before = looked_at()?;
        let mut source = Source::new(name.clone(), Box::new(reader))?;
        pass_blank(&mut source, Some(comment))?;
        let (_, has_column) = delimiter(&mut source, None)?;
        if has_column {
            self.each_record(Csv::open(source, None, Some(comment))?, &mut take)?;
        } else {
            self.each_line(source, &mut take)?;
        }
        if looked_at()? != before {
            let problem =
                Problem::new("was changed while it was read", "a file that is put in place whole: try again");
            return Err(ListError::at(&name, None, problem).into());
        }
        Ok(before)
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
        take: &mut impl FnMut(PhoneNumber) -> Result<(), E>,
    ) -> Result<(), E> {
        loop {
            pass_blank(&mut source, Some(comment))?;
            let Some(Line { row, text }) = source.next_line()? else { return Ok(()) };
            let text = text.ok_or_else(|| {
                let problem = Problem::new("is longer than 1 MiB", "one number a line");
                source.fault(row, problem)
            })?;
            let number = without_comment(&text);
            if number.is_empty() {
                comment(text.trim()).map_err(|problem| source.fault(row, problem))?;
                continue;
            }
            let number = read_number(number, self.country).map_err(|mut problem| {
                let expected =
                    "one number a line, or CSV whose header has a column to_number, phone or the like";
                problem.expected = format!("{}; {expected}", problem.expected).into();
                source.fault(row, problem)
            })?;
            take(number)?;
        }
    }

    fn each_record<E: From<ListError>>(
        &self,
        mut csv: Csv,
        take: &mut impl FnMut(PhoneNumber) -> Result<(), E>,
    ) -> Result<(), E> {
        let name = self.name();
        let columns = Columns::find(csv.names(), None, Some(&[]), true)
            .map_err(|fault| ListError::new(&name, csv.header_row(), fault))?;
        while let Some(read) = csv.next()? {
            let fields = if read.held { csv.record().len() } else { 0 };
            if fields != csv.names().len() {
                let expected = "as many fields as the header has, and 1 MiB at most";
                let problem =
                    Problem::new("is longer than 1 MiB, or has not as many fields as the header", expected);
                return Err(ListError::at(&name, read.row, problem).into());
            }
            let number =
                self.number(&csv, &columns).map_err(|fault| ListError::new(&name, read.row, fault))?;
            take(number)?;
        }
        Ok(())
    }

    fn number(&self, csv: &Csv, columns: &Columns) -> Result<PhoneNumber, Fault> {
        let column = |at: usize| csv.names().get(at).map(String::as_str);
        let at = columns.number;
        let text = csv.record().get(at);
        let own = columns.known(Known::CountryCode).map(|at| (at, csv.record().get(at).trim()));
        let Some((of_country, own)) = own.filter(|(_, own)| !own.is_empty()) else {
            return read_number(text, self.country).map_err(|problem| problem.in_column(column(at)));
        };
        let own = CountryCode::parse(own).map_err(|it| Problem::from(it).in_column(column(of_country)))?;
        let number = read_number(text, Some(own)).map_err(|problem| problem.in_column(column(at)))?;
        check_country(text, &number, own).map_err(|problem| problem.in_column(column(of_country)))?;
        Ok(number)
    }
}

/// A number that a spreadsheet spoilt may begin with `#` as well.
fn comment(line: &str) -> Result<(), Problem> {
    let cell = line.split([',', ';', '\t', ' ']).next().unwrap_or_default();
    if placeholder(cell.trim_matches('"')).is_some() {
        return Err(Problem::new(
            "is what a spreadsheet shows instead of a number, or a comment that looks like it",
            "the number; a space behind the # of a comment",
        ));
    }
    Ok(())
}

/// What stands before a comment, and within quotes if there are any.
fn without_comment(line: &str) -> &str {
    let end = line
        .match_indices('#')
        .map(|(at, _)| at)
        .find(|at| line.get(..*at).is_some_and(|before| before.ends_with(char::is_whitespace)));
    let text = line.get(..end.unwrap_or(line.len())).unwrap_or_default().trim();
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}
