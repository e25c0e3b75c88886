//! Requests that were recorded on the original, and its answers.

use servicekit::replay::Replay;

use crate::world::both;

#[tokio::test]
async fn recorded_requests_get_the_recorded_answers() {
    for world in both().await {
        let clock = world.clock.clone();
        let mut replay = Replay::load("baseline")
            .except(&["mgmt", "openapi"])
            .differences(include_str!("differences.tsv"))
            .before(move |_| clock.set(clock.now().plus_seconds(1)))
            .accept(|case, fix, answer| {
                if fix.same {
                    return answer.status == case.response.status;
                }
                // Facts that the recorded answer has may be absent.
                !fix.without.is_empty() && answer.status == 200
            });
        replay.run(&world.client, world.database.engine()).await;
    }
}
