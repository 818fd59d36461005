//! The link of an invitation, and what it is for.

use super::{InvitationError, check_grant, find_role};
use crate::secret_token::SecretToken;
use crate::staff;
use kernel::{Database, TenantTx};
use model::credentials::Email;
use model::id::{InvitationId, TenantId, UserId};
use model::permission::Permission;
use model::registration::LinkProblem;
use model::role::Role;

/// Which invitation, by its link.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    pub tenant: TenantId,
    pub token: &'a SecretToken,
}

/// What a link is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    pub business: String,
    pub role_name: String,
    pub invited_by: String,
    pub email: String,
    /// The person has an account already, and joins with it.
    pub account: Option<UserId>,
}

/// An invitation that is still good.
pub(super) struct Valid {
    pub(super) id: InvitationId,
    pub(super) email: Email,
    pub(super) role: Role,
    pub(super) word: String,
    pub(super) invited: Invited,
}

/// What a link is for.
///
/// # Errors
/// The link isn't valid, or the database refused.
pub async fn find(database: &Database, link: Link<'_>) -> Result<Invited, InvitationError> {
    let mut tx = database.begin(link.tenant).await?;
    let valid = valid(&mut tx, link.token).await?;
    tx.commit().await?;
    Ok(valid.invited)
}

/// The invitation, locked: two who follow it at the same time take turns, and the second finds it accepted. It is worth nothing any more
/// when whoever sent it couldn't send it today.
pub(super) async fn valid(tx: &mut TenantTx, token: &SecretToken) -> Result<Valid, InvitationError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let row = sqlx::query!(
        r#"SELECT i.id, i.email, i.role_id, i.invited_by, r.built_in, u.id AS "account?", t.name AS business
           FROM invitations i
           JOIN tenants t ON t.id = i.tenant_id
           JOIN roles r ON r.tenant_id = i.tenant_id AND r.id = i.role_id
           LEFT JOIN users u ON u.email = i.email
           WHERE i.tenant_id = $1 AND i.token_hash = $2 AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > $3
           FOR UPDATE OF i"#,
        tenant,
        token.hash(),
        now,
    )
    .fetch_optional(tx.conn())
    .await
    .map_err(InvitationError::Read)?
    .ok_or(LinkProblem)?;
    let role = find_role(tx, row.role_id.into()).await?.ok_or(LinkProblem)?;
    let by = staff::find(tx, row.invited_by.into()).await?.filter(|by| by.may(Permission::WriteStaff));
    let by = by.filter(|by| check_grant(by, role.permissions).is_ok()).ok_or(LinkProblem)?;
    let invited = Invited {
        business: row.business,
        role_name: role.name.clone(),
        invited_by: by.name,
        email: row.email.clone(),
        account: row.account.map(UserId::from),
    };
    let email = Email::parse(&row.email).map_err(InvitationError::Decode)?;
    let word = row.built_in.unwrap_or_else(|| role.name.clone());
    Ok(Valid { id: row.id.into(), email, role, word, invited })
}
