//! `tradepost keys check`

use super::super::{CommandError, Connected, print};
use crate::config::Config;
use clap::Args;
use identity::AccessTokens;
use identity::access_token::AccessTokenError;
use identity::signing_key::SigningKeys;
use kernel::seal::SealingKey;
use std::path::PathBuf;
use std::time::{Duration, Instant};

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// File with access tokens, one a line.
    file: PathBuf,
    /// Checks them again and again for so long, and tells how many checks a second one core makes: of tokens that come for the first
    /// time, and of those that come again.
    #[arg(long, value_name = "SECONDS")]
    measure: Option<u64>,
}

impl Check {
    pub(super) async fn run(
        self,
        connected: &Connected,
        config: &Config,
        sealing: SealingKey,
    ) -> Result<(), CommandError> {
        let text =
            std::fs::read_to_string(&self.file).map_err(|error| CommandError::OpenFile(self.file.clone(), error))?;
        let sent: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let keys = SigningKeys::new(connected.application.clone(), sealing);
        let site = config.site().url;
        let fresh = || AccessTokens::new(keys.clone(), &site);
        match self.measure.map(Duration::from_secs) {
            None => tell(&fresh(), &sent, &site).await,
            Some(time) => {
                let first = rate(&sent, time, &fresh).await?;
                let known = fresh();
                let again = rate(&sent, time, || known.clone()).await?;
                print(&format!("first {first:.0}\nagain {again:.0}\n"));
                Ok(())
            }
        }
    }
}

async fn tell(tokens: &AccessTokens, sent: &[&str], site: &str) -> Result<(), CommandError> {
    let mut refused = 0;
    for (number, text) in (1..).zip(sent) {
        let told = match tokens.verify(text).await {
            Ok(token) => format!("good until {}, for the user {}", super::told(token.expires_at), token.user),
            Err(AccessTokenError::Refused) => {
                refused += 1;
                format!("not valid now for {site} (public_url)")
            }
            Err(error) => return Err(error.into()),
        };
        print(&format!("{number}  {told}\n"));
    }
    match refused {
        0 => Ok(()),
        count => Err(CommandError::Refused(format!("{count} of {} tokens are not valid", sent.len()))),
    }
}

/// Checks a second, one after the other.
async fn rate(sent: &[&str], time: Duration, tokens: impl Fn() -> AccessTokens) -> Result<f64, CommandError> {
    let (begun, mut checks) = (Instant::now(), 0_u32);
    while begun.elapsed() < time {
        let tokens = tokens();
        for text in sent {
            tokens.verify(text).await?;
            checks += 1;
        }
        if sent.is_empty() {
            break;
        }
    }
    Ok(f64::from(checks) / begun.elapsed().as_secs_f64())
}
