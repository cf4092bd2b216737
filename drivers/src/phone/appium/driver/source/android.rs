//! Page sources of UiAutomator2: root `hierarchy`, a window below it, tags named after classes. What is not displayed is
//! left out or says so.

use roxmltree::Node;

use super::{Page, What, attribute, children, first, held, is, is_not, length, path_of};
use crate::phone::{Button, Field, Switch};

/// Windows of the system that ask something on the app's behalf, or say that it has crashed.
const DIALOGS: [&str; 4] = [".permissioncontroller", ".packageinstaller", "com.android.systemui", "android"];

/// Puts the contents of the app's windows and of system dialogs into `page`. Windows of other apps are
/// ignored.
pub(super) fn walk(root: Node<'_, '_>, app: &str, page: &mut Page) -> Result<(), String> {
    if root.tag_name().name() != "hierarchy" {
        return Err(format!(
            "a page source of UiAutomator2 begins with hierarchy, not {}",
            root.tag_name().name()
        ));
    }
    for window in children(root).filter(|window| is_shown(attribute(*window, "package"), app)) {
        look(window, "/hierarchy", page);
    }
    Ok(())
}

fn is_shown(package: &str, app: &str) -> bool {
    let is_dialog =
        |dialog: &&str| package == *dialog || (dialog.starts_with('.') && package.ends_with(dialog));
    package == app || DIALOGS.iter().any(is_dialog)
}

/// From the top, and from the left.
fn place(node: Node<'_, '_>) -> (i64, i64) {
    // [left,top][right,bottom]
    let mut numbers = attribute(node, "bounds").split(['[', ']', ',']).filter_map(|part| part.parse().ok());
    let left = numbers.next().unwrap_or(0);
    (numbers.next().unwrap_or(0), left)
}

fn look(node: Node<'_, '_>, parent: &str, page: &mut Page) {
    if is_not(node, "displayed") {
        return;
    }
    let path = path_of(node, parent);
    page.scrolls |= is(node, "scrollable");
    if is_field(node) {
        return field(node, &path, page);
    }
    if is(node, "checkable") && !is_choice(node) {
        return switch(node, &path, page);
    }
    if is_tappable(node) && button(node, &path, page) {
        return;
    }
    if !is_tappable(node) {
        text(node, &path, page);
    }
    children(node).for_each(|child| look(child, &path, page));
}

fn is_field(node: Node<'_, '_>) -> bool {
    let class = attribute(node, "class");
    class.ends_with("EditText") || class.ends_with("AutoCompleteTextView")
}

/// One of several that are chosen from: it is tapped, and not set.
fn is_choice(node: Node<'_, '_>) -> bool {
    let class = attribute(node, "class");
    class.ends_with("RadioButton") || class.ends_with("CheckedTextView")
}

fn is_tappable(node: Node<'_, '_>) -> bool {
    is(node, "clickable") || is_choice(node)
}

fn field(node: Node<'_, '_>, path: &str, page: &mut Page) {
    let (text, hint) = (attribute(node, "text"), attribute(node, "hint"));
    // An empty field shows its hint as its text.
    let shows_hint = is(node, "showing-hint");
    let is_empty = text.is_empty() || shows_hint || text == hint;
    let label = first(&[attribute(node, "content-desc"), hint, if shows_hint { text } else { "" }]);
    let label = label.or_else(|| texts_in(node).into_iter().next()).or_else(|| label_before(node));
    let field = Field {
        label: label.unwrap_or_default(),
        length: if is_empty { 0 } else { length(text) },
        secret: is(node, "password"),
    };
    if !is_empty {
        page.held.extend(held(node, "text"));
    }
    page.push(place(node), path, What::Field(field));
}

fn switch(node: Node<'_, '_>, path: &str, page: &mut Page) {
    let label = first(&[attribute(node, "text"), attribute(node, "content-desc")]);
    let label = label.or_else(|| texts_in(node).into_iter().next()).or_else(|| label_before(node));
    let switch = Switch { label: label.unwrap_or_default(), on: is(node, "checked") };
    page.push(place(node), path, What::Switch(switch));
}

/// Whether `node` is a button by itself. A row around a field or a switch does not count, nor does the
/// background.
fn button(node: Node<'_, '_>, path: &str, page: &mut Page) -> bool {
    let within = || node.descendants().skip(1).filter(Node::is_element);
    let around = |inner: Node<'_, '_>| is_field(inner) || (is(inner, "checkable") && !is_choice(inner));
    let is_ground = within().any(is_heading) || within().filter(|inner| is_tappable(*inner)).count() > 1;
    if is_ground || within().any(around) {
        return false;
    }
    let mut words = texts_in(node).into_iter();
    let own = first(&[attribute(node, "text"), attribute(node, "content-desc")]);
    let Some(label) = own.or_else(|| words.next()) else { return false };
    page.push(place(node), path, What::Button(Button { label, enabled: !is_not(node, "enabled") }));
    words.for_each(|word| page.push(place(node), path, What::Text(word)));
    children(node).for_each(|child| buttons_within(child, path, page));
    true
}

/// Buttons in a row that is one itself.
fn buttons_within(node: Node<'_, '_>, parent: &str, page: &mut Page) {
    if is_tappable(node) {
        return look(node, parent, page);
    }
    let path = path_of(node, parent);
    children(node).for_each(|child| buttons_within(child, &path, page));
}

fn text(node: Node<'_, '_>, path: &str, page: &mut Page) {
    let (text, description) = (attribute(node, "text"), attribute(node, "content-desc"));
    // A picture that says something has a description and nothing in it.
    let says = if children(node).next().is_none() { first(&[text, description]) } else { first(&[text]) };
    if let Some(says) = says {
        page.push(place(node), path, if is_heading(node) { What::Title(says) } else { What::Text(says) });
    }
}

fn is_heading(node: Node<'_, '_>) -> bool {
    let id = attribute(node, "resource-id");
    is(node, "heading") || id.ends_with(":id/alertTitle") || id.ends_with(":id/permission_message")
}

/// The texts that show below `node`, without those of buttons there.
fn texts_in(node: Node<'_, '_>) -> Vec<String> {
    let shown = children(node).filter(|child| !is_not(*child, "displayed") && !is_tappable(*child));
    shown.flat_map(|child| first(&[attribute(child, "text")]).into_iter().chain(texts_in(child))).collect()
}

/// The text before a field or switch in the same parent.
fn label_before(node: Node<'_, '_>) -> Option<String> {
    let before = node.prev_siblings().skip(1).filter(Node::is_element);
    let mut before = before.filter(|other| !is_not(*other, "displayed") && !is_field(*other));
    before.find_map(|other| first(&[attribute(other, "text")]).or_else(|| texts_in(other).pop()))
}
