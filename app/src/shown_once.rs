//! Secrets that are shown once: each waits in the session, sealed, for the page that follows.

use crate::AppError;
use crate::context::{AppContext, broken, session};

/// A kind of them.
pub(crate) struct ShownOnce {
    /// The key under which one waits in the session.
    pub(crate) key: &'static str,
    /// What it is sealed for.
    pub(crate) sealed_as: &'static str,
}

impl ShownOnce {
    /// Keeps one for the page that follows. The database has no secret in clear, not for that moment either.
    pub(crate) async fn keep(&self, app: &AppContext, secret: &[u8]) -> Result<(), AppError> {
        let sealed = app.sealing.seal(self.sealed_as, secret).map_err(|error| broken(&error))?;
        session().await?.insert(self.key, sealed).await.map_err(|error| broken(&error))
    }

    /// Takes it out of the session before it is told. Where none is nothing is removed: that would write the whole session anew, as it was
    /// when the request came in, over what another one has put there meanwhile.
    pub(crate) async fn take(&self, app: &AppContext) -> Result<Option<Vec<u8>>, AppError> {
        let session = session().await?;
        let sealed = session.get::<Vec<u8>>(self.key).await.map_err(|error| broken(&error))?;
        let Some(sealed) = sealed else { return Ok(None) };
        session.remove_value(self.key).await.map_err(|error| broken(&error))?;
        session.save().await.map_err(|error| broken(&error))?;
        app.sealing.open(self.sealed_as, &sealed).map(Some).map_err(|error| broken(&error))
    }
}
