//! People to test with.

use identity::Passwords;
use identity::secret_token::SecretToken;
use identity::sign_in::{Attempt, Outcome, Pending, SecondStep, SignInError, SignedIn, finish, sign_in};
use identity::user::{RegisterUser, register};
use model::credentials::Email;
use model::id::{CorrelationId, UserId};
use model::role::BuiltInRole;
use model::session::Staff;
use testkit::{Shop, sealing_key, tester};
use uuid::Uuid;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// Somebody with an address, who may be registered.
pub(crate) struct Person<'s> {
    pub(crate) shop: &'s Shop<'s>,
    pub(crate) email: Email,
    pub(crate) id: UserId,
    passwords: Passwords,
}

impl<'s> Person<'s> {
    pub(crate) async fn registered(shop: &'s Shop<'s>, address: &str) -> Self {
        let mut person = Self::unknown(shop, address);
        let mut tx = shop.begin().await;
        let user = RegisterUser { name: address.into(), email: person.email.clone(), role: BuiltInRole::Manager };
        person.id = register(&mut tx, &tester(), &person.passwords, &user, PASSWORD).await.unwrap();
        tx.commit().await.unwrap();
        person
    }

    pub(crate) fn unknown(shop: &'s Shop<'s>, address: &str) -> Self {
        let email = Email::parse(address).unwrap();
        Self { shop, email, id: Uuid::nil().into(), passwords: Passwords::new(2).unwrap() }
    }

    pub(crate) async fn try_in(
        &self,
        password: &str,
        address: &str,
        device: Option<SecretToken>,
    ) -> Result<SignedIn, SignInError> {
        self.trying(password, address, device).await
    }

    /// The same, for a task of its own.
    pub(crate) fn trying(
        &self,
        password: &str,
        address: &str,
        device: Option<SecretToken>,
    ) -> impl Future<Output = Result<SignedIn, SignInError>> + use<> {
        let (database, passwords) = (self.shop.database.application.clone(), self.passwords.clone());
        let (email, password, address) = (self.email.clone(), password.to_owned(), address.parse().ok());
        async move {
            let correlation = CorrelationId::from(Uuid::from_u128(9));
            let attempt = Attempt {
                email: &email,
                password: &password,
                code: None,
                business: None,
                address,
                device,
                by_program: false,
                correlation,
            };
            match sign_in(&database, &passwords, &sealing_key(), &attempt).await? {
                Outcome::SignedIn(signed_in) => Ok(signed_in),
                Outcome::SecondFactor(pending) => panic!("nobody here has a second factor: {pending:?}"),
            }
        }
    }

    /// As a program does: the code, if any, along with the password.
    pub(crate) async fn try_in_with(&self, code: Option<&str>) -> Result<Outcome, SignInError> {
        let correlation = CorrelationId::from(Uuid::from_u128(9));
        let (email, password) = (&self.email, PASSWORD);
        let attempt = Attempt {
            email,
            password,
            code,
            business: None,
            address: None,
            device: None,
            by_program: false,
            correlation,
        };
        sign_in(&self.shop.database.application, &self.passwords, &sealing_key(), &attempt).await
    }

    /// The right password, which waits for the second factor.
    pub(crate) async fn pending(&self) -> Pending {
        match self.try_in_with(None).await.unwrap() {
            Outcome::SecondFactor(pending) => pending,
            Outcome::SignedIn(signed_in) => panic!("signed in without a second factor: {signed_in:?}"),
        }
    }

    /// Shows the second factor; in a form that a task of its own can run.
    pub(crate) fn show(
        &self,
        pending: &Pending,
        code: &str,
    ) -> impl Future<Output = Result<SignedIn, SignInError>> + use<> {
        let (database, pending, code) = (self.shop.database.application.clone(), pending.clone(), code.to_owned());
        async move {
            let correlation = CorrelationId::from(Uuid::from_u128(9));
            let step = SecondStep { pending: &pending, code: &code, address: None, device: None, correlation };
            finish(&database, &sealing_key(), &step).await
        }
    }

    /// The person as a member of staff.
    pub(crate) async fn staff(&self) -> Staff {
        identity::staff::find(&mut self.shop.begin().await, self.id).await.unwrap().unwrap()
    }

    /// A session of the person, under that hash of its token.
    pub(crate) async fn session_under(&self, hash: &[u8]) {
        sqlx::query(
            "INSERT INTO sessions (token_hash, user_id, data, created_at, last_used_at, idle_until, ends_at)
             VALUES ($1, $2, '{}', now(), now(), now() + interval '1 hour', now() + interval '1 day')
             ON CONFLICT ON CONSTRAINT sessions_pkey DO NOTHING",
        )
        .bind(hash.to_vec())
        .bind(self.id.uuid())
        .execute(self.shop.database.application.pool())
        .await
        .unwrap();
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.passwords
    }
}
