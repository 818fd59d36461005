use kernel::database::{migrate, migrate_to, vacuum};
use kernel::problem::chain;
use model::order::Status;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, PgConnection};
use testkit::{TestDatabase, bare_database};

#[tokio::test]
async fn migrating_twice_and_at_the_same_time_is_migrating_once() {
    let url = bare_database().await;
    let (first, second) = tokio::join!(migrate(&url), migrate(&url));
    first.unwrap();
    second.unwrap();
    migrate(&url).await.unwrap();
}

/// The least that the README asks of the user of a database URL, and what it says to one who has less.
#[tokio::test]
async fn the_owner_of_a_database_who_may_create_roles_can_migrate_it() {
    let (own, foreign) = (bare_database().await, bare_database().await);
    let options: PgConnectOptions = own.parse().unwrap();
    let (database, mut admin) = (options.get_database().unwrap(), options.connect().await.unwrap());
    let login = format!("owner_of_{database}");
    run(&mut admin, format!("CREATE ROLE {login} LOGIN CREATEROLE")).await;
    run(&mut admin, format!("ALTER DATABASE {database} OWNER TO {login}")).await;

    migrate(&as_user(&own, &login)).await.unwrap();
    migrate(&as_user(&own, &login)).await.unwrap();
    let refused = chain(&migrate(&as_user(&foreign, &login)).await.unwrap_err());
    assert!(refused.contains("must own the database"), "{refused}");
}

async fn run(connection: &mut PgConnection, statement: String) {
    connection.execute(AssertSqlSafe(statement)).await.unwrap();
}

/// A later `user` in the URL wins over an earlier one.
fn as_user(url: &str, login: &str) -> String {
    format!("{url}&user={login}")
}

#[tokio::test]
async fn the_database_and_the_model_agree_on_what_counts_as_revenue() {
    let database = TestDatabase::new().await;
    for status in Status::ALL {
        let counts: bool = sqlx::query_scalar("SELECT counts_as_revenue($1)")
            .bind(status.word())
            .fetch_one(database.application.pool())
            .await
            .unwrap();
        assert_eq!(counts, status.counts_as_revenue(), "{status:?}");
    }
}

/// Otherwise the planner takes any index for one of an empty table, and a second load of many rows takes minutes.
#[tokio::test]
async fn what_a_load_that_was_rolled_back_leaves_is_cleared_away() {
    let database = TestDatabase::new().await;
    let mut admin = database.superuser().await;
    for statement in [
        "BEGIN",
        "INSERT INTO users (id, email, name, password_hash, created_at)
         SELECT gen_random_uuid(), 'a' || n || '@example.com', 'A', '-', now() FROM generate_series(1, 1000) n",
        "ROLLBACK",
        "ANALYZE users",
    ] {
        admin.execute(statement).await.unwrap();
    }
    assert!(pages_of_users(&mut admin).await > 0);
    vacuum(&database.url).await.unwrap();
    assert_eq!(pages_of_users(&mut admin).await, 0);
}

async fn pages_of_users(connection: &mut PgConnection) -> i32 {
    sqlx::query_scalar("SELECT relpages FROM pg_class WHERE oid = 'users'::regclass")
        .fetch_one(connection)
        .await
        .unwrap()
}

/// Before roles were data, a member's role was a word.
#[tokio::test]
async fn members_keep_their_roles_when_those_become_data() {
    let url = bare_database().await;
    migrate_to(&url, Some(20_261_121_180_000)).await.unwrap();
    let mut admin = url.parse::<PgConnectOptions>().unwrap().connect().await.unwrap();
    for statement in [
        "INSERT INTO tenants (id, name, currency, time_zone, created_at)
         SELECT ('00000000-0000-0000-0000-00000000000' || n)::uuid, 'T', 'EUR', 'UTC', now() FROM generate_series(1, 2) n",
        "INSERT INTO users (id, email, name, password_hash, created_at)
         SELECT id, 'a' || right(id::text, 1) || '@example.com', 'A', '-', now() FROM tenants",
        "INSERT INTO members (tenant_id, user_id, role, created_at)
         SELECT t.id, u.id, CASE WHEN t.id = u.id THEN 'owner' ELSE 'sales' END, now() FROM tenants t CROSS JOIN users u",
    ] {
        admin.execute(statement).await.unwrap();
    }
    migrate(&url).await.unwrap();
    let kept: Vec<(bool, String, bool)> = sqlx::query_as(
        "SELECT m.tenant_id = m.user_id, r.built_in, r.tenant_id = m.tenant_id
         FROM members m JOIN roles r ON r.id = m.role_id ORDER BY 1, m.tenant_id",
    )
    .fetch_all(&mut admin)
    .await
    .unwrap();
    let (sales, owner) = ((false, "sales".to_owned(), true), (true, "owner".to_owned(), true));
    assert_eq!(kept, [sales.clone(), sales, owner.clone(), owner]);
    let forced: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_class WHERE relname IN ('tenants', 'members', 'roles') AND relrowsecurity AND relforcerowsecurity",
    )
    .fetch_one(&mut admin)
    .await
    .unwrap();
    assert_eq!(forced, 3, "protected again after they were filled");
}

#[tokio::test]
async fn every_table_says_what_it_is_for() {
    let database = TestDatabase::new().await;
    let silent: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
           AND relname <> '_sqlx_migrations' AND obj_description(oid, 'pg_class') IS NULL",
    )
    .fetch_all(&mut database.superuser().await)
    .await
    .unwrap();
    assert_eq!(silent, Vec::<String>::new());
}
