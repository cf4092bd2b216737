//! Page sources of XCUITest: an application, tags named after element types. Each element says for itself whether it is
//! visible, and what is not can hold what is.

use roxmltree::Node;

use super::{Page, What, attribute, children, first, held, is_not, length, path_of};
use crate::phone::{Button, Field, Switch};

const APPLICATION: &str = "Application";

/// Puts what the app and a dialog before it show into `page`. Where another app is in front, nothing of it is the app's.
pub(super) fn walk(root: Node<'_, '_>, app: &str, page: &mut Page) -> Result<(), String> {
    let application = root.descendants().find(|node| kind(*node) == APPLICATION);
    let application = application.ok_or("a page source of XCUITest without an application")?;
    let dialog = application.descendants().rfind(|node| matches!(kind(*node), "Alert" | "Sheet"));
    if let Some(dialog) = dialog {
        let path = path_from(application, dialog);
        let title = first(&[attribute(dialog, "label"), attribute(dialog, "name")]);
        title.into_iter().for_each(|title| page.push(place(dialog), &path, What::Title(title)));
        children(dialog).for_each(|child| look(child, &path, page));
    } else if is_in_front(application, app) {
        let path = path_from(application, application);
        children(application).for_each(|child| look(child, &path, page));
    }
    Ok(())
}

/// Whether `application` is the app. Older agents do not say which one it is; the home screen has no name.
fn is_in_front(application: Node<'_, '_>, app: &str) -> bool {
    match application.attribute("bundleId") {
        Some(id) => id == app,
        None => first(&[attribute(application, "label"), attribute(application, "name")]).is_some(),
    }
}

/// The XPath of `node`, from the application on: above it, a page source has an element that can't be searched for.
fn path_from(application: Node<'_, '_>, node: Node<'_, '_>) -> String {
    let steps: Vec<_> = node.ancestors().take_while(|above| *above != application).collect();
    let top = path_of(application, "/");
    steps.into_iter().rev().fold(top, |path, step| path_of(step, &path))
}

/// From the top, and from the left.
fn place(node: Node<'_, '_>) -> (i64, i64) {
    let number = |name| attribute(node, name).parse::<f64>().map_or(0, |number| number as i64);
    (number("y"), number("x"))
}

fn kind<'a>(node: Node<'a, '_>) -> &'a str {
    node.tag_name().name().strip_prefix("XCUIElementType").unwrap_or_default()
}

fn look(node: Node<'_, '_>, parent: &str, page: &mut Page) {
    let kind = kind(node);
    if matches!(kind, "Keyboard" | "StatusBar" | "TouchBar") {
        return;
    }
    let path = path_of(node, parent);
    let visible = !is_not(node, "visible");
    page.scrolls |= visible && matches!(kind, "ScrollView" | "Table" | "CollectionView");
    match kind {
        _ if !visible => {}
        _ if is_field(node) => return field(node, &path, page),
        "Switch" | "Toggle" | "CheckBox" => return switch(node, &path, page),
        "Button" | "Link" | "Cell" | "MenuItem" | "RadioButton" if button(node, &path, page) => return,
        "NavigationBar" => bar(node, &path, page),
        "StaticText" => return text(node, &path, page),
        _ => {}
    }
    children(node).for_each(|child| look(child, &path, page));
}

fn is_field(node: Node<'_, '_>) -> bool {
    matches!(kind(node), "TextField" | "SecureTextField" | "SearchField" | "TextView")
}

fn field(node: Node<'_, '_>, path: &str, page: &mut Page) {
    let (value, placeholder) = (attribute(node, "value"), attribute(node, "placeholderValue"));
    // An empty field has its placeholder as its value.
    let is_empty = value.is_empty() || value == placeholder;
    let label = first(&[attribute(node, "label"), placeholder]).or_else(|| label_before(node));
    let field = Field {
        label: label.unwrap_or_default(),
        length: if is_empty { 0 } else { length(value) },
        secret: kind(node) == "SecureTextField",
    };
    if !is_empty {
        page.held.extend(held(node, "value"));
    }
    page.push(place(node), path, What::Field(field));
}

fn switch(node: Node<'_, '_>, path: &str, page: &mut Page) {
    let label = first(&[attribute(node, "label")]).or_else(|| label_before(node)).unwrap_or_default();
    page.push(place(node), path, What::Switch(Switch { label, on: attribute(node, "value") == "1" }));
}

/// Whether `node` is a button by itself. A row around a field, a switch or buttons does not count.
fn button(node: Node<'_, '_>, path: &str, page: &mut Page) -> bool {
    let around =
        |inner: Node<'_, '_>| is_field(inner) || matches!(kind(inner), "Switch" | "Toggle" | "Button");
    if kind(node) == "Cell" && node.descendants().skip(1).any(around) {
        return false;
    }
    let words = || node.descendants().skip(1).find_map(|inner| first(&[attribute(inner, "label")]));
    let Some(label) = first(&[attribute(node, "label")]).or_else(words) else { return false };
    let inner =
        node.descendants().skip(1).filter(|inner| kind(*inner) == "StaticText" && !is_not(*inner, "visible"));
    let rest: Vec<_> =
        inner.filter_map(|inner| first(&[attribute(inner, "label")])).filter(|text| *text != label).collect();
    page.push(place(node), path, What::Button(Button { label, enabled: !is_not(node, "enabled") }));
    // Other texts of a row.
    if kind(node) == "Cell" {
        rest.into_iter().for_each(|text| page.push(place(node), path, What::Text(text)));
    }
    true
}

/// The title of a navigation bar: its name, unless that is the name of a class, as bars without a title have.
fn bar(node: Node<'_, '_>, path: &str, page: &mut Page) {
    let is_class = |name: &str| name.contains('.') && !name.contains(' ');
    let title = first(&[attribute(node, "label"), attribute(node, "name")]).filter(|name| !is_class(name));
    title.into_iter().for_each(|title| page.push(place(node), path, What::Title(title)));
}

fn text(node: Node<'_, '_>, path: &str, page: &mut Page) {
    let is_heading = attribute(node, "traits").split(", ").any(|one| one == "Header");
    let says = first(&[attribute(node, "label"), attribute(node, "value")]);
    let says = says.map(if is_heading { What::Title } else { What::Text });
    says.into_iter().for_each(|says| page.push(place(node), path, says));
}

/// The text before a field or switch in the same parent.
fn label_before(node: Node<'_, '_>) -> Option<String> {
    let mut before = node.prev_siblings().skip(1).filter(|other| kind(*other) == "StaticText");
    before.find_map(|other| first(&[attribute(other, "label")]))
}
