//! Controls that a webcam's automatics change: focus, exposure and white balance. A bench file locks them at
//! the values that `rig calibrate` found.

use super::super::Locked;

/// A control of a camera, as V4L2 has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Control {
    /// Whether the camera focuses by itself.
    FocusAuto,
    /// Where its focus is.
    Focus,
    /// Mode of the exposure: 1 is manual, as its neighbour sets it.
    ExposureAuto,
    /// Whether it may take fewer pictures a second to expose longer.
    ExposureBeforeRate,
    /// Exposure time.
    Exposure,
    /// Whether it balances white by itself.
    WhiteBalanceAuto,
    /// The light's temperature.
    WhiteBalance,
}

/// The controls of one device. Errors are in words.
pub trait Controls: Send {
    /// Value of a control; `None` where the device lacks it.
    fn get(&mut self, control: Control) -> Result<Option<i64>, String>;

    /// Sets a control.
    fn set(&mut self, control: Control, value: i64) -> Result<(), String>;
}

/// Something that can be locked: what it is called, the control that is set, and those that keep others from setting it,
/// with the values by which they do.
struct Lock {
    name: &'static str,
    control: Control,
    first: &'static [(Control, i64)],
    wanted: fn(&Locked) -> Option<i64>,
}

const LOCKS: [Lock; 3] = [
    Lock {
        name: "focus",
        control: Control::Focus,
        first: &[(Control::FocusAuto, 0)],
        wanted: |locked| locked.focus,
    },
    Lock {
        name: "exposure",
        control: Control::Exposure,
        first: &[(Control::ExposureAuto, 1), (Control::ExposureBeforeRate, 0)],
        wanted: |locked| locked.exposure_100us,
    },
    Lock {
        name: "white balance",
        control: Control::WhiteBalance,
        first: &[(Control::WhiteBalanceAuto, 0)],
        wanted: |locked| locked.white_balance_k,
    },
];

/// Locks what `locked` says, and looks that it is so.
pub fn lock(controls: &mut dyn Controls, locked: &Locked) -> Result<(), String> {
    for Lock { name, control, first, wanted } in &LOCKS {
        let Some(wanted) = wanted(locked) else { continue };
        if controls.get(*control)?.is_none() {
            return Err(format!("it has no {name} that could be locked"));
        }
        for (automatic, off) in *first {
            if controls.get(*automatic)?.is_some() {
                controls.set(*automatic, *off)?;
            }
        }
        controls.set(*control, wanted).map_err(|why| format!("its {name} cannot be {wanted}: {why}"))?;
        let now = controls.get(*control)?;
        if now != Some(wanted) {
            let now = now.map_or("nothing".into(), |now| now.to_string());
            return Err(format!("its {name} is at {now} after it was locked at {wanted}"));
        }
    }
    Ok(())
}

/// Current values of all lockable controls.
pub fn settled(controls: &mut dyn Controls) -> Result<Locked, String> {
    Ok(Locked {
        focus: controls.get(Control::Focus)?,
        exposure_100us: controls.get(Control::Exposure)?,
        white_balance_k: controls.get(Control::WhiteBalance)?,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// A camera whose automatics go before what is set by hand, and that has a smallest step of 5.
    struct Stubborn(BTreeMap<Control, i64>);

    impl Controls for Stubborn {
        fn get(&mut self, control: Control) -> Result<Option<i64>, String> {
            Ok(self.0.get(&control).copied())
        }

        fn set(&mut self, control: Control, value: i64) -> Result<(), String> {
            let automatic = match control {
                Control::Focus => Some((Control::FocusAuto, 0)),
                Control::Exposure => Some((Control::ExposureAuto, 1)),
                Control::WhiteBalance => Some((Control::WhiteBalanceAuto, 0)),
                _ => None,
            };
            if automatic.is_some_and(|(automatic, off)| self.0.get(&automatic).is_some_and(|now| *now != off))
            {
                return Err("permission denied".into());
            }
            let step = if automatic.is_some() { 5 } else { 1 };
            self.0.insert(control, value / step * step);
            Ok(())
        }
    }

    fn camera() -> Stubborn {
        Stubborn(BTreeMap::from([
            (Control::FocusAuto, 1),
            (Control::Focus, 60),
            (Control::ExposureAuto, 3),
            (Control::ExposureBeforeRate, 1),
            (Control::Exposure, 155),
            (Control::WhiteBalance, 4600),
        ]))
    }

    #[test]
    fn what_a_camera_has_settled_on_is_locked() {
        let mut camera = camera();
        let found = settled(&mut camera).unwrap();
        let expected = Locked { focus: Some(60), exposure_100us: Some(155), white_balance_k: Some(4600) };
        assert_eq!(found, expected);
        lock(&mut camera, &found).unwrap();
        let automatics = [Control::FocusAuto, Control::ExposureAuto, Control::ExposureBeforeRate];
        assert_eq!(automatics.map(|automatic| camera.0[&automatic]), [0, 1, 0]);
        assert_eq!(settled(&mut camera), Ok(found));
    }

    #[test]
    fn what_is_not_to_be_locked_is_left_alone() {
        let mut camera = camera();
        lock(&mut camera, &Locked::default()).unwrap();
        assert_eq!((camera.0[&Control::FocusAuto], camera.0[&Control::ExposureAuto]), (1, 3));
    }

    #[test]
    fn what_cannot_be_locked_is_named() {
        let focus = |focus| Locked { focus: Some(focus), ..Locked::default() };
        let refused = lock(&mut camera(), &focus(63)).unwrap_err();
        assert_eq!(refused, "its focus is at 60 after it was locked at 63");
        let mut without = camera();
        without.0.remove(&Control::Focus);
        assert_eq!(lock(&mut without, &focus(60)).unwrap_err(), "it has no focus that could be locked");
        assert_eq!(settled(&mut without).unwrap().focus, None);
    }
}
