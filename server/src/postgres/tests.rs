//! The parts that need no server; `tradepost postgres` itself is used by every database test.

use std::path::{Path, PathBuf};

use super::account::{PasswdEntry, last_lines, parse_effective_user, parse_passwd_line};
use super::binaries::{Binaries, choose, parse_version};
use super::place::{name_of, short_hash};
use super::recovery::PidFile;
use super::settings::quote;
use super::socket;

fn installed(versions: &[u32]) -> Vec<Binaries> {
    versions
        .iter()
        .enumerate()
        .map(|(index, version)| Binaries { directory: PathBuf::from(format!("/{index}")), version: *version })
        .collect()
}

#[test]
fn pid_file_of_a_running_server_names_process_and_status() {
    let text = "4711\n/data/postgres\n1763720000\n5432\n/data/postgres-socket\n\n  2098232    32770\nready   \n";
    assert_eq!(PidFile::parse(text), PidFile { process: Some(4711), status: Some("ready".into()) });
}

#[test]
fn pid_file_cut_off_or_damaged_has_no_more_than_it_says() {
    assert_eq!(PidFile::parse(""), PidFile { process: None, status: None });
    assert_eq!(PidFile::parse("4711\n/data"), PidFile { process: Some(4711), status: None });
    assert_eq!(PidFile::parse("\0\0\0"), PidFile { process: None, status: None });
}

#[test]
fn new_cluster_takes_the_newest_version_and_of_equals_the_first_folder() {
    let found = installed(&[14, 15, 17, 17, 16]);
    assert_eq!(choose(&found, None).unwrap().directory, Path::new("/2"));
    assert_eq!(choose(&installed(&[13, 14]), None), None);
    assert_eq!(choose(&[], None), None);
}

#[test]
fn existing_cluster_takes_its_own_version_only() {
    let found = installed(&[15, 17]);
    assert_eq!(choose(&found, Some(15)).unwrap().version, 15);
    assert_eq!(choose(&found, Some(16)), None);
}

#[test]
fn version_is_read_from_every_packager_s_words() {
    assert_eq!(parse_version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
    assert_eq!(parse_version("postgres (PostgreSQL) 19devel\n"), Some(19));
    assert_eq!(parse_version("postgres (EnterpriseDB) 15.1\n"), None);
    assert_eq!(parse_version(""), None);
}

#[test]
fn socket_goes_beside_the_cluster_up_to_the_system_s_limit() {
    let data_dir = Path::new("/srv/shop");
    let of_length = |length: usize| format!("/{}", "x".repeat(length - 1));
    // "/.s.PGSQL.5432" has 14 bytes, the whole path may have 107.
    assert_eq!(socket::choose(Path::new(&of_length(93)), data_dir), of_length(93));
    let elsewhere = format!("/tmp/tradepost-{}", short_hash(data_dir));
    assert_eq!(socket::choose(Path::new(&of_length(94)), data_dir), elsewhere);
    assert_eq!(socket::choose(Path::new("/srv/a,b/postgres-socket"), data_dir), elsewhere);
}

#[test]
fn url_parts_are_percent_encoded() {
    assert_eq!(socket::percent_encode("/srv/my shop/é"), "%2Fsrv%2Fmy%20shop%2F%C3%A9");
    assert_eq!(socket::percent_encode("a-b_c.d~9&=?"), "a-b_c.d~9%26%3D%3F");
}

#[test]
fn quoted_list_element_keeps_spaces_and_quotes() {
    assert_eq!(quote("/srv/my \"shop\""), "\"/srv/my \"\"shop\"\"\"");
}

#[test]
fn folder_name_is_readable_and_tells_apart_what_looks_alike() {
    let (one, other) = (name_of(Path::new("/srv/a-b/data")), name_of(Path::new("/srv/a/b/data")));
    assert!(one.starts_with("srv-a-b-data-") && other.starts_with("srv-a-b-data-"), "{one} {other}");
    assert_ne!(one, other);
    assert!(name_of(Path::new(&format!("/{}", "long/".repeat(99)))).len() < 64);
}

#[test]
fn hash_never_changes_between_releases() {
    // FNV-1a's published test vector for "foobar".
    assert_eq!(short_hash(Path::new("foobar")), "85944171f73967e8");
}

#[test]
fn account_files_are_parsed() {
    let entry = parse_passwd_line("postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash");
    assert_eq!(entry, Some(PasswdEntry { name: "postgres", uid: 101, gid: 104 }));
    assert_eq!(parse_passwd_line("# comment"), None);
    assert_eq!(parse_passwd_line("broken:x:uid"), None);
    assert_eq!(parse_effective_user("Name:\tx\nUid:\t1000\t0\t0\t0\n"), Some(0));
    assert_eq!(parse_effective_user("Name:\tx\n"), None);
}

#[test]
fn last_lines_are_the_last() {
    assert_eq!(last_lines("a\nb\nc\n\n", 2), "b\nc");
    assert_eq!(last_lines("a", 2), "a");
    assert_eq!(last_lines("", 2), "");
}
