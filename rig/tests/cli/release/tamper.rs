//! Tampering with bundles: every change is refused, and its place named.

use std::fs;

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use reports::release::{Unbundled, names};
use rig::release::verify::verify;

use super::{Desk, archive, files, refused, run};
use crate::forge::forged;

/// How many random bits are flipped; `.ci/full` asks for 20,000, and for every bit of what is signed.
fn count() -> usize {
    std::env::var("RIG_FLIPS").map_or(60, |count| count.parse().unwrap())
}

#[test]
fn no_flipped_bit_goes_unseen() {
    let (desk, run) = (Desk::new(), run());
    let (bundle, trust) = (desk.bundle(&run), desk.trust());
    let sound = fs::read(&bundle).unwrap();
    refused(&sound, &trust).unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(27);

    // What is signed: bit by bit where there is time, otherwise one bit of each byte.
    let unbundled = Unbundled::read("bundle", &sound[..], |_, _| Ok(())).unwrap();
    for name in [names::REPORT, names::TEST_RESULT] {
        let bytes = unbundled.attestations[name].clone();
        for place in 0..bytes.len() {
            let bits = if count() < 1000 { vec![random.next_u32() % 8] } else { (0..8).collect() };
            for bit in bits {
                let mut flipped = unbundled.clone();
                flipped.attestations.get_mut(name).unwrap()[place] ^= 1 << bit;
                let told = flipped.signed(|id, kind, number, day| trust.key(id, kind, number, day, None));
                assert!(told.unwrap_err().place.starts_with("attestations/"), "{name}: bit {bit} of {place}");
            }
        }
    }
    // One bit of each byte of the manifest.
    for place in 0..unbundled.listed.len() {
        let mut listed = unbundled.listed.clone();
        listed[place] ^= 1 << (random.next_u32() % 8);
        assert!(unbundled.manifest.check(names::MANIFEST, &listed).is_err(), "byte {place} of the manifest");
    }
    // Any bit of the whole file.
    let mut flipped = sound.clone();
    for _ in 0..count() {
        let (place, bit) = ((random.next_u64() % sound.len() as u64) as usize, random.next_u32() % 8);
        flipped[place] ^= 1 << bit;
        assert!(refused(&flipped, &trust).is_err(), "bit {bit} of {place}");
        flipped[place] = sound[place];
    }
}

#[test]
fn files_that_are_removed_added_swapped_doubled_or_moved_are_named() {
    let (desk, run) = (Desk::new(), run());
    let (bundle, trust) = (desk.bundle(&run), desk.trust());
    let sound = fs::read(&bundle).unwrap();
    let files = files(&sound);
    assert_eq!(archive(&files), sound, "one form for each byte");
    let place = |bytes: &[u8]| refused(bytes, &trust).unwrap_err().to_string();
    // Every file of which there is one, and a few of the many frames.
    for (number, (name, _)) in files.iter().enumerate().filter(|(number, _)| number % 9 == 0 || *number < 8) {
        let mut fewer = files.clone();
        fewer.remove(number);
        let told = place(&archive(&fewer));
        assert!(told.contains(name.as_str()), "{name} removed: {told}");
        let mut swapped = files.clone();
        let other = if number + 1 < files.len() { number + 1 } else { 0 };
        swapped[number].1 = files[other].1.clone();
        assert!(refused(&archive(&swapped), &trust).is_err(), "{name} swapped");
    }
    let mut more = files.clone();
    more.push(("runs/2/journal.jsonl".to_owned(), b"{}".to_vec()));
    assert!(place(&archive(&more)).contains("runs/2/journal.jsonl: added"));
    let mut more = files.clone();
    more.insert(0, ("attestations/another.json".to_owned(), b"{}".to_vec()));
    assert!(place(&archive(&more)).contains("attestations/another.json: added"));
    let one = archive(&files[..1]);
    let entry = &one[..one.len() - 1024];
    assert!(place(&[entry, &sound].concat()).contains("twice"));
    let moved = [&sound[entry.len()..sound.len() - 1024], entry, &[0; 1024]].concat();
    assert!(place(&moved).contains("order"));
}

#[test]
fn a_signed_record_is_judged_again() {
    let (desk, run) = (Desk::new(), run());
    let full = verify(&desk.bundle(&run), &desk.trust(), false).unwrap();
    assert!(full.runs[0].readings.unwrap() > 30 && full.runs[0].verdicts >= 3, "{:?}", full.runs);
    // Whoever holds a key can sign a record that was written anew; its evidence still tells.
    let mut edited = false;
    let lines = run.file("journal.jsonl");
    let lines = lines.lines().map(|line| {
        let is_first = !edited && line.contains("\"event\":\"judged\"");
        edited |= is_first;
        if is_first {
            line.replacen("\"outcome\":\"pass\"", "\"outcome\":\"fail\"", 1)
        } else {
            line.to_owned()
        }
    });
    forged(&(lines.collect::<Vec<_>>().join("\n") + "\n")).put_in(&run.folder);
    let bundle = desk.bundle(&run);
    verify(&bundle, &desk.trust(), true).unwrap();
    let refused = verify(&bundle, &desk.trust(), false).unwrap_err();
    assert!(refused.place == "runs/1/" && refused.what.contains("was fail, and is pass"), "{refused}");
}
