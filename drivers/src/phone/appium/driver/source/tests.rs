//! Page sources in both forms, hand-written after those of real phones.

use proptest::prelude::*;

use super::*;

const ANDROID: &str = "dk.mitid.app.android";
const IOS: &str = "dk.mitid.app";
const ANDROID_FORM: &str = include_str!("sources/android-form.xml");
const ANDROID_PERMISSION: &str = include_str!("sources/android-permission.xml");
const IOS_FORM: &str = include_str!("sources/ios-form.xml");
const IOS_PERMISSION: &str = include_str!("sources/ios-permission.xml");

fn android(source: &str) -> Seen {
    read(Form::Android, source, ANDROID, &[]).unwrap()
}

fn ios(source: &str) -> Seen {
    read(Form::Ios, source, IOS, &[]).unwrap()
}

/// The nodes `inner` in a window of the app.
fn in_window(inner: &str) -> Seen {
    android(&format!(
        "<hierarchy><android.widget.FrameLayout package=\"{ANDROID}\" class=\"android.widget.FrameLayout\" \
         bounds=\"[0,0][1,1]\" displayed=\"true\">{inner}</android.widget.FrameLayout></hierarchy>"
    ))
}

fn in_application(attributes: &str, inner: &str) -> Seen {
    ios(&format!(
        "<AppiumAUT><XCUIElementTypeApplication {attributes}>{inner}</XCUIElementTypeApplication></AppiumAUT>"
    ))
}

fn buttons(seen: &Seen) -> Vec<&str> {
    seen.screen.buttons.iter().map(|button| button.label.as_str()).collect()
}

fn fields(seen: &Seen) -> Vec<(&str, u32, bool)> {
    seen.screen.fields.iter().map(|field| (field.label.as_str(), field.length, field.secret)).collect()
}

fn switches(seen: &Seen) -> Vec<(&str, bool)> {
    seen.screen.switches.iter().map(|switch| (switch.label.as_str(), switch.on)).collect()
}

#[test]
fn a_form_on_android() {
    let seen = android(ANDROID_FORM);
    assert_eq!(seen.screen.title, "Activate MitID");
    let texts =
        ["Enter your user ID and the temporary PIN.", "Wrong PIN. 2 attempts left.", "Takes 2 minutes"];
    assert_eq!(seen.screen.texts, texts);
    assert_eq!(buttons(&seen), ["Back", "Scan a code", "Continue"]);
    assert_eq!(fields(&seen), [("User ID", 0, false), ("Temporary PIN", 4, true)]);
    assert_eq!(switches(&seen), [("Use fingerprint", false), ("I accept the terms", true)]);
    assert!(!seen.screen.buttons[2].enabled);
    let row =
        "/hierarchy/android.widget.FrameLayout[1]/android.widget.LinearLayout[1]/android.view.ViewGroup[2]";
    assert_eq!(seen.buttons[1], row);
}

#[test]
fn a_form_on_ios() {
    let seen = ios(IOS_FORM);
    assert_eq!(seen.screen.title, "Activate MitID");
    assert_eq!(
        seen.screen.texts,
        ["Enter your user ID and the temporary PIN.", "Wrong PIN. 2 attempts left."]
    );
    assert_eq!(buttons(&seen), ["Back", "Scan a code", "Continue"]);
    assert_eq!(fields(&seen), [("User ID", 0, false), ("Temporary PIN", 4, true)]);
    assert_eq!(switches(&seen), [("Use Face ID", true)]);
    assert!(!seen.screen.buttons[2].enabled && seen.scrolls);
    assert!(
        seen.fields[0].starts_with("//XCUIElementTypeApplication[1]/XCUIElementTypeWindow[1]/"),
        "{}",
        seen.fields[0]
    );
}

#[test]
fn the_systems_dialogs() {
    let seen = android(ANDROID_PERMISSION);
    let asks = "Allow MitID to find, connect to, and determine the relative position of nearby devices?";
    assert_eq!((seen.screen.title.as_str(), seen.screen.texts.len()), (asks, 0));
    assert_eq!(buttons(&seen), ["Allow", "Don’t allow"]);
    let seen = ios(IOS_PERMISSION);
    assert_eq!(seen.screen.title, "“MitID” Would Like to Use Bluetooth");
    assert_eq!(seen.screen.texts, ["Your phone shows that it is near the computer."]);
    assert_eq!(buttons(&seen), ["Don’t Allow", "Allow"]);
    let path = "//XCUIElementTypeApplication[1]/XCUIElementTypeWindow[1]/XCUIElementTypeAlert[1]/XCUIElementTypeOther[1]\
                /XCUIElementTypeOther[1]/XCUIElementTypeButton[2]";
    assert_eq!(seen.buttons[1], path);
}

#[test]
fn another_app_in_front_shows_nothing_of_the_app() {
    let launcher = ANDROID_FORM.replace(ANDROID, "com.google.android.apps.nexuslauncher");
    assert_eq!(android(&launcher).screen, Screen::default());
    let crash = ANDROID_FORM.replace(ANDROID, "android");
    assert_ne!(android(&crash).screen, Screen::default(), "the system says that the app has crashed");
    let text = "<XCUIElementTypeStaticText label=\"Phone\" visible=\"true\"/>";
    assert_eq!(
        in_application("bundleId=\"com.apple.springboard\" name=\"x\"", text).screen,
        Screen::default()
    );
    assert_eq!(in_application("name=\" \" label=\" \"", text).screen, Screen::default());
    assert_eq!(in_application(&format!("bundleId=\"{IOS}\" name=\" \""), text).screen.title, "Phone");
}

#[test]
fn hints_and_placeholders_are_no_values() {
    let edit = |attributes: &str| {
        in_window(&format!("<android.widget.EditText class=\"android.widget.EditText\" {attributes}/>"))
    };
    for (attributes, read) in [
        ("text=\"PIN\" hint=\"PIN\" showing-hint=\"true\"", ("PIN", 0, false)),
        ("text=\"PIN\" showing-hint=\"true\"", ("PIN", 0, false)),
        ("text=\"PIN\" hint=\"PIN\"", ("PIN", 0, false)),
        ("text=\"æøå €\" hint=\"PIN\" showing-hint=\"false\"", ("PIN", 5, false)),
        ("text=\"••\" content-desc=\"PIN\" password=\"true\"", ("PIN", 2, true)),
        ("text=\"1234\"", ("", 4, false)),
    ] {
        assert_eq!(fields(&edit(attributes)), [read], "{attributes}");
    }
    let field = |attributes: &str| {
        in_application("name=\"a\"", &format!("<XCUIElementTypeTextField {attributes} visible=\"true\"/>"))
    };
    for (attributes, read) in [
        ("value=\"PIN\" placeholderValue=\"PIN\" label=\"\"", ("PIN", 0, false)),
        ("label=\"PIN\"", ("PIN", 0, false)),
        ("value=\"1 &amp; 2\" placeholderValue=\"PIN\"", ("PIN", 5, false)),
        ("value=\"12\" name=\"pin-field\"", ("", 2, false)),
    ] {
        assert_eq!(fields(&field(attributes)), [read], "{attributes}");
    }
}

#[test]
fn a_field_without_a_label_of_its_own_has_that_before_it_or_in_it() {
    let beside = "<a text=\"PIN\" class=\"TextView\"/><b class=\"EditText\" text=\"12\"/>";
    assert_eq!(fields(&in_window(beside)), [("PIN", 2, false)]);
    let within = "<b class=\"EditText\" text=\"\"><a text=\"PIN\" class=\"TextView\"/></b>";
    assert_eq!(fields(&in_window(within)), [("PIN", 0, false)]);
    let two = "<b class=\"EditText\" content-desc=\"one\" text=\"secret\"/><b class=\"EditText\" text=\"\"/>";
    assert_eq!(fields(&in_window(two))[1].0, "", "what another field holds is no label");
    let cell = "<XCUIElementTypeCell><XCUIElementTypeStaticText label=\"PIN\"/><XCUIElementTypeTextField value=\"12\"/>\
                </XCUIElementTypeCell>";
    assert_eq!(fields(&in_application("name=\"a\"", cell)), [("PIN", 2, false)]);
}

#[test]
fn one_of_several_is_tapped_and_a_box_is_set() {
    let list = "<r class=\"android.widget.RadioButton\" checkable=\"true\" text=\"On this phone\"/>\
                <c class=\"android.widget.CheckedTextView\" checkable=\"true\" text=\"Chip\"/>\
                <b class=\"android.widget.CheckBox\" checkable=\"true\" checked=\"true\" text=\"Shown\"/>";
    let seen = in_window(list);
    assert_eq!(buttons(&seen), ["On this phone", "Chip"]);
    assert_eq!(switches(&seen), [("Shown", true)]);
}

#[test]
fn the_ground_of_a_screen_is_no_button() {
    let ground = "<g class=\"g\" clickable=\"true\"><h class=\"h\" text=\"Welcome\" heading=\"true\"/>\
                  <b class=\"b\" clickable=\"true\" text=\"Start\"/></g>";
    let seen = in_window(ground);
    assert_eq!((seen.screen.title.as_str(), buttons(&seen)), ("Welcome", vec!["Start"]));
    let row = "<g class=\"g\" clickable=\"true\"><t class=\"t\" text=\"Chip\"/><b class=\"b\" clickable=\"true\" text=\"Help\"/></g>";
    assert_eq!(buttons(&in_window(row)), ["Chip", "Help"]);
}

#[test]
fn a_person_reads_from_the_top_whatever_comes_first_in_the_source() {
    let declared = "<b class=\"b\" text=\"below\" bounds=\"[0,200][9,300]\"/>\
                    <b class=\"b\" text=\"right\" bounds=\"[50,100][9,200]\"/>\
                    <b class=\"b\" text=\"left\" bounds=\"[0,100][9,200]\"/>\
                    <b class=\"b\" text=\"top\" bounds=\"[0,9][9,100]\"/>";
    let seen = in_window(declared);
    assert_eq!((seen.screen.title.as_str(), seen.screen.texts.join(" ")), ("top", "left right below".into()));
}

#[test]
fn a_bar_without_a_title_has_the_name_of_a_class() {
    let bar = |name: &str| {
        let inner = format!(
            "<XCUIElementTypeNavigationBar name=\"{name}\"/><XCUIElementTypeStaticText label=\"Text\"/>"
        );
        in_application("name=\"a\"", &inner).screen.title
    };
    assert_eq!(bar("MitID.WelcomeView"), "Text");
    assert_eq!(bar("Welcome to ver. 2.0"), "Welcome to ver. 2.0");
}

#[test]
fn what_was_typed_is_not_in_the_evidence() {
    let typed = ANDROID_FORM.replacen("text=\"User ID\"", "text=\"a &amp; b €\"", 1);
    let typed = typed.replacen("showing-hint=\"true\"", "showing-hint=\"false\" content-desc=\"User ID\"", 1);
    let seen = android(&typed);
    assert_eq!(fields(&seen)[0], ("User ID", 7, false));
    assert!(!seen.evidence.contains("b €"), "{}", seen.evidence);
    assert_eq!(android(&seen.evidence).screen, seen.screen);

    let seen = ios(&IOS_FORM.replacen("value=\"User ID\"", "value=\"a &amp; b €\"", 1));
    assert_eq!(fields(&seen)[0], ("User ID", 7, false));
    assert!(!seen.evidence.contains("b €"), "{}", seen.evidence);
    assert_eq!(ios(&seen.evidence).screen, seen.screen);
    assert_eq!(ios(IOS_FORM).evidence, IOS_FORM, "nothing is cut where nothing was typed");
}

#[test]
fn what_was_typed_is_cut_wherever_it_stands() {
    let source = "<hierarchy><w package=\"dk.mitid.app.android\"><t class=\"t\" text=\"Hello Kirsten\" content-desc=\"12\"/>\
                  <t class=\"t\" text=\"12 attempts\" /></w></hierarchy>";
    let typed = ["Kirsten".to_owned(), "12".to_owned()];
    let seen = read(Form::Android, source, ANDROID, &typed).unwrap();
    assert!(!seen.evidence.contains("Kirsten") && !seen.evidence.contains("\"12\""), "{}", seen.evidence);
    assert!(seen.evidence.contains("12 attempts"), "a short text is part of many others");
    assert_eq!(seen.screen.title, "Hello Kirsten", "only evidence is cut");
}

#[test]
fn what_is_no_page_source_is_told_in_words() {
    for source in ["", "<html/>", "<hierarchy>", "no XML"] {
        assert!(read(Form::Android, source, ANDROID, &[]).is_err(), "{source}");
        assert!(read(Form::Ios, source, IOS, &[]).is_err(), "{source}");
    }
}

proptest! {
    #[test]
    fn any_text_is_survived(source: String, typed: Vec<String>) {
        read(Form::Android, &source, ANDROID, &typed).ok();
        read(Form::Ios, &source, IOS, &typed).ok();
    }

    /// A form with its tags and attributes mixed up.
    #[test]
    fn any_page_is_survived(swaps in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..9)) {
        for (form, source) in [(Form::Android, ANDROID_FORM), (Form::Ios, IOS_FORM)] {
            let mut words: Vec<&str> = source.split('"').collect();
            for (one, other) in &swaps {
                let length = words.len();
                words.swap(one.index(length), other.index(length));
            }
            read(form, &words.join("\""), ANDROID, &[]).ok();
        }
    }
}
