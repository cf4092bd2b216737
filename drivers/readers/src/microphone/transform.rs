//! Fourier transforms of real signals, planned here and nowhere else.
//!
//! The planner is generic, and each crate that plans compiles all its algorithms anew. It is built without SIMD, so
//! that a transform gives the same bits on every processor.

use std::sync::Arc;

pub use realfft::{ComplexToReal, RealToComplex, num_complex::Complex};

/// The transform of `size` samples into `size / 2 + 1` bins.
pub fn forward(size: usize) -> Arc<dyn RealToComplex<f32>> {
    realfft::RealFftPlanner::new().plan_fft_forward(size)
}

/// The transform of `size / 2 + 1` bins into `size` samples.
pub fn inverse(size: usize) -> Arc<dyn ComplexToReal<f32>> {
    realfft::RealFftPlanner::new().plan_fft_inverse(size)
}
