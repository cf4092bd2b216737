//! A phone with a test agent, whatever carries the messages.

/// Carries one request to the agent and its answer back.
pub trait Transport {}

/// A phone that answers for itself.
pub struct AgentPhone;
