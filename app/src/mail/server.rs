//! Server functions of the mail log.

use crate::AppError;
use leptos::prelude::*;
use model::id::MailId;
use model::mail::MailEntry;
use model::page::Page;
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// The mail log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailScreen {
    pub page: Page<MailEntry, MailId>,
    /// Whether mail leaves the program.
    pub sends: bool,
}

/// What was written, the latest first; `before` an entry, by the id in the page's address.
#[server(prefix = "/api", endpoint = "mail", input = Json)]
pub async fn load_mail(before: Option<String>) -> Result<MailScreen, AppError> {
    let staff = crate::context::staff_who_may(model::permission::Permission::ReadStaff)?;
    // Links stand in it by which somebody could come in as somebody else.
    if staff.may(model::permission::Permission::WriteStaff) {
        crate::context::confirmed_recently().await?;
    }
    let app = crate::context::AppContext::of_request()?;
    let before = before.and_then(|id| id.parse().ok());
    let page = work::page(&app, &staff, before).await.map_err(|error| crate::context::broken(&*error))?;
    Ok(MailScreen { page, sends: app.site.sends_mail })
}

#[cfg(feature = "ssr")]
mod work {
    use crate::context::AppContext;
    use model::id::MailId;
    use model::mail::MailEntry;
    use model::page::{Page, PageRequest};
    use model::permission::{Permission, PermissionSet};
    use model::session::Staff;
    use notifications::mail_log::{self, Reader};

    const ROWS: u16 = 50;

    pub(super) async fn page(
        app: &AppContext,
        staff: &Staff,
        before: Option<MailId>,
    ) -> Result<Page<MailEntry, MailId>, Box<dyn std::error::Error + Send + Sync>> {
        // Whoever may not invite passes no link on.
        let held = if staff.may(Permission::WriteStaff) { staff.role.permissions } else { PermissionSet::default() };
        let reader = Reader { email: &staff.email, held };
        let mut tx = app.database.begin_reading(staff.tenant).await?;
        let request = PageRequest::new(before, ROWS);
        let page = mail_log::page(&mut tx, &app.mailer, staff.time_zone.parse()?, &reader, &request).await?;
        tx.commit().await?;
        Ok(page)
    }
}
