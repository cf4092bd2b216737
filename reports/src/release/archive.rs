//! The archive of a bundle: a POSIX tar archive (ustar) of plain files, with one form for every byte.
//!
//! Files stand in the rising order of their names; owner, time and mode are the same for all. The same files therefore
//! give the same archive, and a reader can refuse every archive that it would have written otherwise.

use std::io::{self, ErrorKind, Read, Write};

use super::Refused;

const BLOCK: usize = 512;
/// Longest name: one field of a header, whose last byte stays zero.
const NAME: usize = 99;

/// Writes an archive, file by file, in the order of their names.
#[derive(Debug)]
pub struct ArchiveWriter<W> {
    out: W,
    last: String,
}

impl<W: Write> ArchiveWriter<W> {
    /// An archive that goes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, last: String::new() }
    }

    /// Adds a file.
    ///
    /// # Errors
    /// Where it cannot be written, or has a name that an archive cannot have after the one before it.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        check_name(name, &self.last).map_err(|what| io::Error::new(ErrorKind::InvalidInput, what))?;
        name.clone_into(&mut self.last);
        self.out.write_all(&header(name, bytes.len() as u64))?;
        self.out.write_all(bytes)?;
        self.out.write_all(&[0; BLOCK][..padding(bytes.len())])
    }

    /// Writes the end of the archive.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.write_all(&[0; 2 * BLOCK])?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Reads the archive called `place`, and hands each file on with its bytes.
///
/// # Errors
/// [`Refused`] at the first byte that an [`ArchiveWriter`] would have written otherwise, and whatever `take` refuses.
pub fn read_archive(
    place: &str,
    mut archive: impl Read,
    mut take: impl FnMut(&str, Vec<u8>) -> Result<(), Refused>,
) -> Result<(), Refused> {
    let mut last = String::new();
    while let Some((name, size)) = next(place, &mut archive, &last)? {
        let mut bytes = Vec::new();
        let read = (&mut archive).take(size).read_to_end(&mut bytes);
        read.map_err(|error| Refused::new(&name, error))?;
        if bytes.len() as u64 != size {
            return Err(Refused::new(&name, "the bundle ends within this file"));
        }
        let mut rest = [0; BLOCK];
        let rest = &mut rest[..padding(bytes.len())];
        archive.read_exact(rest).map_err(|_| Refused::new(&name, "the bundle ends behind this file"))?;
        if rest.iter().any(|byte| *byte != 0) {
            return Err(Refused::new(&name, "bytes stand behind the end of this file"));
        }
        take(&name, bytes)?;
        last = name;
    }
    Ok(())
}

/// Name and size of the next file; `None` at the end of the archive, which is the end of its file.
fn next(place: &str, archive: &mut impl Read, last: &str) -> Result<Option<(String, u64)>, Refused> {
    let after = || if last.is_empty() { place.to_owned() } else { format!("{place}, behind {last}") };
    let refused = |what: &str| Refused::new(&after(), what);
    let mut block = [0; BLOCK];
    archive.read_exact(&mut block).map_err(|_| refused("the bundle is cut short"))?;
    if block == [0; BLOCK] {
        archive.read_exact(&mut block).map_err(|_| refused("the bundle is cut short"))?;
        let more = archive.read(&mut [0]).map_err(|error| refused(&error.to_string()))?;
        return match block == [0; BLOCK] && more == 0 {
            true => Ok(None),
            false => Err(refused("bytes stand behind the end of the bundle")),
        };
    }
    let is_ours = || "not a header of a bundle: its form is another";
    let name = block[..NAME].split(|byte| *byte == 0).next().unwrap_or_default();
    let name = std::str::from_utf8(name).map_err(|_| refused(is_ours()))?;
    let size = std::str::from_utf8(&block[124..135]).ok();
    let size = size.and_then(|size| u64::from_str_radix(size, 8).ok()).ok_or_else(|| refused(is_ours()))?;
    check_name(name, last).map_err(|what| refused(&what))?;
    if header(name, size) != block {
        return Err(Refused::new(name, is_ours()));
    }
    Ok(Some((name.to_owned(), size)))
}

/// That a file may be called `name`, behind a file called `last`.
fn check_name(name: &str, last: &str) -> Result<(), String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    let is_part = |part: &str| !part.is_empty() && part != "." && part != "..";
    if name.len() > NAME || !name.bytes().all(is_plain) || !name.split('/').all(is_part) {
        return Err(format!("a file is called {name:?}; accepted: at most {NAME} of A-Z a-z 0-9 . _ - /"));
    }
    if name == last {
        return Err(format!("{name} stands in it twice"));
    }
    if name < last {
        return Err(format!("{name} stands behind {last}; files stand in the order of their names"));
    }
    Ok(())
}

/// How many bytes follow a file of `size` bytes, up to the next block.
fn padding(size: usize) -> usize {
    size.next_multiple_of(BLOCK) - size
}

/// The header of a file: POSIX.1-1988, with the fields that say nothing of its contents fixed.
fn header(name: &str, size: u64) -> [u8; BLOCK] {
    let mut header = [0; BLOCK];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, name.as_bytes());
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{size:011o}").as_bytes());
    put(136, b"00000000000\0");
    // The checksum counts its own field as spaces.
    put(148, b"        0");
    put(257, b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ArchiveWriter::new(Vec::new());
        files.iter().for_each(|(name, bytes)| writer.add(name, bytes).unwrap());
        writer.finish().unwrap()
    }

    fn read(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Refused> {
        let mut files = Vec::new();
        read_archive("x", bytes, |name, bytes| {
            files.push((name.to_owned(), bytes));
            Ok(())
        })?;
        Ok(files)
    }

    #[test]
    fn files_come_back_as_they_were() {
        let files: [(&str, &[u8]); 4] =
            [("a", b""), ("b/c", &[7; 512]), ("b/d", &[8; 513]), ("e", b"the last")];
        let wanted: Vec<(String, Vec<u8>)> =
            files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
        assert_eq!(read(&archive(&files)).unwrap(), wanted);
    }

    #[test]
    fn no_flipped_bit_of_what_is_not_a_files_own_goes_unseen() {
        let sound = archive(&[("a", b"x"), ("b", &[7; 600])]);
        let contents = [512..513, 1536..2136];
        for bit in (0..sound.len() * 8).filter(|bit| !contents.iter().any(|range| range.contains(&(bit / 8))))
        {
            let mut flipped = sound.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let read = read(&flipped);
            // Another size or name in a whole header is told by the manifest.
            let is_told = read.is_err() || read.unwrap() != self::read(&sound).unwrap();
            assert!(is_told, "bit {bit}");
        }
    }

    #[test]
    fn cut_short_longer_and_out_of_order_archives_are_refused() {
        let sound = archive(&[("a", b"x"), ("b", b"y")]);
        for length in 0..sound.len() {
            assert!(read(&sound[..length]).is_err(), "{length}");
        }
        assert!(read(&[&sound[..], b"\0"].concat()).is_err());
        let (a, b) = (&sound[..1024], &sound[1024..2048]);
        for (parts, word) in [(vec![b, a], "order"), (vec![a, a, b], "twice")] {
            let refused = read(&[parts.concat(), vec![0; 1024]].concat()).unwrap_err();
            assert!(refused.to_string().contains(word), "{refused}");
        }
    }

    #[test]
    fn a_name_never_leads_out_of_the_folder() {
        let mut writer = ArchiveWriter::new(Vec::new());
        for bad in ["../x", "/etc/x", "a//b", "a/./b", "", "a b", "ø", &"n".repeat(100)] {
            assert!(writer.add(bad, b"").is_err(), "{bad}");
        }
        let mut forged = header("../x", 0).to_vec();
        forged.extend([0; 1024]);
        assert!(read(&forged).is_err());
    }
}
