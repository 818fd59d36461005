//! The bytes of a source, decompressed on the way.

use crate::progress::Gauge;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

static BUNDLED: &[u8] = include_bytes!("../../data/online-retail.csv.zst");

/// How a zstd frame begins (RFC 8878, 3.1.1).
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

const BUFFER_BYTES: usize = 64 * 1024;

pub(super) fn bundled(gauge: &Arc<Gauge>) -> io::Result<Box<dyn BufRead + Send>> {
    gauge.expect(u64::try_from(BUNDLED.len()).unwrap_or(u64::MAX));
    plain_or_zstd(Gauged { inner: BUNDLED, gauge: Arc::clone(gauge) })
}

pub(super) fn file(path: &Path, gauge: &Arc<Gauge>) -> io::Result<Box<dyn BufRead + Send>> {
    let file = File::open(path)?;
    gauge.expect(file.metadata()?.len());
    plain_or_zstd(Gauged { inner: file, gauge: Arc::clone(gauge) })
}

fn plain_or_zstd(input: impl Read + Send + 'static) -> io::Result<Box<dyn BufRead + Send>> {
    let mut input = BufReader::with_capacity(BUFFER_BYTES, input);
    if !input.fill_buf()?.starts_with(&ZSTD_MAGIC) {
        return Ok(Box::new(input));
    }
    // The decoder's own limit (a window of 128 MiB) bounds the memory that a file can ask for.
    let decoder = zstd::stream::read::Decoder::with_buffer(input)?;
    Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, decoder)))
}

/// Counts what was read, and reads no further once nobody waits for it.
struct Gauged<R> {
    inner: R,
    gauge: Arc<Gauge>,
}

impl<R: Read> Read for Gauged<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.gauge.is_stopped() {
            return Err(io::Error::other("the load was given up"));
        }
        let read = self.inner.read(buffer)?;
        self.gauge.add(u64::try_from(read).unwrap_or(u64::MAX));
        Ok(read)
    }
}
