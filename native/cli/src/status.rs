//! `outbound status`: read a call's status, or follow it to its end.

use polyai_outbound::CallSid;

use crate::args::{Global, StatusArgs};
use crate::failure::{Exit, Failure};
use crate::follow::{self, Waiting};
use crate::interrupt::interrupted;
use crate::output::{Output, Row};
use crate::settings;

pub(crate) async fn run(args: &StatusArgs, global: &Global, output: Output) -> Result<Exit, Failure> {
    let call_sid = CallSid::parse(&args.call_sid)?;
    let client = settings::client(global)?;
    if args.wait {
        output.detach();
        return follow::to_the_end(client.watch(call_sid).events(), global, output).await;
    }
    let waiting = Waiting::new(output, "reading");
    let read = tokio::select! {
        read = client.status(&call_sid) => read?,
        () = interrupted() => return Err(Failure::Interrupted {
            message: format!("interrupted before the status of {call_sid} was read"),
            placement: None,
            call_sid: Some(call_sid.to_string()),
        }),
    };
    drop(waiting);
    let row = Row::read(&call_sid, &read);
    output.say(row.sentence(), &row);
    Ok(Exit::Done)
}
