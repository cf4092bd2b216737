//! Pictures that are none: one line, exit code 2, and no word about the others.

use std::fs;

use crate::common::{assert_refused, rig, root};

/// A PNG's signature and its first chunk, which claims 100,000 × 100,000 pixels.
const HUGE_PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\x01\x86\xa0\0\x01\x86\xa0\x08\x02\0\0\0\xfd\x6e\xed\x9a";

#[test]
fn a_picture_that_is_none_is_named() {
    let good = root().join("fixtures/recordings/frames/1.png");
    let bytes = fs::read(&good).unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let bad = temporary.path().join("bad.png");
    let bad_name = bad.to_str().unwrap();
    for (content, word) in [
        (b"this is a letter" as &[u8], "neither PNG, JPEG, PNM nor BMP"),
        (b"", "neither PNG, JPEG, PNM nor BMP"),
        (&bytes[..bytes.len() / 2], ""),
        (&bytes[..30], ""),
        (HUGE_PNG, ""),
        (b"P6 60000 60000 255\n", ""),
    ] {
        fs::write(&bad, content).unwrap();
        let said = rig(&["look", "--format", "json", good.to_str().unwrap(), bad_name]);
        assert_refused(&said, bad_name, &[word]);
    }
    assert_refused(&rig(&["look", "no/such.png"]), "no/such.png", &["cannot be read"]);
}

#[test]
fn a_region_or_an_overlay_that_makes_no_sense_is_refused() {
    let frame = "fixtures/recordings/frames/1.png";
    let said = rig(&["look", "--roi", "1,2,3", frame]);
    assert!(said.code == 2 && said.stderr.contains("X,Y,W,H in pixels"), "{}", said.stderr);
    let said = rig(&["look", "--overlay", "/dev/null", frame, frame]);
    assert_eq!((said.code, said.stderr.as_str()), (2, "rig: --overlay takes one picture\n"));
    let beyond = rig(&["look", "--format", "json", "--roi", "99999,0,10,10", frame]).json();
    assert_eq!(beyond["found"], serde_json::json!([]), "nothing is seen beyond the picture");
}

#[test]
fn what_was_found_is_drawn_over_the_picture() {
    let temporary = tempfile::tempdir().unwrap();
    let drawn = temporary.path().join("drawn.png");
    for picture in ["frames/1", "phones/code", "phones/checkmark"] {
        let picture = format!("fixtures/recordings/{picture}.png");
        let said = rig(&["look", "--overlay", drawn.to_str().unwrap(), &picture]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        let [before, after] = [&root().join(picture), &drawn]
            .map(|file| drivers::camera::Frame::from_image(&fs::read(file).unwrap()).unwrap());
        assert_eq!((before.width, before.height), (after.width, after.height));
        assert_ne!(before.y, after.y, "nothing was drawn");
    }
}
