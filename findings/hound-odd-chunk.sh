#!/usr/bin/env bash
# hound 3.5.1 takes no notice of the byte that fills up a RIFF chunk of odd length.
#
# Expected (Multimedia Programming Interface and Data Specifications 1.0, "RIFF chunks"): the byte behind a chunk of odd length
# is skipped, and the samples behind it are read. Python's `wave` and sox do so.
# Seen: the fill byte is taken for the beginning of the next chunk's name, and the file is refused.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cargo init -q --name finding --vcs none .
cargo add -q hound@=3.5.1
cat > src/main.rs <<'RUST'
fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let fill = vec![0; data.len() % 2];
    [name, &(data.len() as u32).to_le_bytes()[..], data, &fill].concat()
}

fn main() {
    let format = [1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0];
    let file = |note: &[u8]| {
        let body = [chunk(b"LIST", note), chunk(b"fmt ", &format), chunk(b"data", &[0, 64])].concat();
        [b"RIFF", &(body.len() as u32 + 4).to_le_bytes()[..], b"WAVE", &body].concat()
    };
    let read = |file: Vec<u8>| {
        let mut reader = hound::WavReader::new(std::io::Cursor::new(file)).map_err(|error| error.to_string())?;
        reader.samples::<i16>().collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())
    };
    println!("even: {:?}", read(file(b"INFO")));
    println!("odd:  {:?}", read(file(b"INFOx")));
    assert_eq!(read(file(b"INFO")), Ok(vec![16_384]));
    assert!(read(file(b"INFOx")).is_err(), "hound reads past an odd chunk now");
}
RUST
cargo run -q
echo "as found: hound 3.5.1 refuses a file with a chunk of odd length"
