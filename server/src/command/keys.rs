//! `tradepost keys`

mod check;

use super::{CommandError, Connected, print, until_stopped};
use crate::config::Config;
use chrono::{DateTime, Utc};
use clap::Subcommand;
use identity::signing_key::{self, KeyInfo};
use kernel::Actor;
use model::id::CorrelationId;
use std::fmt::Write;

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Makes a new key that signs access tokens from two minutes on; those that are out stay good.
    Rotate,
    /// Lists the keys and their times.
    List,
    /// Tells which access tokens of a file are good.
    Check(check::Check),
}

impl Keys {
    pub(crate) async fn run(self, config: Config, url: String) -> Result<(), CommandError> {
        until_stopped(&crate::shutdown::on_request(), async {
            let connected = Connected::open(&config, &url).await?;
            let database = &connected.application;
            let sealing = crate::secret_key::find(&config, database).await?;
            match self {
                Self::Rotate => {
                    let correlation = CorrelationId::from(database.ids().at(database.clock().now()));
                    let actor = Actor::system("tradepost keys rotate", correlation);
                    let key = signing_key::rotate(database, &actor, &sealing).await?;
                    print(&format!("The key {} signs from {} on.\n", key.id, told(key.signs_from)));
                }
                Self::List => print(&table(&signing_key::list(database).await?, database.clock().now())),
                Self::Check(check) => check.run(&connected, &config, sealing).await?,
            }
            connected.close(None).await;
            Ok(())
        })
        .await
    }
}

fn table(keys: &[KeyInfo], now: DateTime<Utc>) -> String {
    if keys.is_empty() {
        return "There are no keys yet: the first one is made when it is needed.\n".to_owned();
    }
    keys.iter().fold(String::new(), |mut text, key| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}  {}", key.id, state(key, now));
        text
    })
}

fn state(key: &KeyInfo, now: DateTime<Utc>) -> String {
    match (key.retires_at, key.verifies_until) {
        (Some(retires), Some(end)) if retires <= now => format!("verifies until {}", told(end)),
        _ if now < key.signs_from => format!("will sign from {} on", told(key.signs_from)),
        (Some(retires), _) => format!("signs until {}", told(retires)),
        (None, _) => format!("signs since {}", told(key.signs_from)),
    }
}

fn told(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::{state, table};
    use chrono::{DateTime, TimeDelta, Utc};
    use identity::signing_key::KeyInfo;
    use uuid::Uuid;

    #[test]
    fn each_key_is_told_with_what_it_does_now() {
        let noon: DateTime<Utc> = "2026-03-04T12:00:00Z".parse().unwrap();
        let minutes = |count| noon + TimeDelta::minutes(count);
        let retired = KeyInfo {
            id: Uuid::nil(),
            created_at: noon,
            signs_from: minutes(2),
            retires_at: Some(minutes(4)),
            verifies_until: Some(minutes(19)),
        };
        assert_eq!(state(&retired, noon), "will sign from 2026-03-04 12:02:00 UTC on");
        assert_eq!(state(&retired, minutes(3)), "signs until 2026-03-04 12:04:00 UTC");
        assert_eq!(state(&retired, minutes(4)), "verifies until 2026-03-04 12:19:00 UTC");
        let newest = KeyInfo { retires_at: None, verifies_until: None, ..retired };
        assert_eq!(state(&newest, minutes(4)), "signs since 2026-03-04 12:02:00 UTC");
        assert!(table(&[], noon).starts_with("There are no keys yet"));
    }
}
