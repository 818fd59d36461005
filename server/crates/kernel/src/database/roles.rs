//! The three roles in the cluster. They outlive a database, so no migration can own them.

use super::DatabaseError;
use sqlx::{Executor, PgConnection};

/// Creates what is missing and lets the connected user become each of them. Several databases of one cluster, migrated at
/// the same time, share the roles: who comes second finds them made.
const CREATE_ROLES: &str = "
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['tradepost_owner', 'tradepost_app', 'tradepost_worker'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT NOBYPASSRLS', role);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
            END;
        END IF;
        -- From 16 on, being a member and being allowed to become the role are two things.
        IF NOT pg_has_role(current_user, role,
                           CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) THEN
            EXECUTE format('GRANT %I TO CURRENT_USER', role);
        END IF;
    END LOOP;
    EXECUTE format('GRANT CREATE, CONNECT, TEMPORARY ON DATABASE %I TO tradepost_owner', current_database());
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO tradepost_app, tradepost_worker', current_database());
    GRANT USAGE, CREATE ON SCHEMA public TO tradepost_owner;
    GRANT USAGE ON SCHEMA public TO tradepost_app, tradepost_worker;
END $$";

/// Locks out a second program that prepares the same database: grants on it by two sessions at once collide.
const LOCK: &str = "SELECT pg_advisory_lock(hashtext('tradepost roles'))";
const UNLOCK: &str = "SELECT pg_advisory_unlock(hashtext('tradepost roles'))";

pub(super) async fn create(connection: &mut PgConnection) -> Result<(), DatabaseError> {
    connection.execute(LOCK).await.map_err(DatabaseError::CreateRoles)?;
    let created = connection.execute(CREATE_ROLES).await.map_err(DatabaseError::CreateRoles);
    connection.execute(UNLOCK).await.map_err(DatabaseError::CreateRoles)?;
    created.map(|_| ())
}
