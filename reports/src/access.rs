//! Access to a run's files: for the owner alone, unless more is requested.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::Path,
    str::FromStr,
};

use crate::{Error, JOURNAL_FILE, Result};

/// Who may read and write the files of a run's folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The mode of its files, as in `0640`. Who may read files may enter folders.
    Mode(u32),
    /// The mode that the umask of the process leaves.
    Umask,
}

impl Access {
    /// The owner alone.
    pub const PRIVATE: Self = Self::Mode(0o600);

    /// The mode of the journal in `run_dir`, for files that are written later; private without a journal.
    pub fn of(run_dir: &Path) -> Self {
        let journal = fs::metadata(run_dir.join(JOURNAL_FILE));
        journal.map_or(Self::PRIVATE, |journal| Self::Mode(journal.permissions().mode() & 0o777))
    }

    /// Makes the folder and those above it.
    pub(crate) fn create_dir(self, path: &Path) -> Result<()> {
        DirBuilder::new().recursive(true).mode(self.folder()).create(path).map_err(Error::io(path))?;
        // The umask may have taken something away; an empty folder may have stood there with another mode.
        self.settle(path, self.folder()).map_err(Error::io(path))
    }

    /// Opens a file with `options`, and sets its mode.
    pub(crate) fn open(self, path: &Path, options: &mut OpenOptions) -> Result<File> {
        self.open_file(path, options).map_err(Error::io(path))
    }

    /// As [`open`](Self::open), with the operating system's own error.
    pub(crate) fn open_file(self, path: &Path, options: &mut OpenOptions) -> io::Result<File> {
        let file = options.mode(self.file()).open(path)?;
        self.settle(path, self.file())?;
        Ok(file)
    }

    /// Writes a whole file, replacing an old one.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be written.
    pub fn write(self, path: &Path, bytes: &[u8]) -> Result<()> {
        let mut file = self.open(path, OpenOptions::new().write(true).create(true).truncate(true))?;
        file.write_all(bytes).map_err(Error::io(path))
    }

    fn file(self) -> u32 {
        match self {
            Self::Mode(mode) => mode,
            Self::Umask => 0o666,
        }
    }

    fn folder(self) -> u32 {
        match self {
            Self::Mode(mode) => mode | (mode & 0o444) >> 2,
            Self::Umask => 0o777,
        }
    }

    fn settle(self, path: &Path, mode: u32) -> io::Result<()> {
        match self {
            Self::Mode(_) => fs::set_permissions(path, Permissions::from_mode(mode)),
            Self::Umask => Ok(()),
        }
    }
}

impl Default for Access {
    fn default() -> Self {
        Self::PRIVATE
    }
}

impl FromStr for Access {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        if text == "umask" {
            return Ok(Self::Umask);
        }
        let digits = (3..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        let mode = u32::from_str_radix(text, 8).ok().filter(|_| digits);
        // The owner has to be able to read and write; nothing of a run is to be executed.
        let mode = mode.filter(|mode| mode & 0o600 == 0o600 && mode & !0o666 == 0);
        mode.map(Self::Mode).ok_or_else(|| {
            "a mode is `umask`, or octal with the owner reading and writing and nobody executing, as in 0640".to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_octal_and_leave_the_owner_in() {
        assert_eq!("0640".parse(), Ok(Access::Mode(0o640)));
        assert_eq!("644".parse(), Ok(Access::Mode(0o644)));
        assert_eq!("umask".parse(), Ok(Access::Umask));
        for bad in ["", "0", "0440", "0755", "1640", "0o640", "+640", "06400", "6 40", "9999"] {
            assert!(bad.parse::<Access>().is_err(), "{bad:?}");
        }
        assert_eq!((Access::Mode(0o640).folder(), Access::PRIVATE.folder()), (0o750, 0o700));
    }
}
