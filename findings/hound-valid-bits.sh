#!/usr/bin/env bash
# hound 3.5.1 takes the valid bits of WAVE_FORMAT_EXTENSIBLE for the lower ones of their container.
#
# Expected (Microsoft, "Multiple Channel Audio Data and WAVE Files": valid bits are the upper ones of the container): 24 valid
# bits in 32 are scaled by the container, or come shifted to the bits that the header tells.
# Seen: the upper byte is dropped, and the lower three are taken: half of full scale reads as 0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cargo init -q --name finding --vcs none .
cargo add -q hound@=3.5.1
cat > src/main.rs <<'RUST'
fn main() {
    // PCM, one channel, 8 kHz, 24 valid bits in 32.
    let format: Vec<u8> = [
        &[0xfe, 0xff, 1, 0, 0x40, 0x1f, 0, 0, 0, 0x7d, 0, 0, 4, 0, 32, 0, 22, 0, 24, 0, 4, 0, 0, 0][..],
        &[1, 0, 0, 0, 0, 0, 16, 0, 128, 0, 0, 170, 0, 56, 155, 113],
    ]
    .concat();
    let chunk = |name: &[u8; 4], data: &[u8]| [name, &(data.len() as u32).to_le_bytes()[..], data].concat();
    let half = 0x4000_0000_u32.to_le_bytes();
    let body = [chunk(b"fmt ", &format), chunk(b"data", &half)].concat();
    let file = [b"RIFF", &(body.len() as u32 + 4).to_le_bytes()[..], b"WAVE", &body].concat();
    let mut reader = hound::WavReader::new(std::io::Cursor::new(file)).expect("it is read");
    let bits = reader.spec().bits_per_sample;
    let sample = reader.samples::<i32>().next().expect("there is one").expect("it is read");
    println!("{bits} bits, half of full scale is {sample:#x}");
    assert_eq!((bits, sample), (24, 0), "hound reads 24 bits in 32 otherwise now");
}
RUST
cargo run -q
echo "as found: hound 3.5.1 takes the lower three bytes of 24 bits in 32"
