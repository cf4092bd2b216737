//! Distinguishes lit, dimmed and dark phone screens, by the white of the control card beside them.

use super::{
    Frame, QrCode, Region,
    blank::is_blank,
    geometry::{Homography, point},
};

/// How much light a phone's screen gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScreenLight {
    /// It is lit.
    Lit,
    /// It shows something, in much less light than a screen that is in use: it has dimmed.
    Dimmed,
    /// It shows nothing at all: asleep, off, or covered.
    Dark,
}

/// The brightest of a lit screen has at least this share of the light of the card's white.
const LIT: f32 = 0.4;
/// The part of a phone's region that is examined, in hundredths of its width and height.
const INNER: [(usize, usize); 2] = [(25, 75), (10, 90)];
/// One of this many pixels counts as the brightest, so that a speck does not.
const ONE_OF: usize = 200;

/// Light of the screen that fills `region` of the frame. Without the control card, `code`, only a dark screen
/// is distinguished from the others.
pub fn screen_light(frame: &Frame, region: Region, code: Option<&QrCode>) -> ScreenLight {
    if is_blank(frame, region) {
        return ScreenLight::Dark;
    }
    let white = code.and_then(|code| white(frame, code));
    match (white, brightest(frame, region)) {
        (Some(white), Some(brightest)) if brightest < LIT * white => ScreenLight::Dimmed,
        _ => ScreenLight::Lit,
    }
}

/// The linear light of the white about a printed code: of its quiet zone, two modules away.
fn white(frame: &Frame, code: &QrCode) -> Option<f32> {
    const AWAY: f64 = 2.0;
    let side = f64::from(code.modules);
    let map = Homography::from_rectangle(point(0.0, 0.0), side, side, &code.corners)?;
    let along = [0.2, 0.5, 0.8].map(|share| share * side);
    let about = along
        .iter()
        .flat_map(|&along| [(along, -AWAY), (along, side + AWAY), (-AWAY, along), (side + AWAY, along)]);
    let mut light: Vec<f32> = about
        .filter_map(|(x, y)| {
            let at = map.map(point(x, y));
            let inside = at.x >= 0.0 && at.y >= 0.0 && at.x < frame.width as f64;
            let place = inside.then(|| at.y as usize * frame.width + at.x as usize)?;
            frame.y.get(place).map(|luma| linear(*luma))
        })
        .collect();
    light.sort_by(f32::total_cmp);
    light.get(light.len() / 2).copied()
}

/// The linear light of the brightest part of the screen.
fn brightest(frame: &Frame, region: Region) -> Option<f32> {
    let region = frame.clip(region);
    let part = |start: usize, length: usize, (from, to): (usize, usize)| {
        start + length * from / 100..start + length * to / 100
    };
    let (columns, rows) = (part(region.x, region.width, INNER[0]), part(region.y, region.height, INNER[1]));
    let mut counts = [0usize; 256];
    let mut pixels = 0;
    for row in rows {
        for luma in frame.y.get(row * frame.width..)?.get(columns.clone())? {
            counts[usize::from(*luma)] += 1;
            pixels += 1;
        }
    }
    let mut above = 0;
    let luma = (0..=u8::MAX).rev().find(|luma| {
        above += counts[usize::from(*luma)];
        above * ONE_OF > pixels
    })?;
    Some(linear(luma))
}

/// Linear light of an sRGB value (IEC 61966-2-1).
fn linear(luma: u8) -> f32 {
    let value = f32::from(luma) / 255.0;
    if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::ReaderKind;

    /// A picture of 240 by 240 pixels: to the left a card with this white, to the right a screen of this luma with darker
    /// stripes on it.
    fn frame(white: u8, screen: u8) -> Frame {
        let luma = |at: usize| match (at % 240, at / 240) {
            (x, _) if x < 120 => white,
            (x, _) if x / 6 % 2 == 0 => screen,
            _ => screen / 3,
        };
        let chroma = vec![128; 240 * 240 / 4];
        Frame::still(240, 240, [(0..240 * 240).map(luma).collect(), chroma.clone(), chroma])
    }

    const SCREEN: [usize; 4] = [120, 0, 120, 240];

    fn code() -> QrCode {
        let corners = [point(20.0, 20.0), point(100.0, 20.0), point(100.0, 100.0), point(20.0, 100.0)];
        QrCode {
            payload: "card".into(),
            corners,
            inverted: false,
            mirrored: false,
            reader: ReaderKind::Rqrr,
            modules: 21,
        }
    }

    #[test]
    fn a_screen_is_judged_by_the_white_beside_it() {
        let seen = |white, screen| screen_light(&frame(white, screen), SCREEN.into(), Some(&code()));
        assert_eq!(seen(180, 220), ScreenLight::Lit);
        assert_eq!(seen(180, 90), ScreenLight::Dimmed);
        assert_eq!(seen(60, 90), ScreenLight::Lit, "in little light");
        assert_eq!(seen(180, 10), ScreenLight::Dark);
        assert_eq!(screen_light(&frame(180, 90), SCREEN.into(), None), ScreenLight::Lit);
        let beyond = Region { x: 9_999, y: 0, width: 10, height: 10 };
        assert_eq!(screen_light(&frame(180, 90), beyond, Some(&code())), ScreenLight::Dark);
        let liar = Frame { height: 999, ..frame(180, 90) };
        assert_eq!(screen_light(&liar, SCREEN.into(), Some(&code())), ScreenLight::Dark);
    }
}
