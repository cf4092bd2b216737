//! Sound cards through the library cpal (ALSA on Linux): nothing here but the calls into it.

use std::time::Duration;

use ::cpal::{
    BufferSize, Device, Error, ErrorKind as CpalErrorKind, InputCallbackInfo, SampleFormat, SizedSample,
    Stream, StreamConfig, SupportedStreamConfigRange,
    traits::{DeviceTrait, HostTrait, StreamTrait},
};

use super::{Block, Intake, OpenedCard, SoundCard, SoundCardKeys};
use crate::{DriverError, ErrorKind, Identity, Result, SharedClock, microphone::Tone, registry::DriverKeys};

/// Capture block length. The card double-buffers, so the reader may be one block late, and a busy machine is
/// late by 50 ms now and then.
const BLOCKS_A_SECOND: u32 = 10;

/// How long opening a card that is busy may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the microphone `device` at `rate_hz` samples a second: a device's identifier, as `hw:CARD=U1,DEV=0`,
/// or its name, if unique. Of several channels the first is taken.
///
/// [`ErrorKind::NotFound`] with the names of present devices for an unknown or ambiguous name;
/// [`ErrorKind::Unsupported`] where it offers that rate in no format that this driver reads.
pub fn open(
    name: impl Into<String>,
    device: &str,
    rate_hz: u32,
    tone: Tone,
    clock: SharedClock,
) -> Result<SoundCard> {
    let name = name.into();
    let (own_name, device) = (name.clone(), device.to_owned());
    let opener = move |intake| open_device(&own_name, &device, rate_hz, intake);
    SoundCard::open(name, clock, tone, Box::new(opener))
}

/// Identifier and name of each microphone. An error in words where they cannot be listed.
pub fn inputs() -> std::result::Result<Vec<(String, String)>, String> {
    let devices = ::cpal::default_host().input_devices().map_err(|error| error.to_string())?;
    Ok(devices.map(|device| (id(&device), described(&device))).collect())
}

fn open_device(name: &str, wanted: &str, rate_hz: u32, intake: Intake) -> Result<OpenedCard> {
    let device = find(name, wanted)?;
    let ranges = device.supported_input_configs().map_err(|error| trouble(name, &error))?;
    let (format, config) = choose(ranges, rate_hz).ok_or_else(|| {
        let detail =
            format!("{wanted:?} has {rate_hz} samples a second neither as 16-bit, 32-bit nor floating point");
        DriverError::new(name, ErrorKind::Unsupported, detail)
    })?;
    let listen = match format {
        SampleFormat::I16 => listen::<i16>,
        SampleFormat::I32 => listen::<i32>,
        _ => listen::<f32>,
    };
    let stream = listen(name, &device, config, &intake)
        .or_else(|_| {
            // A card that cannot have blocks of the length asked for has its own.
            let config = StreamConfig { buffer_size: BufferSize::Default, ..config };
            listen(name, &device, config, &intake)
        })
        .map_err(|error| trouble(name, &error))?;
    stream.play().map_err(|error| trouble(name, &error))?;
    let identity = identity(&device, format, config);
    Ok(OpenedCard { stream: Box::new(stream), identity, rate_hz })
}

/// The only input with the identifier or name `wanted`.
fn find(name: &str, wanted: &str) -> Result<Device> {
    let host = ::cpal::default_host();
    let devices: Vec<Device> = host.input_devices().map_err(|error| trouble(name, &error))?.collect();
    let by_id = devices.iter().position(|device| id(device) == wanted);
    let called = |device: &&Device| described(device) == wanted;
    match (by_id, devices.iter().filter(called).count()) {
        (Some(place), _) => Ok(devices[place].clone()),
        (None, 1) => Ok(devices.iter().find(called).expect("it was counted").clone()),
        (None, count) => {
            let all: Vec<String> =
                devices.iter().map(|device| format!("{} ({})", id(device), described(device))).collect();
            let there = if all.is_empty() { "none".to_owned() } else { all.join(", ") };
            let number = if count == 0 { "no".to_owned() } else { count.to_string() };
            let detail = format!("{number} inputs go by {wanted:?}; there are: {there}");
            Err(DriverError::new(name, ErrorKind::NotFound, detail))
        }
    }
}

fn id(device: &Device) -> String {
    device.id().map_or_else(|_| String::new(), |id| id.id().to_owned())
}

fn described(device: &Device) -> String {
    device.description().map_or_else(|_| String::new(), |description| description.name().to_owned())
}

/// The format to take at `rate_hz`: as few channels as can be, whole numbers first.
fn choose(
    ranges: impl Iterator<Item = SupportedStreamConfigRange>,
    rate_hz: u32,
) -> Option<(SampleFormat, StreamConfig)> {
    let order = [SampleFormat::I16, SampleFormat::I32, SampleFormat::F32];
    let place =
        |range: &SupportedStreamConfigRange| order.iter().position(|format| *format == range.sample_format());
    let fits = |range: &SupportedStreamConfigRange| {
        (range.min_sample_rate()..=range.max_sample_rate()).contains(&rate_hz) && place(range).is_some()
    };
    let best = ranges.filter(fits).min_by_key(|range| (range.channels(), place(range)))?;
    let buffer_size = BufferSize::Fixed(rate_hz / BLOCKS_A_SECOND);
    Some((
        best.sample_format(),
        StreamConfig { channels: best.channels(), sample_rate: rate_hz, buffer_size },
    ))
}

/// The first channel of what comes, as fractions of full scale, to the intake.
fn listen<S: SizedSample + FullScale>(
    name: &str,
    device: &Device,
    config: StreamConfig,
    intake: &Intake,
) -> std::result::Result<Stream, Error> {
    let (blocks, errors, name) = (intake.clone(), intake.clone(), name.to_owned());
    let (channels, rate_hz) = (usize::from(config.channels.max(1)), config.sample_rate);
    let block = move |samples: &[S], info: &InputCallbackInfo| {
        let stamp = info.timestamp();
        let age = stamp.callback.checked_duration_since(stamp.capture);
        let samples = samples.iter().step_by(channels).map(|sample| sample.of_full_scale()).collect();
        blocks.block(Block { samples, rate_hz, age });
    };
    let failed = move |error: Error| match error.kind() {
        CpalErrorKind::Xrun => errors.lost(),
        CpalErrorKind::RealtimeDenied => (),
        _ => errors.failed(trouble(&name, &error)),
    };
    device.build_input_stream(config, block, failed, Some(PATIENCE))
}

/// Samples as fractions of full scale.
trait FullScale: Copy {
    fn of_full_scale(self) -> f32;
}

impl FullScale for i16 {
    fn of_full_scale(self) -> f32 {
        f32::from(self) / 32_768.0
    }
}

impl FullScale for i32 {
    fn of_full_scale(self) -> f32 {
        (f64::from(self) / 2_147_483_648.0) as f32
    }
}

impl FullScale for f32 {
    fn of_full_scale(self) -> f32 {
        self
    }
}

fn identity(device: &Device, format: SampleFormat, config: StreamConfig) -> Identity {
    let StreamConfig { channels, sample_rate, .. } = config;
    let detail = [
        ("device".into(), id(device)),
        ("format".into(), format!("{format}, {channels} channels, {sample_rate} Hz")),
    ];
    Identity {
        driver: SoundCardKeys::NAME.into(),
        model: described(device),
        serial: String::new(),
        detail: detail.into(),
    }
}

fn trouble(name: &str, error: &Error) -> DriverError {
    let kind = match error.kind() {
        CpalErrorKind::DeviceBusy => ErrorKind::InUse,
        CpalErrorKind::DeviceNotAvailable => ErrorKind::Unplugged,
        CpalErrorKind::HostUnavailable | CpalErrorKind::PermissionDenied => ErrorKind::NotFound,
        CpalErrorKind::UnsupportedConfig | CpalErrorKind::UnsupportedOperation => ErrorKind::Unsupported,
        _ => ErrorKind::NoAnswer,
    };
    DriverError::new(name, kind, error.to_string())
}
