//! A monitor on the bench whose image viewer shows whatever stands in a file.

use std::{
    fs,
    io::{self, Cursor},
    path::{Path, PathBuf},
    time::Duration,
};

use image::{GrayImage, ImageFormat};
use serde::Deserialize;

use super::Screen;
use crate::{
    DriverError, ErrorKind, Identity, Instrument, Reading, Result, SharedClock,
    registry::{DriverKeys, Open, Opening},
};

/// Keys of a picture file in a bench file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PictureFileKeys {
    /// The file, relative to the bench file.
    file: PathBuf,
    /// The longest time from the file's change until the monitor shows it, in milliseconds.
    latency_ms: u32,
}

impl DriverKeys for PictureFileKeys {
    const NAME: &'static str = "picture-file";
}

impl Open<dyn Screen> for PictureFileKeys {
    fn open(self, at: Opening<'_, dyn Screen>) -> Result<Box<dyn Screen>> {
        let latency = Duration::from_millis(self.latency_ms.into());
        Ok(Box::new(PictureFile::open(at.name, at.folder.join(self.file), latency, at.clock.clone())?))
    }
}

/// The picture of a dark screen; the viewer fills the monitor with it.
const DARK: (u32, u32) = (64, 64);

/// Writes pictures to a PNG file that an image viewer shows on the bench's monitor: full screen, without
/// smoothing, loading the file again whenever it changes. The file is replaced as a whole, so that the
/// viewer never sees half a picture.
pub struct PictureFile {
    name: String,
    path: PathBuf,
    /// The longest that viewer and monitor take to show a new file.
    latency: Duration,
    clock: SharedClock,
}

impl PictureFile {
    /// The screen `name`, dark, on the file `path`. `latency` is the longest time from the file's change to
    /// the monitor's: the period at which the viewer looks, its time to draw, and the panel's; measure it
    /// with the bench's camera. [`ErrorKind::NotFound`] where the file cannot be written.
    pub fn open(
        name: impl Into<String>,
        path: impl Into<PathBuf>,
        latency: Duration,
        clock: SharedClock,
    ) -> Result<Self> {
        let screen = Self { name: name.into(), path: path.into(), latency, clock };
        screen.write(None)?;
        Ok(screen)
    }

    /// Replaces the file: a new one is written beside it and renamed.
    fn write(&self, picture: Option<&GrayImage>) -> Result<()> {
        let dark = GrayImage::new(DARK.0, DARK.1);
        let mut png = Cursor::new(Vec::new());
        picture
            .unwrap_or(&dark)
            .write_to(&mut png, ImageFormat::Png)
            .map_err(|error| self.error(ErrorKind::Unsupported, &error))?;
        let beside = beside(&self.path);
        fs::write(&beside, png.into_inner())
            .and_then(|()| fs::rename(&beside, &self.path))
            .map_err(|error| self.error(ErrorKind::NotFound, &error))
    }

    fn error(&self, trouble: ErrorKind, error: &dyn std::fmt::Display) -> DriverError {
        DriverError::new(&self.name, trouble, format!("{}: {error}", self.path.display()))
    }
}

/// A name in the same folder, so that renaming is one step of the file system.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

impl Instrument for PictureFile {
    fn name(&self) -> &str {
        &self.name
    }

    fn identity(&mut self) -> Result<Identity> {
        let model = format!("a monitor that shows {}", self.path.display());
        Ok(Identity { driver: "picture file".into(), model, ..Identity::default() })
    }

    /// The file is there. Whether the viewer shows it, only a camera can tell.
    fn check(&mut self) -> Result<()> {
        match fs::metadata(&self.path) {
            Ok(file) if file.is_file() => Ok(()),
            Ok(_) => Err(self.error(ErrorKind::NotFound, &io::Error::from(io::ErrorKind::IsADirectory))),
            Err(error) => Err(self.error(ErrorKind::NotFound, &error)),
        }
    }

    /// Dark: no phone finds a code that was left behind.
    fn make_safe(&mut self) -> Result<()> {
        self.write(None)
    }
}

impl Screen for PictureFile {
    /// Waits for the latency to pass, so that the picture shows when it returns. The stamp is the middle of
    /// that time.
    fn show(&mut self, picture: Option<&GrayImage>) -> Result<Reading<()>> {
        let from = self.clock.now();
        self.write(picture)?;
        let until = self.clock.now() + self.latency;
        self.clock.wait_until(until)?;
        let half = until.since(from) / 2;
        Ok(Reading::new(from + half, half, ()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{BenchTime, Clock, screen::qr_picture, testing::FakeClock};

    const LATENCY: Duration = Duration::from_millis(300);

    fn screen(folder: &Path) -> (PictureFile, Arc<FakeClock>) {
        let clock = Arc::new(FakeClock::default());
        let screen = PictureFile::open("screen", folder.join("picture.png"), LATENCY, clock.clone());
        (screen.unwrap(), clock)
    }

    fn shown(folder: &Path) -> GrayImage {
        assert_eq!(fs::read_dir(folder).unwrap().count(), 1, "nothing is left beside it");
        image::open(folder.join("picture.png")).unwrap().into_luma8()
    }

    #[test]
    fn what_is_shown_stands_in_the_file_within_the_latency() {
        let folder = tempfile::tempdir().unwrap();
        let (mut screen, clock) = screen(folder.path());
        assert!(shown(folder.path()).pixels().all(|pixel| pixel.0 == [0]), "dark to begin with");
        let picture = qr_picture("payload");
        let stamp = screen.show(Some(&picture)).unwrap();
        assert_eq!(clock.now(), BenchTime::ZERO + LATENCY);
        assert_eq!((stamp.at, stamp.uncertainty), (BenchTime::ZERO + LATENCY / 2, LATENCY / 2));
        assert_eq!(shown(folder.path()), picture);
        let empty = screen.show(Some(&qr_picture(&"x".repeat(3_000)))).unwrap_err();
        assert_eq!(empty.trouble, ErrorKind::Unsupported, "a picture without a pixel");
        assert_eq!(shown(folder.path()), picture);
        screen.show(None).unwrap();
        assert!(shown(folder.path()).pixels().all(|pixel| pixel.0 == [0]));
        screen.show(Some(&picture)).unwrap();
        screen.make_safe().unwrap();
        assert!(shown(folder.path()).pixels().all(|pixel| pixel.0 == [0]), "safe is dark");
    }

    #[test]
    fn a_file_that_is_gone_or_cannot_be_written_is_the_benchs_trouble() {
        let folder = tempfile::tempdir().unwrap();
        let (mut screen, clock) = screen(folder.path());
        screen.check().unwrap();
        drop(folder);
        assert_eq!(screen.check().unwrap_err().trouble, ErrorKind::NotFound);
        assert_eq!(screen.show(None).unwrap_err().trouble, ErrorKind::NotFound);
        let nowhere = PictureFile::open("screen", "no/such/folder/x.png", LATENCY, clock).err().unwrap();
        assert!(nowhere.trouble == ErrorKind::NotFound && nowhere.detail.contains("no/such/folder"));
    }
}
