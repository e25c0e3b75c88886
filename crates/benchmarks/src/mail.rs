//! E-mails: when one is written, to whom, and what it says (contract benchmarks §10).
//!
//! An e-mail is owed in the transaction of what it is about ([`notify::mail`]), so it is neither lost nor sent for nothing.

use uuid::Uuid;

/// An e-mail of this service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail(pub notify::Mail);

const GREETING: &str = "Dear user,\n\n";
const SIGNATURE: &str = "\n\nBest regards,\nperf-support\n";

impl Mail {
    fn new(recipient: &str, copied: bool, subject: String, body: &str) -> Self {
        let body = format!("{GREETING}{body}{SIGNATURE}");
        Self(notify::Mail { recipient: recipient.to_owned(), copied, subject, headers: Vec::new(), body })
    }

    fn with(mut self, header: &str, id: Uuid) -> Self {
        self.0.headers.push((header.to_owned(), id.to_string()));
        self
    }

    /// Somebody registered.
    pub fn registered(recipient: &str) -> Self {
        Self::new(recipient, false, "Thank you for registering".to_owned(), "Your registration is complete.")
    }

    /// Somebody's address was updated.
    pub fn updated(recipient: &str) -> Self {
        let body = "The update of your user information is complete.";
        Self::new(recipient, false, "Your user information was updated".to_owned(), body)
    }

    /// Something waits for a review.
    pub fn submitted(recipient: &str, kind: &str, id: Uuid) -> Self {
        let subject = format!("New {} resource submitted: {id}", kind.to_lowercase());
        let body = format!("The {kind} {id} was submitted and will be reviewed.");
        Self::new(recipient, true, subject, &body).with("Resource-ID", id)
    }

    /// Something was approved.
    pub fn approved(recipient: &str, kind: &str, id: Uuid) -> Self {
        let body = format!("The {kind} {id} was approved.");
        Self::new(recipient, true, format!("Resource approved: {id}"), &body).with("Resource-ID", id)
    }

    /// Something was rejected.
    pub fn rejected(recipient: &str, kind: &str, id: Uuid) -> Self {
        let body = format!("The {kind} {id} was rejected. Please check its data before you submit it again.");
        Self::new(recipient, true, format!("Resource rejected: {id}"), &body).with("Resource-ID", id)
    }

    /// Something is held against a result.
    pub fn claimed(recipient: &str, result: Uuid, claim: Uuid) -> Self {
        let body = format!(
            "A claim was made on your result {result}: claim {claim}.\nThe result is hidden until the claim is reviewed, and \
             may be deleted then."
        );
        let mail = Self::new(recipient, true, format!("Claim submitted on result: {result}"), &body);
        mail.with("Result-ID", result).with("Claim-ID", claim)
    }

    /// A result is shown again.
    pub fn restored(recipient: &str, result: Uuid) -> Self {
        let body = format!("The claims on your result {result} were rejected. It is shown again.");
        Self::new(recipient, true, format!("Result restored: {result}"), &body).with("Result-ID", result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_says_what_it_is_about() {
        let mail = Mail::submitted("a@example.org", "Benchmark", Uuid::nil()).0;
        assert_eq!(mail.subject, format!("New benchmark resource submitted: {}", Uuid::nil()));
        assert_eq!(mail.headers, [("Resource-ID".to_owned(), Uuid::nil().to_string())]);
        assert!(mail.copied && mail.body.contains("Benchmark") && mail.body.contains("will be reviewed"));
        assert!(!Mail::registered("a@example.org").0.copied);
    }
}
