//! The server's settings. They are passed at every start, so that a new release's choice reaches old clusters too.

use super::PORT;
use super::socket::SocketDirectory;

/// Name and value, and above it why not PostgreSQL's own.
const DEFAULTS: [(&str, &str); 21] = [
    // A year of a shop's sales with its indexes fits; PostgreSQL's 128 MB is for the smallest machines.
    ("shared_buffers", "256MB"),
    // What the system's cache may hold beside us; the program shares the machine.
    ("effective_cache_size", "1GB"),
    // Rollups sort and hash a day of sales without temporary files.
    ("work_mem", "16MB"),
    // The import builds its indexes in memory.
    ("maintenance_work_mem", "128MB"),
    // Web, worker and tools together stay below.
    ("max_connections", "100"),
    // Our queries are short; compiling one takes longer than running it.
    ("jit", "off"),
    // Times are UTC in the database; a tenant's time zone is applied at the edge.
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    // An import runs through without forced checkpoints.
    ("max_wal_size", "2GB"),
    ("checkpoint_timeout", "15min"),
    // Less to write for page images, at a little processor time.
    ("wal_compression", "on"),
    // Solid-state disks: a page elsewhere costs about as much as the next one.
    ("random_page_cost", "1.1"),
    // Lets a plan tell waiting for the disk from working.
    ("track_io_timing", "on"),
    // The log goes to files that the server rotates by itself, one per weekday: a week is kept, without clean-up jobs.
    ("logging_collector", "on"),
    ("log_directory", "log"),
    ("log_filename", "postgresql-%a.log"),
    ("log_truncate_on_rotation", "on"),
    ("log_rotation_age", "1d"),
    // By size it would go on in a file of the same name, which truncates nothing.
    ("log_rotation_size", "0"),
    // Slow statements are worth a line; their parameters aren't, they are customers' data.
    ("log_min_duration_statement", "1s"),
    ("log_parameter_max_length", "0"),
];

/// The arguments after the program's name: ours, then the caller's, then what must hold; the last one wins.
pub(super) fn arguments(socket: &SocketDirectory, chosen: &[(String, String)]) -> Vec<String> {
    let fixed = [
        // No TCP: other accounts and other machines have no way in.
        ("listen_addresses", String::new()),
        ("port", PORT.to_string()),
        ("unix_socket_directories", quote(socket.path())),
        ("unix_socket_permissions", "0700".to_owned()),
    ];
    let defaults = DEFAULTS.iter().map(|(name, value)| format!("{name}={value}"));
    let chosen = chosen.iter().map(|(name, value)| format!("{name}={value}"));
    let fixed = fixed.iter().map(|(name, value)| format!("{name}={value}"));
    defaults.chain(chosen).chain(fixed).flat_map(|setting| ["-c".to_owned(), setting]).collect()
}

/// The setting is a list; a quoted element may hold spaces.
pub(super) fn quote(element: &str) -> String {
    format!("\"{}\"", element.replace('"', "\"\""))
}
