//! The suite inside the binary: features, register, the simulated bench and the files that it names.

use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

/// Paths below the suite's folder, and the bytes there. Made by `build.rs`.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Writes the files of the suite below `folder`: folders are made with the mode `folders`, files with `files`.
///
/// # Errors
/// The file that could not be written, and why.
pub(super) fn unpack(folder: &Path, folders: u32, files: u32) -> Result<(), String> {
    let write = |path: &Path, bytes: &[u8]| -> io::Result<()> {
        if let Some(parent) = path.parent() {
            DirBuilder::new().recursive(true).mode(folders).create(parent)?;
        }
        OpenOptions::new().write(true).create_new(true).mode(files).open(path)?.write_all(bytes)
    };
    for (below, bytes) in FILES {
        let path = folder.join(below);
        write(&path, bytes).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// Whether there is nothing in `folder`, or no `folder`.
pub(super) fn is_free(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unpacked_is_what_lies_in_the_checkout() {
        let folder = tempfile::tempdir().unwrap();
        unpack(folder.path(), 0o700, 0o600).unwrap();
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        assert!(FILES.len() > 50, "{} files", FILES.len());
        for (below, _) in FILES {
            let read = |root: &Path| fs::read(root.join(below)).unwrap();
            assert_eq!(read(folder.path()), read(&checkout), "{below}");
        }
        assert!(!is_free(folder.path()).unwrap());
    }
}
