//! `outbound campaign status`: where a campaign stands, once or as long as it is watched.

mod snapshot;
mod watch;

use clap::Args;

use super::found::{Access, CampaignArgs};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use snapshot::Snapshot;

#[derive(Debug, Args)]
pub(crate) struct CampaignStatusArgs {
    #[command(flatten)]
    pub(crate) campaign: CampaignArgs,
    /// Look again every second, until every row has ended; Ctrl-C stops looking, not the campaign.
    #[arg(long)]
    pub(crate) watch: bool,
}

pub(crate) async fn run(args: &CampaignStatusArgs, output: Output) -> Result<Exit, Failure> {
    let mut found = args.campaign.find(Access::Look).await?;
    if args.watch {
        return watch::watch(found, output).await;
    }
    let snapshot = Snapshot::take(&mut found).await?;
    output.say(snapshot.text(&found), &snapshot.to_json(&found));
    Ok(Exit::Done)
}
