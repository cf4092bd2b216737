//! Crops a frame to the examined parts, to keep them as evidence.

use readers::camera::{Frame, Region, keep_frames};

use super::note::{Look, Note, PartOrigin};

/// The part of `frame` that the note's look needs, as evidence with the note.
pub fn frame(frame: &Frame, note: Note) -> Vec<u8> {
    let (part, place) = frame.parts(&regions(&note.look, frame));
    let place = PartOrigin { frame: [frame.width, frame.height], corner: [place.x, place.y] };
    keep_frames(&[part], &Note { place: Some(place), ..note }.to_json())
}

/// The regions of the frame that a look needs.
fn regions(look: &Look, frame: &Frame) -> Vec<Region> {
    match look {
        Look::CodeView { region, control } | Look::BackLabel { region, control, .. } => {
            vec![*region, control.region]
        }
        // The coloured patches lie beside the printed code.
        Look::Checkmark { region, control } => vec![around([*region, control.region])],
        // A quiet zone may reach beyond the screen.
        Look::QrSurroundings { .. } | Look::Display { .. } | Look::Heard { .. } => vec![frame.whole()],
    }
}

/// The smallest region that holds both.
fn around(both: [Region; 2]) -> Region {
    let [x, y] = [both.map(|one| one.x), both.map(|one| one.y)].map(|[one, other]| one.min(other));
    let right = both.map(|one| one.x.saturating_add(one.width));
    let bottom = both.map(|one| one.y.saturating_add(one.height));
    Region { x, y, width: right[0].max(right[1]) - x, height: bottom[0].max(bottom[1]) - y }
}
