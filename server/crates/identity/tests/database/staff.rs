//! People to test with.

use identity::Passwords;
use identity::secret_token::SecretToken;
use identity::sign_in::{Attempt, SignInError, SignedIn, sign_in};
use identity::user::{RegisterUser, register};
use model::credentials::Email;
use model::id::{CorrelationId, UserId};
use model::role::BuiltInRole;
use testkit::{Shop, tester};
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
            let attempt = Attempt { email: &email, password: &password, address, device, correlation };
            sign_in(&database, &passwords, &attempt).await
        }
    }
}
