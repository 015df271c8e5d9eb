//! The command being run, and what it is run against.

pub(crate) mod list;
pub(crate) mod server;
pub(crate) mod transcript;
pub(crate) mod world;

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use polyai_outbound::sandbox::{Config, RunningSandbox, SandboxServer};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

/// The flags that make a command speak the agents API.
pub(crate) const AGENTS: [&str; 6] = ["--api", "agents", "--agent-id", "agent-1", "--environment", "live"];
/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_outbound");
/// Longer than any run takes, also on a machine that is busy; a run that takes longer fails its test instead of hanging it.
const LONGEST: Duration = Duration::from_secs(120);

/// A run of the command to be: with a clean environment, in the system's folder for temporary files.
pub(crate) struct Run {
    command: Command,
    stdin: Vec<u8>,
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// `outbound` with these arguments.
pub(crate) fn outbound<'a>(args: impl IntoIterator<Item = &'a str>) -> Run {
    let mut run = Run::of(PROGRAM);
    run.command.args(args);
    run
}

/// The same, with a service and a token that it knows from its environment.
pub(crate) fn outbound_at<'a>(base_url: &str, args: impl IntoIterator<Item = &'a str>) -> Run {
    outbound(args).env("POLYAI_OUTBOUND_BASE_URL", base_url).env("POLYAI_OUTBOUND_TOKEN", "sandbox")
}

/// A script for `sh`, that finds the program under test as `outbound`.
pub(crate) fn shell(script: &str) -> Run {
    let mut run = Run::of("sh");
    let folder = Path::new(PROGRAM).parent().unwrap().display();
    run.command.args(["-c", script]).env("PATH", format!("{folder}:{}", std::env::var("PATH").unwrap()));
    run
}

/// A command line on a terminal of its own that is so wide, by `script`, which every Debian has. All that is printed,
/// on whichever stream, is in `stdout`.
#[cfg(target_os = "linux")]
pub(crate) async fn on_a_terminal(command: &str, columns: u16, environment: &[(&str, &str)]) -> Ran {
    let script = format!("script -qec 'stty cols {columns} rows 40; {command}' /dev/null < /dev/null");
    environment.iter().fold(shell(&script), |run, (name, value)| run.env(name, value)).ran().await
}

impl Run {
    /// It hears when its terminal goes away, though these tests may have been started to outlive theirs.
    fn of(program: &str) -> Self {
        let hearing: &[&str] =
            if cfg!(target_os = "linux") { &["env", "--default-signal=HUP", program] } else { &[program] };
        let mut command = Command::new(hearing[0]);
        command.args(&hearing[1..]);
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).current_dir(std::env::temp_dir());
        // Nobody's own memory of lists that were run is touched, nor counts here.
        command.env("POLYAI_OUTBOUND_STATE_DIR", state_dir());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        Self { command, stdin: Vec::new() }
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub(crate) fn args<'a>(mut self, args: impl IntoIterator<Item = &'a str>) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn current_dir(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub(crate) fn stdin(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.stdin = text.into();
        self.command.stdin(Stdio::piped());
        self
    }

    /// Lets it print to a pipe that nobody reads any more.
    pub(crate) fn stdout_closed(mut self) -> Self {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        self.command.stdout(writer);
        self
    }

    /// Lets it print on that stream into a pipe that is full, and that nobody reads until somebody does.
    #[cfg(target_os = "linux")]
    pub(crate) fn blocked(mut self, stream: Stream) -> (Self, Blocked) {
        let (reader, mut writer) = std::io::pipe().unwrap();
        // What a pipe holds on Linux.
        std::io::Write::write_all(&mut writer, &[b'\n'; 1 << 16]).unwrap();
        match stream {
            Stream::Out => self.command.stdout(writer),
            Stream::Err => self.command.stderr(writer),
        };
        (self, Blocked(reader))
    }

    /// Throws away what it prints on the other stream.
    #[cfg(target_os = "linux")]
    pub(crate) fn quiet(mut self, not: Stream) -> Self {
        match not {
            Stream::Out => self.command.stderr(Stdio::null()),
            Stream::Err => self.command.stdout(Stdio::null()),
        };
        self
    }

    /// Starts it, to be waited for while what it prints is not read.
    pub(crate) fn spawned(mut self) -> Child {
        self.command.spawn().unwrap()
    }

    /// Runs it to its end.
    pub(crate) async fn ran(mut self) -> Ran {
        let child = self.command.spawn().unwrap();
        finish(child, self.stdin).await
    }

    /// Starts it, to be spoken with while it runs.
    pub(crate) fn start(mut self) -> Running {
        let mut child = self.command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        let stderr = BufReader::new(child.stderr.take().unwrap()).lines();
        Running { child, stdout, stderr, told: String::new() }
    }
}

/// One of the streams that a run prints on.
#[cfg(target_os = "linux")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    Out,
    Err,
}

/// The other end of a full pipe.
#[cfg(target_os = "linux")]
pub(crate) struct Blocked(std::io::PipeReader);

#[cfg(target_os = "linux")]
impl Blocked {
    /// Reads all of it, to its end.
    pub(crate) async fn read(mut self) -> String {
        let read = tokio::task::spawn_blocking(move || {
            let mut text = String::new();
            std::io::Read::read_to_string(&mut self.0, &mut text).unwrap();
            text.trim_start_matches('\n').to_owned()
        });
        tokio::time::timeout(LONGEST, read).await.expect("it ends in time").unwrap()
    }
}

/// How a run ends, of which nothing is read.
#[cfg(target_os = "linux")]
pub(crate) async fn ended(mut child: Child) -> Option<i32> {
    tokio::time::timeout(LONGEST, child.wait()).await.expect("it ends in time").unwrap().code()
}

/// What this process's runs remember, unless they are told otherwise.
fn state_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("state-{}", std::process::id()))
}

async fn finish(mut child: Child, stdin: Vec<u8>) -> Ran {
    if let Some(mut pipe) = child.stdin.take() {
        // A program that does not read it all is free to.
        let _ = pipe.write_all(&stdin).await;
    }
    let output =
        tokio::time::timeout(LONGEST, child.wait_with_output()).await.expect("it ends in time").unwrap();
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Ran {
    /// The lines on stdout, each of them JSON.
    pub(crate) fn json(&self) -> Vec<Value> {
        let parse =
            |line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line:?} is not JSON: {self:?}"));
        self.stdout.lines().map(parse).collect()
    }

    /// The one line of JSON on stdout.
    pub(crate) fn only_json(&self) -> Value {
        let mut lines = self.json();
        assert_eq!(lines.len(), 1, "{self:?}");
        lines.remove(0)
    }

    /// Both streams.
    pub(crate) fn said(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn says(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.stderr.contains(text), "stderr says {text:?}: {self:?}");
        }
        self
    }
}

/// A run that is under way.
pub(crate) struct Running {
    child: Child,
    stdout: Lines<BufReader<ChildStdout>>,
    stderr: Lines<BufReader<ChildStderr>>,
    /// What was read of stderr so far.
    told: String,
}

impl Running {
    /// The next line that it prints on stdout.
    pub(crate) async fn line(&mut self) -> String {
        let line = tokio::time::timeout(LONGEST, self.stdout.next_line()).await.expect("a line in time");
        line.unwrap().expect("a line before its end")
    }

    /// Returns when it has said something on stderr.
    pub(crate) async fn tells(&mut self, text: &str) {
        let read = async {
            while !self.told.contains(text) {
                let line = self.stderr.next_line().await.unwrap().expect("it says so before its end");
                self.told.push_str(&line);
                self.told.push('\n');
            }
        };
        tokio::time::timeout(LONGEST, read).await.expect("it says so in time");
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Sends it a signal, by the name that `kill` knows.
    pub(crate) async fn signal(&self, name: &str) {
        let id = self.child.id().unwrap();
        let kill = Command::new("sh").arg("-c").arg(format!("kill -{name} {id}")).status().await.unwrap();
        assert!(kill.success());
    }

    /// What is left of it: the lines not read yet, and how it ended.
    pub(crate) async fn ran(mut self) -> Ran {
        let all = async { tokio::join!(rest(self.stdout), rest(self.stderr)) };
        let (stdout, stderr) = tokio::time::timeout(LONGEST, all).await.expect("it ends in time");
        let status: ExitStatus = self.child.wait().await.unwrap();
        Ran { code: status.code(), stdout, stderr: self.told + &stderr }
    }
}

/// All lines that are left.
async fn rest<R: tokio::io::AsyncBufRead + Unpin>(mut lines: Lines<R>) -> String {
    let mut text = String::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// Returns when it is so, looking again and again; a time-out is there only to end a hang.
pub(crate) async fn comes_true(mut is_so: impl AsyncFnMut() -> bool) {
    let looks = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(LONGEST, looks).await.expect("it comes true in time");
}

/// Waits until the next signal is another press: those of one press are less than half a second apart.
pub(crate) async fn another_press() {
    tokio::time::sleep(Duration::from_millis(600)).await;
}

/// A sandbox in this process.
pub(crate) async fn sandbox(speed: f64) -> RunningSandbox {
    let config = Config::default().with_speed(speed).unwrap();
    SandboxServer::bind(([127, 0, 0, 1], 0).into(), config).await.unwrap().spawn()
}

/// A base URL at which nobody listens. Its port is kept, because one that was closed is given to the next who asks, another
/// test's server say; who asks for this very port may listen at it.
pub(crate) struct Nobody {
    url: String,
    _socket: tokio::net::TcpSocket,
}

pub(crate) fn nobody() -> Nobody {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    Nobody { url: format!("http://{}", socket.local_addr().unwrap()), _socket: socket }
}

impl std::ops::Deref for Nobody {
    type Target = str;

    fn deref(&self) -> &str {
        &self.url
    }
}

/// A folder of its own, with one file in it.
pub(crate) fn file(name: &str, content: impl AsRef<[u8]>) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    (folder, path)
}
