//! Counts of tries of which one knows the bounds only: the documents do not say of each try whether it counts.

/// No fewer than `least` tries have counted, and no more than `most`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tries {
    least: u32,
    most: u32,
}

impl Tries {
    /// After one more that counts.
    #[must_use]
    pub fn counted(self) -> Self {
        Self { least: self.least + 1, most: self.most + 1 }
    }

    /// After one more that may count.
    #[must_use]
    pub fn perhaps(self) -> Self {
        Self { most: self.most + 1, ..self }
    }

    /// Between none and `limit`.
    pub fn up_to(limit: u32) -> Self {
        Self { least: 0, most: limit }
    }

    /// After a time or an act that may have cleared the count.
    #[must_use]
    pub fn perhaps_cleared(self) -> Self {
        Self { least: 0, ..self }
    }

    /// Whether the next try is surely not the last one, of `limit`.
    pub fn next_is_allowed(self, limit: u32) -> bool {
        self.most + 1 < limit
    }

    /// Whether the next try that counts surely is the last one, of `limit`.
    pub fn next_is_last(self, limit: u32) -> bool {
        self.least + 1 >= limit
    }

    /// How many tries that count are surely left before the last one of `limit`, where the count is known.
    pub fn left(self, limit: u32) -> Option<u32> {
        (self.least == self.most && self.most < limit).then(|| limit - self.most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_try_that_may_count_is_neither_surely_allowed_nor_surely_the_last() {
        let one = Tries::default().counted();
        assert!(one.next_is_allowed(3) && !one.next_is_last(3));
        assert_eq!(one.left(3), Some(2));
        let two = one.perhaps();
        assert!(!two.next_is_allowed(3) && !two.next_is_last(3));
        assert_eq!(two.left(3), None);
        assert!(one.counted().next_is_last(3));
        assert!(!one.counted().perhaps_cleared().next_is_last(3));
    }
}
