//! A measured value drawn to scale: its expanded uncertainty as a bar, the limits as lines, the range in
//! which it passes filled, the guard bands around the limits hatched.

use maud::{Markup, html};

use crate::{Measurement, Outcome};

const WIDTH: f64 = 440.0;
const HEIGHT: f64 = 74.0;
/// The axis: the band of the chart between these heights.
const TOP: f64 = 26.0;
const BOTTOM: f64 = 50.0;
/// About the width of a character, in the larger letters of a small screen.
const CHAR: f64 = 8.0;

/// "29.970 s ± 0.067 s (k = 2)", to two digits of the uncertainty.
pub(super) fn value(m: &Measurement) -> String {
    let unit = unit(m);
    if m.uncertainty == 0.0 {
        return format!("{}{unit}", m.value);
    }
    let digits = digits(m.uncertainty);
    format!("{:.digits$}{unit} ± {:.digits$}{unit} (k = {})", m.value, m.uncertainty, m.coverage)
}

/// "25 s to 35 s", "at most 1 s", "exactly 6".
pub(super) fn limits(m: &Measurement) -> String {
    let unit = unit(m);
    match (m.lower, m.upper) {
        (Some(lower), Some(upper)) if lower == upper => format!("limit: exactly {lower}{unit}"),
        (Some(lower), Some(upper)) => format!("limits: {lower}{unit} to {upper}{unit}"),
        (Some(lower), None) => format!("limit: at least {lower}{unit}"),
        (None, Some(upper)) => format!("limit: at most {upper}{unit}"),
        (None, None) => "no limit".to_owned(),
    }
}

/// A count has no unit to show.
fn unit(m: &Measurement) -> String {
    if m.unit == "1" { String::new() } else { format!(" {}", m.unit) }
}

/// How many decimals show two digits of `uncertainty`.
fn digits(uncertainty: f64) -> usize {
    (1.0 - uncertainty.abs().log10().floor()).clamp(0.0, 9.0) as usize
}

/// An uncertainty to two digits: "0.067", "1.1", "0".
pub(super) fn two_digits(uncertainty: f64) -> String {
    if uncertainty == 0.0 { "0".to_owned() } else { format!("{uncertainty:.*}", digits(uncertainty)) }
}

/// Bench quantities along the width of the chart.
struct Scale {
    least: f64,
    most: f64,
}

impl Scale {
    /// A scale that shows everything of `m`; `None` if the figures are too large to draw.
    fn new(m: &Measurement) -> Option<Self> {
        let ends = [m.value - m.uncertainty, m.value + m.uncertainty];
        let bands =
            [m.lower, m.upper].into_iter().flatten().flat_map(|l| [l - m.uncertainty, l + m.uncertainty]);
        // With one limit only, zero shows how far away it is.
        let zero = (m.lower.is_none() || m.upper.is_none()).then_some(0.0);
        let (least, most) = ends
            .into_iter()
            .chain(bands)
            .chain(zero)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), x| (least.min(x), most.max(x)));
        let room = if most > least { (most - least) * 0.12 } else { (most.abs() * 0.1).max(1.0) };
        let scale = Self { least: least - room, most: most + room };
        (scale.most - scale.least).is_finite().then_some(scale)
    }

    /// The place of `quantity` from the left, kept on the chart.
    fn x(&self, quantity: f64) -> f64 {
        ((quantity - self.least) / (self.most - self.least) * WIDTH).clamp(0.0, WIDTH)
    }
}

pub(super) fn chart(m: &Measurement) -> Markup {
    let Some(scale) = Scale::new(m) else { return html! {} };
    let class = match m.outcome {
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
        _ => "inconclusive",
    };
    let label = format!("{}: {}, {}: {}", m.name, value(m), limits(m), m.outcome);
    let (from, to) = (m.lower.map_or(0.0, |l| scale.x(l)), m.upper.map_or(WIDTH, |l| scale.x(l)));
    html! {
        svg.chart viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(label) {
            rect.scale x="0" y=(px(TOP)) width=(px(WIDTH)) height=(px(BOTTOM - TOP)) {}
            @if m.lower.is_some() || m.upper.is_some() {
                rect.inside x=(px(from)) y=(px(TOP)) width=(px((to - from).max(0.0))) height=(px(BOTTOM - TOP)) {}
            }
            @for limit in [m.lower, m.upper].into_iter().flatten() { (guard_band(&scale, limit, m.uncertainty)) }
            (limit_labels(&scale, m))
            (mark(&scale, m, class))
        }
    }
}

/// The band around a limit in which no decision is made.
fn guard_band(scale: &Scale, limit: f64, uncertainty: f64) -> Markup {
    let (from, to, x) = (scale.x(limit - uncertainty), scale.x(limit + uncertainty), scale.x(limit));
    html! {
        rect.guard x=(px(from)) y=(px(TOP)) width=(px((to - from).max(0.0))) height=(px(BOTTOM - TOP)) {}
        line.limit x1=(px(x)) x2=(px(x)) y1=(px(TOP - 4.0)) y2=(px(BOTTOM + 4.0)) {}
    }
}

/// The limits' figures below their lines, turned outwards where they would touch.
fn limit_labels(scale: &Scale, m: &Measurement) -> Markup {
    let words = |limit: f64| format!("{limit}{}", unit(m));
    let label = |limit: f64, turn: f64| {
        let words = words(limit);
        let half = half(&words);
        let x = inside(scale.x(limit) + turn * half, half);
        html! { text x=(px(x)) y=(px(HEIGHT - 6.0)) text-anchor="middle" { (words) } }
    };
    match (m.lower, m.upper) {
        (Some(lower), Some(upper)) if lower != upper => {
            let near = scale.x(upper) - scale.x(lower) < half(&words(lower)) + half(&words(upper)) + CHAR;
            let turn = if near { 1.0 } else { 0.0 };
            html! { (label(lower, -turn)) (label(upper, turn)) }
        }
        (lower, upper) => html! { @if let Some(limit) = lower.or(upper) { (label(limit, 0.0)) } },
    }
}

/// Half the width of a label.
fn half(label: &str) -> f64 {
    label.chars().count() as f64 * CHAR / 2.0
}

/// The place nearest to `x` at which a label stands on the chart as a whole.
fn inside(x: f64, half: f64) -> f64 {
    x.max(half).min((WIDTH - half).max(half))
}

/// The value: a dot, its uncertainty as a bar with ends, its figure above.
fn mark(scale: &Scale, m: &Measurement, class: &str) -> Markup {
    let (x, middle) = (scale.x(m.value), (TOP + BOTTOM) / 2.0);
    let (from, to) = (scale.x(m.value - m.uncertainty), scale.x(m.value + m.uncertainty));
    let text = if m.uncertainty == 0.0 {
        m.value.to_string()
    } else {
        format!("{:.*}", digits(m.uncertainty), m.value)
    };
    let text = format!("{text}{}", unit(m));
    let label_x = inside(x, half(&text));
    html! {
        g class=(class) {
            line.bar x1=(px(from)) x2=(px(to)) y1=(px(middle)) y2=(px(middle)) {}
            @for end in [from, to] { line.bar x1=(px(end)) x2=(px(end)) y1=(px(middle - 5.0)) y2=(px(middle + 5.0)) {} }
            circle cx=(px(x)) cy=(px(middle)) r="4.5" {}
            text.value x=(px(label_x)) y="15" text-anchor="middle" { (text) }
        }
    }
}

/// A coordinate, short.
pub(super) fn px(coordinate: f64) -> String {
    format!("{coordinate:.1}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn measurement(value: f64, uncertainty: f64, lower: Option<f64>, upper: Option<f64>) -> Measurement {
        let (name, unit) = ("time shown".to_owned(), "s".to_owned());
        let (coverage, outcome, budget) = (2.0, Outcome::Pass, Vec::new());
        Measurement { name, unit, value, uncertainty, coverage, lower, upper, outcome, budget }
    }

    #[test]
    fn two_digits_of_the_uncertainty_are_shown() {
        let shown = |v, u| value(&measurement(v, u, None, None));
        assert_eq!(shown(0.1 + 0.2, 0.034), "0.300 s ± 0.034 s (k = 2)");
        assert_eq!(shown(59.2, 1.1), "59.2 s ± 1.1 s (k = 2)");
        assert_eq!(shown(1234.5, 120.0), "1234 s ± 120 s (k = 2)");
        assert_eq!(shown(5.0, 0.0), "5 s");
    }

    #[test]
    fn the_drawing_is_to_scale() {
        let scale = Scale::new(&measurement(30.0, 0.0, Some(20.0), Some(40.0))).unwrap();
        let [lower, value, upper] = [20.0, 30.0, 40.0].map(|x| scale.x(x));
        assert!((value - lower - (upper - value)).abs() < 1e-9);
        assert!(lower > 0.0 && upper < WIDTH);
    }

    proptest! {
        #[test]
        fn any_figures_are_drawn_on_the_chart_or_not_at_all(
            value in prop::num::f64::NORMAL | prop::num::f64::ZERO,
            uncertainty in prop::num::f64::NORMAL | prop::num::f64::ZERO,
            lower in proptest::option::of(prop::num::f64::NORMAL),
            upper in proptest::option::of(prop::num::f64::NORMAL),
        ) {
            let m = measurement(value, uncertainty, lower, upper);
            if let Some(scale) = Scale::new(&m) {
                for quantity in [Some(value), lower, upper].into_iter().flatten() {
                    prop_assert!((0.0..=WIDTH).contains(&scale.x(quantity)));
                }
            }
            let drawn = chart(&m).into_string();
            prop_assert!(!drawn.contains("\"NaN\"") && !drawn.contains("inf\""));
        }
    }
}
