//! Page sources of UiAutomator2 and XCUITest: what is on the screen, and where each thing is found again.

use std::ops::Range;

use roxmltree::{Document, Node};

use crate::phone::{Button, Field, Screen, Switch};

mod android;
mod ios;
mod redact;
#[cfg(test)]
mod tests;

/// The automation that writes a page source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// UiAutomator2: Android.
    Android,
    /// XCUITest: iOS.
    Ios,
}

/// A screen, with the XPath of each thing that can be acted on: good until the screen changes.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Seen {
    pub screen: Screen,
    /// One for each of the screen's buttons, fields and switches.
    pub buttons: Vec<String>,
    pub fields: Vec<String>,
    pub switches: Vec<String>,
    /// Whether part of it can be scrolled.
    pub scrolls: bool,
    /// The page source without what was typed.
    pub evidence: String,
}

/// Reads the page source of `form`, in which the app under test is `app`. `typed` are texts that were typed
/// on the phone: they are cut from the evidence wherever they occur. An error in words where `source` is not
/// such a page source.
pub(super) fn read(form: Form, source: &str, app: &str, typed: &[String]) -> Result<Seen, String> {
    let document =
        Document::parse(source).map_err(|error| format!("a page source that is not XML: {error}"))?;
    let root = document.root_element();
    let mut page = Page::default();
    match form {
        Form::Android => android::walk(root, app, &mut page)?,
        Form::Ios => ios::walk(root, app, &mut page)?,
    }
    let evidence = redact::redact(&document, &page.held, typed);
    let scrolls = page.scrolls;
    Ok(Seen { scrolls, evidence, ..page.sorted_out() })
}

/// Elements of a page, in the order of discovery.
#[derive(Default)]
struct Page {
    items: Vec<Item>,
    /// Where what was typed stands in the text of the source.
    held: Vec<Held>,
    scrolls: bool,
}

/// Something on a page.
struct Item {
    /// From the top, and from the left.
    place: (i64, i64),
    what: What,
    /// Its XPath.
    path: String,
}

enum What {
    Title(String),
    Text(String),
    Button(Button),
    Field(Field),
    Switch(Switch),
}

/// The content of a field.
struct Held {
    text: String,
    at: Range<usize>,
}

impl Page {
    fn push(&mut self, place: (i64, i64), path: &str, what: What) {
        self.items.push(Item { place, what, path: path.to_owned() });
    }

    /// The items in the order in which a person reads, each in its list.
    fn sorted_out(mut self) -> Seen {
        self.items.sort_by_key(|item| item.place);
        let mut seen = Seen::default();
        let screen = &mut seen.screen;
        for Item { what, path, .. } in self.items {
            match what {
                What::Title(text) if screen.title.is_empty() => screen.title = text,
                What::Title(text) | What::Text(text) => screen.texts.push(text),
                What::Button(button) => {
                    screen.buttons.push(button);
                    seen.buttons.push(path);
                }
                What::Field(field) => {
                    screen.fields.push(field);
                    seen.fields.push(path);
                }
                What::Switch(switch) => {
                    screen.switches.push(switch);
                    seen.switches.push(path);
                }
            }
        }
        // A page without a heading is known by what it says first.
        if screen.title.is_empty() && !screen.texts.is_empty() {
            screen.title = screen.texts.remove(0);
        }
        let told = |text: &String| {
            *text == screen.title
                || screen.fields.iter().any(|field| field.label == *text)
                || screen.switches.iter().any(|switch| switch.label == *text)
        };
        // The title in its bar, and the label beside its field, are listed already.
        screen.texts = screen.texts.iter().filter(|text| !told(text)).cloned().collect();
        seen
    }
}

fn attribute<'a>(node: Node<'a, '_>, name: &str) -> &'a str {
    node.attribute(name).unwrap_or_default()
}

fn is(node: Node<'_, '_>, name: &str) -> bool {
    attribute(node, name) == "true"
}

fn is_not(node: Node<'_, '_>, name: &str) -> bool {
    attribute(node, name) == "false"
}

/// The first of these texts that says something.
fn first(candidates: &[&str]) -> Option<String> {
    candidates.iter().find(|text| !text.trim().is_empty()).map(|text| (*text).to_owned())
}

fn children<'a, 'input>(node: Node<'a, 'input>) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(Node::is_element)
}

/// The XPath of `node` below its parent's: its tag and its position among siblings of that tag.
fn path_of(node: Node<'_, '_>, parent: &str) -> String {
    let tag = node.tag_name().name();
    let same = |other: &Node<'_, '_>| other.is_element() && other.tag_name().name() == tag;
    let place = node.prev_siblings().filter(same).count();
    format!("{parent}/{tag}[{place}]")
}

/// Value of a field's attribute `name`.
fn held(node: Node<'_, '_>, name: &str) -> Option<Held> {
    let attribute = node.attributes().find(|attribute| attribute.name() == name)?;
    Some(Held { text: attribute.value().to_owned(), at: attribute.range_value() })
}

fn length(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}
