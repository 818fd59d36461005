//! Mail that was written, as its readers would have it.

use crate::{TestDatabase, sealing_key};
use sqlx::query_as;

/// A mail, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub to: String,
    pub subject: String,
    pub text: String,
}

impl Letter {
    /// What stands behind the question mark of the link in it.
    #[must_use]
    pub fn query(&self) -> &str {
        let link = self.text.lines().find(|line| line.starts_with("http")).unwrap();
        link.split_once('?').map_or("", |(_, query)| query)
    }

    /// The secret of the link in it.
    #[must_use]
    pub fn token(&self) -> &str {
        self.query().rsplit_once("token=").unwrap().1
    }
}

impl TestDatabase {
    /// Every mail that is still there to be read, in the order in which they were written: at a time that stands still, ids don't tell.
    pub async fn letters(&self) -> Vec<Letter> {
        let rows: Vec<(String, String, Vec<u8>)> =
            query_as("SELECT recipient, subject, text_sealed FROM mails WHERE text_sealed IS NOT NULL ORDER BY ctid")
                .fetch_all(&mut self.superuser().await)
                .await
                .unwrap();
        let letter = |(to, subject, sealed): (String, String, Vec<u8>)| {
            let text = sealing_key().open("the text of a mail", &sealed).unwrap();
            Letter { to, subject, text: String::from_utf8(text).unwrap() }
        };
        rows.into_iter().map(letter).collect()
    }
}
