//! Which clauses a check may be judged for. A sentence names one of them; any other is refused while planning, so that
//! no clause passes by a check of something else.
//!
//! [`ScreenShows`](super::ScreenShows) is not here: it serves by what it looks for, and the register says of each
//! clause which texts of screens that may be.

use super::*;

/// A check that declares the clauses it may be judged for.
pub trait Serves {
    /// Their ids in the register.
    const CLAUSES: &'static [&'static str];
}

macro_rules! serves {
    ($($check:ident: $($clause:literal)+;)+) => {
        $(impl Serves for $check {
            const CLAUSES: &'static [&'static str] = &[$($clause),+];
        })+

        /// Every clause that some check serves.
        #[cfg(test)]
        pub const ALL: &[&[&str]] = &[$($check::CLAUSES),+];
    };
}

serves! {
    OneWins: "RFC6238-5.2" "SP800-63B-3.1.4";
    OneLetsIn: "H.6";
    WindowKept: "RFC6238-5.2";
    ShownDigits: "S5.C.8b";
    DifferentCodes: "CIR2015-1502-2.3.1";
    DisplayMatchesBoard: "S5.C.8c";
    CodeForTime: "RFC4226-5.3" "RFC6238-4.2" "RFC6238-5.2";
    CodeIsCurrent: "RFC6238-3";
    PressAnswered: "S5.C.8a";
    NoCodeWithoutPress: "S5.C.8a";
    StepLength: "RFC6238-5.2";
    CodeChanges: "SP800-63B-3.1.4";
    Drift: "RFC6238-5.2";
    CodeChangeDrift: "RFC6238-5.2";
    KeyLength: "RFC4226-4";
    LogTells: "S5.C.8a";
    LabelCarriesNumber: "S5.C.7";
    QrReadable: "S5.B.5a" "H.12";
    QrNotShown: "S5.B.4" "H.12";
    QrShown: "S5.B.5b";
    QrSurroundingsReported: "ISO18004";
    QrAccepted: "S5.B.5b";
    SamePayload: "S5.B.11a";
    ScannerReads: "S5.B.11a";
    DifferentPayloads: "CIR2015-1502-2.3.1";
    CheckmarkShown: "S5.B.11b";
    Advertising: "H.7" "S5.B.4";
    SmsCame: "H.1";
    MessageArrived: "S5.A.5" "S5.B.16" "H.12" "H.13";
    ScreenshotBlocked: "H.7";
    TextsOfVersion: "H.11";
    TestCommandsRefused: "CIR2015-1502-2.3.1";
    SpokenDigits: "S5.C.8b";
    SpokenIsShown: "S5.C.8c";
    SpokenLanguage: "EN301549-5.1.3";
    SpokenAgain: "H.8" "EN301549-5.9";
    SpokenOnce: "S5.C.8a";
    FallsSilent: "EN301549-5.1.3";
    VolumeRange: "H.8";
    SpeedRange: "H.8";
    SpeechLevel: "EN301549-5.1.3";
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_clause_that_a_check_serves_stands_in_the_register() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../features/clauses.toml");
        let register: toml::Table = std::fs::read_to_string(file).unwrap().parse().unwrap();
        let clauses = register["clause"].as_array().unwrap();
        let known = |id: &str| clauses.iter().any(|clause| clause["id"].as_str() == Some(id));
        let unknown = ALL.iter().copied().flatten().find(|id| !known(id));
        assert_eq!(unknown, None);
    }
}
