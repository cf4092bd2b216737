//! Handles of observations. Only recording an observation makes one, so a verdict can rest on nothing else.

use std::marker::PhantomData;

/// Handle of an observation of a `T` in the record of its scenario.
pub struct Handle<T> {
    number: u32,
    of: PhantomData<fn() -> T>,
}

impl<T> Handle<T> {
    /// The handle of observation `number`.
    pub(super) fn new(number: u32) -> Self {
        Self { number, of: PhantomData }
    }
}

impl<T> Clone for Handle<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Handle<T> {}

impl<T> std::fmt::Debug for Handle<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "observation {}", self.number)
    }
}

impl<T> PartialEq for Handle<T> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

/// Handles of observations of several kinds, in the order in which a verdict names them.
#[derive(Clone, Debug, Default)]
pub struct Handles(Vec<u32>);

impl Handles {
    /// These and more.
    #[must_use]
    pub fn with(mut self, more: impl Into<Self>) -> Self {
        self.add(more);
        self
    }

    /// Adds more at the end.
    pub fn add(&mut self, more: impl Into<Self>) {
        self.0.extend(more.into().0);
    }

    /// The observations' numbers in the record.
    pub fn numbers(&self) -> &[u32] {
        &self.0
    }
}

impl<T> From<Handle<T>> for Handles {
    fn from(handle: Handle<T>) -> Self {
        Self(vec![handle.number])
    }
}

impl<T> From<Option<Handle<T>>> for Handles {
    fn from(handle: Option<Handle<T>>) -> Self {
        handle.into_iter().collect()
    }
}

impl<T> From<Vec<Handle<T>>> for Handles {
    fn from(handles: Vec<Handle<T>>) -> Self {
        handles.into_iter().collect()
    }
}

impl<T> FromIterator<Handle<T>> for Handles {
    fn from_iter<I: IntoIterator<Item = Handle<T>>>(handles: I) -> Self {
        Self(handles.into_iter().map(|handle| handle.number).collect())
    }
}
