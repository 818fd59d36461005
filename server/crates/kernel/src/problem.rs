//! Errors as clients get them: problem details (RFC 9457).

use http::StatusCode;
use model::id::CorrelationId;
use serde::Serialize;

/// What went wrong, for the client. It never has internals in it: those are logged under the same request id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// A URI reference that names the kind of problem; `about:blank` where the status says it all.
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub title: String,
    #[serde(serialize_with = "as_number")]
    pub status: StatusCode,
    /// What happened this time and what to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What is wrong with fields of the request's body (an extension, as in RFC 9457, 3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// Finds the log lines of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<CorrelationId>,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldProblem {
    /// Where in the body the field is (JSON Pointer, RFC 6901), such as `/email`.
    pub pointer: String,
    pub detail: String,
}

impl FieldProblem {
    /// Of a field of the body itself, by its name.
    #[must_use]
    pub fn of(field: &str, detail: impl std::fmt::Display) -> Self {
        Self { pointer: format!("/{field}"), detail: detail.to_string() }
    }
}

impl Problem {
    /// The media type to send it as.
    pub const CONTENT_TYPE: &'static str = "application/problem+json";

    /// A problem that its status describes.
    #[must_use]
    pub fn of(status: StatusCode) -> Self {
        let title = status.canonical_reason().unwrap_or("Error").to_owned();
        Self { kind: "about:blank", title, status, detail: None, errors: Vec::new(), request_id: None }
    }

    /// Adds what happened this time.
    #[must_use]
    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn as_number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

/// The whole chain of an error in one line, for the log.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |line, cause| format!("{line}: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::{FieldProblem, Problem};
    use http::StatusCode;

    #[test]
    fn a_problem_reads_as_the_standard_says() {
        let problem = Problem::of(StatusCode::NOT_FOUND).detail("There is no order 7.");
        assert_eq!(
            serde_json::to_value(problem).unwrap(),
            serde_json::json!({"type": "about:blank", "title": "Not Found", "status": 404, "detail": "There is no order 7."})
        );
    }

    #[test]
    fn a_wrong_field_is_pointed_at() {
        let errors = vec![FieldProblem::of("email", "Enter the e-mail address.")];
        let problem = Problem { errors, ..Problem::of(StatusCode::UNPROCESSABLE_ENTITY) };
        assert_eq!(
            serde_json::to_value(problem).unwrap()["errors"],
            serde_json::json!([{"pointer": "/email", "detail": "Enter the e-mail address."}])
        );
    }
}
