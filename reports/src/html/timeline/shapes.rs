//! Draws a lane with few elements: one path for each kind of bar or mark, then the labels.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::{Axis, BAR, Bar, MARK, Mark, chip, chip_left, fitting};
use crate::html::chart::px;

/// The shapes of one lane.
#[derive(Default)]
pub(super) struct Shapes {
    /// Path data by the class that colours it.
    paths: BTreeMap<String, String>,
    labels: Vec<Label>,
}

struct Label {
    class: String,
    x: f64,
    y: f64,
    centred: bool,
    text: String,
}

impl Shapes {
    pub fn bar(&mut self, bar: &Bar, axis: &Axis, top: f64) {
        let (from, to) = (axis.x(bar.from_ns), axis.x(bar.to_ns));
        let width = (to - from).max(1.5);
        self.rectangle(bar.kind, from, top + 1.0, width, BAR - 2.0);
        let text = fitting(&bar.label, width - 6.0);
        if !text.is_empty() {
            let (class, y) = (bar.kind.to_owned(), top + BAR / 2.0 + 4.0);
            self.labels.push(Label { class, x: from + 4.0, y, centred: false, text });
        }
    }

    /// One mark, or several drawn as one with their number.
    pub fn mark(&mut self, marks: &[Mark], x: f64, top: f64) {
        let Some(first) = marks.first() else { return };
        let (class, middle) = (format!("mark {}", first.kind), top + MARK / 2.0);
        if !first.label.is_empty() {
            let left = chip_left(x, first);
            self.rectangle(&class, left, top + 1.0, chip(first), MARK - 2.0);
            let text = first.label.clone();
            self.labels.push(Label { class, x: left + 4.0, y: middle + 4.0, centred: false, text });
        } else if marks.len() > 1 {
            self.circle(&class, x, middle, 7.5);
            let text = marks.len().to_string();
            self.labels.push(Label { class, x, y: middle + 3.5, centred: true, text });
        } else {
            self.circle(&class, x, middle, 4.0);
        }
    }

    fn rectangle(&mut self, class: &str, x: f64, y: f64, width: f64, height: f64) {
        let (x, y, width, height) = (px(x), px(y), px(width), px(height));
        let path = self.paths.entry(class.to_owned()).or_default();
        path.push_str(&format!("M{x} {y}h{width}v{height}h-{width}z"));
    }

    fn circle(&mut self, class: &str, x: f64, y: f64, radius: f64) {
        let path = self.paths.entry(class.to_owned()).or_default();
        let (left, y, r, across) = (px(x - radius), px(y), px(radius), px(2.0 * radius));
        path.push_str(&format!("M{left} {y}a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0 -{across} 0z"));
    }

    pub fn drawn(&self) -> Markup {
        html! {
            @for (class, path) in &self.paths { path class=(class) d=(path) {} }
            @for label in &self.labels {
                text class=(label.class) x=(px(label.x)) y=(px(label.y)) text-anchor=[label.centred.then_some("middle")] { (label.text) }
            }
        }
    }
}
