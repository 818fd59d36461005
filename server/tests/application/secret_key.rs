use server::config::Config;
use server::secret_key::find;
use testkit::TestDatabase;

/// A new key would open nothing of what is sealed, and its file would pass for the right one.
#[tokio::test]
async fn a_key_file_that_is_missing_is_asked_for_and_no_other_one_is_made() {
    let (database, folder) = (TestDatabase::new().await, tempfile::tempdir().unwrap());
    let config = Config { data_dir: folder.path().to_owned(), ..Config::default() };
    let sealed = find(&config, &database.application).await.unwrap().seal("a test", b"secret").unwrap();
    let file = folder.path().join("secret.key");
    let digits = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();

    let refused = find(&config, &database.application).await.unwrap_err().to_string();
    assert_eq!(refused, format!("the key file {} is missing: put it back from your backup", file.display()));
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    std::fs::write(&file, digits).unwrap();
    let key = find(&config, &database.worker).await.unwrap();
    assert_eq!(key.open("a test", &sealed).unwrap(), b"secret");
}
