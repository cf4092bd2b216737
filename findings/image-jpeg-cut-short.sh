#!/usr/bin/env bash
# image 0.25.10 (zune-jpeg) decodes a JPEG that is cut short without a word, and one without Huffman tables not at all.
#
# Expected: an error or a warning for the first, as djpeg and ffmpeg give; a picture for the second, since motion JPEG leaves
# the standard tables of ITU-T T.81 section K.3 out, and libjpeg-turbo, ffmpeg and browsers put them in.
# Seen: the missing half is grey, with no error; "No DC table".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cargo init -q --name finding --vcs none .
cargo add -q image@=0.25.10 --no-default-features --features jpeg
cargo update -q --precise 0.5.15 zune-jpeg
cat > src/main.rs <<'RUST'
use image::{ExtendedColorType, ImageFormat, codecs::jpeg::JpegEncoder, load_from_memory_with_format};

fn main() {
    let pixels: Vec<u8> = (0..256 * 256 * 3).map(|place| (place * 7 % 251) as u8).collect();
    let mut whole = Vec::new();
    JpegEncoder::new_with_quality(&mut whole, 90).encode(&pixels, 256, 256, ExtendedColorType::Rgb8).expect("it is written");
    let read = |bytes: &[u8]| load_from_memory_with_format(bytes, ImageFormat::Jpeg);

    let half = read(&whole[..whole.len() / 2]);
    println!("half of it: {:?}", half.as_ref().map(|picture| (picture.width(), picture.height())));
    assert!(half.is_ok(), "a JPEG that is cut short is refused now");

    // Without its Huffman tables, which are the standard ones.
    let (mut bare, mut at) = (whole[..2].to_vec(), 2);
    while whole[at + 1] != 0xda {
        let end = at + 2 + usize::from(whole[at + 2]) * 256 + usize::from(whole[at + 3]);
        if whole[at + 1] != 0xc4 {
            bare.extend(&whole[at..end]);
        }
        at = end;
    }
    bare.extend(&whole[at..]);
    let error = read(&bare).map(drop).map_err(|error| error.to_string());
    println!("without tables: {error:?}");
    assert!(error.is_err_and(|error| error.contains("DC table")), "standard tables are put in now");
}
RUST
cargo run -q
echo "as found: image 0.25.10 with zune-jpeg 0.5.15"
