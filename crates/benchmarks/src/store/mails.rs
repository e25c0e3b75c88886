//! E-mails that are owed.

use ground::Timestamp;
use store::{Result, Tx};

use crate::mail::Mail;

/// Owes an e-mail; it goes out when the transaction is committed.
pub async fn put(tx: &mut Tx, mail: &Mail, now: Timestamp) -> Result<()> {
    notify::mail(tx, &mail.0, now).await
}
