//! `tradepost demo`

mod progress;

use super::{CommandError, Connected, made_up_password, print, until_stopped};
use crate::config::Config;
use ::demo::{Options, Source, TIME_ZONE};
use clap::Args;
use identity::business::OpenBusiness;
use identity::user::RegisterUser;
use identity::{Passwords, business, user};
use kernel::database::{self, Role};
use kernel::{Actor, Database, Ids, SystemClock, TenantTx};
use model::credentials::Email;
use model::id::{CorrelationId, TenantId};
use model::role;
use progress::Bars;
use sqlx::Executor;
use std::path::PathBuf;
use std::sync::Arc;

/// Who owns the demo business.
const OWNER_EMAIL: &str = "owner@demo.tradepost";
const OWNER_NAME: &str = "Demo Owner";
const BUSINESS: &str = "Online Retail";
/// Until the end of the transaction.
const TAKE_TURN: &str = "SELECT pg_advisory_xact_lock(hashtext('tradepost demo'))";

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Another file of the same columns, plain or compressed by zstd, instead of the one that comes with the program.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Leaves the dates as they are (2010 and 2011) instead of moving them up to yesterday.
    #[arg(long)]
    keep_dates: bool,
}

impl Demo {
    pub(crate) async fn run(self, config: Config, url: String) -> Result<(), CommandError> {
        until_stopped(&crate::shutdown::on_request(), async {
            let connected = Connected::open(&config, &url).await?;
            let source = self.from.map_or(Source::Bundled, Source::File);
            if !Box::pin(load_unless_there(&connected, &config, &url, source, self.keep_dates)).await? {
                print(&format!("The demo business is there already: sign in as {OWNER_EMAIL}. Nothing was changed.\n"));
            }
            connected.close(None).await;
            Ok(())
        })
        .await
    }
}

/// For the first start; later ones only say how to sign in.
pub(crate) async fn load_if_missing(connected: &Connected, config: &Config, url: &str) -> Result<(), CommandError> {
    if !Box::pin(load_unless_there(connected, config, url, Source::Bundled, false)).await? {
        print(&format!(
            "Sign in as {OWNER_EMAIL} with the password of the first start; “tradepost user password --email {OWNER_EMAIL}” makes a new one.\n"
        ));
    }
    Ok(())
}

async fn is_loaded(connected: &Connected) -> Result<bool, CommandError> {
    let owner = Email::parse(OWNER_EMAIL)?;
    user::exists(connected.application.pool(), &owner)
        .await
        .map_err(|error| CommandError::LookUp("the demo business", error))
}

/// All of it in one transaction: business, owner, and a year of sales. The password is told as soon as that is committed, for
/// nobody could find it out later. Then the rollups, which restate themselves should this be cut off in between. Returns whether
/// it was needed.
async fn load_unless_there(
    connected: &Connected,
    config: &Config,
    url: &str,
    source: Source,
    keep_dates: bool,
) -> Result<bool, CommandError> {
    if is_loaded(connected).await? {
        return Ok(false);
    }
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(Ids::random()));
    let loader = Database::connect(url, Role::Loader, 1, clock, ids).await?;
    let passwords = Passwords::new(config.password_hashes_at_once)?;
    let password = made_up_password();
    let new_id = || loader.ids().at(loader.clock().now());
    let tenant = TenantId::from(new_id());
    let actor = Actor::system("tradepost demo", CorrelationId::from(new_id()));
    let bars = Bars::default();

    let mut tx = loader.begin(tenant).await?;
    // Another server of the same database may be at it: who comes second waits, and finds it there.
    tx.conn().execute(TAKE_TURN).await.map_err(|error| CommandError::LookUp("another load", error))?;
    if is_loaded(connected).await? {
        return Ok(false);
    }
    // A load that was cut off leaves tables that look empty to the planner and aren't: this one would take minutes.
    database::vacuum(url).await?;
    open(&mut tx, &actor, &passwords, &password).await?;
    let options = Options { keep_dates, today: tx.now().with_timezone(&TIME_ZONE).date_naive(), time_zone: TIME_ZONE };
    let summary = ::demo::load(&mut tx, source, &options, &bars).await?;
    tx.commit().await?;
    loader.close().await;
    bars.finish();
    print(&format!(
        "{summary}\n\n  Sign in as  {OWNER_EMAIL}\n  Password    {password}\n\nThe password is shown this once.\n\n"
    ));
    // The planner knows the new half million rows, and then their figures, at once instead of when PostgreSQL gets round to looking.
    database::vacuum(url).await?;
    let days = analytics::restate::restate_all(&connected.worker, tenant, |days| bars.restated(days)).await?;
    bars.finish();
    database::vacuum(url).await?;
    print(&format!("{days} days of figures computed.\n"));
    Ok(true)
}

async fn open(tx: &mut TenantTx, actor: &Actor, passwords: &Passwords, password: &str) -> Result<(), CommandError> {
    let currency = ::demo::CURRENCY.parse().map_err(|error| CommandError::Refused(format!("{error}")))?;
    let business = OpenBusiness { name: BUSINESS.to_owned(), currency, time_zone: TIME_ZONE.name().to_owned() };
    business::open(tx, actor, &business).await.map_err(CommandError::OpenBusiness)?;
    let owner =
        RegisterUser { name: OWNER_NAME.to_owned(), email: Email::parse(OWNER_EMAIL)?, role: role::BuiltInRole::Owner };
    user::register(tx, actor, passwords, &owner, password).await?;
    Ok(())
}
