//! The instruments that a bench has one of at most, and that serve all of its products. A new kind is a field of
//! [`Singles`] and a row of `singles!`: both together say all that a bench does with it.

use drivers::{
    Instrument, Result as DriverResult, SharedClock, holder, light,
    microphone::{self, Tone},
    radio, screen, sms,
};
use serde::Deserialize;
use toml::Spanned;

use super::{
    Bench, InstrumentKind, Instruments, NotTagged,
    hardware::open_by_name,
    listed::{Row, infos, row},
    shared::{MicrophoneEntry, ModemEntry, NamedEntry},
    simulated::drivers as simulated,
};
use crate::suite::{Needs, Single};

/// The single instruments of a bench file.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Singles {
    /// The SMS modem.
    pub modem: Option<ModemEntry>,
    /// The BLE radio.
    pub radio: Option<NamedEntry>,
    /// The screen for phones.
    pub screen: Option<NamedEntry>,
    /// The light in the cameras' view that their latency is measured by.
    pub light: Option<NamedEntry>,
    /// The holder of the phones.
    pub holder: Option<NamedEntry>,
    /// The microphone that hears the audio code readers.
    pub microphone: Option<MicrophoneEntry>,
}

/// Writes what a bench does with each single instrument: field and kind, entry, trait, drivers on a bench of real devices and on a
/// simulated one, and what a driver is opened with beside its keys. `[scenarios]`: scenarios use it.
macro_rules! singles {
    ($($([$scenarios:ident])? $name:ident $kind:ident: $entry:ty => dyn $instrument:path, $drivers:expr, $simulated:expr, |$of:ident| $with:expr;)*) => {
        /// The rows of the list of all kinds of instruments.
        pub(super) const ROWS: &[Row] = &[$(row::<dyn $instrument, $entry>(
            InstrumentKind::Single(Single::$kind),
            Single::$kind.kind(),
            || infos($drivers),
            $simulated,
        )),*];

        impl Singles {
            /// Those that the bench has: each with its name.
            pub(super) fn named(&self) -> impl Iterator<Item = (Single, &Spanned<String>)> {
                [$((Single::$kind, self.$name.as_ref().map(|one| &one.name))),*]
                    .into_iter()
                    .filter_map(|(kind, name)| Some((kind, name?)))
            }
        }

        impl Bench {
            $(
                #[doc = concat!("Opens the ", stringify!($name), " that `", stringify!($of), "` is the entry of, on a bench of real devices.")]
                pub(super) fn $name<'b>(&'b self, $of: &'b $entry, clock: &'b SharedClock) -> DriverResult<Box<dyn $instrument>> {
                    open_by_name(self, $drivers, $of.name.get_ref(), clock, $with)
                }
            )*

            /// Opens a single instrument of a bench of real devices, if the bench has it.
            pub(super) fn open_single(&self, kind: Single, clock: &SharedClock) -> DriverResult<Option<Box<dyn Instrument>>> {
                match kind {
                    $(Single::$kind => match &self.singles.$name {
                        Some(entry) => Ok(Some(self.$name(entry, clock)?)),
                        None => Ok(None),
                    },)*
                }
            }
        }

        singles!(@scenarios $($([$scenarios $name $kind dyn $instrument])?)*);
    };
    (@scenarios $([scenarios $name:ident $kind:ident dyn $instrument:path])*) => {
        /// The single instruments of one scenario, opened.
        #[derive(Default)]
        pub struct OpenSingles {
            $(
                #[doc = concat!("The ", stringify!($name), ".")]
                pub $name: Option<Box<dyn $instrument>>,
            )*
        }

        impl OpenSingles {
            /// Opens those that a scenario with `needs` gets, on a bench of real devices.
            pub(super) fn open(bench: &Bench, needs: &Needs, clock: &SharedClock) -> DriverResult<Self> {
                Ok(Self {
                    $($name: match &bench.singles.$name {
                        Some(entry) if needs.uses(Single::$kind) => Some(bench.$name(entry, clock)?),
                        _ => None,
                    },)*
                })
            }

            /// All that the scenario has.
            pub(super) fn all(&mut self) -> Vec<&mut dyn Instrument> {
                let all = [$(self.$name.as_deref_mut().map(|one| one as &mut dyn Instrument)),*];
                all.into_iter().flatten().collect()
            }
        }

        impl Instruments {
            $(
                #[doc = concat!("The ", stringify!($name), ".")]
                pub(crate) fn $name(&mut self) -> Result<&mut (dyn $instrument + 'static), NotTagged> {
                    self.singles.$name.as_deref_mut().ok_or(NotTagged::of(Single::$kind))
                }
            )*
        }
    };
}

singles! {
    [scenarios] modem Modem: ModemEntry => dyn sms::Modem, sms::DRIVERS, simulated::MODEMS, |entry| entry.number.get_ref();
    [scenarios] radio Radio: NamedEntry => dyn radio::Radio, radio::DRIVERS, simulated::ANY, |entry| ();
    [scenarios] screen Screen: NamedEntry => dyn screen::Screen, screen::DRIVERS, simulated::ANY, |entry| ();
    light Light: NamedEntry => dyn light::Light, light::DRIVERS, simulated::ANY, |entry| ();
    [scenarios] holder Holder: NamedEntry => dyn holder::Holder, holder::DRIVERS, simulated::ANY, |entry| ();
    [scenarios] microphone Microphone: MicrophoneEntry => dyn microphone::Microphone, microphone::DRIVERS, simulated::MICROPHONES,
        |entry| Tone { hz: entry.tone.hz, least_dbfs: entry.tone.least_dbfs };
}
