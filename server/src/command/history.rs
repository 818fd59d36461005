//! `tradepost history`

use super::{CommandError, Connected, print, until_stopped};
use crate::config::Config;
use kernel::installation_log::{self, Line};
use model::audit::InstallationAction;
use std::fmt::Write;

pub(crate) async fn run(config: Config, url: String) -> Result<(), CommandError> {
    until_stopped(&crate::shutdown::on_request(), async {
        let connected = Connected::open(&config, &url).await?;
        print(&table(&installation_log::latest(&connected.application).await?));
        connected.close(None).await;
        Ok(())
    })
    .await
}

fn table(lines: &[Line]) -> String {
    if lines.is_empty() {
        return "Nothing was done to the installation as a whole yet.\n".to_owned();
    }
    lines.iter().fold(String::new(), |mut text, line| {
        let Line { occurred_at, actor, action, name } = line;
        // A word that this version doesn't know is shown as it is.
        let action = action.parse().map_or(action.as_str(), |known: InstallationAction| known.label());
        let actor = actor.split_once(':').map_or(actor.as_str(), |(_, name)| name);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}  {actor}: {action} {name}", occurred_at.format("%Y-%m-%d %H:%M:%S UTC"));
        text
    })
}

#[cfg(test)]
mod tests {
    use super::table;
    use kernel::installation_log::Line;

    #[test]
    fn each_line_says_when_who_did_what() {
        let line = |action: &str| Line {
            occurred_at: "2026-03-04T12:00:00Z".parse().unwrap(),
            actor: "system:tradepost keys rotate".into(),
            action: action.into(),
            name: "7".into(),
        };
        assert_eq!(
            table(&[line("signing_key.made"), line("moon.flown")]),
            "2026-03-04 12:00:00 UTC  tradepost keys rotate: Made the signing key 7\n\
             2026-03-04 12:00:00 UTC  tradepost keys rotate: moon.flown 7\n"
        );
        assert!(table(&[]).starts_with("Nothing was done"));
    }
}
