//! Sessions: how they begin, rise and end. Each gets a new id whenever more may be done with it than before.

use crate::AppError;
use crate::context::{
    self, AppContext, actor, address, broken, busy, cookie, correlation, session_hash, set_header, set_status, staff,
    user_agent,
};
use crate::error::Refusal;
use crate::identity::server::SignInRefusal;
use http::{StatusCode, header};
use identity::account::{self, AccountError};
use identity::arrival::Arrival;
use identity::password::PasswordError;
use identity::secret_token::SecretToken;
use identity::session_store::{
    self, ADDRESS_KEY, AGENT_KEY, BEGUN_KEY, CONFIRMED_KEY, EPOCH_KEY, PENDING_KEY, TENANT_KEY, USER_KEY,
};
use identity::sign_in::{self, Attempt, Outcome, Pending, SecondStep, SignInError, SignedIn};
use identity::staff::find;
use identity::throttle::{ThrottleError, seconds};
use model::account::PasswordProblem;
use model::credentials::Email;
use model::second_factor::SecondFactorProblem;
use tower_sessions::Session;

/// 400 days, the most that browsers allow.
const DEVICE_SECONDS: u32 = 400 * 24 * 60 * 60;

/// What a right password led to.
pub(super) enum Begun {
    /// And where the person begins.
    SignedIn(&'static str),
    SecondFactor,
}

/// The status that goes with it; what is broken or busy has set its own.
pub(super) fn answer(reason: &SignInRefusal) {
    match reason {
        SignInRefusal::Failed(_) => {}
        SignInRefusal::Wait(seconds) => {
            set_status(StatusCode::TOO_MANY_REQUESTS);
            set_header(header::RETRY_AFTER, &seconds.to_string());
        }
        _ => set_status(StatusCode::UNPROCESSABLE_ENTITY),
    }
}

/// Checks the password.
pub(super) async fn begin(email: &Email, password: &str) -> Result<Begun, SignInRefusal> {
    let app = AppContext::of_request().map_err(SignInRefusal::Failed)?;
    let device = sent_device(&app);
    let attempt = Attempt {
        email,
        password,
        code: None,
        business: None,
        address: address(),
        device,
        by_program: false,
        correlation: correlation(),
    };
    match sign_in::sign_in(&app.database, &app.passwords, &app.sealing, &attempt).await {
        Ok(Outcome::SignedIn(signed_in)) => {
            enter(&app, &signed_in).await.map(Begun::SignedIn).map_err(SignInRefusal::Failed)
        }
        Ok(Outcome::SecondFactor(pending)) => {
            wait_for_code(&pending).await.map(|()| Begun::SecondFactor).map_err(SignInRefusal::Failed)
        }
        Err(SignInError::Refused) => Err(SignInRefusal::NoMatch),
        Err(SignInError::Throttle(ThrottleError::Wait(wait))) => Err(SignInRefusal::Wait(seconds(wait))),
        Err(SignInError::Password(PasswordError::Busy)) => Err(SignInRefusal::Failed(busy())),
        Err(error) => Err(SignInRefusal::Failed(broken(&error))),
    }
}

/// Keeps the right password's place, under a new id and with nobody signed in.
async fn wait_for_code(pending: &Pending) -> Result<(), AppError> {
    let session = context::session().await?;
    session.clear().await;
    session.cycle_id().await.map_err(|error| broken(&error))?;
    session.insert(PENDING_KEY, pending).await.map_err(|error| broken(&error))
}

/// Checks the code. Returns where the person begins.
pub(super) async fn finish(code: &str) -> Result<&'static str, Refusal<SecondFactorProblem>> {
    if code.trim().is_empty() {
        return Err(refused(SecondFactorProblem::CodeMissing));
    }
    let app = AppContext::of_request().map_err(Refusal::Failed)?;
    let session = context::session().await.map_err(Refusal::Failed)?;
    let pending = session.get::<Pending>(PENDING_KEY).await.map_err(|error| Refusal::Failed(broken(&error)))?;
    let Some(pending) = pending else { return Err(refused(SecondFactorProblem::SignInOver)) };
    let device = sent_device(&app);
    let step = SecondStep { pending: &pending, code, address: address(), device, correlation: correlation() };
    match sign_in::finish(&app.database, &app.sealing, &step).await {
        Ok(signed_in) => enter(&app, &signed_in).await.map_err(Refusal::Failed),
        Err(SignInError::Code) => Err(refused(SecondFactorProblem::CodeWrong)),
        Err(SignInError::Throttle(ThrottleError::Wait(wait))) => Err(told_to_wait(wait, SecondFactorProblem::Wait)),
        // What is over stays over: the page then leads to signing in anew.
        Err(SignInError::Over | SignInError::Refused) => {
            session.remove_value(PENDING_KEY).await.map_err(|error| Refusal::Failed(broken(&error)))?;
            Err(refused(SecondFactorProblem::SignInOver))
        }
        Err(error) => Err(Refusal::Failed(broken(&error))),
    }
}

/// Begins the session of somebody who came in. Returns where they begin.
async fn enter(app: &AppContext, signed_in: &SignedIn) -> Result<&'static str, AppError> {
    remember_device(app, &signed_in.device);
    arrive(app, signed_in.arrival).await
}

/// Begins a session, under a new id: whatever was known under the old one, perhaps to somebody else, is worth nothing from here on.
/// Returns where the person begins.
pub(crate) async fn arrive(app: &AppContext, arrival: Arrival) -> Result<&'static str, AppError> {
    let session = context::session().await?;
    let fill = async {
        session.clear().await;
        session.cycle_id().await?;
        session.insert(USER_KEY, arrival.user).await?;
        session.insert(AGENT_KEY, user_agent()).await?;
        session.insert(ADDRESS_KEY, address()).await?;
        session.insert(CONFIRMED_KEY, app.database.clock().now()).await?;
        session.insert(EPOCH_KEY, arrival.epoch).await?;
        session.insert(TENANT_KEY, arrival.tenant).await
    };
    fill.await.map_err(|error: tower_sessions::session::Error| broken(&error))?;
    home_of(app, arrival).await
}

/// Goes on in another business, under a new id. The password isn't taken for entered by this. Returns where the person begins there.
pub(crate) async fn go_on(app: &AppContext, arrival: Arrival) -> Result<&'static str, AppError> {
    let session = renew(app).await?;
    let fill = async {
        session.insert(EPOCH_KEY, arrival.epoch).await?;
        session.insert(TENANT_KEY, arrival.tenant).await
    };
    fill.await.map_err(|error: tower_sessions::session::Error| broken(&error))?;
    home_of(app, arrival).await
}

async fn home_of(app: &AppContext, arrival: Arrival) -> Result<&'static str, AppError> {
    let mut tx = app.database.begin(arrival.tenant).await.map_err(|error| broken(&error))?;
    let staff = find(&mut tx, arrival.user).await.map_err(|error| broken(&error))?;
    tx.commit().await.map_err(|error| broken(&error))?;
    Ok(staff.map_or("/", |staff| crate::home(&staff)))
}

/// Gives the session another id, for more may be done with it from here on. One that was ended meanwhile stays ended, however long its
/// request was on its way; and it ends no later than it would have.
pub(crate) async fn renew(app: &AppContext) -> Result<Session, AppError> {
    let (session, hash) = (context::session().await?, session_hash().await?);
    let Some(before) = session_store::retire(&app.database, &hash).await.map_err(|error| broken(&error))? else {
        set_status(StatusCode::UNAUTHORIZED);
        return Err(AppError::SignedOut);
    };
    let fill = async {
        session.cycle_id().await?;
        session.insert(EPOCH_KEY, before.epoch).await?;
        session.insert(BEGUN_KEY, before.begun_at).await
    };
    fill.await.map_err(|error: tower_sessions::session::Error| broken(&error))?;
    Ok(session)
}

/// Checks the password of somebody who is signed in, and notes in the session that it was entered.
pub(super) async fn confirm(password: &str) -> Result<(), Refusal<PasswordProblem>> {
    if password.is_empty() {
        return Err(refused(PasswordProblem::CurrentMissing));
    }
    let (app, staff) = (AppContext::of_request().map_err(Refusal::Failed)?, staff().map_err(Refusal::Failed)?);
    let hash = session_hash().await.map_err(Refusal::Failed)?;
    let (actor, passwords) = (actor(&staff), &app.passwords);
    match account::confirm_password(&app.database, &actor, passwords, &staff, password, &hash).await {
        Ok(()) => note_confirmation(&app).await.map_err(Refusal::Failed),
        Err(AccountError::WrongPassword) => Err(refused(PasswordProblem::CurrentWrong)),
        Err(AccountError::Throttle(ThrottleError::Wait(wait))) => Err(told_to_wait(wait, PasswordProblem::Wait)),
        Err(AccountError::Password(PasswordError::Busy)) => Err(Refusal::Failed(busy())),
        Err(AccountError::SignedOut) => {
            set_status(StatusCode::UNAUTHORIZED);
            Err(Refusal::Failed(AppError::SignedOut))
        }
        Err(error) => Err(Refusal::Failed(broken(&error))),
    }
}

async fn note_confirmation(app: &AppContext) -> Result<(), AppError> {
    let session = renew(app).await?;
    session.insert(CONFIRMED_KEY, app.database.clock().now()).await.map_err(|error| broken(&error))
}

fn refused<Problem>(problem: Problem) -> Refusal<Problem> {
    set_status(StatusCode::UNPROCESSABLE_ENTITY);
    Refusal::Problem(problem)
}

fn told_to_wait<Problem>(wait: chrono::TimeDelta, problem: fn(u32) -> Problem) -> Refusal<Problem> {
    let seconds = seconds(wait);
    set_header(header::RETRY_AFTER, &seconds.to_string());
    set_status(StatusCode::TOO_MANY_REQUESTS);
    Refusal::Problem(problem(seconds))
}

pub(crate) fn sent_device(app: &AppContext) -> Option<SecretToken> {
    cookie(device_cookie(app)).map(SecretToken::sent)
}

fn device_cookie(app: &AppContext) -> &'static str {
    if app.site.https { "__Host-device" } else { "device" }
}

/// For as long as browsers keep a cookie; only this host and no script can read it.
pub(crate) fn remember_device(app: &AppContext, device: &SecretToken) {
    let secure = if app.site.https { "; Secure" } else { "" };
    let cookie = format!(
        "{}={}; Path=/; Max-Age={DEVICE_SECONDS}; HttpOnly; SameSite=Lax{secure}",
        device_cookie(app),
        device.expose()
    );
    set_header(header::SET_COOKIE, &cookie);
}

/// Ends the session.
pub(super) async fn end() -> Result<(), AppError> {
    let (app, staff) = (AppContext::of_request()?, staff()?);
    sign_in::sign_out(&app.database, &actor(&staff), &staff).await.map_err(|error| broken(&error))?;
    context::session().await?.flush().await.map_err(|error| broken(&error))
}
