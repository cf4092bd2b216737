//! The contract of a holder, as one test suite for every implementation.
//!
//! Call [`keeps`] from a test of the implementation; it asserts.

use super::{Holder, Place, Target};
use crate::{ErrorKind, Result, SharedClock};

/// Asserts that `holder`, on `clock`, keeps the contract of [`Holder`] for the two phones that it holds.
pub fn keeps(holder: &mut dyn Holder, clock: &SharedClock, phones: [&str; 2]) {
    assert!(!holder.name().is_empty());
    assert!(!holder.identity().expect("a holder knows what it is").driver.is_empty());
    holder.check().expect("a holder that moves passes its check");

    let mut in_time = |act: &mut dyn FnMut(&mut dyn Holder) -> Result<crate::Reading<()>>| {
        let before = clock.now();
        let done = act(holder).expect("a holder moves a phone that it holds");
        assert!(done.at >= before && done.at <= clock.now() + done.uncertainty, "stamped with the arrival");
    };
    let [one, other] = phones;
    for target in
        [Target::Phone(other.to_owned()), Target::Screen, Target::Control, Target::Away, Target::Away]
    {
        in_time(&mut |holder| holder.aim(one, &target));
    }
    for place in [Place::Far, Place::OutOfRange, Place::Bench, Place::Bench] {
        in_time(&mut |holder| holder.place(one, place));
    }

    holder.make_safe().expect("safe");
    holder.make_safe().expect("safe twice");
    holder.check().expect("a holder that was made safe can be used again");
}

/// Asserts that `holder` refuses unknown phones, as one without a person can.
pub fn knows_its_phones(holder: &mut dyn Holder, held: &str) {
    let stranger = "nobody's phone";
    let target = Target::Phone(stranger.to_owned());
    let refused = [
        holder.aim(stranger, &Target::Away),
        holder.aim(held, &target),
        holder.place(stranger, Place::Bench),
    ];
    for refused in refused {
        assert_eq!(refused.expect_err("a phone that it does not hold").trouble, ErrorKind::NotFound);
    }
}
