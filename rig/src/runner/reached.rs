//! Whether a product with a defect ever came to where the defect makes a difference: the simulator counts it, and no
//! verdict rests on it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Whether the product came to one of its defects, in any scenario of a run.
#[derive(Clone, Debug, Default)]
pub struct Reached(Arc<AtomicBool>);

impl Reached {
    /// Hears which defects a scenario's product came to.
    pub fn hear(&self, defects: Vec<&str>) {
        if !defects.is_empty() {
            self.0.store(true, Ordering::SeqCst);
        }
    }

    /// Whether it came to any.
    pub fn any(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
