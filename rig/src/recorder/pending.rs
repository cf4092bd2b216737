//! Pictures and sounds that were seen and heard, and that nothing rests on yet. What is judged is kept; of the rest only the
//! hash stays, in the journal: a lab's cameras and microphones see more than the product.

use reports::Evidence;

/// The pictures and sounds of a scenario that are not on the disk.
#[derive(Default)]
pub(super) struct Pending(Vec<Seen>);

struct Seen {
    /// The observation's number.
    id: u32,
    /// The step that it was made in.
    step: Option<u32>,
    evidence: Evidence,
    bytes: Vec<u8>,
}

impl Pending {
    /// Holds the `bytes` of an observation.
    pub fn add(&mut self, id: u32, step: Option<u32>, evidence: &Evidence, bytes: &[u8]) {
        self.0.push(Seen { id, step, evidence: evidence.clone(), bytes: bytes.to_vec() });
    }

    /// Those of the observations, by number and step, that `which` holds for.
    pub fn take(
        &mut self,
        which: impl Fn(u32, Option<u32>) -> bool,
    ) -> impl Iterator<Item = (Evidence, Vec<u8>)> {
        let taken = self.0.extract_if(.., move |seen| which(seen.id, seen.step));
        taken.map(|seen| (seen.evidence, seen.bytes))
    }
}
