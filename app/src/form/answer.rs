//! What a form is answered that isn't carried out: the status, and what is said of it.

use crate::context::{broken, busy, set_header, set_status};
use crate::form::FormError;
use http::{StatusCode, header};
use identity::password::PasswordError;
use identity::throttle::{ThrottleError, seconds};
use model::words::duration;

/// Something that was sent is wrong as a whole.
pub(crate) fn unprocessable(problem: &impl std::fmt::Display) -> FormError {
    set_status(StatusCode::UNPROCESSABLE_ENTITY);
    FormError::whole(problem)
}

/// Something that was sent is wrong in a field.
pub(crate) fn unprocessable_field(field: &str, problem: &impl std::fmt::Display) -> FormError {
    set_status(StatusCode::UNPROCESSABLE_ENTITY);
    FormError::of(field, problem)
}

/// Too many attempts: says when the next one is possible.
pub(crate) fn throttled(error: ThrottleError) -> FormError {
    let ThrottleError::Wait(wait) = error else { return broken(&error).into() };
    let seconds = seconds(wait);
    set_status(StatusCode::TOO_MANY_REQUESTS);
    set_header(header::RETRY_AFTER, &seconds.to_string());
    FormError::whole(&format!("Too many attempts. The next one is possible in {}.", duration(seconds)))
}

/// A password could not be hashed or checked.
pub(crate) fn password_failed(error: &PasswordError) -> FormError {
    match error {
        PasswordError::Busy => busy().into(),
        error => broken(error).into(),
    }
}
