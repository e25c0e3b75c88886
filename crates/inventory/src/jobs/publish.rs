//! Messages on their way to the broker.

use std::time::Duration;

use bus::{Message, Publisher, SendError};
use ground::Stop;

use super::{ingress::Backoff, published::MessageSent};

/// How long messages that are under way have to arrive once the process is asked to stop.
const STOP_GRACE: Duration = Duration::from_secs(3);

/// Sends until all have arrived, or told to stop (`None`). A batch that the topic takes for too large is sent in halves; a
/// message that is too large by itself is left out, logged and counted.
pub(super) async fn deliver(publisher: &Publisher, messages: Vec<Message>, stop: &mut Stop) -> Option<()> {
    let mut parts = vec![messages];
    while let Some(part) = parts.pop() {
        let mut unsent = part;
        let mut backoff = Backoff::new();
        while !unsent.is_empty() {
            let sent = unsent.len();
            let result = send_or_stop(publisher, &unsent, stop).await?;
            match result {
                Ok(()) => {
                    count(&unsent, true);
                    break;
                }
                Err(error) if error.too_large && error.failed.len() == 1 && sent == 1 => {
                    leave_out(&unsent[0], &error.reason);
                    break;
                }
                Err(error) => {
                    let reason = error.to_string();
                    let too_large = error.too_large;
                    unsent = error.unsent(unsent);
                    count(&unsent, false);
                    if too_large && unsent.len() > 1 {
                        let rest = unsent.split_off(unsent.len() / 2);
                        parts.push(rest);
                        continue;
                    }
                    if too_large {
                        continue;
                    }
                    let wait = backoff.next();
                    tracing::warn!(reason, messages = unsent.len(), again_in = ?wait, "cannot publish, trying again");
                    if !stop.sleep(wait).await {
                        return None;
                    }
                }
            }
        }
    }
    Some(())
}

/// Sends once; `None` when told to stop and what is under way does not arrive within a moment.
async fn send_or_stop(
    publisher: &Publisher,
    messages: &[Message],
    stop: &mut Stop,
) -> Option<Result<(), SendError>> {
    let asked = async {
        stop.asked().await;
        tokio::time::sleep(STOP_GRACE).await;
    };
    tokio::select! {
        result = publisher.send_all(messages) => Some(result),
        () = asked => {
            publisher.abandon();
            None
        }
    }
}

fn count(messages: &[Message], has_arrived: bool) {
    for message in messages {
        MessageSent { message, has_arrived }.emit();
    }
}

fn leave_out(message: &Message, reason: &str) {
    let key = message.key.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
    let bytes = message.payload.len();
    tracing::error!(
        topic = &*message.topic, %key, bytes, reason,
        "a message is too large for its topic and is left out; raise `max.message.bytes` of the topic and kafka.producer.message_max_bytes"
    );
    metrics::counter!("inventory_produce_large_message_failures_total").increment(1);
}

#[cfg(test)]
mod tests {
    use bus::Recorder;
    use ground::Stopper;

    use super::*;

    #[tokio::test]
    async fn what_a_broker_refuses_is_sent_again_until_it_takes_it() {
        let recorder = Recorder::default();
        recorder.refuse(2);
        let (_running, mut stop) = Stopper::new();
        let messages = vec![Message::new("t", "1"), Message::new("t", "2")];
        deliver(&Publisher::Recorder(recorder.clone()), messages, &mut stop).await.unwrap();
        assert_eq!(recorder.take().len(), 2);
    }

    #[tokio::test]
    async fn a_batch_over_the_limit_is_sent_in_parts_and_only_what_is_too_large_alone_is_left_out() {
        let recorder = Recorder::default();
        recorder.limit_bytes(10);
        let (_running, mut stop) = Stopper::new();
        let texts = ["1111", "2222", "33333333333", "4444", "5555", "6666"];
        let messages = texts.iter().map(|text| Message::new("t", *text).with_key("k")).collect();
        deliver(&Publisher::Recorder(recorder.clone()), messages, &mut stop).await.unwrap();
        let arrived: Vec<_> = recorder.take().into_iter().map(|message| message.payload).collect();
        let mut last_of_each: Vec<Vec<u8>> = Vec::new();
        for payload in arrived {
            last_of_each.retain(|known| *known != payload);
            last_of_each.push(payload);
        }
        assert_eq!(
            last_of_each,
            ["1111", "2222", "4444", "5555", "6666"].map(|text| text.as_bytes().to_vec())
        );
    }
}
