//! The firmware of a bench's boards.

use std::{borrow::Cow, fs};

use super::{Bench, Kind, simulated};
use crate::bad_input::BadInput;

/// An image by its name, and its bytes.
pub type Image = (String, Cow<'static, [u8]>);

impl Bench {
    /// The images that its boards run, each once: those of the emulated boards, or the files that the bench file names.
    ///
    /// # Errors
    /// [`BadInput`] for a file that cannot be read.
    pub fn firmware(&self) -> Result<Vec<Image>, BadInput> {
        if self.kind == Kind::Simulated {
            return Ok(simulated::firmware());
        }
        let mut files: Vec<_> = self.devices.iter().filter_map(|device| device.probe.as_ref()).collect();
        files.sort_by_key(|probe| probe.firmware.get_ref());
        files.dedup_by_key(|probe| probe.firmware.get_ref());
        let image = |file: &std::path::PathBuf| {
            let path = self.folder.join(file);
            let bytes =
                fs::read(&path).map_err(|error| BadInput::new(&path, format!("cannot be read: {error}")))?;
            let name = file.file_name().unwrap_or(file.as_os_str()).display().to_string();
            Ok((name, Cow::Owned(bytes)))
        };
        files.into_iter().map(|probe| image(probe.firmware.get_ref())).collect()
    }
}
