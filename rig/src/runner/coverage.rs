//! Defect coverage: whether a product with a seeded defect ever executed it. The simulator counts it; no verdict rests
//! on it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Set once the product has executed one of its seeded defects, in any scenario of a run.
#[derive(Clone, Debug, Default)]
pub struct DefectCoverage(Arc<AtomicBool>);

impl DefectCoverage {
    /// Records the defects that one scenario's product executed.
    pub fn record(&self, defects: &[&str]) {
        if !defects.is_empty() {
            self.0.store(true, Ordering::SeqCst);
        }
    }

    /// Whether any defect was executed.
    pub fn any(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
