//! `tradepost user`

use super::{CommandError, Connected, made_up_password, print, until_stopped};
use crate::config::Config;
use clap::{Args, Subcommand};
use identity::business::OpenBusiness;
use identity::second_factor::{self, SecondFactorError};
use identity::user::RegisterUser;
use identity::{Passwords, business, user};
use kernel::Actor;
use model::credentials::Email;
use model::id::{CorrelationId, TenantId};
use model::money::Currency;
use model::role::BuiltInRole;
use model::second_factor::SecondFactorProblem;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Creates a person, by default as the owner of a new business.
    Create(Create),
    /// Gives a person a new password and ends all their sessions.
    Password(NewPassword),
    /// Removes the second factor of somebody who has lost it with all recovery codes, and ends all their sessions.
    RemoveSecondFactor(RemoveSecondFactor),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    #[arg(long)]
    email: String,
    #[arg(long)]
    name: String,
    /// What the person may do: owner, manager, sales, warehouse, marketing, accountant or auditor.
    #[arg(long, default_value = "owner")]
    role: BuiltInRole,
    /// An existing business, by its id, to join instead of opening a new one.
    #[arg(long, value_name = "ID", conflicts_with_all = ["business", "currency", "time_zone"])]
    tenant: Option<TenantId>,
    /// Name of the new business.
    #[arg(long, default_value = "My business")]
    business: String,
    /// Currency of the new business (ISO 4217).
    #[arg(long, default_value = "EUR")]
    currency: Currency,
    /// Time zone of the new business (IANA).
    #[arg(long, default_value = "UTC")]
    time_zone: chrono_tz::Tz,
    #[command(flatten)]
    password: PasswordSource,
}

#[derive(Debug, Args)]
pub(crate) struct NewPassword {
    #[arg(long)]
    email: String,
    #[command(flatten)]
    password: PasswordSource,
}

#[derive(Debug, Args)]
pub(crate) struct RemoveSecondFactor {
    #[arg(long)]
    email: String,
}

/// A password in the arguments could be read by every process of the machine: it comes from a file or is made up.
#[derive(Debug, Args)]
struct PasswordSource {
    /// File with the password; without it one is made up and printed once.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

impl PasswordSource {
    fn read(&self) -> Result<String, CommandError> {
        let Some(path) = &self.password_file else { return Ok(made_up_password()) };
        let content = std::fs::read_to_string(path).map_err(|error| CommandError::OpenFile(path.clone(), error))?;
        Ok(content.trim_end_matches(['\r', '\n']).to_owned())
    }

    fn told(&self, password: &str) -> String {
        match self.password_file {
            Some(_) => "the password of the file".to_owned(),
            None => format!("the password {password}"),
        }
    }
}

impl User {
    /// Whether it is about somebody who is there already.
    pub(crate) const fn needs_installation(&self) -> bool {
        match self {
            Self::Create(_) => false,
            Self::Password(_) | Self::RemoveSecondFactor(_) => true,
        }
    }

    pub(crate) async fn run(self, config: Config, url: String) -> Result<(), CommandError> {
        until_stopped(&crate::shutdown::on_request(), async {
            let connected = Connected::open(&config, &url).await?;
            let passwords = Passwords::new(config.password_hashes_at_once)?;
            match self {
                Self::Create(create) => create.run(&connected, &passwords).await?,
                Self::Password(new) => new.run(&connected, &passwords).await?,
                Self::RemoveSecondFactor(remove) => remove.run(&connected).await?,
            }
            connected.close(None).await;
            Ok(())
        })
        .await
    }
}

impl Create {
    async fn run(self, connected: &Connected, passwords: &Passwords) -> Result<(), CommandError> {
        let database = &connected.application;
        let email = Email::parse_new(&self.email)?;
        let password = self.password.read()?;
        let new_id = || database.ids().at(database.clock().now());
        let actor = Actor::system("tradepost user create", CorrelationId::from(new_id()));
        let mut tx = database.begin(self.tenant.unwrap_or_else(|| new_id().into())).await?;
        match self.tenant {
            Some(_) => self.check_tenant(&mut tx).await?,
            None => self.open_business(&mut tx, &actor).await?,
        }
        let register = RegisterUser { name: self.name.clone(), email: email.clone(), role: self.role };
        user::register(&mut tx, &actor, passwords, &register, &password).await?;
        let tenant = tx.tenant();
        tx.commit().await?;
        print(&format!("{email} can sign in with {} (business {tenant}).\n", self.password.told(&password)));
        Ok(())
    }

    async fn check_tenant(&self, tx: &mut kernel::TenantTx) -> Result<(), CommandError> {
        match business::exists(tx).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(CommandError::Refused(format!("there is no business with the id {}", tx.tenant()))),
            Err(error) => Err(CommandError::LookUp("the business", error)),
        }
    }

    async fn open_business(&self, tx: &mut kernel::TenantTx, actor: &Actor) -> Result<(), CommandError> {
        let name = self.business.trim().to_owned();
        if name.is_empty() || name.chars().count() > 200 {
            return Err(CommandError::Refused("a business's name has 1 to 200 characters".to_owned()));
        }
        let business = OpenBusiness { name, currency: self.currency, time_zone: self.time_zone.name().to_owned() };
        business::open(tx, actor, &business).await.map_err(CommandError::OpenBusiness)
    }
}

impl NewPassword {
    async fn run(self, connected: &Connected, passwords: &Passwords) -> Result<(), CommandError> {
        let email = Email::parse(&self.email)?;
        let password = self.password.read()?;
        let database = &connected.application;
        let correlation = CorrelationId::from(database.ids().at(database.clock().now()));
        let actor = Actor::system("tradepost user password", correlation);
        user::change_password(database, &actor, passwords, &email, &password).await?;
        print(&format!(
            "{email} can sign in with {}; all earlier sessions have ended.\n",
            self.password.told(&password)
        ));
        Ok(())
    }
}

impl RemoveSecondFactor {
    async fn run(self, connected: &Connected) -> Result<(), CommandError> {
        let email = Email::parse(&self.email)?;
        let database = &connected.application;
        let correlation = CorrelationId::from(database.ids().at(database.clock().now()));
        let actor = Actor::system("tradepost user remove-second-factor", correlation);
        match second_factor::remove_of(database, &actor, &email).await {
            Err(SecondFactorError::Refused(SecondFactorProblem::NotSetUp)) => {
                return Err(CommandError::Refused(format!("{email} has no second factor")));
            }
            removed => removed?,
        }
        print(&format!("{email} can sign in with the password alone; all earlier sessions have ended.\n"));
        Ok(())
    }
}
