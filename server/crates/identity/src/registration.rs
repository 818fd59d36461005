//! Registration: somebody opens a business and becomes its owner.
//!
//! Where mail is sent, the business is opened by a link in a mail: whoever follows it has shown that the address is theirs, and nobody learns
//! from the form which addresses have an account. They choose the password then: whoever asked may not be who has the address. Where none is sent, it is opened at once, with an address that is not confirmed.

use crate::arrival::{self, Arrival, ArrivalError};
use crate::business::{self, OpenBusiness, OpenError};
use crate::mail::{self, Site};
use crate::password::{self, PasswordError, Passwords};
use crate::secret_token::SecretToken;
use crate::throttle::{Throttle, ThrottleError};
use crate::user::{self, NewUser, RegisterError};
use chrono::TimeDelta;
use kernel::database::DatabaseError;
use kernel::{Actor, Database, TenantTx};
use model::credentials::{CredentialError, Email};
use model::id::{CorrelationId, TenantId};
use model::money::Currency;
use model::name::{NAME_CHARS_MAX, check_name};
use model::registration::{LinkProblem, RegistrationForm, RegistrationProblem};
use model::role::BuiltInRole;
use notifications::Mailer;
use notifications::mail::MailError;
use std::net::IpAddr;

/// How long the link in the mail works.
const LINK_LIFETIME: TimeDelta = TimeDelta::hours(24);

/// Why no business was opened.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    #[error("the form is not filled in right")]
    Refused(Vec<RegistrationProblem>),
    #[error(transparent)]
    Link(#[from] LinkProblem),
    #[error(transparent)]
    Throttle(#[from] ThrottleError),
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Register(#[from] RegisterError),
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error(transparent)]
    Arrival(#[from] ArrivalError),
    #[error("{0}")]
    NewPassword(CredentialError),
    #[error("could not look for an account")]
    LookUp(#[source] sqlx::Error),
    #[error("could not keep a registration")]
    Keep(#[source] sqlx::Error),
    #[error("could not take a registration")]
    Take(#[source] sqlx::Error),
    #[error("the kept {0} cannot be read")]
    Decode(&'static str),
}

/// What came of asking for a business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is there, and its owner is in it.
    Opened(Arrival),
    /// A mail says how to go on. To whom one goes that has an account already, it says so.
    Mailed,
}

/// Who asks, from where, and what mail is given to.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    pub mailer: &'a Mailer,
    pub site: Site<'a>,
    pub address: Option<IpAddr>,
    pub correlation: CorrelationId,
}

/// A form that is filled in right.
struct Registration {
    business: OpenBusiness,
    name: String,
    email: Email,
}

/// All that is wrong, not only the first. Where mail is sent, the password is chosen later.
fn check(form: &RegistrationForm, has_password: bool) -> Result<Registration, Vec<RegistrationProblem>> {
    use RegistrationProblem as Problem;
    let business = check_name(&form.business, NAME_CHARS_MAX).map_err(Problem::Business);
    let currency = Currency::in_use().find(|currency| currency.code() == form.currency).ok_or(Problem::Currency);
    let zone = form.time_zone.parse::<chrono_tz::Tz>().map_err(|_| Problem::TimeZone);
    let name = check_name(&form.name, NAME_CHARS_MAX).map_err(Problem::Name);
    let email = Email::parse_new(&form.email).map_err(Problem::Email);
    let password = match &email {
        _ if !has_password => Ok(()),
        Ok(email) => password::check_new(&form.password, email, &[&form.name, &form.business]),
        Err(_) => model::credentials::check_new_password(&form.password),
    };
    match (business, currency, zone, name, email, password.map_err(Problem::Password)) {
        (Ok(business), Ok(currency), Ok(zone), Ok(name), Ok(email), Ok(())) => Ok(Registration {
            business: OpenBusiness { name: business.to_owned(), currency, time_zone: zone.name().to_owned() },
            name: name.to_owned(),
            email,
        }),
        (business, currency, zone, name, email, password) => {
            Err([business.err(), currency.err(), zone.err(), name.err(), email.err(), password.err()]
                .into_iter()
                .flatten()
                .collect())
        }
    }
}

/// Asks for a business. Whether the address has an account makes no difference to the answer where mail is sent, and hardly any to the
/// work.
///
/// # Errors
/// The form is filled in wrong, too many asked, or something broke.
pub async fn request(
    database: &Database,
    passwords: &Passwords,
    asking: &Asking<'_>,
    form: &RegistrationForm,
) -> Result<Outcome, RegistrationError> {
    let sends = asking.mailer.sends();
    let registration = check(form, !sends).map_err(RegistrationError::Refused)?;
    Throttle::of_mail("registration", &registration.email, asking.address).charge(database).await?;
    // Not while a connection is held.
    let hash = if sends { None } else { Some(passwords.hash(&form.password).await?) };
    // The business that will be, perhaps.
    let tenant: TenantId = database.ids().at(database.clock().now()).into();
    let mut tx = database.begin(tenant).await?;
    let taken = user::exists(tx.conn(), &registration.email).await.map_err(RegistrationError::LookUp)?;
    if let Some(hash) = hash {
        if taken {
            return Err(RegistrationError::Refused(vec![RegistrationProblem::EmailTaken]));
        }
        let user = NewUser { name: &registration.name, email: &registration.email, hash: &hash, confirmed: false };
        let arrival = open(&mut tx, asking, &registration.business, &user).await?;
        tx.commit().await?;
        return Ok(Outcome::Opened(arrival));
    }
    let expires_at = tx.now() + LINK_LIFETIME;
    let mail = if taken {
        mail::account_exists(asking.site, &registration.email, expires_at)
    } else {
        let token = SecretToken::random();
        keep(&mut tx, &registration, &token).await?;
        mail::registration(asking.site, &registration.email, tenant, &token, expires_at)
    };
    asking.mailer.queue(&mut tx, &mail).await?;
    tx.commit().await?;
    Ok(Outcome::Mailed)
}

async fn keep(tx: &mut TenantTx, registration: &Registration, token: &SecretToken) -> Result<(), RegistrationError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    sqlx::query!(
        "INSERT INTO registrations (tenant_id, token_hash, email, name, business, currency, time_zone, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tenant,
        token.hash(),
        registration.email.as_str(),
        registration.name,
        registration.business.name,
        registration.business.currency.code(),
        registration.business.time_zone,
        now,
        now + LINK_LIFETIME,
    )
    .execute(tx.conn())
    .await
    .map_err(RegistrationError::Keep)?;
    Ok(())
}

/// Opens the business that the link is for, with the password that whoever followed it chose. Two who follow it at the same time take
/// turns, and the second finds nothing.
///
/// # Errors
/// The link isn't valid, the password unacceptable, the address has an account meanwhile, or something broke.
pub async fn confirm(
    database: &Database,
    passwords: &Passwords,
    asking: &Asking<'_>,
    tenant: TenantId,
    token: &SecretToken,
    password: &str,
) -> Result<Arrival, RegistrationError> {
    // Before a password is hashed: that is too much work to do for whoever made a link up.
    let asked = find(database, tenant, token).await?;
    let email = Email::parse(&asked.email).map_err(|_| RegistrationError::Decode("address"))?;
    let names = [asked.name.as_str(), &asked.business];
    password::check_new(password, &email, &names).map_err(RegistrationError::NewPassword)?;
    let hash = passwords.hash(password).await?;
    let mut tx = database.begin(tenant).await?;
    let now = tx.now();
    let row = sqlx::query!(
        "DELETE FROM registrations WHERE tenant_id = $1 AND token_hash = $2 AND expires_at > $3
         RETURNING name, business, currency, time_zone",
        tenant.uuid(),
        token.hash(),
        now,
    )
    .fetch_optional(tx.conn())
    .await
    .map_err(RegistrationError::Take)?
    .ok_or(LinkProblem)?;
    if user::exists(tx.conn(), &email).await.map_err(RegistrationError::LookUp)? {
        return Err(RegistrationError::Refused(vec![RegistrationProblem::EmailTaken]));
    }
    let currency = row.currency.parse().map_err(|_| RegistrationError::Decode("currency"))?;
    let business = OpenBusiness { name: row.business, currency, time_zone: row.time_zone };
    let user = NewUser { name: &row.name, email: &email, hash: &hash, confirmed: true };
    let arrival = open(&mut tx, asking, &business, &user).await?;
    tx.commit().await?;
    Ok(arrival)
}

/// What a link is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub business: String,
    /// Of whoever asked for it.
    pub name: String,
    pub email: String,
}

/// What a link is for.
///
/// # Errors
/// The link isn't valid, or the database refused.
pub async fn find(database: &Database, tenant: TenantId, token: &SecretToken) -> Result<Asked, RegistrationError> {
    let mut tx = database.begin(tenant).await?;
    let now = tx.now();
    let found = sqlx::query_as!(
        Asked,
        "SELECT business, name, email FROM registrations WHERE tenant_id = $1 AND token_hash = $2 AND expires_at > $3",
        tenant.uuid(),
        token.hash(),
        now,
    )
    .fetch_optional(tx.conn())
    .await
    .map_err(RegistrationError::Take)?;
    tx.commit().await?;
    Ok(found.ok_or(LinkProblem)?)
}

async fn open(
    tx: &mut TenantTx,
    asking: &Asking<'_>,
    business: &OpenBusiness,
    owner: &NewUser<'_>,
) -> Result<Arrival, RegistrationError> {
    let mut actor = Actor::system("registration", asking.correlation);
    actor.address = asking.address;
    business::open(tx, &actor, business).await?;
    let id = user::add(tx, &actor, owner, BuiltInRole::Owner).await?;
    let actor = Actor::user(id, asking.correlation, asking.address);
    Ok(arrival::record(tx, &actor, id, owner.email.as_str()).await?)
}

#[cfg(test)]
mod tests {
    use super::check;
    use model::registration::RegistrationForm;

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let fields = |form: &RegistrationForm| {
            let problems = check(form, true).err().unwrap_or_default();
            problems.iter().map(model::registration::RegistrationProblem::field).collect::<Vec<_>>()
        };
        let empty = RegistrationForm::default();
        assert_eq!(fields(&empty), ["business", "currency", "time_zone", "name", "email", "password"]);
        let right = RegistrationForm {
            business: " Corner shop ".into(),
            currency: "EUR".into(),
            time_zone: "Europe/Paris".into(),
            name: "Zoë".into(),
            email: "Zoe@Example.com".into(),
            password: "walnut tree garden".into(),
        };
        let checked = check(&right, true).unwrap_or_else(|_| panic!());
        assert_eq!((checked.business.name.as_str(), checked.email.as_str()), ("Corner shop", "zoe@example.com"));
        assert!(check(&RegistrationForm { password: String::new(), ..right.clone() }, false).is_ok());
        assert_eq!(fields(&RegistrationForm { time_zone: "Mars/Olympus".into(), ..right.clone() }), ["time_zone"]);
        for known in ["zoe@example.com", "Corner-Shop-2026", "tradepost"] {
            assert_eq!(fields(&RegistrationForm { password: known.into(), ..right.clone() }), ["password"], "{known}");
        }
    }
}
