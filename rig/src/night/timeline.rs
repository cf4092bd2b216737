//! When one instrument is busy.

/// The busy times of an instrument, in order, in seconds from the begin of the night.
#[derive(Clone, Debug, Default)]
pub(super) struct Timeline(Vec<(u64, u64)>);

impl Timeline {
    /// The end of the first busy time that overlaps `begin` to `end`; none if it is free.
    pub(super) fn busy_until(&self, begin: u64, end: u64) -> Option<u64> {
        let first = self.0.partition_point(|(_, until)| *until <= begin);
        self.0.get(first).filter(|(from, _)| *from < end).map(|(_, until)| *until)
    }

    /// Makes it busy from `begin` to `end`, where it is free.
    pub(super) fn take(&mut self, begin: u64, end: u64) {
        let place = self.0.partition_point(|(from, _)| *from < begin);
        self.0.insert(place, (begin, end));
    }
}

/// The earliest begin of a task of `seconds` on all of `timelines` at once.
pub(super) fn earliest(timelines: &[Timeline], resources: &[usize], seconds: u64) -> u64 {
    let mut begin = 0;
    // Each round moves the begin behind a busy time, of which there are finitely many.
    while let Some(until) =
        resources.iter().filter_map(|&one| timelines[one].busy_until(begin, begin + seconds)).max()
    {
        begin = until;
    }
    begin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_goes_into_the_first_gap_that_is_long_enough() {
        let mut lines = vec![Timeline::default(), Timeline::default()];
        lines[0].take(10, 20);
        lines[0].take(0, 5);
        lines[1].take(5, 8);
        assert_eq!(earliest(&lines, &[0], 5), 5);
        assert_eq!(earliest(&lines, &[0], 6), 20);
        assert_eq!(earliest(&lines, &[0, 1], 2), 8);
        assert_eq!(earliest(&lines, &[1], 5), 0);
        assert_eq!(earliest(&lines, &[], 5), 0);
    }
}
