//! Readings of phones' screens and of the backs of devices: QR codes, the checkmark, labels.

use readers::camera::{
    CodesSeen, Frame, QrCode, Region, ScreenLight, Surroundings, card::is_in_colour, find_checkmark,
    screen_light,
};
use regex::Regex;

use super::note::Control;
use crate::oracle::observed::{BackLabel, Checkmark, CodeView, QrSurroundings};

/// Reads the codes in a region of a frame.
pub type Codes<'c> = dyn FnMut(&Frame, Region) -> CodesSeen + 'c;

/// The codes on the screen in `region`.
pub fn code_view(codes: &mut Codes, frame: &Frame, region: Region, control: &Control) -> CodeView {
    let seen = codes(frame, region);
    let payloads: Vec<String> = seen.codes.into_iter().map(|code| code.payload).collect();
    let card = control_code(codes, frame, control);
    let light = match payloads.as_slice() {
        [] => screen_light(frame, region, card.as_ref()),
        _ => ScreenLight::Lit,
    };
    CodeView {
        control: card.is_some(),
        abandoned: seen.abandoned,
        blank: light == ScreenLight::Dark,
        dimmed: light == ScreenLight::Dimmed,
        payloads,
    }
}

/// Whether the screen in `region` shows the checkmark.
pub fn checkmark(codes: &mut Codes, frame: &Frame, region: Region, control: &Control) -> Checkmark {
    let seen = find_checkmark(frame, Some(region)).is_some();
    let card = control_code(codes, frame, control);
    let unlit = !seen && screen_light(frame, region, card.as_ref()) != ScreenLight::Lit;
    Checkmark { seen, control: card.is_some_and(|code| is_in_colour(frame, &code)), unlit }
}

/// Whether the patches on the control card are seen in colour.
pub fn sees_colours(codes: &mut Codes, frame: &Frame, control: &Control) -> bool {
    control_code(codes, frame, control).is_some_and(|code| is_in_colour(frame, &code))
}

/// Surroundings of the code on the screen in `region` whose payload begins with `prefix`.
pub fn surroundings(
    codes: &mut Codes,
    frame: &Frame,
    region: Region,
    prefix: &str,
) -> Option<QrSurroundings> {
    let seen = codes(frame, region).codes;
    let code = seen.iter().find(|code| code.payload.starts_with(prefix))?;
    let Surroundings { module_px, quiet } = Surroundings::of(frame, code)?;
    Some(QrSurroundings { module_px, quiet, inverted: code.inverted, mirrored: code.mirrored })
}

/// The printed code of `control`, if it is read in the frame.
pub fn control_code(codes: &mut Codes, frame: &Frame, control: &Control) -> Option<QrCode> {
    let seen = codes(frame, control.region);
    seen.codes.into_iter().find(|code| code.payload == control.payload)
}

/// The label on the device's back in `region`; `pattern` is the form of serial numbers.
pub fn back_label(
    codes: &mut Codes,
    frame: &Frame,
    region: Region,
    control: &Control,
    pattern: &Regex,
) -> BackLabel {
    let seen = codes(frame, region);
    let control = control_code(codes, frame, control).is_some();
    let refused = |why: String| BackLabel { serial_number: None, refused: Some(why), control };
    match seen.codes.as_slice() {
        [code] if pattern.is_match(&code.payload) => {
            BackLabel { serial_number: Some(code.payload.clone()), refused: None, control }
        }
        [code] => refused(format!("“{}” has not the form of a serial number", code.payload)),
        [] if seen.abandoned => refused("its region is not in the picture".into()),
        [] => refused("no code was read where the back lies".into()),
        several => refused(format!("there are {} codes where one back lies", several.len())),
    }
}

#[cfg(test)]
mod tests {
    use readers::camera::{ReaderKind, geometry::point};

    use super::*;

    const BACK: [usize; 4] = [0, 0, 10, 10];

    fn seen(payloads: &[&str]) -> CodesSeen {
        let code = |payload: &&str| QrCode {
            payload: (*payload).into(),
            corners: [point(0.0, 0.0); 4],
            inverted: false,
            mirrored: false,
            reader: ReaderKind::Rqrr,
            modules: 21,
        };
        CodesSeen { codes: payloads.iter().map(code).collect(), abandoned: false }
    }

    #[test]
    fn only_one_code_of_the_right_form_is_a_serial_number() {
        let form = Regex::new("^[0-9]{9}$").unwrap();
        let frame = Frame::still(0, 0, [vec![], vec![], vec![]]);
        let control = Control { region: [20, 0, 10, 10].into(), payload: "rig:control".into() };
        let read = |payloads: &[&str]| {
            let mut codes = |_: &Frame, region| {
                if region == Region::from(BACK) { seen(payloads) } else { seen(&["rig:control"]) }
            };
            back_label(&mut codes, &frame, BACK.into(), &control, &form)
        };
        let label = read(&["204815162"]);
        assert_eq!((label.serial_number.as_deref(), label.control), (Some("204815162"), true));
        for refused in [&["20481516"] as &[_], &["2048151621"], &["rig:control"], &["204815162", "1"], &[]] {
            let label = read(refused);
            assert!(label.serial_number.is_none() && label.refused.is_some(), "{refused:?}");
        }
    }
}
