//! The rejects file: which rows are not called, and why. It holds nothing of the rows themselves.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::list::source::STANDARD_INPUT;
use super::list::{ListError, Problem, Refused};

const HEADER: [&str; 5] = ["file", "row", "column", "problem", "expected"];
const ELSEWHERE: &str = "another path for the rejects, or that file moved away";

/// Writes what was refused of one list as CSV: `file,row,column,problem,expected`.
///
/// The file is made when the first row is refused. One that an earlier import of the same list left there is overwritten,
/// or taken away if nothing is refused any more; any other is left as it is, which is an error. Of what is there no more than
/// its beginning is read.
///
/// ```
/// use polyai_outbound::campaign::{Entry, List, ListOptions, Rejects};
///
/// # let folder = tempfile::tempdir()?;
/// let path = folder.path().join("people.csv");
/// std::fs::write(&path, "phone\n+14155550100\n12\n")?;
/// let mut rejects = Rejects::beside(&path);
/// for entry in List::open(&path, &ListOptions::default())? {
///     match entry? {
///         Entry::Recipient(_) | Entry::OptedOut(_) => {}
///         Entry::Refused(refused) => rejects.write(&refused)?,
///     }
/// }
/// let written = rejects.finish()?.expect("a row was refused");
/// assert_eq!(written, folder.path().join("people.rejects.csv"));
/// assert!(std::fs::read_to_string(written)?.contains(",3,phone,"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Rejects {
    path: PathBuf,
    list: String,
    /// True if it is in the list's folder.
    beside: bool,
    writer: Option<csv::Writer<BufWriter<File>>>,
}

impl Rejects {
    /// Beside the list: `people.rejects.csv` for `people.csv`, and `people.jsonl.rejects.csv` for `people.jsonl`, so that neither
    /// is in the other's way; `stdin.rejects.csv` here for standard input (`-`).
    pub fn beside(list: impl AsRef<Path>) -> Self {
        let list = list.as_ref();
        if list == Path::new("-") {
            return Self::at("stdin.rejects.csv", STANDARD_INPUT);
        }
        let path = match list.extension() {
            Some(extension) if extension != "csv" => {
                let mut name = list.as_os_str().to_owned();
                name.push(".rejects.csv");
                PathBuf::from(name)
            }
            Some(_) | None => list.with_extension("rejects.csv"),
        };
        Self { beside: true, ..Self::at(path, list.display().to_string()) }
    }

    /// At a path; `list` is what the list is called in it.
    pub fn at(path: impl Into<PathBuf>, list: impl Into<String>) -> Self {
        Self { path: path.into(), list: list.into(), beside: false, writer: None }
    }

    /// Where the file is, or would be.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a row.
    ///
    /// # Errors
    /// If the file cannot be written, or there is one already that is not of this list.
    pub fn write(&mut self, refused: &Refused) -> Result<(), ListError> {
        let mut writer = match self.writer.take() {
            Some(writer) => writer,
            None => self.create()?,
        };
        let row = refused.row.to_string();
        let column = safe(refused.column.as_deref().unwrap_or_default());
        let record = [&safe(&self.list), &row, &column, &safe(&refused.problem), &safe(&refused.expected)];
        writer.write_record(record).map_err(|error| self.failed(error.into()))?;
        self.writer = Some(writer);
        Ok(())
    }

    /// Brings all of it to the disk; answers where it is, or nothing if nothing was refused.
    ///
    /// # Errors
    /// If it cannot be written, or there is a file that is not of this list.
    pub fn finish(mut self) -> Result<Option<PathBuf>, ListError> {
        match self.writer.take() {
            Some(writer) => {
                let written = writer.into_inner().map_err(|error| error.into_error());
                let written = written.and_then(|mut buffer| {
                    buffer.flush()?;
                    buffer.get_ref().sync_all()
                });
                written.map_err(|error| self.failed(error))?;
                Ok(Some(self.path))
            }
            None => {
                // It would tell of rows that are good by now.
                if self.is_earlier()? {
                    std::fs::remove_file(&self.path).map_err(|error| self.failed(error))?;
                }
                Ok(None)
            }
        }
    }

    fn create(&self) -> Result<csv::Writer<BufWriter<File>>, ListError> {
        let earlier = self.is_earlier()?;
        let mut options = OpenOptions::new();
        options.write(true);
        // What is made by another meanwhile is not overwritten either.
        let options = if earlier { options.truncate(true) } else { options.create_new(true) };
        let file = options.open(&self.path).map_err(|error| self.failed(error))?;
        let mut writer = csv::Writer::from_writer(BufWriter::new(file));
        writer.write_record(HEADER).map_err(|error| self.failed(error.into()))?;
        Ok(writer)
    }

    /// Whether there is a file of an earlier import of this list; false if there is none.
    fn is_earlier(&self) -> Result<bool, ListError> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(self.failed(error)),
        };
        // Its beginning will do, whatever may be in its place.
        let beginning = file.take(64 << 10);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(beginning);
        let mut records = reader.records();
        let is_header = records.next().is_some_and(|it| it.is_ok_and(|header| header.iter().eq(HEADER)));
        let is_own = |row: csv::StringRecord| row.get(0).is_some_and(|list| self.is_own(list));
        // Without a row, an import was cut off before it wrote one.
        if is_header && records.next().is_none_or(|it| it.is_ok_and(is_own)) {
            return Ok(true);
        }
        let problem = Problem::new("is there and does not hold the rejects of this list", ELSEWHERE);
        Err(ListError::at(&self.path.display().to_string(), None, problem))
    }

    /// Returns true if it is this list that a file of rejects names, perhaps in another spelling or from another folder.
    fn is_own(&self, named: &str) -> bool {
        if named == safe(&self.list) {
            return true;
        }
        let Ok(list) = std::fs::canonicalize(&self.list) else { return false };
        let is_it = |path: &Path| std::fs::canonicalize(path).is_ok_and(|it| it == list);
        let named = Path::new(named.strip_prefix('\'').unwrap_or(named));
        let here = named.file_name().map(|name| self.path.with_file_name(name));
        is_it(named) || (self.beside && !named.is_absolute() && here.is_some_and(|it| is_it(&it)))
    }

    fn failed(&self, error: io::Error) -> ListError {
        let expected =
            "a folder that can be written to, with room on its disk; or another path for the rejects";
        ListError::io(&self.path.display().to_string(), None, "cannot be written", expected, error)
    }
}

/// A cell that no spreadsheet takes for a formula.
fn safe(text: &str) -> String {
    let mark = if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { "'" } else { "" };
    format!("{mark}{text}")
}
