//! The help below each command's options: examples, environment, exit codes. Lines fit into 80 columns, so that no
//! terminal breaks them.

use clap::Command;

/// The heading of the options that say where to call and as whom.
pub(crate) const SERVICE: &str = "Service";

/// Commands that talk to no service but their own, in whose help those options are noise.
const WITHOUT_SERVICE: [&str; 3] = ["demo", "sandbox", "completions"];
/// Commands of campaigns that talk to no service.
const IN_THE_DATABASE: [&str; 11] = [
    "plan", "pause", "resume", "cancel", "status", "report", "export", "resolve", "requeue", "why", "backup",
];

/// The command with help that shows for each subcommand what matters to it.
pub(crate) fn told(mut command: Command) -> Command {
    // Options of all commands are handed down to each when it is built, and can be hidden only then.
    command.build();
    for name in WITHOUT_SERVICE {
        command = command.mut_subcommand(name, without_service);
    }
    command.mut_subcommand("campaign", |campaign| {
        IN_THE_DATABASE
            .into_iter()
            .fold(campaign, |campaign, name| campaign.mut_subcommand(name, without_service))
    })
}

fn without_service(command: Command) -> Command {
    command.mut_args(|arg| {
        let noise = arg.get_help_heading() == Some(SERVICE);
        arg.hide(noise)
    })
}

pub(crate) const OUTBOUND: &str = "\
Examples:
  outbound demo                   watch a campaign; no account needed
  outbound sandbox                the same service here, to try things
  export POLYAI_OUTBOUND_TOKEN=… POLYAI_OUTBOUND_REGION=us
  outbound call +14155550100 --metadata name=Ada --wait
  outbound call '(415) 555-0100' --country US --dry-run
  outbound status OUT-3f2504e0-4f89-11d3-9a0c-0305e82c3301 --wait --json
  outbound campaign run people.csv --db calls.db

Environment (a flag beats it, an empty variable is not set):
  POLYAI_OUTBOUND_TOKEN        the account's token; never an argument, because
                               every process list shows those
  POLYAI_OUTBOUND_API          as --api
  POLYAI_OUTBOUND_REGION       as --region
  POLYAI_OUTBOUND_BASE_URL     as --base-url
  POLYAI_OUTBOUND_AGENT_ID     as --agent-id
  POLYAI_OUTBOUND_ENVIRONMENT  as --environment
  POLYAI_OUTBOUND_DB           as --db

Exit codes:
  0    done; with --wait: the call ended in success
  1    with --wait: the call ended in failure
  2    bad usage or input; nothing was placed
  3    not authorised; nothing was placed
  4    call, agent, connector, campaign or row not found, or the call's status
       has expired
  5    unknown: whether the call was placed, or how a placed call ended; do not
       dial again without asking a person
  6    the service or the network failed; nothing was placed
  130  interrupted; 5 instead if a trigger was on its way
Of campaigns: outbound campaign run --help";

pub(crate) const DEMO: &str = "\
Examples:
  outbound demo
  outbound demo --json | jq -c 'select(.type == \"row\")'";

pub(crate) const CALL: &str = "\
Examples:
  outbound call +14155550100
  outbound call '(415) 555-0100' --country US --wait
  outbound call +14155550100 --metadata name=Ada --metadata slot='Tue 9:30'
  echo '{\"name\": \"Ada\"}' | outbound call +14155550100 --metadata-json -
  echo '{\"to_number\": \"+14155550100\", \"metadata\": {\"name\": \"Ada\"}}' |
    outbound call -
  outbound call +14155550100 --dry-run
  outbound call +14155550100 --api agents --agent-id ID --environment live

Outside 08:00-21:00 in any time zone that the number may be in, or if that is
not known, you are asked first; in a script --anytime is needed. A sandbox on
this machine calls nobody, so there nothing is asked.

The token comes from POLYAI_OUTBOUND_TOKEN or --token-file. All variables and
the exit codes: outbound --help";

pub(crate) const STATUS: &str = "\
Examples:
  outbound status OUT-3f2504e0-4f89-11d3-9a0c-0305e82c3301
  outbound status OUT-3f2504e0-4f89-11d3-9a0c-0305e82c3301 --wait --json

The service keeps a call's status for two hours after its end. All variables
and the exit codes: outbound --help";

pub(crate) const SANDBOX: &str = "\
Examples:
  outbound sandbox
  outbound sandbox --speed 60              a minute of a call in a second
  outbound sandbox --listen 127.0.0.1:0    on a free port, which is printed
  outbound sandbox --rate 0.5              one trigger in two seconds, else 429

The last two digits of +1 NPA 555 01xx choose what happens:
  00 success                        14 not configured for outbound calling
  01 no answer                      15 403
  02 busy                           16 404, no connector
  03 queue time-out                 17 408, not placed
  04 queued for ten minutes         18 408, but placed
  05 two 500s, then accepted        19 two own 503s, then accepted
  06 placed, but the answer is cut  20 a cache's 503 page, but placed
  07 one 429 with Retry-After       21 a proxy's JSON 500, but placed
  08 three 500s on status reads     22 refused: {\"detail\":\"...\"}
  09 status gone as soon as it ends 23 refused: {\"detail\":[...]}
  10 an unknown status word         24 three 400s on status reads
  11 placed, but no answer comes    25 three 403s on status reads
  12 a gateway's 502, not placed    26 three gateway 404s on status reads
  13 a gateway's 502, but placed    27 calling for six hours
Any other number draws a plausible outcome.

  GET /_sandbox/calls          every call that was really placed, with metadata
  POST /_sandbox/faults        what befalls requests by chance; DELETE ends it:
    {\"server_error\":0.1,\"cut_before\":0,\"cut_after\":0,\"delay\":1,\"delay_ms\":900}";

pub(crate) const COMPLETIONS: &str = "\
Examples:
  outbound completions bash > /etc/bash_completion.d/outbound
  outbound completions zsh > ~/.zfunc/_outbound
  outbound completions fish > ~/.config/fish/completions/outbound.fish";

pub(crate) const CAMPAIGN: &str = "\
Examples:
  outbound campaign plan people.csv        what would happen; sends nothing
  outbound campaign run people.csv --db calls.db
  outbound campaign status --db calls.db --watch
  outbound campaign why 17 --db calls.db

The database is an SQLite file that is made when it is not there; it is given
with --db or POLYAI_OUTBOUND_DB. Variables and exit codes: outbound --help";

pub(crate) const PAUSE: &str = "\
Examples:
  outbound campaign pause --db calls.db
  outbound campaign pause people --note 'lunch until two'

Nobody is called from then on, by whichever runner, until `resume`; calls that
are in flight are followed to their ends. A runner learns of it in a second.";

pub(crate) const RESUME: &str = "\
Examples:
  outbound campaign resume --db calls.db
  outbound campaign resume people

A runner that waits goes on within a second. If none runs, the command that
starts one is printed.";

pub(crate) const CANCEL: &str = "\
Examples:
  outbound campaign cancel --db calls.db
  outbound campaign cancel people --yes --note 'wrong list'

All rows that are not called yet become `cancelled` at once, and that is final;
calls in flight are followed to their ends. It asks before; where there is no
terminal it needs --yes.";

pub(crate) const CAMPAIGN_STATUS: &str = "\
Examples:
  outbound campaign status --db calls.db
  outbound campaign status people --watch
  outbound campaign status --json | jq '.states, .waiting'

It works while the campaign runs and while it does not, from any terminal of
the machine.";

pub(crate) const REPORT: &str = "\
Examples:
  outbound campaign report --db calls.db
  outbound campaign report people --json | jq '.states, .redials'

Counts by outcome, by kind of ending, by reason (ids, numbers and times left
out, so that rows of one cause are one line) and by time zone, what redial rules
came to, and the rows of which nobody knows whether they rang, with what to do
about them. No number is in it.";

pub(crate) const EXPORT: &str = "\
Examples:
  outbound campaign export --db calls.db > calls.csv
  outbound campaign export people --state failed,cancelled --output again.csv
  outbound campaign export --format jsonl | jq -r 'select(.state == \"failed\")'

Columns: row external_id to_number state reason due_at attempts call_sid status
status_reason disposition error correlation_id placed_at ended_at time_zone
not_before not_after priority metadata (a JSON object). Times are UTC; status
to ended_at are of the last call.

In CSV a cell that a spreadsheet would take for a formula has a ' before it:
what begins with = + - @, a tab or a line break; so all numbers do. A list may
have its numbers so: an export can be run again as a list. Give it
--metadata-columns, or what came of each row is told to the agent.";

pub(crate) const RESOLVE: &str = "\
Examples:
  outbound campaign resolve 17 --close succeeded --note 'spoke to her'
  outbound campaign resolve 17 18 --redial --note 'they heard nothing'
  outbound campaign resolve --all-unconfirmed --close failed --note 'gave up'

The answer to a trigger was lost: the phone rang, or it did not. Such a row is
`unconfirmed` and never called again by itself. --redial calls it again in its
next window, and a phone may ring a second time: it asks before, and needs
--yes where there is no terminal. --close ends it; that goes for rows whose
status is lost, too. Who decided what, when and why is told by `why`.";

pub(crate) const REQUEUE: &str = "\
Examples:
  outbound campaign requeue --state failed --reason 'HTTP 500' --dry-run
  outbound campaign requeue --disposition busy --note 'lines are free again'
  outbound campaign requeue --row 17 18
  outbound campaign requeue --state status_lost

Of several options all must hold. Rows that are failed, rejected, expired, held
or cancelled are called again, in their next window; that their number is on a
suppression list or was called as often as it may be in a day still counts. Rows
that are status_lost are read again, and nobody is called for that. Rows that
are unconfirmed may have rung and are never put back: see `resolve`.

It tells what it would do and asks; where there is no terminal it needs --yes.
It works while the campaign runs and while it does not. Exit code 2 means that
no row matches, or that nobody could be asked.";

pub(crate) const WHY: &str = "\
Examples:
  outbound campaign why 17 --db calls.db
  outbound campaign why '(415) 555-0100' --country US
  outbound campaign why A-1042 --json | jq .history

All that happened to a row, in the recipient's time and in UTC, and why it is
not called yet, until when, by which rule, and what would change that. The
number is shown: this is for the one who asks, not for a log.";

pub(crate) const RUN: &str = "\
Examples:
  outbound campaign run people.csv --db calls.db
  outbound campaign run people.csv --rate 2 --redial no-answer=3x30m
  outbound campaign run people.csv --window 'mon-fri 09:00-18:00' \\
    --suppress never.txt --until '2026-12-01 18:00'

The first Ctrl-C calls nobody any more and follows the running calls, the second
stops at once (signals within half a second are one). The same command goes on
after both, and after a crash: nobody is called twice. Options that are given
then replace those of before.

Columns of the list such as DoNotCall, opted_out, consent or status=DNC are
obeyed, and so are words such as `do not call` in any other: what they forbid is
called by no row of this list and of later ones of the database. --ignore-column
takes a column as if it were not there; after a run, with --again and another
--name, it takes back what the column said of the list's people. Where a row has
no time_zone, people are called by its area code, which says where the number
was given out, and by the row's state or post code; people move: --zone-by
country demands every zone of the country's mainland.

While the service fails for everybody no calls are placed and no row ends: it is
tried by single status reads or calls, ever later, and goes on when it works.
When three answers in a row are lost, it stops until `resume`.

Of a suppression list numbers count in every column, also within a text if they
have a +. It is read again when it changes. Nobody is called while one cannot be
read, or has lost more than a tenth of its numbers, until it is whole again or
`resume --accept-shorter-suppression FILE` says that it is right.

Which people were on lists that were run, and how many calls each campaign had,
is remembered on this machine: as fingerprints, in POLYAI_OUTBOUND_STATE_DIR, or
else in the system's folder for that (~/.local/state/polyai-outbound). A list
is refused if half of its people were on one that was run before through the
same service, or half of that one's people are on this; fewer are told of.
Without such a folder no campaign is begun.

Exit codes:
  0    done, and every call succeeded
  1    done, and some rows did not succeed, expired or are held
  2    bad usage or input, another process runs the campaign, its people were on
       a list that was run before (--again calls them again), or it is not known
       which were
  3    the credential was refused; 4: there is no such agent or connector
  5    of some rows it is unknown whether they rang, or how their calls ended
  6    the database failed; results that could not be saved are printed. Or it
       is older than what was run from it, or lost the log beside it
       (--accept-older-database)
  130  interrupted; the same command goes on

With --json, stdout holds an object a line: `type` is started, imported, row,
progress, pace, command, breaker, asked_to_wait, store_failed, store_recovered,
blocked, halted, finished, ended, shared_call_sid (one for two triggers: an
alarm) or left_out: so many lines were not printed, because nobody read. Rows
are known by their line in the list.";

pub(crate) const BACKUP: &str = "\
Examples:
  outbound campaign backup --db calls.db --to calls-2026-12-01.db

Never copy or move the file alone: who was called last is in calls.db-wal beside
it. A file without it is refused by `run`, and so is an older copy: `run` knows,
on this machine, how many calls were begun. A backup goes on by itself if nobody
was called since it was made; else `run` stops, and calls those again who are
not in it only with --accept-older-database.";

pub(crate) const PLAN: &str = "\
Examples:
  outbound campaign plan people.csv
  outbound campaign plan people.csv --rate 2 --until '2026-12-01 18:00'
  outbound campaign plan people.csv --window 'mon-fri 09:00-18:00' --json

It takes the options of `run` and needs neither a database nor a token. With
--db it tells how many numbers other campaigns called recently. It tells which
earlier runs people of the list were on, through the service if one is given.
Refused rows are written to a file beside the list, as `run` does.";
