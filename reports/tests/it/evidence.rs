//! Evidence: kept once, private, and proved on the way back.

use std::{fs, os::unix::fs::PermissionsExt};

use reports::{Error, Evidence, EvidenceStore};
use tempfile::TempDir;

#[test]
fn bytes_are_kept_once_by_their_hash_and_come_back_proved() {
    let folder = TempDir::new().unwrap();
    let store = EvidenceStore::new(folder.path());
    let kept = store.store("text/plain", b"abc").unwrap();
    // FIPS 180-2, appendix B.1.
    let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!((kept.sha256.as_str(), kept.size), (hash, 3));
    assert_eq!(kept.file, format!("evidence/{hash}.txt"));
    assert_eq!(store.store("text/plain", b"abc").unwrap(), kept);
    assert_eq!(fs::read_dir(folder.path().join("evidence")).unwrap().count(), 1);
    let mode = |path: &str| fs::metadata(folder.path().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("evidence"), mode(&kept.file)), (0o700, 0o600));
    assert_eq!(store.read(&kept).unwrap(), b"abc");
}

#[test]
fn changed_bytes_and_foreign_names_are_refused() {
    let folder = TempDir::new().unwrap();
    let store = EvidenceStore::new(folder.path());
    let kept = store.store("text/plain", b"abc").unwrap();
    fs::write(folder.path().join(&kept.file), b"abd").unwrap();
    let refused = |evidence: &Evidence| matches!(store.read(evidence), Err(Error::Evidence { .. }));
    assert!(refused(&kept));
    assert!(refused(&Evidence { file: "../secret".to_owned(), ..kept.clone() }));
    assert!(refused(&Evidence {
        file: "evidence/../../x.txt".to_owned(),
        sha256: "../../x".to_owned(),
        ..kept
    }));
}

#[test]
fn a_frame_is_kept_as_png() {
    let folder = TempDir::new().unwrap();
    let store = EvidenceStore::new(folder.path());
    let kept = store.store_frame(2, 1, &[255, 0, 0, 0, 0, 255]).unwrap();
    assert_eq!(kept.media_type, "image/png");
    let image = image::load_from_memory(&store.read(&kept).unwrap()).unwrap().into_rgb8();
    assert_eq!(image.into_raw(), [255, 0, 0, 0, 0, 255]);
    assert!(matches!(store.store_frame(2, 2, &[0; 3]), Err(Error::Evidence { .. })));
}

#[test]
fn workers_that_see_the_same_keep_it_whole() {
    let folder = TempDir::new().unwrap();
    let frames: Vec<Vec<u8>> = (0..20).map(|frame| vec![frame; 50_000]).collect();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let store = EvidenceStore::new(folder.path());
                for bytes in &frames {
                    let kept = store.store("image/png", bytes).unwrap();
                    assert_eq!(&store.read(&kept).unwrap(), bytes);
                }
            });
        }
    });
    assert_eq!(fs::read_dir(folder.path().join("evidence")).unwrap().count(), frames.len());
}

#[test]
fn lines_of_a_transcript_come_back_proved_one_by_one() {
    let folder = TempDir::new().unwrap();
    let store = EvidenceStore::new(folder.path());
    let mut transcript = store.transcript(3, 0).unwrap();
    let [first, second] = [b"first\n" as &[u8], b"second\n"].map(|line| transcript.append(line).unwrap());
    assert_eq!((first.file.as_str(), second.offset), ("evidence/transcript-3.jsonl", Some(6)));
    assert_eq!(
        (store.read(&first).unwrap(), store.read(&second).unwrap()),
        (b"first\n".to_vec(), b"second\n".to_vec())
    );
    let refused = |evidence: &Evidence| matches!(store.read(evidence), Err(Error::Evidence { .. }));
    assert!(refused(&Evidence { offset: Some(1), ..second.clone() }));
    assert!(refused(&Evidence { size: 60, ..second.clone() }));
    assert!(refused(&Evidence { file: "evidence/transcript-03.jsonl".to_owned(), ..second.clone() }));
    assert!(refused(&Evidence { file: "evidence/../journal.jsonl".to_owned(), ..second }));
    fs::remove_file(folder.path().join(&first.file)).unwrap();
    assert!(matches!(store.read(&first), Err(Error::Io { .. })));
}
