//! The mails that identity writes, and the addresses of their links. What is secret in them stands behind the question mark: paths are
//! logged.

use crate::secret_token::SecretToken;
use chrono::{DateTime, Utc};
use model::credentials::Email;
use model::id::TenantId;
use model::mail::MailKind;
use model::permission::PermissionSet;
use notifications::mail::Mail;

/// What addresses in mails begin with: scheme and host.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a>(pub &'a str);

/// Until when, as mails say it: everybody knows which moment is meant.
fn until(time: DateTime<Utc>) -> String {
    time.format("%-d %B %Y, %H:%M UTC").to_string()
}

const NOT_YOU: &str = "If you didn’t ask for this, do nothing: nobody gets in without this link.";

pub(crate) fn registration(
    site: Site<'_>,
    to: &Email,
    tenant: TenantId,
    token: &SecretToken,
    expires_at: DateTime<Utc>,
) -> Mail {
    // Nothing of what was filled in stands in it: strangers may have it sent to anybody.
    let link = format!("{}/register/confirm?business={tenant}&token={}", site.0, token.expose());
    Mail {
        kind: MailKind::Registration,
        to: to.clone(),
        subject: "Confirm your address to open a business".to_owned(),
        text: format!(
            "Hello,\n\nfollow this link to open a business on Tradepost:\n\n{link}\n\nIt works once, until {}.\n\n{NOT_YOU}\n",
            until(expires_at)
        ),
        expires_at,
        opens: PermissionSet::all(),
    }
}

pub(crate) fn account_exists(site: Site<'_>, to: &Email, expires_at: DateTime<Utc>) -> Mail {
    Mail {
        kind: MailKind::AccountExists,
        to: to.clone(),
        subject: "You have an account on Tradepost already".to_owned(),
        text: format!(
            "Hello,\n\nsomebody asked to open a business on Tradepost with this address, which has an account already. If it was you, sign in:\n\n{0}/sign-in\n\nIf you don’t know your password any more:\n\n{0}/forgotten-password\n\nIf it wasn’t you, do nothing.\n",
            site.0
        ),
        expires_at,
        opens: PermissionSet::default(),
    }
}

/// A name, as mails to people who may not know it have it: no longer than names are.
fn short(name: &str) -> String {
    const CHARS_MAX: usize = 60;
    // What looks like an address isn't made one by whoever shows the mail.
    let plain = name.replace("://", " ");
    if plain.chars().count() <= CHARS_MAX { plain } else { plain.chars().take(CHARS_MAX).chain(['…']).collect() }
}

/// Who invites whom, to be what.
pub(crate) struct Inviting<'a> {
    pub(crate) business: &'a str,
    pub(crate) by: &'a str,
    pub(crate) role: &'a str,
    pub(crate) permissions: PermissionSet,
}

pub(crate) fn invitation(
    site: Site<'_>,
    to: &Email,
    inviting: &Inviting<'_>,
    tenant: TenantId,
    token: &SecretToken,
    expires_at: DateTime<Utc>,
) -> Mail {
    let link = format!("{}/invitation?business={tenant}&token={}", site.0, token.expose());
    let (business, by, role) = (short(inviting.business), short(inviting.by), short(inviting.role));
    Mail {
        kind: MailKind::Invitation,
        to: to.clone(),
        subject: format!("{by} invites you to {business}"),
        text: format!(
            "Hello,\n\n{by} invites you to work for {business} on Tradepost, as {role}. Follow this link to join:\n\n{link}\n\nIt works once, until {}.\n\nIf you don’t know {by} or {business}, do nothing.\n",
            until(expires_at)
        ),
        expires_at,
        opens: inviting.permissions,
    }
}

pub(crate) fn reset_password(
    site: Site<'_>,
    to: &Email,
    token: &SecretToken,
    opens: PermissionSet,
    expires_at: DateTime<Utc>,
) -> Mail {
    let link = format!("{}/reset-password?token={}", site.0, token.expose());
    Mail {
        kind: MailKind::ResetPassword,
        to: to.clone(),
        subject: "Choose a new password".to_owned(),
        text: format!(
            "Hello,\n\nfollow this link to choose a new password for Tradepost:\n\n{link}\n\nIt works once, until {}.\n\n{NOT_YOU}\n",
            until(expires_at)
        ),
        expires_at,
        opens,
    }
}

pub(crate) fn confirm_email(
    site: Site<'_>,
    to: &Email,
    token: &SecretToken,
    opens: PermissionSet,
    expires_at: DateTime<Utc>,
) -> Mail {
    let link = format!("{}/confirm-email?token={}", site.0, token.expose());
    Mail {
        kind: MailKind::ConfirmEmail,
        to: to.clone(),
        subject: "Confirm your address".to_owned(),
        text: format!(
            "Hello,\n\nfollow this link to confirm that this is your address on Tradepost:\n\n{link}\n\nIt works once, until {}.\n\n{NOT_YOU}\n",
            until(expires_at)
        ),
        expires_at,
        opens,
    }
}

pub(crate) fn password_changed(site: Site<'_>, to: &Email, expires_at: DateTime<Utc>) -> Mail {
    Mail {
        kind: MailKind::PasswordChanged,
        to: to.clone(),
        subject: "Your password was changed".to_owned(),
        text: format!(
            "Hello,\n\nyour password for Tradepost was changed. If it wasn’t you, choose a new one at once:\n\n{}/forgotten-password\n\nand tell the owner of your business.\n",
            site.0
        ),
        expires_at,
        opens: PermissionSet::default(),
    }
}
