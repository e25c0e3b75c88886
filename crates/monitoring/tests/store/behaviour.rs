//! What every place must do.

use super::*;

#[tokio::test]
async fn samples_are_there_when_the_append_has_answered_and_after_sealing() {
    for place in places().await {
        let ours = tenant("samples-are-there-when", "");
        place.put(&ours, batch("up", "a", &[(10, 1.0), (20, 2.0)])).await;
        assert_eq!(place.floats(&ours, "up").await, [(10, 1.0), (20, 2.0)], "{}", place.name);
        place.samples.seal().await.unwrap();
        assert_eq!(place.floats(&ours, "up").await, [(10, 1.0), (20, 2.0)]);
        // What comes later is beside what is sealed.
        place.put(&ours, batch("up", "a", &[(30, 3.0)])).await;
        assert_eq!(place.floats(&ours, "up").await, [(10, 1.0), (20, 2.0), (30, 3.0)]);
        place.samples.seal().await.unwrap();
        assert_eq!(place.floats(&ours, "up").await.len(), 3);
    }
}

#[tokio::test]
async fn samples_of_days_and_places_in_time_stay_apart_however_often_they_are_sealed() {
    for place in places().await {
        let (ours, day) = (tenant("samples-of-days-and", ""), 86_400_000);
        let mut all = std::collections::BTreeMap::new();
        // In order, before, between, over one another, with more than a chunk takes.
        for (n, (from, to, step)) in [
            (0, 800, 1),
            (800, 810, 1),
            (-900, -1, 3),
            (400, 420, 1),
            (10, 2 * day, day / 3),
            (900, 1500, 1),
            (0, 1, 1),
        ]
        .into_iter()
        .enumerate()
        {
            let floats: Vec<(i64, f64)> =
                (from..to).step_by(usize::try_from(step).unwrap()).map(|at| (at, n as f64)).collect();
            all.extend(floats.iter().copied());
            place.put(&ours, batch("up", "a", &floats)).await;
            if n % 3 != 1 {
                place.samples.seal().await.unwrap();
            }
            let expected: Vec<(i64, f64)> = all.clone().into_iter().collect();
            assert_eq!(place.floats(&ours, "up").await, expected, "{} {n}", place.name);
        }
        let range = Range { from: 300, to: day };
        let removed = place.samples.delete(&ours, &named("up"), range).await.unwrap();
        let before = all.len();
        all.retain(|at, _| *at < range.from || *at > range.to);
        assert_eq!(removed, (before - all.len()) as u64, "{}", place.name);
        place.put(&ours, batch("up", "a", &[(301, 5.0)])).await;
        all.insert(301, 5.0);
        for _ in 0..2 {
            assert_eq!(
                place.floats(&ours, "up").await,
                all.clone().into_iter().collect::<Vec<_>>(),
                "{}",
                place.name
            );
            place.samples.seal().await.unwrap();
        }
    }
}

#[tokio::test]
async fn samples_may_come_in_any_order_and_the_later_one_counts() {
    for place in places().await {
        let ours = tenant("samples-may-come-in", "");
        place.put(&ours, batch("up", "a", &[(100, 1.0)])).await;
        place.samples.seal().await.unwrap();
        place.put(&ours, batch("up", "a", &[(50, 2.0), (100, 9.0)])).await;
        assert_eq!(place.floats(&ours, "up").await, [(50, 2.0), (100, 9.0)]);
        place.samples.seal().await.unwrap();
        assert_eq!(place.floats(&ours, "up").await, [(50, 2.0), (100, 9.0)]);
        place.put(&ours, batch("up", "a", &[(100, 7.0), (-5, 0.0)])).await;
        assert_eq!(place.floats(&ours, "up").await, [(-5, 0.0), (50, 2.0), (100, 7.0)]);
    }
}

#[tokio::test]
async fn many_writers_lose_and_double_nothing_while_the_log_is_sealed() {
    for place in places().await {
        let ours = tenant("many-writers-lose-and", "");
        let writers = (0..8_i64).map(|writer| {
            let (samples, ours) = (place.samples.clone(), ours.clone());
            tokio::spawn(async move {
                for n in 0..20 {
                    let host = format!("h{writer}");
                    let batch = batch("load", &host, &[(n * 1000 + writer, n as f64)]);
                    assert!(samples.append(ours.clone(), batch).await.unwrap().is_empty());
                }
            })
        });
        let writers: Vec<_> = writers.collect();
        for _ in 0..5 {
            place.samples.seal().await.unwrap();
        }
        for writer in writers {
            writer.await.unwrap();
        }
        let before = place.floats(&ours, "load").await;
        place.samples.seal().await.unwrap();
        let after = place.floats(&ours, "load").await;
        assert_eq!((before.len(), after.len()), (160, 160), "{}", place.name);
    }
}

#[tokio::test]
async fn nobody_sees_what_another_tenant_has() {
    for place in places().await {
        let (ours, part, theirs) = (
            tenant("nobody-sees-what-another", ""),
            tenant("nobody-sees-what-another", "part"),
            tenant("other-nobody-sees-what-another", ""),
        );
        place.put(&ours, batch("up", "a", &[(1, 1.0)])).await;
        place.put(&part, batch("up", "b", &[(1, 2.0)])).await;
        assert_eq!(place.floats(&ours, "up").await, [(1, 1.0)]);
        assert_eq!(place.floats(&part, "up").await, [(1, 2.0)]);
        assert!(place.floats(&theirs, "up").await.is_empty());
        assert!(place.samples.series(&theirs, &[]).await.unwrap().is_empty());
        assert_eq!(place.samples.delete(&theirs, &named("up"), ALL).await.unwrap(), 0);
        assert_eq!(place.floats(&ours, "up").await.len(), 1);
    }
}

#[tokio::test]
async fn series_are_found_by_any_condition() {
    for place in places().await {
        let ours = tenant("series-are-found-by", "");
        for (name, host) in [("up", "a"), ("up", "b"), ("load", "a")] {
            place.put(&ours, batch(name, host, &[(1, 1.0)])).await;
        }
        let regex = Matcher::new("__name__", MatchOp::Regex, "u.|x").unwrap();
        let found = place.samples.series(&ours, &[vec![regex]]).await.unwrap();
        assert_eq!(found, [labels("up", "a"), labels("up", "b")]);
        let host = vec![Matcher::equal("host", "a")];
        assert_eq!(place.samples.series(&ours, &[host, named("up")]).await.unwrap().len(), 3);
        let read = place.samples.read(&ours, &[Matcher::equal("host", "b")], ALL, usize::MAX).await.unwrap();
        assert_eq!(read.len(), 1);
    }
}

#[tokio::test]
async fn a_range_of_chosen_series_is_removed_and_nothing_else() {
    for place in places().await {
        let ours = tenant("a-range-of-chosen", "");
        place.put(&ours, batch("up", "a", &[(10, 1.0), (20, 2.0), (30, 3.0)])).await;
        place.put(&ours, batch("load", "a", &[(20, 5.0)])).await;
        let removed = place.samples.delete(&ours, &named("up"), Range { from: 15, to: 25 }).await.unwrap();
        assert_eq!(removed, 1);
        assert_eq!(place.floats(&ours, "up").await, [(10, 1.0), (30, 3.0)]);
        assert_eq!(place.floats(&ours, "load").await, [(20, 5.0)]);
    }
}

#[tokio::test]
async fn what_is_too_old_is_removed() {
    for place in places_apart().await {
        let ours = tenant("what-is-too-old", "");
        place.put(&ours, batch("old", "a", &[(10, 1.0)])).await;
        place.put(&ours, batch("new", "a", &[(2 * 86_400_000, 1.0)])).await;
        assert_eq!(place.samples.retire(2 * 86_400_000 + 1, &Retention::of_all(1)).await.unwrap(), 1);
        assert!(place.floats(&ours, "old").await.is_empty());
        assert_eq!(place.floats(&ours, "new").await.len(), 1);
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_read_holds_up_nobody_else() {
    let keyspace = cassandra::keyspace();
    for place in places_in(&keyspace, SeriesLimits::default()).await {
        let all = ["a-whole", "b-damaged", "c-whole"].map(|org| tenant(org, ""));
        for ours in &all {
            place.put(ours, batch("up", "a", &[(1, 1.0)])).await;
        }
        if let Some((db, _)) = &place.database {
            let damage = Sql::new("UPDATE metric_log SET body = $1 WHERE org_id = 'b-damaged'");
            let mut tx = db.begin().await.unwrap();
            assert_eq!(tx.execute(damage.bind(vec![0_u8])).await.unwrap(), 1);
            tx.commit().await.unwrap();
        } else {
            // Of this organisation too another metric is whole.
            place.put(&all[1], batch("load", "a", &[(1, 1.0)])).await;
            cassandra::damage(&keyspace, "b-damaged", "up").await;
        }
        let told = place.samples.seal().await.unwrap_err();
        assert!(told.to_string().contains("cannot be read"), "{}: {told}", place.name);
        if let Some((db, _)) = &place.database {
            let left = db.read(Sql::new("SELECT org_id FROM metric_log")).await.unwrap();
            let left: Vec<String> = left.iter().map(|row| row.get(0).unwrap()).collect();
            assert_eq!(left, ["b-damaged"], "{}", place.name);
        } else {
            assert_eq!(cassandra::unsealed(&keyspace).await, ["b-damaged up"]);
        }
        let day = 86_400_000;
        place.samples.retire(3 * day, &Retention::of_all(1)).await.unwrap_err();
        for whole in [&all[0], &all[2]] {
            assert!(place.floats(whole, "up").await.is_empty(), "{}", place.name);
        }
    }
}

#[tokio::test]
async fn metrics_that_are_named_are_kept_for_their_own_days() {
    for place in places_apart().await {
        let (ours, day) = (tenant("metrics-that-are-named", ""), 86_400_000);
        for (name, at) in
            [("long", 0), ("short_a", 8 * day), ("short_b", 9 * day), ("usual", 0), ("usual", 8 * day)]
        {
            place.put(&ours, batch(name, "a", &[(at, 1.0)])).await;
            place.samples.seal().await.unwrap();
        }
        let words = ["long=100".to_owned(), "short_*=1".to_owned()];
        let retention = Retention::parse(5, &words).unwrap();
        assert_eq!(place.samples.retire(10 * day, &retention).await.unwrap(), 2);
        let mut left = Vec::new();
        for name in ["long", "short_a", "short_b", "usual"] {
            left.push(place.floats(&ours, name).await.iter().map(|(at, _)| at / day).collect::<Vec<_>>());
        }
        assert_eq!(left, [vec![0], vec![], vec![9], vec![8]], "{}", place.name);
    }
}

#[tokio::test]
async fn old_samples_of_metrics_that_are_named_become_records_and_nothing_is_lost_or_doubled() {
    let (day, hour, minute) = (86_400_000, 3_600_000, 60_000);
    let retention = Retention::of_all(400).thin(&["load*=1:1h".to_owned()]).unwrap();
    for place in places_apart().await {
        let ours = tenant("old-samples-of-metrics", "");
        // 25 hours, across the border at the end of the second day, in two parts of which one is not sealed yet.
        let begin = 2 * day - 24 * hour;
        let all: Vec<(i64, f64)> =
            (0..25 * 60).map(|n| (begin + n * minute, f64::from(u16::try_from(n % 613).unwrap()))).collect();
        let (early, late) = all.split_at(900);
        for name in ["load", "up"] {
            place.put(&ours, batch(name, "a", early)).await;
            place.samples.seal().await.unwrap();
            place.put(&ours, batch(name, "a", late)).await;
        }
        let now = 3 * day + 1;
        place.samples.seal().await.unwrap();
        assert!(place.samples.thin(now, &retention).await.unwrap() > 0, "{}", place.name);
        let read =
            async || place.samples.read(&ours, &named("load"), ALL, usize::MAX).await.unwrap().remove(0);
        let thinned = read().await;
        assert_eq!(thinned.times.len(), 60, "{}: the last hour stays", place.name);
        assert_eq!((thinned.records.len(), thinned.records[0].start), (24, begin));
        let old = &all[..24 * 60];
        assert_eq!(thinned.records.iter().map(|record| record.count).sum::<u64>(), old.len() as u64);
        let sum = |values: &[(i64, f64)]| values.iter().map(|sample| sample.1).sum::<f64>();
        let kept = thinned.records.iter().map(|record| record.sum).sum::<f64>();
        assert_eq!(kept.to_bits(), sum(old).to_bits());
        assert_eq!((thinned.records[0].min, thinned.records[0].max), (0.0, 59.0));
        // Others stay as they are, and once is enough.
        assert_eq!(place.floats(&ours, "up").await, all, "{}", place.name);
        assert_eq!(place.samples.thin(now, &retention).await.unwrap(), 0, "{}", place.name);
        // What comes late is beside its record, and then part of it.
        place.put(&ours, batch("load", "a", &[(begin + 5, 1_000.0)])).await;
        place.samples.seal().await.unwrap();
        assert_eq!((read().await.times[0], read().await.records), (begin + 5, thinned.records.clone()));
        assert_eq!(place.samples.thin(now, &retention).await.unwrap(), 1, "{}", place.name);
        let again = read().await;
        assert_eq!((again.records[0].count, again.records[0].max, again.times.len()), (61, 1_000.0, 60));
        assert_eq!(again.records[1..], thinned.records[1..]);
        // A question about a moment finds the record that holds there, and a range is removed with its records.
        let moment = Range { from: begin + hour + 10, to: begin + hour + 20 };
        let found = place.samples.read(&ours, &named("load"), moment, usize::MAX).await.unwrap();
        assert_eq!(found[0].records, again.records[..1], "{}", place.name);
        let half = Range { from: begin, to: begin + 12 * hour - 1 };
        assert_eq!(place.samples.delete(&ours, &named("load"), half).await.unwrap(), 12, "{}", place.name);
        assert_eq!(read().await.records, again.records[12..]);
        place.samples.retire(now, &Retention::of_all(1)).await.unwrap();
        assert_eq!(place.samples.read(&ours, &named("load"), half, 9).await.unwrap().len(), 0);
    }
}

#[tokio::test]
async fn histograms_and_numbers_of_one_series_live_side_by_side() {
    for place in places().await {
        let ours = tenant("histograms-and-numbers-of", "");
        let histogram =
            Arc::new(Histogram { count: 2.0, sum: 3.0, positive: vec![(1, 2.0)], ..Histogram::default() });
        let mut both = batch("latency", "a", &[(1, 1.0)]);
        both.series[0].histograms.push((2, histogram.clone()));
        place.put(&ours, both).await;
        for _ in 0..2 {
            let read = place.samples.read(&ours, &named("latency"), ALL, usize::MAX).await.unwrap();
            assert_eq!(
                (read[0].times.as_slice(), &read[0].histograms),
                ([1].as_slice(), &vec![(2, histogram.clone())])
            );
            place.samples.seal().await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_metric_with_too_many_series_is_refused_while_others_go_on() {
    for place in places_with(SeriesLimits { series_of_metric: 3, ..SeriesLimits::default() }).await {
        let ours = tenant("a-metric-with-too", "");
        let mut bomb = Batch::default();
        for n in 0..10 {
            let points = Points {
                labels: labels("bomb", &n.to_string()),
                floats: vec![(1, 1.0)],
                ..Points::default()
            };
            bomb.push(points, &SeriesLimits::default());
        }
        let refused = place.samples.append(ours.clone(), bomb).await.unwrap();
        assert_eq!(refused.len(), 7);
        assert!(
            refused[0].reason.contains("\"bomb\"") && refused[0].reason.contains("3 series"),
            "{}",
            refused[0]
        );
        // Series that are there go on, and so do other metrics.
        place.put(&ours, batch("bomb", "0", &[(2, 2.0)])).await;
        place.put(&ours, batch("up", "a", &[(1, 1.0)])).await;
        assert_eq!(place.floats(&ours, "bomb").await.len(), 4);
    }
}

#[tokio::test]
async fn series_without_samples_are_forgotten_and_may_come_again() {
    let limits = SeriesLimits { series_of_metric: 3, ..SeriesLimits::default() };
    for place in places_in(&cassandra::keyspace(), limits).await {
        // In Cassandra names of series go when their time to live ends.
        let Some((db, _)) = &place.database else { continue };
        let another_process = Relational::open(db.clone(), Options { limits });
        let ours = tenant("series-without-samples", "");
        let day = 86_400_000;
        let refused = async |samples: &dyn SampleStore, host: &str, at: i64| {
            samples.append(ours.clone(), batch("m", host, &[(at, 1.0)])).await.unwrap().len()
        };
        let here = &*place.samples;
        for (host, at) in [("a", 1), ("b", 1), ("c", 9 * day)] {
            assert_eq!(refused(here, host, at).await, 0);
            assert_eq!(refused(&another_process, host, at).await, 0);
        }
        assert_eq!(refused(here, "d", 1).await, 1, "{}: there is room for three", place.name);
        let of_a = [named("m"), vec![Matcher::equal("host", "a")]].concat();
        assert_eq!(here.delete(&ours, &of_a, ALL).await.unwrap(), 1);
        assert_eq!(here.series(&ours, &[]).await.unwrap().len(), 2);
        // What was forgotten comes again, also from those that remember it.
        assert_eq!(refused(&another_process, "a", 2).await, 0);
        assert_eq!(refused(here, "a", 3).await, 0);
        assert_eq!(here.read(&ours, &of_a, ALL, 9).await.unwrap()[0].times, [2, 3]);
        here.retire(10 * day, &Retention::parse(5, &[]).unwrap()).await.unwrap();
        assert_eq!(here.series(&ours, &[]).await.unwrap().len(), 1);
        assert_eq!(refused(here, "d", 9 * day).await, 0, "{}", place.name);
    }
}

#[tokio::test]
async fn an_answer_that_would_be_too_large_is_refused() {
    for place in places().await {
        let ours = tenant("an-answer-that-would", "");
        place.put(&ours, batch("up", "a", &[(1, 1.0), (2, 2.0), (3, 3.0)])).await;
        assert!(place.samples.read(&ours, &named("up"), ALL, 2).await.is_err());
        assert!(place.samples.read(&ours, &named("up"), ALL, 3).await.is_ok());
    }
}

#[tokio::test]
async fn the_newest_word_on_a_metric_is_kept() {
    for place in places().await {
        let ours = tenant("the-newest-word-on", "");
        for help in ["first", "second"] {
            let metadata =
                Metadata { name: "up".to_owned(), kind: "gauge", help: help.to_owned(), unit: String::new() };
            place.put(&ours, Batch { metadata: vec![metadata], ..Batch::default() }).await;
        }
        let all = place.samples.metadata(&ours, None).await.unwrap();
        assert_eq!((all.len(), all[0].help.as_str(), all[0].kind), (1, "second", "gauge"));
    }
}
