//! When each reporter of a host was last heard.

use roaring::RoaringBitmap;

use super::dictionary::Dictionary;

/// Few different sets of reporters have many hosts each: a host has its set, and one time for each reporter of it.
#[derive(Default)]
pub(super) struct ReporterTimes {
    /// Names in their order.
    sets: Dictionary<Vec<String>>,
    /// Where the times of each slot begin.
    begins: Vec<u32>,
    times: Vec<i64>,
}

impl ReporterTimes {
    /// Gives a slot its reporters, sorted by name, each with its time in microseconds; an empty list takes them away.
    pub(super) fn set<'a>(
        &mut self,
        slot: u32,
        heard: impl ExactSizeIterator<Item = (&'a str, i64)> + Clone,
    ) {
        let names = || heard.clone().map(|(name, _)| name);
        let known = self.sets.get(slot).is_some_and(|known| known.iter().map(String::as_str).eq(names()));
        if !known {
            let set: Vec<String> = names().map(str::to_owned).collect();
            self.sets.set(slot, Some(&set).filter(|set| !set.is_empty()));
            let place = slot as usize;
            if self.begins.len() <= place {
                self.begins.resize(place + 1, 0);
            }
            self.begins[place] = self.times.len() as u32;
            self.times.extend(heard.map(|(_, at)| at));
            return;
        }
        let begin = self.begins[slot as usize] as usize;
        for (time, (_, at)) in self.times[begin..].iter_mut().zip(heard) {
            *time = at;
        }
    }

    /// The hosts of which one of these reporters was heard at or after a time.
    pub(super) fn heard_since(&self, reporters: &[String], since: i64) -> RoaringBitmap {
        let mut found = RoaringBitmap::new();
        for (set, hosts) in self.sets.iter() {
            for place in
                reporters.iter().filter_map(|reporter| set.iter().position(|known| known == reporter))
            {
                let heard = |slot: &u32| self.times[self.begins[*slot as usize] as usize + place] >= since;
                found.extend(hosts.iter().filter(heard));
            }
        }
        found
    }

    pub(super) fn bytes(&self) -> usize {
        let set = |set: &Vec<String>| set.iter().map(|name| 24 + name.len()).sum();
        self.sets.bytes(set) + self.begins.capacity() * 4 + self.times.capacity() * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reporter_is_heard_at_its_own_time() {
        let mut times = ReporterTimes::default();
        times.set(0, [("puptoo", 5), ("yupana", 9)].into_iter());
        times.set(1, [("puptoo", 7)].into_iter());
        let heard = |times: &ReporterTimes, reporter: &str, since| {
            times.heard_since(&[reporter.to_owned()], since).iter().collect::<Vec<_>>()
        };
        assert_eq!(heard(&times, "puptoo", 5), [0, 1]);
        assert_eq!(heard(&times, "puptoo", 6), [1]);
        assert_eq!(heard(&times, "yupana", 6), [0]);
        times.set(1, [("puptoo", 4)].into_iter());
        times.set(0, [("yupana", 10)].into_iter());
        assert_eq!((heard(&times, "puptoo", 4), heard(&times, "yupana", 10)), (vec![1], vec![0]));
        times.set(0, [].into_iter());
        assert_eq!(heard(&times, "yupana", 0), [0_u32; 0]);
    }
}
