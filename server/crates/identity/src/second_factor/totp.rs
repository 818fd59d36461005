//! One-time codes made from a shared secret and the time: TOTP (RFC 6238) with what every authenticator app knows, which is SHA-1, six
//! figures and steps of 30 seconds.

use chrono::{DateTime, Utc};
use model::second_factor::{Enrolment, QrPicture};
use qrcode::{Color, QrCode};
use rand::RngExt;
use std::fmt::Write;
use totp_rs::{Builder, Totp, TotpError};

/// 160 bits, as RFC 4226 (4, R6) recommends.
const SECRET_BYTES: usize = 20;
/// A code of the step before or after the current one is right, too: clocks differ, and typing takes its time (RFC 6238, 5.2).
const LEEWAY_STEPS: u16 = 1;
/// Under this name the account stands in the app.
const ISSUER: &str = "Tradepost";
/// Light modules around a QR code (ISO/IEC 18004, 9.1).
const QUIET_ZONE: usize = 4;
/// The secret is easier to type in groups of so many letters.
const GROUP_LETTERS: usize = 4;

/// An app's share could not be made.
#[derive(Debug, thiserror::Error)]
pub enum EnrolmentError {
    #[error("the secret of one-time codes cannot be used")]
    Secret(#[from] TotpError),
    #[error("could not draw a QR code")]
    Draw(#[from] qrcode::types::QrError),
}

/// A new secret, from the operating system.
pub(super) fn new_secret() -> [u8; SECRET_BYTES] {
    rand::rng().random()
}

/// Of which step the code is, if of any that is right at the time.
pub(super) fn matching_step(secret: &[u8], code: &str, now: DateTime<Utc>) -> Result<Option<i64>, TotpError> {
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    let step = codes(secret).build()?.check(code, seconds);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// What the app has to learn, for somebody's account.
pub(super) fn enrolment(secret: &[u8], email: &str) -> Result<Enrolment, EnrolmentError> {
    // The name of an account can't have a colon: it would end the name of the issuer.
    let totp = codes(secret).with_account_name(email.replace(':', "_")).with_issuer(Some(ISSUER)).build()?;
    let url = totp.to_url()?;
    let qr = picture(&QrCode::new(&url)?);
    Ok(Enrolment { secret: grouped(&totp), url, qr })
}

fn codes(secret: &[u8]) -> Builder {
    Builder::new().with_skew(LEEWAY_STEPS).with_secret(secret)
}

fn grouped(totp: &Totp) -> String {
    let letters: Vec<_> = totp.secret().to_base32().chars().collect();
    let groups: Vec<String> = letters.chunks(GROUP_LETTERS).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

/// Runs of dark modules as rectangles of one path, which is much shorter than a square for each module.
fn picture(code: &QrCode) -> QrPicture {
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(code.width()).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|left, right| left == right) {
            if run.first() == Some(&Color::Dark) {
                let (left, top, width) = (x + QUIET_ZONE, y + QUIET_ZONE, run.len());
                // Writing to a string cannot fail.
                let _ = write!(path, "M{left} {top}h{width}v1h-{width}z");
            }
            x += run.len();
        }
    }
    QrPicture { size: code.width() + 2 * QUIET_ZONE, path }
}

#[cfg(test)]
mod tests {
    use super::{enrolment, matching_step, picture};
    use qrcode::{Color, QrCode};

    /// RFC 6238, appendix B, cut to six figures.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (time, code) in [("1970-01-01T00:00:59Z", "287082"), ("2005-03-18T01:58:29Z", "081804")] {
            let now: chrono::DateTime<chrono::Utc> = time.parse().unwrap();
            assert_eq!(matching_step(secret, code, now).unwrap(), Some(now.timestamp() / 30), "{time}");
        }
    }

    #[test]
    fn a_code_is_right_for_a_step_to_both_sides() {
        let (secret, begins) = (b"12345678901234567890", 1_111_111_080);
        let found = |code: &str, seconds: i64| {
            matching_step(secret, code, chrono::DateTime::from_timestamp(seconds, 0).unwrap()).unwrap()
        };
        let step = Some(begins / 30);
        let at = |seconds: i64| found("081804", begins + seconds);
        assert_eq!([-31, -30, 0, 29, 59, 60].map(at), [None, step, step, step, step, None]);
        assert_eq!((found("81804", begins), found("+81804", begins)), (None, None));
    }

    #[test]
    fn an_app_learns_the_secret_and_whose_it_is() {
        let enrolment = enrolment(b"12345678901234567890", "a:nn@example.com").unwrap();
        assert_eq!(enrolment.secret, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(
            enrolment.url,
            "otpauth://totp/Tradepost:a_nn%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Tradepost"
        );
    }

    #[test]
    fn the_picture_has_every_dark_module_and_a_quiet_zone() {
        let code = QrCode::new("otpauth://totp/x").unwrap();
        let picture = picture(&code);
        assert_eq!(picture.size, code.width() + 8);
        let widths = picture.path.split('h').skip(1).filter_map(|rest| rest.split('v').next()?.parse::<usize>().ok());
        let dark = code.to_colors().into_iter().filter(|color| *color == Color::Dark).count();
        assert_eq!(widths.sum::<usize>(), dark);
        // The finder pattern of the first corner.
        assert!(picture.path.starts_with("M4 4h7v1h-7z"), "{}", picture.path);
    }
}
